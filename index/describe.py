"""What a document says of itself: title, authority, dates, kind of source, address, licence, and where each was read.

Front matter is believed first, then the text, then the names of file and folder.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain
from pathlib import PurePosixPath

from index.documents import Document
from index.fetched import Fetched
from index.readers.writer import folded

OPEN_LICENCE = "Contains public sector information licensed under the Open Government Licence v3.0."
FRONT_PAGE = 3000  # characters in which a report names its authority and dates
LONGEST_FACT = 500  # characters; a whole paragraph told as a title would stand before every passage

MONTHS = ("january february march april may june july august september october november december").split()
_MONTH = "|".join(MONTHS)
_WEEKDAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+)?"
_DAY = rf"{_WEEKDAY}(\d{{1,2}})(?:st|nd|rd|th)?(?:\s+({_MONTH}))?(?:,?\s+(\d{{4}}))?"
RANGE = re.compile(rf"{_DAY}\s*(?:to|and|until|[-–—−─])\s*{_DAY}", re.I)
ONE_DAY = re.compile(rf"(\d{{1,2}})(?:st|nd|rd|th)?\s+({_MONTH}),?\s+(\d{{4}})", re.I)
INSPECTED = re.compile(r"^(?:inspection|visit) dates?\b:?|^dates? of (?:inspection|visit):?", re.I | re.M)
PUBLISHED = re.compile(r"^(?:report |first )?published(?: on)?\b:?\s*", re.I | re.M)
LEAD = re.compile(r"^(?:lead|reporting) inspector:?\s+(?:mr|mrs|ms|miss|dr)?\.?\s*([^,\n\t(]{3,60})", re.I | re.M)
INSPECTORATE = re.compile(r"\bHMI\b|(?:His|Her) Majesty.s Inspector|Crown copyright|Office for Standards in Education")
TITLE_OF_REPORT = re.compile(r"^(?:re-?)?(?:inspection|monitoring visit|focused visit|joint targeted)\b", re.I)
NAMED_IN_TITLE = re.compile(
    r"\b(?:inspection of|visit (?:to|of)) (?:the )?(.+?)(?:,| local authority| children.s (?:social care )?services)",
    re.I,
)
INSPECTED_IN = re.compile(rf"\binspection in (({_MONTH}) \d{{4}})", re.I)
# What an inspection is called in titles, and what only the reports of a framework speak of.
TITLES_OF_KINDS = {
    "monitoring-visit": re.compile(r"\bmonitoring visit\b", re.I),
    "focused-visit": re.compile(r"\bfocused visit\b", re.I),
    "re-inspection": re.compile(r"\bre-?inspection\b", re.I),
    "single-inspection-framework": re.compile(
        r"\bchildren in need of help and protection, children looked after\b", re.I
    ),
    "ilacs": re.compile(r"\b(?:local authority children.s (?:social care )?|children.s social care )services\b", re.I),
}
WORDS_OF_KINDS = {
    "ilacs": re.compile(r"\bimpact of leaders on social work practice\b", re.I),
    "single-inspection-framework": re.compile(r"\bchildren looked after and achieving permanence\b", re.I),
}
INSPECTION_KINDS = (
    "standard", "short", "re-inspection", "focused-visit", "monitoring-visit", "single-inspection-framework", "older"
)  # fmt: skip
LONGEST_SHORT_INSPECTION = 7  # days from first to last: short ones take a week, standard ones two
REPORTED_SPEECH = re.compile(r"\b(?:Ofsted|[Ii]nspectors|watchdog)\b[^.\n]{0,60}\b(?:said|praised|found|rated|told)\b")
NEWS_NAME = re.compile(
    r"\b([A-Z][a-z’']+(?:[- ](?:[A-Z][a-z]+|upon|and|of|with|on)){0,7}?)(?:’s|'s)? (?:[Cc]ouncil|children.s services)\b"
)
LABELS = {
    "authority": "authority",
    "kind of document": "kind",
    "inspection dates": "inspection_dates",
    "published": "publication_date",
    "lead inspector": "lead_inspector",
    "original report": "url",
    "written": "written",
    "licence": "licence",
}


@dataclass(frozen=True)
class Facts:
    """The facts of one document. Dates are days; `None` means not known.

    `source` is whose words the document holds: "report" (the inspectors'), "summary", "news" or "document";
    `inspection_kind` is one of INSPECTION_KINDS.
    `read_from` tells for each known fact whether it came from the front matter, the text, or a name; an address may be
    "fetched" on a day.
    """

    title: str
    source: str
    authority: str | None = None
    inspection_start: date | None = None
    inspection_end: date | None = None
    publication_date: date | None = None
    written: date | None = None
    lead_inspector: str | None = None
    url: str | None = None
    licence: str | None = None
    author: str | None = None
    inspection_kind: str | None = None
    read_from: Mapping[str, str] = field(default_factory=dict)

    @property
    def month_only(self) -> bool:
        """Whether no more than the month of the inspection is known: the first to the last day stand for it."""
        start, end = self.inspection_start, self.inspection_end
        return bool(start and end and _is_whole_month(start, end))

    @property
    def date(self) -> date | None:
        """The day that orders documents in time: when inspectors came, else when it was published or written."""
        return self.inspection_start or self.publication_date or self.written


def describe(document: Document, path: str, paged: bool, fetched: Fetched | None = None) -> Facts:
    """Find a document's facts; `path` is its path below the indexed folder, `paged` whether it is a PDF.

    `fetched` says where the file comes from; the address that the document itself gives goes before.
    """
    stated = {key: value for key, value in document.stated.items() if not (paged and key == "title")}
    labelled = _labelled(document)
    found = _Found()
    for key, value in stated.items():
        found.put(key, value, "front matter")
    for key, value in labelled.items():
        found.put(key, value, "text")
    if made_by := re.match(r"summary by (?:the )?(.+?), not", found.values.get("kind", ""), re.I):
        found.put("author", made_by[1], "text")
    source = _source(found, document)
    if source == "report":
        _from_report(found, document)
    elif source == "news":
        named = NEWS_NAME.search(document.text)
        found.put("authority", named and re.sub("['’]s$", "", named[1]), "text")
        month = INSPECTED_IN.search(document.text)
        found.put("inspection_dates", month and month[1], "text")
    _from_names(found, path, source)
    found.put("title", _first_heading(document), "text")
    found.put("title", document.stated.get("title"), "front matter")
    found.put("title", PurePosixPath(path).stem, "file name")
    facts = found.facts(source, document)
    if fetched is None or facts.url:
        return facts
    read_from = {**facts.read_from, "url": f"fetched {fetched.day.isoformat()}"}
    return replace(facts, url=fetched.url, read_from=read_from)


def short_name(authority: str) -> str:
    """An authority's name without its kind: "Rotherham Metropolitan Borough Council" is "Rotherham"."""
    name = re.sub(r"\s+", " ", authority.replace("&", "and").replace("’", "'")).strip(" .,:;-–")
    name = re.sub(r"^the ", "", name, flags=re.I)
    whole = name
    kind = r"^((london|royal|metropolitan) borough of |(county|borough) of |city of (?!london))"
    name = re.sub(kind, "", name, flags=re.I)
    # As often as there are words of a kind at the end: "Bristol, City of", "Derby City Council".
    kind = r",? (metropolitan|county|city|borough|district|unitary|council|authority|corporation|city of|mbc|bc|lbc)$"
    while (shorter := re.sub(kind, "", name, flags=re.I)) != name:
        name = shorter
    name = name or whole
    if name in {name.lower(), name.upper()}:
        name = name.title().replace("'S", "'s")
    small = re.compile(r"(?<=[ -])(And|Of|On|Upon|The|With|In|Under)(?=[ -])")
    return small.sub(lambda match: match[1].lower(), name)


def parse_range(text: str) -> tuple[date, date] | None:
    """The first and last day of "27 June to 1 July 2022", of one day, a month, or ISO dates; None where none is."""
    if match := re.match(r"\s*(\d{4}-\d{2}-\d{2})(?:\s*(?:to|/)\s*(\d{4}-\d{2}-\d{2}))?", text):
        try:
            return _ordered(date.fromisoformat(match[1]), date.fromisoformat(match[2] or match[1]))
        except ValueError:
            return None
    if (match := RANGE.search(text)) and (match[5] or match[2]) and (match[6] or match[3]):
        month, year = match[5] or match[2], match[6] or match[3]
        end = _day(match[4], month, year)
        start = _day(match[1], match[2] or month, match[3] or year)
        if start and end and start > end and not match[3]:
            start = _day(match[1], match[2] or month, str(int(year) - 1))
        if start and end:
            return _ordered(start, end)
    if match := ONE_DAY.search(text):
        day = _day(match[1], match[2], match[3])
        return (day, day) if day else None
    if match := re.fullmatch(rf"\s*({_MONTH}) (\d{{4}})\s*", text, re.I):
        if match[2] == "0000":
            return None
        start = date(int(match[2]), MONTHS.index(match[1].lower()) + 1, 1)
        return start, _months_end(start)
    return None


def _is_whole_month(start: date, end: date) -> bool:
    return start.day == 1 and end == _months_end(start)


def _months_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _ordered(start: date, end: date) -> tuple[date, date]:
    return min(start, end), max(start, end)


def _day(day: str, month: str, year: str) -> date | None:
    try:
        return date(int(year), MONTHS.index(month.lower()) + 1, int(day))
    except ValueError:
        return None


class _Found:
    """Facts as they are found; the first that is put for a name stays."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.read_from: dict[str, str] = {}

    def put(self, name: str, value: str | None, origin: str) -> None:
        value = folded(value or "").strip()[:LONGEST_FACT].strip()
        if value and name not in self.values:
            self.values[name] = value
            self.read_from[name] = origin

    def day(self, name: str) -> date | None:
        found = parse_range(self.values.get(name, ""))
        return found[0] if found else None

    def _inspection_kind(self, source: str, text: str, start: date | None, end: date | None) -> str | None:
        """One of INSPECTION_KINDS; None where a document that is no report does not tell."""
        if (stated := self.values.get("inspection_kind", "").lower()) in INSPECTION_KINDS:
            return stated
        named = (kind for kind, title in TITLES_OF_KINDS.items() if title.search(self.values["title"]))
        told = (kind for kind, words in WORDS_OF_KINDS.items() if start and words.search(text))
        kind = next(chain(named, told), "older" if source == "report" else None)
        if kind != "ilacs":
            return kind
        if not (start and end) or _is_whole_month(start, end):
            return None
        return "short" if (end - start).days < LONGEST_SHORT_INSPECTION else "standard"

    def facts(self, source: str, document: Document) -> Facts:
        inspected = parse_range(self.values.get("inspection_dates", ""))
        start, end = self.day("inspection_start"), self.day("inspection_end")
        start = start or (inspected[0] if inspected else None)
        end = end or (inspected[1] if inspected else None) or start
        authority = self.values.get("authority")
        known = {
            "title": self.values["title"],
            "authority": short_name(authority) if authority else None,
            "inspection_start": start,
            "inspection_end": end,
            "inspection_kind": self._inspection_kind(source, document.text, start, end),
            "publication_date": self.day("publication_date"),
            "written": self.day("written"),
            "lead_inspector": self.values.get("lead_inspector"),
            "url": _address(self.values.get("url", "")),
            "author": self.values.get("author"),
            "licence": self.values.get("licence") or _licence(document.text),
        }
        origins = {"inspection_start": "inspection_dates", "inspection_end": "inspection_dates"}
        read_from = {
            name: self.read_from.get(name) or self.read_from.get(origins.get(name, ""), "text")
            for name, value in known.items()
            if value is not None
        }
        # `known` holds what Facts takes under each name; mypy sees only the union of their types.
        return Facts(source=source, read_from=read_from, **known)  # type: ignore[arg-type]


def _labelled(document: Document) -> dict[str, str]:
    """Facts that the document states as label and value in a table at its beginning."""
    found: dict[str, str] = {}
    for unit in document.units[:40]:
        label, tab, value = document.text[unit.start : unit.end].partition("\t")
        if tab and label.strip().lower().rstrip(":") in LABELS and value.split("\t")[0].lower() not in LABELS:
            found.setdefault(LABELS[label.strip().lower().rstrip(":")], value.strip())
    return found if "kind" in found or "authority" in found else {}


def _source(found: _Found, document: Document) -> str:
    kind = found.values.get("kind", "").lower()
    if kind:
        return next((name for name in ("summary", "report", "news") if kind.startswith(name)), "document")
    front = document.text[:FRONT_PAGE]
    if re.search(r"inspect|visit", front, re.I) and (LEAD.search(front) or INSPECTORATE.search(document.text)):
        return "report"
    if not document.page_starts and REPORTED_SPEECH.search(document.text):
        return "news"
    return "document"


def _from_report(found: _Found, document: Document) -> None:
    front = document.text[:FRONT_PAGE]
    units = [
        document.text[u.start : min(u.end, u.start + FRONT_PAGE)] for u in document.units[:12] if u.start < FRONT_PAGE
    ]
    title = next((unit for unit in units if TITLE_OF_REPORT.match(unit)), None)
    named = NAMED_IN_TITLE.search(title) if title else None
    if named and not re.match(r"services|children|looked|local", named[1], re.I):
        found.put("authority", named[1], "text")
    else:
        found.put("authority", next((unit for unit in units if _is_name(unit)), None), "text")
        if title and "authority" in found.values:
            title = f"{short_name(found.values['authority'])}: {title}"
    found.put("title", re.sub(r"(?<=[a-z])\d$", "", title) if title else None, "text")
    for pattern, name in ((INSPECTED, "inspection_dates"), (PUBLISHED, "publication_date")):
        if match := pattern.search(front):
            found.put(name, front[match.end() : match.end() + 60].split("\n")[0], "text")
    if lead := LEAD.search(document.text):
        name = re.sub(r"\s*\b(?:HMI\b.*|(?:Her|His) Majesty.s Inspector.*)$", "", lead[1], flags=re.I)
        found.put("lead_inspector", name.strip(" ,."), "text")


def _is_name(unit: str) -> bool:
    """Whether a line on a front page may be an authority's name."""
    words = unit.split()
    other = re.search(r"\d|[.:?\t]|inspect|review|judgement|effective|^and$|children", unit, re.I)
    return 1 <= len(words) <= 8 and not other and words[0][0].isupper()


def _from_names(found: _Found, path: str, source: str) -> None:
    """Facts from file and folder names, as collections of reports carry them: "80543_rotherham/… - 12 august 2022"."""
    pure = PurePosixPath(path)
    for folder in reversed(pure.parts[:-1]):
        if match := re.fullmatch(r"\d{4,8}[_ -]+(.+)", folder):
            _put_folder_name(found, match[1])
            break
    if source in {"report", "news", "document"} and (match := ONE_DAY.search(pure.stem)):
        found.put("publication_date", match.group(), "file name")


def _put_folder_name(found: _Found, name: str) -> None:
    """The folder's name for the authority, where the text gives none or a shorter form of it ("Newcastle")."""
    given = found.values.get("authority")
    if given and short_name(name).lower().startswith(short_name(given).lower() + " "):
        del found.values["authority"]
    found.put("authority", name, "folder name")


def _first_heading(document: Document) -> str | None:
    first = document.units[0]
    return document.text[first.start : first.end] if first.kind == "heading" else None


def _address(value: str) -> str | None:
    match = re.search(r"https?://[^\s<>\"']+", value)
    return match.group().rstrip(".,;)") if match else None


def _licence(text: str) -> str | None:
    if "Open Government Licence" in text:
        return OPEN_LICENCE
    match = re.search(r"©\s*Crown copyright(?: \d{4})?", text)
    return " ".join(match.group().split()) if match else None
