"""Who may use an address: whoever names one of the site's keys, or anyone where it has none."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from pydantic import SecretStr
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

SCHEME = "bearer"
NO_KEY = "This needs one of the site's keys. Send it in a header, as in: Authorization: Bearer KEY."


class Access:
    """ASGI application around another, which only requests with a key reach."""

    def __init__(self, app: ASGIApp, keys: Sequence[SecretStr]) -> None:
        self._app, self._keys = app, [key.get_secret_value().encode() for key in keys]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] != "http" or not self._keys or self._is_known(Headers(scope=scope).get("authorization", "")):
            await self._app(scope, receive, send)
            return
        refusal = JSONResponse({"detail": NO_KEY}, 401, headers={"www-authenticate": "Bearer"})
        await refusal(scope, receive, send)

    def _is_known(self, authorization: str) -> bool:
        scheme, _, given = authorization.partition(" ")
        named = given.strip().encode("latin-1")  # as it came: the headers of HTTP are bytes
        # Every key is compared, whole, so that the time tells nothing of any.
        matches = [secrets.compare_digest(key, named) for key in self._keys]
        return scheme.lower() == SCHEME and any(matches)
