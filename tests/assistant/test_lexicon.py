"""Everyday words lead to the words of the reports."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.lexicon import Group, Lexicon, key

LEXICON = Lexicon.load()


@pytest.mark.parametrize(
    ("asked", "reports_say"),
    [
        ("kids in care", "looked after children"),
        ("kids in care", "children in care"),
        ("what is the social workers' workload like?", "caseloads"),
        ("teenagers with nowhere to live", "16- and 17-year-olds who present as homeless"),
        ("the front door", "multi-agency safeguarding hub"),
        ("young people who grew up in care", "care leavers"),
        ("my leaving-care worker", "personal adviser"),
        ("living with gran", "connected carers"),
        ("teachers accused of something", "designated officer"),
        ("runaways", "missing from home"),
        ("the follow-up chat", "return home interviews"),
        ("used by gangs", "child exploitation"),
        ("violence at home", "domestic abuse"),
        ("staying with non relatives", "private fostering"),
        ("respite", "short breaks"),
        ("homes that aren't registered", "unregistered children's homes"),
        ("taught at home", "elective home education"),
        ("dentists", "dental checks"),
        ("refugees", "unaccompanied asylum-seeking children"),
        ("put up in B&Bs", "bed and breakfast"),
        ("before going to court", "pre-proceedings"),
        ("staff churn", "turnover"),
        ("locums", "agency staff"),
        ("do the bosses check files?", "senior leaders"),
        ("act as mum and dad", "corporate parents"),
        ("night and weekend cover", "emergency duty team"),
        ("books about their past", "life-story work"),
        ("a befriender", "independent visitor"),
        ("which area got top marks", "outstanding"),
        ("Ofsted failed them", "inadequate"),
        ("slow", "drift"),
    ],
)
def test_everyday_words_lead_to_the_reports_words(asked: str, reports_say: str) -> None:
    assert reports_say in LEXICON.expand(asked)


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("MASH", "multi-agency safeguarding hub"),
        ("LADO", "local authority designated officer"),
        ("UASC", "unaccompanied asylum-seeking children"),
        ("PLO", "public law outline"),
        ("EHC", "education, health and care plans"),
        ("SEND", "special educational needs"),
        ("PEP", "personal education plans"),
        ("IRO", "independent reviewing officer"),
        ("DCS", "director of children's services"),
        ("PA", "personal adviser"),
        ("CAMHS", "child and adolescent mental health services"),
        ("LSCB", "local safeguarding children board"),
        ("EDT", "emergency duty team"),
        ("CSE", "child sexual exploitation"),
        ("SDQ", "strengths and difficulties questionnaire"),
    ],
)
def test_abbreviations_and_full_forms_lead_to_each_other(short: str, full: str) -> None:
    assert full in LEXICON.expand(f"How good is the {short}?")
    assert short in LEXICON.expand(f"How good is the {full}?")


@pytest.mark.parametrize("asked", ["Kid in care", "KIDS IN CARE", "kids-in-care", "kids’ in care", "a kid's in care?"])
def test_case_plural_possessive_and_hyphens_do_not_matter(asked: str) -> None:
    assert LEXICON.expand(asked) == LEXICON.expand("kids in care")


@pytest.mark.parametrize("asked", ["who do they send?", "a pep talk", "pa", "what it does"])
def test_an_abbreviation_is_not_the_ordinary_word(asked: str) -> None:
    assert LEXICON.expand(asked) == ()


@pytest.mark.parametrize("asked", ["lado", "Lado", "iros", "the mash", "camhs"])
def test_other_abbreviations_are_known_in_any_case(asked: str) -> None:
    assert LEXICON.expand(asked)


@pytest.mark.parametrize(
    ("asked", "full"),
    [
        ("How is CSE in Exham?", "How is child sexual exploitation in Exham?"),
        ("the lado’s role", "the local authority designated officer role"),
        ("UASC and SGOs", "unaccompanied asylum-seeking children and special guardianship order"),
        ("who do they send in?", "who do they send in?"),
        ("How is SEND in Exham?", "How is special educational needs and/or disabilities in Exham?"),
        ("What is a pa?", "What is a pa?"),
        ("early help", "early help"),
        ("", ""),
    ],
)
def test_abbreviations_are_spelled_out(asked: str, full: str) -> None:
    assert LEXICON.in_full(asked) == full


@pytest.mark.parametrize("asked", ["", "?", "the grandee", "skidding", "What about housekeeping?", "Staying out late"])
def test_only_whole_words_count(asked: str) -> None:
    assert not {"children", "extended family"} & set(LEXICON.expand(asked))


def test_the_longest_phrase_counts_once() -> None:
    lexicon = Lexicon([Group(("kids in care",), ("looked after",)), Group(("kids",), ("children",))])
    assert lexicon.expand("kids in care") == ("looked after",)
    assert lexicon.expand("kids in care and other kids") == ("looked after", "children")


def test_words_that_are_too_general_lead_nowhere() -> None:
    lexicon = Lexicon([Group(("fed up",), ("dissatisfied",), also=("concerns",))])
    assert lexicon.expand("fed up") == ("dissatisfied", "concerns")
    assert lexicon.expand("concerns") == ()


def test_everyday_words_are_never_added() -> None:
    assert "kids in care" not in LEXICON.expand("children in care")


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ({"everyday": ["kids"]}, "leads to nothing"),
        ({"everyday": ["kids"], "reports": ["…"]}, "empty phrase"),
        ({"everyday": ["kids"], "report": ["children"]}, "unknown keys"),
    ],
)
def test_a_group_that_makes_no_sense_is_refused(table: dict[str, list[str]], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        Lexicon.from_data({"groups": [table]})


def test_the_data_has_no_group_in_vain_and_no_phrase_twice_in_a_group() -> None:
    for group in LEXICON.groups:
        phrases = [key(phrase) for phrase in (*group.everyday, *group.reports, *group.also)]
        assert len(phrases) > 1, group
        assert len(phrases) == len(set(phrases)), group


PHRASES = st.sampled_from([phrase for group in LEXICON.groups for phrase in (*group.everyday, *group.reports)])


@given(st.lists(PHRASES | st.text(max_size=12), max_size=6).map(" ".join))
def test_nothing_is_added_that_the_text_says_already(text: str) -> None:
    words = key(text)
    for phrase in map(key, LEXICON.expand(text)):
        assert all(words[start : start + len(phrase)] != phrase for start in range(len(words)))


@given(st.sampled_from([phrase for group in LEXICON.groups for phrase in group.everyday]))
def test_every_everyday_phrase_leads_to_reports_words_from_a_sentence(phrase: str) -> None:
    assert LEXICON.expand(f"So, {phrase}?")
