"""A conversation taken along as Word and Markdown: the same words, places and addresses as in the answers."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import docx
import pypdfium2
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from markdown_it import MarkdownIt
from starlette.testclient import TestClient

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.web.paper_as_markdown import escaped
from assistant.web.threads import Asking, to_address

QUESTIONS = [
    "How manageable are social workers' caseloads in Northmoor?",
    "What are the judgements on Northmoor?",
    "How many astronauts are there in Southvale?",
]
LICENCE = "Contains public sector information licensed under the Open Government Licence v3.0."


@pytest.fixture
def answers(assistant: Assistant) -> list[Answer]:
    """The answers to the questions, each asked after those before it."""
    found: list[Answer] = []
    for question in QUESTIONS:
        found.append(assistant.ask(question, found))
    assert [answer.status for answer in found] == ["answered", "answered", "refused"]
    return found


@pytest.fixture
def download(app: FastAPI) -> Callable[[str, list[str]], bytes]:
    client = TestClient(app, base_url="https://council.example")

    def post(name: str, questions: list[str]) -> bytes:
        thread = to_address([Asking(question) for question in questions])
        response = client.post(f"/download/{name}", data={"conversation": thread})
        assert response.status_code == 200
        assert "attachment" in response.headers["content-disposition"]
        assert response.headers["cache-control"] == "no-store"
        return response.content

    return post


def addresses(answers: list[Answer]) -> list[str]:
    places = [citation for answer in answers for citation in answer.citations]
    return [
        f"https://council.example/documents/{c.document.digest[:16]}?start={c.start}&end={c.end}#passage"
        for c in places
    ]


def in_marks(quote: str) -> str:
    """A quotation as a paper shows it, on one line."""
    words = " ".join(quote.replace("\t", " – ").split())
    return f"“{words}”"


def test_word_holds_every_quotation_with_its_source(
    download: Callable[[str, list[str]], bytes], answers: list[Answer]
) -> None:
    document = docx.Document(io.BytesIO(download("word", QUESTIONS)))
    quoted = [p.text for p in document.paragraphs if p.style is not None and p.style.name == "Quote"]
    citations = [citation for answer in answers for citation in answer.citations]
    assert [q.replace("\n", " ") for q in quoted] == [in_marks(c.quote) for c in citations]
    links = [link for paragraph in document.paragraphs for link in paragraph.hyperlinks]
    assert [link.url for link in links if "start=" in link.url] == addresses(answers)
    assert [link.text for link in links if "start=" in link.url] == [citation.label for citation in citations]
    sources = "\n".join(paragraph.text for paragraph in document.paragraphs)
    for citation, address in zip(citations, addresses(answers), strict=True):
        assert citation.document.facts.title in sources
        assert f"\n{address}" in sources
    assert "page 2" in sources
    assert "Inspected 6 to 10 June 2022" in sources
    assert sources.count(LICENCE) == 1
    assert f"No answer found. {answers[2].refusal_reason}" in sources


def test_word_is_made_for_screen_readers(download: Callable[[str, list[str]], bytes]) -> None:
    document = docx.Document(io.BytesIO(download("word", QUESTIONS)))
    headings = [
        (p.style.name, p.text) for p in document.paragraphs if p.style and p.style.name.startswith(("Title", "Heading"))
    ]
    assert [name for name, _ in headings] == ["Title", *["Heading 1"] * 4]
    assert headings[1][1] == QUESTIONS[0]
    assert document.core_properties.language == "en-GB"
    assert document.core_properties.title == headings[0][1]
    styles = document.styles.element
    assert set(styles.xpath("//w:lang/@w:val")) == {"en-GB"}
    assert all(link.text.strip() for paragraph in document.paragraphs for link in paragraph.hyperlinks)
    targets = [r.target_ref for r in document.part.rels.values() if r.reltype == RELATIONSHIP_TYPE.HYPERLINK]
    assert all(urlsplit(target).scheme in {"http", "https"} for target in targets)


def test_markdown_holds_the_same(download: Callable[[str, list[str]], bytes], answers: list[Answer]) -> None:
    page = html.fromstring(MarkdownIt().render(download("markdown", QUESTIONS).decode()))
    quoted = [re.sub(r"\s+", " ", quote.text_content()).strip() for quote in page.iter("blockquote")]
    citations = [citation for answer in answers for citation in answer.citations]
    assert quoted == [in_marks(c.quote) for c in citations]
    assert [a.get("href") for a in page.iter("a") if a.text_content() in {c.label for c in citations}] == addresses(
        answers
    )
    assert [h.text_content() for h in page.iter("h2")][:3] == [answer.understood.question for answer in answers]
    assert LICENCE in page.text_content()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("1. Help *and* care_ <b>", "1. Help *and* care_ <b>"),
        ("- a point", "- a point"),
        ("2) a point # not a heading", "2) a point # not a heading"),
        ("# no heading", "# no heading"),
    ],
)
def test_markdown_shows_what_was_quoted(text: str, shown: str) -> None:
    assert html.fromstring(MarkdownIt().render(escaped(text))).text_content().strip() == shown


@given(st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), min_size=1))
def test_markdown_shows_any_text_as_it_is(text: str) -> None:
    page = MarkdownIt().render(f"> {escaped(text)}")
    found = html.fromstring(page)
    assert " ".join(found.text_content().split()) == " ".join(text.split())
    assert {element.tag for element in found.iter()} <= {"blockquote", "p", "div"}


@pytest.mark.parametrize(
    ("name", "conversation", "status", "words"),
    [
        ("word", "", 400, "There is no conversation to download."),
        ("word", "q=", 400, "The question is empty."),
        ("word", "q=caseloads&from=x", 400, "which is not a year"),
        ("pdf", "q=caseloads", 404, "as Word or as Markdown"),
    ],
)
def test_what_cannot_be_downloaded_is_said(app: FastAPI, name: str, conversation: str, status: int, words: str) -> None:
    response = TestClient(app).post(f"/download/{name}", data={"conversation": conversation})
    assert response.status_code == status
    assert words in response.text


def test_another_site_cannot_start_a_download(app: FastAPI) -> None:
    headers = {"sec-fetch-site": "cross-site"}
    response = TestClient(app).post("/download/word", data={"conversation": "q=caseloads"}, headers=headers)
    assert response.status_code == 403


def test_libreoffice_opens_the_word_file(download: Callable[[str, list[str]], bytes], tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    (tmp_path / "paper.docx").write_bytes(download("word", QUESTIONS))
    command = [office, "--headless", f"-env:UserInstallation=file://{tmp_path / 'profile'}", "--convert-to", "pdf"]
    subprocess.run([*command, "--outdir", str(tmp_path), str(tmp_path / "paper.docx")], check=True, timeout=180)
    with pypdfium2.PdfDocument(tmp_path / "paper.pdf") as pdf:
        text = " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in pdf)
    assert "manageable caseloads of fifteen children" in text
    assert LICENCE in text
