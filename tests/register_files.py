"""Made-up reports and an article on them, whose register can be worked out by hand.

Exham was inspected in 2018, when children in care and care leavers were judged together, and in 2022. An article on the
inspection of 2022 gives another grade, and one on that of 2024 is all there is of it. The report on Wyham lacks a row.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

LEADERS = "The impact of leaders on social work practice with children and families"
HELP = "The experiences and progress of children who need help and protection"
CARE = "The experiences and progress of children in care"
LEAVERS = "The experiences and progress of care leavers"
OVERALL = "Overall effectiveness"


def report(
    authority: str,
    days: tuple[str, str],
    published: str,
    grades: dict[str, str],
    kind: str = "standard",
    found: str = "Social workers visit on time.",
    begins: str = "",
) -> str:
    """A report as Markdown with these grades in its table and what inspectors found; `kind` is of the inspection.

    `begins` stands between the two.
    """
    rows = _rows(grades)
    return (
        f"---\ntitle: Inspection of {authority} children's services\nauthority: {authority}\nkind: report\n"
        f"inspection_kind: {kind}\ninspection_start: {days[0]}\ninspection_end: {days[1]}\n"
        f"publication_date: {published}\nlead_inspector: Jo Ward\n---\n"
        f"# Inspection of {authority} children's services\n\n"
        f"| Judgement | Grade |\n|---|---|\n{rows}\n\n{begins}## Help and protection\n\n{found}\n"
    )


def summary(authority: str, days: tuple[str, str], grades: dict[str, str]) -> str:
    """A summary of a report, not in the inspectors' words, as Markdown with these grades in its table."""
    head = f"title: {authority} in brief\nauthority: {authority}\nkind: summary\n"
    dates = f"inspection_start: {days[0]}\ninspection_end: {days[1]}\n"
    return f"---\n{head}{dates}---\n# {authority} in brief\n\n| Area | Judgement |\n|---|---|\n{_rows(grades)}\n"


def article(title: str, month: tuple[str, str], text: str, authority: str = "Exham") -> str:
    """A news article on an authority's inspection of a month as Markdown."""
    head = f"title: {title}\nauthority: {authority}\nkind: news\n"
    dates = f"inspection_start: {month[0]}\ninspection_end: {month[1]}\n"
    return f"---\n{head}{dates}---\n# {title}\n\n{text}\n"


def _rows(grades: Mapping[str, str]) -> str:
    return "\n".join(f"| {area} | {grade} |" for area, grade in grades.items())


FILES = {
    "exham 2018.md": report(
        "Exham",
        ("2018-05-14", "2018-05-25"),
        "2018-07-02",
        {
            LEADERS: "Inadequate",
            HELP: "Requires improvement to be good",
            "The experiences and progress of children in care and care leavers": "Good",
            OVERALL: "Inadequate",
        },
    ),
    "exham 2022.md": report(
        "Exham",
        ("2022-02-07", "2022-02-18"),
        "2022-03-28",
        {LEADERS: "Good", HELP: "Good", CARE: "Requires improvement to be good", LEAVERS: "Good", OVERALL: "Good"},
    ),
    "wyham and zed.md": report(
        "Wyham and Zed",
        ("2021-11-01", "2021-11-12"),
        "2022-01-10",
        {LEADERS: "Good", HELP: "Good", CARE: "Good", OVERALL: "Good"},
    ),
    "press/gazette.md": article(
        "Exham's services rated outstanding",
        ("2022-02-01", "2022-02-28"),
        "Exham's children's services have been rated “outstanding” by Ofsted, the council says.",
    ),
    "press/news.md": article(
        "Praise for Exham's leaders",
        ("2024-06-01", "2024-06-30"),
        "Inspectors came in June 2024. The council received the top rating for leadership.",
    ),
    "broken.pdf": "<!DOCTYPE html><html><body>Not found</body></html>",
}

# What there is of several authorities: "adequate" and "requires improvement" are alike, one went down, one up. A
# report's judgements are in a table of Markdown, or on lines of plain text.
EASTBY_2023 = """Inspection of Eastby local authority children's services

Inspection dates: 6 March to 17 March 2023

Lead inspector: Kit Case, His Majesty's Inspector

The impact of leaders on social work practice with children and families Outstanding

The experiences and progress of children who need help and protection Good

The experiences and progress of children in care Good

The experiences and progress of care leavers Good

Overall effectiveness Outstanding

Caseloads of social workers in Eastby are low.
"""
SEVERAL = {
    **FILES,
    "northmoor 2012.md": report(
        "Northmoor", ("2012-03-05", "2012-03-16"), "2012-04-20", {OVERALL: "Adequate"}, "older"
    ),
    "northmoor 2016.md": report(
        "Northmoor",
        ("2016-06-06", "2016-06-17"),
        "2016-08-01",
        {OVERALL: "Requires improvement to be good"},
        "re-inspection",
    ),
    "southvale 2017.md": report(
        "Southvale",
        ("2017-09-04", "2017-09-15"),
        "2017-11-01",
        {OVERALL: "Good", LEAVERS: "Outstanding"},
        "re-inspection",
    ),
    "southvale 2023.md": report(
        "Southvale",
        ("2023-09-04", "2023-09-15"),
        "2023-11-01",
        {OVERALL: "Requires improvement to be good", LEADERS: "Good", LEAVERS: "Inadequate"},
        "re-inspection",
        "Caseloads of social workers in Southvale are too high.",
    ),
    "eastby 2019.md": report(
        "Eastby", ("2019-10-07", "2019-10-18"), "2019-12-02", {OVERALL: "Inadequate"}, "re-inspection"
    ),
    "eastby 2023.txt": EASTBY_2023,
}


def write_files(folder: Path, files: Mapping[str, str] = FILES) -> Path:
    """Write files, path → text, below a folder, which is made; returns it."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder
