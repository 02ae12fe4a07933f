"""Turn the briefings written in Markdown beside this script into Word and PDF files under documents/.

Edit the words in the .md files, then run from the repository root:

    python docs/briefings/build.py

The PDF needs LibreOffice ("soffice" on the PATH). Headings, paragraphs, lists, pipe tables,
bold words and links are understood; anything else stops the build with an error.
"""

import math
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table
from docx.text.paragraph import Paragraph
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

HERE = Path(__file__).resolve().parent
ROTHERHAM = HERE.parents[1] / "documents" / "rotherham"
WRITTEN = datetime(2026, 11, 24, tzinfo=UTC)
AUTHOR = "Inspection Assistant project"
LANGUAGE = "en-GB"
FONT = "Arial"  # Liberation Sans, which has the same widths, stands in where Arial is missing
INK, QUIET = RGBColor(0x0B, 0x0C, 0x0C), RGBColor(0x50, 0x5A, 0x5F)
TEXT_WIDTH = Cm(17)  # A4 less two margins of 2 cm
HEADING_SIZES = {"Title": 22, "Heading 1": 16, "Heading 2": 13}  # points
CELL_SIZES = {2: 10, 3: 10, 4: 9, 5: 9}  # points, by the number of columns
WHOLE_TABLE_ROWS = 12  # tables up to this length are kept on one page
PDF_OPTIONS = (
    'pdf:writer_pdf_Export:{"UseTaggedPDF":{"type":"boolean","value":"true"},'
    '"PDFUACompliance":{"type":"boolean","value":"true"}}'
)


def main() -> None:
    """Build both briefings."""
    build_word(HERE / "inspection-autumn-2014.md", ROTHERHAM / "inspection-autumn-2014.docx")
    build_pdf(HERE / "judgements-2014-to-2025.md", ROTHERHAM / "judgements-2014-to-2025.pdf")


def build_word(source: Path, target: Path) -> None:
    """Write the Markdown file `source` as the Word file `target`."""
    tree = SyntaxTreeNode(MarkdownIt("commonmark").enable("table").parse(source.read_text("utf-8")))
    document = new_document(title_of(tree))
    previous = ""
    for node in tree.children:
        if node.type == "table" and previous == "paragraph":
            document.paragraphs[-1].paragraph_format.keep_with_next = True
        add_block(document, node)
        if node.type == "paragraph" and previous in ("table", "bullet_list", "ordered_list"):
            document.paragraphs[-1].paragraph_format.space_before = Pt(9)
        previous = node.type
    document.save(str(target))


def build_pdf(source: Path, target: Path) -> None:
    """Write the Markdown file `source` as the tagged PDF `target`, by way of Word and LibreOffice."""
    with tempfile.TemporaryDirectory() as folder:
        word = Path(folder) / f"{target.stem}.docx"
        build_word(source, word)
        profile = f"-env:UserInstallation=file://{folder}/profile"
        command = ["soffice", profile, "--headless", "--convert-to", PDF_OPTIONS, "--outdir", str(target.parent)]
        subprocess.run([*command, str(word)], check=True, capture_output=True)


def title_of(tree: SyntaxTreeNode) -> str:
    """Return the text of the first heading."""
    return tree.children[0].children[0].content


# The page and its styles


def new_document(title: str) -> WordDocument:
    """Return an empty A4 document with properties, styles, header and footer in place."""
    document = Document()
    set_properties(document, title)
    set_styles(document)
    set_page(document, title)
    return document


def set_properties(document: WordDocument, title: str) -> None:
    """Title, author, language and dates, so that they do not depend on the day of the build."""
    properties = document.core_properties
    properties.title, properties.author, properties.last_modified_by = title, AUTHOR, AUTHOR
    properties.subject = "Inspections of local authority children's services"
    properties.comments = ""
    properties.language = LANGUAGE
    properties.created = properties.modified = WRITTEN


def set_styles(document: WordDocument) -> None:
    """One sans-serif face in dark ink, British English, and room between the lines."""
    normal = document.styles["Normal"]
    normal.paragraph_format.space_after = Pt(7)
    normal.paragraph_format.line_spacing = 1.15
    set_face(normal, 11)
    for name, size in HEADING_SIZES.items():
        style = document.styles[name]
        set_face(style, size)
        style.font.bold = True
        style.paragraph_format.space_before = Pt(0 if name == "Title" else size)
        style.paragraph_format.space_after = Pt(12 if name == "Title" else 4)
        style.paragraph_format.keep_with_next = True
        for border in style.element.pPr.findall(qn("w:pBdr")):
            style.element.pPr.remove(border)
    for name in ("Header", "Footer"):
        set_face(document.styles[name], 9, QUIET)
    for name in ("List Bullet", "List Number"):
        document.styles[name].paragraph_format.space_after = Pt(3)
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), LANGUAGE)


def set_face(style: Any, size: int, colour: RGBColor = INK) -> None:
    """Give a style our font at `size` points, in place of the theme's."""
    style.font.size, style.font.color.rgb = Pt(size), colour
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.attrib.clear()
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), FONT)


def set_page(document: WordDocument, title: str) -> None:
    """A4 with margins of 2 cm, the title in the header and page numbers in the footer."""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    section.top_margin = section.bottom_margin = Cm(2.2)
    section.header.paragraphs[0].add_run(title)
    footer = section.footer.paragraphs[0]
    footer.add_run("Summary by the Inspection Assistant project, not Ofsted's words. Page ")
    add_field(footer, "PAGE")
    footer.add_run(" of ")
    add_field(footer, "NUMPAGES")


def add_field(paragraph: Paragraph, instruction: str) -> None:
    """Add a field, such as the page number, which the word processor works out."""
    run = paragraph.add_run()
    for kind in ("begin", None, "end"):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = instruction
        run._r.append(element)


# Blocks: headings, paragraphs, lists, tables


def add_block(document: WordDocument, node: SyntaxTreeNode) -> None:
    """Add one top-level block."""
    if node.type == "heading":
        level = int(node.tag[1]) - 1  # the first level is the document's title
        add_inline(document.add_heading(level=level), node.children[0])
    elif node.type == "paragraph":
        add_inline(document.add_paragraph(), node.children[0])
    elif node.type in ("bullet_list", "ordered_list"):
        add_list(document, node)
    elif node.type == "table":
        add_table(document, node)
    else:
        raise ValueError(f"'{node.type}' is not understood: use headings, paragraphs, lists and tables")


def add_list(document: WordDocument, node: SyntaxTreeNode) -> None:
    """Add a list in Word's own style; one numbered list a document, as the style counts on."""
    style = "List Bullet" if node.type == "bullet_list" else "List Number"
    for item in node.children:
        add_inline(document.add_paragraph(style=style), item.children[0].children[0])


def add_table(document: WordDocument, node: SyntaxTreeNode) -> None:
    """Add a table whose header row is repeated on each page and whose rows stay whole."""
    rows = [row for part in node.children for row in part.children]
    table = document.add_table(len(rows), len(rows[0].children), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.LEFT, False
    set_widths(table, rows)
    keep = len(rows) - 1 if len(rows) <= WHOLE_TABLE_ROWS else 2  # never a header alone at the foot of a page
    for number, (row, cells) in enumerate(zip(table.rows, rows, strict=True)):
        mark_row(row._tr, is_header=number == 0)
        for column, (cell, content) in enumerate(zip(row.cells, cells.children, strict=True)):
            fill_cell(cell.paragraphs[0], content, len(cells.children), bold=number == 0 or column == 0)
            cell.paragraphs[0].paragraph_format.keep_with_next = number < keep
            if number == 0:
                shade(cell._tc)


def set_widths(table: Table, rows: list[SyntaxTreeNode]) -> None:
    """Share the text's width between the columns by the square root of their longest cell."""
    columns = zip(*(row.children for row in rows), strict=True)
    longest = [max(len(cell.children[0].content) for cell in column) for column in columns]
    weights = [math.sqrt(min(length, 100)) for length in longest]  # longer cells wrap
    for column, weight in zip(table.columns, weights, strict=True):
        column.width = int(TEXT_WIDTH * weight / sum(weights))
        for cell in column.cells:
            cell.width = column.width


def mark_row(row: Any, *, is_header: bool) -> None:
    """Keep the row on one page and, for the header, repeat it on each."""
    properties = row.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if is_header:
        properties.append(OxmlElement("w:tblHeader"))


def fill_cell(paragraph: Paragraph, content: SyntaxTreeNode, columns: int, *, bold: bool) -> None:
    """Put a cell's words in place, tight and in the size that suits the table."""
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
    paragraph.paragraph_format.line_spacing = 1.0
    for inline in content.children:
        add_inline(paragraph, inline, bold=bold)
    for run in [*paragraph.runs, *(run for link in paragraph.hyperlinks for run in link.runs)]:
        run.font.size = Pt(CELL_SIZES[columns])


def shade(cell: Any) -> None:
    """Give a header cell a pale grey ground."""
    shading = OxmlElement("w:shd")
    shading.set(qn("w:val"), "clear")
    shading.set(qn("w:fill"), "E7EAEC")
    cell.get_or_add_tcPr().append(shading)


# Words within a block


def add_inline(paragraph: Paragraph, inline: SyntaxTreeNode, *, bold: bool = False) -> None:
    """Add a block's words, with bold and links."""
    for text, is_bold, address in pieces(inline, bold):
        if address:
            add_link(paragraph, text, address)
        else:
            # None leaves the weight to the paragraph's style, as headings need.
            paragraph.add_run(text).bold = True if is_bold else None


def pieces(node: SyntaxTreeNode, bold: bool, address: str = "") -> Iterator[tuple[str, bool, str]]:
    """Yield the words of `node` as (text, bold, address of the link or "")."""
    for child in node.children:
        if child.type == "text":
            yield child.content, bold, address
        elif child.type == "softbreak":
            yield " ", bold, address
        elif child.type == "strong":
            yield from pieces(child, True, address)
        elif child.type == "link":
            yield from pieces(child, bold, str(child.attrs["href"]))
        else:
            raise ValueError(f"'{child.type}' is not understood: use plain words, bold and links")


def add_link(paragraph: Paragraph, text: str, address: str) -> None:
    """Add a real hyperlink, blue and underlined."""
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run = paragraph.add_run(text)
    run.underline, run.font.color.rgb = True, RGBColor(0x1D, 0x70, 0xB8)
    link.append(run._r)
    paragraph._p.append(link)


if __name__ == "__main__":
    main()
