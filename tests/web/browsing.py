"""What the tests in a browser share: serving, asking, waiting, what a screen reader is told, what axe finds."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
from starlette.types import ASGIApp

from index.stored import StoredDocument

if TYPE_CHECKING:
    from playwright.sync_api import Frame, Page

OpenPage = Callable[..., "Page"]
Find = Callable[[str], StoredDocument]
AddressOf = Callable[[str, str], str]

CASELOADS = "How manageable are caseloads for social workers in Northmoor in 2022?"
QUOTED = "Social workers in Northmoor have manageable caseloads of fifteen children."
OFF_TOPIC = "Which bicycle tyres suit snow and ice best?"
OVER_PAGES = (
    "Care leavers told inspectors that their housing had improved and that they could reach their personal advisers"
)
# Of WCAG 2.2 level A and AA, and axe's own recommendations.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
TEXT_SPACING = "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }"

# A constructed sheet, since the pages' policy allows no style that is not their own.
ADOPT = "css => { const s = new CSSStyleSheet(); s.replaceSync(css); document.adoptedStyleSheets = [s]; }"

# Notes what this page's own live region says, and what any other does.
LISTEN = """() => {
  window.said = [];
  window.saidElsewhere = [];
  const own = document.querySelector("#announcer");
  new MutationObserver(() => window.said.push(own.textContent)).observe(own, { childList: true });
  const live = "[role=log], [role=status], [role=alert], [aria-live=polite], [aria-live=assertive]";
  new MutationObserver((changes) => {
    for (const change of changes) {
      const region = (change.target.closest ? change.target : change.target.parentElement)?.closest(live);
      if (region && region !== own && region.textContent.trim()) {
        window.saidElsewhere.push(region.textContent);
      }
    }
  }).observe(document.body, { childList: true, subtree: true, characterData: true });
}"""


@contextmanager
def serving(app: ASGIApp, port: int = 0) -> Iterator[str]:
    """The address of an application served on this machine, on a free port where none is named."""
    config = uvicorn.Config(
        app, host="127.0.0.1", port=port, log_config=None, log_level="error", timeout_graceful_shutdown=1
    )
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not running.started:
        assert thread.is_alive(), "the server stopped"
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.05)
    yield f"http://127.0.0.1:{running.servers[0].sockets[0].getsockname()[1]}"
    running.should_exit = True
    thread.join(10)


def ask(page: Page, question: str, answers: int = 1) -> None:
    """Ask and wait until the conversation holds this many answers."""
    page.wait_for_timeout(200)  # a reader is not as quick as this: Gradio is still ending the question before
    page.get_by_label("Your question").fill(question)
    page.get_by_label("Your question").press("Enter")
    wait_for_answers(page, answers)


def wait_for_answers(page: Page, answers: int) -> None:
    page.wait_for_function("n => document.querySelectorAll('.answer').length === n", arg=answers)
    page.wait_for_function("() => !document.querySelector('.pending')")


def announced(page: Page) -> str:
    return page.get_by_role("status").first.inner_text()


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than the window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def violations(page: Page | Frame, least: int = 16) -> list[str]:
    """What axe finds, with the elements it finds it on. Fewer rules than `least` that hold mean an empty page."""
    found = find_spec("axe_playwright_python")
    if found is None or found.origin is None:
        pytest.skip("axe-playwright-python is not installed")
    page.evaluate((Path(found.origin).parent / "axe.min.js").read_text(encoding="utf-8"))
    options = {"runOnly": RULES, "rules": {"target-size": {"enabled": True}}}
    result: dict[str, Any] = page.evaluate("options => axe.run(document, options)", options)
    assert len(result["passes"]) >= least
    return [f"{v['id']}: {node['html'][:150]}" for v in result["violations"] for node in v["nodes"]]
