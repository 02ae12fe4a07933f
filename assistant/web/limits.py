"""How much one person may send: in one request, and in a minute."""

from __future__ import annotations

import math
import re
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from ipaddress import IPv6Address, ip_network

from fastapi import Request
from starlette.datastructures import Headers
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.web.access import USER, asker_of
from assistant.web.forwarded import parsed
from assistant.web.pages import message, path_below_root

MINUTE = 60
MOST_PEOPLE = 20_000  # remembered at a time: a bound to what a flood from many addresses takes of memory
# Bytes: a conversation of the greatest length, each letter of it written as "%25F0%259F%2598%2580" in a form.
LONGEST_BODY = 1024 * 1024
EVENTS_A_QUESTION = 5  # that the chat's page sends: the question, what to ask next, what changes on the page
PAGES_A_QUESTION = 5  # and pictures in them: more than anybody reads of what an answer cites

COUNTED = re.compile(
    r"POST /(api/v1/.*|mcp|download/.*|feedback(/reason)?)|GET /api/v1/(?!openapi\.json$).*", re.DOTALL
)
CHAT_EVENT = re.compile(r"POST /chat/gradio_api/.*", re.DOTALL)
PAGE = re.compile(r"(GET|HEAD) /(chat/|(documents|judgements|about|accessibility|transparency|embed)(/.*)?)", re.DOTALL)
FOR_PROGRAMS = re.compile(r"/(api/v1|mcp|feedback|chat/gradio_api)(/.*)?", re.DOTALL)


class RateLimit:
    """So many in any 60 seconds from each person; where `per_minute` is 0, any number. Safe to use from threads."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_minute, self._clock = per_minute, clock
        self._times: OrderedDict[str, deque[float]] = OrderedDict()  # whoever came last is at the end
        self._lock = threading.Lock()

    def wait(self, asker: str) -> int:
        """The seconds until a user or an address may ask; where it is 0, they may now, and that is counted."""
        if not self.per_minute:
            return 0
        with self._lock:
            now = self._clock()
            times = self._times.setdefault(person(asker), deque())
            while times and times[0] <= now - MINUTE:
                times.popleft()
            if len(times) >= self.per_minute:
                return max(1, math.ceil(times[0] + MINUTE - now))
            times.append(now)
            self._times.move_to_end(person(asker))
            self._forget(now)
            return 0

    def _forget(self, now: float) -> None:
        while self._times:
            times = next(iter(self._times.values()))
            if len(self._times) <= MOST_PEOPLE and times and times[-1] > now - MINUTE:
                break
            self._times.popitem(last=False)


class Limits:
    """ASGI middleware: refuses a request that is too large, or one too many.

    `limit` counts what programs ask, downloads and verdicts. The chat's questions are counted by the chat, which can
    say so at the question; here the events of its page, and pages that are read, have limits far above what a reader
    reaches.
    """

    def __init__(self, app: ASGIApp, limit: RateLimit) -> None:
        self._app = app
        self._limits = (
            (COUNTED, limit),
            (CHAT_EVENT, RateLimit(limit.per_minute * EVENTS_A_QUESTION)),
            (PAGE, RateLimit(limit.per_minute * PAGES_A_QUESTION)),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        limit = self._limit_of(request)
        if limit is not None and (wait := limit.wait(asker_of(scope))):
            whose = "person" if USER in scope else "address"
            words = f"{limit.per_minute} requests in a minute are the most from one {whose}. "
            words += f"Try again in {seconds(wait)}."
            refusal = _refusal(request, 429, "Too many requests", words)
            refusal.headers["retry-after"] = str(wait)
            await refusal(scope, receive, send)
        elif (body := await _checked_body(Headers(scope=scope), receive)) is None:
            words = f"What was sent is larger than {LONGEST_BODY:,} bytes."
            refusal = _refusal(request, 413, "Too large", words)
            refusal.headers["connection"] = "close"  # what still comes is not read
            await refusal(scope, receive, send)
        else:
            await self._app(scope, body, send)

    def _limit_of(self, request: Request) -> RateLimit | None:
        asked = f"{request.method} {path_below_root(request)}"
        return next((limit for pattern, limit in self._limits if pattern.fullmatch(asked)), None)


def person(asker: str) -> str:
    """Whom a user or an address stands for: with IPv6 a household or office has a whole network of addresses."""
    found = parsed(asker)
    return str(ip_network((found, 64), strict=False)) if isinstance(found, IPv6Address) else asker


def seconds(count: int) -> str:
    """A time to wait, in words."""
    return f"{count} second" if count == 1 else f"{count} seconds"


def _refusal(request: Request, status: int, heading: str, words: str) -> Response:
    if FOR_PROGRAMS.fullmatch(path_below_root(request)):
        return JSONResponse({"detail": words}, status)
    return message(request, status, heading, words)


async def _checked_body(headers: Headers, receive: Receive) -> Receive | None:
    """What the body is to be received from; None where it is too large."""
    length = headers.get("content-length")
    if length is not None:
        return receive if length.isdecimal() and int(length) <= LONGEST_BODY else None
    return await _read_ahead(receive) if "transfer-encoding" in headers else receive


async def _read_ahead(receive: Receive) -> Receive | None:
    """A body whose length nobody has said, read to its end before anything is done with it."""
    body = bytearray()
    while True:
        part = await receive()
        if part["type"] != "http.request":
            break
        body += part.get("body", b"")
        if len(body) > LONGEST_BODY:
            return None
        if not part.get("more_body"):
            break
    parts: deque[Message] = deque([{"type": "http.request", "body": bytes(body), "more_body": False}])
    if part["type"] != "http.request":
        parts = deque([part])

    async def replay() -> Message:
        return parts.popleft() if parts else await receive()

    return replay
