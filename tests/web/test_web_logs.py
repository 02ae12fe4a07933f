"""What is logged of requests, in what form and for how long; and that no question is."""

from __future__ import annotations

import io
import json
import logging
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from starlette.testclient import TestClient

from assistant import logs
from assistant.assistant import Assistant
from assistant.contract import answer_record
from assistant.settings import Settings
from assistant.web.application import create_app
from tests.web.browsing import CASELOADS, serving
from tests.web.chat_over_http import Page

NAME = "Jonathan Zebedee"
QUESTION = f"Was {NAME} found by social workers in Northmoor?"


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    root, handlers, level = logging.getLogger(), logging.getLogger().handlers[:], logging.getLogger().level
    yield
    for handler in root.handlers:
        if handler not in handlers:
            handler.close()
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)
    for name in logs.OWN:
        logging.getLogger(name).setLevel(logging.NOTSET)


@pytest.fixture
def client(assistant: Assistant) -> TestClient:
    app = create_app(assistant, Settings(root_path="/insight"))
    return TestClient(app, base_url="http://assistant.test", client=("192.0.2.7", 50000))


def lines(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_a_request_is_one_line_with_its_id(client: TestClient, tmp_path: Path) -> None:
    file = tmp_path / "site.log"
    logs.set_up("json", file, 14)
    made = client.get("/insight/documents/").headers["x-request-id"]
    assert client.get("/insight/nowhere", headers={"x-request-id": "proxy-0123456789"}).headers["x-request-id"] == (
        "proxy-0123456789"
    )
    for no_id in ("short", "x" * 65, "a b c d e f g h", 'ab"cd"ef"gh', "12345678\u00e4"):
        named = client.get("/insight/health", headers={"x-request-id": no_id.encode()}).headers["x-request-id"]
        assert named not in {no_id, ""}
    first, second = lines(file)
    assert (first["request_id"], first["path"], first["status"]) == (made, "/documents/", 200)
    assert (first["client"], first["method"], first["message"], first["level"]) == (
        "192.0.2.7",
        "GET",
        "request",
        "INFO",
    )
    assert (second["request_id"], second["status"]) == ("proxy-0123456789", 404)
    assert datetime.fromisoformat(str(first["time"])) <= datetime.now(UTC)


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_question_is_logged(assistant: Assistant, tmp_path: Path, form: logs.Format) -> None:
    file = tmp_path / "site.log"
    logs.set_up(form, file, 14)
    ask_in_every_way(assistant, Settings(mcp=True))
    text = file.read_text(encoding="utf-8")
    assert len(text.splitlines()) >= 8
    assert "zebedee" not in text.lower()
    assert "way" in text


def test_questions_are_logged_where_a_setting_says_so(assistant: Assistant, tmp_path: Path) -> None:
    file = tmp_path / "site.log"
    logs.set_up("json", file, 14)
    ask_in_every_way(assistant, Settings(mcp=True, log_questions=True))
    logged = [line for line in lines(file) if line["message"] == "question"]
    assert [line["way"] for line in logged] == ["api", "chat"]
    assert {line["question"] for line in logged} == {QUESTION}
    assert all(line["request_id"] and line["seconds"] for line in logged)


def ask_in_every_way(assistant: Assistant, settings: Settings) -> None:
    with (
        serving(create_app(assistant, settings)) as address,
        httpx.Client(base_url=f"{address}/", timeout=60) as client,
    ):
        client.post("api/v1/ask", json={"question": QUESTION}).raise_for_status()
        client.post("api/v1/search", json={"question": QUESTION}).raise_for_status()
        client.get(f"chat/?q={quote(QUESTION)}").raise_for_status()
        client.get(f"chat?q={quote(QUESTION)}")
        client.get(f"api/v1/ask?question={quote(QUESTION)}")
        client.post("download/markdown", data={"conversation": f"q={quote(QUESTION)}"}).raise_for_status()
        client.post("feedback", json={"conversation": f"q={quote(QUESTION)}", "helpful": 7})
        client.post("api/v1/ask", json={"question": QUESTION, "before": 1})
        Page(client).ask(QUESTION)


def test_the_pages_about_the_site_say_whether_questions_are_logged(assistant: Assistant, tmp_path: Path) -> None:
    settings = Settings(log_questions=True, log_file=tmp_path / "site.log", log_days=5)
    logging_site, other = (TestClient(create_app(assistant, given)) for given in (settings, Settings()))
    for path in ("/about", "/transparency"):
        assert "written to the server’s log, and deleted after 5 days" in logging_site.get(path).text
        assert "not logged" not in logging_site.get(path).text
        assert "not logged" in other.get(path).text
    described = [site.get("/api/v1/openapi.json").json()["info"]["description"] for site in (logging_site, other)]
    assert described[0].endswith("Questions are written to the log of whoever runs the site.")
    assert described[1].endswith("No question is kept or logged.")


def test_an_error_is_logged_with_the_request_and_without_values(
    assistant: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(*given: Any) -> dict[str, Any]:
        return {**answer_record(*given), "elapsed_ms": QUESTION}

    monkeypatch.setattr("assistant.web.api.enquiries.answer_record", wrong)
    file = tmp_path / "site.log"
    logs.set_up("json", file, 14)
    app = create_app(assistant, Settings())
    with serving(app) as address:
        asked = httpx.post(f"{address}/api/v1/ask", json={"question": QUESTION}, timeout=60)
    assert asked.status_code == 500
    text = file.read_text(encoding="utf-8")
    assert "elapsed_ms" in text
    assert "Traceback" in text
    assert "zebedee" not in text.lower()
    assert [line["outcome"] for line in lines(file) if line["message"] == "question"] == ["failed"]


def test_no_request_writes_a_line_of_its_own(client: TestClient) -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.AsText())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    client.get("/insight/documents/a%0A2026-01-01%20INFO%20forged%0D%1b[2J")
    assert len(stream.getvalue().splitlines()) == 1
    assert "\x1b" not in stream.getvalue()


# How long it is kept


def test_files_of_days_that_are_not_kept_are_deleted(tmp_path: Path) -> None:
    file = tmp_path / "site.log"
    today = datetime.now(UTC).date()
    for days in range(1, 8):
        (tmp_path / f"site.log.{today - timedelta(days=days)}").write_text("old\n")
    (tmp_path / "site.log.notes").write_text("not ours\n")
    handler = logs.DailyFile(file, 3)
    kept = {path.name for path in tmp_path.iterdir()}
    assert kept == {"site.log", "site.log.notes", *(f"site.log.{today - timedelta(days=d)}" for d in (1, 2, 3))}
    handler.close()


def test_a_new_day_has_a_new_file(tmp_path: Path) -> None:
    file = tmp_path / "site.log"
    file.write_text("of yesterday\n")
    yesterday = time.time() - 86_400
    os.utime(file, (yesterday, yesterday))
    handler = logs.DailyFile(file, 3)
    handler.emit(logging.LogRecord("assistant", logging.INFO, "", 0, "of today", None, None))
    handler.close()
    old = file.with_name(f"site.log.{datetime.fromtimestamp(yesterday, UTC).date()}")
    assert old.read_text() == "of yesterday\n"
    assert file.read_text() == "of today\n"


def test_the_form_of_text(tmp_path: Path) -> None:
    record = logging.LogRecord("assistant.x", logging.WARNING, "", 0, "said\nso", None, None)
    record.request_id, record.details = "0123456789", {"way": "chat"}
    line = logs.AsText().format(record)
    assert line.endswith(" WARNING assistant.x [0123456789] said\\nso way='chat'")
    assert CASELOADS not in line
