"""HTML pages from the templates beside this file, with every value escaped."""

from __future__ import annotations

import secrets
from pathlib import Path

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from assistant.web.addresses import document_address, source_address
from assistant.web.site import site_of
from assistant.wording import day_in_full, inspected_in_full

SHEET = (Path(__file__).parent / "static/style.css").read_text(encoding="utf-8")

_environment = Environment(
    loader=PackageLoader("assistant.web"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.globals.update(
    source_address=source_address,
    document_address=document_address,
    day_in_full=day_in_full,
    inspected_in_full=inspected_in_full,
)


def filled(template: str, **values: object) -> str:
    """A template filled in, as HTML."""
    return _environment.get_template(template).render(values)


def page(request: Request, template: str, status: int = 200, **values: object) -> HTMLResponse:
    """A template filled in, as a whole page of the site that the request came to.

    Links in it begin with `root`, the way from here to the first page; `current` is the address of this page below it.
    """
    current = path_below_root(request).removeprefix("/")
    html = filled(template, site=site_of(request), root=_to_root(request), current=current, **values)
    return HTMLResponse(html, status)


def message(request: Request, status: int, heading: str, words: str) -> HTMLResponse:
    """A page that says in plain words why there is nothing else to show."""
    return page(request, "message.html", status, heading=heading, words=words)


def plain_message(
    request: Request, status: int, heading: str, words: str, sign_in: str = "", in_new_tab: bool = False
) -> HTMLResponse:
    """A page for whoever may see nothing else of the site, its stylesheet neither: that stands in the page.

    `sign_in` is the address of a link to sign in; none where it is empty.
    """
    nonce, site = secrets.token_urlsafe(16), site_of(request)
    values = {"heading": heading, "words": words, "sign_in": sign_in, "in_new_tab": in_new_tab}
    html = filled("plain_message.html", site=site, nonce=nonce, sheet=SHEET + site.css, **values)
    policy = f"default-src 'none'; style-src 'nonce-{nonce}'; img-src data:; form-action 'none'; base-uri 'none'"
    return HTMLResponse(html, status, headers={"content-security-policy": policy, "cache-control": "no-store"})


def path_below_root(request: Request) -> str:
    """The path of a request as the application's own routes see it, without the sub-path it is served under."""
    path: str = request.scope["path"]
    return path.removeprefix(request.scope.get("root_path", "")) or "/"


def _to_root(request: Request) -> str:
    return "../" * (path_below_root(request).count("/") - 1) or "./"
