"""Each request in the log, by a name of its own. What it asked is not: an address is written without its query."""

from __future__ import annotations

import logging
import re
import secrets
from time import perf_counter
from urllib.parse import quote

from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.logs import DETAILS, request_id
from assistant.web.metrics import Metrics
from assistant.web.pages import path_below_root

logger = logging.getLogger(__name__)

HEADER = "x-request-id"
REQUEST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{7,63}")
# Many for one page, or every few seconds: they would bury what is looked for.
QUIET = re.compile(r"/(health|ready|metrics|static/.*|chat/(static|assets)/.*|chat/gradio_api/.*)", re.DOTALL)


class RequestLog:
    """ASGI middleware: names each request, as the proxy before has named it or anew, and logs and counts it."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = MutableHeaders(scope=scope)
        if not REQUEST_ID.fullmatch(headers.get(HEADER, "")):
            headers[HEADER] = secrets.token_hex(8)
        scope["headers"] = headers.raw  # where the chat finds it, whose answers are found outside the request
        path = path_below_root(Request(scope))  # now: what is mounted below changes it
        mark, began, status = request_id.set(headers[HEADER]), perf_counter(), 500

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(raw=message.setdefault("headers", []))[HEADER] = headers[HEADER]
            await send(message)

        try:
            await self._app(scope, receive, note)
        finally:
            self._tell(Request(scope), path, status, perf_counter() - began)
            request_id.reset(mark)

    def _tell(self, request: Request, path: str, status: int, seconds: float) -> None:
        self._metrics.responded(status)
        is_quiet = status < 500 and QUIET.fullmatch(path) is not None
        details = {
            "client": request.client.host if request.client else None,
            "method": request.method,
            "path": quote(path),
            "status": status,
            "seconds": round(seconds, 3),
        }
        logger.log(logging.DEBUG if is_quiet else logging.INFO, "request", extra={DETAILS: details})
