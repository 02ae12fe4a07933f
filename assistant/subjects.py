"""What a follow-up is about: its own words, and those that the turns before lend it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answer import Answer
from assistant.fillers import content
from assistant.question import LEADER, OVERALL
from assistant.sides import ASKS_FOR, names_side, side_asked

# Words of content with which a follow-up that points at nothing before it needs none of the words before.
ENOUGH = 4
ENOUGH_WITH_NAME = 3  # the same, where it names an authority or a time of its own
ENOUGH_WHEN_WHOLE = 3  # the same, after a question for the judgement, of a sentence: "How are care leavers supported?"
MOST_LENT = 12  # words; on 50 follow-ups, whole sentences lent gave hit@5 0.60, their words of content 0.64

POINTS_BACK = re.compile(
    r"\b(?:it|its|them|theirs|those|these|he|she|him|her|his|hers|the (?:rest|others?|total|former|latter|same))\b"
    r"|(?:^|\b(?:and|but|so|is|was|has|had|did|does|do|are|were|can|could|would|will|why|how|about|of|for|with|on|in|to"
    r"|like|by|at|from) )(?:that|this)\b(?! (?:inspection|report|visit|time|year))|\bthere(?=\W*$)",
    re.I,
)
IS_WHOLE = re.compile(r"^\W*(?:how|what|who|when|where|which|do|does|did|is|are|was|were|has|have|had|can)\b", re.I)
A_PERSON = re.compile(r"\b(?:he|she|him|her|his|hers)\b", re.I)
A_NAME = re.compile(r"\b[A-Z][a-z’'-]+ [A-Z][A-Za-z’'-]+")
NEW_TOPIC = re.compile(
    r"^\W*(?:(?:and|but|so|ok|okay),? )*(?:(?:what|how) about|what (?:did|do|does|ha[sv]e|had)"
    r" (?:they|it|ofsted|(?:the )?(?:inspectors?|report)) (?:say|said|find|found|think|thought|mention)"
    r" (?:about|on|of)) ",
    re.I,
)
ALSO = re.compile(r"^\W*(?:(?:and|but|so|ok|okay),? )*(?:what|how) about ", re.I)  # is asked the same
NEW_SUBJECT = re.compile(
    r"^\W*(?:(?:on )?(?:an?other|(?:an? )?(?:completely |totally )?(?:different|separate|new)) "
    r"(?:thing|subject|topic|question|point|note)|to change the subject|changing the subject|moving on|something else)"
    r"(?: (?:now|entirely|altogether))?\s*[:,.;–-]+\s*",
    re.I,
)
DEFINITION = re.compile(r"^\W*what(?:['’]?s| is| are) an? [\w’' -]{1,60}\W*$", re.I)  # is the same everywhere
KIND_OF_ANSWER = re.compile(r"\b(?:overall )?(?:grade[sd]?|rat(?:ings?|ed)|judge(?:ments?|d)|marks?|scores?)\b", re.I)
WHO = re.compile(r"\bwho\b", re.I)
WHO_LED = re.compile(r"^\W*(?:and |so |but )?who (?:led|headed|carried out|inspected)\b", re.I)
_NTH = ["first", "second", "third", "fourth", "fifth"]
NTH = re.compile(rf"\bthe ({'|'.join(_NTH)})(?: (?:one|point|quote|quotation|of (?:those|these|them)))?\W*$", re.I)


def subject_of(words: str, before: Sequence[Answer], enough: int = ENOUGH) -> tuple[str, bool]:
    """What to search for, and whether the turns before lent words to it.

    `words` are the follow-up's own, without authorities and times; `enough` of content need no more.
    """
    if quote := _quote_pointed_at(words, before):
        return " ".join([quote, *content(NTH.sub("", words))]), True
    topic = before[-1].understood.subject
    own = content(words)
    if not own:
        return topic, True
    if WHO_LED.search(words) and len(own) == 1:
        return LEADER, False
    points_back = bool(POINTS_BACK.search(NEW_TOPIC.sub("about ", words)))
    is_side_alone = names_side(words) and not side_asked(words)[0]  # "what about the negatives?"
    if NEW_TOPIC.search(words) and not (points_back or is_side_alone):
        kind = () if before[-1].understood.premise else KIND_OF_ANSWER.findall(before[-1].understood.about)
        side = side_asked(topic)[0] if ALSO.search(words) else ""
        return " ".join([ASKS_FOR[side], words, *kind]).strip(), False
    if topic == OVERALL and IS_WHOLE.search(words):
        enough = min(enough, ENOUGH_WHEN_WHOLE)
    if not points_back and len(own) >= enough:
        return words, False
    names = _names_quoted(before[-1]) if A_PERSON.search(words) and WHO.search(before[-1].understood.about) else []
    topic = side_asked(topic)[1] if names_side(words) else topic
    lent = [] if WHO_LED.search(topic) else content(topic)[:MOST_LENT]  # who led it is asked in passing
    return " ".join([words, *names, *lent]), bool(lent)


def needs_no_more(words: str, enough: int) -> bool:
    """Whether these words say what they are about by themselves."""
    return len(content(words)) >= enough and not POINTS_BACK.search(words)


def _quote_pointed_at(words: str, before: Sequence[Answer]) -> str | None:
    """The quotation of the turns before that "the second one" means: of the last answer that is not itself of such."""
    if not (match := NTH.search(words)):
        return None
    number = _NTH.index(match[1].lower())
    answers = [answer for answer in before if not NTH.search(answer.understood.asked)]
    citations = answers[-1].citations if answers else ()
    return citations[number].quote if number < len(citations) else None


def _names_quoted(answer: Answer) -> list[str]:
    """What may be persons' names in the answer's first quotation: "he" may be one of them."""
    return A_NAME.findall(answer.citations[0].quote)[:2] if answer.citations else []
