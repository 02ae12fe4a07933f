"""What monitoring reads: whether the site is up, whether it can answer, and what it has counted."""

from __future__ import annotations

import re
import shutil
import sqlite3
from ipaddress import ip_network
from pathlib import Path

import pytest
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from assistant.assistant import Assistant
from assistant.settings import Settings
from assistant.web.application import create_app
from assistant.workers import Setup, SharedAssistant
from index.copies import rollback
from index.encoder import Encoder
from index.library import FILE
from index.update import build, library_identity
from tests.web.browsing import CASELOADS, OFF_TOPIC

LOCAL, PROXY, MONITOR, READER = "127.0.0.1", "10.0.0.1", "10.9.8.7", "192.0.2.7"


def site(assistant: Assistant, address: str = LOCAL) -> TestClient:
    networks = {"proxies": (ip_network(PROXY),), "monitors": (ip_network("10.9.8.0/24"),)}
    return at(create_app(assistant, Settings(requests_per_minute=0, **networks)), address)  # type: ignore[arg-type]


def at(app: FastAPI, address: str) -> TestClient:
    return TestClient(app, base_url="http://assistant.test", client=(address, 50000), raise_server_exceptions=False)


def counts(client: TestClient) -> dict[str, float]:
    """The samples, named as Prometheus has them, with the values of their labels."""
    text = client.get("/metrics").raise_for_status().text
    return {
        " ".join((sample.name.removeprefix("inspection_assistant_"), *sorted(sample.labels.values()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_health_is_for_everyone(client: TestClient) -> None:
    assert client.get("/health").json() == {"status": "ok"}
    assert client.head("/health").status_code == 200


@pytest.mark.parametrize("path", ["/ready", "/metrics"])
def test_the_others_are_for_this_machine_and_monitors(assistant: Assistant, path: str) -> None:
    app = site(assistant).app
    for address, headers, status in (
        (LOCAL, {}, 200),
        ("::1", {}, 200),
        (MONITOR, {}, 200),
        (READER, {}, 403),
        (PROXY, {}, 403),
        (PROXY, {"x-forwarded-for": MONITOR}, 200),
        (PROXY, {"x-forwarded-for": READER}, 403),
        (PROXY, {"x-forwarded-for": f"{MONITOR}, {READER}"}, 403),
        # A proxy on this machine that is not named: whom it passes on is not known.
        (LOCAL, {"x-forwarded-for": LOCAL}, 403),
        (LOCAL, {"x-forwarded-proto": "https"}, 403),
        (READER, {"x-forwarded-for": LOCAL}, 403),
    ):
        assert at(app, address).get(path, headers=headers).status_code == status, (address, headers)  # type: ignore[arg-type]


def test_ready_tells_what_is_loaded(assistant: Assistant) -> None:
    library = assistant.library
    assert site(assistant).get("/ready").json() == {
        "status": "ready",
        "generation": 1,
        "updated": library.updated,
        "documents": len(library.documents()),
        "passages": library.count_passages(),
    }


def test_ready_tells_that_updates_are_held(own: Assistant, encoder: Encoder, tmp_path: Path) -> None:
    client = site(own)
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "notes.txt").write_text("The ferry to Northmoor leaves at noon.\n")
    build(own.library.folder, [tmp_path / "new"], encoder)
    assert "updates" not in client.get("/ready").json()
    assert counts(client)["library_updates_held"] == 0
    rollback(own.library.folder, library_identity(encoder))
    assert "are held since the rollback of" in client.get("/ready").json()["updates"]
    assert counts(client)["library_updates_held"] == 1


def test_not_ready_says_why(own: Assistant) -> None:
    client = site(own)
    assert client.get("/ready").status_code == 200
    with sqlite3.connect(own.library.folder / FILE) as connection:
        connection.execute("UPDATE about SET value = '0' WHERE name = 'format'")
    connection.close()
    found = client.get("/ready")
    assert found.status_code == 503
    assert found.json()["status"] == "unusable"
    assert "has format 0" in found.json()["reason"]
    assert client.get("/health").status_code == 200
    with sqlite3.connect(own.library.folder / FILE) as connection:
        connection.execute("DROP TABLE about")
    connection.close()
    assert client.get("/ready").status_code == 503
    assert counts(client)["library_usable"] == 0


def test_an_update_shows(own: Assistant, encoder: Encoder, tmp_path: Path) -> None:
    client = site(own)
    before = counts(client)
    assert (before["library_generation"], before["library_unread_files"]) == (1, 1)
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "notes.txt").write_text("The ferry to Northmoor leaves at noon.\n")
    build(own.library.folder, [tmp_path / "new"], encoder)
    after = counts(client)
    assert (after["library_generation"], after["library_documents"], after["library_passages"]) == (2, 1, 1)
    assert after["library_unread_files"] == 0
    assert after["library_updated_timestamp_seconds"] >= before["library_updated_timestamp_seconds"]
    assert client.get("/ready").json()["documents"] == 1


@pytest.mark.parametrize("processes", [1, 2])
def test_questions_are_counted_whichever_process_answers(
    library_folder: Path, encoder: Encoder, tmp_path: Path, processes: int
) -> None:
    folder = Path(shutil.copytree(library_folder, tmp_path / "library"))
    setup = Setup(folder)
    assistant = SharedAssistant(setup, encoder, processes) if processes > 1 else setup.open(encoder)
    client = site(assistant)
    try:
        before = counts(client)
        for question in (CASELOADS, CASELOADS, OFF_TOPIC, "?!"):
            client.post("/api/v1/ask", json={"question": question, "before": [CASELOADS]})
        client.get("/nowhere")
        after = counts(client)
    finally:
        assistant.close()
    rose = {name: after[name] - before.get(name, 0) for name in after if after[name] != before.get(name, 0)}
    assert rose["questions_total answered api"] == 2  # those before are answered again, but not asked again
    assert rose["questions_total api refused"] == 1
    assert rose["questions_total api invalid"] == 1
    assert rose["answer_seconds_count api"] == 3
    assert rose["answer_seconds_bucket +Inf api"] == 3
    assert 0 < rose["answer_seconds_sum api"] < 60
    assert (rose["responses_total 404"], rose["responses_total 422"]) == (1, 1)
    assert after["process_resident_memory_bytes"] > 0


def test_counts_of_two_sites_do_not_mix(assistant: Assistant) -> None:
    one, other = site(assistant), site(assistant)
    one.post("/api/v1/ask", json={"question": CASELOADS})
    assert counts(one)["questions_total answered api"] == 1
    assert counts(other)["questions_total answered api"] == 0


def test_no_question_is_among_the_counts(assistant: Assistant) -> None:
    client = site(assistant)
    client.post("/api/v1/ask", json={"question": CASELOADS})
    assert not re.search("caseload|northmoor", client.get("/metrics").text, re.I)
