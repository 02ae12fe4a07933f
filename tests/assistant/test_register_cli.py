"""The register on the command line: its CSV, which other programs rely on, its filters, and what it covers."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from index.library import Library
from index.update import build
from tests.assistant.test_cli import call
from tests.conftest import DOCUMENTS
from tests.files import Line, lines_down, pdf_file
from tests.register_files import FILES, SEVERAL, write_files
from tests.toy import ToyEncoder

HEADER = (
    "authority,area,grade,inspection_start,inspection_end,publication_date,kind,lead_inspector,source,document,page,"
    "start,end"
)
EXHAM_2018 = "Exham,overall,inadequate,2018-05-14,2018-05-25,2018-07-02,standard,Jo Ward,report,exham 2018.md,,"
ALL = [
    "Exham overall inadequate 2018",
    "Exham leaders inadequate 2018",
    "Exham help-and-protection requires-improvement 2018",
    "Exham children-in-care-and-care-leavers good 2018",
    "Exham overall good 2022",
    "Exham leaders good 2022",
    "Exham help-and-protection good 2022",
    "Exham children-in-care requires-improvement 2022",
    "Exham care-leavers good 2022",
    "Exham leaders outstanding ",
    "Wyham and Zed overall good 2021",
    "Wyham and Zed leaders good 2021",
    "Wyham and Zed help-and-protection good 2021",
    "Wyham and Zed children-in-care good 2021",
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("register")
    build(folder / "library", [write_files(folder / "files")], ToyEncoder())
    return folder / "library"


def listed(library: Path, *filters: str) -> list[str]:
    """Each judgement of the CSV as authority, area, grade and year."""
    done = call("register", *filters, "--csv", "--data", library)
    assert (done.returncode, done.stderr) == (0, "")
    rows = csv.DictReader(done.stdout.splitlines())
    return [f"{r['authority']} {r['area']} {r['grade']} {r['inspection_start'][:4]}" for r in rows]


def test_csv_holds_every_judgement_once_with_the_words_that_state_it(library: Path) -> None:
    lines = call("register", "--csv", "--data", library).stdout.splitlines()
    assert lines[0] == HEADER
    assert lines[1].startswith(EXHAM_2018)
    assert listed(library) == ALL
    by_path = {document.path: document for document in Library(library).documents()}
    for row in csv.DictReader(lines):
        text = Library(library).load_text(by_path[row["document"]].id)[int(row["start"]) : int(row["end"])]
        assert row["grade"].replace("-", " ").split()[-1] in text.lower() or "top rating" in text


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        (["--authority", "wyham and zed"], [10, 11, 12, 13]),
        (["--authority", "Wyham"], [10, 11, 12, 13]),
        (["--authority", "Exham Council", "--area", "overall"], [0, 4]),
        (["--authority", "Exham", "--authority", "Wyham & Zed", "--area", "overall"], [0, 4, 10]),
        (["--area", "Help and protection"], [2, 6, 12]),
        (["--grade", "requires improvement"], [2, 7]),
        (["--grade", "requires-improvement", "--grade", "inadequate"], [0, 1, 2, 7]),
        (["--from", "2021", "--to", "2021"], [10, 11, 12, 13]),
        (["--from", "2022-02-07", "--to", "2022-02-07"], [4, 5, 6, 7, 8]),
        (["--from", "2022-02-08", "--to", "2022"], []),
        (["--to", "2018-05-13"], []),
        # Children in care and care leavers were judged together in 2018.
        (["--area", "care-leavers"], [3, 8]),
        (["--area", "children-in-care"], [3, 7, 13]),
        (["--area", "children-in-care-and-care-leavers"], [3]),
        # The newest inspection that graded an area, not the newest inspection; within the days, before the grades.
        (["--latest", "--authority", "Exham"], [4, 6, 7, 8, 9]),
        (["--latest", "--authority", "Exham", "--to", "2021"], [0, 1, 2, 3]),
        (["--latest", "--area", "leaders"], [9, 11]),
        (["--latest", "--area", "overall", "--grade", "inadequate"], []),
    ],
)  # fmt: skip
def test_filters_choose_judgements(library: Path, filters: list[str], wanted: list[int]) -> None:
    assert listed(library, *filters) == [ALL[number] for number in wanted]


def test_json_has_what_csv_has_and_what_others_say(library: Path) -> None:
    done = call("register", "--json", "--authority", "Exham", "--from", "2022", "--data", library)
    record = json.loads(done.stdout)
    first, *rest = record["judgements"]
    assert list(first)[:13] == HEADER.split(",")
    assert (first["area"], first["inspection_start"], first["page"]) == ("overall", "2022-02-07", None)
    [other] = first["contradictions"]
    assert (other["grade"], other["source"], other["document"]) == ("outstanding", "news", "press/gazette.md")
    assert [judgement["contradictions"] for judgement in rest] == [[]] * 5
    # Of an inspection in an article no more than the month is known.
    assert (rest[-1]["inspection_start"], rest[-1]["inspection_date"]) == (None, "2024-06")
    assert record["coverage"] == {
        "authorities": 1,
        "from": 2022,
        "to": 2024,
        "unreadable": [{"path": "broken.pdf", "areas": []}, {"path": "wyham and zed.md", "areas": ["care-leavers"]}],
    }


def test_coverage_is_of_what_was_looked_through_not_of_what_was_found(library: Path) -> None:
    done = call("register", "--json", "--area", "adoption", "--data", library)
    record = json.loads(done.stdout)
    assert record["judgements"] == []
    assert (record["coverage"]["authorities"], record["coverage"]["from"]) == (2, 2018)
    none = json.loads(call("register", "--json", "--to", "2001", "--data", library).stdout)
    assert {name: none["coverage"][name] for name in ("authorities", "from", "to")} == {
        "authorities": 0, "from": None, "to": None
    }  # fmt: skip


def test_a_table_is_by_authority_and_inspection_with_its_sources(library: Path) -> None:
    done = call("register", "--data", library)
    assert done.returncode == 0, done.stderr
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert [line for line in lines if line in {"Exham", "Wyham and Zed"} or line.startswith("Inspection")] == [
        "Exham",
        "Inspection of 14 to 25 May 2018",
        "Inspection of 7 to 18 February 2022",
        "Inspection of June 2024",
        "Wyham and Zed",
        "Inspection of 1 to 12 November 2021",
    ]
    assert lines[lines.index("Inspection of June 2024") + 1 :][:2] == [
        "press/news.md (News article)",
        "Leaders Outstanding",
    ]
    assert (
        "Sources differ on Overall effectiveness: Good in exham 2022.md (Ofsted report); "
        "Outstanding in press/gazette.md (News article)." in lines
    )
    assert lines[-3:] == [
        "From 2 authorities' reports, 2018 to 2024; 2 documents could not be read.",
        "Not read: broken.pdf.",
        "Judgements not read: wyham and zed.md: Care leavers.",
    ]


def test_a_page_is_named_where_there_are_pages(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    head = [
        "Inspection of Exham children's services",
        "Inspection dates: 7 to 11 February 2022",
        "Lead inspector: Jo Ward",
        "Social workers visit on time.",
    ]
    table = [Line(x, 120, text) for x, text in ((72, "Overall effectiveness"), (320, "Good"))]
    pages = [lines_down(head, gap=40), [*table, *lines_down(["Leaders act fast, and they listen."], y=200)]]
    (tmp_path / "files" / "exham - 28 march 2022.pdf").write_bytes(pdf_file(pages))
    build(tmp_path / "library", [tmp_path / "files"], ToyEncoder())
    done = call("register", "--data", tmp_path / "library")
    assert done.returncode == 0, done.stderr
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert lines[3:5] == ["exham - 28 march 2022.pdf (Ofsted report)", "Overall effectiveness Good page 2"]
    [row] = csv.DictReader(call("register", "--csv", "--data", tmp_path / "library").stdout.splitlines())
    assert row["page"] == "2"


def test_judgements_of_no_known_authority_are_named_as_unread(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    text = FILES["exham 2022.md"].replace("authority: Exham\n", "").replace("Exham children's", "children's")
    text = text.partition("\n## ")[0]  # a heading that stands alone might be a name
    (tmp_path / "files" / "unnamed.md").write_text(text)
    build(tmp_path / "library", [tmp_path / "files"], ToyEncoder())
    record = json.loads(call("register", "--json", "--data", tmp_path / "library").stdout)
    assert record["judgements"] == []
    [unread] = record["coverage"]["unreadable"]
    assert unread["path"] == "unnamed.md"
    assert set(unread["areas"]) == {"overall", "leaders", "help-and-protection", "children-in-care", "care-leavers"}


def test_the_shipped_documents_give_the_judgements_of_rotherham(tmp_path: Path) -> None:
    build(tmp_path, [DOCUMENTS], ToyEncoder())
    assert listed(tmp_path, "--area", "overall") == [
        "Rotherham overall inadequate 2014",
        "Rotherham overall good 2017",
        "Rotherham overall good 2022",
        "Rotherham overall outstanding 2025",
    ]
    # No inspection after that of 2017 judged adoption, and none after that of 2014 the safeguarding board.
    assert listed(tmp_path, "--authority", "RMBC", "--latest") == [
        "Rotherham local-safeguarding-children-board inadequate 2014",
        "Rotherham adoption good 2017",
        "Rotherham overall outstanding 2025",
        "Rotherham leaders outstanding 2025",
        "Rotherham help-and-protection outstanding 2025",
        "Rotherham children-in-care outstanding 2025",
        "Rotherham care-leavers good 2025",
    ]


def test_a_table_says_where_nothing_is_found(library: Path) -> None:
    done = call("register", "--area", "adoption", "--data", library)
    assert done.returncode == 0
    assert done.stdout.startswith("No judgement is within these limits.\nFrom 2 authorities' reports, 2018 to 2024;")


@pytest.mark.parametrize(
    ("filters", "reason"),
    [
        (["--area", "fostering"], "'fostering' is no area of judgement; use one of overall, leaders, help"),
        (["--grade", "poor"], "'poor' is no grade; use one of outstanding, good, requires-improvement, adequate"),
        (["--authority", "Sheffield"], "no report on 'Sheffield'; it has documents on Exham, Wyham and Zed"),
        (["--authority", "North Exham"], "no report on 'North Exham'"),
        (["--authority", ""], "no report on ''"),
        (["--from", "May"], "'May' is neither a year nor a day; write it as 2019 or 2019-03-31"),
        (["--to", "2019-02-29"], "'2019-02-29' is neither a year nor a day"),
        (["--from", "2020", "--to", "2019"], "from is later than to"),
        (["--csv", "--json"], "Give either --csv or --json"),
    ],
)  # fmt: skip
def test_a_wrong_filter_is_said_with_what_it_may_be(library: Path, filters: list[str], reason: str) -> None:
    done = call("register", *filters, "--data", library)
    assert (done.returncode, done.stdout) == (2, "")
    assert reason in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_the_closest_of_many_authorities_are_named(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    for number, name in enumerate(["Kent", "Medway", "Derby", "Derbyshire", *(f"{c}ham" for c in "ABCDEFGHIJ")]):
        (tmp_path / "files" / f"{number}.md").write_text(
            f"---\nauthority: {name}\nkind: summary\n---\n# Notes\n\nText.\n"
        )
    build(tmp_path / "library", [tmp_path / "files"], ToyEncoder())
    done = call("register", "--authority", "Derbyshire Dales", "--data", tmp_path / "library")
    assert "of the 14 authorities that it has, the closest in name are Derby, Derbyshire" in " ".join(
        done.stderr.split()
    )


def test_an_answer_from_the_register_is_printed_with_numbered_quotations(tmp_path: Path) -> None:
    files = {name: text for name, text in SEVERAL.items() if name.startswith(("southvale", "northmoor"))}
    done = call("index", write_files(tmp_path / "files", files), "--data", tmp_path / "library")
    assert done.returncode == 0, done.stderr
    done = call("ask", "Which councils require improvement?", "--data", tmp_path / "library")
    assert done.returncode == 0, done.stderr
    lines = [" ".join(line.split()) for line in done.stdout.splitlines() if line.strip(" ─")]
    assert lines[:9] == [
        "2 of 2 authorities were judged requires improvement overall in their latest inspection.",
        "Authority Grade Inspection",
        "Northmoor Requires improvement [1] June 2016",
        "Southvale Requires improvement [2] September 2023",
        "From 2 authorities' reports, 2016 to 2023.",
        "[1] “Overall effectiveness – Requires improvement to be good”",
        "Northmoor, 1 August 2016, paragraph 2. Ofsted report.",
        "[2] “Overall effectiveness – Requires improvement to be good”",
        "Southvale, 1 November 2023, paragraph 2. Ofsted report.",
    ]
    done = call("ask", "Which councils are inadequate?", "--json", "--data", tmp_path / "library")
    register = json.loads(done.stdout)["register"]
    assert register["finding"] == "No authority of 2 was judged inadequate overall in their latest inspection."
    assert register["rows"] == []


def test_no_library_is_said_with_the_command_that_makes_one(tmp_path: Path) -> None:
    done = call("register", "--csv", "--data", tmp_path / "none")
    assert (done.returncode, done.stdout) == (2, "")
    assert "inspection-assistant index" in " ".join(done.stderr.split())


def test_check_names_the_judgements_that_could_not_be_read(library: Path, tmp_path: Path) -> None:
    done = call("check", "--data", library)
    assert done.returncode == 3  # for the file that is no PDF
    assert "Judgements not read: wyham and zed.md: Care leavers." in done.stdout
    files = write_files(tmp_path / "files")
    (files / "broken.pdf").unlink()
    build(tmp_path / "library", [files], ToyEncoder())
    done = call("check", "--data", tmp_path / "library")
    assert done.returncode == 0
    assert "Judgements not read: wyham and zed.md: Care leavers." in done.stdout


def test_help_says_what_latest_means_and_what_counts_for_both() -> None:
    words = " ".join(call("register", "--help").stdout.replace("│", " ").split())
    assert "Of each authority and area, the newest inspection that graded it." in words
    assert "One on children in care and care leavers together counts for both areas." in words
    assert "inspection-assistant register" in words
