"""Whether a question asks for a report as a whole: for a summary, for what is praised or for what has to improve."""

from __future__ import annotations

import re
from typing import Literal

from assistant.fillers import FILLERS, OF_ASKING

Overview = Literal["", "summary", "strengths", "weaknesses", "both"]

# A question that has words of these, and of no other subject, asks for the report as a whole.
_ASKS_FOR: dict[Overview, frozenset[str]] = {
    "summary": frozenset(
        """
        summary summaries summarise summarised summarize summarized overview finding findings headline headlines gist
        outline conclude concluded conclusion conclusions message messages takeaway takeaways bullet bullets nutshell
        """.split()
    ),
    "strengths": frozenset(
        """
        strength strengths strong strongest positive positives good great well best praise praised praising
        commend commended success successes achievement achievements impressed proud pros highlight highlights
        """.split()
    ),
    "weaknesses": frozenset(
        """
        weakness weaknesses weak weakest failing failings failure failures shortcoming shortcomings problem problems
        negative negatives criticism criticisms criticise criticised criticize criticized concern concerns concerned
        worry worries worrying worried issue issues bad badly poor poorly wrong worst fault faults challenge challenges
        cons
        """.split()
    ),
}
# The same in several words, beside which no other subject is named either.
_PHRASES: dict[Overview, re.Pattern[str]] = {
    "summary": re.compile(r"\b(?:(?:key|main) points|sum(?:s|med)? (?:it |that |this )?up|stands? out)\b"),
    "strengths": re.compile(r"\b(?:do|does|doing|done|did|get|gets|getting|got)(?: \w+)? right\b"),
    "weaknesses": re.compile(r"\b(?:(?:fall|falls|falling) short|(?:do|does|doing) (?:less well|better))\b"),
}
_ASKS_OTHERWISE = set("he her him his how lot lots many more much no reason she who whom whose why".split())
_SAYS_NOTHING = ((FILLERS | OF_ASKING) - _ASKS_OTHERWISE) | set(
    """
    area areas authority biggest bit bits brief enough executive five found four greatest i'd identified identify
    important inspector key last latest local main mention mentioned need newest note noted overall point points
    practice quick raise raised recent s saw service services short should three top two visit work worked working works
    """.split()
)
_SERVICES = re.compile(r"\bchildren'?s (?:social )?(?:care|services?)\b")
_TO_IMPROVE = re.compile(r"\bareas? (?:for|of) (?:improvement|development)\b")
_NOT = re.compile(r"\b(?:not|(?:is|are|was|were|do|does|did)n't)\b")
# "Is it good?" asks for a judgement, "has it any strengths?" for them.
_YES_OR_NO = re.compile(r"^(?:(?:is|are|was|were) (?!there\b)|(?:do|does|did|has|have|had)\b(?!.*\b(?:any|a|some)\b))")
_WHAT_IS_DONE = re.compile(r"\b(?:do|doing|done) about\b")  # "What was done about the weaknesses?"
_LIKED = re.compile(r"\b(?:did|do|does|have|has) (?:ofsted|inspectors|they) liked?\b")
_LIKE_WHAT = re.compile(r"^what (?:is|was|are|were)\b(?! (?:it|they|that|this|those|these)\b).* like$")
# Not grades: "What is it good at?", "What do they do well?"
_AT_WHAT = re.compile(r"\b(?:good|bad|great|strong|weak|poor) (?:at|about)\b|\b(?:do|does|doing|did) (?:well|badly)\b")


def overview_asked(words: str) -> Overview:
    """Which overview a question, without authorities and times, asks for; "" where it has a subject of its own."""
    text = " ".join(re.findall(r"[^\W\d][\w'-]*", words.lower().replace("’", "'")))
    text = _SERVICES.sub("services", text)
    asked: set[Overview] = set()
    for name, phrase in _PHRASES.items():
        text, found = phrase.subn(" ", text)
        asked |= {name} if found else set()
    text, to_improve = _TO_IMPROVE.subn(" ", text)
    said = {word for word in text.split() if not _NOT.fullmatch(word)}
    asked |= {name for name, of in _ASKS_FOR.items() if not of.isdisjoint(said)}
    has_subject = not said <= _SAYS_NOTHING.union(*_ASKS_FOR.values(), ("liked",))
    if has_subject or _YES_OR_NO.match(text) or _WHAT_IS_DONE.search(text):
        return ""
    if _LIKED.search(text):
        asked.add("strengths")
    if _NOT.search(text):
        return "weaknesses" if "summary" not in asked and (asked or "working" in said) else ""
    if to_improve and asked:  # alone it is searched for
        asked.add("weaknesses")
    if _LIKE_WHAT.search(text):
        asked.add("summary")
    named = asked - {"summary"} or asked
    return "both" if len(named) > 1 else next(iter(named), "")


def asks_at_what(words: str) -> bool:
    """Whether a question says "good at", "does well" and the like, by which no grade is asked for."""
    return bool(_AT_WHAT.search(words.lower()))
