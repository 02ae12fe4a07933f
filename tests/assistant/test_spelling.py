"""Misspelt words are read as the known word that they are close to, and no word is that may be meant as it stands."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from assistant.assistant import Assistant
from assistant.authorities import Authorities, Listed, Mentions
from assistant.contract import answer_record
from assistant.spelling import AHEAD, LEAST, Respelt, Spelling
from assistant.web.replies import Links, reply

TIMES = {
    "adoption": 60,
    "caseloads": 50,
    "closures": 5,
    "improvement": 90,
    "supervision": 90,
    "supervisor": 8,
    "the": 900,
}
TEXTS = Counter(
    {**TIMES, "managers": 70, "carers": 90, "cares": 20, "badges": LEAST, "pilot": LEAST - 1, "Penswick": 9}
)
SPELLING = Spelling(TEXTS, own=["runaways"], everyday=frozenset(["badger", "mangers", "reading"]), names=["Havering"])
NONE = Mentions()


def read(question: str) -> str:
    return SPELLING.corrected(question, NONE).question


@pytest.mark.parametrize(
    ("misspelt", "meant"),
    [
        ("caselods", "caseloads"),
        ("caseloadds", "caseloads"),
        ("casleoads", "caseloads"),
        ("caseliads", "caseloads"),
        ("Adopton", "Adoption"),
        ("supervison", "supervision"),  # as near to "supervisor", which is far rarer
        ("improvment", "improvement"),  # of which the stem is known
        ("runawys", "runaways"),  # which no text has
    ],
)
def test_a_word_is_read_as_the_known_one_a_letter_away(misspelt: str, meant: str) -> None:
    asked = f"{misspelt} and carers"
    assert SPELLING.corrected(asked, NONE) == Respelt(asked.replace(misspelt, meant), ((misspelt, meant),))


@pytest.mark.parametrize(
    "word",
    [
        "badgers",  # a form of an everyday word
        "badgrs",  # may be "badgers" as well as "badges"
        "mangers",  # an everyday word
        "caers",  # may be "carers" as well as "cares"
        "closure",  # a form of a word of the texts
        "pilott",  # too rare a word
        "suprvison",  # two letters away
        "xdoption",  # the first letter
        "penswik",  # a name of the texts
        "havring",  # a name of an authority
        "the1r",
        "theyre",
        "adopton's",
        "re-adopton",
        "adopton@exham.gov.uk",
    ],
)
def test_what_is_known_far_or_may_be_another_is_left_alone(word: str) -> None:
    assert SPELLING.corrected(f"what of {word} now", NONE) == Respelt(f"what of {word} now")


@pytest.mark.parametrize(
    "question", ["Do they use Adopton in Exham?", "what is an ADOPTON", "use Liquidlogic, adOpton"]
)
def test_names_and_abbreviations_are_left_alone(question: str) -> None:
    assert read(question) == question


def test_a_word_of_an_authoritys_name_is_left_alone() -> None:
    authorities = Authorities(["Manegers"], (), TEXTS)  # a letter from "managers"
    question = "adopton of manegrs"
    assert SPELLING.corrected(question, authorities.find(question)).question == "adoption of manegrs"


def test_a_rival_has_to_be_rare() -> None:
    def with_rival(often: int) -> str:
        return Spelling(Counter({"carers": 100, "cares": often})).corrected("caers", NONE).question

    assert (with_rival(100 // AHEAD), with_rival(100 // AHEAD + 1)) == ("carers", "caers")


WORDS = st.one_of(
    st.sampled_from([*TEXTS, "runaways", "badger"]), st.text("abcdegimnoprstuvwy", min_size=1, max_size=12)
)


@given(st.lists(WORDS, min_size=1, max_size=6).map(" ".join))
def test_each_correction_is_one_mistake_and_none_needs_another(question: str) -> None:
    respelt = SPELLING.corrected(question, NONE)
    for word, meant in respelt.words:
        assert OSA.distance(word.lower(), meant.lower()) == 1
        assert word not in TEXTS
        assert TEXTS[meant.lower()] >= LEAST or meant.lower() == "runaways"
    assert SPELLING.corrected(respelt.question, NONE) == Respelt(respelt.question)


@given(st.text(max_size=200))
def test_nothing_but_words_changes(question: str) -> None:
    respelt = SPELLING.corrected(question, NONE)
    put_back = respelt.question
    for word, meant in respelt.words:
        put_back = re.sub(rf"\b{meant}\b", word, put_back)
    assert put_back == question or respelt.words
    assert (respelt.question == question) is not bool(respelt.words)


BARE = Spelling.of(Counter())


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("whihc councils are inadquate", "which councils are inadequate"),
        ("the lateest grade for leadrship", "the latest grade for leadership"),
        ("runawyas and domestc abuse", "runaways and domestic abuse"),
        ("what do they say of badgrs", "what do they say of badgrs"),
    ],
)
def test_the_programs_own_words_need_no_text(asked: str, meant: str) -> None:
    assert BARE.corrected(asked, NONE).question == meant


def test_no_authority_of_england_is_misspelt() -> None:
    for name in Listed.england().names:
        assert not BARE.corrected(f"and {name.lower()}", NONE).words


# --- In an answer -----------------------------------------------------------------------------------------------------

ASKED = "How high are Exham's caselods in 2018?"


def test_the_reader_is_told_how_a_word_was_read(assistant: Assistant) -> None:
    answer = assistant.ask(ASKED)
    assert answer.understood.question == "How high are Exham's caseloads in 2018?"
    assert answer.status == "answered"
    said = "“caselods” was read as “caseloads”."
    assert answer.notes == (said,)
    assert answer.text.startswith(f"{said}\n\n“")
    assert said in reply(answer, Links("#a", "#b", "#c"))
    assert answer_record(answer, None, ASKED, 0)["understood"]["respelt"] == {"caselods": "caseloads"}


def test_a_refusal_tells_it_too(assistant: Assistant) -> None:
    answer = assistant.ask("How high are Leeds's caselods?")
    assert (answer.status, answer.understood.unknown) == ("refused", ("Leeds",))
    assert answer.text.startswith("“caselods” was read as “caseloads”.\n\nThere is no report on Leeds here.")
    assert answer.notes


def test_without_its_filter_a_question_is_read_the_same(assistant: Assistant) -> None:
    answer = assistant.ask(ASKED, everywhere=True)
    assert (answer.understood.filter, answer.understood.respelt) == ("", (("caselods", "caseloads"),))
    assert answer.notes


def test_a_follow_up_builds_on_the_word_that_was_meant(assistant: Assistant) -> None:
    first = assistant.ask(ASKED)
    then = assistant.ask("and in 2022?", [first])
    assert then.understood.question == "How high are Exham's caseloads in 2022?"
    assert not then.notes


def test_a_follow_up_is_read_too(assistant: Assistant) -> None:
    then = assistant.ask("and fostr carers?", [assistant.ask("How high are Wyham's caseloads?")])
    assert then.understood.question == "and foster carers? (Wyham and Zed; after “How high are Wyham's caseloads?”)"
    assert then.notes == ("“fostr” was read as “foster”.",)


def test_a_word_that_stands_nowhere_is_still_said_to(assistant: Assistant) -> None:
    answer = assistant.ask("What do reports on Exham say about badgers?")
    assert (answer.status, answer.notes) == ("refused", ())
