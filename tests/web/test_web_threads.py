"""Conversations in addresses: what is written is read again, and what is no conversation is said to be none."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.assistant import Assistant
from assistant.scope import Scope
from assistant.suggestions import Suggestions
from assistant.web.threads import ASKED, MOST_TURNS, Asking, BadThread, Thread, from_address, scope_from, to_address
from assistant.web.turns import Turns, answered, asked_after, in_short, kept, state_of

YEARS = st.tuples(st.none() | st.integers(1000, 2000), st.none() | st.integers(2000, 9999))
TEXT = st.text(st.characters(codec="utf-8"), max_size=60)
SCOPES = st.builds(lambda name, years: Scope(name, *years), TEXT, YEARS)
DAYS = st.dates(date(ASKED[0], 1, 1), date(ASKED[-1], 12, 31))
ASKINGS = st.builds(Asking, TEXT, SCOPES, st.booleans(), st.none() | DAYS)


@given(st.lists(ASKINGS, max_size=4), st.sampled_from(["", "0a1b2c"]))
def test_what_is_written_is_read_again(askings: list[Asking], state: str) -> None:
    assert from_address(f"#{to_address(askings, state)}") == Thread(tuple(askings), state)


def test_an_address_can_be_written_by_hand() -> None:
    address = "?utm_source=news&q=How was Exham judged?&authority=Exham&from=2018&q=and+in+2022%3F&everywhere=1"
    assert from_address(address).askings == (
        Asking("How was Exham judged?", Scope("Exham", 2018)),
        Asking("and in 2022?", everywhere=True),
    )
    assert from_address("") == from_address("?authority=Exham") == Thread()
    assert scope_from("authority=Exham&to=2018") == Scope("Exham", None, 2018)
    assert scope_from("") == Scope()


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("q=x&from=latest", "The link names the year “latest”, which is not a"),
        ("q=x&to=0000", "the year “0000”"),
        ("q=x&from=²018", "the year “²018”"),
        ("q=x&on=2026-02-30", "The link names the day “2026-02-30”, which is no day of asking"),
        ("q=x&on=0001-01-01", "The link names the day “0001-01-01”, which is no day of asking"),
        ("q=x&on=9999-12-31", "the day “9999-12-31”"),
        ("q=x&from=2022&to=2018", "The first year is later than the last"),
        ("q=" + "x" * 500_000, "The link is too long"),
    ],
)
def test_what_cannot_be_read_is_said(address: str, words: str) -> None:
    with pytest.raises(BadThread, match=words):
        from_address(address)


@pytest.mark.parametrize("day", [f"{ASKED[0]}-01-01", f"{ASKED[-1]}-12-31"])
@pytest.mark.parametrize("time", ["last year", "this year", "99 decades ago", "99 years ago", "now", "since then"])
def test_whatever_day_it_is_asked_on_every_time_can_be_told(assistant: Assistant, day: str, time: str) -> None:
    [asking] = from_address(f"q=How were caseloads {time}?&on={day}").askings
    assert answered(assistant, asking, ()).answer.status


def test_a_long_conversation_keeps_its_last_questions() -> None:
    askings = [Asking(f"question {n}") for n in range(MOST_TURNS + 3)]
    assert from_address(to_address(askings)).askings == tuple(askings[3:])


def talk(assistant: Assistant, *questions: str) -> Turns:
    turns: Turns = ()
    for question in questions:
        turns = (*turns, answered(assistant, Asking(question, on=date(2026, 3, 2)), turns))
    return turns


def test_only_what_differs_is_asked_again(assistant: Assistant) -> None:
    turns = talk(assistant, "How are caseloads in Northmoor?", "and in 2018?")
    first, second = (turn.asking for turn in turns)
    third = Asking("and why?")
    assert kept([first, second, third], turns) == ((first, second, third), turns)
    assert kept([first, third], turns) == ((first, third), turns[:1])
    assert kept([third, second], turns) == ((third, second), ())
    many = [first, second, *(Asking(f"question {n}") for n in range(MOST_TURNS - 1))]
    assert kept(many, turns) == (tuple(many[1:]), turns[1:])
    assert kept([third, *many], turns) == (tuple(many[1:]), ())


def test_links_of_an_answer_hold_the_conversation_up_to_it(assistant: Assistant) -> None:
    turns = talk(assistant, "How are caseloads in Northmoor?", "and in 2018?")
    address = to_address([turn.asking for turn in turns], state_of(assistant))
    assert f'href="#{address.replace("&", "&amp;")}"' in turns[1].html
    assert f'href="#{address.replace("&", "&amp;")}&amp;everywhere=1' not in turns[0].html
    [(question, link)] = asked_after(assistant, turns, ["and why?"])
    thread = from_address(link)
    assert question == "and why?"
    assert [asking.question for asking in thread.askings] == [turns[0].asking.question, "and in 2018?", "and why?"]
    assert thread.state == state_of(assistant)


def test_the_day_of_asking_stays(assistant: Assistant) -> None:
    asking = Asking("What was found eight years ago in Northmoor about caseloads?", on=date(2026, 3, 2))
    then = answered(assistant, asking, ())
    assert then.answer.understood.filter == "Northmoor, 2018"
    assert answered(assistant, Asking(asking.question, on=date(2030, 3, 2)), ()).answer.understood.filter != (
        "Northmoor, 2018"
    )


def test_what_follows_does_not_need_the_passages_of_turns_before(assistant: Assistant) -> None:
    suggestions, whole, short = Suggestions(assistant), (), ()
    for question in (
        "Are caseloads manageable in Northmoor?",
        "And in 2018?",
        "What about care leavers?",
        "And Atlantis?",
    ):
        whole = (*whole, answered(assistant, Asking(question), whole))
        short = (*map(in_short, short), answered(assistant, Asking(question), short))
        assert short[-1] == whole[-1]
        *before, last = [turn.answer for turn in whole]
        without = [turn.answer for turn in short[:-1]]
        assert suggestions.next_questions(last, without) == suggestions.next_questions(last, before)
    assert whole[0].answer.passages
    assert not short[0].answer.passages
