"""What every request and response passes: which of Gradio's paths are open, and the headers that keep pages safe."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Callable

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.web.access import Access
from assistant.web.cross_site import is_from_another_site
from assistant.web.for_gradio import tidy
from assistant.web.pages import message, path_below_root

logger = logging.getLogger(__name__)

CHAT = "/chat"
NOT_FOUND = ("Page not found", "If you typed the address, check that it is right.")

# Gradio serves much that a chat does not need: uploads, files, proxies, code editing. What is not named here is closed.
OPEN = {
    "GET": re.compile(
        r"/(|config|theme\.css|(assets|static)(/[\w-][\w.-]{0,99}){1,4}"
        r"|gradio_api/(startup-events|app_id|queue/data|heartbeat/\w+))",
        re.ASCII,
    ),
    "POST": re.compile(r"/gradio_api/(queue/join|cancel|reset)"),
}

PAGE_POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'"
# Gradio sets styles on its elements from script, which only 'unsafe-inline' allows.
CHAT_POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; frame-src 'self'; base-uri 'self'; "
    "form-action 'self'"
)

PERMISSIONS = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"


class Gate:
    """ASGI middleware around the whole application: nothing else is reached by whom `access` refuses.

    `chat_page` makes the chat's page of Gradio's own.
    """

    def __init__(self, app: ASGIApp, access: Access, frame_ancestors: str, chat_page: Callable[[str], str]) -> None:
        self._app, self._access = app, access
        self._frame_ancestors, self._chat_page = frame_ancestors, chat_page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse the request, or pass it on and add the headers to what comes back."""
        if scope["type"] == "websocket":  # the chat needs none
            await send({"type": "websocket.close", "code": 1000})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        path = path_below_root(request)
        in_chat = _is_in_chat(path)
        outgoing = _Outgoing(send, request, self._frame_ancestors, self._chat_page if path == f"{CHAT}/" else None)
        if outgoing.chat_page:
            # The page is read and changed on its way out, so it must not come compressed.
            scope["headers"] = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
        if (no_access := self._access.refusal(request)) is not None:
            await no_access(scope, receive, outgoing.send)
        # MCP programs may name an origin of their own; that server checks it itself.
        elif path != "/mcp" and is_from_another_site(request):
            logger.warning(
                "a request was refused: its origin is %r, the host asked for is %r (does the proxy pass it on?)",
                request.headers.get("origin"),
                request.headers.get("host"),
            )
            refusal = message(request, 403, "Not allowed", "Another site tried to send this. Nothing was done.")
            await refusal(scope, receive, outgoing.send)
        elif in_chat and path != CHAT and not _is_open(scope["method"], path.removeprefix(CHAT)):
            await message(request, 404, *NOT_FOUND)(scope, receive, outgoing.send)
        else:
            if in_chat:
                tidy(scope, path.removeprefix(CHAT))
            await self._app(scope, receive, outgoing.send)


def safe_headers(headers: MutableHeaders, policy: str, frame_ancestors: str) -> None:
    """Add the security headers to those of a response, unless it has set its own policy."""
    policy = headers.get("content-security-policy", policy)
    headers["content-security-policy"] = f"{policy}; frame-ancestors {frame_ancestors}"
    headers["x-content-type-options"] = "nosniff"
    headers["referrer-policy"] = "same-origin"
    headers["permissions-policy"] = PERMISSIONS
    headers.setdefault("cache-control", "no-cache")
    del headers["set-cookie"]


def _is_in_chat(path: str) -> bool:
    return path == CHAT or path.startswith(f"{CHAT}/")


def _is_open(method: str, path: str) -> bool:
    pattern = OPEN.get("GET" if method == "HEAD" else method)
    return pattern is not None and pattern.fullmatch(path) is not None


class _Outgoing:
    """Sends a response on with its headers; Gradio's page is held until it is whole, and its scripts given a nonce."""

    def __init__(
        self, send: Send, request: Request, frame_ancestors: str, chat_page: Callable[[str], str] | None
    ) -> None:
        self._send, self._frame_ancestors, self.chat_page = send, frame_ancestors, chat_page
        self._policy = CHAT_POLICY if _is_in_chat(path_below_root(request)) else PAGE_POLICY
        self._own = f"{request.url.scheme}://{request.url.netloc}/"
        self._nonce = secrets.token_urlsafe(16)
        self._start: Message | None = None
        self._body = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=message.setdefault("headers", []))
            safe_headers(headers, self._policy.format(nonce=self._nonce), self._frame_ancestors)
            if (location := headers.get("location", "")).startswith(self._own):
                # A reader may know the site by another name, and over https, which a proxy need not say.
                headers["location"] = f"/{location.removeprefix(self._own)}"
            if self.chat_page and _is_html(message):
                self._start = message
                return
        elif self._start is not None:
            self._body += message.get("body", b"")
            if message.get("more_body"):
                return
            await self._send_page(self._start)
            return
        await self._send(message)

    async def _send_page(self, start: Message) -> None:
        assert self.chat_page is not None
        page = self.chat_page(self._body.decode()).replace("<script", f'<script nonce="{self._nonce}"')
        body = page.encode()
        headers = MutableHeaders(raw=start["headers"])
        if self._body or start["status"] != 200:  # the answer to HEAD has no body and keeps its length
            headers["content-length"] = str(len(body))
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})


def _is_html(start: Message) -> bool:
    return Headers(raw=start["headers"]).get("content-type", "").startswith("text/html")
