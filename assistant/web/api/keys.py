"""The site's keys, by which programs are known."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from pydantic import SecretStr
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

SCHEME = "bearer"
NO_KEY = "This needs one of the site's keys. Send it in a header, as in: Authorization: Bearer KEY."


class Keys:
    """Those that a site's settings name."""

    def __init__(self, keys: Sequence[SecretStr]) -> None:
        self._keys = [key.get_secret_value().encode() for key in keys]

    def __bool__(self) -> bool:
        return bool(self._keys)

    def has_one_of(self, headers: Headers) -> bool:
        """Whether a request with these headers names one of the keys."""
        scheme, _, given = headers.get("authorization", "").partition(" ")
        named = given.strip().encode("latin-1")  # as it came: the headers of HTTP are bytes
        # Every key is compared, whole, so that the time tells nothing of any.
        matches = [secrets.compare_digest(key, named) for key in self._keys]
        return scheme.lower() == SCHEME and any(matches)


class NeedsKey:
    """ASGI application around another, which only requests with a key reach; any, where the site has no keys."""

    def __init__(self, app: ASGIApp, keys: Keys) -> None:
        self._app, self._keys = app, keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] != "http" or not self._keys or self._keys.has_one_of(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        await no_key()(scope, receive, send)


def no_key() -> JSONResponse:
    """What is said to a program without a key."""
    return JSONResponse({"detail": NO_KEY}, 401, headers={"www-authenticate": "Bearer"})
