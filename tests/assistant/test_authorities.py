"""How people call authorities."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.authorities import Authorities, Listed
from index.councils import official_names

NAMES = [
    "Barking and Dagenham",
    "Blackburn with Darwen",
    "Brent",
    "Buckinghamshire",
    "Derby",
    "Derbyshire",
    "East Sussex",
    "Greenwich",
    "Kingston upon Hull",
    "Leeds",
    "Middlesbrough",
    "Newcastle upon Tyne",
    "North Northamptonshire",
    "Reading",
    "Rotherham",
    "St Helens",
    "Telford and Wrekin",
    "West Sussex",
]
TEXT = (
    "Rotherham Metropolitan Borough Council works with Kent County Council and the London Borough of Enfield. "
    "Children enjoy reading. Leeds City Council helped. Brentwood is a town. Kevin Brent and Evolve helped."
)
MORE = (
    "Middlesbrough Borough Council, the London Borough of Hammersmith and Fulham, and Bath and North East Somerset "
    "District Council took part. Children in Hull did, as in Newcastle."
)
USES = Counter(f"{TEXT} {MORE}".replace(".", " ").replace(",", " ").split())


@pytest.fixture(scope="module")
def authorities() -> Authorities:
    return Authorities(NAMES, official_names([TEXT, MORE]), USES, ["Kevin Brent"])


@pytest.mark.parametrize(
    ("question", "known"),
    [
        ("How is Rotherham doing?", {"Rotherham"}),
        ("rotherhams caseloads", {"Rotherham"}),
        ("Rotherham Council’s caseloads", {"Rotherham"}),
        ("RMBC caseloads", {"Rotherham"}),
        ("Rotheram and Middlesborough", {"Rotherham", "Middlesbrough"}),
        ("Barking", {"Barking and Dagenham"}),
        ("blackburn & darwen? no, Blackburn with Darwen", {"Blackburn with Darwen"}),
        ("telford & wrekin", {"Telford and Wrekin"}),
        ("newcastle", {"Newcastle upon Tyne"}),
        ("St. Helens, saint helens or st helens", {"St Helens"}),
        ("bucks", {"Buckinghamshire"}),
        ("north northants", {"North Northamptonshire"}),
        ("W Sussex and E. Sussex", {"West Sussex", "East Sussex"}),
        ("Derby or Derbyshire", {"Derby", "Derbyshire"}),
        ("derbys", {"Derbyshire"}),
        ("Is Reading any good?", {"Reading"}),
        ("fostering in reading", {"Reading"}),
        ("readings caseloads", {"Reading"}),
        ("is reading at school a problem", set()),
        ("Greenwhich", {"Greenwich"}),
        ("Brentwood and Leedsham", set()),
        ("What did Cllr Derby say?", set()),
        ("What did Councillor Ann Derby say?", set()),
        ("the team of Kevin Brent", set()),
        ("sussex", set()),
        ("T&W and BwD", {"Telford and Wrekin", "Blackburn with Darwen"}),
        ("T & W", {"Telford and Wrekin"}),
        ("t&w or bwd in small letters", set()),
        ("NN is short for North Northamptonshire", {"North Northamptonshire"}),
        ("Leeds MBC", {"Leeds"}),  # no place of its own, though Middlesbrough Borough Council has these initials
        ("Newcastle under Lyme", set()),
        ("the team of Zena Derby", set()),
        ("caseloads in Hull", {"Kingston upon Hull"}),
        ("Tyne and wear", set()),
        ("caseloads", set()),
    ],
)
def test_known(authorities: Authorities, question: str, known: set[str]) -> None:
    assert set(authorities.find(question).known) == known


@pytest.mark.parametrize(
    ("question", "unknown"),
    [
        ("What does Kent pay foster carers?", ("Kent",)),
        ("kent foster carers", ("Kent",)),
        ("How do Leeds and Kent compare?", ("Kent",)),
        ("Compare Leeds and Ockham on care leavers", ("Ockham",)),
        ("Is Leeds better than Ockham for care leavers", ("Ockham",)),
        ("I live in Leeds and I'm a care leaver", ()),
        ("Compare Leeds and Ockham police", ()),
        ("What did Leeds and Barnardo's agree?", ()),
        ("enfield early help", ("Enfield",)),
        ("early help in Cardiff", ("Cardiff",)),
        ("Wigan borough council early help", ("Wigan",)),
        ("early help in Leeds for Evolve", ()),
        ("What is early help?", ()),
        ("What support is there for Deaf, Muslim or Ukrainian children at Christmas?", ()),
        ("the neighbouring county council", ()),
        ("Hammersmith and bath", ("Hammersmith and Fulham",)),
        ("bath time", ()),
        ("What did Leeds agree with Kent Police?", ()),
        ("Bath", ("Bath and North East Somerset",)),
    ],
)
def test_unknown(authorities: Authorities, question: str, unknown: tuple[str, ...]) -> None:
    assert authorities.find(question).unknown == unknown


@given(st.sampled_from(NAMES), st.sampled_from(["{}", "how is {}?", "{}'s plans", "in {} council", "{}, 2019"]))
def test_every_name_is_found_in_any_case(authorities: Authorities, name: str, sentence: str) -> None:
    for written in (name, name.upper()):
        assert set(authorities.find(sentence.format(written)).known) == {name}


@given(st.text(max_size=200))
def test_no_text_breaks_it(authorities: Authorities, text: str) -> None:
    assert set(authorities.find(text).known) <= set(NAMES)


def test_official_names_in_texts() -> None:
    assert official_names([TEXT]) == {
        "Rotherham Metropolitan Borough Council",
        "Kent County Council",
        "London Borough of Enfield",
        "Leeds City Council",
    }
    assert official_names(["The Youth Council and the Parish Council met. In Leeds City Council it rained."]) == {
        "Leeds City Council"
    }


def test_a_place_that_no_text_knows_is_missing() -> None:
    used = Counter({"March": 3, "Exham": 9, "house": 4})
    authorities = Authorities({"Exham"}, (), used)
    assert authorities.find("what did they find in Glasgow?").unknown == ("Glasgow",)
    assert authorities.find("and Milton Abbas?").unknown == ("Milton Abbas",)
    assert authorities.find("and in Cardiff").unknown == ("Cardiff",)
    assert authorities.find("what happened in March, at House level, in Exham?").unknown == ()
    assert authorities.find("are visits good in Ukrainian families").unknown == ()


ENGLAND = Listed.england()
ASKED = ["How are care leavers supported in {}?", "Is {} any good?", "What do inspectors say about {}'s plans?"]


@pytest.fixture(scope="module")
def in_england() -> Authorities:
    """Of a library that holds some of England's authorities, none of them Reading or Derby, and knows few words."""
    names = ["Durham", "Kingston upon Hull", "Lincolnshire", "Newcastle", "Rotherham", "St. Helens"]
    return Authorities(names, (), Counter(["reading", "Doncaster", "Hull", "Hull"]), (), ENGLAND)


def test_england_has_so_many_authorities() -> None:
    assert len(ENGLAND.names) == 153
    assert ENGLAND.names["Kingston upon Hull"] == ["hull"]


@pytest.mark.parametrize("name", ENGLAND.names)
def test_each_of_england_is_known_as_held_or_not_held(in_england: Authorities, name: str) -> None:
    held = {"Durham": "Durham", "Newcastle upon Tyne": "Newcastle", "St Helens": "St. Helens"}
    held |= {same: same for same in ("Kingston upon Hull", "Lincolnshire", "Rotherham")}
    for sentence in ASKED:
        found = in_england.find(sentence.format(name))
        if name not in held:
            assert (set(found.known), found.unknown) == (set(), (name,))
        elif name not in ("Newcastle upon Tyne", "St Helens"):  # the library's own names for them are others
            assert (set(found.known), found.unknown) == ({held[name]}, ())
        else:
            assert found.unknown == ()


@pytest.mark.parametrize(
    ("question", "known", "unknown"),
    [
        ("care leavers in Doncaster", set(), ("Doncaster",)),  # though a text has the word
        ("is sheffield any good", set(), ("Sheffield",)),
        ("Compare Rotherham and Camden", {"Rotherham"}, ("Camden",)),
        ("north east lincolnshire or Lincolnshire", {"Lincolnshire"}, ("North East Lincolnshire",)),
        ("N Lincs caseloads", set(), ("North Lincolnshire",)),
        ("County Durham caseloads", {"Durham"}, ()),
        ("hull caseloads", {"Kingston upon Hull"}, ()),
        ("Poole caseloads", set(), ("Bournemouth, Christchurch and Poole",)),
        ("Hertfordshire caseloads", set(), ("Hertfordshire",)),
        ("attainment in reading", set(), ()),
        ("Reading at school: who helps?", set(), ()),
        ("Reading's foster carers", set(), ("Reading",)),
        ("Is Reading any good?", set(), ("Reading",)),
        ("bury council", set(), ()),
        ("what do bath times look like", set(), ()),
        ("What did Kent Police do?", set(), ()),
        ("What did Cllr Derby say?", set(), ()),
        ("Who did the wars in Ukraine bring?", set(), ()),
    ],
)
def test_england_beside_the_library(
    in_england: Authorities, question: str, known: set[str], unknown: tuple[str, ...]
) -> None:
    found = in_england.find(question)
    assert (set(found.known), found.unknown) == (known, unknown)


def test_one_letter_from_a_name_of_the_library_is_no_mistake_in_another_name() -> None:
    authorities = Authorities(["Herefordshire"], (), Counter(), (), ENGLAND)
    assert authorities.find("Hertfordshire caseloads").unknown == ("Hertfordshire",)
    assert set(authorities.find("Herefordshir caseloads").known) == {"Herefordshire"}
