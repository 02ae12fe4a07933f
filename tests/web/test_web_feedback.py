"""What the page sends of a reader's verdict, and what is kept of it."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from assistant.assistant import Assistant
from assistant.feedback import FILE, Feedback
from assistant.settings import Settings
from assistant.web.application import create_app
from assistant.web.threads import Asking, to_address

THREAD = to_address([Asking("How high are caseloads in Northmoor?"), Asking("and in 2018?")])


@pytest.mark.parametrize(("kept", "question"), [("answers", "and in 2018?"), ("votes", "")])
def test_the_verdict_is_kept_as_the_site_wants_it(own: Assistant, kept: str, question: str) -> None:
    client = TestClient(create_app(own, Settings(feedback=kept)))
    token = client.post("/feedback", json={"conversation": THREAD, "helpful": False}).json()["token"]
    reason = {"token": token, "reason": "The wrong year."}
    assert client.post("/feedback/reason", json=reason).status_code == 204
    assert client.post("/feedback/reason", json={"token": "guessed", "reason": "Not mine."}).status_code == 204
    (row,) = Feedback(own.library.folder).rows()
    assert (row.helpful, row.reason, row.question, row.status) == (False, "The wrong year.", question, "answered")
    assert ("2018" in row.understood) is (kept == "answers")


@pytest.mark.parametrize(
    "said",
    [
        {"conversation": "", "helpful": True},
        {"conversation": "q=", "helpful": True},
        {"conversation": "q=x&from=1", "helpful": True},
        {"conversation": THREAD},
    ],
)
def test_what_is_no_verdict_is_not_kept(own: Assistant, said: dict[str, object]) -> None:
    client = TestClient(create_app(own, Settings()))
    assert client.post("/feedback", json=said).status_code == 422
    assert Feedback(own.library.folder).rows() == []
    assert client.post("/feedback/reason", json={"token": "x", "reason": "x" * 1001}).status_code == 422


def test_what_cannot_be_kept_is_said_and_logged(own: Assistant, caplog: pytest.LogCaptureFixture) -> None:
    client = TestClient(create_app(own, Settings()))
    (own.library.folder / FILE).mkdir()  # which cannot be written to, by root neither
    for path, said in (("", {"conversation": THREAD, "helpful": True}), ("/reason", {"token": "x", "reason": "x"})):
        refused = client.post(f"/feedback{path}", json=said)
        assert refused.status_code == 503
        assert "This cannot be kept just now" in refused.text
        assert str(own.library.folder) not in refused.text
    assert caplog.text.count(f"cannot be written to {own.library.folder / FILE} (unable to open database file)") == 2
    (own.library.folder / FILE).rmdir()
    assert client.post("/feedback", json={"conversation": THREAD, "helpful": True}).status_code == 200


def test_nothing_is_kept_where_it_is_off_or_another_site_sends_it(own: Assistant) -> None:
    said = {"conversation": THREAD, "helpful": True}
    assert TestClient(create_app(own, Settings(feedback="off"))).post("/feedback", json=said).status_code == 404
    client = TestClient(create_app(own, Settings()))
    assert client.post("/feedback", json=said, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert Feedback(own.library.folder).rows() == []
