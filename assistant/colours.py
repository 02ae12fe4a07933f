"""Colours of a site's own, and whether text in them can be read: contrast as WCAG 2.2 defines it."""

from __future__ import annotations

import re
from dataclasses import dataclass

NEEDED = 4.5  # success criterion 1.4.3, text of ordinary size


@dataclass(frozen=True)
class Scheme:
    """What an accent colour stands on, as text, and what stands on it, in a button. As in static/style.css."""

    name: str
    page: str
    surface: str
    button_text: str


LIGHT = Scheme("light", page="#f5f4f0", surface="#ffffff", button_text="#ffffff")
DARK = Scheme("dark", page="#14181d", surface="#1d232a", button_text="#0b1d23")


def checked_accent(colour: str, scheme: Scheme) -> str:
    """The colour as #rrggbb in small letters. Raises ValueError where text in it, or on it, could not be read."""
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", colour):
        raise ValueError(f"{colour!r} is not a colour; write it as #rrggbb, for example #0f5468")
    pairs = {
        "as text on a page": scheme.page,
        "as text on a panel": scheme.surface,
        "under the text of a button": scheme.button_text,
    }
    place, other = min(pairs.items(), key=lambda pair: contrast(colour, pair[1]))
    found = contrast(colour, other)
    if found < NEEDED:
        change = "darker" if scheme is LIGHT else "lighter"
        raise ValueError(
            f"{colour} {place} ({other}, {scheme.name} colours) has a contrast of {_rounded_down(found)} to 1, "
            f"{NEEDED} to 1 is needed; choose a {change} colour"
        )
    return colour.lower()


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def mixed(one: str, other: str, share: float) -> str:
    """A colour with this share of the other, from 0 to 1, mixed in."""
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + share * (b - a)):02x}" for a, b in pairs)


def _luminance(colour: str) -> float:
    """Relative luminance, from 0 (black) to 1 (white)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (n / 255 for n in _channels(colour))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _channels(colour: str) -> tuple[int, int, int]:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return red, green, blue


def _rounded_down(ratio: float) -> str:
    """To two places and never up, so that 4.499 does not read as what is needed."""
    return f"{int(ratio * 100) / 100:.2f}"
