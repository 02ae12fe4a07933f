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
# Every passage that may answer is looked at: as one pattern these took 5 ms of a question's 27.
IMPRINT = (
    "(Ofsted) regulates", "copy of this document in", "copy of this report in", "copy of this letter in",
    "reuse this information", "copy all or parts of this", "publication is available at", "report is available at",
    "subscribe to our", "regular email alerts", "Crown copyright", "Piccadilly Gate", "Store St",
    "may be reproduced in whole", "produces this report under", "complaints about the inspection",
    "complaints about Ofsted", "like Ofsted to send you", "Ofsted’s expectation", "Ofsted's expectation",
)  # fmt: skip
ADDRESS = re.compile(r"(?:Manchester|M1 2WD)$|(?:E|T|W|Text ?phone): ?\S")
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
    text = passage.text
    is_imprint = ADDRESS.match(text) or any(phrase in text for phrase in IMPRINT)
    return bool(is_imprint or OF_INSPECTIONS.search(passage.section))


def asks_for_boilerplate(question: str) -> bool:
    """Whether a question may ask for what such a section says."""
    return any(asks.search(question) for asks in (OF_MEANING, DEFINITION, WHO_LED))
