"""The assistant: a library and an encoder, asked questions."""

from __future__ import annotations

import re
import threading
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from assistant.answer import Answer, compose, newest_inspections, searched
from assistant.authorities import Authorities
from assistant.question import Understood, checked, understand, within
from index.councils import official_names
from index.encoder import Encoder
from index.library import DocumentGone, Library, LibraryUnusable, StoredDocument, is_made
from index.search import Searcher
from index.update import library_identity

PASSAGES_GIVEN = 10
TRIES = 5  # while the library is being updated


@dataclass(frozen=True)
class _Catalogue:
    """What is known of a library's published state as a whole."""

    state: str
    documents: list[StoredDocument]
    authorities: Authorities


class Assistant:
    """Answers questions from one library. Safe to use from several threads."""

    def __init__(self, library: Library, encoder: Encoder) -> None:
        self.library = library
        self._searcher = Searcher(library, encoder)
        self._lock = threading.Lock()
        self._catalogue = _catalogue(library)

    @classmethod
    def open(cls, folder: Path, encoder: Encoder) -> Assistant:
        """The assistant for the library in `folder`. Raises LibraryUnusable, also while its first index is not done."""
        if not is_made(folder):
            raise LibraryUnusable(
                f"there is no finished library in {folder}; make one with 'inspection-assistant index'"
            )
        return cls(Library(folder, library_identity(encoder)), encoder)

    def documents(self) -> list[StoredDocument]:
        """All documents of the library's present state, by path."""
        return self._current().documents

    def understand(self, question: str, before: Understood | None = None) -> Understood:
        """What a question is about; `before` is the turn that it follows up. Raises BadQuestion."""
        catalogue = self._current()
        return understand(checked(question), catalogue.documents, catalogue.authorities, before)

    def ask(self, question: str, before: Understood | None = None, everywhere: bool = False) -> Answer:
        """Answer a question; `before` is the turn that it follows up, `everywhere` lifts the filter taken from it.

        Raises BadQuestion where there is nothing that can be asked.
        """
        for _ in range(TRIES):
            state = self.library.state
            understood = self.understand(question, before)
            try:
                answer = self._answer(understood.unfiltered() if everywhere else understood)
            except DocumentGone:
                continue
            if self.library.state == state:  # else an update came meanwhile, and the answer may be half of each state
                return answer
        raise LibraryUnusable(f"the library in {self.library.folder} changes too often to answer; try again")

    def _answer(self, understood: Understood) -> Answer:
        documents = self.documents()
        about = within(understood, documents)
        limit = None if len(about) == len(documents) else {document.id for document in about}
        hits = self._searcher.search(understood.subject, PASSAGES_GIVEN, limit)
        newest = newest_inspections(documents)
        return compose(self.library, hits, understood, searched(about), newest, self._searcher)

    def _current(self) -> _Catalogue:
        if self._catalogue.state != self.library.state:
            with self._lock:
                if self._catalogue.state != self.library.state:
                    self._catalogue = _catalogue(self.library)
        return self._catalogue


def _catalogue(library: Library) -> _Catalogue:
    state, documents = library.state, library.documents()
    texts = [library.load_text(document.id) for document in documents]
    uses = Counter(word for text in texts for word in re.findall(r"[^\W\d_]+", text))
    names = {document.facts.authority for document in documents if document.facts.authority}
    people = {document.facts.lead_inspector for document in documents if document.facts.lead_inspector}
    authorities = Authorities(names, official_names(texts), uses.__getitem__, people)
    return _Catalogue(state, documents, authorities)
