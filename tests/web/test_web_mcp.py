"""The MCP server, as the SDK's own client finds it over HTTP: its tools, what they give, and who is let in."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import anyio
import httpx
import pytest
from mcp import Client, MCPError
from mcp.client.streamable_http import create_mcp_http_client, streamable_http_client
from mcp.types import CallToolResult
from starlette.testclient import TestClient

from assistant.assistant import Assistant
from assistant.settings import Settings
from assistant.web.application import create_app
from tests.web.browsing import CASELOADS, OFF_TOPIC, QUOTED, Find, serving

T = TypeVar("T")
KEY = "a-key-of-the-council"
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
ACCEPT = {"accept": "application/json, text/event-stream"}


@pytest.fixture(scope="module")
def address(assistant: Assistant) -> Iterator[str]:
    """The address of the MCP server of a site with a key, below a path of its host."""
    settings = Settings(mcp=True, api_keys=(KEY,), root_path="/insight")  # type: ignore[arg-type]
    with serving(create_app(assistant, settings)) as base:
        yield f"{base}/insight/mcp"


def run(told: Callable[..., Awaitable[T]], *arguments: Any) -> T:
    """What a coroutine gives. In a thread of its own: a browser of other tests may have a loop running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(anyio.run, told, *arguments).result()


@asynccontextmanager
async def connected(address: str) -> AsyncIterator[Client]:
    async with (
        create_mcp_http_client(headers={"authorization": f"Bearer {KEY}"}) as http,
        Client(streamable_http_client(address, http_client=http)) as client,
    ):
        yield client


def call(address: str, tool: str, **arguments: Any) -> CallToolResult:
    async def called() -> CallToolResult:
        async with connected(address) as client:
            return await client.call_tool(tool, arguments)

    return run(called)


def test_the_tools_are_listed_with_what_they_take_and_give(address: str) -> None:
    async def listed() -> dict[str, Any]:
        async with connected(address) as client:
            return {tool.name: tool for tool in (await client.list_tools()).tools}

    tools = run(listed)
    assert set(tools) == {"ask", "search", "judgements", "open_source"}
    for tool in tools.values():
        assert tool.annotations.read_only_hint
        assert all(one["description"] for one in tool.input_schema["properties"].values())
    assert tools["ask"].input_schema["required"] == ["question"]
    assert {"citations", "refusal_reason"} < set(tools["ask"].output_schema["properties"])


def test_an_answer_is_that_of_the_other_addresses(address: str) -> None:
    given = call(address, "ask", question=CASELOADS)
    assert not given.is_error
    assert given.structured_content is not None
    other = httpx.post(
        address.replace("/mcp", "/api/v1/ask"),
        json={"question": CASELOADS},
        headers={"authorization": f"Bearer {KEY}"},
    ).json()
    assert given.structured_content | {"elapsed_ms": 0} == other | {"elapsed_ms": 0}
    assert other["citations"][0]["quote"] == QUOTED
    assert httpx.get(other["citations"][0]["address"]).status_code == 200
    assert call(address, "ask", question=OFF_TOPIC).structured_content["status"] == "refused"  # type: ignore[index]


def test_a_conversation_and_a_limit(address: str) -> None:
    later = call(address, "ask", question="and in 2018?", before=[CASELOADS]).structured_content
    assert later is not None
    assert "thirty children" in later["citations"][0]["quote"]
    found = call(address, "search", question="caseloads", authority="Southvale", limit=3).structured_content
    assert found is not None
    assert [passage["authority"] for passage in found["passages"]] == ["Southvale"] * 3


def test_a_source_opens_around_a_quotation(address: str, find: Find) -> None:
    cited = call(address, "ask", question=CASELOADS).structured_content["citations"][0]  # type: ignore[index]
    named = {"document_id": cited["document_id"]}
    page = call(address, "open_source", **named, page=cited["page"]).structured_content
    passage = call(address, "open_source", **named, start=cited["start"]).structured_content
    assert page is not None
    assert passage is not None
    assert QUOTED in page["text"]
    assert "Foster carers in Northmoor" in page["text"]
    assert QUOTED in passage["text"]
    assert "Foster carers in Northmoor" not in passage["text"]


def test_judgements_are_those_of_the_other_addresses(address: str) -> None:
    asked = {"authority": ["Northmoor council"], "grade": ["good"], "latest": True}
    given = call(address, "judgements", **asked, from_date="2022", to_date="2022-06-06")
    assert not given.is_error
    other = httpx.get(
        address.replace("/mcp", "/api/v1/judgements"),
        params={**asked, "from": "2022", "to": "2022-06-06"},
        headers={"authorization": f"Bearer {KEY}"},
    ).json()
    assert given.structured_content == other
    [judgement] = other["judgements"]
    assert (judgement["area"], judgement["grade"], judgement["document"]) == ("overall", "good", "summary.md")
    assert httpx.get(judgement["address"]).status_code == 200
    nothing = call(address, "judgements", authority=["Northmoor"], to_date="2021").structured_content
    assert nothing is not None
    assert nothing["judgements"] == []


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        ("ask", {"question": "?"}, "The question has no words in it."),
        ("ask", {"question": "Caseloads", "first_year": 2020, "last_year": 2018}, "first_year is later than last_year"),
        ("search", {"question": "Caseloads", "limit": 0}, "limit"),
        ("judgements", {"authority": ["Sheffield"]}, "has no report on 'Sheffield'"),
        ("judgements", {"area": ["fostering"]}, "is no area of judgement; use one of overall, leaders"),
        ("judgements", {"from_date": "May"}, "from: 'May' is neither a year nor a day"),
        ("judgements", {"from_date": "2020", "to_date": "2019"}, "from is later than to"),
        ("open_source", {"document_id": "0123456789ab"}, "holds no document '0123456789ab'"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(address: str, tool: str, arguments: dict[str, Any], words: str) -> None:
    given = call(address, tool, **arguments)
    assert given.is_error
    assert words in given.content[0].text  # type: ignore[union-attr]


def test_nobody_is_let_in_without_the_key(address: str) -> None:
    refused = httpx.post(address, json=LIST, headers=ACCEPT)
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")

    async def connect() -> None:
        async with Client(address) as client:
            await client.list_tools()

    with pytest.RaisesGroup(MCPError, flatten_subgroups=True):
        run(connect)


@pytest.mark.parametrize(("host", "status"), [("intranet.example", 200), ("intranet.example:8443", 200),
    ("localhost", 200), ("127.0.0.1:7860", 200), ("evil.example", 400), ("intranet.example.evil.example", 400)],
)  # fmt: skip
def test_only_the_sites_own_names_are_answered(assistant: Assistant, host: str, status: int) -> None:
    app = create_app(assistant, Settings(mcp=True, hosts=("intranet.example",)))
    for _ in range(2):  # a site may be started again
        with TestClient(app, base_url=f"http://{host}") as client:
            assert client.post("/mcp", json=LIST, headers=ACCEPT).status_code == status
            foreign = client.post("/mcp", json=LIST, headers={**ACCEPT, "origin": "https://evil.example"})
            assert foreign.status_code in (400, 403)
            assert "set-cookie" not in foreign.headers
            assert client.get("/mcp").status_code == (405 if status == 200 else status)


def test_without_names_of_its_own_only_this_machine_is_answered(assistant: Assistant) -> None:
    app = create_app(assistant, Settings(mcp=True))
    for host, status in (("localhost", 200), ("127.0.0.1:7860", 200), ("evil.example", 421)):
        with TestClient(app, base_url=f"http://{host}") as client:
            assert client.post("/mcp", json=LIST, headers=ACCEPT).status_code == status


def test_a_site_that_wants_it_without_the_package_does_not_start(tmp_path: Path, library_folder: Path) -> None:
    # A module of this name that cannot be found stands for the package that is not there.
    code = (
        "import sys; sys.modules['mcp'] = None\n"
        "from assistant.cli import app\n"
        f"app(['serve', '--data', {str(library_folder)!r}, '--port', '0'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PATH": "", "INSPECTION_ASSISTANT_MCP": "true", "HOME": str(tmp_path)},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 2
    assert "the package mcp is not installed; install it with 'pip install" in " ".join(done.stderr.split())
