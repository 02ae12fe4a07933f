"""Where a PDF's words stand on its pages."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence

import pypdfium2
import pypdfium2.raw as pdfium

from index.documents import Span
from index.readers.pdf_layer import open_pdf


def boxes(data: bytes, spans: Sequence[Span], start: int, end: int) -> list[tuple[int, tuple[float, ...]]]:
    """Where the characters start..end of a document's text stand on its pages.

    Returns (page, (left, top, right, bottom)) per line of marked text, each as a share (0 to 1) of the page's width
    or height as displayed, counted from the top left.
    """
    pdf = open_pdf(data)
    try:
        found = []
        opened: dict[int, tuple[pypdfium2.PdfPage, pypdfium2.PdfTextPage]] = {}
        for span in spans:
            first, last = max(start, span.start), min(end, span.start + span.length)
            if first >= last:
                continue
            if span.page not in opened:
                page = pdf[span.page - 1]
                opened[span.page] = page, page.get_textpage()
            page, text_page = opened[span.page]
            source = span.source + first - span.start
            for rectangle in range(text_page.count_rects(source, last - first)):
                found.append((span.page, _share(page, text_page.get_rect(rectangle))))
        return found
    finally:
        pdf.close()


def _share(page: pypdfium2.PdfPage, rectangle: tuple[float, float, float, float]) -> tuple[float, ...]:
    """A rectangle in page units (left, bottom, right, top) as displayed shares, turned with the page."""
    scale = 100_000
    corners = []
    for x, y in ((rectangle[0], rectangle[1]), (rectangle[2], rectangle[3])):
        left, top = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDF_PageToDevice(page, 0, 0, scale, scale, 0, x, y, ctypes.byref(left), ctypes.byref(top))
        corners.append((left.value / scale, top.value / scale))
    (x1, y1), (x2, y2) = corners
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)
