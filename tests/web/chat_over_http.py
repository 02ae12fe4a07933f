"""The chat as its page uses it, without a browser: events sent to Gradio's queue, and what comes of them."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import Any

import httpx


@dataclass(frozen=True)
class Event:
    """What happens on the page: its handler's number, the component it happens to, how many values it sends."""

    number: int
    target: int
    values: int


class Page:
    """One page that is open in one browser; `client` has the site's first page as its base address."""

    def __init__(self, client: httpx.Client) -> None:
        self._client, self.session = client, secrets.token_hex(5)
        self._config: dict[str, Any] = client.get("chat/config").raise_for_status().json()
        self.load = self._event("load", None)
        self.click = self._event("click", "ask")
        self.opened = self._event("change", "thread")
        self.suggest = self._event_after(self.click)

    def ask(self, question: str) -> str:
        """What the page shows after a question, as the JSON of all that changes on it."""
        return self.send(self.click, question, "", "")

    def send(self, event: Event, *values: object) -> str:
        """Send an event, and wait for the last of what comes of it."""
        given = [*values, *[None] * (event.values - len(values))]
        joined = {"data": given, "fn_index": event.number, "trigger_id": event.target, "session_hash": self.session}
        sent = self._client.post("chat/gradio_api/queue/join", json=joined).raise_for_status().json()["event_id"]
        address = f"chat/gradio_api/queue/data?session_hash={self.session}"
        with self._client.stream("GET", address) as stream:
            stream.raise_for_status()
            found = ""
            for line in stream.iter_lines():
                if not line.startswith("data:"):
                    continue
                message = json.loads(line[5:])
                if message.get("event_id") == sent and message["msg"] in {"process_generating", "process_completed"}:
                    if not message["success"]:
                        raise RuntimeError(f"the chat could not answer: {line}")
                    found += json.dumps(message["output"].get("data"), ensure_ascii=False)
                if message["msg"] == "close_stream":
                    return found
        raise RuntimeError("the connection ended before the answer")

    def _event(self, kind: str, elem_id: str | None) -> Event:
        named = {c["id"] for c in self._config["components"] if c["props"].get("elem_id") == elem_id}
        for number, handler in enumerate(self._config["dependencies"]):
            for target, happened in handler["targets"]:
                if happened == kind and (elem_id is None or target in named):
                    return Event(handler.get("id", number), target, len(handler["inputs"]))
        raise LookupError(f"the page has no {kind} of {elem_id}")

    def _event_after(self, event: Event) -> Event:
        for number, handler in enumerate(self._config["dependencies"]):
            if handler.get("trigger_after") == event.number and handler.get("trigger_only_on_success"):
                return Event(handler.get("id", number), event.target, len(handler["inputs"]))
        raise LookupError("nothing comes after a question")
