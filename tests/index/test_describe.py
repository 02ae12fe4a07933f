"""What a document says of itself: dates in every form met, authorities' names, and which statement is believed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import readers
from index.describe import OPEN_LICENCE, Facts, describe, parse_range, short_name
from index.documents import Document
from index.readers.writer import UnitWriter
from tests.files import Line, lines_down, pdf_file, web_page


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("27 June to 1 July 2022", "2022-06-27", "2022-07-01"),
        ("16 September – 8 October 2014", "2014-09-16", "2014-10-08"),
        ("8 – 12 July 2013", "2013-07-08", "2013-07-12"),
        ("8-12 July 2013", "2013-07-08", "2013-07-12"),
        ("13 November 2017 to 24 November 2017", "2017-11-13", "2017-11-24"),
        ("29 November to 10 December 2021", "2021-11-29", "2021-12-10"),
        ("14 December 2020 to 8 January 2021", "2020-12-14", "2021-01-08"),
        ("14 December to 8 January 2021", "2020-12-14", "2021-01-08"),
        ("6 to 30 November 2017", "2017-11-06", "2017-11-30"),
        ("3rd to 7th November 2025", "2025-11-03", "2025-11-07"),
        ("27 JUNE TO 1 JULY 2022", "2022-06-27", "2022-07-01"),
        ("4 and 5 March 2020", "2020-03-04", "2020-03-05"),
        ("Monday 27 June to Friday 1 July 2022", "2022-06-27", "2022-07-01"),
        ("2022-06-27", "2022-06-27", "2022-06-27"),
        ("2022-06-27 to 2022-07-01", "2022-06-27", "2022-07-01"),
        ("2022-06-27/2022-07-01", "2022-06-27", "2022-07-01"),
        ("2022-06-27T09:30:00", "2022-06-27", "2022-06-27"),
        ("12 August 2022", "2022-08-12", "2022-08-12"),
        ("1st March, 2019", "2019-03-01", "2019-03-01"),
        ("29 February 2024", "2024-02-29", "2024-02-29"),
        ("November 2025", "2025-11-01", "2025-11-30"),
        ("February 2024", "2024-02-01", "2024-02-29"),
    ],
)
def test_dates_in_every_form(text: str, start: str, end: str) -> None:
    assert parse_range(text) == (day(start), day(end))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "2022",
        "31 June 2022",
        "29 February 2023",
        "2022-02-30",
        "2022-13-01",
        "May 0000",
        "12 Brumaire 2022",
    ],
)
def test_what_is_no_date_gives_none(text: str) -> None:
    assert parse_range(text) is None


@given(st.text() | st.from_regex(r"(\d{4}-\d\d-\d\d|\d{1,2} (may|june|february)?( \d{4})?)( to | – |/)?.{0,20}"))
def test_any_text_gives_none_or_days_in_order(text: str) -> None:
    found = parse_range(text)
    assert found is None or found[0] <= found[1]


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(0, 300))
def test_written_out_days_come_back(start: date, length: int) -> None:
    end = date.fromordinal(start.toordinal() + length)
    assert parse_range(f"{start:%-d %B %Y} to {end:%-d %B %Y}") == (start, end)
    assert parse_range(f"{start:%-d %B} – {end:%-d %B %Y}") == (start, end)
    assert parse_range(f"{start.isoformat()} to {end.isoformat()}") == (start, end)


@pytest.mark.parametrize(
    ("authority", "short"),
    [
        ("Rotherham", "Rotherham"),
        ("Rotherham Metropolitan Borough Council", "Rotherham"),
        ("Metropolitan Borough of Rotherham", "Rotherham"),
        ("Sandwell MBC", "Sandwell"),
        ("St Helens Borough Council", "St Helens"),
        ("London Borough of Brent", "Brent"),
        ("The London Borough of Richmond upon Thames", "Richmond upon Thames"),
        ("the Royal Borough of Windsor and Maidenhead", "Windsor and Maidenhead"),
        ("Royal Borough of Kensington & Chelsea", "Kensington and Chelsea"),
        ("Derby City Council", "Derby"),
        ("City of York Council", "York"),
        ("Bristol, City of", "Bristol"),
        ("City of Bristol", "Bristol"),
        ("City of London", "City of London"),
        ("City of London Corporation", "City of London"),
        ("Kingston upon Hull City Council", "Kingston upon Hull"),
        ("Norfolk County Council", "Norfolk"),
        ("County of Durham", "Durham"),
        ("Bath & North East Somerset Council", "Bath and North East Somerset"),
        ("Telford and Wrekin Council", "Telford and Wrekin"),
        ("Isle of Wight Council", "Isle of Wight"),
        ("Medway Unitary Authority", "Medway"),
        ("Thurrock  Council.", "Thurrock"),
        ("newcastle upon tyne", "Newcastle upon Tyne"),
        ("blackburn with darwen", "Blackburn with Darwen"),
        ("telford & wrekin", "Telford and Wrekin"),
        ("NORTH YORKSHIRE COUNTY COUNCIL", "North Yorkshire"),
        ("stoke-on-trent", "Stoke-on-Trent"),
        ("SOUTHEND-ON-SEA CITY COUNCIL", "Southend-on-Sea"),
        ("Council", "Council"),
    ],
)
def test_short_names_of_authorities(authority: str, short: str) -> None:
    assert short_name(authority) == short


@given(st.text(max_size=60))
def test_short_name_of_a_short_name_is_itself(authority: str) -> None:
    once = short_name(authority)
    assert short_name(once) == once


REPORT = [
    ("heading", "Inspection of Testshire County Council children's services"),
    ("paragraph", "Inspection dates: 8 to 19 May 2023"),
    ("paragraph", "Lead inspector: Pat Example, His Majesty's Inspector"),
    ("paragraph", "Children are safe in Testshire."),
]


def document(*units: tuple[str, str], stated: Mapping[str, str] | None = None) -> Document:
    writer = UnitWriter()
    for kind, text in units:
        if kind == "row":
            writer.add_table([text.split("\t")])
        else:
            writer.add(kind, text, 1 if kind == "heading" else 0)  # type: ignore[arg-type]
    return writer.document(stated or {})


def facts_of(*units: tuple[str, str], path: str = "a.txt", stated: Mapping[str, str] | None = None) -> Facts:
    return describe(document(*units, stated=stated), path, paged=False)


def test_report_states_its_facts_in_its_text() -> None:
    facts = facts_of(*REPORT)
    assert facts.source == "report"
    assert facts.title == "Inspection of Testshire County Council children's services"
    assert facts.authority == "Testshire"
    assert (facts.inspection_start, facts.inspection_end) == (day("2023-05-08"), day("2023-05-19"))
    assert facts.lead_inspector == "Pat Example"
    assert facts.publication_date is None
    assert facts.date == day("2023-05-08")
    assert set(facts.read_from.values()) == {"text"}


def test_publication_date_stands_in_the_text_or_in_the_file_name() -> None:
    path = "children's services inspection - 30 june 2023.pdf"
    named = facts_of(*REPORT, path=path)
    assert (named.publication_date, named.read_from["publication_date"]) == (day("2023-06-30"), "file name")
    stated = facts_of(*REPORT, ("paragraph", "Published: 1 July 2023"), path=path)
    assert (stated.publication_date, stated.read_from["publication_date"]) == (day("2023-07-01"), "text")


def test_front_matter_is_believed_before_the_text_and_the_text_before_names() -> None:
    path = "80000_nameshire/inspection - 30 june 2023.md"
    stated = {"authority": "Frontshire Council", "inspection_start": "2021-01-04", "inspection_end": "2021-01-15"}
    both = facts_of(*REPORT, path=path, stated=stated)
    assert (both.authority, both.read_from["authority"]) == ("Frontshire", "front matter")
    assert (both.inspection_start, both.inspection_end) == (day("2021-01-04"), day("2021-01-15"))
    assert both.read_from["inspection_start"] == "front matter"
    text = facts_of(*REPORT, path=path)
    assert (text.authority, text.read_from["authority"]) == ("Testshire", "text")
    name = facts_of(("paragraph", "a note without a name."), path=path)
    assert (name.authority, name.read_from["authority"]) == ("Nameshire", "folder name")
    assert (name.publication_date, name.read_from["publication_date"]) == (day("2023-06-30"), "file name")


def test_folder_name_completes_a_shorter_name_in_the_text() -> None:
    units = [("heading", "Inspection of Newcastle local authority children's services"), *REPORT[1:]]
    facts = facts_of(*units, path="80525_newcastle upon tyne/report.pdf")
    assert (facts.authority, facts.read_from["authority"]) == ("Newcastle upon Tyne", "folder name")


@pytest.mark.parametrize(
    ("kind", "source"),
    [
        ("summary", "summary"),
        ("Summary by the Inspection Assistant project, not Ofsted's words", "summary"),
        ("report", "report"),
        ("News article", "news"),
        ("minutes", "document"),
    ],
)
def test_stated_kind_decides_the_source(kind: str, source: str) -> None:
    assert facts_of(*REPORT, stated={"kind": kind}).source == source


def test_kinds_of_source_are_told_by_their_text() -> None:
    report = facts_of(*REPORT)
    news = facts_of(("paragraph", "Staff at Testshire Council are glad. Ofsted inspectors praised them in May."))
    other = facts_of(("heading", "Bin collections"), ("paragraph", "Bins are emptied on Mondays."))
    assert (report.source, news.source, other.source) == ("report", "news", "document")


def test_news_names_its_authority_and_the_month_of_the_inspection() -> None:
    facts = facts_of(
        ("heading", "Testshire does well"),
        (
            "paragraph",
            "Testshire Council was praised. Inspectors said in a report after an inspection in May 2023: good.",
        ),
    )
    assert (facts.source, facts.authority) == ("news", "Testshire")
    assert (facts.inspection_start, facts.inspection_end) == (day("2023-05-01"), day("2023-05-31"))


def test_summary_takes_no_date_from_its_file_name() -> None:
    facts = facts_of(("paragraph", "Some words."), path="seen on 30 june 2023.md", stated={"kind": "summary"})
    assert facts.publication_date is None


def test_table_of_facts_at_the_beginning_is_read() -> None:
    facts = facts_of(
        ("heading", "Testshire in brief"),
        ("row", "Authority\tTestshire Council"),
        ("row", "Kind of document\tSummary by us"),
        ("row", "Inspection dates\t8 to 19 May 2023"),
        ("row", "Published\t30 June 2023"),
        ("row", "Lead inspector\tPat Example"),
        ("row", "Original report\thttps://example.org/report"),
        ("row", "Written\t1 July 2023"),
    )
    assert facts.source == "summary"
    assert (facts.title, facts.authority, facts.lead_inspector) == ("Testshire in brief", "Testshire", "Pat Example")
    assert (facts.inspection_start, facts.inspection_end) == (day("2023-05-08"), day("2023-05-19"))
    assert (facts.publication_date, facts.written) == (day("2023-06-30"), day("2023-07-01"))
    assert facts.url == "https://example.org/report"


@pytest.mark.parametrize(
    ("value", "url"),
    [
        ("https://example.org/a.", "https://example.org/a"),
        ("see <https://example.org/b>", "https://example.org/b"),
        ("http://example.org/c (all reports)", "http://example.org/c"),
        ("javascript:alert(1)", None),
        ("example.org", None),
    ],
)
def test_address_is_taken_only_where_it_is_one(value: str, url: str | None) -> None:
    assert facts_of(("paragraph", "Some words."), stated={"url": value}).url == url


@pytest.mark.parametrize(
    ("text", "licence"),
    [
        ("You may reuse this under the terms of the Open Government Licence.", OPEN_LICENCE),
        ("© Crown copyright 2023", "© Crown copyright 2023"),
        ("All our own words.", None),
    ],
)
def test_licence_is_read_from_the_text(text: str, licence: str | None) -> None:
    assert facts_of(("paragraph", text)).licence == licence


def test_title_comes_from_a_heading_else_the_file_name() -> None:
    assert facts_of(("heading", "Our plan"), path="x/plan.txt").title == "Our plan"
    unnamed = facts_of(("paragraph", "Words only."), path="x/plan for 2023.txt")
    assert (unnamed.title, unnamed.read_from["title"]) == ("plan for 2023", "file name")


@pytest.mark.parametrize("value", ["2023-02-30", "soon", "0000-00-00", "31 April 2023"])
def test_impossible_stated_date_is_not_known_rather_than_an_error(value: str) -> None:
    facts = facts_of(("paragraph", "Words only."), stated={"publication_date": value})
    assert facts.publication_date is None
    assert "publication_date" not in facts.read_from


def test_only_what_is_known_has_an_origin() -> None:
    facts = facts_of(("paragraph", "Words only."))
    assert set(facts.read_from) == {"title"}


def test_pdf_report_is_described_from_its_front_page() -> None:
    front = [
        Line(72, 100, "Inspection of Testshire local authority children's services", 16, bold=True),
        Line(72, 160, "Inspection dates: 8 May to 19 May 2023"),
        Line(72, 190, "Lead inspector: Pat Example, His Majesty's Inspector"),
    ]
    data = pdf_file([[*front, *lines_down(["Children are safe here."], y=260)]], title="Microsoft Word - draft3")
    read, format = readers.read(data, "x.pdf")
    facts = describe(read, "80000_testshire/x - 30 june 2023.pdf", paged=format == "pdf")
    assert facts.title == "Inspection of Testshire local authority children's services"
    assert (facts.source, facts.authority, facts.lead_inspector) == ("report", "Testshire", "Pat Example")
    assert (facts.inspection_start, facts.inspection_end) == (day("2023-05-08"), day("2023-05-19"))
    assert facts.publication_date == day("2023-06-30")


def test_web_page_is_described_by_its_meta_elements() -> None:
    head = (
        "<title>Testshire explained</title><meta name='kind' content='summary'>"
        "<meta name='authority' content='Testshire'>"
        "<meta name='written' content='2023-07-01'><link rel='canonical' href='https://example.org/page'>"
    )
    body = "<main><h1>Testshire explained</h1><p>Here is what the inspectors found, in our own plain words.</p></main>"
    read, _ = readers.read(web_page(body, head), "page.html")
    facts = describe(read, "page.html", paged=False)
    assert (facts.title, facts.source, facts.authority) == ("Testshire explained", "summary", "Testshire")
    assert (facts.written, facts.url) == (day("2023-07-01"), "https://example.org/page")
    assert facts.date == day("2023-07-01")


def test_facts_hold_no_hidden_characters() -> None:
    front = '---\ntitle: "Plan\\u202Efdp"\nauthority: "Ex\\u200Bham"\nauthor: "\\uD800"\nlicence: "\\u2066x"\n'
    document, _ = readers.read(f"{front}url: https://example.org/\u202egro\n---\n\nWords.".encode(), "a.md")
    facts = describe(document, "a.md", paged=False)
    assert (facts.title, facts.authority, facts.author, facts.licence) == ("Planfdp", "Exham", None, "x")
    assert facts.url == "https://example.org/gro"
