"""Serves a library on a free port and makes pictures of the site: `python docs/screenshots.py LIBRARY OUT_FOLDER`.

Each page is shown at three widths, in light and dark, as `chat-1440-dark.png` and so on, for a person to look through
after a change of style. With `--readme` it makes docs/chat.png instead, the README's picture; its library must then be
of documents/ alone: `inspection-assistant index documents --data LIBRARY`.

It needs the test extra and Debian's chromium.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[1]
QUESTION = "How well are children in care supported in Rotherham?"
REFUSED = "What does Rotherham pay foster carers?"
WIDTHS = (1440, 768, 320)
SCHEMES = ("light", "dark")
PICTURE = (1440, 900)


def main() -> None:
    """Make the pictures that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", type=Path, help="the library's folder")
    parser.add_argument("out_folder", type=Path, nargs="?", help="where the pictures go; not needed with --readme")
    parser.add_argument("--readme", action="store_true", help="make docs/chat.png instead")
    parser.add_argument("--question", default=QUESTION, help="asked for the pictures of an answer and its source")
    parser.add_argument("--refused", default=REFUSED, help="asked for the picture of a refusal")
    given = parser.parse_args()
    if not given.readme and given.out_folder is None:
        parser.error("name the folder for the pictures, or give --readme")
    with serving(given.library) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        if given.readme:
            readme_picture(browser, site, given.question)
        else:
            given.out_folder.mkdir(parents=True, exist_ok=True)
            for width in WIDTHS:
                for scheme in SCHEMES:
                    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
                    for name, page in views(context.new_page(), site, given.question, given.refused):
                        # A picture of the whole page is made by resizing it, which closes what stands beside the chat.
                        is_beside = page.locator("#source:visible").count() > 0
                        file = given.out_folder / f"{name}-{width}-{scheme}.png"
                        page.screenshot(path=file, full_page=not is_beside)
                    context.close()
        browser.close()


@contextmanager
def serving(library: Path) -> Iterator[str]:
    """The address of the library's site, served on a free port."""
    command = [sys.executable, "-m", "assistant", "serve", "--data", str(library.resolve()), "--port", "0"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        found = re.search(r"http://\S+(?=/ )", process.stdout.readline())
        if found is None:
            sys.exit("the site did not start; what was wrong stands above")
        yield found.group()
    finally:
        process.terminate()
        process.wait()


def views(page: Page, site: str, question: str, refused: str) -> Iterator[tuple[str, Page]]:
    """Each page of the site under its name, once all of it is there."""
    open_chat(page, site)
    yield "chat", page
    ask(page, refused)
    yield "refusal", page
    page.get_by_role("button", name="Clear and start a new conversation").click()
    page.locator("section.answer").wait_for(state="detached")
    ask(page, question)
    yield "answer", page
    yield "source", open_source(page)
    paths = ("about", "/about"), ("documents", "/documents/"), ("judgements", "/judgements/")
    for name, path in (*paths, ("rotherham", "/judgements/rotherham")):
        page.goto(site + path)
        yield name, page


def open_chat(page: Page, site: str) -> None:
    page.goto(f"{site}/chat/")
    page.locator("#examples .ask").first.wait_for()
    page.locator("#filters").wait_for()


def ask(page: Page, question: str) -> None:
    """Ask, and wait for the answer, what to ask next, and the page to have moved there."""
    page.get_by_label("Your question").fill(question)
    page.get_by_role("button", name="Ask", exact=True).click()
    page.locator("section.answer").wait_for()
    page.wait_for_timeout(1500)


def open_source(page: Page) -> Page:
    """The source of the first quotation: beside the conversation, or the new page it opens where that is too narrow."""
    cite = page.locator(".quote .cite").first
    if page.evaluate("matchMedia('(min-width: 75rem)').matches"):
        cite.click()
        page.frame_locator("#source-view").locator("#passage").wait_for()
        source = page
    else:
        with page.context.expect_page() as opened:
            cite.click()
        source = opened.value
        source.wait_for_load_state()
    source.wait_for_timeout(1000)  # the picture of a page, and the move to the marked words
    return source


def readme_picture(browser: Browser, site: str, question: str) -> None:
    """The answer with its source beside it, in few colours, so that a clone of the project stays small."""
    width, height = PICTURE
    page = browser.new_page(viewport={"width": width, "height": height})
    open_chat(page, site)
    ask(page, question)
    open_source(page)
    page.evaluate("scrollTo(0, 0)")
    page.mouse.move(0, 0)
    file = Path(__file__).parent / "chat.png"
    page.screenshot(path=file)
    Image.open(file).convert("RGB").quantize(128, dither=Image.Dither.NONE).save(file, optimize=True)


if __name__ == "__main__":
    main()
