"""What a user waits for in the browser: the chat, an answer, a source with its page's picture.

    python tests/benchmarks/browser.py LIBRARY [--questions QUESTIONS.jsonl] [--count 20] [--loads 5]

Starts `inspection-assistant serve` on that library and a free port, and a Chromium that opens each page with an empty
cache. The first question a server gets is told apart from the others, since it loads the models. Without a file of
questions, some of this file's own are asked about the library's authorities. Prints a small table.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter
from urllib.parse import urldefrag, urljoin

from playwright.sync_api import Browser, Page, sync_playwright

from index.library import Library

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
WAIT = 60_000  # milliseconds before a page is given up
SETTLE = 1500  # milliseconds for the requests that still come after a page can be used
QUESTIONS = (
    "How manageable are social workers' caseloads in {}?",
    "What needs to improve for care leavers in {}?",
    "What did inspectors say about leadership in {}?",
    "How quickly does {} respond to referrals?",
    "Are foster carers in {} well supported?",
    "How was {} judged?",
    "Is supervision of social workers in {} regular?",
    "What happens when children go missing in {}?",
    "How good are the plans for children in {}?",
    "How does {} find adopters?",
)
CITED = "section.answer a[href*='documents/'][href*='start=']"

# Resolves to the milliseconds from pressing Enter to the frame that shows an answer and nothing pending.
ANSWERED = """() => { window.answered = new Promise((resolve) => {
  let start = 0;
  addEventListener("keydown", (event) => { if (event.key === "Enter") start = performance.now(); }, { capture: true });
  const observer = new MutationObserver(() => {
    if (document.querySelector("section.answer") && !document.querySelector(".pending")) {
      observer.disconnect();
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start)));
    }
  });
  observer.observe(document.body, { childList: true, subtree: true });
}); }"""
# Milliseconds from the start of opening a source to the first of it on the screen and to its last picture's last byte,
# and from the request for a picture to its last byte.
SHOWN = """async () => {
  const painted = () => performance.getEntriesByName("first-contentful-paint")[0];
  while (!painted()) await new Promise(requestAnimationFrame);
  const pictures = performance.getEntriesByType("resource").filter((entry) => entry.name.endsWith(".png"));
  const latest = (times) => times.length ? Math.max(...times) : null;
  return [
    painted().startTime,
    latest(pictures.map((entry) => entry.responseEnd)),
    latest(pictures.map((entry) => entry.responseEnd - entry.requestStart)),
  ];
}"""


@contextmanager
def serving(library: Path) -> Iterator[str]:
    """The address of the assistant, served as a user serves it until the end."""
    command = [sys.executable, "-m", "assistant", "serve", "--data", str(library), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            for line in process.stdout:
                if found := re.search(r"http://\S+", line):
                    yield found[0]
                    return
            sys.exit(f"{' '.join(command)} ended with status {process.wait()} and did not serve")
        finally:
            process.terminate()


@contextmanager
def fresh_page(browser: Browser) -> Iterator[Page]:
    """A page in a context of its own, with nothing in its cache."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    try:
        page = context.new_page()
        page.set_default_timeout(WAIT)
        yield page
    finally:
        context.close()


def open_chat(page: Page, server: str) -> float:
    """Seconds until the question can be typed."""
    began = perf_counter()
    page.goto(f"{server}chat/", wait_until="commit")
    page.get_by_label("Your question").click()
    return perf_counter() - began


def first_load(browser: Browser, server: str) -> tuple[float, int, int]:
    """Seconds until the question can be typed, requests made, and bytes that came over the wire."""
    with fresh_page(browser) as page:
        sizes: list[int] = []
        session = page.context.new_cdp_session(page)
        session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
        session.send("Network.enable")
        seconds = open_chat(page, server)
        page.wait_for_timeout(SETTLE)
        return seconds, len(sizes), int(sum(sizes))


def answer(browser: Browser, server: str, question: str) -> tuple[float, list[str]]:
    """Milliseconds until the answer is shown, and the addresses of the sources it cites."""
    with fresh_page(browser) as page:
        open_chat(page, server)
        page.evaluate(ANSWERED)
        page.get_by_label("Your question").fill(question)
        page.get_by_label("Your question").press("Enter")
        milliseconds = float(page.evaluate("window.answered"))
        links = page.locator(CITED).evaluate_all("all => all.map((link) => link.getAttribute('href'))")
        return milliseconds, [urljoin(f"{server}chat/", link) for link in links]


def source(browser: Browser, address: str) -> tuple[float, float | None, float | None]:
    """Milliseconds until a source is shown, until its pages' pictures are loaded, and of the slowest picture alone."""
    with fresh_page(browser) as page:
        page.goto(address, wait_until="load")
        shown, loaded, alone = page.evaluate(SHOWN)
        return shown, loaded, alone


def own_questions(library: Library, count: int) -> list[str]:
    """This file's questions, each about another of the library's authorities."""
    authorities = sorted({d.facts.authority for d in library.documents() if d.facts.authority}) or ["the council"]
    rng = random.Random(0)
    return [QUESTIONS[n % len(QUESTIONS)].format(rng.choice(authorities)) for n in range(count)]


def read_questions(file: Path, count: int) -> list[str]:
    """Questions of a file, of a conversation its first, chosen at random."""
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    questions = [line["question"] if "question" in line else line["turns"][0]["question"] for line in lines]
    return random.Random(0).sample(questions, min(count, len(questions)))


def row(name: str, values: Sequence[float], unit: str) -> None:
    form = "{:,.2f}" if unit == "s" else "{:,.0f}"
    if values:
        print(f"{name:44} {form.format(median(values)):>10} {form.format(max(values)):>10}  {unit:6} {len(values):>3}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", type=Path)
    parser.add_argument("--questions", type=Path)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--loads", type=int, default=5)
    options = parser.parse_args()
    if CHROMIUM is None:
        sys.exit("No Chromium is installed; install chromium or google-chrome.")
    if options.questions:
        questions = read_questions(options.questions, options.count)
    else:
        questions = own_questions(Library(options.library), options.count)
    with serving(options.library) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        loads = [first_load(browser, server) for _ in range(options.loads)]
        answers = [answer(browser, server, question) for question in questions]
        cited = list(dict.fromkeys(link for _, links in answers for link in links))
        # A page of which the server has drawn the picture already would not be slow again.
        pages = list({urldefrag(link).url: link for link in cited}.values())
        chosen = random.Random(0).sample(pages, min(options.count, len(pages)))
        sources = [source(browser, link) for link in chosen]
        browser.close()
    print(f"{'':44} {'median':>10} {'worst':>10}  {'unit':6}   n")
    row("chat: first load until a question can be typed", [seconds for seconds, _, _ in loads], "s")
    row("chat: requests", [requests for _, requests, _ in loads], "")
    row("chat: transferred", [size / 1000 for _, _, size in loads], "kB")
    row("answer: the server's first", [answers[0][0]], "ms")
    row("answer: shown after Enter", [milliseconds for milliseconds, _ in answers[1:]], "ms")
    row("source: shown", [shown for shown, _, _ in sources], "ms")
    row("source: page's picture loaded", [loaded for _, loaded, _ in sources if loaded is not None], "ms")
    row("source: the picture, from its request on", [alone for _, _, alone in sources if alone is not None], "ms")


if __name__ == "__main__":
    main()
