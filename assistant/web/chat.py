"""The chat panel: a question box, the conversation, examples. It asks the assistant and shows what comes back."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr
from fastapi import FastAPI

from assistant.answer import Answer, inspected_in_words, newest_inspections, searched
from assistant.assistant import Assistant
from assistant.question import BadQuestion
from assistant.web.examples import MOST, example_questions
from assistant.web.pages import filled
from assistant.web.replies import pending, problem, reply
from assistant.web.wording import PRODUCT
from index.library import LibraryUnusable

logger = logging.getLogger(__name__)

HEAD = (
    '<link rel="icon" href="../static/icon.svg">'
    '<link rel="stylesheet" href="../static/style.css">'
    '<script src="../static/ui.js"></script>'
)
UNUSABLE = "The documents cannot be searched just now. Try again later, or tell whoever runs this service."
FAILED = "Something went wrong. Try again; if it happens again, tell whoever runs this service."
FONTS = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif"]
TURNS_KEPT = 20  # in one conversation: what a page can show, and a bound to what a session holds in memory
AT_ONCE = 4  # questions answered at a time; more wait
WAITING = 100  # questions waiting; more are turned away

Updates = dict[Any, Any]
"""Gradio component → what it is to show."""


@dataclass(frozen=True)
class Turn:
    """One question of a conversation: its answer, and as it is shown, in HTML."""

    answer: Answer
    html: str


Turns = tuple[Turn, ...]


def mount(app: FastAPI, assistant: Assistant, path: str) -> None:
    """Add the chat to an application at `path`."""
    panel = _Panel(assistant)
    gr.mount_gradio_app(
        app,
        panel.blocks,
        path=path,
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        enable_monitoring=False,
        allowed_paths=[],
        blocked_paths=["/"],
        max_file_size="1kb",
        theme=gr.themes.Base(font=FONTS, font_mono=["ui-monospace", "monospace"]),
        head=HEAD,
    )


class _Panel:
    """The components, and what happens when one is used."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        with gr.Blocks(title=PRODUCT, analytics_enabled=False) as self.blocks:
            self._turns = gr.State(())
            self._lay_out()
            self._connect()
        self.blocks.queue(api_open=False, max_size=WAITING)

    def _lay_out(self) -> None:
        self._introduction = gr.Markdown(self._introduce(), elem_id="introduction")
        with gr.Column(visible=False) as self._begun:
            gr.Markdown('<h2 class="hidden">Conversation</h2>')
            self._conversation = gr.Chatbot(
                label="Conversation",
                show_label=False,
                elem_id="conversation",
                height=None,
                autoscroll=False,
                buttons=[],
                allow_tags=False,
                latex_delimiters=[],
                group_consecutive_messages=False,
                feedback_options=None,
                layout="panel",
                container=False,
            )
        with gr.Row(visible=False, elem_id="after-answer") as self._after:
            self._lift = gr.Button("Search all documents instead", visible=False, elem_id="lift")
            self._restart = gr.Button("New conversation", elem_id="restart")
        self._problem = gr.Markdown(visible=False, elem_id="problem")
        with gr.Row(elem_id="ask-row"):
            self._box = gr.Textbox(
                label="Your question",
                info="Do not enter names or details of children or families.",
                lines=1,
                max_lines=8,
                elem_id="question",
                scale=1,
            )
            self._ask = gr.Button("Ask", variant="primary", elem_id="ask", scale=0)
        with gr.Column(elem_id="examples") as self._examples_shown:
            gr.Markdown("## Example questions")
            questions = self._example_questions()
            self._examples = [gr.Button(q or "", visible=q is not None, elem_classes="example") for q in questions]

    def _connect(self) -> None:
        outputs = [
            self._turns, self._begun, self._conversation, self._after, self._lift, self._problem, self._box,
            self._examples_shown,
        ]  # fmt: skip
        options: dict[str, Any] = {
            "show_progress": "hidden",
            "api_visibility": "private",
            "concurrency_limit": AT_ONCE,
            "concurrency_id": "ask",
            "trigger_mode": "once",
        }
        asked = (self._box.submit, self._ask.click)
        events = [
            gr.on(asked, self._respond, [self._box, self._turns], outputs, **options),
            *(button.click(self._respond, [button, self._turns], outputs, **options) for button in self._examples),
            self._lift.click(self._respond_everywhere, [self._turns], outputs, **options),
        ]
        for event in events:
            event.failure(self._failed, [self._turns], outputs, **options)
        self._restart.click(self._start_again, None, outputs, **options)
        refreshed = [self._introduction, *self._examples]
        self.blocks.load(self._refresh, None, refreshed, show_progress="hidden", api_visibility="private")

    def _respond(self, question: str, turns: Turns) -> Iterator[Updates]:
        yield from self._answered(question, turns, turns)

    def _respond_everywhere(self, turns: Turns) -> Iterator[Updates]:
        yield from self._answered(turns[-1].answer.understood.asked, turns, turns[:-1], everywhere=True)

    def _answered(self, question: str, turns: Turns, before: Turns, everywhere: bool = False) -> Iterator[Updates]:
        """What is shown first, while the search runs, and then the answer, or what is wrong with the question."""
        yield {
            self._begun: gr.update(visible=True),
            self._conversation: [*_messages(turns), _message(pending(question))],
            self._problem: gr.update(visible=False),
        }
        try:
            answer = self._assistant.ask(question, [turn.answer for turn in before], everywhere)
        except BadQuestion as error:
            yield self._refused(turns, str(error))
            return
        except (LibraryUnusable, sqlite3.Error):
            logger.exception("the library could not be searched")
            yield self._refused(turns, UNUSABLE)
            return
        turns = (*turns, Turn(answer, reply(answer)))[-TURNS_KEPT:]
        yield {
            self._turns: turns,
            self._conversation: _messages(turns),
            self._after: gr.update(visible=True),
            self._lift: gr.update(visible=bool(answer.understood.filter)),
            self._box: "",
            self._examples_shown: gr.update(visible=False),
        }

    def _refused(self, turns: Turns, words: str) -> Updates:
        return {
            self._begun: gr.update(visible=bool(turns)),
            self._conversation: _messages(turns),
            self._problem: gr.update(value=problem(words), visible=True),
        }

    def _failed(self, turns: Turns) -> Updates:
        """What is shown after an error that nobody expected; Gradio has logged it."""
        return self._refused(turns, FAILED)

    def _start_again(self) -> Updates:
        return {
            self._turns: (),
            self._begun: gr.update(visible=False),
            self._conversation: [],
            self._after: gr.update(visible=False),
            self._lift: gr.update(visible=False),
            self._problem: gr.update(visible=False),
            self._box: "",
            self._examples_shown: gr.update(visible=True),
        }

    def _refresh(self) -> list[Any]:
        """What the page says of the library, as it is when the page is opened."""
        buttons = [gr.update(value=q or "", visible=q is not None) for q in self._example_questions()]
        return [self._introduce(), *buttons]

    def _introduce(self) -> str:
        documents = self._assistant.documents()
        days = {d.facts.inspection_start: d.facts for d in newest_inspections(documents).values()}
        newest = days[max(day for day in days if day)] if days else None
        return filled(
            "introduction.html", covered=searched(documents).words, newest=inspected_in_words(newest) if newest else ""
        )

    def _example_questions(self) -> list[str | None]:
        found: list[str | None] = [*example_questions(self._assistant.documents())]
        return found + [None] * (MOST - len(found))


def _messages(turns: Turns) -> list[dict[str, str]]:
    return [_message(turn.html) for turn in turns]


def _message(html: str) -> dict[str, str]:
    return {"role": "assistant", "content": html}
