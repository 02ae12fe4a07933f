"""A site whose disk is full goes on answering, says what it cannot keep, and is as before once there is room."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx

from assistant.feedback import Feedback
from index.encoder import Encoder
from index.library import Library
from index.update import build
from tests.index.states import report
from tests.web.test_web_updates import QUESTION, QUOTE, site

SIZE = 6_000_000  # bytes: room for what an update needs


def test_answers_go_on_and_all_is_well_once_there_is_room(
    small_disk: Callable[[int], Path], tmp_path: Path, encoder: Encoder
) -> None:
    documents, disk = tmp_path / "documents", small_disk(SIZE)
    documents.mkdir()
    (documents / "exham.md").write_text(report("Exham", 2019, salt=0))
    build(disk / "library", [documents], encoder, named=[documents])
    before = Library(disk / "library").state
    (documents / "wyham.md").write_text(report("Wyham", 2019, salt=0))
    command = [sys.executable, "-m", "assistant", "index", str(documents), "--data", str(disk / "library")]
    log = tmp_path / "log"
    with site(disk / "library", log) as (_, address), httpx.Client(base_url=address, timeout=60) as client:

        def answers(name: str) -> bool:
            answer = client.post("api/v1/ask", json={"question": QUESTION.format(name)})
            return QUOTE.format(name) in answer.raise_for_status().json()["answer"]

        def keeps() -> int:
            return client.post("feedback", json={"conversation": f"q={QUESTION}", "helpful": True}).status_code

        with (disk / "filler").open("wb") as filler:
            filler.write(bytes(shutil.disk_usage(disk).free))
        assert answers("Exham")
        assert client.get("ready").status_code == 200
        assert keeps() == 503
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (2, "")
        assert "disk is full" in done.stderr
        assert Library(disk / "library").state == before
        assert answers("Exham")

        (disk / "filler").unlink()
        assert keeps() == 200
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert answers("Wyham")
        assert answers("Exham")
    assert len(Feedback(disk / "library").rows()) == 1
    assert Library(disk / "library").problems() == []
    said = log.read_text()
    assert "what a reader said of an answer was not kept" in said
    assert "disk is full" in said
    assert "Traceback" not in said
