"""Which questions are for the register of judgements and what they ask of it, by their words alone."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.periods import whole_year
from assistant.register.entries import Entry, Register
from assistant.register.find import find
from assistant.register.question import RegisterQuestion, follow_up_of, is_about_all, register_question
from assistant.register.words import areas_in, extreme_in, grades_in, kinds_in, left_of
from index.describe import Facts
from index.stored import StoredDocument, StoredJudgement

BELOW_GOOD = ("requires-improvement", "adequate", "inadequate")
INADEQUATE, GOOD, OUTSTANDING, TO_IMPROVE = ("inadequate",), ("good",), ("outstanding",), ("requires-improvement",)
GOOD_OR_BETTER = (*OUTSTANDING, *GOOD)
LEAVERS, LEADERS, CARE, HELP = ("care-leavers",), ("leaders",), ("children-in-care",), ("help-and-protection",)


def asked(words: str, authorities: int = 0, timed: str = "") -> RegisterQuestion | None:
    return register_question(words, timed or words, authorities)


OF_ALL: list[tuple[str, str, dict[str, Any]]] = [
    ("Which councils are inadequate?", "list", {"grades": INADEQUATE}),
    ("Which councils are currently rated inadequate?", "list", {"grades": INADEQUATE}),
    ("Which local authorities require improvement?", "list", {"grades": TO_IMPROVE}),
    ("which LAs are RI", "list", {"grades": TO_IMPROVE}),
    ("Which authorities are outstanding for care leavers?", "list", {"grades": OUTSTANDING, "areas": LEAVERS}),
    ("List the councils rated good or better for leadership", "list", {"grades": GOOD_OR_BETTER, "areas": LEADERS}),
    ("Show me the authorities that require improvement for looked-after children", "list",
     {"grades": TO_IMPROVE, "areas": CARE}),
    ("Who is failing?", "list", {"grades": INADEQUATE}),
    ("Who has been rated outstanding overall?", "list", {"grades": OUTSTANDING, "areas": ("overall",)}),
    ("Which councils are not good?", "list", {"grades": BELOW_GOOD}),
    ("Which councils aren’t yet good?", "list", {"grades": BELOW_GOOD}),
    ("Which councils are less than good for help and protection?", "list", {"grades": BELOW_GOOD, "areas": HELP}),
    ("Which councils are not outstanding?", "list", {"grades": ("good", *BELOW_GOOD)}),
    ("Which councils' safeguarding boards were good?", "list",
     {"grades": GOOD, "areas": ("local-safeguarding-children-board",)}),
    ("Which councils have the top rating for adoption?", "list", {"grades": OUTSTANDING, "areas": ("adoption",)}),
    ("Which councils are best for care leavers?", "list", {"extreme": "best", "areas": LEAVERS}),
    ("Who is weakest for leadership?", "list", {"extreme": "worst", "areas": LEADERS}),
    ("Which authorities have never been inadequate?", "list", {"grades": INADEQUATE, "at_any_time": "never"}),
    ("Has any council ever been inadequate for care leavers?", "list",
     {"grades": INADEQUATE, "areas": LEAVERS, "at_any_time": "ever"}),
    ("How many councils are outstanding?", "count", {"grades": OUTSTANDING}),
    ("Number of inadequate councils", "count", {"grades": INADEQUATE}),
    ("What percentage of councils are good or outstanding?", "count", {"grades": GOOD_OR_BETTER}),
    ("How many local authorities in England require improvement for leaders?", "count",
     {"grades": TO_IMPROVE, "areas": LEADERS}),
    ("How many councils got each grade?", "breakdown", {}),
    ("Breakdown of grades for care leavers", "breakdown", {"areas": LEAVERS}),
    ("What is the spread of ratings across England?", "breakdown", {}),
    ("Which councils have improved?", "change", {"direction": "better"}),
    ("Which councils improved from inadequate to good?", "change",
     {"before": INADEQUATE, "grades": GOOD, "direction": "better"}),
    ("Which authorities went from requires improvement to good or outstanding?", "change",
     {"before": TO_IMPROVE, "grades": GOOD_OR_BETTER}),
    ("Which councils have improved from inadequate?", "change", {"before": INADEQUATE, "direction": "better"}),
    ("Which councils improved to good?", "change", {"grades": GOOD, "direction": "better"}),
    ("Which councils have got worse for care leavers?", "change", {"direction": "worse", "areas": LEAVERS}),
    ("Which councils lost their outstanding rating?", "change", {"before": OUTSTANDING, "direction": "worse"}),
    ("Which councils dropped to inadequate?", "change", {"grades": INADEQUATE, "direction": "worse"}),
    ("Which councils fell below good?", "change", {"grades": BELOW_GOOD, "direction": "worse"}),
    ("How many councils have declined?", "change", {"direction": "worse"}),
    ("Which authorities stayed the same?", "change", {"direction": "same"}),
    ("Which councils' ratings changed?", "change", {}),
    ("Which councils were inspected?", "list", {"by_inspection": True}),
    ("How many councils were inspected?", "count", {"by_inspection": True}),
]  # fmt: skip
OF_ONE: list[tuple[str, str, dict[str, Any]]] = [
    ("was rated overall", "judgement", {"areas": ("overall",)}),
    ("What is 's rating?", "judgement", {}),
    ("What rating did get for care leavers?", "judgement", {"areas": LEAVERS}),
    ("How was judged for leadership and help and protection?", "judgement", {"areas": (*HELP, *LEADERS)}),
    ("Is inadequate?", "judgement", {"grades": INADEQUATE}),
    ("Is outstanding for care leavers?", "judgement", {"grades": OUTSTANDING, "areas": LEAVERS}),
    ("Is a good council?", "judgement", {"grades": ("good",)}),
    ("is the best council in England", "judgement", {"extreme": "best"}),
    ("Is one of the worst authorities?", "judgement", {"extreme": "worst"}),
    ("What was the outcome of the inspection of", "judgement", {}),
    ("Which areas of are inadequate?", "judgement", {"grades": INADEQUATE, "parts": True}),
    ("What is the weakest area of", "judgement", {"extreme": "worst", "parts": True}),
    ("Has ever been inadequate?", "history", {"grades": INADEQUATE, "at_any_time": "ever"}),
    ("Has never been outstanding?", "history", {"grades": OUTSTANDING, "at_any_time": "never"}),
    ("How many times has been rated inadequate?", "history", {"grades": INADEQUATE}),
    ("How often has been inspected?", "history", {"by_inspection": True}),
    ("How has been rated over the years?", "history", {}),
    ("All grades of", "history", {}),
    ("Has improved?", "history", {"direction": "better"}),
]
OF_SEVERAL: list[tuple[str, str, dict[str, Any]]] = [
    ("Compare and", "comparison", {}),
    ("How do and compare for care leavers?", "comparison", {"areas": LEAVERS}),
    ("Which is better, or ?", "comparison", {}),
    ("Compare and on caseloads", "comparison", {"theme": "caseloads"}),
    ("Which of and is rated good?", "comparison", {"grades": GOOD}),
    ("How have and changed over time?", "history", {}),
    ("Has or ever been inadequate?", "history", {"grades": INADEQUATE, "at_any_time": "ever"}),
]


@pytest.mark.parametrize(
    ("words", "authorities", "form", "says"),
    [(words, n, form, says) for n, rows in enumerate((OF_ALL, OF_ONE, OF_SEVERAL)) for words, form, says in rows],
)  # fmt: skip
def test_everyday_words_ask_the_register(words: str, authorities: int, form: Any, says: dict[str, Any]) -> None:
    assert asked(words, authorities) == RegisterQuestion(form, **says)


@pytest.mark.parametrize(
    ("words", "authorities"),
    [
        # Something else is asked about.
        ("Which councils have inadequate early help?", 0),
        ("Which councils are good at early help?", 0),
        ("Which councils have inadequate housing for care leavers?", 0),
        ("Which councils have good foster carers?", 0),
        ("Which councils have high caseloads?", 0),
        ("Which social workers are good?", 0),
        ("How many councils have good practice for care leavers?", 0),
        ("How many children are in care?", 0),
        ("Which councils were inadequate for children with disabilities?", 0),
        ("Is early help in inadequate?", 1),
        ("Is support for care leavers in good?", 1),
        ("How do leaders in know their services?", 1),
        ("What outcomes do care leavers have in", 1),
        ("How do and support care leavers?", 2),
        # A word that changes what is meant, and is not understood.
        ("Which councils in the north are inadequate?", 0),
        ("Which councils are nearly outstanding?", 0),
        ("Which councils are no longer inadequate?", 0),
        ("Which councils are only good for care leavers?", 0),
        ("Has been inadequate more than once?", 1),
        ("Which councils have never improved?", 0),
        ("Which councils have never been inspected?", 0),
        ("Which councils have never been the best?", 0),
        # Why.
        ("Why are councils inadequate?", 0),
        ("Why were so many councils rated inadequate?", 0),
        ("What are the reasons for inadequate ratings?", 0),
        ("Why is inadequate?", 1),
        ("How come is rated outstanding?", 1),
        ("Why is better than", 2),
        ("Why do and differ?", 2),
        # How good something is, and what good ones do.
        ("How good is leadership?", 0),
        ("How good are councils?", 0),
        ("How good is early help in", 1),
        ("How good is leadership in", 1),
        ("What is a good council?", 0),
        ("What do outstanding councils do?", 0),
        ("What makes a council outstanding?", 0),
        # What improved, not who did.
        ("What has improved for care leavers?", 0),
        ("How have services improved?", 0),
        ("What needs to improve?", 0),
        ("What needs to improve in", 1),
        # What inspectors said, and the inspection itself.
        ("What did inspectors say about care leavers?", 0),
        ("What did inspectors find in", 1),
        ("Who led the inspection of", 1),
        ("When was inspected?", 1),
        ("and", 2),
    ],
)  # fmt: skip
def test_other_questions_are_for_the_passages(words: str, authorities: int) -> None:
    assert asked(words, authorities) is None


def is_unknown(word: str) -> bool:
    """Whether a word is none of those of questions to the register."""
    named = areas_in(word)[0] or grades_in(word)[0] or extreme_in(word) or kinds_in(word)
    return not named and left_of(word) == word


OTHER_WORDS = st.sampled_from("no only nearly budget northern small kinship fostering expensive same-day x17".split())
ANY_WORD = st.one_of(OTHER_WORDS, st.from_regex(r"[a-z]{2,10}", fullmatch=True)).filter(is_unknown)


@given(st.sampled_from([words for words, _, _ in OF_ALL]), ANY_WORD, st.integers(0, 20))
def test_a_word_that_is_not_understood_makes_it_none_for_the_register(question: str, word: str, place: int) -> None:
    words = question.split()
    words.insert(place % (len(words) + 1), word)
    assert asked(" ".join(words)) is None


@pytest.mark.parametrize(
    ("words", "timed", "authorities", "form"),
    [
        # What is left of a question when its time is taken out is less than what it says.
        ("What did get in", "What did get in 2018", 1, "judgement"),
        ("What was the for", "What was the previous judgement for", 1, "judgement"),
        ("Which councils got better", "Which councils got better", 0, "change"),
        ("Compare councils", "Compare councils", 0, None),
        ("How do good councils in and compare?", "How do good councils in 2019 and 2023 compare?", 0, "list"),
        ("How do good councils compare?", "How do good councils compare?", 0, None),
    ],
)
def test_times_are_understood_beside_the_words(words: str, timed: str, authorities: int, form: str | None) -> None:
    found = asked(words, authorities, timed)
    assert (found.form if found else None) == form


@pytest.mark.parametrize(
    ("words", "is_about"),
    [
        ("Which councils have inadequate early help?", True),
        ("How many authorities use kinship carers?", True),
        ("List the councils with high caseloads", True),
        ("What needs to improve for care leavers?", False),
        ("How do councils support carers?", False),
        ("Which plans are late?", False),
    ],
)
def test_questions_of_which_authorities_are_known_whatever_else_they_ask(words: str, is_about: bool) -> None:
    assert is_about_all(words) == is_about


# --- After a question to the register ---------------------------------------------------------------------------------

INADEQUATE_ONES = RegisterQuestion("list", grades=INADEQUATE)
GOOD_LEADERS = RegisterQuestion("count", areas=LEADERS, grades=GOOD)
IMPROVED = RegisterQuestion("change", areas=LEAVERS, direction="better")
BEST = RegisterQuestion("list", areas=LEAVERS, extreme="best")
INSPECTED = RegisterQuestion("list", by_inspection=True)
EACH_GRADE = RegisterQuestion("breakdown")
ITS_GRADES = RegisterQuestion("judgement")
ITS_LEADERS = RegisterQuestion("judgement", areas=LEADERS)
ITS_HISTORY = RegisterQuestion("history")
BESIDE = RegisterQuestion("comparison")
ON_CASELOADS = RegisterQuestion("comparison", theme="caseloads")


@pytest.mark.parametrize(
    ("previous", "words", "authorities", "wanted"),
    [
        (INADEQUATE_ONES, "and for care leavers?", 0, RegisterQuestion("list", LEAVERS, INADEQUATE)),
        (INADEQUATE_ONES, "what about good or better?", 0, RegisterQuestion("list", (), GOOD_OR_BETTER)),
        (INADEQUATE_ONES, "how many is that?", 0, RegisterQuestion("count", (), INADEQUATE)),
        (INADEQUATE_ONES, "and in", 0, INADEQUATE_ONES),
        (INADEQUATE_ONES, "and the best?", 0, RegisterQuestion("list", extreme="best")),
        (INADEQUATE_ONES, "which of those are outstanding for leadership?", 3,
         RegisterQuestion("list", LEADERS, OUTSTANDING)),
        (INADEQUATE_ONES, "which of these got worse?", 3,
         RegisterQuestion("change", direction="worse")),
        (INADEQUATE_ONES, "and", 1, ITS_GRADES),
        (GOOD_LEADERS, "which ones?", 0, RegisterQuestion("list", LEADERS, GOOD)),
        (GOOD_LEADERS, "and for care leavers?", 0, RegisterQuestion("count", LEAVERS, GOOD)),
        (BEST, "and the worst?", 0, RegisterQuestion("list", LEAVERS, extreme="worst")),
        (INSPECTED, "how many?", 0, RegisterQuestion("count", by_inspection=True)),
        (INSPECTED, "which were inadequate?", 0, INADEQUATE_ONES),
        (IMPROVED, "and which declined?", 0, RegisterQuestion("change", LEAVERS, direction="worse")),
        (IMPROVED, "and for leadership?", 0, RegisterQuestion("change", LEADERS, direction="better")),
        (IMPROVED, "how many?", 0, IMPROVED),
        (IMPROVED, "which are inadequate?", 0, RegisterQuestion("list", LEAVERS, INADEQUATE)),
        (EACH_GRADE, "and for care leavers?", 0, RegisterQuestion("breakdown", LEAVERS)),
        (EACH_GRADE, "how many councils?", 0, EACH_GRADE),
        (EACH_GRADE, "which are inadequate?", 0, INADEQUATE_ONES),
        (ITS_GRADES, "and for care leavers?", 1, RegisterQuestion("judgement", LEAVERS)),
        (ITS_GRADES, "has it ever been inadequate?", 1,
         RegisterQuestion("history", (), INADEQUATE, at_any_time="ever")),
        (ITS_GRADES, "how has it been rated over time?", 1, ITS_HISTORY),
        (ITS_GRADES, "and how does compare?", 2, BESIDE),
        (ITS_LEADERS, "what about", 1, ITS_LEADERS),
        (ITS_LEADERS, "and overall?", 1, RegisterQuestion("judgement", ("overall",))),
        (ITS_HISTORY, "and for leadership?", 1, RegisterQuestion("history", LEADERS)),
        (BESIDE, "and?", 3, BESIDE),
        (BESIDE, "and?", 1, ITS_GRADES),
        (ON_CASELOADS, "and?", 3, ON_CASELOADS),
        (ON_CASELOADS, "and for care leavers?", 2, RegisterQuestion("comparison", LEAVERS)),
    ],
)  # fmt: skip
def test_a_follow_up_is_lent_what_it_does_not_say(
    previous: RegisterQuestion, words: str, authorities: int, wanted: RegisterQuestion
) -> None:
    assert follow_up_of(words, words, previous, authorities) == wanted


@pytest.mark.parametrize(
    ("previous", "words", "authorities"),
    [
        (INADEQUATE_ONES, "why?", 0),
        (INADEQUATE_ONES, "why are they inadequate?", 0),
        (INADEQUATE_ONES, "what did inspectors say about care leavers?", 0),
        (INADEQUATE_ONES, "what about early help?", 0),
        (INADEQUATE_ONES, "thanks", 0),
        (ITS_LEADERS, "what did inspectors find about care leavers?", 1),
        (ITS_GRADES, "what needs to improve?", 1),
        (BESIDE, "and for care leavers?", 0),  # of all, which grades is not said
    ],
)
def test_a_follow_up_may_be_for_the_passages(previous: RegisterQuestion, words: str, authorities: int) -> None:
    assert follow_up_of(words, words, previous, authorities) is None


# --- Whatever is understood can be looked up --------------------------------------------------------------------------


def _entry(authority: str, year: int, area: str, grade: str) -> Entry:
    facts = Facts("Inspection", "report", authority, date(year, 5, 13), date(year, 5, 24))
    document = StoredDocument(year, f"{authority} {year}", f"{authority} {year}.md", "md", facts, 0)
    return Entry(StoredJudgement(area, grade, 0, 9, None, document))


HELD = Register(
    _entry(authority, year, area, grade)
    for authority, year, grade in [
        ("Exham", 2019, "inadequate"), ("Exham", 2023, "good"), ("Wyham", 2019, "good"), ("Wyham", 2023, "outstanding"),
        ("Northmoor", 2012, "adequate"),
    ]
    for area in ("overall", "leaders", "children-in-care-and-care-leavers")
)  # fmt: skip
OWN_WORDS = """which councils how many percentage of list authorities inadequate good outstanding requires improvement
    or better worse best worst ever never improved declined changed same stayed from to not below rating each breakdown
    history over time times how often for care leavers leadership overall adoption compare areas parts inspected
    inspections is was has are rated got lost children in care all those when""".split()
SAID = st.lists(st.sampled_from(OWN_WORDS), max_size=8).map(" ".join)
SOME = st.integers(0, 2)


@settings(max_examples=300)
@given(SAID, SAID, SOME, SOME, st.lists(st.sampled_from([2012, 2019, 2023]), max_size=2, unique=True))
def test_whatever_is_understood_can_be_looked_up(
    words: str, then: str, some: int, others: int, years: list[int]
) -> None:
    first = asked(words, some)
    for question, number in ((first, some), (first and follow_up_of(then, then, first, others), others)):
        finding = question and find(question, HELD, ["Exham", "Wyham"][:number], [*map(whole_year, sorted(years))])
        if finding:
            assert finding.lead.endswith(".")
            assert all(len(row) == len(finding.columns) for row in finding.rows)
            assert {id(s) for row in finding.rows for part in row for s in part.stated} <= {
                id(e.stated) for e in finding.used
            }
