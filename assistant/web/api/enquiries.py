"""What programs may ask of one assistant. Each answer has the addresses that open its sources on this server."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter
from typing import Any
from urllib.parse import urljoin

from assistant.answer import Answer, Citation, searched
from assistant.assistant import Assistant
from assistant.contract import answer_record, document_record, passage_record, searched_record, understood_record
from assistant.question import within
from assistant.register.entries import Entry
from assistant.register.filters import Filters, named_authority
from assistant.register.record import as_csv, contradiction_record, coverage_record, judgement_record
from assistant.web.addresses import DIGEST_DIGITS, document_address, source_address
from assistant.web.api.models import (
    AnswerRecord,
    DocumentRecord,
    Documents,
    JudgementFilter,
    Judgements,
    Part,
    Question,
    Search,
    SearchRecord,
    Unreadable,
)
from index.documents import Document
from index.library import DocumentGone, LibraryUnusable
from index.search import Hit
from index.stored import StoredDocument, StoredJudgement, StoredPassage

Record = dict[str, Any]
BELOW_ROOT = "api/"  # any one level will do: a source's address leads out of it


class NotThere(LookupError):
    """A document, a page or a passage that the library does not have; the message is for whoever asked."""


class Enquiries:
    """Asks one assistant. `base` is the address of the site's first page, with a slash at its end."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant, self._library = assistant, assistant.library

    def ask(self, asked: Question, base: str) -> AnswerRecord:
        """The answer to a question after those before it, which are answered again. Raises BadQuestion."""
        began = perf_counter()
        before: list[Answer] = []
        for question in asked.before:
            before.append(self._assistant.ask(question, before, scope=asked.scope))
        answer = self._assistant.ask(asked.question, before, asked.everywhere, asked.scope)
        record = answer_record(answer, None, asked.question, (perf_counter() - began) * 1000)
        record["citations"] = [
            {**cited, **_addresses(citation, base)}
            for cited, citation in zip(record["citations"], answer.citations, strict=True)
        ]
        record["passages"] = [_found(hit, base) for hit in answer.passages]
        return AnswerRecord.model_validate(record)

    def search(self, asked: Search, base: str) -> SearchRecord:
        """The passages found for a question. Raises BadQuestion."""
        understood = self._assistant.understand(asked.question, scope=asked.scope)
        meant = understood.unfiltered() if asked.everywhere else understood
        try:
            hits = self._assistant.search(meant, asked.limit)
        except DocumentGone as error:
            raise LibraryUnusable("the library was updated during a search") from error
        return SearchRecord.model_validate(
            {
                "question": asked.question,
                "understood": understood_record(meant),
                "searched": searched_record(searched(within(meant, self._assistant.documents()))),
                "passages": [_found(hit, base) for hit in hits],
            }
        )

    def judgements(self, asked: JudgementFilter, base: str) -> Judgements:
        """The judgements within limits, and what was looked through for them. Raises NoSuchAuthority."""
        register, filters = self._assistant.register(), self._limits(asked)
        return Judgements.model_validate(
            {
                "judgements": [_judgement(entry, base) for entry in filters.select(register)],
                "coverage": coverage_record(register, filters.looked_through(register)),
            }
        )

    def judgements_as_csv(self, asked: JudgementFilter) -> str:
        """The judgements within limits as the command line prints them. Raises NoSuchAuthority."""
        return as_csv(self._limits(asked).select(self._assistant.register()))

    def documents(self, base: str) -> Documents:
        """All documents, and the files that could not be read."""
        return Documents(
            updated=self._library.updated,
            documents=[_document(document, base) for document in self._library.documents()],
            unreadable=[Unreadable(path=failure.path, reason=failure.reason) for failure in self._library.failures()],
        )

    def document(self, id: str, base: str) -> DocumentRecord:
        """One document. Raises NotThere."""
        return _document(self._find(id), base)

    def page(self, id: str, number: int, base: str) -> Part:
        """A page of a document that has pages. Raises NotThere."""
        stored = self._find(id)
        if not stored.pages:
            raise NotThere("The document has no pages. Its text is at passages/0, and from there at each next.")
        if not 1 <= number <= stored.pages:
            raise NotThere(f"The document has {stored.pages} pages; there is no page {number}.")
        loaded = self._library.load(stored.id)
        return _page(stored, loaded, number, base)

    def passage(self, id: str, offset: int, base: str) -> Part:
        """The passage of a document at a character of its text, of any format. Raises NotThere."""
        stored = self._find(id)
        passages = self._library.passages_of(stored)
        if not passages or not 0 <= offset < passages[-1].end:
            end = passages[-1].end if passages else 0
            raise NotThere(f"The document has no passage at {offset}; the last ends at {end}.")
        number = max((n for n, passage in enumerate(passages) if passage.start <= offset), default=0)
        return _passage(passages, number, base)

    def _limits(self, asked: JudgementFilter) -> Filters:
        held = {document.facts.authority for document in self._assistant.documents() if document.facts.authority}
        return asked.within(named_authority(name, held, self._assistant.authorities) for name in asked.authority)

    def _find(self, id: str) -> StoredDocument:
        stored = self._library.find_document(id)
        if stored is None:
            raise NotThere(
                f"The library holds no document {id[:80]!r}. It may have been replaced by a newer one; "
                "/api/v1/documents names those it holds."
            )
        return stored


def _found(hit: Hit, base: str) -> Record:
    return {**passage_record(hit), **_addresses(hit.passage, base)}


def _judgement(entry: Entry, base: str) -> Record:
    others = [{**contradiction_record(other), **_addresses(other, base)} for other in entry.contradictions]
    return {**judgement_record(entry), **_addresses(entry.stated, base), "contradictions": others}


def _addresses(place: Citation | StoredPassage | StoredJudgement, base: str) -> Record:
    return {"document_id": _id(place.document), "address": urljoin(base + BELOW_ROOT, source_address(place))}


def _id(document: StoredDocument) -> str:
    return document.digest[:DIGEST_DIGITS]


def _document(document: StoredDocument, base: str) -> DocumentRecord:
    return DocumentRecord.model_validate(
        {
            **_source(document, base),
            "format": document.format,
            "pages": document.pages,
            "url": document.facts.url,
            "licence": document.facts.licence,
        }
    )


def _source(document: StoredDocument, base: str) -> Record:
    address = urljoin(base + BELOW_ROOT, document_address(document))
    return {**document_record(document), "document_id": _id(document), "address": address}


def _page(stored: StoredDocument, loaded: Document, number: int, base: str) -> Part:
    starts = (*loaded.page_starts, len(loaded.text))
    start, end = starts[number - 1], starts[number]
    source = _source(stored, base)
    return Part.model_validate(
        {
            **source,
            "address": f"{source['address']}?page={number}",
            "page": number,
            "section": "",
            "paragraph": None,
            "start": start,
            "end": end,
            "text": loaded.text[start:end],
            "previous": number - 1 or None,
            "next": number + 1 if number < stored.pages else None,
        }
    )


def _passage(passages: Sequence[StoredPassage], number: int, base: str) -> Part:
    passage = passages[number]
    return Part.model_validate(
        {
            **_source(passage.document, base),
            **_addresses(passage, base),
            "page": passage.page,
            "section": passage.section,
            "paragraph": passage.paragraph,
            "start": passage.start,
            "end": passage.end,
            "text": passage.text,
            "previous": passages[number - 1].start if number else None,
            "next": passages[number + 1].start if number + 1 < len(passages) else None,
        }
    )
