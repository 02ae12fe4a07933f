"""Adds what is for programs to a site's application."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.util import find_spec

from fastapi import FastAPI
from starlette.routing import Mount, Route

from assistant.assistant import Assistant
from assistant.settings import Settings
from assistant.web.api.description import router
from assistant.web.api.enquiries import Enquiries
from assistant.web.api.keys import Keys, NeedsKey
from assistant.web.api.queue import Queue
from assistant.web.api.routes import api_of
from assistant.web.metrics import Metrics

PATH = "/api/v1"


class McpMissing(ValueError):
    """The setting `mcp` is on and the package is not installed; the message says what to do."""


def install(app: FastAPI, assistant: Assistant, settings: Settings, metrics: Metrics) -> None:
    """Add /api, /api/v1 and, where the settings say so, /mcp. Raises McpMissing."""
    enquiries, queue = Enquiries(assistant), Queue(assistant.at_once)
    api = api_of(enquiries, queue, metrics, settings)
    app.include_router(router(api, settings))
    below = Mount(PATH, NeedsKey(api, Keys(settings.api_keys)))
    # As Starlette has it, an address with a line break in it is not below the path, and the answer a page.
    below.path_regex = re.compile(below.path_regex.pattern, re.DOTALL)
    app.router.routes.append(below)
    if settings.mcp:
        _install_mcp(app, enquiries, queue, metrics, settings)


def _install_mcp(app: FastAPI, enquiries: Enquiries, queue: Queue, metrics: Metrics, settings: Settings) -> None:
    if find_spec("mcp") is None:
        raise McpMissing(
            "the setting mcp is on, but the package mcp is not installed; install it with "
            "'pip install \"inspection-assistant[mcp]\"', or switch the setting off"
        )
    # Imported here: the package need not be there otherwise.
    from assistant.web.api import mcp_server

    tools = mcp_server.Tools(enquiries, queue, metrics, settings)
    app.router.routes.append(Route(mcp_server.PATH, NeedsKey(tools, Keys(settings.api_keys))))
    before = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(site: FastAPI) -> AsyncIterator[None]:
        async with before(site), tools.running():
            yield

    app.router.lifespan_context = lifespan
