"""Questions worth asking: next, after an answer, and first, to an empty page. Each was asked and is answered.

They are made of the library at hand: the same question of another inspection of the authority, and the topics of
topics.toml that are nearest to what was asked. One whose answer quotes what was already shown is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from assistant.answer import Answer, Citation, newest_inspections
from assistant.assistant import Assistant
from assistant.packaged import packaged
from assistant.periods import period_in_words, whole_month
from assistant.question import whose
from assistant.subjects import DEFINITION
from assistant.times import Month, inspections_of, month_of
from assistant.wanted import lists_improvements
from index.encoder import Vectors
from index.stored import StoredDocument

AUTHORITY = "{authority}"
MOST_NEXT = 3
MOST_FIRST = 4
# Questions asked to find three. For 200 questions on the national library, answered and refused, 3 tries are enough in
# 38 %, 4 in 76 %, 5 in 90 %, 6 in 99 %. All take 106 ms (median), and one answer 47 ms, on two cores with other work.
TRIES = 6
# Cosines. A question as near to a topic asks for it: "How are caseloads in Leeds?" 0.54, "How does Leeds support
# disabled children?" 0.58. Of 220 training questions, which mostly ask for something particular, 4 are as near.
SAME = 0.53
# Topics as near to each other ask much the same: plans to protect children and their safety 0.63; next come the homes
# of children in care and of care leavers, 0.54.
ALIKE = 0.55
# The share of what a topic asks that the sentence quoted first has to say. Of 891 answers to all topics on 20
# authorities 110 say less; of 28 of those half are of something else, of 28 that say a little more three.
SAID = 0.3
# One that does not say nearly all has to stand in a passage that is nearer to the topic than to all others but five. Of
# the 781 that say enough 35 do not; of those that a short summary gives, most.
SAID_OUTRIGHT = 0.8
NEARER = 5
NEAR = 4  # topics taken for their nearness; then come the most general ones
CLOSEST = 3  # passages
AUTHORITIES_TRIED = 3  # for a first question

Place = tuple[int, int]
"""A document and where in it a quotation starts."""


@dataclass(frozen=True)
class Form:
    """A topic as it is asked about an authority. `about` are words of it; `first` is its place on an empty page."""

    question: str
    about: str
    first: int = 0

    def of(self, authority: str) -> str:
        """The question about this authority."""
        return self.question.replace(AUTHORITY, authority)


@dataclass(frozen=True)
class Forms:
    """The topics, the most general first, and questions on what is the same everywhere."""

    topics: tuple[Form, ...]
    general: tuple[str, ...] = ()

    @classmethod
    def load(cls) -> Forms:
        """Those that come with the project."""
        return cls.from_data(packaged("topics.toml"))

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Forms:
        """From the tables of a TOML file. Raises TypeError where a topic has an unknown key or lacks one."""
        return cls(tuple(Form(**table) for table in data["topics"]), tuple(data["general"]))


class Suggestions:
    """The questions to suggest for one assistant, whose encoder reads the topics once: about a second.

    Safe to use from several threads; what is suggested follows the library's present state.
    """

    def __init__(self, assistant: Assistant, forms: Forms | None = None) -> None:
        self._assistant = assistant
        self._forms = forms or Forms.load()
        texts = [f"{form.of('')} {form.about}" for form in self._forms.topics]
        self._vectors = np.array([assistant.encode(text) for text in texts])  # (topics, dim), unit rows
        self._first = _First("", (), ())

    def next_questions(self, answer: Answer, before: Sequence[Answer] = (), most: int = MOST_NEXT) -> tuple[str, ...]:
        """Up to `most` questions to ask after an answer, or a refusal, that came after the turns `before`.

        They are to be asked as the next turn of the conversation, in the same scope. Raises LibraryUnusable.
        """
        turns = (*before, answer)
        found: list[_Candidate] = []
        quoted = {_place(citation) for turn in turns for citation in turn.citations}
        tried = 0
        for candidate in self._candidates(turns):
            if len(found) == most or tried == TRIES:
                break
            if any(self._are_alike(candidate, other) for other in found):
                continue
            tried += 1
            reply = self._assistant.ask(candidate.question, turns, scope=answer.understood.scope)
            if self._is_good(candidate, reply) and _place(reply.citations[0]) not in quoted:
                found.append(candidate)
                quoted.add(_place(reply.citations[0]))
        return tuple(candidate.question for candidate in found)

    def first_questions(self, most: int = MOST_FIRST) -> tuple[str, ...]:
        """Up to `most` questions to begin with, on the authorities inspected last and on inspections at large.

        Raises LibraryUnusable.
        """
        state = self._assistant.library.state
        first = self._first
        if first.state != state:
            self._first = first = _First(state, tuple(self._first_of_topics()), tuple(self._first_general()))
        general = first.general[: min(1, most)]
        return (*first.of_topics[: most - len(general)], *general)

    def _candidates(self, turns: Sequence[Answer]) -> Iterator[_Candidate]:
        """What may be asked next, the best first."""
        answer = turns[-1]
        documents = answer.understood.scope.documents(self._assistant.documents())
        authority = _authority(turns, documents)
        if not authority:
            return
        inspections = inspections_of(documents).get(authority, [])
        other = _other_inspection(turns, authority, documents, inspections)
        newest = inspections[-1] if inspections else None
        topics = (
            _Candidate(self._forms.topics[number].of(authority), authority, newest, number)
            for number in self._nearest(turns, authority)
        )
        is_old = bool(answer.citations and answer.citations[0].later)
        if not (is_old or answer.understood.nothing_held):
            yield from islice(topics, 1)
        if other:
            yield other
        yield from topics

    def _nearest(self, turns: Sequence[Answer], authority: str) -> list[int]:
        """The numbers of the topics: those nearest to the last turn, then the most general; none that was asked for.

        After a question that is about something else altogether, only the most general.
        """
        answer = turns[-1]
        numbers = list(range(len(self._vectors)))
        for turn in turns:
            if turn.citations and authority in _asked_about(turn, self._assistant.documents()):
                same = self._vectors @ self._assistant.encode(turn.understood.subject) >= SAME
                numbers = [number for number in numbers if not same[number]]
        asked = {turn.understood.asked for turn in turns}
        numbers = [number for number in numbers if self._forms.topics[number].of(authority) not in asked]
        if answer.off_topic:
            return numbers
        nearness = (self._vectors @ self._assistant.encode(answer.understood.subject) + self._nearness(answer)) / 2
        near = sorted(numbers, key=lambda number: -nearness[number])[:NEAR]
        return [*near, *(number for number in numbers if number not in near)]

    def _nearness(self, answer: Answer) -> Vectors:
        """How near each topic is to the passage an answer quotes first, or to those closest to a refusal: (topics,)."""
        passages = self._assistant.passage_vectors(_stands_on(answer))  # (passages, dim)
        means = (self._vectors @ passages.T).mean(axis=1) if len(passages) else np.zeros(len(self._vectors))
        return np.asarray(means, dtype=np.float32)

    def _are_alike(self, one: _Candidate, other: _Candidate) -> bool:
        """Whether two candidates ask much the same; so do all for another inspection."""
        if one.topic is None or other.topic is None:
            return one.topic is other.topic
        return bool(self._vectors[one.topic] @ self._vectors[other.topic] > ALIKE)

    def _is_good(self, candidate: _Candidate, reply: Answer) -> bool:
        """Whether it is answered, first from the inspection that is meant, and what is quoted says what is asked."""
        if not reply.citations:
            return False
        first = reply.citations[0]
        if first.document.facts.authority != candidate.authority:
            return False
        if candidate.month and _month(first.document) != candidate.month:
            return False
        if reply.understood.overview:  # quoted from where the report says it, in whatever words
            return True
        asked = self._assistant.asked(reply.understood)
        heading = first.section if lists_improvements(first.section) else ""  # says what its sentences do not
        said = asked.covered(self._assistant.words.said(f"{heading} {first.quote}"))
        if asked.wants_improvements and not heading:
            return False
        if candidate.topic is None:  # the reader's own question, often of much detail
            return said > 0
        if said < SAID:
            return False
        nearness = self._nearness(reply)
        is_of_it = said >= SAID_OUTRIGHT or int((nearness > nearness[candidate.topic]).sum()) <= NEARER
        return is_of_it and reply.understood.about == candidate.question  # else the turns before lent it words

    def _first_of_topics(self) -> Iterator[str]:
        """A question for each topic that is for an empty page, each of another authority as far as there are."""
        newest = newest_inspections(self._assistant.documents())
        names = _newest_first(newest)
        forms = sorted((form.first, number) for number, form in enumerate(self._forms.topics) if form.first)
        used: set[str] = set()
        quoted: set[Place] = set()
        for _, number in forms:
            for name in sorted(names, key=lambda name: name in used)[:AUTHORITIES_TRIED]:
                candidate = _Candidate(self._forms.topics[number].of(name), name, _month(newest[name]), number)
                reply = self._assistant.ask(candidate.question)
                if self._is_good(candidate, reply) and _place(reply.citations[0]) not in quoted:
                    quoted.add(_place(reply.citations[0]))
                    used.add(name)
                    yield candidate.question
                    break

    def _first_general(self) -> Iterator[str]:
        """The questions on what is the same everywhere that documents of no authority answer."""
        for question in self._forms.general:
            citations = self._assistant.ask(question).citations
            if citations and citations[0].document.facts.authority is None:
                yield question


@dataclass(frozen=True)
class _First:
    """The first questions of a library's state."""

    state: str
    of_topics: tuple[str, ...]
    general: tuple[str, ...]


@dataclass(frozen=True)
class _Candidate:
    """A question that may be suggested, and what it has to be answered from: an authority's inspection of a month.

    `topic` is the topic's number; None for the question before, asked of another inspection.
    """

    question: str
    authority: str
    month: Month | None
    topic: int | None = None


def _authority(turns: Sequence[Answer], documents: Sequence[StoredDocument]) -> str | None:
    """The authority to suggest questions on, if any is held.

    The last turn's, cited first or else named; else that of a turn before, else that of the closest passage; else the
    one inspected last.
    """
    held = sorted({document.facts.authority for document in documents if document.facts.authority})
    for turn in reversed(turns):
        cited = [citation.document.facts.authority for citation in turn.citations[:1]]
        for name in (*cited, *turn.understood.authorities):
            if name in held:
                return name
    closest = () if turns[-1].off_topic else turns[-1].passages
    names = [hit.passage.document.facts.authority for hit in closest]
    return next((n for n in (*names, *_newest_first(newest_inspections(documents)), *held) if n in held), None)


def _newest_first(newest: Mapping[str, StoredDocument]) -> list[str]:
    """The authorities by their newest inspections, given in a document each; those that only the news tells of last."""

    def order(name: str) -> tuple[bool, int, str]:
        facts = newest[name].facts
        return facts.source == "news", -facts.inspection_start.toordinal() if facts.inspection_start else 0, name

    return sorted(newest, key=order)


def _asked_about(turn: Answer, documents: Sequence[StoredDocument]) -> tuple[str, ...]:
    """The authorities that a question names, or the only one that is held."""
    return whose(turn.understood.authorities, turn.understood.scope.documents(documents))


def _other_inspection(
    turns: Sequence[Answer], authority: str, documents: Sequence[StoredDocument], inspections: Sequence[Month]
) -> _Candidate | None:
    """The last turn's question asked of another inspection: of the newest, else of the nearest to the one quoted.

    None where it asks what a word means, takes a grade for given, is about several authorities or times, or is refused
    whatever the time: what is answered then is mostly another question, such as what was spent in another year and on
    something else.
    """
    answer, understood = turns[-1], turns[-1].understood
    if _asked_about(answer, documents) != (authority,) or understood.unknown or len(understood.periods) > 1:
        return None
    quoted = _month(answer.citations[0].document) if answer.citations else None
    if understood.premise or DEFINITION.search(understood.question) or not (quoted or understood.nothing_held):
        return None
    same = [turn for turn in turns if turn.citations and turn.understood.subject == understood.subject]
    seen = {_month(turn.citations[0].document) for turn in same}
    others = [month for month in inspections if month not in seen]
    if not others:
        return None
    newest = inspections[-1]
    month = min(others, key=lambda month: (month != newest, _months_between(month, quoted or newest), month))
    return _Candidate(_asks_for(month, inspections), authority, month)


def _asks_for(month: Month, inspections: Sequence[Month]) -> str:
    """A follow-up that asks the same of an inspection: the latest, or one named by its year, if alone in that."""
    if month == inspections[-1]:
        return "And at the latest inspection?"
    is_alone = sum(year == month[0] for year, _ in inspections) == 1
    return f"And in {month[0] if is_alone else period_in_words(whole_month(*month))}?"


def _stands_on(answer: Answer) -> list[int]:
    """The passages that an answer quotes first, or the closest to a refused question, by their ids."""
    if not answer.citations:
        return [hit.passage.id for hit in answer.passages[:CLOSEST]]
    first = answer.citations[0]
    passages = [hit.passage for hit in answer.passages if hit.passage.document.id == first.document.id]
    return [passage.id for passage in passages if passage.start <= first.start < passage.end]


def _month(document: StoredDocument) -> Month | None:
    day = document.facts.inspection_start
    return month_of(day) if day else None


def _place(citation: Citation) -> Place:
    return citation.document.id, citation.start


def _months_between(one: Month, other: Month) -> int:
    return abs((one[0] - other[0]) * 12 + one[1] - other[1])
