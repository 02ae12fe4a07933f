"""Markdown: headings, paragraphs, list items and pipe tables as plain text, the front matter as facts."""

from __future__ import annotations

import datetime

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin

from index.documents import Document, Unreadable
from index.readers.text import decoded
from index.readers.writer import UnitWriter


def read(data: bytes) -> Document:
    """Read a Markdown file. HTML within it is taken as text. Raises Unreadable where its front matter is no YAML."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").use(front_matter_plugin)
    tokens = parser.parse(decoded(data))
    writer, stated = UnitWriter(), {}
    rows: list[list[str]] = []
    lists = 0
    for number, token in enumerate(tokens):
        if token.type == "front_matter":
            stated = _facts(token.content)
        elif token.type in {"bullet_list_open", "ordered_list_open"}:
            lists += 1
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            lists -= 1
        elif token.type == "tr_open":
            rows.append([])
        elif token.type == "table_close":
            writer.add_table(rows)
            rows = []
        elif token.type == "inline" and rows:
            rows[-1].append(_plain(token))
        elif token.type == "inline" and tokens[number - 1].type == "heading_open":
            writer.add("heading", _plain(token), int(tokens[number - 1].tag[1:]))
        elif token.type == "inline":
            writer.add("item" if lists else "paragraph", _plain(token))
        elif token.type in {"code_block", "fence"}:
            writer.add("paragraph", token.content)
    return writer.document(stated)


def _plain(token: Token) -> str:
    """The text of an inline token as a reader sees it: no emphasis marks, links by their text."""
    parts = []
    for child in token.children or ():
        if child.type in {"softbreak", "hardbreak"}:
            parts.append(" ")
        else:
            parts.append(child.content)
    return "".join(parts)


def _facts(front_matter: str) -> dict[str, str]:
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(front_matter)):
            raise yaml.YAMLError("it refers to itself with an alias")  # nine lines of them unfold to gigabytes
        loaded = yaml.safe_load(front_matter) or {}
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise Unreadable(f"the front matter is not valid YAML ({' '.join(str(error).split())})") from error
    if not isinstance(loaded, dict):
        raise Unreadable("the front matter is not a list of 'key: value' lines")
    return {str(key): _as_text(value) for key, value in loaded.items() if value is not None}


def _as_text(value: object) -> str:
    if isinstance(value, list):
        return "\n".join(_as_text(item) for item in value)
    return value.isoformat() if isinstance(value, datetime.date) else str(value)
