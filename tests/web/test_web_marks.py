"""What lies under the boxes that a PDF's page draws around quoted words, measured as `tests.benchmarks.marks` does."""

from __future__ import annotations

import hashlib
import io
import random
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pypdfium2
import pytest

from assistant.web.pictures import Box, Pictures
from index.describe import describe
from index.documents import Document, Span
from index.judgements import Reading
from index.library import Library
from index.readers import pdf
from index.stored import StoredDocument
from tests.benchmarks.marks import Marks, Outcome, differences
from tests.files import BROKEN_PARAGRAPH, mapped_pdf, running_header_pdf, table_pdf, two_column_pdf

NO_VECTORS = np.zeros((0, 1), dtype=np.float32)
ROTATIONS = (0, 90, 180, 270)


def library_of(folder: Path, files: Mapping[str, bytes]) -> Library:
    """A library that shows these PDF files; there are no passages in it to search."""
    library = Library(folder, {"encoder": "none"}, create=True)
    held = {}
    for path, data in files.items():
        document, digest = pdf.read(data), hashlib.sha256(data).hexdigest()
        facts = describe(document, path, paged=True)
        library.stage(digest, path, "pdf", facts, document, data, Reading(), [], NO_VECTORS, [])
        held[path] = (digest, len(data))
    library.publish(held, [], "2024-01-01T00:00:00")
    return library


def cropped(data: bytes) -> bytes:
    """A PDF whose pages show their sheet but for strips at its edges, each of another width."""
    out = io.BytesIO()
    document = pypdfium2.PdfDocument(data)
    for page in document:
        left, bottom, right, top = page.get_mediabox()
        page.set_cropbox(left + 31, bottom + 17, right - 23, top - 41)
    document.save(out)
    return out.getvalue()


def stretches(document: Document, count: int, rng: random.Random) -> list[tuple[int, int]]:
    """Parts of units that begin and end between words, most of them within a line."""
    found = []
    for unit in rng.choices([unit for unit in document.units if unit.kind != "contents"], k=count):
        text = document.text[unit.start : unit.end]
        edges = [0, *(n for n, letter in enumerate(text) if letter.isspace()), len(text)]
        first, last = sorted(rng.sample(range(len(edges)), 2))
        start = edges[first] + (edges[first] > 0)
        found.append((unit.start + start, unit.start + edges[last]))
    return found


def outcomes(library: Library, count: int) -> list[Outcome]:
    """Every unit of short documents, as many as `count` of long ones, and as many stretches."""
    marks, rng, found = Marks(library), random.Random(2022), []
    for stored in library.documents():
        document = library.load(stored.id)
        units = [(unit.start, unit.end) for unit in document.units if unit.kind != "contents"]
        for start, end in [*rng.sample(units, min(count, len(units))), *stretches(document, count, rng)]:
            found.append(marks.compare(stored, start, end))
    return found


@pytest.mark.parametrize("rotation", ROTATIONS)
def test_columns_and_tables_on_turned_and_cropped_pages(tmp_path: Path, rotation: int) -> None:
    files = {
        "columns.pdf": cropped(two_column_pdf(rotation)),
        "table.pdf": cropped(table_pdf(rotation)),
        "letters.pdf": cropped(mapped_pdf({"A": "fi", "B": "\U0001d400"}, "xAy zAAw BB end, and on", rest="After it.")),
    }
    found = outcomes(library_of(tmp_path, files), 12)
    assert len(found) > 40
    assert [str(outcome) for outcome in found if not outcome.is_equal] == []


def test_quotes_over_line_and_page_ends(tmp_path: Path) -> None:
    library = library_of(tmp_path, {"report.pdf": running_header_pdf()})
    [stored] = library.documents()
    text = library.load_text(stored.id)
    quote = (
        "their notes say what should happen next. The duty team is small and well-led, so that families who need help"
    )
    for words, pages in ((BROKEN_PARAGRAPH, (2, 3)), (quote, (2, 3)), ("well-led", (2,)), ("at once", (3,))):
        start = text.index(words)
        outcome = Marks(library).compare(stored, start, start + len(words))
        assert outcome.is_equal, outcome
        assert outcome.pages == pages
    found = outcomes(library, 30)
    assert [str(outcome) for outcome in found if not outcome.is_equal] == []


def test_a_line_is_one_box_whatever_it_is_set_in(tmp_path: Path) -> None:
    library = library_of(tmp_path, {"report.pdf": running_header_pdf()})
    [stored] = library.documents()
    start = library.load_text(stored.id).index("Most children")
    boxes = Marks(library).boxes(stored, start, start + len("Most children in Testshire are seen within a week, "))
    assert [len(found) for found in boxes.values()] == [1]


def test_the_measure_sees_marks_that_are_not_on_their_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Pictures.boxes

    def shifted(
        pictures: Pictures, document: StoredDocument, spans: list[Span], start: int, end: int
    ) -> dict[int, list[Box]]:
        return real(pictures, document, spans, start + 6, end + 6)

    monkeypatch.setattr(Pictures, "boxes", shifted)
    library = library_of(tmp_path, {"columns.pdf": two_column_pdf()})
    [stored] = library.documents()
    start = library.load_text(stored.id).index("column says")
    outcome = Marks(library).compare(stored, start, start + len("column says"))
    assert (outcome.is_equal, outcome.missing, outcome.other) == (False, "column", "that")


def test_missing_and_other_letters_are_told_apart() -> None:
    assert differences("carehomes", "carehomes") == ("", "")
    assert differences("carehomes", "care") == ("homes", "")
    assert differences("care", "carers") == ("", "rs")


def test_marks_on_the_real_reports_lie_on_their_words(reports: Path, tmp_path: Path) -> None:
    paths = [path for path in sorted(reports.rglob("*.pdf")) if path.read_bytes()[:5] == b"%PDF-"]
    chosen = random.Random(2016).sample(paths, 8)
    found = outcomes(library_of(tmp_path, {path.name + str(n): path.read_bytes() for n, path in enumerate(chosen)}), 10)
    assert len(found) > 100
    assert [str(outcome) for outcome in found if not outcome.is_equal] == []
