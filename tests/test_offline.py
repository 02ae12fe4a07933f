"""`python app.py` as the README has it: makes the library, serves the chat, and speaks to no other machine."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# Python runs a module of this name at every start: here it lets no connection leave the machine, and writes down each.
GUARD = """
import os, sys
LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0")
def guard(event, arguments):
    if event in ("socket.connect", "socket.sendto"):
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else "127.0.0.1"
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0]
    else:
        return
    host = host.decode() if isinstance(host, bytes) else host
    if host is not None and not str(host).startswith(LOOPBACK):
        with open(os.environ["GUARD_LOG"], "a") as log:
            log.write(f"{event} {host}\\n")
        raise OSError(f"no connection to {host} in this test")
sys.addaudithook(guard)
"""


@pytest.fixture
def guarded(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "sitecustomize.py").write_text(GUARD)
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("INSPECTION_", "HF_", "GRADIO_"))
    }
    return {**clean, "PYTHONPATH": str(tmp_path), "GUARD_LOG": str(tmp_path / "log.txt")}


def test_the_guard_guards(guarded: dict[str, str]) -> None:
    code = "import socket; socket.create_connection(('192.0.2.1', 80), timeout=1)"
    done = subprocess.run([sys.executable, "-c", code], env=guarded, capture_output=True, text=True, check=False)
    assert "no connection to 192.0.2.1 in this test" in done.stderr
    assert "192.0.2.1" in Path(guarded["GUARD_LOG"]).read_text()


@pytest.fixture
def server(guarded: dict[str, str], tmp_path: Path) -> Iterator[str]:
    """The address that `python app.py` prints on its first start."""
    guarded["INSPECTION_ASSISTANT_DATA"] = str(tmp_path / "library")
    environment = {**guarded, "INSPECTION_ASSISTANT_PORT": "0"}
    command = [sys.executable, "app.py"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            printed = ""
            while not (found := re.search(r"http://127\.0\.0\.1:\d+/", printed)):
                line = process.stdout.readline()
                assert line, f"the server stopped and had printed {printed!r}"
                printed += line
            assert "7 documents from 7 files" in printed
            yield found.group()
        finally:
            process.terminate()


def test_the_chat_is_served_and_nothing_leaves_the_machine(server: str, guarded: dict[str, str]) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(server) as response:
                page = response.read().decode()
            break
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.2)
    assert "<html" in page
    with urllib.request.urlopen(server + "documents") as response:
        assert "Rotherham" in response.read().decode()
    question = [sys.executable, "-m", "assistant", "ask", "Who was the lead inspector in Rotherham in 2025?"]
    answered = subprocess.run(question, env=guarded, capture_output=True, text=True, check=True)
    assert "Catherine Heron" in answered.stdout
    assert not Path(guarded["GUARD_LOG"]).exists(), Path(guarded["GUARD_LOG"]).read_text()


def test_an_address_in_use_is_said(tmp_path: Path, guarded: dict[str, str]) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "a.txt").write_text("Some text.")
    arguments = ["--data", str(tmp_path / "library")]
    subprocess.run(
        [sys.executable, "-m", "assistant", "index", str(tmp_path / "files"), *arguments], env=guarded, check=True
    )
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "assistant", "serve", "--port", port, *arguments]
        done = subprocess.run(command, env=guarded, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert f"127.0.0.1:{port} cannot be listened on" in " ".join(done.stderr.split())
