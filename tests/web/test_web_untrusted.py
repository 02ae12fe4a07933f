"""Documents are untrusted: what they hold is shown as text wherever it is shown, and no link leads astray."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from lxml import etree, html
from markdown_it import MarkdownIt
from starlette.testclient import TestClient

from assistant.assistant import Assistant
from assistant.settings import Settings
from assistant.web.application import create_app
from assistant.web.replies import Links, reply
from assistant.web.threads import Asking, to_address
from index.encoder import Encoder
from index.library import Library
from index.readers import apart
from index.readers.writer import HIDDEN
from index.update import library_identity, update
from tests.files import lines_down, pdf_file, word_file

HOSTILE = [
    "<script>hacked()</script>",
    "<img src=x onerror=hacked()>",
    "<svg/onload=hacked()>",
    "<svg><a xlink:href=javascript:hacked()><text>x</text></a></svg>",
    "</blockquote></section><iframe src=javascript:hacked()>",
    '"><a href=\'javascript:hacked()\' onclick="hacked()">here</a>',
    "[here](javascript:hacked()) ![x](data:text/html,hacked)",
    "<javascript:hacked()> <data:text/html;base64,PHN2Zz4=>",
    "&lt;b&gt; &#60;script&#62; {{7*7}} ${7*7} $$x$$ `code` **bold** ~~gone~~ | a | b |",
    "<!-- --> <style>*{display:none}</style> <base href=//evil.example> <meta http-equiv=refresh content=0>",
]
TRICKS = "\u202eevil\u202c\u200b\u2066turned\u2069\u200f\U000e0041\ufeff"
WORDS = " ".join(HOSTILE)
FILE_NAME = "<img src=x onerror=hacked()> [x](javascript:hacked()).md".replace("/", "")


UNREADABLE = f"{HOSTILE[2]} {HOSTILE[6]}.pdf".replace("/", " ")


def front(**facts: str) -> str:
    lines = "\n".join(f"{name}: '{value.replace(chr(39), chr(39) * 2)}'" for name, value in facts.items())
    return f"---\n{lines}\n---\n\n"


def with_facts(url: str, kind: str, authority: str, day: str) -> str:
    return front(
        title=f"{HOSTILE[1]} {HOSTILE[6]} {TRICKS}", authority=authority, kind=kind, author=HOSTILE[5], url=url,
        licence=f"{HOSTILE[0]} {HOSTILE[6]}", inspection_start=day, lead_inspector=HOSTILE[2], written="2020-03-04",
        sources=HOSTILE[7],
    )  # fmt: skip


def in_markdown(text: str) -> str:
    """The text in a block of code, in which Markdown takes nothing for its own."""
    return f"~~~\n{text}\n~~~\n\n"


def files() -> dict[str, bytes]:
    """A document of each format that says something of beekeeping, archery or the like, and tries everything."""
    evil = "<b onclick=hacked()>Evilby</b>"
    grades = "| Judgement | Grade |\n|---|---|\n| Overall effectiveness | Good |\n"

    def fill(document: docx.document.Document) -> None:
        document.add_heading(f"Falconry {WORDS}", 1)
        document.add_paragraph(f"Falconry lessons for children are held on Mondays. {WORDS} {TRICKS}")

    return {
        FILE_NAME: (
            with_facts("javascript:hacked()//https://safe.example/a", "report", evil, "2020-02-03")
            + f"# Inspection\n\n{grades}\n"
            + in_markdown(f"Beekeeping lessons for children are well attended. {WORDS} {TRICKS}")
        ).encode(),
        "data.md": (
            with_facts("data:text/html,<script>hacked()</script>", "summary", evil, "2018-02-03")
            + grades.replace("Good", "Inadequate")
            + in_markdown(f"Pottery lessons for children are held on Tuesdays. {WORDS}")
        ).encode(),
        "page.html": (
            "<!doctype html><html><head><title>Archery &lt;script&gt;hacked()&lt;/script&gt;</title>"
            "<link rel=canonical href='javascript:hacked()'></head><body><article>"
            "<h1>Archery &lt;svg/onload=hacked()&gt;"
            "</h1><p>Archery lessons for children are held on Wednesdays. &lt;script&gt;hacked()&lt;/script&gt; "
            f"{TRICKS}</p><p onclick=hacked()>More <a href='javascript:hacked()'>words</a><script>hacked()</script>"
            "</p></article></body></html>"
        ).encode(),
        "plan.docx": word_file(fill, f"Falconry {HOSTILE[0]}"),
        "notes.txt": f"Chess club\n\nChess lessons for children are held on Thursdays. {WORDS} {TRICKS}\n".encode(),
        "minutes.pdf": pdf_file(
            [lines_down([f"Sailing {HOSTILE[0]}", "Sailing lessons for children are held on Fridays.", *HOSTILE])],
            title=HOSTILE[1],
        ),
        UNREADABLE: b"<!doctype html><html><body>x</body></html>",
    }


QUESTIONS = {
    "Are beekeeping lessons for children well attended?": "Beekeeping",
    "When are pottery lessons for children held?": "Pottery",
    "When are archery lessons for children held?": "Archery",
    "When are falconry lessons for children held?": "Falconry",
    "When are chess lessons for children held?": "Chess",
    "When are sailing lessons for children held?": "Sailing",
}


@pytest.fixture(scope="module")
def untrusted(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Assistant:
    """An assistant over the hostile documents."""
    folder, data = tmp_path_factory.mktemp("files"), tmp_path_factory.mktemp("data")
    for name, content in files().items():
        (folder / name).write_bytes(content)
    update(Library(data, library_identity(encoder), create=True), [folder], encoder)
    return Assistant.open(data, encoder)


@pytest.fixture(scope="module")
def client(untrusted: Assistant) -> Iterator[TestClient]:
    with TestClient(create_app(untrusted, Settings()), base_url="http://assistant.test") as client:
        yield client


# What templates write; anything else would come from a document.
ALLOWED = set(
    "html head meta title link body a header svg path span nav main div p h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table "
    "thead tbody tr th td caption section figure figcaption blockquote details summary mark br img g rect line footer "
    "form label select option input button code strong picture source".split()
)


def check(page: str) -> html.HtmlElement:
    """The page as a browser takes it, without anything that a document could have put in."""
    tree = html.document_fromstring(page.encode(), parser=html.HTMLParser(encoding="utf-8"))
    assert {element.tag for element in tree.iter(etree.Element)} <= ALLOWED
    for element in tree.iter(etree.Element):
        assert [name for name in element.attrib if name.startswith("on") or name == "style"] == []
        for name in ("href", "src", "action", "formaction", "srcset", "data", "{http://www.w3.org/1999/xlink}href"):
            assert is_harmless(element.get(name, ""))
    assert not HIDDEN.search(tree.text_content())
    assert not any(HIDDEN.search(value) for element in tree.iter(etree.Element) for value in element.attrib.values())
    return tree


def is_harmless(address: str) -> bool:
    return urlsplit(re.sub(r"[\s\x00-\x20]", "", address)).scheme.lower() in {"", "http", "https", "mailto"}


def test_all_hostile_documents_are_read(untrusted: Assistant) -> None:
    documents = untrusted.library.documents()
    assert {document.format for document in documents} == {"pdf", "word", "html", "markdown", "text"}
    assert len(documents) == len(files()) - 1
    # The address within the other is one, and is all that is made of it.
    assert {document.facts.url for document in documents} <= {None, "https://safe.example/a"}


@pytest.mark.parametrize(("question", "subject"), QUESTIONS.items())
def test_answer_in_the_chat_shows_them_as_text(untrusted: Assistant, question: str, subject: str) -> None:
    answer = untrusted.ask(question)
    assert subject in answer.passages[0].passage.text
    shown = reply(answer, Links("#a", "#b", "#c"))
    assert "\n" not in shown  # a blank line would end the HTML, and begin Markdown
    tree = check(f"<body>{shown}</body>")
    assert "<script>hacked()</script>" in tree.text_content()
    # The chat takes an answer for Markdown that holds HTML: nothing in it may be taken for Markdown's own.
    rendered = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(shown)
    assert check(f"<body>{rendered}</body>").text_content().strip() == tree.text_content().strip()


@pytest.mark.parametrize("address", ["/documents/", "/judgements/", "/about", "/transparency"])
def test_lists_show_them_as_text(client: TestClient, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 200
    tree = check(response.text)
    if address == "/documents/":
        assert HOSTILE[1] in tree.text_content()
        assert "<b onclick=hacked()>Evilby</b>" in tree.text_content()
        assert UNREADABLE in tree.text_content()


def test_the_page_of_the_chat_holds_no_script_of_theirs(client: TestClient) -> None:
    # Every script of this page is given the nonce that lets it run, so none may be a document's.
    page = html.document_fromstring(client.get("/chat/").text)
    assert "<b onclick=hacked()>Evilby</b>" in [option.text for option in page.iter("option")]
    assert [e for e in page.iter(etree.Element) if any(name.startswith("on") for name in e.attrib)] == []
    assert [e.tag for e in page.iter("object", "embed", "b")] == []
    assert page.xpath("//iframe/@id") == ["source-view"]  # the page's own, for the source beside the chat
    for script in page.xpath("//script[not(@src)]"):
        assert not re.search(r"<\s*/?\s*(script|img|svg|b onclick)", script.text or "", re.I)


def test_pages_of_documents_show_them_as_text(client: TestClient, untrusted: Assistant) -> None:
    for document in untrusted.library.documents():
        for query in ("", "?start=0&end=40", "?start=0&end=40&beside=1", "?start=&end=<script>"):
            response = client.get(f"/documents/{document.digest[:16]}{query}")
            tree = check(response.text)
            assert "hacked()" in tree.text_content()
        original = client.get(f"/documents/{document.digest[:16]}/original")
        assert original.headers["x-content-type-options"] == "nosniff"
        if document.format != "pdf":
            assert original.headers["content-disposition"].startswith("attachment")
            assert "sandbox" in original.headers["content-security-policy"]


def test_pages_of_judgements_show_them_as_text(client: TestClient, untrusted: Assistant) -> None:
    listed = check(client.get("/judgements/").text)
    assert "<b onclick=hacked()>Evilby</b>" in listed.text_content()
    [page, *_] = [a.get("href") for a in listed.iter("a") if "evilby" in a.get("href", "")]
    response = client.get(f"/judgements/{page.rpartition('/')[2]}")
    assert response.status_code == 200
    assert "<b onclick=hacked()>Evilby</b>" in check(response.text).text_content()
    assert HOSTILE[2] in check(response.text).text_content()  # the lead inspector
    for name in ("time-line.svg", "time-line.svg?dark=1"):
        drawn = client.get(f"/judgements/{page.rpartition('/')[2]}/{name}")
        picture = etree.fromstring(drawn.content)
        tags = {etree.QName(element).localname for element in picture.iter(etree.Element)}
        assert not tags & {"script", "foreignObject", "a", "b", "image", "iframe"}
        assert not any(name.startswith("on") for element in picture.iter(etree.Element) for name in element.attrib)


def test_answer_from_the_register_shows_them_as_text(untrusted: Assistant) -> None:
    answer = untrusted.ask("Which councils are good overall?")
    check(f"<body>{reply(answer, Links('#a', '#b', '#c'))}</body>")


@pytest.fixture(scope="module")
def thread() -> str:
    return to_address([Asking(question, on=date(2026, 1, 2)) for question in QUESTIONS])


def test_markdown_download_shows_them_as_text(client: TestClient, thread: str) -> None:
    text = client.post("/download/markdown", data={"conversation": thread}).content.decode()
    assert not HIDDEN.search(text)
    for parser in (MarkdownIt("commonmark"), MarkdownIt("gfm-like", {"linkify": False})):
        rendered = parser.render(text)
        tree = html.document_fromstring(rendered)
        assert {e.tag for e in tree.iter(etree.Element)} <= ALLOWED
        assert {urlsplit(a.get("href")).scheme for a in tree.iter("a")} <= {"http", "https"}
        assert "<script>hacked()</script>" in tree.text_content()


def test_word_download_shows_them_as_text(client: TestClient, thread: str) -> None:
    document = docx.Document(io.BytesIO(client.post("/download/word", data={"conversation": thread}).content))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "<script>hacked()</script>" in text
    assert not HIDDEN.search(text)
    links = [r.target_ref for r in document.part.rels.values() if r.reltype == RELATIONSHIP_TYPE.HYPERLINK]
    assert links
    assert {urlsplit(link).scheme for link in links} == {"http", "https"}


def test_tables_for_spreadsheets_hold_no_formulas(tmp_path: Path, encoder: Encoder) -> None:
    name = '=HYPERLINK("http://evil.example";"Exham")'
    files, data = tmp_path / "files", tmp_path / "data"
    files.mkdir()
    text = front(title="@SUM(1)", authority=name, kind="report", inspection_start="2020-02-03", lead_inspector="+1")
    (files / "-1.md").write_text(text + "# T\n\n| Judgement | Grade |\n|---|---|\n| Overall effectiveness | Good |\n")
    data.mkdir()
    update(Library(data, library_identity(encoder), create=True), [files], encoder)
    client = TestClient(create_app(Assistant.open(data, encoder), Settings()), base_url="http://assistant.test")
    table = client.get("/judgements/register.csv").text
    assert "HYPERLINK" in table
    assert not re.search(r'(^|,)"?[=+@-]', table, re.M)


def test_page_that_cannot_be_drawn_is_shown_as_text(
    client: TestClient, untrusted: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As a page that takes its drawing longer than it may; the limit is none at all, so that no page can be drawn.
    monkeypatch.setattr(apart, "SECONDS", 0)
    [document] = [document for document in untrusted.library.documents() if document.format == "pdf"]
    address = f"/documents/{document.digest[:16]}"
    assert client.get(f"{address}/pages/1.png").status_code == 404
    shown = client.get(f"{address}?start=0&end=20")
    assert shown.status_code == 200
    assert "Sailing lessons for children" in check(shown.text).text_content()
    monkeypatch.undo()
    assert client.get(f"{address}/pages/1.png").status_code == 200
