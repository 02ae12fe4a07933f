"""The real reports, where they are at hand: facts against a public register, and text against the pages themselves.

The reports are no part of the project; INSPECTION_TEST_REPORTS names the folder that holds them.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pypdfium2
import pytest

from index import readers
from index.describe import Facts, describe, short_name
from index.documents import Document, Passage, Unreadable
from index.encoder import Encoder
from index.passages import split_passages
from index.readers import pdf_places
from tests.files import page_characters, squeezed, text_under

# Where the register and the report name the same authority in different words, both right.
OTHER_NAMES = {"london corporation": "City of London"}


@dataclass(frozen=True)
class Sampled:
    """A report of the sample, read, described and split."""

    path: Path
    data: bytes
    document: Document
    facts: Facts
    passages: list[Passage]


@pytest.fixture(scope="module")
def sample(reports: Path, encoder: Encoder) -> list[Sampled]:
    """Twenty reports, the same on every run."""
    paths = sorted(path for path in reports.rglob("*.pdf") if not is_web_page(path))
    sample = []
    for path in random.Random(2014).sample(paths, 20):
        data = path.read_bytes()
        document, _ = readers.read(data, path.name)
        facts = describe(document, path.relative_to(reports).as_posix(), paged=True)
        passages = split_passages(document, facts, encoder.count_tokens, encoder.limit)
        sample.append(Sampled(path, data, document, facts, passages))
    return sample


def is_web_page(path: Path) -> bool:
    with path.open("rb") as file:
        return b"<html" in file.read(2000).lower()


def described(reports: Path, path: Path) -> Facts:
    document, format = readers.read(path.read_bytes(), path.name)
    return describe(document, path.relative_to(reports).as_posix(), paged=format == "pdf")


def test_web_pages_named_pdf_are_refused_and_nothing_else_looks_like_one(reports: Path) -> None:
    pages = sorted(path for path in reports.rglob("*.pdf") if is_web_page(path))
    assert [path.relative_to(reports).as_posix() for path in pages] == [
        "national/80490_bromley/children's services inspection - 17 august 2012.pdf",
        "rotherham/children's services inspection - 10 august 2012.pdf",
    ]
    for path in pages:
        with pytest.raises(Unreadable, match=r"the name says a PDF, the content is a web page"):
            readers.read(path.read_bytes(), path.name)


def test_every_other_file_opens_and_those_of_the_sample_are_read(reports: Path, sample: list[Sampled]) -> None:
    files = [path for path in reports.rglob("*.pdf") if not is_web_page(path)]
    assert len(files) == 190
    for path in files:
        with pypdfium2.PdfDocument(path) as opened:
            assert len(opened) >= 2
    assert all(len(report.document.text.split()) > 500 for report in sample)
    assert all(len(report.passages) > 20 for report in sample)


def test_facts_agree_with_the_register(reports: Path, summary: list[dict[str, str]]) -> None:
    folders = {path.name.split("_")[0]: path for path in (reports / "national").iterdir()}
    folders["80543"] = reports / "rotherham"
    agreed, absent = 0, []
    for row in summary:
        published = datetime.strptime(row["publication_date"], "%d/%m/%y").date()
        # The file's name carries the day; it only chooses the file, the facts are read from its text.
        name = f"{published:%d %B %Y}".lower()
        files = [path for path in folders[row["urn"]].glob("*.pdf") if name in path.name.lower()]
        if not files:
            absent.append(published)
            continue
        facts = described(reports, files[0])
        wanted = (
            OTHER_NAMES.get(row["local_authority"], short_name(row["local_authority"])),
            day(row["inspection_start_date"]),
            day(row["inspection_end_date"]),
            published,
        )
        found = (facts.authority, facts.inspection_start, facts.inspection_end, facts.publication_date)
        assert found == wanted, files[0]
        assert facts.source == "report"
        if row["inspector_name"]:  # the register leaves one out
            assert (facts.lead_inspector or "").lower() == row["inspector_name"], files[0]
        agreed += 1
    # The newest reports of 24 authorities came out after the folder was filled.
    assert (agreed, len(absent)) == (43, 24)
    assert min(absent) >= date(2025, 4, 23)


def day(text: str) -> date:
    return datetime.strptime(text, "%d/%m/%Y").date()


def test_facts_of_the_sample_fit_one_another(sample: list[Sampled]) -> None:
    for report in sample:
        facts, path = report.facts, report.path
        assert facts.source == "report", path
        assert facts.inspection_start, path
        assert facts.inspection_end, path
        assert facts.publication_date, path
        assert facts.inspection_start <= facts.inspection_end < facts.publication_date, path
        # The folder names the authority too.
        if match := re.fullmatch(r"\d+_(.+)", path.parent.name):
            assert facts.authority == OTHER_NAMES.get(match[1], short_name(match[1])), path


def test_spans_are_the_pages_own_characters(sample: list[Sampled]) -> None:
    for report in sample[:10]:
        text = report.document.text
        with pypdfium2.PdfDocument(report.data) as opened:
            pages = ["".join(page_characters(page)) for page in opened]
        covered = bytearray(len(text))
        for span in report.document.spans:
            here = text[span.start : span.start + span.length]
            there = pages[span.page - 1][span.source : span.source + span.length]
            assert re.sub(r"\s", " ", here) == re.sub(r"\s", " ", there), report.path
            covered[span.start : span.start + span.length] = b"\1" * span.length
        assert not [n for n, known in enumerate(covered) if not known and text[n].strip()], report.path


def test_boxes_of_passages_lie_over_their_words(sample: list[Sampled]) -> None:
    rng = random.Random(2022)
    for report in sample:
        with pypdfium2.PdfDocument(report.data) as opened:
            for passage in rng.sample(report.passages, 3):
                found = pdf_places.boxes(report.data, report.document.spans, passage.start, passage.end)
                pages = {page for page, _ in found}
                assert pages == set(range(passage.page or 0, (passage.last_page or 0) + 1)), report.path
                under = "".join(text_under(opened[page - 1], box) for page, box in found)
                wanted = squeezed(passage.text)
                assert is_subsequence(wanted, under), report.path
                # Where a line changes its font, two boxes overlap by a letter or two.
                assert len(under) <= 1.03 * len(wanted) + 2, report.path


def is_subsequence(wanted: str, text: str) -> bool:
    letters = iter(text)
    return all(letter in letters for letter in wanted)


def test_passages_hold_neither_running_headers_nor_broken_hyphens(sample: list[Sampled], encoder: Encoder) -> None:
    found = 0
    for report in sample:
        passages = report.passages
        # Found by another way than the reader's: lines that stand first or last on most pages.
        running = running_lines(report.data)
        found += bool(running)
        assert not [p.text for p in passages for line in running if line in re.sub(r"\d+", "#", p.text)], report.path
        assert not [p.text for p in passages if re.search("[\ufffe\uffff\x02]", p.text)], report.path
        counts = encoder.count_tokens([f"{p.header}\n{p.text}" for p in passages])
        assert max(counts) <= encoder.limit, report.path
    assert found >= 5  # most reports have shorter ones


def running_lines(data: bytes) -> list[str]:
    """Lines of three words or more that are first or last on more than half of a report's pages, figures as "#"."""
    seen: Counter[str] = Counter()
    with pypdfium2.PdfDocument(data) as opened:
        for page in opened:
            lines = [line.strip() for line in page.get_textpage().get_text_range().split("\r\n") if line.strip()]
            edges = {re.sub(r"\d+", "#", line) for line in lines[:1] + lines[-1:]}
            seen.update(line for line in edges if len(line.split()) > 2)
        return [line for line, count in seen.items() if count > len(opened) / 2]
