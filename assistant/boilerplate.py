"""What reports say of inspections in general, which is no finding on the authority: "Inadequate means that …"."""

from __future__ import annotations

import re

from assistant.subjects import DEFINITION, WHO_LED
from index.stored import StoredPassage

OF_INSPECTIONS = re.compile(
    r"\b(?:sources|references)$|what this page rests on"
    r"|judge?ments mean\b|judge?ments and what they mean|information about this inspection|^about this inspection",
    re.I,
)
# What a report ends with: who Ofsted is, where to write to, who may copy. It stands under the heading of the last area.
IMPRINT = re.compile(
    r"\(Ofsted\) regulates\b|\bcopy of this (?:document|report|letter) in\b|\breuse this information\b"
    r"|\bcopy all or parts of this\b|\b(?:publication|report) is available at\b|\bsubscribe to our\b"
    r"|\bregular email alerts\b|\bCrown copyright\b|\bPiccadilly Gate\b|\bStore St(?:reet)?\b|^(?:Manchester|M1 2WD)$"
    r"|^(?:E|T|W|Text ?phone): ?\S+|\bmay be reproduced in whole\b|\bproduces this report under\b"
    r"|\bcomplaints about (?:the inspection|Ofsted)\b|\blike Ofsted to send you\b|\bOfsted[’']s expectation\b"
)
# Questions that these sections answer: what a grade means, and who inspected, how and under which law.
OF_MEANING = re.compile(
    r"\b(?:mean|means|meant|meaning|definition|defined?|stands? for)\b"
    r"|\b(?:who|how|what|which|why|when|under)\b[^.?]*\binspectors? (?:were|came|visit\w*|looked|spent|judge|grade)\b"
    r"|\b(?:sources?|references?|based on|rests? on|come from)\b"
    r"|\b(?:framework|legislation|section 136|carried out|conducted)\b"
    r"|\bhow (?:do|does|did|are|is|was|were) (?:ofsted|inspectors|inspections?)\b"
    r"|\b(?:who|what) (?:is|are|does|do) ofsted\b(?! (?:say|think|find|make|want|report))|\bwhat ofsted (?:is|does)\b"
    r"|\b(?:contact|write to|phone|email|complain\w* (?:to|about)) (?:ofsted|the inspect\w+|the report)\b"
    r"|\bcopyright\b|\blicen[cs]e\b|\bbraille\b|\blarge print\b",
    re.I,
)


def is_boilerplate(passage: StoredPassage) -> bool:
    """Whether a passage stands in such a section, or is of what every report ends with."""
    return bool(OF_INSPECTIONS.search(passage.section) or IMPRINT.search(passage.text))


def asks_for_boilerplate(question: str) -> bool:
    """Whether a question may ask for what such a section says."""
    return any(asks.search(question) for asks in (OF_MEANING, DEFINITION, WHO_LED))
