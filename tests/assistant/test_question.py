"""What is understood of a question."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.assistant import Assistant
from assistant.question import LONGEST_QUESTION, BadQuestion, checked, understand, within


@pytest.mark.parametrize(
    ("question", "authorities", "years", "subject"),
    [
        ("How are caseloads in Exham?", ("Exham",), (), "How are caseloads in ?"),
        ("exhams caseloads", ("Exham",), (), "caseloads"),
        ("What did Exham council's managers do in 2018?", ("Exham",), (2018,), "What did managers do in ?"),
        ("wyham & zed fostering", ("Wyham and Zed",), (), "fostering"),
        ("Wyham fostering", ("Wyham and Zed",), (), "fostering"),
        ("Compare Exham and Wyham", ("Exham", "Wyham and Zed"), (), "Compare and"),
        ("Exhamshire caseloads", (), (), "Exhamshire caseloads"),
        ("Why did 1999 matter in Exham?", ("Exham",), (), "Why did 1999 matter in ?"),
        ("2021", (), (2021,), "2021"),
        ("How has Exham changed since 2018?", ("Exham",), (2018, 2022), "How has changed since ?"),
        ("caseloads", (), (), "caseloads"),
    ],
)
def test_authorities_and_years(
    assistant: Assistant, question: str, authorities: tuple[str, ...], years: tuple[int, ...], subject: str
) -> None:
    understood = understand(question, assistant.documents())
    assert (sorted(understood.authorities), understood.years) == (sorted(authorities), years)
    assert understood.subject == subject


def test_a_year_is_that_of_inspection_or_publication(assistant: Assistant) -> None:
    documents = assistant.documents()
    for year, path in ((2018, "exham-2018.md"), (2022, "exham-2022.md"), (2021, "wyham.md")):
        about = within(understand(f"caseloads {year}", documents), documents)
        assert [document.path for document in about] == [path]


def test_a_follow_up_keeps_authority_and_year_until_it_names_its_own(assistant: Assistant) -> None:
    documents = assistant.documents()
    first = understand("Exham caseloads in 2018", documents)
    assert understand("and plans?", documents, first).authorities == ("Exham",)
    assert understand("and plans?", documents, first).years == (2018,)
    assert understand("and in 2022?", documents, first).years == (2022,)
    other = understand("and Wyham?", documents, first)
    assert (other.authorities, other.years) == (("Wyham and Zed",), ())


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("", "is empty"),
        (" \n\t\u200b", "is empty"),
        ("?!… 123", "has no words"),
        ("x" * 100_000, "has 100,000 characters. Ask in at most 2,000"),
    ],
)
def test_what_cannot_be_asked_is_said(question: str, reason: str) -> None:
    with pytest.raises(BadQuestion, match=reason):
        checked(question)


def test_another_script_can_be_asked() -> None:
    assert checked("  मूल्यांकन \n क्या था? ") == "मूल्यांकन क्या था?"


@given(st.text(max_size=3000))
def test_any_text_is_taken_or_refused_in_words(text: str) -> None:
    shown = " ".join("".join(c if unicodedata.category(c)[0] != "C" else " " for c in text).split())
    if any(c.isalpha() for c in shown) and len(unicodedata.normalize("NFC", shown)) <= LONGEST_QUESTION:
        question = checked(text)
        assert 0 < len(question) <= LONGEST_QUESTION
        assert checked(question) == question
    else:
        with pytest.raises(BadQuestion, match=r"^The question (is empty|has)"):
            checked(text)
