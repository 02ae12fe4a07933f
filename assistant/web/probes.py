"""Addresses for whoever watches the site: whether it is up, whether it can answer, and what it has counted."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from ipaddress import ip_network

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST

from assistant.assistant import Assistant
from assistant.settings import Network
from assistant.web.forwarded import address_of, is_within
from assistant.web.metrics import Metrics
from index.automatic import held_since
from index.library import LibraryUnusable, is_made

THIS_MACHINE = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


def router(assistant: Assistant, metrics: Metrics, monitors: Sequence[Network]) -> APIRouter:
    """/health, which is for everyone, and /ready and /metrics, for this machine and the `monitors`."""
    allowed = (*THIS_MACHINE, *monitors)

    def ready(request: Request) -> Response:
        _only_for(allowed, request)
        status, found = readiness(assistant)
        return JSONResponse(found, status)

    def counted(request: Request) -> Response:
        _only_for(allowed, request)
        return Response(metrics.as_text(), media_type=CONTENT_TYPE_LATEST)

    routes = APIRouter()
    endpoints: dict[str, Callable[..., object]] = {
        "/health": _health,
        "/ready": ready,
        "/metrics": counted,
    }
    for path, endpoint in endpoints.items():
        routes.add_api_route(path, endpoint, methods=["GET", "HEAD"], response_model=None)
    return routes


def readiness(assistant: Assistant) -> tuple[int, dict[str, object]]:
    """200 and what the library holds, or 503 and why no question can be answered now."""
    library = assistant.library
    try:
        if not is_made(library.folder):
            raise LibraryUnusable(f"there is no finished library in {library.folder}")
        library.check_identity()
        documents, _ = assistant.documents(), assistant.words  # the words of a new state are loaded with its vectors
        held = held_since(library)
        return 200, {
            "status": "ready",
            "generation": library.generation,
            "updated": library.updated,
            "documents": len(documents),
            "passages": library.count_passages(),
            **({"updates": held} if held else {}),
        }
    except (LibraryUnusable, sqlite3.Error, OSError, LookupError) as error:
        return 503, {"status": "unusable", "reason": str(error)}


def _health() -> dict[str, str]:
    return {"status": "ok"}


def _only_for(allowed: Sequence[Network], request: Request) -> None:
    address = address_of(request.scope)
    if address is None or not is_within(address, allowed):
        raise HTTPException(403)
