"""What a sentence of a report is, by its words: praise, criticism, both or neither."""

from __future__ import annotations

import re

from assistant.sides import Side
from assistant.wanted import one_of

# How far a sentence is from the side that is asked for: plainly on it; telling only what is done, which is near praise;
# on it at most; of neither, when it may find fault all the same; on the other.
PLAIN, TELLS, NEAR, NEITHER, OTHER = 0.1, 0.25, 0.5, 0.6, 1.0


def from_side(side: Side, text: str) -> float:
    """How far a sentence is from a side: 0 to NEAR where it is on it, NEITHER, or OTHER."""
    praises, qualifies = has_praise(_NOT_SO.sub(" ", text)), bool(_RESERVES.search(text))
    if side == "praise":
        return (NEAR if qualifies else 0.0) if praises else OTHER if qualifies else TELLS
    if _FINDS_FAULT.search(_NO_FAULT.sub(" ", text)):
        return PLAIN if praises else 0.0
    if _TURNS.match(text) and not praises:
        return NEAR
    return OTHER if praises and not qualifies else NEITHER


def has_praise(text: str) -> bool:
    """Whether a sentence has words of praise."""
    return bool(_PRAISES.search(text))


def has_reservation(text: str) -> bool:
    """Whether a sentence has words that find fault or take back."""
    return bool(_RESERVES.search(text) or _TELLS_WHEN.match(text))


_PRAISE = r"""
strong\w* strengths? effective(?:ly)? good improved (?<!as_)well(?!-being) benefit(?:s|ed|ing)?(?=_from) high[-_]quality
excellent\w* outstanding positive\w* committed(?!_an?\b) ambitious success\w* stable valued? impressive\w* skilled
passionate better strengthened exceptional\w*(?!_(?:high|low)) highly notable robust\w* timely tenacious\w* proud
transformed relentless\w* exemplary creative\w*
"""
_RESERVATION = r"""
not cannot nor? none never but however although though while whilst despite yet too few fewer
needs?_(?:to|further|more|improv\w+|strengthening|development) (?<!as_)(?<!when_)needed needing
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
    r"""delays? drift\w* absen\w+ weakness(?:es)? gaps? shortfalls? failings? failures? deficits? deteriorat\w+
    vacanc\w+ inconsistenc\w+ variab\w+ wait\w* turnover"""
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
