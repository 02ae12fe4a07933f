"""The assistant: a library and an encoder, asked questions."""

from __future__ import annotations

import re
import threading
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from assistant.answer import Answer, compose, later_inspections, searched
from assistant.authorities import Authorities
from assistant.question import Understood, checked, understand, within
from index.councils import official_names
from index.encoder import Encoder
from index.library import Library, StoredDocument
from index.search import Searcher
from index.update import library_identity

PASSAGES_GIVEN = 10


@dataclass(frozen=True)
class _Catalogue:
    """What is known of a library's published state as a whole."""

    generation: int
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
        """The assistant for the library in `folder`. Raises LibraryUnusable."""
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
        understood = self.understand(question, before)
        if everywhere:
            understood = understood.unfiltered()
        documents = self.documents()
        about = within(understood, documents)
        limit = None if len(about) == len(documents) else {document.id for document in about}
        hits = self._searcher.search(understood.subject, PASSAGES_GIVEN, limit)
        newest = later_inspections(documents)
        return compose(self.library, hits, understood, searched(about), newest, self._searcher)

    def _current(self) -> _Catalogue:
        if self._catalogue.generation != self.library.generation:
            with self._lock:
                if self._catalogue.generation != self.library.generation:
                    self._catalogue = _catalogue(self.library)
        return self._catalogue


def _catalogue(library: Library) -> _Catalogue:
    generation, documents = library.generation, library.documents()
    texts = [library.load_text(document.id) for document in documents]
    uses = Counter(word for text in texts for word in re.findall(r"[^\W\d_]+", text))
    names = {document.facts.authority for document in documents if document.facts.authority}
    people = {document.facts.lead_inspector for document in documents if document.facts.lead_inspector}
    authorities = Authorities(names, official_names(texts), uses.__getitem__, people)
    return _Catalogue(generation, documents, authorities)
