"""What kind of answer a question wants, and what texts hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.wanted import KINDS, Kind, has, lists_improvements, wanted, wants_improvements


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("How much is Exham paying its agency teams?", {"money"}),
        ("How many pounds extra do they get?", {"money"}),
        ("exham weekly fostering allowance for a teenager", {"money"}),
        ("what does Exham pay each year for its adoption agency", {"money"}),
        ("What was Exham's bill for locums?", {"money"}),
        ("What is the budget for services in Exham?", {"money"}),
        ("What share of social workers were agency?", {"percentage"}),
        ("what % of social workers are temps", {"percentage"}),
        ("Exham social worker vacancy rate?", {"percentage"}),
        ("How many children were in care?", {"number"}),
        ("average caseload in Exham?", {"number"}),
        ("How far did the numbers of plans fall?", {"number"}),
        ("How long has the director been in post?", {"number", "date"}),
        ("Until what age can they get help?", {"number"}),
        ("When did the new director start?", {"date"}),
        ("Since when has the trust run it, and why?", {"date", "reason"}),
        ("Who is the director of children's services?", {"person"}),
        ("Who chairs the board?", {"person"}),
        ("name of the new DCS?", {"person", "name"}),
        ("Which company made the recording system?", {"name"}),
        ("What is the drop-in centre for care leavers called?", {"name"}),
        ("What grade did care leavers get?", {"grade"}),
        ("Which part of the service was rated worst?", {"grade"}),
        ("What were the 3 things that leaders wanted?", {"list"}),
        ("What needs to improve?", {"list"}),
        ("What was Exham told to improve in 2022?", {"list"}),
        ("What needs to improve for care leavers?", set()),
        ("Why are caseloads so high?", {"reason"}),
        ("What is the director paid a year?", {"money"}),
        ("How was Exham judged?", {"grade"}),
        ("How did adoption do in 2018?", {"grade"}),
        ("what did each of the areas get?", {"grade"}),
        ("I am worried about a child, who do I call?", {"contact"}),
        ("what number do i ring", {"contact"}),
        ("How do I report abuse?", {"contact"}),
        ("How do social workers report concerns?", set()),
        ("Who do young people talk to?", set()),
    ],
)
def test_what_a_question_wants(question: str, kinds: set[Kind]) -> None:
    assert wanted(question) == kinds


@pytest.mark.parametrize(
    "question",
    [
        "How much progress has Exham made?",
        "How much better are plans?",
        "Do leaders value what staff do?",
        "What happens when children go missing?",
        "Who has the chat with runaways?",
        "Was the budget well managed?",
        "Are teenagers called to their reviews?",
        "Is the front door any good?",
        "Do social workers share information?",
        "Are the children placed at home safe?",
    ],
)
def test_sums_names_and_shares_are_not_wanted_by_mistake(question: str) -> None:
    assert not wanted(question) & {"money", "percentage", "person", "name", "date"}


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("contact", "Call the duty team on 01709 555 010."),
        ("contact", "Write to duty@exham.example at any time."),
        ("money", "the leaving care grant of £2,000"),
        ("money", "an investment of 2.5 million"),
        ("percentage", "only 42% of them"),
        ("percentage", "Ninety per cent of plans"),
        ("percentage", "A third of children"),
        ("percentage", "Half of the children in care"),
        ("percentage", "two in three social workers"),
        ("number", "144 at the time of inspection"),
        ("number", "Forty additional posts"),
        ("number", "with only one social worker on shift"),
        ("number", "between 7am and 7pm on 12 May 2022"),
        ("number", "aged 11 to 17"),
        ("date", "in post since April 2013"),
        ("date", "Inspection dates: 9 May to 20 May 2022"),
        ("date", "since the previous inspection in 2017"),
        ("grade", "Overall effectiveness Good"),
        ("grade", "Services for care leavers are good."),
        ("grade", "care leavers: requires improvement to be good"),
        ("grade", "judged to be inadequate"),
        ("person", "Lead inspector: Lorna Schlechte, Her Majesty’s Inspector"),
        ("person", "It was chaired by Dr Patel."),
        ("person", "the death of Arthur Labinjo-Hughes"),
        ("name", "In Exham, the Horizons centre is outstanding."),
        ("name", "known locally as ‘FLOURISH’"),
        ("name", "Shield, the multi-agency team, works well."),
        ("list", "• The quality of plans.\n• The timeliness of visits."),
        ("list", "They get help with housing, health and jobs."),
        ("reason", "This is due to a shortage of carers."),
        ("reason", "Caseloads rose because staff left."),
    ],
)
def test_a_text_holds_a_kind(kind: Kind, text: str) -> None:
    assert has(kind, text)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("money", "Leaders have made a significant financial investment."),
        ("percentage", "in the first half of the year"),
        ("percentage", "a third party told the police"),
        ("number", "Inspectors visited on 12 May 2022 and in 2018."),
        ("number", "16- and 17-year-olds who present as homeless"),
        ("number", "A 16 or 17 year old may come under section 20."),
        ("number", "12. Social workers know children well."),
        ("number", "No one knew."),
        ("date", "Children may wait a long time."),
        ("grade", "There is good practice, and good support for carers."),
        ("person", "The Director of Children's Services and Exham County Council work with North Yorkshire Police."),
        ("person", "Social Workers visit."),
        ("name", "Children in care get help from the local authority. Personal advisers visit."),
        ("list", "Children are safe."),
        ("reason", "Children are safe."),
    ],
)
def test_a_text_does_not_hold_a_kind(kind: Kind, text: str) -> None:
    assert not has(kind, text)


def test_a_name_that_the_question_gives_is_not_the_one_it_wants() -> None:
    text = "The council of Exham works with Wyham."
    assert has("name", text, known="Which council does Exham work with?")
    assert not has("name", text, known="Does Exham work with Wyham's council?")


@given(st.integers(1, 10**7))
def test_any_sum_is_money_and_a_number(amount: int) -> None:
    assert has("money", f"They paid £{amount:,} for it.")
    assert has("number", f"They paid £{amount:,} for it.")


@given(st.integers(1900, 2099), st.integers(1, 28))
def test_a_day_is_a_date_and_no_number(year: int, day: int) -> None:
    text = f"Inspectors came on {day} March {year}."
    assert has("date", text)
    assert not has("number", text)


@given(st.text(max_size=200), st.sampled_from(KINDS))
def test_any_text_can_be_asked(text: str, kind: Kind) -> None:
    assert wanted(text) <= set(KINDS)
    assert has(kind, text) in (True, False)


@pytest.mark.parametrize(
    "question",
    [
        "What four things was Exham told to fix?",
        "what did Ofsted want put right",
        "What was it still asked to sort out?",
        "anything left on the to-do list?",
        "What must get better for care leavers?",
        "What single improvement did inspectors ask of Exham?",
        "Which recommendations were made in 2014?",
        "What are Exham's biggest weaknesses?",
        "What is the biggest weakness?",
        "What’s wrong with Exham?",
    ],
)
def test_a_question_may_ask_for_what_has_to_improve(question: str) -> None:
    assert wants_improvements(question)


@pytest.mark.parametrize(
    "question",
    [
        "Have caseloads improved?",
        "Is weakness of management a reason for high caseloads?",
        "Why did plans get better?",
        "Do children have to change school when they move?",
        "Can I ask to change my personal adviser?",
        "Do foster carers want to stop fostering?",
        "Are parents asked to stop drinking?",
        "How many children were flagged for exploitation?",
        "Do care leavers recommend their personal advisers?",
        "What should I do if my foster child runs away?",
        "Why did the director have to stop?",
    ],
)
def test_a_question_about_what_improved_does_not(question: str) -> None:
    assert not wants_improvements(question)


@pytest.mark.parametrize(
    ("kind", "text", "holds"),
    [
        ("number", "No care leavers currently have a mentor.", True),
        ("number", "There is no evidence of drift.", False),
        ("number", "Visits are made every six weeks.", True),
        ("number", "They meet each month.", True),
        ("number", "Every area was weak.", False),
    ],
)
def test_none_is_a_number_and_every_is_only_of_times(kind: Kind, text: str, holds: bool) -> None:
    assert has(kind, text) is holds


@pytest.mark.parametrize(
    ("heading", "does"),
    [
        ("What needs to improve?", True),
        ("The local authority – Recommendations", True),
        ("The experiences of children in care", False),
        ("Improvement", False),
    ],
)
def test_headings_of_what_has_to_improve(heading: str, does: bool) -> None:
    assert lists_improvements(heading) is does


@pytest.mark.parametrize(
    "question",
    [
        "How do care leavers do at school?",
        "How does the council do in court?",
        "Are children judged to be at risk seen quickly?",
        "What are young inspectors paid to do?",
    ],
)
def test_neither_grade_nor_sum_is_wanted(question: str) -> None:
    assert not wanted(question) & {"grade", "money"}
