"""Readers against mutated files: whatever is in a file, it is read or refused with a reason, within the limits.

The files are those that tests make. The long run (`pytest -m fuzz -s`) takes real reports too, where
INSPECTION_TEST_REPORTS names a folder of them, lasts INSPECTION_TEST_FUZZ_SECONDS, or a minute, and prints counts.
"""

from __future__ import annotations

import os
import random
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.describe import describe
from index.documents import Unreadable
from index.judgements import read_judgements
from index.passages import split_passages
from index.readers.apart import STOPPED, TOO_LARGE, TOO_SLOW, ReaderProcess
from tests.conftest import DOCUMENTS
from tests.files import (
    contents_pdf,
    mapped_pdf,
    plain_pdf,
    running_header_pdf,
    table_pdf,
    web_page,
    word_file,
    zip_file,
    zip_members,
)
from tests.toy import ToyEncoder

SUFFIXES = ("pdf", "docx", "html", "md", "txt")
LIMITS = (TOO_SLOW, TOO_LARGE, STOPPED)
# What parsers take for their own, and numbers at which they overflow.
TOKENS = [
    *b"<>&;/\"'=[](){}|*_`#\\\n\0\xff".decode("latin-1"),
    "<!--", "]]>", "<table>", "<![CDATA[", "&#x", "---\n", "endobj", "stream\n", "0 R", "/Kids", "/Length", "<<", ">>",
    "-1", "0", "65536", "2147483647", "4294967296", "99999999999999999999", "1e308", "nan", "w:tbl", "w:val=",
    "\u202e", "\u200b", "\ufffe", "\U0001d400",
]  # fmt: skip
FACTOR = 4  # a mutated file has at most so many times the bytes of the file it was made from


def word_seed() -> bytes:
    def fill(document: docx.document.Document) -> None:
        document.add_heading("Leaders", 1)
        document.add_paragraph("Children come first.")
        document.add_paragraph("They are seen soon.", "List Bullet")
        table = document.add_table(2, 2)
        for cell, text in zip(table._cells, ("Area", "Grade", "Leaders", "Good"), strict=True):
            cell.text = text

    return word_file(fill, "Plan")


def made_seeds() -> dict[str, list[bytes]]:
    """Files of every format that tests make or that come with the project."""
    page = web_page(
        "<main><h1>Testshire</h1><p>Here is <b>what</b> the inspectors found.</p><ul><li>One</li><li>Two</li></ul>"
        "<table><tr><th>Area</th><th>Grade</th></tr><tr><td>Leaders</td><td>Good</td></tr></table></main>",
        "<title>Testshire</title><meta name='authority' content='Testshire'>",
    )
    return {
        "pdf": [plain_pdf(), table_pdf(), running_header_pdf(), contents_pdf(), mapped_pdf({"A": "fi"}, "xAy")],
        "docx": [word_seed()],
        "html": [page],
        "md": [path.read_bytes() for path in sorted(DOCUMENTS.rglob("*.md"))],
        "txt": [
            "Title\n\nChildren’s services.\n\n- one\n- two\n".encode(code) for code in ("utf-8", "cp1252", "utf-16")
        ],
    }


def real_seeds() -> dict[str, list[bytes]]:
    """Real reports, where there are any at hand; a sample, the same on every run."""
    named = os.environ.get("INSPECTION_TEST_REPORTS")
    found = sorted(path for path in Path(named).rglob("*") if path.is_file()) if named else []
    seeds: dict[str, list[bytes]] = {suffix: [] for suffix in SUFFIXES}
    for path in random.Random(7).sample(found, min(60, len(found))):
        if (suffix := path.suffix.removeprefix(".").lower()) in seeds:
            seeds[suffix].append(path.read_bytes())
    return seeds


def mutated(data: bytes, suffix: str, rng: random.Random) -> bytes:
    """The file with some of its bytes changed; packed parts are often unpacked, changed and packed again."""
    if suffix == "docx" and rng.random() < 0.8:
        members = zip_members(data)
        name = rng.choice(["word/document.xml"] * 3 + sorted(members))
        return zip_file(members | {name: scrambled(members[name], rng)})
    if suffix == "pdf" and rng.random() < 0.5:
        return _with_streams_scrambled(data, rng)
    return scrambled(data, rng)


def scrambled(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice([1, 1, 2, 3, 8, 30])):
        if changed:
            rng.choice(MUTATIONS)(changed, rng)
    return bytes(changed[: FACTOR * len(data) + 100])


def _with_streams_scrambled(data: bytes, rng: random.Random) -> bytes:
    """A PDF of which some packed streams hold other things; its cross-references no longer fit, as in many files."""
    pieces = data.split(b"stream\r\n" if b"stream\r\n" in data else b"stream\n")
    for number in rng.sample(range(1, len(pieces)), min(3, len(pieces) - 1)):
        packed, end, rest = pieces[number].partition(b"endstream")
        try:
            pieces[number] = zlib.compress(scrambled(zlib.decompress(packed.rstrip(b"\r\n")), rng)) + b"\n" + end + rest
        except zlib.error:
            pieces[number] = scrambled(packed, rng) + end + rest
    return b"stream\n".join(pieces)


def _set(data: bytearray, rng: random.Random) -> None:
    data[rng.randrange(len(data))] = rng.randrange(256)


def _flip(data: bytearray, rng: random.Random) -> None:
    data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


def _insert(data: bytearray, rng: random.Random) -> None:
    at = rng.randrange(len(data))
    data[at:at] = rng.choice(TOKENS).encode() * rng.choice([1, 1, 1, 2, 500])


def _overwrite(data: bytearray, rng: random.Random) -> None:
    token, at = rng.choice(TOKENS).encode(), rng.randrange(len(data))
    data[at : at + len(token)] = token


def _delete(data: bytearray, rng: random.Random) -> None:
    at = rng.randrange(len(data))
    del data[at : at + rng.choice([1, 2, 10, 1000])]


def _cut(data: bytearray, rng: random.Random) -> None:
    if rng.random() < 0.2:
        del data[rng.randrange(len(data)) :]


def _repeat(data: bytearray, rng: random.Random) -> None:
    at = rng.randrange(len(data))
    piece = bytes(data[at : at + rng.choice([1, 5, 20, 200])])
    data[at:at] = piece * rng.choice([1, 2, 10, 300])


def _swap(data: bytearray, rng: random.Random) -> None:
    length = rng.choice([1, 4, 40])
    one, other = rng.randrange(len(data)), rng.randrange(len(data))
    data[one : one + length], data[other : other + length] = data[other : other + length], data[one : one + length]


MUTATIONS: Sequence[Callable[[bytearray, random.Random], None]] = (
    _set, _flip, _insert, _insert, _overwrite, _delete, _cut, _repeat, _swap,
)  # fmt: skip


def outcome(reader: ReaderProcess, data: bytes, name: str) -> str:
    """ "read", or why not; what is read must go all the way to passages that stand in the text and can be stored."""
    try:
        document, format = reader.read(data, name)
    except Unreadable as error:
        return str(error)
    facts = describe(document, name, paged=format == "pdf")
    read_judgements(document, facts)
    encoder = ToyEncoder()
    for passage in split_passages(document, facts, encoder.count_tokens, encoder.limit):
        assert passage.text == document.text[passage.start : passage.end]
    repr(facts).encode()
    document.text.encode()
    return "read"


@pytest.fixture(scope="module")
def reader() -> Iterator[ReaderProcess]:
    with ReaderProcess() as reader:
        yield reader


MADE = made_seeds()


@pytest.mark.parametrize("suffix", SUFFIXES)
@given(seed=st.integers(0, 2**32))
@settings(max_examples=120)
def test_mutated_file_is_read_or_refused(suffix: str, seed: int, reader: ReaderProcess) -> None:
    rng = random.Random(seed)
    found = outcome(reader, mutated(rng.choice(MADE[suffix]), suffix, rng), f"a.{suffix}")
    assert found not in LIMITS


@pytest.mark.fuzz
def test_mutated_files_are_read_or_refused_for_long(reader: ReaderProcess, tmp_path: Path) -> None:
    """Files that pass a limit are refused, and so no failure; they are kept to be looked at, and counted."""
    seconds = float(os.environ.get("INSPECTION_TEST_FUZZ_SECONDS", "60"))
    seeds = {suffix: MADE[suffix] + real for suffix, real in real_seeds().items()}
    until, number, slowest = time.monotonic() + seconds, random.SystemRandom().randrange(2**32), 0.0
    counts: Counter[str] = Counter()
    while time.monotonic() < until:
        number += 1
        rng = random.Random(number)
        suffix = rng.choice(SUFFIXES)
        data = mutated(rng.choice(seeds[suffix]), suffix, rng)
        began = time.monotonic()
        try:
            found = outcome(reader, data, f"a.{suffix}")
        except BaseException:
            (tmp_path / f"failed.{suffix}").write_bytes(data)
            raise
        slowest = max(slowest, time.monotonic() - began)
        counts[f"{suffix}: {found if found in ('read', *LIMITS) else 'refused'}"] += 1
        if found in LIMITS:
            (tmp_path / f"{number}.{suffix}").write_bytes(data)
            print(f"{tmp_path}/{number}.{suffix}: {found}")
    print(f"\n{sum(counts.values())} files, the slowest {slowest:.1f} s:", *sorted(counts.items()), sep="\n  ")
    assert slowest < 25
