"""The chat panel: a question box, the conversation, filters. It asks the assistant and shows what comes back."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import gradio as gr
from fastapi import FastAPI

from assistant.assistant import Assistant
from assistant.coverage import coverage
from assistant.question import BadQuestion
from assistant.suggestions import Suggestions
from assistant.web.access import asker_of
from assistant.web.limits import RateLimit, seconds
from assistant.web.metrics import Metrics
from assistant.web.pages import filled
from assistant.web.replies import note, pending, problem, questions
from assistant.web.request_log import HEADER
from assistant.web.site import Site
from assistant.web.threads import Asking, BadThread, from_address, scope_from, to_address
from assistant.web.turns import Turn, Turns, answered, asked_after, in_short, kept, state_of
from assistant.wording import FAILED, UNUSABLE
from index.library import LibraryUnusable

logger = logging.getLogger(__name__)

NOTHING_ASKED = "The link contains no question. Ask it here instead."
TOO_MANY = (
    "{count} questions have come from your computer or network within a minute, and no more are taken. "
    "Wait {wait}, then ask again."
)
ASK_NEXT = {"answered": "Ask next", "refused": "You could ask"}
CHANGED = "The documents have changed since these answers were given, so they may differ."
FONTS = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif"]
AT_ONCE = 4  # questions answered at a time; more wait
WAITING = 100  # questions waiting; more are turned away
# Of pages that are open at a time; Gradio's own number is 10,000, and one takes 0.7 MB after eight answers. A page that
# is forgotten sends its conversation with its next question, and is answered anew.
PAGES_REMEMBERED = 100

Updates = dict[Any, Any]
"""Gradio component → what it is to show."""


def mount(app: FastAPI, assistant: Assistant, site: Site, path: str, metrics: Metrics, limit: RateLimit) -> None:
    """Add the chat to an application at `path`. Its questions are counted, and no more taken than the limit allows."""
    panel = _Panel(assistant, site, metrics, limit)
    panel.blocks.state_session_capacity = PAGES_REMEMBERED
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
    )


class _Panel:
    """The components, and what happens when one is used."""

    def __init__(self, assistant: Assistant, site: Site, metrics: Metrics, limit: RateLimit) -> None:
        self._assistant, self._metrics, self._limit = assistant, metrics, limit
        self._suggestions = Suggestions(assistant)
        with gr.Blocks(title=site.name, analytics_enabled=False) as self.blocks:
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
        self._next = gr.Markdown(visible=False, elem_id="next")
        self._notice = gr.Markdown(visible=False, elem_id="problem")
        with gr.Column(elem_id="ask-form"), gr.Row(elem_id="ask-row"):
            self._box = gr.Textbox(
                label="Your question",
                info="Do not enter names or details of children or families.",
                lines=1,
                max_lines=8,
                elem_id="question",
                scale=1,
            )
            self._ask = gr.Button("Ask", variant="primary", elem_id="ask", scale=0)
        with gr.Row(visible=False, elem_id="after-answer") as self._after:
            self._restart = gr.Button("Clear and start a new conversation", elem_id="restart")
        self._examples = gr.Markdown(self._first_questions(), elem_id="examples")
        # The page's own script writes here: a conversation to show, the chosen filters, the conversation that it shows.
        self._opened = gr.Textbox(visible="hidden", elem_id="thread", show_label=False)
        self._chosen = gr.Textbox(visible="hidden", elem_id="scope", show_label=False)
        self._known = gr.Textbox(visible="hidden", elem_id="known", show_label=False)

    def _connect(self) -> None:
        outputs = [
            self._turns, self._begun, self._conversation, self._next, self._after, self._notice, self._box,
            self._examples,
        ]  # fmt: skip
        options: dict[str, Any] = {
            "show_progress": "hidden",
            "api_visibility": "private",
            "concurrency_limit": AT_ONCE,
            "concurrency_id": "ask",
        }
        asked, from_page = (self._box.submit, self._ask.click), [self._box, self._chosen, self._known, self._turns]
        for event in (
            gr.on(asked, self._respond, from_page, outputs, trigger_mode="once", **options),
            self._opened.change(self._open, [self._opened, self._turns], outputs, **options),
        ):
            event.failure(self._failed, [self._turns], outputs, **options)
            # An event of its own: until the first has ended, Gradio drops the next question.
            event.success(self._suggest, [self._turns], [self._next], **options)
        self._restart.click(self._start_again, None, outputs, **options)
        refreshed = [self._introduction, self._examples]
        self.blocks.load(self._refresh, None, refreshed, show_progress="hidden", api_visibility="private")
        self.blocks.unload(self._forget)

    def _respond(self, question: str, chosen: str, known: str, turns: Turns, request: gr.Request) -> Iterator[Updates]:
        """Answer what stands in the box, within the filters that are `chosen`, after the conversation that is shown.

        The page `known`s it too: a server that was started again has forgotten the turns.
        """
        try:
            scope, shown = scope_from(chosen), from_address(known).askings or tuple(turn.asking for turn in turns)
        except BadThread as error:
            yield self._unanswered(turns, problem(str(error)))
            return
        if (refusal := self._one_too_many(request)) is not None:
            yield {**self._unanswered(turns, note(refusal)), self._box: question}
            return
        yield {self._box: ""}
        yield from self._show([*shown, Asking(question, scope, on=date.today())], turns, request)

    def _open(self, address: str, turns: Turns, request: gr.Request) -> Iterator[Updates]:
        """Show the conversation that an address holds."""
        try:
            thread = from_address(address)
        except BadThread as error:
            yield self._unanswered(turns, note(str(error)))
            return
        if not thread.askings:
            yield self._unanswered(turns, note(NOTHING_ASKED))
            return
        if (refusal := self._one_too_many(request)) is not None:
            yield {**self._unanswered(turns, note(refusal)), self._box: thread.askings[-1].question}
            return
        is_older = bool(thread.state) and thread.state != state_of(self._assistant)
        yield from self._show(thread.askings, turns, request, CHANGED if is_older else "")

    def _one_too_many(self, request: gr.Request) -> str | None:
        """What is said to a reader from whose address too many questions come; None where one more is taken."""
        if wait := self._limit.wait(asker_of(request.request.scope)):
            self._metrics.limited()
            return TOO_MANY.format(count=self._limit.per_minute, wait=seconds(wait))
        return None

    def _show(
        self, askings: Sequence[Asking], turns: Turns, request: gr.Request, notice: str = ""
    ) -> Iterator[Updates]:
        """What is shown while the search runs, and then the answers, or what is wrong."""
        askings, turns = kept(askings, turns)
        if len(turns) < len(askings):
            documents = len(self._assistant.documents())
            yield {
                self._begun: gr.update(visible=True),
                self._conversation: [*_messages(turns), _message(pending(askings[-1].question, documents))],
                self._next: gr.update(visible=False),
                self._notice: gr.update(visible=False),
            }
        try:
            for asking in askings[len(turns) :]:
                with self._metrics.question("chat", asking.question, request.headers.get(HEADER, "")) as tell:
                    turns = (*map(in_short, turns), answered(self._assistant, asking, turns))
                    tell(turns[-1].answer.status)
        except BadQuestion as error:
            yield {**self._unanswered(turns, problem(str(error))), self._box: askings[-1].question}
            return
        except (LibraryUnusable, sqlite3.Error):
            logger.exception("the library could not be searched")
            yield {**self._unanswered(turns, note(UNUSABLE)), self._box: askings[-1].question}
            return
        yield {
            self._turns: turns,
            self._begun: gr.update(visible=True),
            self._conversation: _messages(turns),
            self._after: gr.update(visible=True),
            self._notice: gr.update(value=note(notice), visible=bool(notice)),
            self._examples: gr.update(visible=False),
        }

    def _suggest(self, turns: Turns) -> Updates:
        """What may be asked next; it takes longer than the answer, which does not wait for it."""
        found: Sequence[str] = ()
        if turns:
            *before, last = [turn.answer for turn in turns]
            try:
                found = self._suggestions.next_questions(last, before)
                if not found and last.understood.nothing_held:
                    found = self._suggestions.first_questions()
            except (LibraryUnusable, sqlite3.Error):
                logger.exception("the library could not be searched for suggestions")
        if not found:
            return {self._next: gr.update(visible=False)}
        html = questions(ASK_NEXT[turns[-1].answer.status], asked_after(self._assistant, turns, found))
        return {self._next: gr.update(value=html, visible=True)}

    def _unanswered(self, turns: Turns, message: str) -> Updates:
        return {
            self._turns: turns,
            self._begun: gr.update(visible=bool(turns)),
            self._conversation: _messages(turns),
            self._next: gr.update(visible=False),
            self._notice: gr.update(value=message, visible=True),
        }

    def _failed(self, turns: Turns) -> Updates:
        """What is shown after an error that nobody expected; Gradio has logged it."""
        return self._unanswered(turns, note(FAILED))

    def _start_again(self) -> Updates:
        return {
            self._turns: (),
            self._begun: gr.update(visible=False),
            self._conversation: [],
            self._next: gr.update(visible=False),
            self._after: gr.update(visible=False),
            self._notice: gr.update(visible=False),
            self._box: "",
            self._examples: gr.update(visible=True),
        }

    def _refresh(self) -> list[Any]:
        """What the page says of the library, as it is when the page is opened."""
        return [self._introduce(), self._first_questions()]

    async def _forget(self, request: gr.Request) -> None:
        """Forget the conversation of a page that its reader has closed; Gradio would keep it until others come.

        In the event loop, as whatever else changes what Gradio keeps. A question that is still being answered then
        leaves an empty page behind, which goes when others come.
        """
        for kept_of_page in (self.blocks.state_holder.session_data, self.blocks.state_holder.time_last_used):
            kept_of_page.pop(request.session_hash, None)

    def _introduce(self) -> str:
        return filled("introduction.html", covered=coverage(self._assistant))

    def _first_questions(self) -> str:
        found = self._suggestions.first_questions()
        return questions("Questions to start with", [(one, f"#{to_address([Asking(one)])}") for one in found])


def _messages(turns: Sequence[Turn]) -> list[dict[str, str]]:
    return [_message(turn.html) for turn in turns]


def _message(html: str) -> dict[str, str]:
    return {"role": "assistant", "content": html}
