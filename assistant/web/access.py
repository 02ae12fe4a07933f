"""Who may use the site: anyone, whom a proxy names, or whoever has signed in. Nobody else gets anything of it."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from typing import cast
from urllib.parse import quote

from fastapi import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import Scope

from assistant.settings import Settings
from assistant.web.api.keys import Keys, no_key
from assistant.web.forwarded import is_from_proxy
from assistant.web.pages import path_below_root, plain_message

logger = logging.getLogger(__name__)

USER = "inspection_assistant.user"
# The first says that the site is up and nothing else; the others look at the address of whoever asks themselves.
WATCHED = re.compile(r"/(health|ready|metrics)")
SIGNING_IN = re.compile(r"/(sign-in|sign-in/callback|sign-out|signed-out)")
FOR_KEYS = re.compile(r"/(api/v1|mcp)(/.*)?", re.DOTALL)

NOT_SIGNED_IN = "You are not signed in"
NOT_NAMED = (
    "This site is for people who are signed in to their organisation’s network. Open it by the address that your "
    "organisation gives for it. If you did, tell whoever runs this site."
)
IN_FRAME = "Sign in, in a tab of its own, then come back here and show this part of the page again."
EXPIRED = "Sign in, then try again."


class Access:
    """Decides of each request whether it may pass, as the settings have it."""

    def __init__(self, settings: Settings) -> None:
        self._mode, self._keys, self._header = settings.access, Keys(settings.api_keys), settings.user_header
        self._user: Callable[[Request], str | None] = self._named if self._mode == "header" else _signed_in

    def refusal(self, request: Request) -> Response | None:
        """None where the request may pass, which then says whose it is (`asker_of`)."""
        path = path_below_root(request)
        if self._mode == "open" or WATCHED.fullmatch(path) or (self._mode == "oidc" and SIGNING_IN.fullmatch(path)):
            return None
        if FOR_KEYS.fullmatch(path) and self._keys:
            # What is there says itself whether the key is right; a reader's name opens nothing there.
            return None if self._keys.has_one_of(request.headers) else no_key()
        user = self._user(request)
        if user is None:
            return self._sign_in(request) if self._mode == "oidc" else _refused(request, NOT_NAMED)
        request.scope[USER] = user
        return None

    def _named(self, request: Request) -> str | None:
        names = request.headers.getlist(self._header)
        if names and not is_from_proxy(request.scope):
            logger.warning("%s was refused: it came from an address that is not in the setting proxies", self._header)
            return None
        # Two would mean that the proxy lets through what its readers send, and nobody could tell whose is the first.
        return names[0].strip() or None if len(names) == 1 else None

    def _sign_in(self, request: Request) -> Response:
        if not _is_page(request):
            return _refused(request, EXPIRED)
        root = request.scope.get("root_path", "")
        way = f"{root}/sign-in?to="
        if request.headers.get("sec-fetch-dest") in {"iframe", "frame", "embed", "object"}:
            # Sign-in services let themselves be framed by nobody.
            return _refused(request, IN_FRAME, f"{way}signed-in", in_new_tab=True)
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(way + quote(path_below_root(request).removeprefix("/") + query, safe=""), 303)


def asker_of(scope: Scope) -> str:
    """Who asks, for limits: the user where there is one, else the address."""
    user = scope.get(USER)
    if user is not None:
        return f"user {user}"
    return cast("tuple[str, int]", scope["client"])[0] if scope.get("client") else ""


def _signed_in(request: Request) -> str | None:
    session = request.session
    return cast("str", session["user"]) if session.get("until", 0) > time.time() else None


def _is_page(request: Request) -> bool:
    """Whether a reader opens it, who can be sent elsewhere to sign in; a script or a program cannot."""
    mode = request.headers.get("sec-fetch-mode")  # which browsers send over https only
    is_opened = mode == "navigate" if mode else "text/html" in request.headers.get("accept", "")
    return request.method == "GET" and is_opened


def _refused(request: Request, words: str, sign_in: str = "", in_new_tab: bool = False) -> Response:
    if "text/html" not in request.headers.get("accept", ""):
        return JSONResponse({"detail": f"{NOT_SIGNED_IN}. {words}"}, 401)
    return plain_message(request, 401, NOT_SIGNED_IN, words, sign_in, in_new_tab)
