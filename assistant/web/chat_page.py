"""Gradio's page as a page of the site: with its header, footer and styles, and a place for the source at its side."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.scope import Choices
from assistant.web.pages import filled
from assistant.web.site import Site
from index.stored import StoredDocument


def whole_page(gradio: str, site: Site, documents: Sequence[StoredDocument]) -> str:
    """The HTML of the chat's page, made from Gradio's own.

    Left out are the pictures it names for previews and its manifest, which would be asked of the host's root.
    """
    if "<gradio-app" not in gradio:
        return gradio  # a page of ours, that says what is wrong
    page = gradio.replace('lang="en"', 'lang="en-GB"', 1)
    page = re.sub(r'<link rel="manifest"[^>]*>', "", page)
    page = re.sub(r'<meta\s+(?:property="og:|name="twitter:)[^>]*>', "", page)
    values = {"site": site, "root": "../", "current": "chat/", "choices": Choices.of(documents)}
    # Before Gradio's scripts: they repeat the query of the page's address in all that they send, and ours clears it.
    page = page.replace("<base", filled("chat_head.html", **values) + "<base", 1)
    page = re.sub(r"(<body[^>]*>)", lambda body: body[0] + filled("chat_before.html", **values), page, count=1)
    return page.replace("</gradio-app>", "</gradio-app>" + filled("chat_after.html", **values), 1)
