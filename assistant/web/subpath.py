"""The site below a path of a host, as behind a proxy that has other sites too."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send


class SubPath:
    """ASGI middleware: tells the application that it is at `root_path`, "/insight" for example.

    Some proxies take that off the path of what they pass on and some do not. Here both become what ASGI asks for, a
    path with `root_path` before it. Otherwise one of the two would find no page, or links out of it.
    """

    def __init__(self, app: ASGIApp, root_path: str) -> None:
        self._app, self._root_path = app, root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] == "http":
            path, root = scope["path"], self._root_path
            below = path.removeprefix(root) if f"{path}/".startswith(f"{root}/") else path
            # In the scope itself, for the error page, which is made outside all middleware.
            scope["root_path"], scope["path"] = root, root + (below or "/")
        await self._app(scope, receive, send)
