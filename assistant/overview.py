"""Whether a question asks for a report as a whole: for a summary, for what is praised or for what has to improve."""

from __future__ import annotations

import re
from typing import Literal

Overview = Literal["", "summary", "strengths", "weaknesses"]

# A question that has words of these, and of no other subject, asks for the report as a whole.
_ASKS_FOR: dict[Overview, frozenset[str]] = {
    "summary": frozenset(
        """
        summary summaries summarise summarize overview finding findings headline headlines gist outline conclusion
        conclusions messages takeaways
        """.split()
    ),
    "strengths": frozenset(
        """
        strength strengths strong strongest positive positives good great well praise praised praising liked commend
        commended success successes achievement achievements impressed
        """.split()
    ),
    "weaknesses": frozenset(
        """
        weakness weaknesses weak weakest failing failings failure failures shortcoming shortcomings problem problems
        negative negatives criticism criticisms criticise criticised criticize criticized concern concerns concerned
        worry worries worried issue issues bad badly poor poorly wrong fault faults
        """.split()
    ),
}
_SAYS_NOTHING = frozenset(
    """
    s a about according an and any are area areas at be been biggest brief by can children's could council council's
    did do does doing done enough find for found from get give going greatest had has have highlight highlighted i
    identified identify in inspection inspectors inspector is it its key last latest like list local authority main me
    mention mentioned most need newest note noted now of ofsted ofsted's on or our overall please point points practice
    quick raise raised really recent report report's reports say said saw see service services short show so some
    still sum tell that the their there they thing things think this thought to top up us very visit want was went were
    what what's which with work working works you
    """.split()
)
_NOT = re.compile(r"\b(?:not|isn't|aren't|wasn't|weren't)\b")
_YES_OR_NO = re.compile(r"^(?:is|was|do|does|did|has|have|had) (?!there\b)")


def overview_asked(words: str) -> Overview:
    """Which overview a question, without authorities and times, asks for; "" where it has a subject of its own."""
    said = re.findall(r"\w[\w'-]*", words.lower().replace("’", "'"))
    text = " ".join(said)
    is_negated = bool(_NOT.search(text))
    rest = [word for word in said if word not in _SAYS_NOTHING and not _NOT.fullmatch(word)]
    asked = {name for name, of in _ASKS_FOR.items() if any(word in of for word in rest)}
    if not asked or _YES_OR_NO.match(text) or any(not any(word in of for of in _ASKS_FOR.values()) for word in rest):
        return ""
    if "summary" in asked or asked == {"strengths", "weaknesses"}:
        return "summary"
    return "weaknesses" if is_negated or "weaknesses" in asked else "strengths"
