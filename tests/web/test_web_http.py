"""The web application over HTTP: headers, source pages of every format, hostile text, what is closed."""

from __future__ import annotations

import io
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import lxml.html
import numpy as np
import pypdfium2
import pytest
from fastapi import FastAPI
from PIL import Image
from starlette.testclient import TestClient

from assistant.assistant import Assistant
from assistant.settings import Settings
from assistant.web.addresses import source_address
from assistant.web.application import create_app
from index.encoder import Encoder
from index.library import FILE
from index.stored import StoredDocument
from tests.web.browsing import CASELOADS

Find = Callable[[str], StoredDocument]
AddressOf = Callable[[str, str], str]

OVER_PAGES = (
    "Care leavers told inspectors that their housing had improved and that they could reach their personal advisers"
)
WORDS = {  # the beginning of a path → words that stand in that document
    "northmoor - 12": "manageable caseloads of fifteen children",
    "summary": "meets every second Thursday",
    "complaints": "replies within ten working days",
    "notes": "The ferry timetable",
    "plan": "four new children's homes by the harbour",
}


def tree(text: str) -> lxml.html.HtmlElement:
    return lxml.html.document_fromstring(text)


def marked_words(text: str) -> str:
    return " ".join(mark.text_content() for mark in tree(text).iter("mark"))


# Headers


@pytest.mark.parametrize(
    ("path", "status"),
    [("/health", 200), ("/documents/", 200), ("/chat/", 200), ("/nowhere", 404), ("/static/style.css", 200),
     ("/chat/gradio_api/upload", 404)],
)  # fmt: skip
def test_every_response_is_safe_to_show(client: TestClient, path: str, status: int) -> None:
    response = client.get(path)
    assert response.status_code == status
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "same-origin"
    assert "camera=(), " in response.headers["permissions-policy"]
    assert response.headers["x-request-id"]
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert policy.endswith("frame-ancestors 'self' https://intranet.example")
    assert "x-frame-options" not in response.headers
    assert "set-cookie" not in response.headers


def test_source_pages_allow_no_script_at_all(client: TestClient) -> None:
    response = client.get("/documents/")
    assert "script-src" not in response.headers["content-security-policy"]
    assert "unsafe" not in response.headers["content-security-policy"]
    assert list(tree(response.text).iter("script")) == []


def test_chat_page_runs_only_its_own_inline_scripts(client: TestClient) -> None:
    pages = [client.get("/chat/") for _ in range(2)]
    policies = [page.headers["content-security-policy"] for page in pages]
    nonces = [re.findall(r"script-src 'self' 'nonce-([\w-]{20,})';", policy) for policy in policies]
    assert [len(found) for found in nonces] == [1, 1]
    assert nonces[0] != nonces[1]
    scripts = list(tree(pages[0].text).iter("script"))
    assert len(scripts) >= 3
    assert {script.get("nonce") for script in scripts} == set(nonces[0])
    assert tree(pages[0].text).get("lang") == "en-GB"
    assert int(pages[0].headers["content-length"]) == len(pages[0].content)


def test_chat_page_names_no_other_host(client: TestClient) -> None:
    page = tree(client.get("/chat/").text)
    addresses = [e.get(name) for e in page.iter() for name in ("src", "href") if e.get(name)]
    assert addresses
    assert [a for a in addresses if urlsplit(a).netloc or a.startswith("/")] == []


# What Gradio offers and a chat does not need


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "gradio_api/upload"), ("GET", "gradio_api/file=/etc/passwd"), ("GET", "gradio_api/mcp/"),
     ("POST", "gradio_api/mcp/"), ("GET", "gradio_api/mcp/schema"), ("GET", "gradio_api/info"),
     ("GET", "gradio_api/openapi.json"), ("POST", "gradio_api/component_server"), ("POST", "gradio_api/vibe-edit"),
     ("GET", "gradio_api/proxy=https://example.org"), ("GET", "monitoring"), ("POST", "login"),
     ("GET", "manifest.json"), ("POST", "gradio_api/run/predict"),
     ("POST", "gradio_api/call/respond"), ("GET", "gradio_api/deep_link"),
     ("GET", "gradio_api/runs"), ("GET", "svelte/svelte.js"), ("DELETE", ""), ("GET", "openapi.json")],
)  # fmt: skip
def test_closed_paths_are_not_found(client: TestClient, method: str, path: str) -> None:
    response = client.request(method, f"/chat/{path}")
    assert response.status_code == 404
    assert "Page not found" in response.text


def test_no_other_origin_is_let_in(client: TestClient) -> None:
    hostile = {"origin": "https://evil.example"}
    for path in ("/chat/", "/chat/config", "/documents/", "/health"):
        assert "access-control-allow-origin" not in client.get(path, headers=hostile).headers
    asked = client.options("/chat/gradio_api/queue/join", headers={**hostile, "access-control-request-method": "POST"})
    assert "access-control-allow-origin" not in asked.headers
    assert asked.status_code >= 400


def test_another_site_cannot_send_a_question(client: TestClient) -> None:
    response = client.post("/chat/gradio_api/queue/join", json={}, headers={"sec-fetch-site": "cross-site"})
    assert response.status_code == 403
    own = client.post("/chat/gradio_api/queue/join", json={}, headers={"sec-fetch-site": "same-origin"})
    assert own.status_code == 422  # let through to Gradio, which finds nothing in it


def test_events_have_no_public_api(client: TestClient) -> None:
    dependencies = client.get("/chat/config").json()["dependencies"]
    assert len(dependencies) > 5
    assert {d["api_visibility"] for d in dependencies} == {"private"}


# Source pages


@pytest.mark.parametrize("path", WORDS)
def test_document_opens_with_the_words_marked(client: TestClient, address_of: AddressOf, path: str) -> None:
    response = client.get(address_of(path, WORDS[path]))
    assert response.status_code == 200
    assert marked_words(response.text) == WORDS[path]
    page = tree(response.text)
    [opening] = page.xpath("//*[@id='passage']")
    assert opening.get("tabindex") == "-1"
    if path.startswith("northmoor"):  # a PDF opens at the words on the page's picture, which leads to those in the text
        assert opening.getparent().getparent().get("class") == "paper"
        [jump] = page.xpath("//figure//a[@class='jump']/@href")
        assert page.xpath("//mark")[0].get("id") == jump.removeprefix("#")
    else:
        assert opening.tag == "mark"


def test_structure_of_a_document_is_kept(client: TestClient, find: Find) -> None:
    page = tree(client.get(f"/documents/{find('summary').digest[:12]}").text)
    assert [h.text_content() for h in page.xpath("//div[@class='text']//h4")] == ["Fostering panel"]
    assert [i.text_content() for i in page.xpath("//div[@class='text']//li")] == [
        "The fostering panel of Northmoor meets every second Thursday.",
        "Its chair is independent of the council.",
    ]
    assert [h.text_content() for h in page.xpath("//th[@scope='col']")] == ["Area", "Judgement"]
    assert [c.text_content() for c in page.xpath("//td")] == ["Overall effectiveness", "Good", "Leaders", "Outstanding"]


def test_facts_of_a_document_are_given(client: TestClient, find: Find) -> None:
    page = tree(client.get(f"/documents/{find('summary').digest[:12]}").text)
    facts = {
        d.find("dt").text_content(): " ".join(d.find("dd").text_content().split())
        for d in page.xpath("//dl[@class='facts']/div")
    }
    assert facts == {
        "Authority": "Northmoor",
        "Inspected": "6 to 10 June 2022",
        "Written": "2 January 2024",
        "File": "Download summary.md (Markdown)",
        "Original": "https://reports.example.org/northmoor",
        "Licence": "Contains public sector information licensed under the Open Government Licence v3.0.",
    }
    assert "Summary by this project, not Ofsted's words" in page.xpath("//main")[0].text_content()


def test_passage_over_a_page_break_is_marked_on_both_pages(client: TestClient, address_of: AddressOf) -> None:
    response = client.get(address_of("northmoor - 12", OVER_PAGES))
    page = tree(response.text)
    assert marked_words(response.text) == OVER_PAGES
    assert [h.text_content() for h in page.xpath("//h2")] == ["Page 2", "Page 3"]
    assert [len(f.xpath(".//rect")) for f in page.xpath("//figure")] == [1, 1]
    assert len(page.xpath("//*[@id='passage']")) == 1


def test_picture_of_a_page_comes_before_its_text(client: TestClient, address_of: AddressOf) -> None:
    page = tree(client.get(address_of("northmoor - 12", OVER_PAGES)).text)
    for sheet in page.xpath("//section[@class='sheet']"):
        assert [child.tag for child in sheet] == ["h2", "figure", "div"]
        ids = set(page.xpath("//@id"))
        assert {link.removeprefix("#") for link in sheet.xpath(".//a[starts-with(@href, '#')]/@href")} <= ids


def test_page_in_a_frame_is_short_and_leads_out_of_it(client: TestClient, address_of: AddressOf) -> None:
    address = address_of("northmoor - 12", WORDS["northmoor - 12"])
    whole, framed = client.get(address), client.get(f"{address}&beside=1")
    assert tree(whole.text).xpath("//header")
    page = tree(framed.text)
    assert page.xpath("//header | //footer | //a[@class='skip-link']") == []
    assert marked_words(framed.text) == WORDS["northmoor - 12"]
    assert "Inspected 6 to 10 June 2022" in page.xpath("//p[@class='dates']")[0].text_content()
    assert page.xpath("//dl[@class='facts']")[0].getparent().tag == "details"
    out = {a.text_content().strip(): a for a in page.xpath("//a[@target='_blank']")}
    itself = client.get(urljoin(address, out["Open this page in a new tab"].get("href")))
    assert itself.text == whole.text
    assert any(name.startswith("The file at page 2") for name in out)
    stay = page.xpath("//a[not(@target)]")
    assert {a.get("rel") for a in stay if not a.get("href").startswith("#")} == {"prev", "next"}
    plain = client.get(f"{address_of('complaints', WORDS['complaints'])}&beside=1")
    assert tree(plain.text).xpath("//details//a[@target='_blank' and contains(@href, '/original')]")


def test_pages_can_be_turned_and_the_mark_is_kept(client: TestClient, address_of: AddressOf) -> None:
    address = address_of("northmoor - 12", WORDS["northmoor - 12"])
    page = tree(client.get(address).text)
    following = page.xpath("//a[@rel='next']/@href")[0]
    assert page.xpath("//a[@rel='prev']")
    third = client.get(urljoin(address, following))
    assert "Page 3 of 3" in third.text
    assert marked_words(third.text) == ""
    assert tree(third.text).xpath("//a[@rel='next']") == []
    back = client.get(urljoin(address, tree(third.text).xpath("//a[@rel='prev']/@href")[0]))
    assert marked_words(back.text) == WORDS["northmoor - 12"]


@pytest.mark.parametrize(
    ("path", "words", "page"),
    [("northmoor - 12", "manageable caseloads of fifteen children", 2), ("turned", "turned page about kayaks", 1)],
)
def test_boxes_lie_on_the_words_in_the_picture(
    client: TestClient, address_of: AddressOf, find: Find, path: str, words: str, page: int
) -> None:
    rect = tree(client.get(address_of(path, words)).text).xpath("//figure//rect")[0]
    left, top, width, height = (float(rect.get(name).rstrip("%")) / 100 for name in ("x", "y", "width", "height"))
    document = f"/documents/{find(path).digest[:12]}"
    data = client.get(f"{document}/pages/{page}.png").content
    ink = np.asarray(Image.open(io.BytesIO(data)).convert("L")) < 128
    rows, columns = ink.shape
    first, last = round(top * rows), round((top + height) * rows)
    line = ink[first:last, round(left * columns) : round((left + width) * columns)]
    # There is ink at the box's very edges, and it runs the way the page is turned.
    assert line.any(axis=0).mean() > 0.5
    assert line.any(axis=1).mean() > 0.5
    for edge in (line[:3], line[-3:], line[:, :3], line[:, -3:]):
        assert edge.any()
    assert (line.shape[0] > line.shape[1]) == (path == "turned")
    if path != "turned":
        sheet = pypdfium2.PdfDocument(client.get(f"{document}/original").content)[page - 1]
        wide, high = sheet.get_size()
        under = (left * wide, (1 - top - height) * high, (left + width) * wide, (1 - top) * high)
        assert sheet.get_textpage().get_text_bounded(*under) == words


def test_picture_of_a_page(client: TestClient, find: Find) -> None:
    address = f"/documents/{find('northmoor - 12').digest[:16]}/pages/1.png"
    response = client.get(address)
    assert response.headers["content-type"] == "image/png"
    assert "immutable" in response.headers["cache-control"]
    assert Image.open(io.BytesIO(response.content)).width == 1200
    assert client.get(address).content == response.content


def test_original_is_handed_over_as_it_was(client: TestClient, assistant: Assistant, find: Find) -> None:
    for path, media_type, disposition in (
        ("northmoor - 12", "application/pdf", "inline"),
        ("complaints", "application/octet-stream", "attachment"),
        ("hostile", "application/octet-stream", "attachment"),
        ("plan", "application/octet-stream", "attachment"),
    ):
        document = find(path)
        response = client.get(f"/documents/{document.digest[:12]}/original")
        assert response.content == assistant.library.original(document.id)
        assert response.headers["content-type"] == media_type
        assert response.headers["content-disposition"].startswith(f"{disposition}; filename*=UTF-8''{path[:4]}")


def test_list_names_every_document_and_every_failure(client: TestClient, assistant: Assistant) -> None:
    page = tree(client.get("/documents/").text)
    links = page.xpath("//a[@class='title']")
    assert {a.text_content() for a in links} == {d.facts.title for d in assistant.library.documents()}
    for link in links:
        assert client.get(urljoin("/documents/", link.get("href"))).status_code == 200
    assert [t.text_content() for t in page.xpath("//dt")] == ["broken.pdf"]
    assert "a web page (HTML)" in page.xpath("//dd")[0].text_content()


def test_list_is_found_without_its_slash(client: TestClient) -> None:
    assert client.get("/documents").url.path == "/documents/"
    assert client.get("/").url.path == "/chat/"


def test_hostile_text_stays_text(client: TestClient, find: Find) -> None:
    document = find("hostile")
    for address in (f"/documents/{document.digest[:12]}", "/documents/"):
        page = tree(client.get(address).text)
        assert "<img src=x onerror=window.hacked=1>" in page.text_content()
        assert page.xpath("//img | //script | //i | //b | //@onerror | //a[starts-with(@href, 'javascript')]") == []
    text = client.get(f"/documents/{document.digest[:12]}").text
    assert "&lt;script&gt;window.hacked=1&lt;/script&gt;" in text
    assert "${window.hacked=1} {{7*7}}" in text


# What is not there


def test_unknown_documents_pages_and_passages(client: TestClient, find: Find) -> None:
    known = find("northmoor - 12").digest[:12]
    text = find("notes").digest[:12]
    for address, words in {
        "/documents/0123456789ab": "holds no such document",
        f"/documents/{known[:11]}": "holds no such document",
        "/documents/%2e%2e%2f%2e%2e": "check that it is right",
        f"/documents/{known}?page=0": "no such page",
        f"/documents/{known}?page=4": "no such page",
        f"/documents/{known}?page=two": "no such page",
        f"/documents/{known}/pages/4.png": "no such page",
        f"/documents/{known}/pages/²5.png": "no such page",
        f"/documents/{text}/pages/1.png": "no such page",
        f"/documents/{known}?start=5&end=5": "nothing is marked",
        f"/documents/{known}?start=9&end=3": "nothing is marked",
        f"/documents/{known}?start=-1&end=3": "nothing is marked",
        f"/documents/{known}?start=1": "nothing is marked",
        f"/documents/{text}?start=0&end=99999999999999999999": "nothing is marked",
        f"/documents/{text}?start=a&end=b": "nothing is marked",
    }.items():
        response = client.get(address)
        assert response.status_code == 404, address
        assert words in response.text, address
        assert response.headers["content-type"].startswith("text/html")


def test_wrong_method_is_said_in_words(client: TestClient) -> None:
    response = client.post("/documents/")
    assert response.status_code == 405
    assert "This cannot be done here" in response.text


def damaged(library_folder: Path, folder: Path, encoder: Encoder) -> FastAPI:
    """The application of a library that has lost its documents since it was opened."""
    shutil.copytree(library_folder, folder)
    app = create_app(Assistant.open(folder, encoder), Settings())
    with closing(sqlite3.connect(folder / FILE)) as connection, connection:
        for table in ("documents", "failures"):
            connection.execute(f"DROP TABLE {table}")
    return app


def test_an_unusable_library_is_said_on_every_page(
    library_folder: Path, tmp_path: Path, encoder: Encoder, caplog: pytest.LogCaptureFixture
) -> None:
    client = TestClient(damaged(library_folder, tmp_path / "library", encoder), raise_server_exceptions=False)
    conversation = f"q={CASELOADS}"
    for response in (
        client.get("/documents/"),
        client.post("/download/word", data={"conversation": conversation}),
        client.post("/feedback", json={"conversation": conversation, "helpful": True}),
    ):
        assert response.status_code == 503
        assert "The documents cannot be searched just now." in response.text
        assert "sqlite" not in response.text.lower()
        assert "default-src 'none'" in response.headers["content-security-policy"]
    assert caplog.text.count("no such table") >= 3


def test_an_error_shows_a_plain_page_with_the_same_headers(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.web.downloads.paper_of", lambda *given: 1 / 0)
    client = TestClient(create_app(assistant, Settings()), raise_server_exceptions=False)
    response = client.post("/download/word", data={"conversation": f"q={CASELOADS}"})
    assert response.status_code == 500
    assert "Something went wrong" in response.text
    assert "division" not in response.text
    assert "default-src 'none'" in response.headers["content-security-policy"]


# Under a sub-path


def test_every_link_stays_under_the_sub_path(app: FastAPI, address_of: AddressOf) -> None:
    client = TestClient(app, base_url="http://assistant.test", root_path="/insight")
    opened = address_of("northmoor - 12", WORDS["northmoor - 12"])
    for path, status in (("/documents/", 200), (opened, 200), ("/nowhere/at/all", 404), ("/chat/", 200)):
        response = client.get(f"/insight{path}")
        assert response.status_code == status
        page = tree(response.text)
        links = [urljoin(f"/insight{path}", a) for a in page.xpath("//@href | //@src") if not a.startswith("#")]
        assert links
        assert [a for a in links if not a.startswith("/insight/")] == []
        if path != "/chat/":
            assert {client.get(a).status_code for a in links} == {200}


def test_citation_address_is_the_same_from_every_page(client: TestClient, assistant: Assistant) -> None:
    answer = assistant.ask("How manageable are caseloads for social workers in Northmoor in 2022?")
    citation = answer.citations[0]
    addresses = {urljoin(base, source_address(citation)) for base in ("/chat/", "/documents/", "/documents/abc?page=2")}
    assert len(addresses) == 1
    assert marked_words(client.get(addresses.pop()).text) == citation.quote
