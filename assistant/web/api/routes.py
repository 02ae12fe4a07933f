"""The addresses below /api/v1, as an application of its own: what it says, of errors too, is JSON."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Path, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from fastapi.security import HTTPBearer
from starlette.exceptions import HTTPException

from assistant.question import BadQuestion
from assistant.register.filters import NoSuchAuthority
from assistant.settings import Settings
from assistant.web.api.enquiries import Enquiries, NotThere
from assistant.web.api.models import (
    AnswerRecord,
    DocumentRecord,
    Documents,
    JudgementFilter,
    Judgements,
    Part,
    Problem,
    Question,
    Search,
    SearchRecord,
)
from assistant.web.api.queue import Queue
from assistant.web.base import base_address
from assistant.web.metrics import Metrics
from assistant.wording import FAILED, UNUSABLE
from index.library import DocumentGone, LibraryUnusable

logger = logging.getLogger(__name__)

VERSION = "1"
DESCRIPTION = (
    "What inspectors found in children's services, in the documents' own words. Each quotation has the address that "
    "opens its source at those words."
)
NOT_LOGGED, LOGGED = "No question is kept or logged.", "Questions are written to the log of whoever runs the site."
GONE = "The document is no longer in the library: an update has replaced or removed it. Ask again."
NOT_JSON = "body: It cannot be read. Send JSON in UTF-8."
NO_ADDRESS = "There is nothing at this address. The description at openapi.json names those that there are."

Answers = dict[int | str, dict[str, Any]]
"""Status → what comes with it."""

Id = Annotated[str, Path(min_length=12, max_length=64, pattern="^[0-9a-f]+$", description="A document_id.")]
Number = Annotated[int, Path(ge=1, le=10**6, description="The page, from 1.")]
Offset = Annotated[int, Path(ge=0, le=10**9, description="A character of the document's text, as a start or an end.")]
Limits = Annotated[JudgementFilter, Query()]
Base = Annotated[str, Depends(base_address)]


def api_of(enquiries: Enquiries, queue: Queue, metrics: Metrics, settings: Settings) -> FastAPI:
    """The application. Where the settings name keys its description says so; it checks none."""
    needs_key = bool(settings.api_keys)
    key = [Depends(HTTPBearer(auto_error=False, description="One of the site's keys."))] if needs_key else []
    unable: Answers = {503: {"model": Problem, "description": "The library cannot be used"}}
    unable[413] = {"model": Problem, "description": "What was sent is too large"}
    if settings.requests_per_minute:
        unable[429] = {
            "model": Problem,
            "description": "Too many requests; Retry-After says how long to wait",
        }
    refused: Answers = {401: {"model": Problem, "description": "No key of the site's"}} if needs_key else {}
    api = FastAPI(
        title=settings.site_name,
        description=description(settings.log_questions),
        version=VERSION,
        docs_url=None,
        redoc_url=None,
        dependencies=key,
        responses={**refused, **unable},
    )
    _add_routes(api, enquiries, queue, metrics)
    _add_errors(api)
    return api


def description(logs_questions: bool) -> str:
    """What is served here, and what becomes of a question."""
    return f"{DESCRIPTION} {LOGGED if logs_questions else NOT_LOGGED}"


def _add_routes(api: FastAPI, enquiries: Enquiries, queue: Queue, metrics: Metrics) -> None:
    wrong: Answers = {422: {"model": Problem, "description": "What was sent, and what to send"}}
    csv: Answers = {200: {"content": {"text/csv": {"schema": {"type": "string"}}}, "description": "CSV in UTF-8"}}
    missing: Answers = {404: {"model": Problem, "description": "Not in the library"}}

    @api.post("/ask", responses=wrong, summary="Answer a question")
    async def ask(asked: Question, base: Base) -> AnswerRecord:
        """Quotations that answer, each with its source, or a refusal with its reason and the closest passages."""
        with metrics.question("api", asked.question) as tell:
            answer = await queue.run(lambda: enquiries.ask(asked, base))
            tell(answer.status)
        return answer

    @api.post("/search", responses=wrong, summary="Find passages")
    async def search(asked: Search, base: Base) -> SearchRecord:
        """The best passages for a question, best first, without an answer."""
        return await queue.run(lambda: enquiries.search(asked, base))

    # No coroutines: each runs in a thread of the site's.
    @api.get("/judgements", responses=wrong, summary="List judgements")
    def judgements(asked: Limits, base: Base) -> Judgements:
        """The grades that inspections gave, each once with the words that state it, and what was looked through."""
        return enquiries.judgements(asked, base)

    # Of a plain response no type is known, so that errors are described as the JSON they are.
    @api.get("/judgements.csv", responses={**wrong, **csv}, response_class=Response, summary="List judgements as CSV")
    def judgements_as_csv(asked: Limits) -> Response:
        """The same as CSV: the names of the columns, then a line each, with nothing where something is not known."""
        named = {"content-disposition": 'attachment; filename="judgements.csv"'}
        return Response(enquiries.judgements_as_csv(asked), media_type="text/csv", headers=named)

    @api.get("/documents", summary="List the documents")
    def documents(base: Base) -> Documents:
        """What the library holds, and the files that it could not read."""
        return enquiries.documents(base)

    @api.get("/documents/{id}", responses={**wrong, **missing}, summary="One document")
    def document(id: Id, base: Base) -> DocumentRecord:
        """What is known of a document: its authority, dates, whose words it holds, its number of pages."""
        return enquiries.document(id, base)

    @api.get("/documents/{id}/pages/{number}", responses={**wrong, **missing}, summary="A page's text")
    def page(id: Id, number: Number, base: Base) -> Part:
        """The text of one page, of a document that has pages."""
        return enquiries.page(id, number, base)

    @api.get("/documents/{id}/passages/{offset}", responses={**wrong, **missing}, summary="A passage's text")
    def passage(id: Id, offset: Offset, base: Base) -> Part:
        """The passage at a character of the text, of a document of any format: the `start` of a citation will do."""
        return enquiries.passage(id, offset, base)


def _add_errors(api: FastAPI) -> None:
    def say(status: int, words: str) -> JSONResponse:
        return JSONResponse({"detail": words}, status)

    async def invalid(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        return say(422, in_a_sentence(error.errors()))

    async def wrong(request: Request, error: Exception) -> JSONResponse:
        return say(422, f"question: {error}")

    async def unknown(request: Request, error: Exception) -> JSONResponse:
        return say(422, f"authority: {error}.")

    async def missing(request: Request, error: Exception) -> JSONResponse:
        return say(404, str(error))

    async def gone(request: Request, error: Exception) -> JSONResponse:
        return say(404, GONE)

    async def unusable(request: Request, error: Exception) -> JSONResponse:
        logger.error("the library could not be used", exc_info=error)  # its message may name folders: not for everyone
        return say(503, UNUSABLE)

    async def refused(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        if error.status_code == 400:  # what FastAPI says of a body that is not even text
            return say(422, NOT_JSON)
        allowed = (error.headers or {}).get("Allow")
        words = f"Use {allowed} at this address." if allowed else NO_ADDRESS
        return JSONResponse({"detail": words}, error.status_code, headers=error.headers)

    async def failed(request: Request, error: Exception) -> JSONResponse:
        return say(500, FAILED)

    api.add_exception_handler(RequestValidationError, invalid)
    api.add_exception_handler(BadQuestion, wrong)
    api.add_exception_handler(NoSuchAuthority, unknown)
    api.add_exception_handler(NotThere, missing)
    api.add_exception_handler(DocumentGone, gone)
    api.add_exception_handler(LibraryUnusable, unusable)
    api.add_exception_handler(sqlite3.Error, unusable)
    api.add_exception_handler(HTTPException, refused)
    api.add_exception_handler(Exception, failed)


def in_a_sentence(errors: Sequence[Any]) -> str:
    """What is wrong with what was sent: each key with what is expected of it."""
    found = []
    for error in errors:
        place = ".".join(str(part) for part in error["loc"][1:]) or str(error["loc"][0])
        words = error["msg"].removeprefix("Value error, ")
        found.append(f"{place}: {words}")
    return "; ".join(found) + "."
