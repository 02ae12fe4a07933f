"""Words with which people ask, and which say nothing of what they ask about."""

from __future__ import annotations

import re

from index.words import STOP_WORDS

# Beside those that no search looks for. What is said of a service ("better", "wrong", "late") is none of them.
FILLERS = set(STOP_WORDS) | set(
    """
    again all already also am anything back but cheers come council did doing done else ever every fifth first
    fourth get gets getting give given go goes going gone got happen happened he hello her here hi him his
    inspection inspections inspectors just know like many me mean more most much no not now ofsted ok okay one ones
    other others out please previous put quite really reason report reports said same say says second see seem seems
    show so something still thank thanks that's then thing things think third thought time too turn us very want way
    well went what's whats where who whose why yes yet
    """.split()
)
# In a question that stands alone these say something, beside what they qualify.
MEANT = set("back council first second third fourth fifth more most no not other others".split())
# Nor do these. Chosen among the words of training questions that passages which answer hold at most one time in four.
OF_ASKING = (FILLERS - MEANT) | set(
    """
    according actually another anybody anyone around ask asks asked because bring came couldn't doesn't don't even
    everybody everyone exactly find gave happens i'd i'll i'm i've idea instead list lots lot meant name names naming
    nobody once per put puts rather roughly she someone somebody sort sorts tell through till took wasn't weren't
    whether while whom whose yr
    """.split()
)
CONTRACTION = re.compile(r"[a-z]+(?:n't|'(?:s|d|m|re|ve|ll))")
WORD = re.compile(r"[^\W\d_][\w’'-]*")


def content(text: str) -> list[str]:
    """The words of a text that say what it is about."""
    return [word for word in WORD.findall(text) if word.lower() not in FILLERS]


def only_asks(word: str) -> bool:
    """Whether a word of a whole question only asks: "why", "exactly", "couldn't", "who'd"."""
    plain = word.lower().replace("’", "'")
    if plain in OF_ASKING:
        return True
    stem, apostrophe, _ = plain.partition("'")
    return bool(apostrophe and CONTRACTION.fullmatch(plain)) and (plain.endswith("n't") or stem in OF_ASKING)
