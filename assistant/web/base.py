"""The address of the site as its readers know it, for links that work outside its pages."""

from __future__ import annotations

import re

from starlette.requests import Request

HOST = re.compile(r"[A-Za-z0-9.-]+(?::\d{1,5})?|\[[0-9A-Fa-f:.]+\](?::\d{1,5})?")


def base_address(request: Request) -> str:
    """The address of the first page, "https://intranet.example/insight/", with a slash at its end.

    A proxy that keeps the host and scheme which were asked for says them in headers. Whoever sends these makes links
    for themselves only: an answer is kept by no cache.
    """
    url = request.base_url
    host = request.headers.get("x-forwarded-host", "").split(",")[0].strip()
    scheme = request.headers.get("x-forwarded-proto", "").split(",")[0].strip()
    if HOST.fullmatch(host):
        url = url.replace(netloc=host)
    if scheme in {"http", "https"}:
        url = url.replace(scheme=scheme)
    return str(url)
