"""The web application: FastAPI owns every address, Gradio is only the chat panel at /chat."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.staticfiles import StaticFiles

from assistant.assistant import Assistant
from assistant.feedback import FeedbackUnusable
from assistant.settings import OWN_NAMES, Settings
from assistant.web import about, chat, downloads, embed, judgements, opinions, probes, sign_in, site, sources
from assistant.web.access import Access
from assistant.web.api.install import install
from assistant.web.chat_page import whole_page
from assistant.web.forwarded import Forwarded
from assistant.web.gate import CHAT, NOT_FOUND, PAGE_POLICY, Gate, safe_headers
from assistant.web.limits import Limits, RateLimit
from assistant.web.metrics import Metrics
from assistant.web.pages import message
from assistant.web.request_log import HEADER, RequestLog
from assistant.web.stopping import Heartbeats
from assistant.web.subpath import SubPath
from assistant.wording import UNUSABLE
from index.library import DocumentGone, LibraryUnusable

logger = logging.getLogger(__name__)

STATIC = Path(__file__).parent / "static"


def create_app(assistant: Assistant, settings: Settings) -> FastAPI:
    """The application for one assistant. Several may be made; nothing is shared between them."""
    own = site.Site.of(settings)
    app = FastAPI(title=own.name, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.site = own
    metrics, limit = Metrics(assistant, settings.log_questions), RateLimit(settings.requests_per_minute)
    app.state.metrics = metrics
    # The last added is the first that a request meets.
    app.add_middleware(Heartbeats)
    # Gradio answers any origin with its own CORS headers unless the application around it has a policy: here none.
    app.add_middleware(CORSMiddleware, allow_origins=[])
    app.add_middleware(Limits, limit=limit)
    if settings.hosts:  # another site's name, looked up as this address, would have a browser take its pages for ours
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=[*OWN_NAMES, *settings.hosts], www_redirect=False)
    app.add_middleware(
        Gate,
        access=Access(settings),
        frame_ancestors=settings.frame_ancestors,
        chat_page=lambda gradio: whole_page(gradio, own, assistant.documents()),
    )
    if settings.access == "oidc":
        sign_in.add_sessions(app, settings)  # before the gate, which takes away all other cookies
        app.include_router(sign_in.router(settings))
    app.add_middleware(RequestLog, metrics=metrics)
    app.add_middleware(Forwarded, proxies=settings.proxies)
    if settings.root_path:
        app.add_middleware(SubPath, root_path=settings.root_path)
    _add_error_pages(app, settings)
    app.add_api_route("/", _first_page, methods=["GET", "HEAD"])
    app.add_api_route(CHAT, _to_chat, methods=["GET", "HEAD"])
    app.add_api_route("/favicon.ico", _no_icon, methods=["GET", "HEAD"])
    app.include_router(probes.router(assistant, metrics, settings.monitors))
    app.include_router(site.router())
    app.include_router(about.router(assistant, settings))
    app.include_router(sources.router(assistant.library))
    app.include_router(judgements.router(assistant))
    app.include_router(downloads.router(assistant))
    app.include_router(embed.router(settings))
    if settings.feedback != "off":
        app.include_router(opinions.router(assistant, settings.feedback == "answers"))
    install(app, assistant, settings, metrics)
    app.mount("/static", StaticFiles(directory=STATIC))
    chat.mount(app, assistant, own, CHAT, metrics, limit)
    return app


def _first_page(request: Request) -> Response:
    # Not relative: a proxy may send a path without its last slash here, "/insight", beside which there is no chat.
    return RedirectResponse(f"{request.scope['root_path']}{CHAT}/")


def _to_chat(request: Request) -> Response:
    # Starlette's own way to the slash names the host, which behind a proxy may be another than the reader knows.
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"{CHAT.removeprefix('/')}/{query}")


def _no_icon() -> Response:
    return Response(status_code=204)


def _add_error_pages(app: FastAPI, settings: Settings) -> None:
    async def refused(request: Request, error: Exception) -> HTMLResponse:
        assert isinstance(error, HTTPException)
        if error.status_code == 404:
            own_words = error.detail if error.detail != "Not Found" else NOT_FOUND[1]
            return message(request, 404, NOT_FOUND[0], own_words)
        return message(request, error.status_code, "This cannot be done here", "Go back and try another way.")

    async def failed(request: Request, error: Exception) -> HTMLResponse:
        request.scope["app"] = app  # else Gradio's own, where the error came from within the chat
        page = message(request, 500, "Something went wrong", "Try again. If it happens again, tell whoever runs this.")
        # This response is made outside all middleware, the gate too.
        safe_headers(page.headers, PAGE_POLICY, settings.frame_ancestors)
        page.headers[HEADER] = request.headers.get(HEADER, "")
        return page

    async def gone(request: Request, error: Exception) -> HTMLResponse:
        return message(request, 404, NOT_FOUND[0], sources.NO_DOCUMENT)

    async def not_kept(request: Request, error: Exception) -> HTMLResponse:
        logger.error("what a reader said of an answer was not kept: %s", error)
        return message(request, 503, "This cannot be kept just now", "Try again later, or tell whoever runs this.")

    async def unusable(request: Request, error: Exception) -> HTMLResponse:
        logger.error("the library could not be used", exc_info=error)  # its message may name folders: not for everyone
        return message(request, 503, "This cannot be shown just now", UNUSABLE)

    app.add_exception_handler(HTTPException, refused)
    app.add_exception_handler(LibraryUnusable, unusable)
    app.add_exception_handler(sqlite3.Error, unusable)
    app.add_exception_handler(FeedbackUnusable, not_kept)
    app.add_exception_handler(DocumentGone, gone)
    app.add_exception_handler(Exception, failed)
