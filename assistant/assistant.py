"""The assistant: a library and an encoder, asked questions."""

from __future__ import annotations

from pathlib import Path

from assistant.answer import Answer, compose, later_inspections, searched
from assistant.question import Understood, checked, understand, within
from index.encoder import Encoder
from index.library import Library, StoredDocument
from index.search import Searcher
from index.update import library_identity

PASSAGES_GIVEN = 10


class Assistant:
    """Answers questions from one library. Safe to use from several threads."""

    def __init__(self, library: Library, encoder: Encoder) -> None:
        self.library = library
        self._searcher = Searcher(library, encoder)
        self._documents = library.generation, library.documents()

    @classmethod
    def open(cls, folder: Path, encoder: Encoder) -> Assistant:
        """The assistant for the library in `folder`. Raises LibraryUnusable."""
        return cls(Library(folder, library_identity(encoder)), encoder)

    def documents(self) -> list[StoredDocument]:
        """All documents of the library's present state, by path."""
        generation = self.library.generation
        if self._documents[0] != generation:
            self._documents = generation, self.library.documents()
        return self._documents[1]

    def ask(self, question: str, before: Understood | None = None, everywhere: bool = False) -> Answer:
        """Answer a question; `before` is the turn that it follows up, `everywhere` lifts the filter taken from it.

        Raises BadQuestion where there is nothing that can be asked.
        """
        documents = self.documents()
        understood = understand(checked(question), documents, before)
        if everywhere:
            understood = Understood(understood.question, (), (), understood.question)
        about = within(understood, documents)
        limit = None if len(about) == len(documents) else {document.id for document in about}
        hits = self._searcher.search(understood.subject, PASSAGES_GIVEN, limit)
        newest = later_inspections(documents)
        return compose(self.library, hits, understood, searched(about), newest, self._searcher)
