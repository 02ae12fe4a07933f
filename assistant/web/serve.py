"""Runs the web chat on one address until it is stopped."""

from __future__ import annotations

import asyncio
import gc
import socket

import uvicorn

from assistant import logs
from assistant.assistant import Assistant
from assistant.settings import Settings
from assistant.updates import Updates
from assistant.web.application import create_app
from assistant.web.stopping import Server


class AddressInUse(ValueError):
    """The address cannot be listened on; the message says what to do."""


def run(assistant: Assistant, settings: Settings) -> None:
    """Serve until interrupted; prints the address once it is open. Raises AddressInUse and OSError.

    Answers under way at a stop have `stop_within` seconds to finish. The assistant is closed at the end. Where the
    settings say how often, the documents are taken up by themselves meanwhile.
    """
    logs.set_up(settings.log_format, settings.log_file, settings.log_days)
    listening = listen(settings.host, settings.port)
    app = create_app(assistant, settings)
    host, port = listening.getsockname()[:2]
    print(f"The assistant is at http://{f'[{host}]' if ':' in host else host}:{port}/ (Ctrl+C stops it).", flush=True)
    app.state.stopping = asyncio.Event()
    every = settings.update_every
    updates = Updates(settings.data, every, app.state.metrics.updated) if every else None

    def before_stopping() -> None:
        app.state.stopping.set()
        if updates:
            updates.stop()

    config = uvicorn.Config(
        app,
        log_config=None,
        log_level="warning",
        access_log=False,  # it would have the questions of addresses; the application logs requests without them
        proxy_headers=False,  # it would believe whoever connects from this machine; the application knows its proxies
        server_header=False,
        timeout_graceful_shutdown=settings.stop_within,
    )
    # What is there now stays: to look through its 270,000 objects for garbage holds up every answer for 0.14 s.
    gc.collect()
    gc.freeze()
    if updates:
        updates.start()
    Server(config, before=before_stopping, after=assistant.close).run(sockets=[listening])


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there. Raises AddressInUse."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Only where TCP is named does asyncio send at once: else each answer on a connection in use waits 40 ms.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise AddressInUse(
            f"{host}:{port} cannot be listened on ({error.strerror}); choose another with --host or --port"
        ) from error
    listening.listen(128)
    return listening
