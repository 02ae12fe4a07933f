"""Files that cannot be read: each is refused with its own reason, quickly, and never with another error."""

from __future__ import annotations

import os
import random
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from hypothesis import given, settings
from hypothesis import strategies as st

from index import readers
from index.describe import describe
from index.documents import Unreadable
from index.library import Library
from index.readers.word import MOST_UNPACKED
from index.update import Report, library_identity, update
from tests.files import (
    crc_damaged,
    encrypted_pdf,
    lines_down,
    lying_zip,
    pdf_file,
    pdf_without_pages,
    picture_pdf,
    plain_pdf,
    raw_pdf,
    running_header_pdf,
    web_page,
    word_file,
    zip_bomb,
    zip_file,
    zip_members,
)
from tests.toy import ToyEncoder

WORD = word_file(lambda document: document.add_paragraph("Children come first."))
PAGE = web_page("<main><h1>Testshire</h1><p>Here is what the inspectors found, in our own plain words.</p></main>")


def word_with(**members: bytes) -> bytes:
    """The small Word file with members replaced; "document" stands for word/document.xml."""
    paths = {"document": "word/document.xml", "styles": "word/styles.xml", "core": "docProps/core.xml"}
    return zip_file(zip_members(WORD) | {paths[name]: data for name, data in members.items()})


def directory_changed(offset: int, value: int) -> bytes:
    """The small Word file with one byte of its directory's entry for word/document.xml changed."""
    data = bytearray(WORD)
    data[data.rfind(b"word/document.xml") - 46 + offset] = value
    return bytes(data)


BAD = {
    "empty": (b"", "a.pdf", r"the file is empty \(0 bytes\)"),
    "only white space": (b" \n\t ", "a.txt", "the file is empty"),
    "only a mark of the encoding": (b"\xef\xbb\xbf\n", "a.txt", "holds no text"),
    "only zero-width letters": ("\u200b\u200b".encode(), "a.md", "holds no text"),
    "only front matter": (b"---\ntitle: x\n---\n", "a.md", "holds no text"),
    "unknown suffix": (b"a,b\n1,2\n", "a.csv", r"files named \.csv are not read, only \.docx, \.htm"),
    "old Word file": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        "a.docx",
        r"old or encrypted Office file; save it as",
    ),
    "NULs without a suffix": (b"text\0text\0", "a", "the kind of file was not recognised"),
    "NULs": (b"text\0text\0", "a.txt", "the name says plain text, the content is not"),
    "picture named .txt": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a.txt", "the name says plain text, the content is not"),
    "UTF-16 with NUL characters": ("a\0b".encode("utf-16"), "a.txt", "not text in any known encoding"),
    "HTML named .pdf": (
        PAGE,
        "a.pdf",
        r"the name says a PDF, the content is a web page \(HTML\) \(a failed download\?\)",
    ),
    "text named .pdf": (b"Not found", "a.pdf", "the name says a PDF, the content is plain text"),
    "PDF named .docx": (plain_pdf(), "a.docx", "the name says a Word file, the content is a PDF"),
    "truncated PDF": (plain_pdf()[:500], "a.pdf", "the PDF is damaged and cannot be opened"),
    "PDF of its first line": (b"%PDF-1.7\n", "a.pdf", "the PDF is damaged and cannot be opened"),
    "encrypted PDF": (encrypted_pdf(), "a.pdf", "the PDF is encrypted and needs a password"),
    "PDF without pages": (pdf_without_pages(), "a.pdf", "the PDF (has no pages|is damaged)"),
    "PDF of pictures": (
        picture_pdf(),
        "a.pdf",
        r"holds no text, only pictures of pages; it needs text recognition \(OCR\)",
    ),
    "PDF of pictures with a stamp on each": (picture_pdf(4, lambda n: f"Scanned, sheet {n}"), "a.pdf", "holds no text"),
    "PDF of a picture with its page number": (picture_pdf(1, str), "a.pdf", "holds no text"),
    "text named .docx": (b"no zip archive", "a.docx", "the name says a Word file, the content is plain text"),
    "other zip named .docx": (zip_file({"a.txt": b"x"}), "a.docx", "the name says a Word file, the content is not"),
    "zip": (zip_file({"a.txt": b"x"}), "a.zip", r"files named \.zip are not read"),
    "truncated Word file": (WORD[: len(WORD) // 2], "a.docx", "the Word file is damaged and cannot be opened"),
    "Word file with damaged text": (crc_damaged(WORD), "a.docx", "the Word file is damaged and cannot be opened"),
    "Word file that claims 2 GB": (lying_zip(WORD), "a.docx", "the Word file unpacks to more than 300 MB"),
    "Word file without paragraphs": (word_file(lambda document: None), "a.docx", "holds no text"),
    "Word file with an empty part": (word_with(document=b""), "a.docx", "the Word file is damaged"),
    "Word file that holds HTML": (word_with(document=b"<html/>"), "a.docx", "the Word file is damaged"),
    "Word file without a body": (
        word_with(document=f"<w:document {nsdecls('w')}/>".encode()),
        "a.docx",
        "the Word file is damaged",
    ),
    "Word file with other styles": (word_with(styles=b"<x/>"), "a.docx", "the Word file is damaged"),
    "Word file with other properties": (word_with(core=b"<x/>"), "a.docx", "the Word file is damaged"),
    "zip with a password": (directory_changed(8, 1), "a.docx", "the Word file"),
    "zip packed in an unknown way": (directory_changed(10, 99), "a.docx", "the Word file is damaged"),
    "zip of a later version": (directory_changed(6, 99), "a.docx", "the Word file is damaged"),
    "HTML without text": (web_page("<script>run()</script>"), "a.html", "the web page holds no text of its own"),
    "HTML nested too deep": (web_page("<div>" * 400 + "<p>Words.</p>" + "</div>" * 400), "a.html", "the web page"),
    "HTML never closed": (web_page("<div>" * 50_000), "a.html", "the web page"),
    "front matter that is no YAML": (b"---\na: [1\n---\n\nx", "a.md", "the front matter is not valid YAML"),
    "front matter that is a list": (
        b"---\n- a\n---\n\nx",
        "a.md",
        "the front matter is not a list of 'key: value' lines",
    ),
    "front matter with a day that never was": (
        b"---\nwritten: 2022-02-30\n---\n\nx",
        "a.md",
        "the front matter is not valid",
    ),
    "front matter with half a character": (b'---\ntitle: "\\ud800"\n---\n', "a.md", "holds no text"),
    "front matter that holds itself": (b"---\na: &a [*a]\n---\n\nx", "a.md", "the front matter is not valid"),
    "front matter nested too deep": (
        b"---\na: " + b"[" * 2000 + b"]" * 2000 + b"\n---\n\nx",
        "a.md",
        "the front matter",
    ),
}


@pytest.mark.parametrize(("data", "name", "reason"), BAD.values(), ids=BAD.keys())
def test_bad_file_is_refused_with_its_reason(data: bytes, name: str, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        readers.read(data, name)


def test_reason_for_an_encrypted_file_is_not_given_to_the_next_one() -> None:
    # pdfium keeps its last error; what failed before must not colour what fails now.
    with pytest.raises(Unreadable, match="password"):
        readers.read(encrypted_pdf(), "a.pdf")
    with pytest.raises(Unreadable, match=r"damaged|has no pages"):
        readers.read(pdf_without_pages(), "a.pdf")


def test_too_large_file_is_refused_by_its_size() -> None:
    with pytest.raises(Unreadable, match="the file has 100 MB; files above 100 MB are not read"):
        readers.read(bytes(readers.LARGEST + 1), "a.txt")


def test_zip_bomb_is_refused_without_being_unpacked() -> None:
    bomb = zip_bomb(MOST_UNPACKED + 2**20)
    assert len(bomb) < 3 * 2**20
    with pytest.raises(Unreadable, match="unpacks to more than 300 MB"):
        readers.read(bomb, "a.docx")


def test_tables_with_broken_spans_do_not_end_in_another_error() -> None:
    def cell_with(xml: str) -> Callable[[WordDocument], None]:
        def fill(document: WordDocument) -> None:
            cell = document.add_table(2, 2).cell(0, 0)
            cell.text = "Leaders"
            properties = cell._tc.get_or_add_tcPr()
            for old in properties.findall(qn("w:gridSpan")):
                properties.remove(old)
            properties.append(parse_xml(xml.format(nsdecls("w"))))

        return fill

    for xml in (
        "<w:vMerge {}/>",
        '<w:gridSpan {} w:val="abc"/>',
        '<w:gridSpan {} w:val="-1"/>',
        '<w:gridSpan {} w:val="90"/>',
    ):
        read_or_refused(word_file(cell_with(xml)), "a.docx")


def test_entities_of_a_word_file_are_not_unfolded_and_fetch_no_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("not for the index")
    plain = zip_members(WORD)["word/document.xml"].split(b"?>", 1)[1].replace(b"Children", b"Children &e;")
    outside = f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'.encode()
    document, _ = readers.read(word_with(document=outside + plain), "a.docx")
    assert "not for the index" not in document.text
    grown = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
    bomb = f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY e0 "aaaaaaaaaa">{grown}<!ENTITY e "&e8;">]>'.encode()
    with pytest.raises(Unreadable, match="the Word file is damaged"):
        readers.read(word_with(document=bomb + plain), "a.docx")


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"<!---->" * 26 + b" and then text", "a.txt"),
        (b"a\n" + b" \t" * 50_000 + b"b\n", "a.txt"),
        (b"- a\n" * 10_000, "a.md"),
        (b"> " * 5_000 + b"a", "a.md"),
        (b"[" * 5_000, "a.md"),
        (b"|" * 5_000 + b"\n" + b"|-" * 2_500, "a.md"),
        (
            b"---\na0: &a0 [x, x]\n"
            + b"".join(b"a%d: &a%d [%s]\n" % (n, n, b", ".join([b"*a%d" % (n - 1)] * 9)) for n in range(1, 8))
            + b"---\n\nx",
            "a.md",
        ),
    ],
    ids=["comments", "blanks", "items", "quotes", "brackets", "bars", "aliases"],
)
def test_text_made_to_be_slow_is_not(data: bytes, name: str) -> None:
    begun = time.process_time()
    read_or_refused(data, name)
    assert time.process_time() - begun < 5  # seconds; without the trap each takes far less than one


def read_or_refused(data: bytes, name: str) -> bool:
    """Read and describe a file that may be damaged; anything but Unreadable is a failure of the test."""
    try:
        document, format = readers.read(data, name)
        describe(document, name, paged=format == "pdf")
    except Unreadable:
        return False
    return True


MADE = {
    "a.pdf": running_header_pdf(),
    "b.pdf": raw_pdf(
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R >>",
        ]
    ),
    "a.docx": WORD,
    "a.html": PAGE,
    "a.md": b"---\ntitle: x\nwritten: 2022-02-03\n---\n\n# Title\n\n| a | b |\n|---|---|\n| c | d |\n\n- item\n",
    "a.txt": "Title\n\nChildren’s services.\n".encode("cp1252"),
}


@pytest.mark.parametrize("name", MADE)
@given(seed=st.integers(0, 2**32))
@settings(max_examples=60)
def test_damaged_file_is_read_or_refused(name: str, seed: int) -> None:
    rng = random.Random(seed)
    data = bytearray(MADE[name])
    for _ in range(rng.randint(1, 8)):
        data[rng.randrange(len(data))] = rng.randrange(256)
    if rng.random() < 0.3:
        del data[rng.randrange(len(data)) :]
    read_or_refused(bytes(data), name)


@pytest.mark.parametrize(
    "member", ["word/document.xml", "word/styles.xml", "[Content_Types].xml", "word/_rels/document.xml.rels"]
)
@given(seed=st.integers(0, 2**32))
@settings(max_examples=40)
def test_word_file_with_damaged_part_is_read_or_refused(member: str, seed: int) -> None:
    rng = random.Random(seed)
    members = zip_members(WORD)
    data = bytearray(members[member])
    for _ in range(rng.randint(1, 4)):
        data[rng.randrange(len(data))] = rng.choice(b"<>/\"' =:abw0")
    read_or_refused(zip_file(members | {member: bytes(data)}), "a.docx")


@given(data=st.binary(max_size=300), name=st.sampled_from(["a.pdf", "a.docx", "a.html", "a.md", "a.txt", "a"]))
def test_any_bytes_are_read_or_refused(data: bytes, name: str) -> None:
    read_or_refused(data, name)


@given(front=st.text(max_size=100))
def test_any_front_matter_is_read_or_refused(front: str) -> None:
    read_or_refused(f"---\n{front}\n---\n\nWords.".encode(), "a.md")


# Names and folders.


def test_name_of_any_length_is_taken() -> None:
    document, format = readers.read(b"Words.", "n" * 300 + ".txt")
    assert (format, document.text) == ("text", "Words.")


def indexed(folder: Path, data: Path) -> tuple[Report, list[str]]:
    """The report of indexing a folder, and the paths of the documents that the library holds then."""
    encoder = ToyEncoder()
    data.mkdir()
    library = Library(data, library_identity(encoder), create=True)
    report = update(library, [folder], encoder)
    return report, [document.path for document in library.documents()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one good file, beside which a test puts a bad one."""
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "good.txt").write_text("Words that can be read.")
    return folder


def test_bad_files_do_not_keep_the_good_one_out(folder: Path, tmp_path: Path) -> None:
    for number, (data, name, _) in enumerate(BAD.values()):
        (folder / f"{number:03d}{name}").write_bytes(data)
    report, documents = indexed(folder, tmp_path / "data")
    assert documents == ["good.txt"]
    assert len(report.failures) == len(BAD)
    assert all(failure.reason for failure in report.failures)


def test_sparse_file_is_refused_without_being_read(folder: Path, tmp_path: Path) -> None:
    with (folder / "sparse.pdf").open("wb") as file:
        file.truncate(200 * 2**20)
    report, documents = indexed(folder, tmp_path / "data")
    assert documents == ["good.txt"]
    assert [(f.path, f.reason) for f in report.failures] == [
        ("sparse.pdf", "the file has 200 MB; files above 100 MB are not read")
    ]


def test_longest_possible_name_is_indexed(folder: Path, tmp_path: Path) -> None:
    name = "n" * (os.pathconf(folder, "PC_NAME_MAX") - 4) + ".txt"
    (folder / name).write_text("Other words.")
    assert indexed(folder, tmp_path / "data")[1] == ["good.txt", name]


def test_file_name_that_is_not_unicode_does_not_stop_the_others(folder: Path, tmp_path: Path) -> None:
    try:
        (folder / os.fsdecode(b"caf\xe9.txt")).write_text("Other words.")
    except OSError:
        pytest.skip("this file system takes only names in UTF-8")
    report, documents = indexed(folder, tmp_path / "data")
    assert "good.txt" in documents
    assert len(documents) + len(report.failures) == 2


def test_symbolic_link_to_the_folder_around_it_is_named_and_not_followed(folder: Path, tmp_path: Path) -> None:
    (folder / "below").mkdir()
    (folder / "below" / "up").symlink_to(folder, target_is_directory=True)
    report, documents = indexed(folder, tmp_path / "data")
    assert documents == ["good.txt"]
    assert [(f.path, f.reason) for f in report.failures] == [
        ("below/up", "a symbolic link leads back to a folder around it")
    ]


@pytest.mark.parametrize("target", ["self", "nowhere"])
def test_symbolic_link_that_leads_nowhere_is_named(folder: Path, tmp_path: Path, target: str) -> None:
    (folder / "self").symlink_to(folder / target)
    report, documents = indexed(folder, tmp_path / "data")
    assert documents == ["good.txt"]
    [failure] = report.failures
    assert failure.path == "self"
    assert "symbolic link" in failure.reason


@pytest.mark.parametrize("target", ["secrets", "secrets/key.txt", "secrets/../files/../secrets/key.txt"])
def test_symbolic_link_that_leads_out_of_the_folder_is_named_and_not_followed(
    folder: Path, tmp_path: Path, target: str
) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "key.txt").write_text("The key is under the mat.")
    (folder / "notes.txt").symlink_to(Path("..") / target)
    (folder / "same.txt").symlink_to("good.txt")
    report, documents = indexed(folder, tmp_path / "data")
    assert documents == ["good.txt"]
    assert [(f.path, f.reason) for f in report.failures] == [
        ("notes.txt", "a symbolic link that leads out of the folder; put the file itself here")
    ]
    assert report.duplicates == {"same.txt": "good.txt"}  # a link within it is followed


def test_folder_that_is_itself_a_symbolic_link_is_read(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "reports").symlink_to(folder, target_is_directory=True)
    report, documents = indexed(tmp_path / "reports", tmp_path / "data")
    assert (documents, report.failures) == (["good.txt"], [])


def test_socket_is_named_and_not_read(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)  # a socket's path may have no more than some 100 characters
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.txt")
        report, documents = indexed(folder, tmp_path / "data")
    assert documents == ["good.txt"]
    assert [failure.path for failure in report.failures] == ["socket.txt"]


@pytest.mark.parametrize("name", ["report\u202efdp.txt", "zero\u200bwidth.txt", "\x1b[2Jcleared.txt", "two\nlines.txt"])
def test_file_name_with_hidden_characters_is_named_with_them_spelt_out(folder: Path, tmp_path: Path, name: str) -> None:
    try:
        (folder / name).write_text("Other words.")
    except OSError:
        pytest.skip("this file system takes no such names")
    report, documents = indexed(folder, tmp_path / "data")
    assert documents == ["good.txt"]
    [failure] = report.failures
    assert failure.path.isascii()
    assert failure.path.isprintable()
    assert failure.reason == "the file's name has characters that cannot be seen; rename it"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may open every folder")
def test_closed_folder_and_file_are_named(folder: Path, tmp_path: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0)
    (folder / "private.txt").write_text("x")
    (folder / "private.txt").chmod(0)
    try:
        report, documents = indexed(folder, tmp_path / "data")
    finally:
        closed.chmod(0o700)
    assert documents == ["good.txt"]
    assert {(f.path, f.reason) for f in report.failures} == {
        ("closed", "Permission denied"),
        ("private.txt", "Permission denied"),
    }


def test_folder_that_is_not_there_changes_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="gone is not a folder"):
        indexed(tmp_path / "gone", tmp_path / "data")


def test_file_that_was_good_and_is_damaged_now_leaves_the_library(folder: Path, tmp_path: Path) -> None:
    (folder / "report.pdf").write_bytes(pdf_file([lines_down(["Children are safe."])]))
    encoder = ToyEncoder()
    (tmp_path / "data").mkdir()
    library = Library(tmp_path / "data", library_identity(encoder), create=True)
    update(library, [folder], encoder)
    assert [document.path for document in library.documents()] == ["good.txt", "report.pdf"]
    (folder / "report.pdf").write_bytes(b"%PDF-1.7 but no more")
    report = update(library, [folder], encoder)
    assert [document.path for document in library.documents()] == ["good.txt"]
    assert [failure.path for failure in report.failures] == ["report.pdf"]
