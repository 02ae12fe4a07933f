"""Makes docs/chat.png, the README's picture, from a served chat: `python docs/picture.py http://127.0.0.1:7860/`.

It needs the test extra and Debian's chromium.
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

QUESTION = "How are children at risk of exploitation protected in Rotherham?"


def main(address: str) -> None:
    """Ask the question at `address` and save what the page shows."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        page.goto(address)
        page.get_by_label("Your question").fill(QUESTION)
        page.get_by_role("button", name="Ask", exact=True).click()
        page.locator("section.answer").wait_for()
        page.wait_for_timeout(500)  # the page moves to the answer
        page.evaluate("scrollTo(0, 0)")
        page.screenshot(path=Path(__file__).parent / "chat.png")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
