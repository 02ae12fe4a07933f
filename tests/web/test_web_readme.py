"""The README's example of the API, as it stands there, over the documents that come with the project."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from assistant.assistant import Assistant
from assistant.settings import Settings
from assistant.web.application import create_app
from index.encoder import Encoder
from index.update import build
from tests.conftest import DOCUMENTS
from tests.web.browsing import serving

README = DOCUMENTS.parent / "README.md"
ADDRESS = "http://127.0.0.1:7860"


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[str]:
    """The address of a site over the documents that come with the project."""
    folder = tmp_path_factory.mktemp("shipped") / "library"
    build(folder, [DOCUMENTS], encoder)
    with serving(create_app(Assistant.open(folder, encoder), Settings())) as address:
        yield address


def example(address: str) -> list[str]:
    """The words of the command, for a site at this address."""
    text = README.read_text(encoding="utf-8")
    command = text[text.index("    curl ") :].split("\n\n")[0]
    assert ADDRESS in command
    return shlex.split(command.replace("\\\n", " ").replace(ADDRESS, address))


def asked_by_curl(command: list[str]) -> Any:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    return json.loads(subprocess.run([*command, "--silent", "--show-error"], capture_output=True, check=True).stdout)


def asked_by_python(command: list[str]) -> Any:
    name, address, *options = command
    given = dict(zip(options[::2], options[1::2], strict=True))
    assert (name, set(given)) == ("curl", {"-H", "-d"})
    key, _, value = given["-H"].partition(": ")
    return httpx.post(address, headers={key: value}, content=given["-d"], timeout=60).raise_for_status().json()


@pytest.mark.parametrize("asked", [asked_by_curl, asked_by_python])
def test_the_example_is_answered_with_addresses_that_open(shipped: str, asked: Any) -> None:
    answer = asked(example(shipped))
    assert answer["status"] == "answered"
    assert {place["authority"] for place in answer["citations"]} == {"Rotherham"}
    for place in (*answer["citations"], *answer["passages"]):
        assert httpx.get(place["address"]).status_code == 200
    assert "care leavers" in answer["answer"].lower()


def test_the_descriptions_that_it_names_are_there(shipped: str) -> None:
    for path in ("/api", "/api/v1/openapi.json", "/api/v1/judgements?area=overall&grade=inadequate&latest=true",
                 "/api/v1/judgements.csv", "/judgements/", "/judgements/rotherham"):  # fmt: skip
        assert path in README.read_text(encoding="utf-8"), path
        assert httpx.get(f"{shipped}{path}").status_code == 200, path
