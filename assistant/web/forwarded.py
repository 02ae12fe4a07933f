"""Whose request it is: the address of whoever asks, also behind a proxy, of which only named ones are believed."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import cast

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.settings import Network

Address = IPv4Address | IPv6Address

ADDRESS = "inspection_assistant.address"
FROM_PROXY = "inspection_assistant.from_proxy"
# What only a proxy sends. With one of them, the other end of the connection is not who asks.
SIGNS = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")


class Forwarded:
    """ASGI middleware: puts the address of whoever asks in the place of the proxy's, for limits and logs.

    `proxies` are those whose X-Forwarded-For is believed; anyone may send such a header.
    """

    def __init__(self, app: ASGIApp, proxies: Sequence[Network]) -> None:
        self._app, self._proxies = app, proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] == "http":
            peer, port = scope.get("client") or ("", 0)
            address, is_certain = self._asking(parsed(peer), Headers(scope=scope))
            if address:
                scope["client"] = (str(address), port)
            scope[ADDRESS] = address if is_certain else None
            sender = parsed(peer)
            scope[FROM_PROXY] = sender is not None and is_within(sender, self._proxies)
        await self._app(scope, receive, send)

    def _asking(self, peer: Address | None, headers: Headers) -> tuple[Address | None, bool]:
        """The address, and whether it is certain to be that of whoever asks."""
        if not any(sign in headers for sign in SIGNS):
            return peer, peer is not None
        if peer is None or not is_within(peer, self._proxies):
            return peer, False
        # From the right: each proxy adds at the end, and what stands before the first stranger is the stranger's word.
        for part in reversed(",".join(headers.getlist("x-forwarded-for")).split(",")):
            address = parsed(part)
            if address is None or not is_within(address, self._proxies):
                return address or peer, address is not None
        return peer, False


def address_of(scope: Scope) -> Address | None:
    """The address of whoever asks; None where it is not certain."""
    return cast("Address | None", scope.get(ADDRESS))


def is_from_proxy(scope: Scope) -> bool:
    """Whether one of the named proxies has itself sent the request."""
    return scope.get(FROM_PROXY) is True


def parsed(text: str) -> Address | None:
    """The address in a part of X-Forwarded-For: some proxies write the port too, as 192.0.2.7:50123, [::1]:50123."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def is_within(address: Address, networks: Sequence[Network]) -> bool:
    """Whether the address is in one of the networks."""
    return any(address in network for network in networks)
