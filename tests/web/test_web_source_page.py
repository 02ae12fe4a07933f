"""The pages of the sources in a real browser: where they open, what is marked, in a frame and without script."""

from __future__ import annotations

import re
from typing import Any

import pypdfium2
import pytest

from tests.web.browsing import OVER_PAGES, AddressOf, OpenPage, violations

pytestmark = pytest.mark.browser


def test_marked_boxes_lie_on_the_quoted_characters(open_page: OpenPage, address_of: AddressOf, server: str) -> None:
    page = open_page(address_of("northmoor - 12", OVER_PAGES))
    original = page.get_by_role("link", name=re.compile("^Open northmoor")).get_attribute("href")
    assert original is not None
    data = page.request.get(f"{server}/documents/{original}").body()
    pdf = pypdfium2.PdfDocument(data)
    found = []
    for figure in page.locator("figure").all():
        sheet = pdf[int((figure.get_attribute("id") or "").removeprefix("picture-")) - 1]
        picture = figure.locator("img").bounding_box()
        assert picture is not None
        wide, high = sheet.get_width() / picture["width"], sheet.get_height() / picture["height"]
        for rect in figure.locator("rect").all():
            box = rect.bounding_box()
            assert box is not None
            x, y = box["x"] - picture["x"], box["y"] - picture["y"]
            lower, upper = sheet.get_height() - (y + box["height"]) * high, sheet.get_height() - y * high
            found.append(sheet.get_textpage().get_text_bounded(x * wide, lower, (x + box["width"]) * wide, upper))
    assert " ".join(text.strip() for text in found) == OVER_PAGES


def test_source_page_opens_at_the_mark_without_script(browser: Any, server: str, address_of: AddressOf) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 700})
    page = context.new_page()
    page.goto(server + address_of("complaints", "replies within ten working days") + "#passage")
    box = page.locator("mark").first.bounding_box()
    context.close()
    assert box is not None
    assert 0 < box["y"] < 700


@pytest.mark.parametrize("width", [320, 620, 1440])
def test_pdf_opens_at_the_mark_on_its_picture_without_script(
    browser: Any, server: str, address_of: AddressOf, width: int
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": width, "height": 600})
    page = context.new_page()
    page.goto(server + address_of("northmoor - 12", "interview when they return") + "#passage")
    box, words = page.locator("#passage rect").bounding_box(), page.locator("mark").bounding_box()
    picture = page.locator("figure img").bounding_box()
    context.close()
    assert box is not None
    assert words is not None
    assert 0 < box["y"] < 600 - box["height"]
    if width < 1000:
        assert words["y"] > picture["y"] + picture["height"]
    else:
        assert words["x"] > picture["x"] + picture["width"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_source_in_a_frame_is_short_and_pages_are_turned_in_it(
    open_page: OpenPage, address_of: AddressOf, server: str, scheme: str
) -> None:
    page = open_page("/health", scheme=scheme)
    address = address_of("northmoor - 12", OVER_PAGES)
    holder = f'<iframe title="Source" width="620" height="800" src="{address}&beside=1#passage"></iframe>'
    page.route("**/holder", lambda route: route.fulfill(body=holder, content_type="text/html"))
    page.goto(f"{server}/holder")
    frame = page.frames[1]
    frame.locator("#passage").wait_for()
    assert frame.locator("body > header, body > footer").count() == 0
    opening = frame.locator("#passage rect").bounding_box()
    assert opening is not None
    assert 0 < opening["y"] < 700
    frame.locator("#passage").evaluate("e => e.focus()")
    assert frame.evaluate("document.activeElement.id") == "passage"
    assert violations(frame) == []
    frame.get_by_text("About this document").click()
    assert frame.get_by_text("Lead inspector").is_visible()
    assert violations(frame) == []
    with page.context.expect_page() as opened:
        frame.get_by_role("link", name="Open this page in a new tab").click()
    assert opened.value.url.endswith(address.partition("?")[2] + "#passage")
    opened.value.locator("body > header").wait_for()
    frame.get_by_role("link", name="Previous page").first.click()
    frame.get_by_role("heading", name="Page 1").wait_for()
    assert frame.locator("body > header").count() == 0


def test_marks_do_not_rest_on_colour_alone(browser: Any, server: str, address_of: AddressOf) -> None:
    address = server + address_of("northmoor - 12", "interview when they return")
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme, forced_colors="active")
        page = context.new_page()
        page.goto(address)
        assert page.locator("mark").evaluate("e => getComputedStyle(e).textDecorationLine") == "underline"
        drawn = {
            name: page.locator(f"#passage {name}").evaluate("e => getComputedStyle(e).stroke")
            for name in ("line", "rect")
        }
        context.close()
        # On white paper in both schemes; a line around the words would run through letters.
        assert drawn == {"line": "rgb(0, 0, 0)", "rect": "none"}
