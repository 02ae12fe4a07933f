"""What the accessibility statement says of the program: what works, what does not, what was tested and how.

A change that removes a gap or adds a test is written down here; the page shows it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal


@dataclass(frozen=True)
class Gap:
    """Content that not everyone can use: the success criteria of WCAG 2.2 that it fails, and what to use instead.

    `kind` is "fails" where the program is at fault, "outside" where the law leaves it out, as the files of others.
    """

    kind: Literal["fails", "outside"]
    criteria: tuple[str, ...]
    what: str
    instead: str


@dataclass(frozen=True)
class Statement:
    """The parts of the statement that are the same on every site."""

    able: tuple[str, ...]
    limits: tuple[str, ...]
    gaps: tuple[Gap, ...]
    tested_on: date
    tested: tuple[str, ...]
    not_tested: tuple[str, ...]


STATEMENT = Statement(
    able=(
        "change colours, contrast levels and fonts using browser or device settings",
        "zoom in up to 400% without the text spilling off the screen",
        "use the whole website with just a keyboard",
        "read it in light colours, dark colours, or the colours that your device sets for all websites",
        "read the text of every document on an ordinary page, whatever kind of file it is",
        "read every chart and time line of judgements as a table",
    ),
    limits=(
        "the chat needs JavaScript; all other pages work without it",
        "the original files of documents, most of them PDFs, may not work with a screen reader; each has a page with "
        "its text",
        "the text taken from some PDFs lacks headings, or the headers of tables",
        "charts and pictures inside documents are not described",
        "we have not yet tested the website with screen readers",
    ),
    gaps=(
        Gap(
            "fails",
            ("1.3.1 (info and relationships)",),
            "Where a PDF does not mark its headings and tables, they are worked out from how the page looks, and some "
            "headings and table headers are missing from the page with its text.",
            "The words themselves are there. If you cannot follow a table, contact us.",
        ),
        Gap(
            "outside",
            ("1.1.1 (non-text content)", "1.3.1 (info and relationships)", "1.3.2 (meaningful sequence)"),
            "The original files of documents were made by their publishers, and we do not control them. Some PDFs and "
            "Word files are not accessible to screen readers.",
            "Each document has a page with its text, which you can read instead.",
        ),
        Gap(
            "outside",
            ("1.1.1 (non-text content)",),
            "Charts and pictures inside documents have no description.",
            "If you need what one shows, contact us.",
        ),
    ),
    tested_on=date(2026, 11, 24),
    tested=(
        "automatically with axe-core in Chromium, at widths of 1440 and 320 pixels, in light and dark colours",
        "automatically by keyboard alone: asking, choosing filters, reading the answer, opening its source and coming "
        "back",
        "automatically in forced colours and with reduced motion, in the chat",
        "automatically at 320 pixels, which is what a window of 1280 pixels shows at 400% zoom, and with wide text "
        "spacing: nothing is cut off and nothing needs to be scrolled sideways",
        "by looking at the pages of documents and the pages about the site in dark colours and in forced colours",
    ),
    not_tested=(
        "screen readers, such as NVDA, JAWS and VoiceOver",
        "speech recognition software",
        "Firefox, Safari, and phones",
    ),
)
