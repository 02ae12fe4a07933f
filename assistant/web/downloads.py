"""A conversation to take along: its questions are answered again, as they stand in its address, and put in a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from urllib.parse import urljoin

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from assistant.answer import Citation
from assistant.assistant import Assistant
from assistant.question import BadQuestion
from assistant.web.addresses import source_address
from assistant.web.base import base_address
from assistant.web.pages import message
from assistant.web.paper import Paper, paper_of
from assistant.web.paper_as_markdown import to_markdown
from assistant.web.paper_as_word import to_word
from assistant.web.site import site_of
from assistant.web.threads import BadThread, answers_to, from_address

NOTHING_TO_TAKE = "There is no conversation to download. Ask a question first."


@dataclass(frozen=True)
class Format:
    """A kind of file: its name's end, its media type, and how a paper becomes one."""

    end: str
    media_type: str
    made_of: Callable[[Paper], bytes]


WORD = Format("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", to_word)
MARKDOWN = Format("md", "text/markdown; charset=utf-8", lambda paper: to_markdown(paper).encode())
FORMATS = {"word": WORD, "markdown": MARKDOWN}


def router(assistant: Assistant) -> APIRouter:
    """The routes below /download. The conversation comes in a form: in an address a server's log would keep it."""
    routes = APIRouter(prefix="/download")

    def download(request: Request, name: str, conversation: Annotated[str, Form()] = "") -> Response:
        if name not in FORMATS:
            return message(request, 404, "Page not found", "A conversation can be had as Word or as Markdown.")
        try:
            answers = answers_to(assistant, from_address(conversation).askings)
        except (BadThread, BadQuestion) as error:
            return message(request, 400, "This cannot be downloaded", str(error))
        if not answers:
            return message(request, 400, "This cannot be downloaded", NOTHING_TO_TAKE)
        paper = paper_of(answers, site_of(request).name, date.today(), _addresses(request))
        return _file(FORMATS[name], paper)

    routes.add_api_route("/{name}", download, methods=["POST"], response_model=None)
    return routes


def _addresses(request: Request) -> Callable[[Citation], str]:
    """Whole addresses on this server of what citations name."""
    chat = f"{base_address(request)}chat/"
    return lambda citation: urljoin(chat, source_address(citation))


def _file(form: Format, paper: Paper) -> Response:
    name = f"inspection-answers-{date.today().isoformat()}.{form.end}"
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(form.made_of(paper), media_type=form.media_type, headers=headers)
