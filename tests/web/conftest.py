"""A small library of made-up documents of every format, the application over it, and a browser.

The authorities are invented. One report has a sentence that runs over a page break, one page is turned and cropped, and
one document is hostile.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import docx
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from assistant.assistant import Assistant
from assistant.settings import Settings
from assistant.web.application import create_app
from index.encoder import Encoder
from index.library import Library
from index.stored import StoredDocument
from index.update import library_identity, update
from tests.web.browsing import serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
]

REPORT_2022 = [
    [
        "Inspection of Northmoor local authority children's services",
        "Inspection dates: 6 June to 10 June 2022",
        "Lead inspector: Jane Example, Her Majesty's Inspector",
        "",
        "Children in Northmoor receive a good service. Leaders know their services well.",
    ],
    [
        "1. Social workers in Northmoor have manageable caseloads of fifteen children.",
        "",
        "2. Foster carers in Northmoor are well trained and feel valued by managers.",
        "",
        "3. Care leavers told inspectors that their housing had improved and that they",
    ],
    [
        "could reach their personal advisers by telephone at weekends.",
        "",
        "4. Missing children in Northmoor are offered an interview when they return.",
    ],
]
REPORT_2018 = [
    [
        "Inspection of Northmoor local authority children's services",
        "Inspection dates: 5 March to 9 March 2018",
        "Lead inspector: Sam Sample, Her Majesty's Inspector",
        "",
        "1. Social workers in Northmoor have unmanageable caseloads of thirty children.",
        "",
        "2. Care leavers in Northmoor wait too long for suitable housing.",
    ]
]
REPORT_SOUTHVALE = [
    [
        "Inspection of Southvale local authority children's services",
        "Inspection dates: 4 October to 8 October 2021",
        "Lead inspector: Kit Case, Her Majesty's Inspector",
        "",
        "1. Social workers in Southvale carry caseloads that vary between teams.",
        "",
        "2. Adopters in Southvale praised the support that they receive after placement.",
    ]
]
HOSTILE = """---
title: "<img src=x onerror=window.hacked=1>"
authority: "<i>Eastby</i>"
kind: summary
author: Inspection Assistant project
inspection_start: 2020-02-03
url: "javascript:window.hacked=1"
---

# Eastby <script>window.hacked=1</script>

Beekeeping lessons in Eastby &lt;script&gt;window.hacked=1&lt;/script&gt; are **well** attended
${window.hacked=1} {{7*7}}.
"""
SUMMARY = """---
title: Northmoor children's services, inspection of June 2022
authority: Northmoor
kind: summary
author: Inspection Assistant project
inspection_start: 2022-06-06
inspection_end: 2022-06-10
written: 2024-01-02
url: https://reports.example.org/northmoor
licence: Contains public sector information licensed under the Open Government Licence v3.0.
---

# Northmoor children's services, inspection of June 2022

## Fostering panel

- The fostering panel of Northmoor meets every second Thursday.
- Its chair is independent of the council.

| Area | Judgement |
| --- | --- |
| Overall effectiveness | Good |
| Leaders | Outstanding |
"""
WEB_PAGE = """<!doctype html><html lang="en"><head><title>How complaints are handled</title></head><body><article>
<h1>How complaints are handled</h1><p>Anyone may complain about a decision of children's services within twelve months
of it. The complaint is heard in three stages, each with its own time limit.</p><h2>The first stage</h2><p>A manager of
the team concerned replies within ten working days, or says why more time is needed and how much more.</p>
<script>window.hacked=1</script></article></body></html>"""


def pdf(pages: Sequence[Sequence[str]], page_entries: str = "") -> bytes:
    """A PDF with these lines of text on its pages; `page_entries` is added to each page's dictionary."""
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number, lines in enumerate(pages):
        shown = "".join(f"({line}) Tj T* " if line else "T* " for line in lines)
        stream = f"BT /F1 12 Tf 18 TL 60 760 Td {shown}ET"
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> "
            f"/Contents {5 + 2 * number} 0 R {page_entries} >>"
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    out, offsets = "%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    out += f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\n"
    return f"{out}startxref\n{out.rindex('xref')}\n%%EOF\n".encode("latin-1")


def word(file: Path) -> None:
    """A Word file with a heading, a list and a table."""
    document = docx.Document()
    document.add_heading("Northmoor sufficiency plan", 1)
    document.add_paragraph("The council plans four new children's homes by the harbour.")
    document.add_paragraph("Two homes open in spring.", style="List Bullet")
    table = document.add_table(rows=2, cols=2)
    for row, texts in zip(table.rows, [("Home", "Beds"), ("Harbour View", "Four")], strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    document.save(str(file))


@pytest.fixture(scope="session")
def library_folder(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Path:
    """The folder of a library over the documents above."""
    documents = tmp_path_factory.mktemp("documents")
    files = {
        "northmoor - 12 august 2022.pdf": pdf(REPORT_2022),
        "northmoor - 1 may 2018.pdf": pdf(REPORT_2018),
        "southvale - 3 december 2021.pdf": pdf(REPORT_SOUTHVALE),
        "turned.pdf": pdf([["A turned page about kayaks on the river."]], "/Rotate 90 /CropBox [40 500 420 800]"),
        "hostile <b>.md": HOSTILE.encode(),
        "summary.md": SUMMARY.encode(),
        "complaints.html": WEB_PAGE.encode(),
        "notes.txt": b"Minutes of the harbour committee.\n\nThe ferry timetable was agreed.\n",
        "broken.pdf": b"<!doctype html><html><body>Not found</body></html>",
    }
    for name, data in files.items():
        (documents / name).write_bytes(data)
    word(documents / "plan.docx")
    folder = tmp_path_factory.mktemp("library")
    update(Library(folder, library_identity(encoder), create=True), [documents], encoder)
    return folder


@pytest.fixture(scope="session")
def assistant(library_folder: Path, encoder: Encoder) -> Assistant:
    """The assistant for that library."""
    return Assistant.open(library_folder, encoder)


@pytest.fixture
def own(library_folder: Path, encoder: Encoder, tmp_path: Path) -> Assistant:
    """An assistant over a copy of the library, to which something may be added."""
    shutil.copytree(library_folder, tmp_path / "library")
    return Assistant.open(tmp_path / "library", encoder)


@pytest.fixture(scope="session")
def hosts() -> list[str]:
    """Fills with the hosts that this process looks up or connects to, from now on."""
    found: list[str] = []

    def note(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "socket.getaddrinfo":
            found.append(str(arguments[0]))
        elif event == "socket.connect" and isinstance(arguments[1], tuple):
            found.append(str(arguments[1][0]))

    sys.addaudithook(note)
    return found


@pytest.fixture(scope="session")
def app(assistant: Assistant, hosts: list[str]) -> FastAPI:
    """The web application."""
    settings = Settings(frame_ancestors="'self' https://intranet.example", requests_per_minute=0)
    return create_app(assistant, settings)


@pytest.fixture(scope="session")
def client(app: FastAPI) -> Iterator[TestClient]:
    """A client without a browser. The host is not localhost, which Gradio treats otherwise."""
    with TestClient(app, base_url="http://assistant.test") as client:
        yield client


@pytest.fixture(scope="session")
def find(assistant: Assistant) -> Callable[[str], StoredDocument]:
    """A document of the library by the beginning of its path."""

    def find(path: str) -> StoredDocument:
        return next(d for d in assistant.library.documents() if d.path.startswith(path))

    return find


@pytest.fixture(scope="session")
def address_of(assistant: Assistant, find: Callable[[str], StoredDocument]) -> Callable[[str, str], str]:
    """The address that opens a document, named by the beginning of its path, at these words of it."""

    def address(path: str, words: str) -> str:
        document = find(path)
        start = assistant.library.load(document.id).text.index(words)
        return f"/documents/{document.digest[:12]}?start={start}&end={start + len(words)}"

    return address


@pytest.fixture(scope="session")
def server(app: FastAPI) -> Iterator[str]:
    """The address of the application served on a free port of this machine."""
    with serving(app) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium without a window; the tests that need it are skipped where it is not installed."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser, server: str) -> Iterator[Callable[..., Page]]:
    """Opens a page of the application; at the end nothing may have been asked of another host, and no script failed."""
    contexts, elsewhere, errors = [], [], []

    def open_page(path: str = "/chat/", width: int = 1440, scheme: str = "light") -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, locale="en-GB")
        contexts.append(context)
        context.on("request", lambda r: None if r.url.startswith((server, "data:")) else elsewhere.append(r.url))
        context.on("weberror", lambda error: errors.append(str(error.error)))
        context.on("console", lambda m: errors.append(m.text) if "Content Security Policy" in m.text else None)
        page = context.new_page()
        page.goto(server + path)
        if path.startswith("/chat"):
            page.get_by_label("Your question").wait_for()
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert elsewhere == []
    assert errors == []
