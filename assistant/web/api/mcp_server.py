"""The same answers as tools of an MCP server, for assistants that call tools."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Annotated, Any, TypeVar, cast

from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp.types import ToolAnnotations
from pydantic import Field, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.question import BadQuestion
from assistant.register.filters import NoSuchAuthority
from assistant.settings import OWN_NAMES, Settings
from assistant.web.api.enquiries import Enquiries, NotThere
from assistant.web.api.models import (
    FEW,
    MOST_PASSAGES,
    AnswerRecord,
    Area,
    Grade,
    JudgementFilter,
    Judgements,
    Part,
    Question,
    Search,
    SearchRecord,
    Year,
)
from assistant.web.api.queue import Queue
from assistant.web.api.routes import GONE, VERSION, description, in_a_sentence
from assistant.web.base import base_address
from assistant.web.metrics import Metrics
from assistant.wording import UNUSABLE
from index.library import DocumentGone, LibraryUnusable

logger = logging.getLogger(__name__)

PATH = "/mcp"
LONGEST_REQUEST = 256 * 1024  # bytes: twenty questions of the greatest length, in letters of four bytes, fit
POST_ONLY = "This is an MCP server without sessions: send each message with POST."
INSTRUCTIONS = (
    "Show quotations as they are, with their label and the link in address. Where status is refused, "
    "say so and why; do not answer from the passages that come with a refusal as if they answered."
)
READS_ONLY = ToolAnnotations(read_only_hint=True, open_world_hint=False)

Given = TypeVar("Given")
Keys = dict[str, Any]
Authority = Annotated[str, Field(description="Search only this authority; all where empty.")]
First = Annotated[Year | None, Field(description="Search only inspections of this year and later.")]
Last = Annotated[Year | None, Field(description="Search only inspections of this year and earlier.")]
Everywhere = Annotated[bool, Field(description="Search all documents, whatever the question names.")]
Text = Annotated[str, Field(description="In everyday words.")]
Before = Annotated[tuple[str, ...], Field(description="The questions of this conversation so far, oldest first.")]
Names = Annotated[tuple[str, ...], Field(description="Only these authorities; all where none is named.")]
Areas = Annotated[tuple[Area, ...], Field(description="Only these areas of judgement.")]
Grades = Annotated[tuple[Grade, ...], Field(description="Only these grades.")]
From = Annotated[str, Field(description="Only inspections that began in this year, or on this ISO date, or later.")]
To = Annotated[str, Field(description="Only inspections that began in this year, or on this ISO date, or earlier.")]
Latest = Annotated[
    bool, Field(description="Of each authority and area, only the newest inspection within these days that graded it.")
]
Limit = Annotated[int, Field(ge=1, le=MOST_PASSAGES, description="The most passages to give.")]


class Tools:
    """ASGI application for /mcp. It answers while `running` is open, which the site's own start and end see to."""

    def __init__(self, enquiries: Enquiries, queue: Queue, metrics: Metrics, settings: Settings) -> None:
        self._enquiries, self._queue, self._metrics = enquiries, queue, metrics
        self._hosts = [*OWN_NAMES, *settings.hosts]
        told = f"{description(settings.log_questions)} {INSTRUCTIONS}"
        self._server = MCPServer(settings.site_name, instructions=told, version=VERSION, log_level="WARNING")
        for tool in (self.ask, self.search, self.judgements, self.open_source):
            self._server.tool(annotations=READS_ONLY, structured_output=True)(tool)
        self._app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["method"] != "POST":
            # The SDK would hold a GET open for messages, of which a server that keeps no session has none.
            refusal = JSONResponse({"detail": POST_ONLY}, 405, headers={"allow": "POST"})
            await refusal(scope, receive, send)
            return
        assert self._app is not None, "the site has not been started"
        await self._app(scope, receive, send)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Answers while this is open. It may be opened again after its end: the SDK's own application may not."""
        app = self._new_app()
        async with app.router.lifespan_context(app):
            self._app = app
            yield

    async def ask(
        self,
        question: Text,
        context: Context[Any, Request],
        before: Before = (),
        authority: Authority = "",
        first_year: First = None,
        last_year: Last = None,
        everywhere: Everywhere = False,
    ) -> AnswerRecord:
        """Answer a question about inspections of children's services with word-for-word quotations and sources."""
        asked: Keys = {"question": question, "before": list(before)}
        asked |= _limits(authority, first_year, last_year, everywhere)
        base = _base(context)
        with self._metrics.question("mcp", question) as tell:
            answer = await self._given(lambda: self._enquiries.ask(Question.model_validate(asked), base))
            tell(answer.status)
        return answer

    async def search(
        self,
        question: Text,
        context: Context[Any, Request],
        authority: Authority = "",
        first_year: First = None,
        last_year: Last = None,
        everywhere: Everywhere = False,
        limit: Limit = FEW,
    ) -> SearchRecord:
        """Find the passages of inspection reports that are closest to a question, best first, without an answer."""
        asked: Keys = {"question": question, "limit": limit}
        asked |= _limits(authority, first_year, last_year, everywhere)
        base = _base(context)
        return await self._given(lambda: self._enquiries.search(Search.model_validate(asked), base))

    async def judgements(
        self,
        context: Context[Any, Request],
        authority: Names = (),
        area: Areas = (),
        grade: Grades = (),
        from_date: From = "",
        to_date: To = "",
        latest: Latest = False,
    ) -> Judgements:
        """List the grades that inspections gave, each with its source: to count, compare, or follow them over time.

        The list is complete for what could be read; coverage tells of what, and what could not. Limit it: else every
        judgement of every inspection comes.
        """
        asked: Keys = {"authority": list(authority), "area": list(area), "grade": list(grade), "latest": latest}
        asked |= {name: day for name, day in (("from", from_date), ("to", to_date)) if day}
        base = _base(context)
        return await self._given(lambda: self._enquiries.judgements(JudgementFilter.model_validate(asked), base))

    async def open_source(
        self,
        document_id: Annotated[str, Field(description="The document_id of a citation or passage.")],
        context: Context[Any, Request],
        page: Annotated[int | None, Field(description="The page to read, where the document has pages.")] = None,
        start: Annotated[int | None, Field(description="Else the start of a citation or passage.")] = None,
    ) -> Part:
        """Read a page of a document, or the passage at a start, to see what stands around a quotation."""
        base = _base(context)
        if page is not None:
            return await self._given(lambda: self._enquiries.page(document_id, page, base))
        return await self._given(lambda: self._enquiries.passage(document_id, start or 0, base))

    async def _given(self, answer: Callable[[], Given]) -> Given:
        """The answer, when its turn has come. Raises ToolError, in words for the caller."""
        try:
            return await self._queue.run(answer)
        except ValidationError as error:
            raise ToolError(in_a_sentence([{**e, "loc": ("", *e["loc"])} for e in error.errors()])) from error
        except (BadQuestion, NoSuchAuthority, NotThere) as error:
            raise ToolError(str(error)) from error
        except DocumentGone as error:
            raise ToolError(GONE) from error
        except (LibraryUnusable, sqlite3.Error) as error:
            logger.error("the library could not be used", exc_info=error)
            raise ToolError(UNUSABLE) from error

    def _new_app(self) -> Starlette:
        hosts = [pattern for host in self._hosts for pattern in (host, f"{host}:*")]
        origins = [f"{scheme}://{host}" for scheme in ("http", "https") for host in hosts]
        return self._server.streamable_http_app(
            streamable_http_path=PATH,
            json_response=True,
            stateless_http=True,
            max_request_body_size=LONGEST_REQUEST,
            transport_security=TransportSecuritySettings(allowed_hosts=hosts, allowed_origins=origins),
        )


def _limits(authority: str, first_year: int | None, last_year: int | None, everywhere: bool) -> Keys:
    return {"authority": authority, "first_year": first_year, "last_year": last_year, "everywhere": everywhere}


def _base(context: Context[Any, Request]) -> str:
    return base_address(cast("Request", context.request_context.request))
