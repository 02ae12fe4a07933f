"""Answers from the register, end to end: the finding, its rows, the words each cell was read from, and the notes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.answer import SOME_ONLY, Answer
from assistant.assistant import Assistant
from assistant.register.answer import NOT_FOUND, SAID
from assistant.scope import Scope
from assistant.wording import shown
from index.judgements import GRADES
from index.library import Library
from index.update import build, library_identity
from tests.assistant.conftest import RANKING, TODAY, assistant_of
from tests.register_files import LEADERS, OVERALL, SEVERAL, report, summary, write_files
from tests.toy import ToyEncoder

GAZETTE = "Another source says otherwise of Exham, February 2022: News article [{}]."
NO_REPORT = "No report is among these documents of: Exham, June 2024. What was judged is from: News article."
NOT_OF_THE_LATEST = "Of the latest inspection of Exham, June 2024, no such judgement is in these documents."
# Exham was inspected again, and not all authorities were when they were last judged.
LAST_JUDGED = "in the latest inspection that judged it"
NONE_FOUND = "No judgement found"
UNREAD = "; 2 documents could not be read."


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with assistant_of(tmp_path_factory.mktemp("several"), SEVERAL) as made:
        yield made


def talk(assistant: Assistant, *questions: str) -> list[Answer]:
    answers: list[Answer] = []
    for question in questions:
        answers.append(assistant.ask(question, answers))
    return answers


def rows(answer: Answer) -> list[str]:
    """The rows as text, without the numbers of citations."""
    assert answer.table
    return [" | ".join(cell.text for cell in row) for row in answer.table.rows]


def lead(answer: Answer) -> str:
    assert answer.table, answer.text
    return answer.table.caption


def check_citations(answer: Answer, library: Library) -> None:
    """Each quotation stands where it is said to, each cell that names a grade is cited, and what it cites says so."""
    assert answer.table
    assert [citation.number for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
    for citation in answer.citations:
        assert citation.quote == library.text(citation.document.id, citation.start, citation.end)
        assert citation.quote in library.load_text(citation.document.id)
    for row in answer.table.rows:
        for cell in row:
            grade = next((name for name in GRADES.values() if cell.text.startswith(name)), None)
            assert bool(cell.citations) == bool(grade or cell.text.startswith("“"))
            for quote in (answer.citations[number - 1].quote for number in cell.citations):
                told = "top rating" if grade == "Outstanding" and "top rating" in quote else (grade or "").lower()
                assert told in quote.lower()
                assert grade or cell.text == f"“{shown(quote)}”"


ANSWERS = [
    (
        "Which councils require improvement?",
        f"2 of 5 authorities were judged requires improvement overall {LAST_JUDGED}.",
        ["Northmoor | Requires improvement | June 2016", "Southvale | Requires improvement | September 2023"],
        (),
        "From 5 authorities' reports, 2016 to 2023",
    ),
    (
        "Which councils are inadequate for care leavers?",
        "1 of 3 authorities was judged inadequate for care leavers in the latest inspection that judged it.",
        ["Southvale | Inadequate | September 2023"],
        (),
        "From 3 authorities' reports, 2022 to 2023",
    ),
    (
        "Which councils are inadequate?",
        f"No authority of 5 was judged inadequate overall {LAST_JUDGED}.",
        [],
        (),
        "From 5 authorities' reports, 2016 to 2023",
    ),
    (
        "Which councils were good for care leavers in 2018?",
        "1 of 1 authority was judged good for care leavers in inspections that began in 2018.",
        ["Exham | Good (children in care and care leavers together) | May 2018"],
        (),
        "From 1 authority's reports, 2018",
    ),
    (
        "Which councils are best for leadership?",
        "2 of 4 authorities were judged outstanding for leadership in their latest inspection.",
        ["Eastby | Outstanding | March 2023", "Exham | Outstanding | June 2024"],
        (NO_REPORT,),
        "From 4 authorities' reports, 2021 to 2024",
    ),
    (
        "Which councils have ever been inadequate?",
        "2 of 5 authorities were judged inadequate overall at any time.",
        ["Eastby | Inadequate | October 2019", "Exham | Inadequate | May 2018"],
        (),
        "From 5 authorities' reports, 2012 to 2023",
    ),
    (
        "Which councils have never been inadequate?",
        "3 of 5 authorities were not judged inadequate overall at any time.",
        [
            "Northmoor | Requires improvement | June 2016",
            "Southvale | Requires improvement | September 2023",
            "Wyham and Zed | Good | November 2021",
        ],
        (),
        "From 5 authorities' reports, 2012 to 2023",
    ),
    (
        "Which councils were inspected in 2023?",
        "2 inspections of 2 authorities began in 2023.",
        ["Eastby | Outstanding | March 2023", "Southvale | Requires improvement | September 2023"],
        (),
        "From 2 authorities' reports, 2023",
    ),
    (
        "How many councils are good or outstanding?",
        f"3 of 5 authorities (60%) were judged outstanding or good overall {LAST_JUDGED}.",
        ["Eastby | Outstanding | March 2023", "Exham | Good | February 2022", "Wyham and Zed | Good | November 2021"],
        (GAZETTE.format(4),),
        "From 5 authorities' reports, 2016 to 2023",
    ),
    (
        "How many councils were good in 2017 and in 2023?",
        "1 of 2 authorities (50%) was judged good overall in inspections that began in 2017 and 2023: "
        "1 of 1 in 2017 and 0 of 2 in 2023.",
        ["Southvale | Good | September 2017"],
        (),
        "From 2 authorities' reports, 2017 to 2023",
    ),
    (
        "How many councils got each grade?",
        f"Overall, of 5 authorities {LAST_JUDGED}: "
        "1 outstanding, 2 good and 2 requires improvement.",
        [
            "Eastby | Outstanding | March 2023",
            "Exham | Good | February 2022",
            "Wyham and Zed | Good | November 2021",
            "Northmoor | Requires improvement | June 2016",
            "Southvale | Requires improvement | September 2023",
        ],
        (GAZETTE.format(6),),
        "From 5 authorities' reports, 2016 to 2023",
    ),
    (
        "Which councils have improved?",
        f"2 of 4 authorities judged more than once were judged better than the time before, overall, {LAST_JUDGED}.",
        [
            "Eastby | Inadequate, October 2019 | Outstanding, March 2023",
            "Exham | Inadequate, May 2018 | Good, February 2022",
        ],
        (GAZETTE.format(5),),
        "From 5 authorities' reports, 2012 to 2024",
    ),
    (
        # "Adequate" was what "requires improvement" is.
        "Which councils stayed the same?",
        f"1 of 4 authorities judged more than once was judged the same as the time before, overall, {LAST_JUDGED}.",
        ["Northmoor | Adequate, March 2012 | Requires improvement, June 2016"],
        (),
        "From 5 authorities' reports, 2012 to 2024",
    ),
    (
        "Which councils dropped to requires improvement?",
        f"1 of 4 authorities judged more than once was judged requires improvement overall {LAST_JUDGED}, "
        "worse than the time before.",
        ["Southvale | Good, September 2017 | Requires improvement, September 2023"],
        (),
        "From 5 authorities' reports, 2012 to 2024",
    ),
    (
        "Which councils improved from inadequate to good?",
        f"1 of 4 authorities judged more than once was judged good overall {LAST_JUDGED}, "
        "and judged inadequate overall the time before.",
        ["Exham | Inadequate, May 2018 | Good, February 2022"],
        (GAZETTE.format(3),),
        "From 5 authorities' reports, 2012 to 2024",
    ),
    (
        "How was Southvale rated?",
        "Southvale was judged requires improvement overall in September 2023.",
        [
            "Overall effectiveness | Requires improvement | September 2023",
            "Leaders | Good | September 2023",
            "Care leavers | Inadequate | September 2023",
        ],
        (),
        "From 1 authority's reports, 2017 to 2023",
    ),
    (
        "How was Exham rated for care leavers in 2018?",
        "Exham was judged good for children in care and care leavers together in May 2018.",
        ["Children in care and care leavers | Good | May 2018"],
        (),
        "From 1 authority's reports, 2018",
    ),
    (
        # A report's year may be that of its publication.
        "What was Wyham's overall grade in 2022?",
        "Wyham and Zed was judged good overall in November 2021 (report of January 2022).",
        ["Overall effectiveness | Good | November 2021"],
        (),
        "From 1 authority's reports, 2021",
    ),
    (
        "What is Exham's overall grade?",
        "Exham was judged good overall in February 2022.",
        ["Overall effectiveness | Good | February 2022"],
        (NOT_OF_THE_LATEST, GAZETTE.format(2)),
        "From 1 authority's reports, 2018 to 2024",
    ),
    (
        "Is Southvale inadequate?",
        "No: Southvale was judged requires improvement overall in September 2023.",
        [
            "Overall effectiveness | Requires improvement | September 2023",
            "Leaders | Good | September 2023",
            "Care leavers | Inadequate | September 2023",
        ],
        (),
        "From 1 authority's reports, 2017 to 2023",
    ),
    (
        # The newest inspection is known from an article on leaders alone.
        "Is Exham outstanding for leadership?",
        "Yes: Exham was judged outstanding for leadership in June 2024.",
        ["Leaders | Outstanding | June 2024"],
        (NO_REPORT,),
        "From 1 authority's reports, 2018 to 2024",
    ),
    (
        "Which areas of Southvale are inadequate?",
        "1 of the 3 judgements on Southvale in September 2023 was inadequate: care leavers.",
        ["Care leavers | Inadequate | September 2023"],
        (),
        "From 1 authority's reports, 2017 to 2023",
    ),
    (
        "How has Exham been rated over the years?",
        "Overall, Exham was judged inadequate in May 2018 and good in February 2022.",
        [
            "Overall effectiveness | Inadequate | Good | No judgement found",
            "Leaders | Inadequate | Good | Outstanding",
            "Help and protection | Requires improvement | Good | No judgement found",
            "Children in care | Good (together) | Requires improvement | No judgement found",
            "Care leavers | Good (together) | Good | No judgement found",
        ],
        (NO_REPORT, GAZETTE.format(11)),
        "From 1 authority's reports, 2018 to 2024",
    ),
    (
        "Has Northmoor ever been inadequate?",
        "No: Northmoor was judged inadequate overall in none of 2 inspections.",
        ["Overall effectiveness | Adequate | Requires improvement"],
        (),
        "From 1 authority's reports, 2012 to 2016",
    ),
    (
        "Has Northmoor never been inadequate?",
        "Yes: Northmoor was judged inadequate overall in none of 2 inspections.",
        ["Overall effectiveness | Adequate | Requires improvement"],
        (),
        "From 1 authority's reports, 2012 to 2016",
    ),
    (
        # Neither better nor worse: of "adequate" and "requires improvement" none is.
        "Has Northmoor improved?",
        "Overall, Northmoor was judged adequate in March 2012 and requires improvement in June 2016. "
        "The latest is the same as the one before.",
        ["Overall effectiveness | Adequate | Requires improvement"],
        (),
        "From 1 authority's reports, 2012 to 2016",
    ),
    (
        "How often has Northmoor been inspected?",
        "Judgements of 2 inspections of Northmoor are in these documents: March 2012 and June 2016.",
        ["Overall effectiveness | Adequate | Requires improvement"],
        (),
        "From 1 authority's reports, 2012 to 2016",
    ),
    (
        "How have Eastby and Southvale changed over time?",
        "Overall, Eastby was judged inadequate in October 2019 and outstanding in March 2023. "
        "Overall, Southvale was judged good in September 2017 and requires improvement in September 2023.",
        [
            "Eastby | October 2019 | Inadequate",
            "Eastby | March 2023 | Outstanding",
            "Southvale | September 2017 | Good",
            "Southvale | September 2023 | Requires improvement",
        ],
        (),
        "From 2 authorities' reports, 2017 to 2023",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("question", "finding", "table", "notes", "covered"), ANSWERS)
def test_each_form_is_answered_with_its_rows(
    several: Assistant, question: str, finding: str, table: list[str], notes: tuple[str, ...], covered: str
) -> None:
    answer = several.ask(question)
    assert (answer.status, answer.confidence) == ("answered", 1.0)
    assert lead(answer) == finding
    assert rows(answer) == table
    assert answer.notes == notes
    assert answer.coverage == covered + UNREAD
    check_citations(answer, several.library)
    # The text, which programs read out, holds all of it.
    assert finding in answer.text
    assert all(note in answer.text for note in notes)
    assert all(f"[{c.number}] “{shown(c.quote)}” {c.label}." in answer.text for c in answer.citations)


def test_what_another_source_says_is_cited_where_it_says_so(several: Assistant) -> None:
    answer = several.ask("What is Exham's overall grade?")
    grade, other = answer.citations
    assert (grade.document.path, other.document.path) == ("exham 2022.md", "press/gazette.md")
    assert grade.quote == "Overall effectiveness\tGood"
    assert "“outstanding” by Ofsted" in other.quote
    assert grade.later is not None
    assert grade.later_words == "A later inspection exists (June 2024)."


def test_a_report_that_is_there_is_not_said_to_be_missing(tmp_path: Path) -> None:
    encoder = ToyEncoder()
    days = ("2022-02-07", "2022-02-18")
    files = {
        "report.md": report("Exham", days, "2022-03-28", {LEADERS: "Good"}),
        "summary.md": summary("Exham", days, {OVERALL: "Good"}),
    }
    build(tmp_path / "library", [write_files(tmp_path / "files", files)], encoder)
    library = Library(tmp_path / "library", library_identity(encoder))
    assistant = Assistant(library, encoder, RANKING, today=lambda: TODAY)
    answer = assistant.ask("How was Exham rated?")
    assert answer.notes == (
        "Not every judgement could be read in the report on: Exham, February 2022. "
        "What is not from it is from: Summary, not Ofsted's words.",
    )
    assert assistant.ask("How was Exham rated for leadership?").notes == ()
    library.close()


def test_a_judgement_of_plain_text_is_quoted(several: Assistant) -> None:
    answer = several.ask("What is Eastby's overall grade?")
    [citation] = answer.citations
    assert (citation.document.path, citation.quote) == ("eastby 2023.txt", "Overall effectiveness Outstanding")


def test_a_joint_judgement_is_cited_once_in_both_rows(several: Assistant) -> None:
    answer = several.ask("How has Exham been rated over the years?")
    assert answer.table
    joint = [row[1].citations for row in answer.table.rows if row[0].text in ("Children in care", "Care leavers")]
    assert joint[0] == joint[1]
    assert "children in care and care leavers" in answer.citations[joint[0][0] - 1].quote


def test_the_passages_are_those_of_the_judgements(several: Assistant) -> None:
    answer = several.ask("Which councils require improvement?")
    for citation, hit in zip(answer.citations, answer.passages, strict=True):
        passage = hit.passage
        assert passage.document == citation.document
        assert passage.start <= citation.start < passage.end


# --- Authorities beside each other ------------------------------------------------------------------------------------


def test_authorities_stand_beside_each_other(several: Assistant) -> None:
    answer = several.ask("Compare Eastby and Southvale")
    said = {
        "Eastby: judged outstanding overall in March 2023",
        "Southvale: judged requires improvement overall in September 2023",
    }
    assert set(lead(answer).removesuffix(".").split(". ")) == said
    assert sorted(rows(answer)) == [
        "Eastby | March 2023 | Outstanding | Outstanding | Good | Good | Good",
        f"Southvale | September 2023 | Requires improvement | Good | {NONE_FOUND} | {NONE_FOUND} | Inadequate",
    ]
    assert answer.notes == ()
    check_citations(answer, several.library)


def test_an_article_on_one_area_does_not_stand_for_the_whole(several: Assistant) -> None:
    answer = several.ask("Compare Exham and Southvale")
    assert "Exham: judged good overall in February 2022" in lead(answer)
    assert "Exham | February 2022 | Good | Good | Good | Requires improvement | Good" in rows(answer)
    assert NOT_OF_THE_LATEST in answer.notes
    check_citations(answer, several.library)
    assert lead(several.ask("Is Exham good?")) == "Yes: Exham was judged good overall in February 2022."


def test_what_is_better_than_good_is_not_said_to_be_not_good(several: Assistant) -> None:
    better = "Better than good: Eastby was judged outstanding overall in March 2023."
    assert lead(several.ask("Is Eastby good?")) == better
    assert lead(several.ask("Is Eastby a good council?")) == better
    assert lead(several.ask("Is Eastby the best?")) == "Eastby was judged outstanding overall in March 2023."


def test_what_they_are_compared_on_is_quoted_beside_the_judgements(several: Assistant) -> None:
    answer = several.ask("Compare Eastby and Southvale on caseloads")
    assert answer.table
    assert answer.table.columns == ("Authority", "Inspection", "Overall effectiveness", SAID)
    assert sorted(rows(answer)) == [
        "Eastby | March 2023 | Outstanding | “Caseloads of social workers in Eastby are low.”",
        "Southvale | September 2023 | Requires improvement | “Caseloads of social workers in Southvale are too high.”",
    ]
    check_citations(answer, several.library)


def test_of_whom_nothing_is_said_it_is_said(several: Assistant) -> None:
    answer = several.ask("Compare Northmoor and Southvale on caseloads")
    assert f"Northmoor | June 2016 | Requires improvement | {NOT_FOUND}" in rows(answer)
    # Where nobody says anything, the judgements alone are no answer.
    assert several.ask("Compare Eastby and Southvale on beekeeping").table is None


def test_what_inspectors_said_is_of_the_inspection_beside_it(several: Assistant) -> None:
    answer = several.ask("Compare Exham and Southvale for care leavers")
    assert answer.table
    [exham] = [row for row in answer.table.rows if row[0].text == "Exham"]
    assert [cell.text for cell in exham[:3]] == ["Exham", "February 2022", "Good"]
    assert {answer.citations[n - 1].document.path for cell in exham for n in cell.citations} == {"exham 2022.md"}


def test_an_authority_that_is_not_held_is_said_to_be_missing(several: Assistant) -> None:
    answer = several.ask("Compare Southvale and Sheffield")
    assert answer.notes[0] == "There is no report on Sheffield here."
    assert [row.split(" | ")[0] for row in rows(answer)] == ["Southvale"]
    assert answer.understood.missing == ("There is no report on Sheffield here.",)


# --- Conversations ----------------------------------------------------------------------------------------------------


def test_a_list_is_gone_on_with(several: Assistant) -> None:
    first, area, count, those = talk(
        several,
        "Which councils require improvement?",
        "and for care leavers?",
        "how many are good?",
        "which of those are outstanding overall?",
    )
    assert [row.split(" | ")[0] for row in rows(first)] == ["Northmoor", "Southvale"]
    last = "in the latest inspection that judged it"
    assert lead(area) == f"No authority of 3 was judged requires improvement for care leavers {last}."
    assert lead(count) == f"2 of 3 authorities (67%) were judged good for care leavers {last}."
    assert rows(count) == ["Eastby | Good | March 2023", "Exham | Good | February 2022"]
    # Of those two, not of all five.
    assert lead(those) == f"1 of 2 authorities was judged outstanding overall {last}."
    assert rows(those) == ["Eastby | Outstanding | March 2023"]
    assert set(those.understood.authorities) == {"Eastby", "Exham"}


def test_a_judgement_is_gone_on_with_for_another_authority_area_and_time(several: Assistant) -> None:
    answers = talk(
        several, "How was Southvale rated?", "and Eastby?", "and for care leavers?", "and Exham?", "and in 2018?"
    )
    assert [lead(answer) for answer in answers] == [
        "Southvale was judged requires improvement overall in September 2023.",
        "Eastby was judged outstanding overall in March 2023.",
        "Eastby was judged good for care leavers in March 2023.",
        "Exham was judged good for care leavers in February 2022.",
        "Exham was judged good for children in care and care leavers together in May 2018.",
    ]
    assert answers[1].understood.question == "How was Eastby rated?"


def test_those_that_changed_are_counted(several: Assistant) -> None:
    changed, counted = talk(several, "Which councils have improved?", "how many?")
    assert (lead(counted), rows(counted)) == (lead(changed), rows(changed))


def test_a_whole_question_after_another_is_asked_by_itself(several: Assistant) -> None:
    _, compared = talk(several, "Which councils are inadequate?", "Compare Eastby and Southvale on caseloads")
    assert rows(compared) == rows(several.ask("Compare Eastby and Southvale on caseloads"))


def test_years_are_gone_on_with(several: Assistant) -> None:
    _, then = talk(several, "Which councils are inadequate?", "and in 2019?")
    assert then.understood.question == "Which councils are inadequate in 2019?"
    assert lead(then) == "1 of 1 authority was judged inadequate overall in inspections that began in 2019."


def test_a_follow_up_on_something_else_leaves_the_register(several: Assistant) -> None:
    _, other = talk(several, "How was Southvale rated?", "Are caseloads of social workers high?")
    assert other.table is None
    assert [citation.quote for citation in other.citations] == [
        "Caseloads of social workers in Southvale are too high."
    ]


# --- What is not for the register, and limits -------------------------------------------------------------------------


def test_what_reports_say_of_all_is_said_to_be_no_complete_list(several: Assistant) -> None:
    answer = several.ask("Which councils have high caseloads?")
    assert (answer.status, answer.table, answer.coverage) == ("answered", None, "")
    assert answer.notes == (SOME_ONLY,)
    assert answer.text.startswith(SOME_ONLY)
    assert any("Caseloads" in citation.quote for citation in answer.citations)
    assert several.ask("How high are caseloads in Southvale?").notes == ()


def test_an_area_that_nobody_judged_is_no_finding(several: Assistant) -> None:
    answer = several.ask("Which councils are outstanding for adoption?")
    assert (answer.table, answer.status) == (None, "refused")


@pytest.mark.parametrize(
    ("question", "scope", "wanted"),
    [
        (
            "Which councils were inadequate?", Scope(first=2018, last=2019),
            "2 of 2 authorities were judged inadequate overall in their latest inspection.",
        ),
        (
            "How many councils are good?", Scope(last=2017),
            "1 of 2 authorities (50%) was judged good overall in their latest inspection.",
        ),
        (
            "What is the overall grade?", Scope("Southvale"),
            "Southvale was judged requires improvement overall in September 2023.",
        ),
        (
            "What is the overall grade?", Scope("Southvale", last=2018),
            "Southvale was judged good overall in September 2017.",
        ),
        (
            "Compare Eastby and Southvale", Scope(last=2018),
            "Southvale: judged good overall in September 2017.",
        ),
    ],
)  # fmt: skip
def test_a_scope_limits_the_register(several: Assistant, question: str, scope: Scope, wanted: str) -> None:
    answer = several.ask(question, scope=scope)
    assert lead(answer) == wanted
    held = {document.id for document in scope.documents(several.documents())}
    assert {citation.document.id for citation in answer.citations} <= held
    check_citations(answer, several.library)


def test_a_scope_that_holds_nothing_is_refused(several: Assistant) -> None:
    answer = several.ask("Which councils are inadequate?", scope=Scope("Nowhere"))
    assert (answer.status, answer.table) == ("refused", None)
    assert answer.refusal_reason == "No document matches your filters: Nowhere."


def test_everywhere_lifts_the_limits(several: Assistant) -> None:
    scope = Scope(last=2017)
    assert lead(several.ask("Which councils are good?", scope=scope)).startswith("1 of 2 authorities")
    everywhere = several.ask("Which councils are good?", scope=scope, everywhere=True)
    assert lead(everywhere).startswith("2 of 5 authorities")
    some = several.ask("Which councils have high caseloads?", scope=scope, everywhere=True)
    assert some.notes == (SOME_ONLY,)
    # What a question names itself is lifted too: of all documents there is no one judgement.
    of_one = several.ask("How was Southvale rated?", everywhere=True)
    assert (of_one.table, of_one.understood.authorities) == (None, ())


def test_a_library_of_one_authority_is_about_it(tmp_path: Path) -> None:
    encoder = ToyEncoder()
    files = {name: text for name, text in SEVERAL.items() if name.startswith("southvale")}
    build(tmp_path / "library", [write_files(tmp_path / "files", files)], encoder)
    library = Library(tmp_path / "library", library_identity(encoder))
    answer = Assistant(library, encoder, RANKING, today=lambda: TODAY).ask("What is the overall grade?")
    assert lead(answer) == "Southvale was judged requires improvement overall in September 2023."
    assert answer.coverage == "From 1 authority's reports, 2017 to 2023."
    library.close()
