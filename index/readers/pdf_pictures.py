"""Pictures of a PDF's pages."""

from __future__ import annotations

import io
import math

import pypdfium2
from PIL import Image, ImageChops

from index.readers.pdf_layer import open_pdf

HIGHEST = 4  # times its width: a strip of paper is no poster
GREYS = 16  # half a byte a dot; letters drawn in them look the same as in 256
STEP = 255 // (GREYS - 1)
COLOURS = 256
# The quickest of zlib's levels that still finds the white of a page; higher ones take twice as long for a tenth less.
COMPRESSION = 3

_NEAREST_GREY = [round(value / STEP) for value in range(256)]
_GREY_PALETTE = [STEP * grey for grey in range(GREYS) for _ in "RGB"]


def size(data: bytes, page: int, width: int) -> tuple[int, int]:
    """Width and height in pixels of the picture that `draw` makes of a page, without drawing it."""
    pdf = open_pdf(data)
    try:
        wide, high = pdf.get_page_size(page - 1)
        scale = _scale(wide, high, width)
        return math.ceil(wide * scale), math.ceil(high * scale)
    finally:
        pdf.close()


def draw(data: bytes, page: int, width: int) -> Image.Image:
    """A page (counted from 1) in RGB, `width` pixels wide and at most four times as high."""
    pdf = open_pdf(data)
    try:
        sheet = pdf[page - 1]
        bitmap: pypdfium2.PdfBitmap = sheet.render(scale=_scale(sheet.get_width(), sheet.get_height(), width))
        image: Image.Image = bitmap.to_pil().convert("RGB")
        return image
    finally:
        pdf.close()


def draw_png(data: bytes, page: int, width: int) -> bytes:
    """What `draw` makes of a page, as PNG."""
    return png(draw(data, page, width))


def png(image: Image.Image) -> bytes:
    """A picture of a page as PNG: in 16 greys where it has no colour, else in 256 colours."""
    red, green, blue = image.split()
    # A picture of one band has one pair of extremes, which Pillow's types leave open.
    if max(ImageChops.difference(green, other).getextrema()[1] for other in (red, blue)) <= STEP // 2:  # type: ignore[operator]
        few = green.point(_NEAREST_GREY)
        few.putpalette(_GREY_PALETTE)
        bits = 4
    else:
        few, bits = image.quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE), 8
    out = io.BytesIO()
    few.save(out, "PNG", bits=bits, compress_level=COMPRESSION)
    return out.getvalue()


def _scale(wide: float, high: float, width: int) -> float:
    return min(width / wide, HIGHEST * width / high)
