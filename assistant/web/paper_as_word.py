"""A paper as a Word file: headings, quotations and links by Word's own means, so that screen readers find them."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from docx import Document
from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from assistant.web.paper import Paper, Quotation

LANGUAGE = "en-GB"
BLUE = RGBColor(0x1F, 0x4E, 0x8C)  # of links: 8.4 to 1 on white
INK = RGBColor(0x1A, 0x1A, 0x1A)
SMALL = Pt(9)
A4 = (Mm(210), Mm(297))


def to_word(paper: Paper) -> bytes:
    """The content of a .docx file."""
    document = Document()
    _set_up(document, paper.title)
    document.add_heading(paper.title, 0)
    document.add_paragraph(paper.made)
    for section in paper.sections:
        document.add_heading(section.question, 1)
        document.add_paragraph(section.searched)
        for note in section.notes:
            document.add_paragraph(note)
        if section.table:
            _add_table(document, section.table)
        if section.coverage:
            document.add_paragraph(section.coverage)
        for quotation in section.quotations:
            _add_quotation(document, quotation)
    if paper.sources:
        document.add_heading("Documents quoted", 1)
    for source in paper.sources:
        line = document.add_paragraph(f"{source.name} ", "List Bullet")
        if source.url:
            _add_link(line, source.url, source.url)
    for licence in paper.licences:
        document.add_paragraph(licence)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _set_up(document: WordDocument, title: str) -> None:
    document.core_properties.title = title
    document.core_properties.author = ""
    document.core_properties.language = LANGUAGE
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), LANGUAGE)
    page = document.sections[0]
    page.page_width, page.page_height = A4
    quote = document.styles["Quote"].font
    quote.italic, quote.color.rgb = False, INK


def _add_table(document: WordDocument, rows: Sequence[Sequence[str]]) -> None:
    table = document.add_table(len(rows), len(rows[0]), "Table Grid")
    for number, row in enumerate(rows):
        for cell, text in zip(table.rows[number].cells, row, strict=True):
            cell.text = text
    # Read out with each cell, and printed again on each page.
    head = table.rows[0]._tr.get_or_add_trPr()
    head.append(OxmlElement("w:tblHeader"))
    for cell in table.rows[0].cells:
        cell.paragraphs[0].runs[0].bold = True


def _add_quotation(document: WordDocument, quotation: Quotation) -> None:
    quoted = document.add_paragraph(style="Quote")
    quoted.paragraph_format.left_indent = Pt(18)
    quoted.paragraph_format.keep_with_next = True
    run = quoted.add_run()
    for number, line in enumerate(f"“{quotation.text}”".splitlines()):
        if number:
            run.add_break()
        run.add_text(line)
    source = document.add_paragraph(f"{quotation.number}. ")
    source.paragraph_format.left_indent = Pt(18)
    source.paragraph_format.keep_together = True
    _add_link(source, quotation.place, quotation.address)
    facts = (quotation.title, quotation.dates, quotation.whose, quotation.later)
    source.add_run(f". {'. '.join(fact.rstrip('.') for fact in facts if fact)}.")
    source.add_run().add_break()
    # Spelt out for those who read it on paper.
    source.add_run(quotation.address).font.size = SMALL


def _add_link(paragraph: Paragraph, words: str, address: str) -> None:
    """python-docx reads links and adds none: this is what Word writes for one."""
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run = paragraph.add_run(words)
    run.font.underline, run.font.color.rgb = True, BLUE
    link.append(run._r)
    paragraph._p.append(link)
