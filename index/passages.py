"""A document becomes passages: what its author set apart, each short enough for the encoder to read whole."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import nupunkt

from index.describe import MONTHS, Facts
from index.documents import Document, Passage, Unit

# The shapes below decide what a passage is: a library made with other ones must be made again.
PASSAGE_SETTINGS = {"version": 4, "header_tokens": 48, "list_words": 130}

GRADE = re.compile(r"\b(outstanding|good|requires? improvement|inadequate|adequate)\b", re.I)
BULLETS = r"[•◼▪●■◦‣∙·\u2212\u2013\u2014\u2015\u0336\u2500\uf000-\uf0ff*-]"
MARKER = re.compile(rf"\s*({BULLETS}|\(?\d{{1,3}}(\.\d{{1,2}})*[.)]?)\s+(?=\S)")
LABELLED = re.compile(r"[A-Z][\w ’'-]{2,40}:\s")  # "Lead inspector: …", "Inspection dates: …"
CLAUSE = re.compile(r"(?<=[;:,])\s+|\s+(?=[•◼▪−–—\uf0b7\uf06e])")
LONGEST_SECTION = 120  # characters
# Characters: more than the encoder reads of any real text. What lies beyond need not be counted, so that one line of a
# whole book takes no longer than a book of many lines.
LONGEST_PASSAGE = 5000
LONGEST_HEADER = 1000

CountTokens = Callable[[Sequence[str]], list[int]]


def split_passages(document: Document, facts: Facts, count_tokens: CountTokens, limit: int) -> list[Passage]:
    """Cut a document into passages in reading order.

    `count_tokens` gives the number of tokens of each text, special ones not counted; `limit` is the most that the
    encoder reads, header and text together. Headings and contents lists are no passages, but a heading that states a
    grade is ("… care leavers: good").
    """
    drafts = list(_drafts(document, facts))
    texts = [document.text[draft.start : min(draft.end, draft.start + LONGEST_PASSAGE)] for draft in drafts]
    headers = [_header(draft, facts) for draft in drafts]
    fitted = _fitted(headers, count_tokens)
    passages: list[Passage] = []
    for draft, given, needed in zip(drafts, headers, count_tokens(texts), strict=True):
        header, used = fitted[given]
        sentences = _sentences(document.text, draft.units)
        room = limit - used
        if needed <= room and draft.end - draft.start <= LONGEST_PASSAGE:
            passages.append(_passage(document, draft, header, sentences))
            continue
        for group, cut in _groups(document.text, draft.start, sentences, count_tokens, room):
            passages.append(_passage(document, draft, header, group, cut))
    return passages


@dataclass(frozen=True)
class _Draft:
    """A passage before it is known whether the encoder can read it whole."""

    units: tuple[Unit, ...]
    section: str
    paragraph: int
    lead_in: str = ""

    @property
    def start(self) -> int:
        return self.units[0].start

    @property
    def end(self) -> int:
        return self.units[-1].end


def _drafts(document: Document, facts: Facts) -> Iterator[_Draft]:
    """One draft a unit, but for what belongs together.

    An item or paragraph that ends in a colon takes the list that it leads into with it; items right below a heading,
    the rows of a table and labelled lines stand together, as long as they are short.
    """
    headings: list[tuple[int, str]] = []
    units, position, heading = document.units, 0, -1
    # A heading with text of its own is no part of the deeper ones after it: "What needs to improve" with its list.
    has_text = False
    while position < len(units):
        unit = units[position]
        position += 1
        text = document.text[unit.start : unit.end]
        if unit.kind == "contents":
            continue
        if unit.kind == "heading":
            if has_text:
                headings.pop()
            headings = [(level, above) for level, above in headings if level < unit.level]
            has_text = False
            if GRADE.search(text):
                yield _Draft((unit,), _section(headings, facts), 0)
            headings.append((unit.level, text[:LONGEST_HEADER]))
            heading = position - 1
            continue
        if unit.kind == "row" and not unit.columns and _is_head_row(units, position):
            continue
        has_text = bool(headings)
        section = _section(headings, facts)
        paragraph = position - 1 - heading
        group = [unit]
        if unit.kind in {"paragraph", "item"} and text.endswith(":"):
            position = _gather(document, group, position, partial(_belongs, document, unit))
            yield _Draft(tuple(group), section, paragraph)
            while position < len(units) and _belongs(document, unit, units[position]):  # a list too long for one
                yield _Draft((units[position],), section, position - heading, text)
                position += 1
            continue
        below_heading = position - 2 == heading >= 0
        position = _gather(document, group, position, partial(_stands_with, document, unit, below_heading))
        yield _Draft(tuple(group), section, paragraph)


def _gather(document: Document, group: list[Unit], position: int, belongs: Callable[[Unit], bool]) -> int:
    """Take the units from `position` on that belong to a group into it, while it is short; the position after them."""
    words = sum(len(document.text[unit.start : unit.end].split()) for unit in group)
    for unit in document.units[position:]:
        words += len(document.text[unit.start : unit.end].split())
        if not belongs(unit) or words > PASSAGE_SETTINGS["list_words"]:
            break
        group.append(unit)
        position += 1
    return position


def _stands_with(document: Document, first: Unit, below_heading: bool, unit: Unit) -> bool:
    """Whether a unit goes on with what `first` opens: a table, a list right `below_heading`, labelled lines."""
    if unit.kind != first.kind:
        return False
    if unit.kind == "row":
        return (unit.caption, unit.columns) == (first.caption, first.columns)
    if unit.kind == "item":
        return below_heading
    lines = (document.text[other.start : other.end] for other in (first, unit))
    return unit.kind == "paragraph" and all(LABELLED.match(line) and not line.endswith(".") for line in lines)


def _is_head_row(units: Sequence[Unit], following: int) -> bool:
    """Whether a row holds the column heads of the rows below it, which carry them in their headers."""
    return following < len(units) and units[following].kind == "row" and bool(units[following].columns)


def _belongs(document: Document, lead: Unit, unit: Unit) -> bool:
    """Whether an item is part of the list that `lead` opens: for an item, items of another mark than its own."""
    if unit.kind != "item":
        return False
    if lead.kind == "paragraph":
        return True
    return _mark(document.text, unit) != _mark(document.text, lead)


def _mark(text: str, unit: Unit) -> str:
    match = MARKER.match(text, unit.start, unit.end)
    return re.sub(r"\d+", "#", match[1]) if match else ""


def _section(headings: Sequence[tuple[int, str]], facts: Facts) -> str:
    """The nearest heading, with the one above it; the document's own title is none."""
    names = [re.sub(r"(?<=[a-z])\d$", "", text) for _, text in headings if not _is_title(text, facts)]
    section = " – ".join(names[-2:])
    if len(section) > LONGEST_SECTION and names:
        section = names[-1]
    return section[:LONGEST_SECTION]


def _is_title(heading: str, facts: Facts) -> bool:
    return heading == facts.title or (heading in facts.title and len(heading) > 0.5 * len(facts.title))


def _header(draft: _Draft, facts: Facts) -> str:
    """What is embedded in front of a passage: authority, date, section, and a row's caption and columns."""
    first = draft.units[0]
    day = facts.inspection_start or facts.publication_date
    when = f"{MONTHS[day.month - 1].capitalize()} {day.year}" if day else ""
    about = ", ".join(part for part in (facts.authority or facts.title, when) if part)
    caption = "" if first.caption in draft.section else first.caption
    parts = (about, draft.section, caption, draft.lead_in, ", ".join(first.columns))
    return ". ".join(part[:LONGEST_HEADER].rstrip(".:") for part in parts if part)[:LONGEST_HEADER]


def _fitted(headers: Iterable[str], count_tokens: CountTokens) -> dict[str, tuple[str, int]]:
    """Each header → what its share of the encoder's limit allows of it, and the number of tokens that it takes."""
    different, most = list(dict.fromkeys(headers)), PASSAGE_SETTINGS["header_tokens"]
    counted = zip(different, count_tokens(different), strict=True)
    return {
        header: (header, used) if used <= most else (_shortened(header, count_tokens, most), most)
        for header, used in counted
    }


def _shortened(header: str, count_tokens: CountTokens, most: int) -> str:
    """As many of the header's first words as have no more tokens than that."""
    words = header.split()
    counts = range(1, len(words) + 1)
    fitting = bisect_right(counts, most, key=lambda count: count_tokens([" ".join(words[:count])])[0])
    return " ".join(words[:fitting])


def _sentences(text: str, units: Sequence[Unit]) -> list[tuple[int, int]]:
    """Offsets of the sentences of these units, list marks and paragraph numbers left out; a row is one sentence."""
    found: list[tuple[int, int]] = []
    for unit in units:
        begin = unit.start
        if unit.kind != "row" and (mark := MARKER.match(text, unit.start, unit.end)):
            begin = mark.end()
        body = text[begin : unit.end]
        spans = [(0, len(body))] if unit.kind in {"row", "heading"} else nupunkt.sent_spans(body)
        for start, end in spans:
            piece = body[start:end]
            left, right = len(piece) - len(piece.lstrip()), len(piece.rstrip())
            if right > left:
                found.append((begin + start + left, begin + start + right))
    return found


def _groups(
    text: str, begin: int, sentences: Sequence[tuple[int, int]], count_tokens: CountTokens, room: int
) -> Iterator[tuple[list[tuple[int, int]], bool]]:
    """Runs of whole sentences that fit `room` tokens, as even as may be; a sentence too long by itself is cut."""
    pieces: list[tuple[int, int, int, bool]] = []
    for start, end in sentences:
        # Counted with what stands before it, a list mark or number: that is read by the encoder too.
        before, begin = begin, end
        needed = count_tokens([text[before : min(end, before + LONGEST_PASSAGE)]])[0]
        if needed <= room and end - before <= LONGEST_PASSAGE:
            pieces.append((start, end, needed, False))
        else:
            pieces.extend((s, e, n, True) for s, e, n in _cut(text, start, end, count_tokens, room))
    total = sum(needed for _, _, needed, _ in pieces)
    target = total / -(-total // room)
    group: list[tuple[int, int]] = []
    filled, cut = 0, False
    for start, end, needed, was_cut in pieces:
        if group and (filled + needed > room or filled >= target):
            yield group, cut
            group, filled, cut = [], 0, False
        group.append((start, end))
        filled += needed
        cut = cut or was_cut
    if group:
        yield group, cut


def _cut(text: str, start: int, end: int, count_tokens: CountTokens, room: int) -> Iterator[tuple[int, int, int]]:
    """A sentence too long for the encoder, cut at clauses or list marks and, where there are none, between words."""
    stops = [match.start() for match in CLAUSE.finditer(text, start, end)] + [end]
    words = [match.start() for match in re.finditer(r"\s+", text[start:end])]
    between_words = [start + offset for offset in words] + [end]
    while start < end:
        chosen = 0
        for candidates in (stops, between_words, range(start + 1, end + 1)):
            first = bisect_right(candidates, start)
            later = [stop for stop in candidates[first : first + 1000] if stop <= start + LONGEST_PASSAGE]
            fitting = bisect_right(later, room, key=lambda stop: count_tokens([text[start:stop]])[0])
            if fitting:
                chosen = later[fitting - 1]
                break
        piece = text[start:chosen]
        yield start, start + len(piece.rstrip()), count_tokens([piece])[0]
        start = chosen
        while start < end and text[start].isspace():
            start += 1


def _passage(
    document: Document, draft: _Draft, header: str, sentences: Sequence[tuple[int, int]], cut: bool = False
) -> Passage:
    """A passage over these sentences; the first of a unit keeps the unit's number or list mark in its text."""
    start, end = sentences[0][0], sentences[-1][1]
    opened = next((unit for unit in draft.units if unit.start <= start < unit.end), draft.units[0])
    mark = MARKER.match(document.text, opened.start, opened.end)  # fullmatch would hide what its end looks ahead to
    if not document.text[opened.start : start].strip(" ") or (mark and mark.end() == start):
        start = opened.start
    return Passage(
        text=document.text[start:end],
        start=start,
        end=end,
        kind=draft.units[0].kind,
        section=draft.section,
        header=header,
        page=document.page_at(start),
        last_page=document.page_at(end - 1),
        paragraph=None if document.page_starts else draft.paragraph or None,
        sentences=tuple(sentences),
        cut=cut,
    )
