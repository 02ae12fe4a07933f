"""What a request says that Gradio would take at its word, and the chat does not need, is taken out of it."""

from __future__ import annotations

import httpx
from starlette.types import Scope

from assistant.web.base import HOST

# Their query would choose another page, or what somebody has saved; the chat's own is read in the browser alone.
WITHOUT_QUERY = frozenset({"/", "/config"})
FORWARDED_HOST, SERVER = b"x-forwarded-host", b"x-gradio-server"


def tidy(scope: Scope, path: str) -> None:
    """Change the scope of a request to Gradio; `path` is the one below the chat's.

    Its page names the server by X-Gradio-Server, whoever sent that, and fails over an X-Forwarded-Host that is no host.
    """
    if path in WITHOUT_QUERY:
        scope["query_string"] = b""
    scope["headers"] = [(name, value) for name, value in scope["headers"] if _is_taken(name, value)]


def _is_taken(name: bytes, value: bytes) -> bool:
    return _is_host(value.decode("latin-1").split(",")[0].strip()) if name == FORWARDED_HOST else name != SERVER


def _is_host(text: str) -> bool:
    try:
        return HOST.fullmatch(text) is not None and bool(httpx.URL(f"http://{text}").host)
    except httpx.InvalidURL:
        return False
