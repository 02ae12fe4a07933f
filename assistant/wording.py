"""Words for people: lists, days, sources and quotations as the command line, the chat and every page write them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from assistant.wanted import lists_improvements
from index.describe import MONTHS, Facts
from index.stored import StoredDocument, StoredPassage

# Bullets of a PDF's symbol fonts come as characters that no other font has a shape for.
SYMBOLS = {code: "•" for code in range(0xF000, 0xF100)}
THIS_PROJECT = "Inspection Assistant project"
UNUSABLE = "The documents cannot be searched just now. Try again later, or tell whoever runs this service."
FAILED = "Something went wrong. Try again; if it happens again, tell whoever runs this service."


def in_words(names: Sequence[str]) -> str:
    """ "A", "A and B", "A, B and C"; by semicolons where a name has "and" in it."""
    comma = "; " if any(" and " in name for name in names) else ", "
    if len(names) < 2:
        return "".join(names)
    return f"{comma.join(names[:-1])}{comma if comma == '; ' else ' '}and {names[-1]}"


def day_in_full(day: date) -> str:
    """A day as "12 August 2022"."""
    return f"{day.day} {MONTHS[day.month - 1].capitalize()} {day.year}"


def inspected_in_words(facts: Facts) -> str:
    """The month and year in which inspectors came: "June 2022"; empty where not known."""
    day = facts.inspection_start
    return f"{MONTHS[day.month - 1].capitalize()} {day.year}" if day else ""


def inspected_in_full(facts: Facts) -> str:
    """When inspectors came, as "27 June to 1 July 2022"; a whole month as "November 2025"; empty where not known."""
    start, end = facts.inspection_start, facts.inspection_end
    if start is None or facts.month_only:
        return inspected_in_words(facts)
    if end is None or end == start:
        return day_in_full(start)
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day} to {day_in_full(end)}"
    first = day_in_full(start)
    return f"{first.removesuffix(f' {end.year}')} to {day_in_full(end)}"


def day_in_words(facts: Facts) -> str:
    """The day a report was published, else when the inspectors came, else when it was written."""
    if facts.publication_date:
        return day_in_full(facts.publication_date)
    if facts.inspection_start:
        return f"inspection of {inspected_in_words(facts)}"
    return f"written {day_in_full(facts.written)}" if facts.written else ""


def whose_words(facts: Facts) -> str:
    """Whose words a document holds, in words."""
    by = "this project" if facts.author == THIS_PROJECT else facts.author
    summary = f"Summary by {by}, not Ofsted's words" if by else "Summary, not Ofsted's words"
    kinds = {"report": "Ofsted report", "summary": summary, "news": "News article"}
    return kinds.get(facts.source, "Other document")


def label(document: StoredDocument, page: int | None, section: str = "", paragraph: int | None = None) -> str:
    """A source named in words, with its page or, where there are no pages, its heading and paragraph.

    What stands under a heading of what has to improve says so: alone it reads as if it were done well.
    """
    facts = document.facts
    under = f"under “{section.rpartition(' – ')[2]}”" if lists_improvements(section) else ""
    below = [f"“{section}”" if section else "", f"paragraph {paragraph}" if paragraph else ""]
    place = [f"page {page}", under] if page else below
    return ", ".join(part for part in (facts.authority or facts.title, day_in_words(facts), *place) if part)


def passage_label(passage: StoredPassage) -> str:
    """A passage's source named in words."""
    return label(passage.document, passage.page, passage.section, passage.paragraph)


def shown(quote: str) -> str:
    """A quotation as it is shown: tabs between a table's cells become a dash, bullets of symbol fonts a bullet."""
    return quote.translate(SYMBOLS).replace("\t", " – ")
