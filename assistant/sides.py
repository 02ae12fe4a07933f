"""Whether a question asks what inspectors praised of something, or what they found wrong with it."""

from __future__ import annotations

import re
from typing import Literal

from assistant.fillers import content
from assistant.wanted import Kind, one_of

Side = Literal["", "praise", "criticism"]

# The kinds of answer that a side of something may be given by; who wants a number or a name wants no side.
OF_A_SIDE: frozenset[Kind] = frozenset({"list", "reason"})
# How to ask for a side of something.
ASKS_FOR: dict[Side, str] = {
    "": "",
    "praise": "what did inspectors praise",
    "criticism": "what did inspectors criticise",
}


def side_asked(words: str) -> tuple[Side, str]:
    """The side of its subject that a question asks for, and the question without the words that say so.

    "" and the question itself where it asks for no side, for both, for more than that, or has no subject.
    """
    text = _plain(words)
    asked = [(side, found) for side, pattern in _ASKS_FOR.items() if (found := pattern.search(text))]
    if len(asked) != 1 or _AND_THE_OTHER.search(text):
        return "", words
    side, found = asked[0]
    rest = " ".join(f"{text[: found.start()]} {text[found.end() :]}".split())
    is_all = content(text[found.end() :]) and not _ASKS_MORE.search(rest)
    return (side, rest) if is_all else ("", words)


def names_side(words: str) -> bool:
    """Whether words ask for a side, whatever their subject."""
    return any(pattern.search(_plain(words)) for pattern in _ASKS_FOR.values())


def _plain(words: str) -> str:
    return re.sub(r"n't\b", " not", words.replace("’", "'"))


_ASKS_MORE = re.compile(
    r"(?:^|,|\band) (?:which|who|when|why)\b|^(?:which|who)\b|\bhow (?:many|much|long|often)\b", re.I
)
_WHICH = one_of(
    r"""a any are did do does find found had has have identify identified inspectors is its key main note noted
    of ofsted other raise raised report see significant sort specific the their there they three two was were \w+est
    \w+'s"""
)
_TOLD = one_of(
    """the ofsted inspectors? they we report inspection reports did do does have has had find found raised? noted?
    notes identify identified see saw seen reported? highlight(?:ed)? flag(?:ged)? mention(?:ed)? express(?:ed)? were
    was are is there been"""
)
_OF = r"(?: (?:about|with|in|of|for|around|over|regarding|on|at|to|by)\b|(?= *\?))"
_IS = r"(?:'s| is| was| were| are| went| has| have| find| found)"
_NOT_GRADE = r"(?! (?:good|outstanding|the (?:top|highest|best))\b)"
_NOUNS = {
    "criticism": one_of(
        """negative_(?:findings|comments) concerns?(?!_of\\b) criticisms? problems? weakness(?:es)? shortcomings?
        shortfalls? failings? issues? negatives? faults? gaps? deficiencies downsides? drawbacks? worries(?!_of\\b)
        red_flags? weak(?:er)?_(?:points?|spots?) bad_(?:points?|bits?) worst_things?"""
    ),
    "praise": one_of(
        """positive_(?:findings|comments) strengths? positives? praise successes (?:good|strong)_points?
        (?:good|best)_(?:bits?|things?) achievements?"""
    ),
}
_QUALITIES = {
    "criticism": one_of(
        """wrong weak(?:er)? poor bad negative lacking failing unsatisfactory not_working(?:_well)?
        not_(?:(?:so|very|done|doing|being_done)_)?(?:good|well)(?:_enough)?"""
    ),
    "praise": one_of("good(?!_practice) great strong positive impressive working_well going_well done_well"),
}
_VERBS = {
    "criticism": one_of(
        """critici[sz]ed? (?:find|found)_fault (?:falls?|fell|falling)_short (?:do|does|doing|did|done)_(?:badly|poorly)
        not_doing_(?:(?:so_)?well(?:_enough)?|enough) (?:going|gone|went)_(?:wrong|badly) found_wanting
        unhappy_about could_(?:be|do)_better
        (?:is|are|was|were)_(?:\\w+_){0,4}(?:weak|poor|bad)_(?:on|at)"""
    ),
    "praise": one_of(
        r"""praised? commend(?:ed)? impressed (?:do|does|doing|did|get)_right (?:inspectors|ofsted|they)_liked?
        (?<!not_)(?:do|does|doing|did)_(?:(?:really|particularly|so)_)?well(?!_enough)"""
    ),
}


def _asks_for(side: str) -> re.Pattern[str]:
    what = (
        r"\b(?:what|which|any|some|list|(?:is|are|was|were) there|what about|tell me(?: about)?"
        rf"|(?:do|does|did|has|have) (?:ofsted|(?:the )?inspectors|they|it))\b(?: {_WHICH})*"
    )
    what_is = (
        rf"\bwhat(?: (?:did|do|does)(?: {_TOLD})+(?: say| think)?)?{_IS}(?: (?:been|gone|still|going|so|really|that))*"
    )
    anything = rf"\b(?:any|some|no)thing(?: {_TOLD})*"
    ways = (
        rf"{what} {_NOUNS[side]}(?: {_TOLD})*{_OF}",
        rf"^\W*(?:(?:and|but|or) )?(?:(?:the|its|their|any|biggest|main|key) )*{_NOUNS[side]}\b(?:{_OF})?",
        rf"(?:{what_is}|{anything}) {_QUALITIES[side]}\b(?:{_OF})?",
        rf"\b{_VERBS[side]}\b(?:{_OF})?",
    )
    return re.compile(rf"(?:{'|'.join(ways)}){_NOT_GRADE}", re.I)


_ASKS_FOR: dict[Side, re.Pattern[str]] = {"criticism": _asks_for("criticism"), "praise": _asks_for("praise")}

_AND_THE_OTHER = re.compile(
    rf"\b{_NOUNS['praise']} (?:and|or) (?:the |its |their )?{_NOUNS['criticism']}\b"
    rf"|\b{_NOUNS['criticism']} (?:and|or) (?:the |its |their )?{_NOUNS['praise']}\b",
    re.I,
)
