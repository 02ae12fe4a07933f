"""Whether a question asks what inspectors praised of something, or what they found wrong with it; and what texts do."""

from __future__ import annotations

import re
from typing import Literal

from assistant.fillers import content
from assistant.wanted import Kind, one_of

Side = Literal["", "praise", "criticism"]

# How far a sentence is from the side that is asked for: at most, where it is on it; where it is of neither, though what
# has no words of fault may find it all the same; of the other. What only tells what is done is praise enough.
NEAR, NEITHER, OTHER = 0.5, 0.6, 1.0


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
    text = words.replace("’", "'")
    asked = [(side, found) for side, pattern in _ASKS_FOR.items() if (found := pattern.search(text))]
    if len(asked) != 1 or _AND_THE_OTHER.search(text):
        return "", words
    side, found = asked[0]
    rest = " ".join(f"{text[: found.start()]} {text[found.end() :]}".split())
    is_all = content(text[found.end() :]) and not _ASKS_MORE.search(rest)
    return (side, rest) if is_all else ("", words)


def names_side(words: str) -> bool:
    """Whether words ask for a side, whatever their subject."""
    return any(pattern.search(words.replace("’", "'")) for pattern in _ASKS_FOR.values())


def from_side(side: Side, text: str) -> float:
    """How far a sentence is from a side: 0 to NEAR where it is on it, NEITHER, or OTHER."""
    praises, qualifies = has_praise(_NOT_SO.sub(" ", text)), bool(_RESERVES.search(text))
    if side == "praise":
        return (NEAR if qualifies else 0.0) if praises else OTHER if qualifies else 0.25
    if _FINDS_FAULT.search(_NO_FAULT.sub(" ", text)):
        return 0.1 if praises else 0.0
    if _TURNS.match(text) and not praises:
        return NEAR
    return OTHER if praises and not qualifies else NEITHER


def has_praise(text: str) -> bool:
    """Whether a sentence has words of praise."""
    return bool(_PRAISES.search(text))


def has_reservation(text: str) -> bool:
    """Whether a sentence has words that find fault or take back."""
    return bool(_RESERVES.search(text) or _TELLS_WHEN.match(text))


# --- What a question asks for -----------------------------------------------------------------------------------------

_ASKS_MORE = re.compile(
    r"(?:^|,|\band) (?:which|who|when|why)\b|^(?:which|who)\b|\bhow (?:many|much|long|often)\b", re.I
)
_WHICH = one_of(
    r"""a any are biggest did do does find found had has have identify identified inspectors is its key main note noted
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
        """concerns?(?!_of\\b) criticisms? problems? weakness(?:es)? shortcomings? shortfalls? failings? issues?
        negatives? faults? gaps? deficiencies downsides? drawbacks? worries(?!_of\\b) red_flags?
        weak(?:er)?_(?:points?|spots?) bad_points?"""
    ),
    "praise": one_of("strengths? positives? praise successes good_points? strong_points? achievements?"),
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
        not_doing_(?:so_)?well(?:_enough)? could_(?:be|do)_better
        (?:is|are|was|were)_(?:\\w+_){0,4}(?:weak|poor|bad)_(?:on|at)"""
    ),
    "praise": one_of(
        r"""praised? commend(?:ed)? impressed (?:do|does|doing|did|get)_right (?:inspectors|ofsted|they)_liked?
        (?<!not_)(?:do|does|doing|did)_(?:(?:really|particularly|so)_)?well(?!_enough)"""
    ),
}


def _asks_for(side: str) -> re.Pattern[str]:
    what = (
        r"\b(?:what|which|any|some|list|(?:is|are|was|were) there|(?:what|tell me) about"
        rf"|(?:do|does|did|has|have) (?:ofsted|(?:the )?inspectors|they|it))\b(?: {_WHICH})*"
    )
    what_is = rf"\bwhat(?: (?:did|do|does) {_TOLD}(?: say| think)?)?{_IS}(?: (?:been|gone|still|going|so|really|that))*"
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

# --- What a text says -------------------------------------------------------------------------------------------------

_PRAISE = r"""
strong\w* strengths? effective(?:ly)? good improved (?<!as_)well(?!-being) benefit(?:s|ed|ing)?(?=_from) high[-_]quality
excellent\w* outstanding positive\w* committed(?!_an?\b) ambitious success\w* stable valued? impressive\w* skilled
passionate better strengthened exceptional\w*(?!_(?:high|low)) highly notable robust\w* timely tenacious\w* proud
transformed relentless\w* exemplary creative\w*
"""
_RESERVATION = r"""
not cannot nor? none never but however although though while whilst despite yet (?<!in_)need(?:s|ed|ing)? too few fewer
less only once still until before unless would nevertheless nonetheless should could_be will_be require[sd]?
in_progress more_to_(?:be_)?do(?:ne)? begun beginning_to starting_to striving emerging steps intended being_strengthened
focused_on_improving plans?_to aims?_to to_reduce relatively partial\w* low_base insufficient\w* ineffective\w*
inconsisten\w* variab\w* varie[sd] weak\w* poor\w* poverty inadequate\w* unsuitable declin\w* worse\w* delay\w* drift
lack\w* absen\w+ fail\w* concern\w* deteriorat\w* limited slow\w* harm\w* unsafe unstable instability turnover
vacanc\w* churn challeng\w* difficult\w* pressures? pandemic remain\w* shortfalls? shortages? gaps? deficits? unable
unaware missed over-?reli\w+ high_caseloads rise_in increased_numbers significantly_increased serious widespread
(?:last|previous)_inspection[^.]*judged
"""
# Fewer than take praise back: "concerns" may be those that staff deal with, "before" tells when.
_FAULT = r"""
not cannot nor never too few fewer lack\w* absen\w+ fail\w* deteriorat\w* limited slow\w* unsafe unstable instability
turnover vacanc\w* churn shortfalls? shortages? gaps? deficits? unable unaware missed over-?reli\w+ insufficient\w*
ineffective\w* inconsisten\w* variab\w* varie[sd] weak\w* poor(?:ly)? inadequate\w* unsuitable declin\w* worse\w*
delay(?:s|ed)? drift\w*
needs?_to_(?:\w+ly_)?(?:be|become|improve|strengthen|develop|embed|ensure|do|make|take|address|better|understand|build)
(?:needs?|requires?d?)_(?:further|more|improve\w*|strength\w+) should unclear unmet more_(?:work_)?to_do mixed overdue
(?:work|improvements?|progress|action|focus|attention)_(?:is|are|was|were)_(?:\w+_)?needed patchy
only_(?:a_)?(?:small|few|some|one|two|half) less_(?:effective|strong|well|robust|consistent|clear|developed) sporadic
no_(?:clear|evidence(?![^.]*\b(?:negative|harm))|records?|plans?|system|strateg\w+|formal|permanent|effective|oversight)
no_longer reliant hamper\w* hinder\w* undermin\w* jeopardi\w+ confus\w* under-?developed under-?resourced unallocated
out_of_date wait(?:ing)? fragment\w* impede\w* (?:ha(?:ve|s)_)?yet_to (?:a|experienc\w+|remain\w*)_challenge
experienced_(?:\w+_){0,3}challenges challenges_remain high_caseloads caseloads_(?:are|were|remain)_(?:\w+_)?high
rushed challenging_(?:for|to) cursory superficial neglected overwhelmed unmanageable disappoint\w* overly withdrawn
(?:frequent|multiple|several|repeated)_changes_of bed_and_breakfast increas\w+_(?:their|the)_(?:vulnerability|risk)
"""
_SLIPS = one_of(
    r"""delays? drift\w* weakness(?:es)? gaps? shortfalls? failings? failures? deficits? deteriorat\w+ vacanc\w+
    inconsistenc\w+ variab\w+ wait\w* turnover"""
)
_UP_TO_SIX = r"(?: [\w’'-]+){0,6}?"

# Chosen by reading all sentences that these find in 190 reports; what else may be praise is left out.
_PRAISES = re.compile(rf"""\b{one_of(_PRAISE)}\b""", re.I)
_RESERVES = re.compile(rf"""\b{one_of(_RESERVATION)}\b""", re.I)
_TELLS_WHEN = re.compile(r"(?:when|once)\b", re.I)
_NOT_SO = re.compile(
    rf"""\b(?:not(?! only)|never|nor|without|lack of)(?:,? [\w’'-]+){{0,4}}?,? {one_of(_PRAISE)}\b""", re.I
)
# The evidence of each of the 20 training questions that ask what is wrong with something has some of these.
_FINDS_FAULT = re.compile(rf"""\b{one_of(_FAULT)}\b""", re.I)
_TURNS = re.compile(r"(?:however|but|although|though|despite|nevertheless|nonetheless|while|whilst)\b", re.I)
# Words of fault that say of whom or when something is said, or what is put right, kept away or known.
_NO_FAULT = re.compile(
    r"^(?:when|where|if|once|for|should)\b[^,]*,"
    r"|\b(?:(?:who|when|where|if)(?: [\w’'-]+){0,3}?|those|leavers|people|children) (?:not|no longer|unable|too)\b"
    r"|\bnot (?:only|complacent|uncommon|unusual|afraid|overwhelmed|wait)\b|\bnever give up\b"
    r"|\b(?:any|no|without|avoid\w*|prevent\w*|reduc\w+|minimis\w+|address\w*|tackl\w+|resolv\w+|remed\w+|respon[ds]\w*"
    rf"|identif\w+|understand\w*|recogni\w+){_UP_TO_SIX} {_SLIPS}\b"
    rf"|\b{_SLIPS}{_UP_TO_SIX} (?:addressed|resolved|tackled|reduced|remedied|rectified)\b",
    re.I,
)
