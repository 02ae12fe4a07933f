"""The pages about the site: what it is, its accessibility statement, its transparency record."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from assistant.assistant import Assistant
from assistant.coverage import coverage
from assistant.settings import Settings
from assistant.web.accessibility import STATEMENT
from assistant.web.pages import page
from assistant.web.transparency import record


def router(assistant: Assistant, settings: Settings) -> APIRouter:
    """The routes of these pages; what they say of the library is read at each request."""

    def about(request: Request) -> Response:
        return page(request, "about.html", covered=coverage(assistant))

    def accessibility(request: Request) -> Response:
        return page(request, "accessibility.html", statement=STATEMENT)

    def transparency(request: Request) -> Response:
        covered, facts = coverage(assistant), record(assistant, settings)
        return page(request, "transparency.html", covered=covered, record=facts)

    routes = APIRouter()
    for endpoint in (about, accessibility, transparency):
        routes.add_api_route(f"/{endpoint.__name__}", endpoint, methods=["GET", "HEAD"], response_model=None)
    return routes
