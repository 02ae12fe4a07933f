"""A stop that lets answers finish, and waits for nothing else."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Callable

import uvicorn
from fastapi import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.web.pages import path_below_root

# Each open page holds one for as long as it is open, without waiting for anything.
HEARTBEAT = re.compile(r"/chat/gradio_api/heartbeat/\w+")


class Heartbeats:
    """ASGI middleware: the connections that open pages only hold are let go when the site stops."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        stopping: asyncio.Event | None = getattr(scope["app"].state, "stopping", None) if "app" in scope else None
        if stopping is None or scope["type"] != "http" or not HEARTBEAT.fullmatch(path_below_root(Request(scope))):
            await self._app(scope, receive, send)
            return
        has_begun = False

        async def noted(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        held = asyncio.ensure_future(self._app(scope, receive, noted))
        stop = asyncio.ensure_future(stopping.wait())
        try:
            await asyncio.wait({held, stop}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stop.cancel()
            if not held.done():
                held.cancel()
                await asyncio.gather(held, return_exceptions=True)
        if not held.cancelled():
            held.result()  # raises what the application did
        elif not has_begun:  # the stop came first
            await Response(status_code=503)(scope, receive, send)


class Server(uvicorn.Server):
    """Serves until it is told to stop; then calls `before`, lets requests finish, and calls `after`."""

    def __init__(self, config: uvicorn.Config, before: Callable[[], None], after: Callable[[], None]) -> None:
        super().__init__(config)
        self._before, self._after = before, after

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop."""
        self._before()
        await super().shutdown(sockets)
        self._after()  # here: once this is over, uvicorn ends the process by the signal that came
