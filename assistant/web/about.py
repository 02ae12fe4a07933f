"""The pages about the site: what it is, its accessibility statement, its transparency record."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from assistant.assistant import Assistant
from assistant.coverage import coverage
from assistant.settings import Settings
from assistant.web.accessibility import STATEMENT
from assistant.web.pages import page, path_below_root
from assistant.web.transparency import record


def router(assistant: Assistant, settings: Settings) -> APIRouter:
    """The routes of these pages; what they say of the library is read at each request.

    A statement or record that the site has elsewhere is not drafted here.
    """

    def about(request: Request) -> Response:
        return page(request, "about.html", covered=coverage(assistant))

    def accessibility(request: Request) -> Response:
        return page(request, "accessibility.html", statement=STATEMENT)

    def transparency(request: Request) -> Response:
        covered, facts = coverage(assistant), record(assistant, settings)
        return page(request, "transparency.html", covered=covered, record=facts)

    routes = APIRouter()
    elsewhere = {accessibility: settings.accessibility_page, transparency: settings.transparency_page}
    for endpoint in (about, accessibility, transparency):
        if not elsewhere.get(endpoint):
            path = f"/{endpoint.__name__}"
            routes.add_api_route(path, endpoint, methods=["GET", "HEAD"], response_model=None)
            routes.add_api_route(f"{path}/", _without_slash, methods=["GET", "HEAD"])
    return routes


def _without_slash(request: Request) -> Response:
    # Starlette's own way there names the host, which behind a proxy may be another than the reader knows.
    return RedirectResponse(f"..{path_below_root(request).removesuffix('/')}")
