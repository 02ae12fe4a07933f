"""What reports say of inspections in general, which is no finding on the authority: "Inadequate means that …"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.subjects import DEFINITION, WHO_LED
from index.search import Hit

OF_INSPECTIONS = re.compile(
    r"judge?ments mean\b|judge?ments and what they mean|information about this inspection|^about this inspection", re.I
)
# Questions that these sections answer: what a grade means, and who inspected, how and under which law.
OF_MEANING = re.compile(
    r"\b(?:mean|means|meant|meaning|definition|defined?|stands? for)\b"
    r"|\b(?:who|how|what|which|why|when|under)\b[^.?]*\binspectors? (?:were|came|visit\w*|looked|spent|judge|grade)\b"
    r"|\b(?:framework|legislation|section 136|carried out|conducted)\b"
    r"|\bhow (?:do|does|did|are|is|was|were) (?:ofsted|inspectors|inspections?)\b",
    re.I,
)
# More than the longest of these sections has passages (28, in 191 reports): so many more are looked at.
MOST = 30


def without_boilerplate(hits: Sequence[Hit], question: str) -> list[Hit]:
    """The passages without such sections, unless there is nothing else or the question may ask for what they say."""
    if OF_MEANING.search(question) or DEFINITION.search(question) or WHO_LED.search(question):
        return list(hits)
    return [hit for hit in hits if not OF_INSPECTIONS.search(hit.passage.section)] or list(hits)
