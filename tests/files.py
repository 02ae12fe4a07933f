"""Small real files for tests: PDF, Word, web page, Markdown and text, whole and damaged, all in our own words."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import docx
import pypdfium2
import pypdfium2.raw as pdfium
from docx.document import Document as WordDocument
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

HEADER = "Inspection of Testshire children's services"

# The paragraph that `running_header_pdf` breaks after "who need": four lines end page 2, the rest opens page 3.
BROKEN_PARAGRAPH = (
    "7. Most children in Testshire are seen within a week of a referral. Managers read every case file, and their "
    "notes say what should happen next. The duty team is small and well-led, so that families who need help at once "
    "get it on the same day. Partners agree that this is a strength."
)


@dataclass(frozen=True)
class Line:
    """A line of a PDF page: points from the left and the top, then text and how it is set."""

    x: float
    y: float
    text: str
    size: float = 11
    bold: bool = False


def pdf_file(
    pages: Sequence[Sequence[Line]],
    rotation: int = 0,
    title: str = "",
    password: str | None = None,
    draw: Callable[[Canvas], None] | None = None,
) -> bytes:
    """An untagged PDF of A4 pages whose lines stand upright on pages turned by `rotation` (clockwise).

    `draw` is called on each page before its lines.
    """
    out = io.BytesIO()
    encryption = StandardEncryption(password, ownerPassword="owner", strength=128) if password else None
    canvas = Canvas(out, pagesize=A4, invariant=1, encrypt=encryption)
    canvas.setTitle(title)
    for lines in pages:
        canvas.setPageRotation(rotation)
        if draw:
            draw(canvas)
        for line in lines:
            canvas.saveState()
            canvas.translate(*_on_page(line.x, line.y, rotation))
            canvas.rotate(rotation)  # against the clock, so that the turned page shows the line upright
            canvas.setFont("Helvetica-Bold" if line.bold else "Helvetica", line.size)
            canvas.drawString(0, 0, line.text)
            canvas.restoreState()
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _on_page(x: float, y: float, rotation: int) -> tuple[float, float]:
    """Points from the displayed page's left and top → the page's own coordinates, from its bottom left."""
    width, height = A4  # as displayed; the page's own width is the displayed height where it lies on its side
    return {0: (x, height - y), 90: (y, x), 180: (width - x, y), 270: (height - y, width - x)}[rotation]


def text_under(page: pypdfium2.PdfPage, box: Sequence[float]) -> str:
    """The page's text under a box given in shares of the page as displayed, from the top left: white space left out.

    The arithmetic is worked out here by hand for each of the four ways a page can be turned, so that it shares nothing
    with the code under test.
    """
    left, bottom, right, top = page.get_cropbox()
    width, height = right - left, top - bottom
    corners = []
    for x, y in ((box[0], box[1]), (box[2], box[3])):
        turned = {
            0: (width * x, height * (1 - y)),
            90: (width * y, height * x),
            180: (width * (1 - x), height * y),
            270: (width * (1 - y), height * (1 - x)),
        }[page.get_rotation()]
        corners.append((left + turned[0], bottom + turned[1]))
    (x1, y1), (x2, y2) = corners
    shrink = 0.3  # points: a box that only touches its neighbours must not count them
    text = page.get_textpage().get_text_bounded(
        min(x1, x2) + shrink, min(y1, y2) + shrink, max(x1, x2) - shrink, max(y1, y2) - shrink
    )
    return squeezed(text)


def page_characters(page: pypdfium2.PdfPage) -> list[str]:
    """The characters of a page's text layer, one by one, as pdfium numbers them; its broken hyphens are "-"."""
    text_page = page.get_textpage()
    codes = [pdfium.FPDFText_GetUnicode(text_page, index) for index in range(text_page.count_chars())]
    return ["-" if code == 2 else chr(code) for code in codes]


def squeezed(text: str) -> str:
    """A text without white space, its broken hyphens as "-"."""
    return re.sub(r"\s+", "", re.sub("[\x02\ufffe\uffff]", "-", text))


def lines_down(texts: Sequence[str], x: float = 72, y: float = 120, gap: float = 14) -> list[Line]:
    """Lines one below the other."""
    return [Line(x, y + number * gap, text) for number, text in enumerate(texts)]


def plain_pdf(rotation: int = 0) -> bytes:
    """One page of two paragraphs."""
    first = lines_down(["Children in Testshire are safe. Their", "social workers know them well."], y=120)
    return pdf_file([[*first, *lines_down(["Leaders act fast, and they listen."], y=180)]], rotation)


def two_column_pdf(rotation: int = 0) -> bytes:
    """One page of two columns, each a paragraph."""
    left = lines_down(["Left column says that help", "comes early to families."], x=72)
    right = lines_down(["Right column says that care", "leavers have good homes."], x=320)
    return pdf_file([[*left, *right]], rotation)


def table_pdf(rotation: int = 0) -> bytes:
    """One page with a grade table drawn by its lines, as untagged files have it."""
    rows = [("Area", "Judgement"), ("Help and protection", "Good"), ("Care leavers", "Outstanding")]
    lines = [Line(x, 120 + 24 * n, text) for n, row in enumerate(rows) for x, text in zip((72, 320), row, strict=True)]
    return pdf_file([lines], rotation)


def running_header_pdf() -> bytes:
    """Four pages with a header, page numbers and, over pages 2 and 3, the broken paragraph with a footnote below."""
    page_2 = [
        "7. Most children in Testshire are seen within a week of a referral.",
        "Managers read every case file, and their notes say what should happen",
        "next. The duty team is small and well-",
        "led, so that families who need",
    ]
    page_3 = ["help at once get it on the same day. Partners agree that this is a", "strength."]
    bodies = [
        [Line(72, 120, "Help and protection", 14, bold=True), *lines_down(["6. Thresholds are clear."], y=150)],
        [*lines_down(page_2), Line(72, 700, "3 A referral is a request for help.", 8)],
        [*lines_down(page_3), *lines_down(["8. Plans are short and plain."], y=170)],
        lines_down(["9. Leaders know what to do next."]),
    ]
    return pdf_file(
        [
            [Line(72, 40, HEADER, 9), *body, Line(300, 800, f"Page {number} of 4", 9)]
            for number, body in enumerate(bodies, start=1)
        ]
    )


def contents_pdf() -> bytes:
    """A page with a table of contents, then a page with one of its headings and a paragraph."""
    contents = ["Summary 2", "Help and protection 2", "Leaders 3"]
    listed = [Line(72, 100, "Contents", 14, bold=True), *lines_down(contents, y=140, gap=30)]
    body = [Line(72, 100, "Summary", 14, bold=True), *lines_down(["Services are good and getting better."], y=140)]
    return pdf_file([listed, body])


def picture_pdf(pages: int = 1, stamp: Callable[[int], str] | None = None) -> bytes:
    """Pages that hold a drawing and no text but, perhaps, a stamp at the top such as a scanner prints."""

    def draw(canvas: Canvas) -> None:
        canvas.rect(100, 100, 200, 300, fill=1)

    return pdf_file([[Line(72, 30, stamp(n), 8)] if stamp else [] for n in range(1, pages + 1)], draw=draw)


def encrypted_pdf() -> bytes:
    """A PDF that opens only with a password."""
    return pdf_file([lines_down(["Nobody may read this."])], password="secret")


def mapped_pdf(codes: dict[str, str], shown: str, rest: str = "") -> bytes:
    """A page whose font maps the letters of `shown` to the texts in `codes` (letter → text), then the line `rest`.

    For what a PDF library does not write: non-characters, letters beyond U+FFFF and letters without any meaning.
    """
    entries = "".join(f"<{ord(k):02x}> <{v.encode('utf-16-be').hex()}>\n" for k, v in codes.items())
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /T def /CMapType 2 def\n"
        "1 begincodespacerange <00> <ff> endcodespacerange\n"
        f"{len(codes)} beginbfchar\n{entries}endbfchar\nendcmap end end"
    )
    content = f"BT /F1 12 Tf 72 700 Td ({shown}) Tj 0 -60 Td /F2 12 Tf ({rest}) Tj ET"
    return raw_pdf(
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
            "/Resources << /Font << /F1 5 0 R /F2 7 0 R >> >> >>",
            _stream(content),
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>",
            _stream(cmap),
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        ]
    )


def pdf_without_pages() -> bytes:
    """A well-formed PDF whose page tree is empty."""
    return raw_pdf(["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] /Count 0 >>"])


def raw_pdf(objects: Sequence[str]) -> bytes:
    """A PDF of these objects, numbered from 1, with its cross-reference table."""
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(out.tell())
        out.write(f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1"))
    start = out.tell()
    out.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode())
    out.writelines(f"{offset:010d} 00000 n \n".encode() for offset in offsets)
    out.write(f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode())
    return out.getvalue()


def _stream(content: str) -> str:
    return f"<< /Length {len(content)} >>\nstream\n{content}\nendstream"


def word_file(fill: Callable[[WordDocument], object], title: str = "") -> bytes:
    """A Word file with what `fill` puts into it."""
    document = docx.Document()
    document.core_properties.title = title
    fill(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def zip_file(members: dict[str, bytes]) -> bytes:
    """A zip archive with these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def zip_members(data: bytes) -> dict[str, bytes]:
    """The members of a zip archive."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zip_bomb(size: int) -> bytes:
    """A Word file whose text unpacks to `size` bytes; it is packed in pieces, so that no test holds it whole."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("word/document.xml", "w", force_zip64=True) as member:
            piece = b" " * 2**20
            for _ in range(size // len(piece)):
                member.write(piece)
    return out.getvalue()


def lying_zip(word: bytes) -> bytes:
    """A Word file whose directory claims that its text unpacks to 2 GB."""
    data = bytearray(word)
    at = data.rfind(b"word/document.xml")  # in the central directory, whose entry begins 46 bytes before the name
    data[at - 46 + 24 : at - 46 + 28] = (2**31).to_bytes(4, "little")
    return bytes(data)


def web_page(body: str, head: str = "") -> bytes:
    """A web page in UTF-8 with this body and these elements in its head."""
    page = f"<!DOCTYPE html>\n<html lang='en'><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>"
    return page.encode()


def crc_damaged(word: bytes) -> bytes:
    """A Word file whose packed text has been overwritten with other packed bytes of the same length."""
    with zipfile.ZipFile(io.BytesIO(word)) as archive:
        info = archive.getinfo("word/document.xml")
    data = bytearray(word)
    begin = info.header_offset + 30 + len(info.filename)
    noise = zlib.compress(b"not what it was")[2:]
    data[begin : begin + len(noise)] = noise
    return bytes(data)
