"""Whether another site had a reader's browser send a request. Only pages of this one may send what does something."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import Request

READS = frozenset({"GET", "HEAD", "OPTIONS"})
OWN = frozenset({"same-origin", "none"})  # the second is the reader themself, as with an address typed


def is_from_another_site(request: Request) -> bool:
    """Browsers say in two headers who had them send it; other programs send neither, and nobody's rights with it.

    Sec-Fetch-Site is the surer one, but comes over https only; then Origin is compared with the host asked for.
    """
    if request.method in READS:
        return False
    if site := request.headers.get("sec-fetch-site"):
        return site not in OWN
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc.lower() not in _own_hosts(request)


def _own_hosts(request: Request) -> set[str]:
    # A page cannot set X-Forwarded-Host on what it has another site's reader send, so this opens nothing.
    named = (request.headers.get("host", ""), *request.headers.get("x-forwarded-host", "").split(","))
    return {name.strip().lower() for name in named if name.strip()}
