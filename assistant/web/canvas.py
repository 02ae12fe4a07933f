"""A sheet that figures are drawn on, in CSS pixels from the top left; matplotlib draws it, and no one else knows.

It is imported when the first sheet is made, so that nothing else waits for it.
"""

from __future__ import annotations

import io
import threading
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from matplotlib.font_manager import FontProperties

POINTS = 0.75  # of a CSS pixel
PIXELS_AN_INCH = 96
SHARPNESS = 2  # pixels of a PNG to a CSS pixel
LEADING, RISE = 1.2, 0.36  # of the size of letters: from line to line; from the foot of capitals to their middle

# Fonts are read by one library for the whole process, which is not safe to call from two threads at once.
_DRAWING = threading.Lock()

Across = Literal["left", "center", "right"]


@dataclass(frozen=True)
class Inks:
    """The colours of a sheet and of what is written on it. As in static/style.css."""

    ground: str
    ink: str
    quiet: str
    line: str
    edge: str


LIGHT = Inks(ground="#ffffff", ink="#1c2430", quiet="#505a68", line="#d6d3ca", edge="#767d88")
DARK = Inks(ground="#1d232a", ink="#e9ebee", quiet="#b0b8c3", line="#39414c", edge="#8a93a0")


class Canvas:
    """A sheet of this size. Letters become outlines, so that it looks the same whatever fonts a reader has."""

    def __init__(self, width: float, height: float, inks: Inks) -> None:
        from matplotlib.figure import Figure

        with _DRAWING:
            self.inks = inks
            size = (width / PIXELS_AN_INCH, height / PIXELS_AN_INCH)
            self._figure = Figure(figsize=size, dpi=PIXELS_AN_INCH, facecolor=inks.ground)
            self._axes = self._figure.add_axes((0, 0, 1, 1), frameon=False, xticks=[], yticks=[])
            self._axes.set_xlim(0, width)
            self._axes.set_ylim(height, 0)

    def write(
        self,
        x: float,
        y: float,
        words: str,
        size: float,
        colour: str = "",
        across: Across = "left",
        bold: bool = False,
        turned: bool = False,
    ) -> None:
        """Write words, in lines, whose middle is at the height y; `turned` they read upwards."""
        lines = words.split("\n")
        # By the line that letters stand on: their middle is another with a "p" among them than without.
        first = y if turned else y + size * (RISE - LEADING * (len(lines) - 1) / 2)
        for number, written in enumerate(lines):
            self._axes.text(
                x, first + size * LEADING * number, written,
                color=colour or self.inks.ink, ha=across, va="center" if turned else "baseline",
                rotation=90 if turned else 0, fontproperties=_font(bold), fontsize=size * POINTS, parse_math=False,
            )  # fmt: skip

    def line(self, start: tuple[float, float], end: tuple[float, float], colour: str, width: float = 1) -> None:
        """Draw a straight line."""
        across, down = zip(start, end, strict=True)
        self._axes.plot(across, down, color=colour, linewidth=width * POINTS, zorder=1)

    def box(self, left: float, top: float, width: float, height: float, fill: str, corner: float = 0) -> None:
        """Draw a box with an edge that stands out from the sheet, whatever its fill."""
        from matplotlib.patches import FancyBboxPatch

        style = f"round,pad=0,rounding_size={corner}" if corner else "square,pad=0"
        box = FancyBboxPatch(
            (left, top), width, height,
            boxstyle=style, facecolor=fill, edgecolor=self.inks.edge, linewidth=1.5 * POINTS, zorder=2,
        )  # fmt: skip
        self._axes.add_patch(box)

    def as_svg(self, title: str, description: str) -> bytes:
        """The sheet as SVG that says what is to be seen on it."""
        about = {"Title": title, "Description": description, "Date": None, "Creator": None}
        return self._saved(format="svg", metadata=about)

    def as_png(self, title: str, description: str) -> bytes:
        """The sheet as PNG that says what is to be seen on it."""
        about = {"Title": title, "Description": description, "Software": None}
        return self._saved(format="png", metadata=about, dpi=SHARPNESS * PIXELS_AN_INCH)

    def _saved(self, **options: Any) -> bytes:
        out = io.BytesIO()
        with _DRAWING:
            self._figure.savefig(out, facecolor=self.inks.ground, **options)
        return out.getvalue()


@cache
def _font(bold: bool) -> FontProperties:
    """The font that comes with matplotlib."""
    import matplotlib
    from matplotlib.font_manager import FontProperties

    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return FontProperties(fname=str(Path(matplotlib.get_data_path(), "fonts", "ttf", name)))
