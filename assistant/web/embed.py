"""/embed: what a site's editors paste into a page of theirs to have the chat there, and the script of its button."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from assistant.settings import Settings
from assistant.web.base import base_address
from assistant.web.pages import page
from assistant.web.site import site_of

SCRIPT = (Path(__file__).parent / "static" / "embed.js").read_text(encoding="utf-8")
COLOURS = "/* The site's colours stand here, where it has any. */"


def router(settings: Settings) -> APIRouter:
    """The route /embed, and that of the script, which comes before the folder that the script lies in."""

    def embed(request: Request) -> HTMLResponse:
        server = base_address(request)
        origin = server.split("/", 3)
        return page(
            request,
            "embed.html",
            server=server,
            origin="/".join(origin[:3]),
            frame_ancestors=settings.frame_ancestors,
            needs_sign_in=settings.access != "open",
            is_own_only=settings.frame_ancestors in {"'self'", "'none'"},
        )

    routes = APIRouter()
    for path, endpoint in (("/embed", embed), ("/static/embed.js", _script)):
        routes.add_api_route(path, endpoint, methods=["GET", "HEAD"], response_model=None)
    return routes


def _script(request: Request) -> Response:
    # In the button's own sheet, and not as properties of the page that it stands on, which may have such names too.
    colours = site_of(request).css.replace(":root", "*")
    return Response(SCRIPT.replace(COLOURS, colours), media_type="text/javascript")
