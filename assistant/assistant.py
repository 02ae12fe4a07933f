"""The assistant: a library and an encoder, asked questions."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from assistant.answer import Answer, Citation, compose, newest_inspections, refusal, searched, with_first, with_note
from assistant.asked import NEWEST_IN_PRESENT, Asked, Words, text_signals
from assistant.authorities import Authorities
from assistant.boilerplate import asks_for_boilerplate, is_boilerplate
from assistant.comparison import answer_for_each, is_about_several
from assistant.confidence import answer_signals, is_off_topic, kinds_absent
from assistant.conversation import follow_up
from assistant.found import Found
from assistant.lexicon import Lexicon
from assistant.overview import overview_asked
from assistant.overview_answer import answer_overview
from assistant.periods import Period, whole_month, years_since
from assistant.premise import Premise
from assistant.premise_check import STRONG, answer_after_checking
from assistant.question import OVERALL, Understood, checked, limited, of_regions, whose, within
from assistant.quotes import Quote, choose, ranked_sentences
from assistant.ranking import Ranking, weighed
from assistant.register.answer import judgement_answer, register_answer
from assistant.register.entries import Entry, Register
from assistant.register.find import find
from assistant.register.in_words import area_in_words
from assistant.register.question import RegisterQuestion
from assistant.scope import EVERYTHING, Scope
from assistant.selection import SHOWN, select
from assistant.sided_answer import LOOKED_AT, by_side, on_the_side_asked
from assistant.spelling import Spelling
from assistant.summaries import ONE_AT_A_TIME, report_of
from assistant.times import Month, inspections_of, is_of_the_present, superseded
from assistant.topic import Topic, topic_of
from index.encoder import Encoder, Vectors
from index.library import DocumentGone, Library, LibraryUnusable, is_made
from index.reranker import Reranker
from index.search import Hit, Searcher
from index.stored import StoredDocument
from index.update import library_identity

# Passages, of which alike ones are folded. With 30 or 50, none more of 151 questions has its answer among five.
LOOKED_AT_WHOLE = 25
TRIES = 5  # while the library is being updated


@dataclass(frozen=True)
class _Catalogue:
    """What is known of a library's published state as a whole."""

    state: str
    documents: list[StoredDocument]
    authorities: Authorities
    spelling: Spelling
    newest: dict[str, StoredDocument]
    inspections: dict[str, list[Month]]
    register: Register


class Assistant:
    """Answers questions from one library. Safe to use from several threads.

    `at_once` is how many questions are worth asking it at a time.
    """

    # With ten asked at once on two cores, 26 answers a second; with 1, 3, 10 and 40 it was 24, 22, 19 and 21
    # (tests/benchmarks/api.py, other work beside it). Much of an answer is Python, which runs one thread at a time:
    # two processes (workers.py) answer half as many again.
    at_once = 2

    def __init__(
        self,
        library: Library,
        encoder: Encoder,
        ranking: Ranking | None = None,
        *,
        topic: Topic | None = None,
        reranker: Reranker | None = None,
        today: Callable[[], date] = date.today,
    ) -> None:
        self.library = library
        self.ranking = ranking or Ranking.load()
        self._today = today
        self._topic = topic or topic_of(encoder.identity)
        self._lexicon = Lexicon.load()
        self._reranker = reranker
        self._searcher = Searcher(library, encoder, self.ranking.passages)
        self._lock = threading.Lock()
        self._catalogue = _catalogue(library)

    @classmethod
    def open(cls, folder: Path, encoder: Encoder, reranker: Reranker | None = None) -> Assistant:
        """The assistant for the library in `folder`. Raises LibraryUnusable, also while its first index is not done."""
        if not is_made(folder):
            raise LibraryUnusable(
                f"there is no finished library in {folder}; make one with 'inspection-assistant index'"
            )
        return cls(Library(folder, library_identity(encoder)), encoder, reranker=reranker)

    def documents(self) -> list[StoredDocument]:
        """All documents of the library's present state, by path."""
        return self._current().documents

    def authorities(self) -> Authorities:
        """The authorities of the library's present state, and how they are called."""
        return self._current().authorities

    def register(self) -> Register:
        """The judgements of the library's present state."""
        return self._current().register

    def understand(
        self, question: str, before: Sequence[Answer] = (), scope: Scope = EVERYTHING, on: date | None = None
    ) -> Understood:
        """What a question is about, asked `on` a day (today), after the turns `before`, oldest first.

        Raises BadQuestion.
        """
        catalogue = self._current()
        asked = checked(question, follows_up=bool(before))
        documents = scope.documents(catalogue.documents)
        turns = _within(before, documents) if scope else before
        respelt = catalogue.spelling.corrected(asked, catalogue.authorities.find(asked))
        understood = follow_up(respelt.question, turns, documents, catalogue.authorities, on or self._today())
        return limited(replace(understood, respelt=respelt.words), scope, documents)

    def ask(
        self,
        question: str,
        before: Sequence[Answer] = (),
        everywhere: bool = False,
        scope: Scope = EVERYTHING,
        on: date | None = None,
    ) -> Answer:
        """Answer a question asked `on` a day (today), after the turns `before`, oldest first.

        Only what lies in `scope` is searched; `everywhere` lifts that and the filter taken from the question. Raises
        BadQuestion where there is nothing that can be asked.
        """
        for _ in range(TRIES):
            state = self.library.state
            understood = self.understand(question, before, scope, on)
            try:
                answer = self._answer(understood.unfiltered() if everywhere else understood)
            except DocumentGone:
                continue
            if self.library.state == state:  # else an update came meanwhile, and the answer may be half of each state
                return with_note(answer, understood.spelling)
        raise LibraryUnusable(f"the library in {self.library.folder} changes too often to answer; try again")

    def close(self) -> None:
        """End what runs for it beside this process; nothing can be asked afterwards."""

    @property
    def words(self) -> Words:
        """What is known of the library's words."""
        return self._searcher.words

    def encode(self, question: str) -> Vectors:
        """The unit vector (dim,) of a question."""
        return self._searcher.encode(question)

    def passage_vectors(self, passages: Sequence[int]) -> Vectors:
        """The unit vectors (n, dim) of these passages, by their ids; those that are no more are left out."""
        return self._searcher.passage_vectors(passages)

    def search(self, understood: Understood, k: int) -> list[Hit]:
        """The k best passages for a question within its filter, best first, alike ones not yet folded."""
        limit = self._limit(within(understood, self.documents()))
        return self._search(understood, self.asked(understood), limit, k)

    def found(self, understood: Understood) -> Found:
        """What is found for a question before it is decided whether, and with what, it is answered."""
        about, words = within(understood, self.documents()), self.words
        asked = self.asked(understood)
        limit = self._limit(about)
        found = self._search(understood, asked, limit, LOOKED_AT_WHOLE)
        hits = select(found, SHOWN, spread=not understood.authorities)
        said = frozenset[str]().union(*(words.said(hit.passage.text) for hit in hits))
        unknown = asked.unknown(words, limit, said)
        overtaken = self._superseded(found, understood, asked)
        if asked.side:
            looked_at = select(found, LOOKED_AT, spread=not understood.authorities)
            sentences = ranked_sentences(looked_at, asked, words, self.ranking, overtaken, LOOKED_AT)
            sentences = by_side(sentences, asked, words)
        else:
            sentences = ranked_sentences(hits, asked, words, self.ranking, overtaken)
        names = " ".join(sorted({hit.passage.document.facts.authority or "" for hit in hits}))
        absent = kinds_absent(hits, asked, names, self.ranking)
        subject = self._lexicon.in_full(understood.subject)
        topic = self._topic.score(self._searcher.encode(subject)) if self._topic else math.inf
        signals = answer_signals(hits, sentences, asked, words, unknown, absent, names, topic, self.ranking)
        off_topic = is_off_topic(signals, asked, self.ranking)
        return Found(about, asked, hits, sentences, unknown, absent, signals, off_topic)

    def asked(self, understood: Understood) -> Asked:
        """What a question asks for, as texts are compared with it."""
        # What a follow-up is shown with, in brackets, asks for nothing.
        said = understood.question if understood.question == understood.about else understood.asked
        subject = understood.subject
        for name in understood.unknown:  # said to be missing; no text need say it
            subject = subject.replace(name, " ")
        whole = understood.subject == OVERALL and "overall" not in said.lower()
        known = understood.premise is not None
        return replace(Asked.of(said, subject, self._lexicon, self.words), of_the_whole=whole, grade_is_known=known)

    def text_signals(self, hits: Sequence[Hit], understood: Understood, asked: Asked) -> list[dict[str, float]]:
        """What the passages found show of whether they answer, beside the signals they were found by."""
        words, inspections = self.words, self._current().inspections
        is_open, is_present = _is_open(understood), _is_of_the_present(understood, asked)
        signals = []
        for hit in hits:
            overtaken = superseded(hit.passage.document, inspections) if is_open else None
            in_force = 0.0 if overtaken is None or not is_present else 1 - overtaken
            signals.append(text_signals(hit.passage, asked, words, overtaken == 0, in_force))
        return signals

    def _superseded(self, hits: Sequence[Hit], understood: Understood, asked: Asked) -> dict[int, float]:
        """How far each document found, by id, is overtaken by newer ones, for a question of the present or a side."""
        if not _is_open(understood) or not (asked.side or is_of_the_present(asked.question)):
            return {}
        inspections = self._current().inspections
        overtaken = {d.id: superseded(d, inspections) or 0.0 for d in (hit.passage.document for hit in hits)}
        said = [
            (asked.covered(self.words.said(hit.passage.text)), 1 - overtaken[hit.passage.document.id]) for hit in hits
        ]
        return {id: by * _said_by_newest(said) for id, by in overtaken.items()}

    def _search(self, understood: Understood, asked: Asked, limit: set[int] | None, k: int) -> list[Hit]:
        subject = self._lexicon.in_full(understood.subject)
        also = self._lexicon.expand(subject)
        unwanted = None if asks_for_boilerplate(understood.about or understood.question) else is_boilerplate
        hits = self._searcher.search(subject, k, limit, also, unwanted)
        signals = self.text_signals(hits, understood, asked)
        newest_counts = NEWEST_IN_PRESENT * _said_by_newest([(s["covered"], s["present"]) for s in signals])
        scores = [
            hit.score + weighed(self.ranking.texts, s) + newest_counts * s["present"]
            for hit, s in zip(hits, signals, strict=True)
        ]
        order = scores
        if self._reranker:  # it puts them in another order; the scores, on which the confidence rests, stay ours
            texts = [f"{hit.passage.header}\n{hit.passage.text}" for hit in hits]
            order = self._reranker.scores(understood.subject, texts)
        ranked = sorted(zip(order, hits, strict=True), key=lambda pair: -pair[0])
        best_first = sorted(scores, reverse=True)
        return [replace(hit, score=score) for (_, hit), score in zip(ranked, best_first, strict=True)]

    def _limit(self, documents: list[StoredDocument]) -> set[int] | None:
        """The ids of the documents to search; None where they are all."""
        return None if len(documents) == len(self.documents()) else {document.id for document in documents}

    def _answer(self, understood: Understood) -> Answer:
        documents = self.documents()
        if understood.premise:
            return self._after_checking(understood, understood.premise)
        if understood.register and not understood.nothing_held:
            if answer := self._from_register(understood):
                return answer
            if not understood.register.theme:
                none = f"No judgement {area_in_words(understood.register.area)} is in the documents searched."
                if understood.register.form == "judgement" and self._is_all_read(understood):
                    found = self.found(understood)
                    return refusal(found.hits, understood, searched(found.documents), 0.0, none)
                understood = replace(understood, missing=(*understood.missing, none))
        if is_about_several(understood):
            return answer_for_each(understood, documents, self._answer_as_it_stands)
        return self._answer_as_it_stands(understood)

    def _is_all_read(self, understood: Understood) -> bool:
        """Whether the documents that a question is about state judgements, and none that could not be read."""
        register, about = self._current().register, within(understood, self.documents())
        stating = {entry.document.id for entry in register.within(about).entries}
        return bool(about) and all(d.id in stating and d.path not in register.unread for d in about)

    def _after_checking(self, understood: Understood, premise: Premise) -> Answer:
        """The answer to a question that takes a grade for given."""
        catalogue = self._current()
        about = within(understood, catalogue.documents)
        judged = catalogue.register.within(about).select(areas=["overall"])

        def tell(entry: Entry) -> Answer:
            return judgement_answer(entry, understood, self.library, catalogue.newest)

        return answer_after_checking(understood, premise, judged, about, self._answer_as_it_stands, tell)

    def _from_register(self, understood: Understood) -> Answer | None:
        """The answer of the register of judgements; None where it has none."""
        assert understood.register
        catalogue = self._current()
        documents, regions = understood.scope.documents(catalogue.documents), understood.regions
        names = whose(understood.authorities, documents, regions)
        register = catalogue.register.within(of_regions(documents, regions))
        finding = find(understood.register, register, names, understood.periods, regions)
        if finding is None:
            return None
        found = self.found(understood).hits if len(names) == 1 else ()
        inspected = {e.authority: whole_month(e.day.year, e.day.month) for e in finding.used}
        said = self._said(understood, understood.register, names, inspected)
        if said and understood.register.theme and not any(said.values()):
            return None
        return register_answer(
            finding, understood, register, self.library, catalogue.documents, catalogue.newest, found, said
        )

    def _said(
        self, understood: Understood, asked: RegisterQuestion, names: Sequence[str], inspected: Mapping[str, Period]
    ) -> dict[str, Citation | None] | None:
        """What is quoted of each authority on what they are compared on; None where that is their judgements alone.

        `inspected` is the month of the inspection whose judgements stand beside it.
        """
        subject = asked.theme or (area_in_words(asked.area).removeprefix("for ") if asked.areas else "")
        if asked.form != "comparison" or not subject:
            return None
        said: dict[str, Citation | None] = {}
        for name in names:
            periods = (inspected[name],) if name in inspected else understood.periods
            of_one = replace(understood, authorities=(name,), periods=periods, latest=not periods, missing=())
            of_theme = replace(of_one.in_other_words(subject), overview=overview_asked(subject))
            quotes = self._answer_as_it_stands(of_theme).citations
            said[name] = quotes[0] if quotes else None
        return said

    def _answer_as_it_stands(self, understood: Understood) -> Answer:
        if understood.overview and not understood.nothing_held:
            return self._of_a_whole_report(understood, within(understood, self.documents()))
        catalogue = self._current()

        def choose_from(found: Found, sentences: Sequence[Quote]) -> list[Quote]:
            return choose(sentences, found.asked, self.words, self.library)

        def is_newest(document: StoredDocument) -> bool:
            return not superseded(document, catalogue.inspections)

        found, quotes, note = on_the_side_asked(understood, self.found, choose_from, self.words, is_newest)
        answer = compose(self.library, understood, found, quotes, catalogue.newest, self.ranking)
        return with_note(answer, note if answer.citations else "")

    def _of_a_whole_report(self, understood: Understood, documents: Sequence[StoredDocument]) -> Answer:
        document = report_of(documents)
        if not document or len(whose(understood.authorities, documents, understood.regions)) != 1:
            found = self.found(replace(understood, overview=""))
            return refusal(found.hits, understood, searched(found.documents), 0.0, ONE_AT_A_TIME)
        catalogue, passages = self._current(), self.library.passages_of(document)
        judged = [
            judgement_answer(entry, understood, self.library, catalogue.newest)
            for entry in catalogue.register.within([document]).select(areas=["overall"])
        ]
        last = judged[-1] if judged else None
        return answer_overview(understood, document, passages, last, self._answer_as_it_stands, self._quoting)

    def _quoting(self, understood: Understood, quotes: Sequence[Quote]) -> Answer:
        """The answer that quotes these, as they stand where a report says what is asked, before what a search finds."""
        found = self.found(understood.in_other_words(STRONG))
        found = replace(found, hits=with_first([quote.hit.passage for quote in quotes], found.hits))
        return compose(self.library, understood, found, quotes, self._current().newest, self.ranking, is_certain=True)

    def _current(self) -> _Catalogue:
        if self._catalogue.state != self.library.state:
            with self._lock:
                if self._catalogue.state != self.library.state:
                    self._catalogue = _catalogue(self.library)
        return self._catalogue


def _is_open(understood: Understood) -> bool:
    """Whether a question leaves open which inspection it means."""
    return not understood.latest and (not understood.periods or bool(years_since(understood.question)))


def _is_of_the_present(understood: Understood, asked: Asked) -> bool:
    """Whether the newest inspection is meant: what inspectors praise, or find wrong, is what they last did."""
    return (bool(asked.side) and not understood.any_inspection) or is_of_the_present(asked.question)


def _said_by_newest(passages: Sequence[tuple[float, float]]) -> float:
    """How much of what is asked the newest inspections' passages say, of what any says: 0 to 1.

    `passages` are (share that it says, 1 where it is of the newest). What they are silent on is asked of older ones.
    """
    most = max((said for said, _ in passages), default=0.0)
    return max((said for said, in_force in passages if in_force == 1), default=0.0) / most if most else 1.0


def _within(turns: Sequence[Answer], documents: Sequence[StoredDocument]) -> list[Answer]:
    """The turns as if they had been about these documents: an authority beyond them is not carried over."""
    held = {d.facts.authority for d in documents}
    found = []
    for turn in turns:
        names = tuple(name for name in turn.understood.authorities if name in held)
        understood = replace(turn.understood, authorities=names, missing=(), unknown=(), nothing_held=False)
        found.append(replace(turn, understood=understood))
    return found


def _catalogue(library: Library) -> _Catalogue:
    state, documents = library.state, library.documents()
    authorities = Authorities.of(library)
    spelling = Spelling.of(authorities.uses)
    newest, inspections = newest_inspections(documents), inspections_of(documents)
    return _Catalogue(state, documents, authorities, spelling, newest, inspections, Register.of(library))
