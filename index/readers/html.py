"""HTML: the page's own text without menus and footers, as trafilatura finds it."""

from __future__ import annotations

import logging

import lxml.html
import trafilatura
from lxml import etree

from index.documents import Document, UnitKind, Unreadable
from index.readers.text import decoded
from index.readers.writer import UnitWriter, folded

# Its warnings speak of web crawls; what matters of them is said by Unreadable.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)

DEEPEST = 256  # levels of nesting; published pages stay below 40
LEVELS = {f"h{n}": n for n in range(1, 7)}
WITHIN_LINES = {"code", "del"}  # what trafilatura keeps of marks within a line, where <q> is taken off before


def read(data: bytes) -> Document:
    """Read a web page. Raises Unreadable where it holds no text or is nested beyond reason."""
    source = decoded(data)
    try:
        parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=False)
        tree = lxml.html.document_fromstring(source.encode(), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise Unreadable(f"the web page cannot be parsed ({error})") from error
    for line_break in tree.iter("br"):
        line_break.tail = f" {line_break.tail or ''}"
    stated = _stated(tree)
    if _depth(tree) > DEEPEST:
        raise Unreadable(f"the web page is nested more than {DEEPEST} levels deep")
    etree.strip_tags(tree, "q")
    extracted = trafilatura.extract(
        tree, output_format="xml", include_comments=False, include_tables=True, favor_recall=True
    )
    if not extracted:
        raise Unreadable("the web page holds no text of its own")
    main = etree.fromstring(extracted.encode()).find("main")
    writer = UnitWriter()
    if "title" in stated:
        writer.add("heading", stated["title"], 1)
    for element in main if main is not None else ():
        _add(writer, element, stated.get("title", ""))
        writer.add("paragraph", element.tail or "")
    return writer.document(stated)


def _add(writer: UnitWriter, element: etree._Element, title: str) -> None:
    text = _text(element)
    if element.tag == "head":
        if " ".join(text.split()) != title:
            writer.add("heading", text, LEVELS.get(element.get("rend", ""), 2))
    elif element.tag == "table":
        rows = element.findall("row")
        heads = bool(rows) and all(cell.get("role") == "head" for cell in rows[0])
        writer.add_table([[_text(cell) for cell in row] for row in rows], has_heads=heads)
    else:
        _add_items(writer, element, "paragraph")


def _add_items(writer: UnitWriter, element: etree._Element, kind: UnitKind) -> None:
    """Add an element's text, and each item of a list within it by itself."""
    text = element.text or ""
    for child in element:
        if child.tag in {"list", "item"}:
            writer.add(kind, text)
            _add_items(writer, child, "item")
            text = ""
        else:
            text += _text(child)
        text += child.tail or ""
    writer.add(kind, text)


def _text(element: etree._Element) -> str:
    """All of an element's text; what begins a line, as a line break does, parts words."""
    text = (element.text or "") + "".join(_text(child) + (child.tail or "") for child in element)
    return text if element.tag in WITHIN_LINES else f" {text} "


def _depth(tree: etree._Element) -> int:
    """The depth of the deepest element, counted without recursion."""
    deepest, depth = 0, 0
    for event, _ in etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


def _stated(tree: lxml.html.HtmlElement) -> dict[str, str]:
    """Title, address and the facts that the page's meta elements name."""
    stated = {}
    for meta in tree.iterfind(".//meta[@content]"):
        name = (meta.get("name") or meta.get("property") or "").lower()
        if name:
            stated[name] = " ".join(meta.get("content").split())
    title = tree.findtext(".//h1") and " ".join(tree.find(".//h1").text_content().split())
    title = title or " ".join((tree.findtext(".//title") or "").split())
    if title:
        stated["title"] = folded(title)
    canonical = tree.find(".//link[@rel='canonical']")
    if canonical is not None and canonical.get("href"):
        stated.setdefault("url", canonical.get("href"))
    return stated
