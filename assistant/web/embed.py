"""/embed: what a site's editors paste into a page of theirs to have the chat there."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from assistant.settings import Settings
from assistant.web.base import base_address
from assistant.web.pages import page


def router(settings: Settings) -> APIRouter:
    """The route /embed."""

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
            is_own_only=settings.frame_ancestors.strip() in {"'self'", "'none'"},
        )

    routes = APIRouter()
    routes.add_api_route("/embed", embed, methods=["GET", "HEAD"], response_model=None)
    return routes
