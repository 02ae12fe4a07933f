"""Documents fetched from web addresses: from a server on this machine, and refused from where they should not come."""

from __future__ import annotations

import errno
import gzip
import hashlib
import ipaddress
import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from assistant import fetch
from assistant.cli import app
from assistant.fetch import NotAdded, add, is_public, safe_name
from index.fetched import FILE, Fetched, note_fetched, read_fetched
from index.library import Library
from index.update import library_identity, update
from tests.files import plain_pdf, web_page, word_file
from tests.toy import ToyEncoder

PDF = plain_pdf()
PAGE = web_page("<main><h1>Not found</h1><p>The page that you asked for cannot be found here any more.</p></main>")
Reply = tuple[int, dict[str, str], bytes]

REPLIES: dict[str, Reply] = {
    "/reports/exham.pdf": (200, {"Content-Type": "application/pdf"}, PDF),
    "/v1/file/50190000": (200, {"Content-Type": "application/pdf"}, PDF),
    "/named": (200, {"Content-Disposition": "attachment; filename*=UTF-8''Exham%20%E2%80%93%202022.pdf"}, PDF),
    "/evil-name": (200, {"Content-Disposition": 'attachment; filename="../../.ssh/config.pdf"'}, PDF),
    "/plan.docx": (200, {}, word_file(lambda document: document.add_paragraph("Children come first."))),
    "/plan": (200, {}, b"Children come first."),
    "/article": (200, {}, PAGE),
    "/gone.pdf": (404, {}, PAGE),
    "/error.pdf": (200, {}, PAGE),
    "/picture.png": (200, {}, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
    "/empty.txt": (200, {}, b""),
    "/moved": (302, {"Location": "/reports/exham.pdf"}, b""),
    "/moved-twice": (301, {"Location": "moved"}, b""),
    "/circle": (302, {"Location": "/circle"}, b""),
    "/to-file": (302, {"Location": "file:///etc/passwd"}, b""),
    "/to-ftp": (302, {"Location": "ftp://127.0.0.1/a.pdf"}, b""),
    "/to-metadata": (302, {"Location": "http://169.254.169.254/latest/meta-data.txt"}, b""),
    "/packed.txt": (200, {"Content-Encoding": "gzip"}, gzip.compress(b"Words.")),
    "/large.pdf": (200, {"Content-Length": str(200 * 2**20)}, b"%PDF-1.7"),
}


class Handler(BaseHTTPRequestHandler):
    asked: list[tuple[str, str | None]]  # path and host of each request

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers["Host"]))
        if self.path == "/slow.txt":
            return self._send_slowly()
        status, headers, body = REPLIES.get(self.path, (404, {}, b""))
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _send_slowly(self) -> None:
        self.send_response(200)
        self.end_headers()
        try:
            for _ in range(100):
                self.wfile.write(b"Words. ")
                time.sleep(0.1)
        except OSError:
            pass

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


@pytest.fixture(scope="module")
def server() -> Iterator[ThreadingHTTPServer]:
    Handler.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def at(server: ThreadingHTTPServer) -> Callable[[str], str]:
    """The address of a path on the server of this machine."""
    return lambda path: f"http://127.0.0.1:{server.server_port}{path}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir()
    return folder


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != FILE)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/reports/exham.pdf", "exham.pdf"),
        ("/v1/file/50190000", "50190000.pdf"),
        ("/named", "Exham – 2022.pdf"),
        ("/evil-name", "config.pdf"),
        ("/plan.docx", "plan.docx"),
        ("/plan", "plan.txt"),
        ("/article", "article.html"),
        ("/moved", "exham.pdf"),
        ("/moved-twice", "exham.pdf"),
    ],
)
def test_file_is_fetched_under_the_name_it_is_given_there(
    at: Callable[[str], str], folder: Path, path: str, name: str
) -> None:
    added = add(at(path), folder, private=True)
    assert (added.path, added.is_new) == (folder / name, True)
    assert names(folder) == [name]
    [line] = (folder / FILE).read_text().splitlines()
    noted = json.loads(line)
    assert (noted["url"], noted["fetched"], noted["file"]) == (at(path), date.today().isoformat(), name)


def test_real_reports_are_fetched_byte_for_byte(reports: Path, at: Callable[[str], str], folder: Path) -> None:
    found = [path for path in sorted(reports.rglob("*.pdf")) if path.read_bytes()[:5] == b"%PDF-"][:3]
    for number, path in enumerate(found):
        REPLIES[f"/real/{number}"] = (200, {"Content-Disposition": 'inline; filename="report.pdf"'}, path.read_bytes())
        added = add(at(f"/real/{number}"), folder, private=True)
        assert added.path.read_bytes() == path.read_bytes()
    assert names(folder) == ["report (2).pdf", "report (3).pdf", "report.pdf"]


@pytest.mark.parametrize("links", [True, False])
def test_name_can_be_chosen_and_nothing_is_overwritten(
    at: Callable[[str], str], folder: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    if not links:  # as on some network shares

        def link(source: Path, target: Path) -> None:
            raise PermissionError(errno.EPERM, "Operation not permitted")

        monkeypatch.setattr(os, "link", link)
    (folder / "Exham.pdf").write_bytes(b"mine")
    added = add(at("/v1/file/50190000"), folder, "Exham.pdf", private=True)
    assert (added.path.name, added.path.read_bytes()) == ("Exham (2).pdf", PDF)
    assert (folder / "Exham.pdf").read_bytes() == b"mine"
    again = add(at("/moved"), folder, "Another.pdf", private=True)
    assert (again.path, again.is_new) == (added.path, False)
    assert names(folder) == ["Exham (2).pdf", "Exham.pdf"]


@pytest.mark.parametrize(
    "name", ["../a.pdf", "a/b.pdf", "C:\\a.pdf", ".hidden.pdf", "a\n.pdf", "con.pdf", "a\u202e.pdf"]
)
def test_name_that_is_none_is_refused(folder: Path, name: str) -> None:
    with pytest.raises(NotAdded, match="cannot be a file's name here"):
        add("https://reports.example/a.pdf", folder, name)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/gone.pdf", "answers with 404 Not Found"),
        ("/error.pdf", r"the name says a PDF, the content is a web page \(HTML\)"),
        ("/picture.png", "is no file that is read, only"),
        ("/empty.txt", "the file is empty"),
        ("/circle", "leads on to other addresses more than 5 times"),
        ("/to-file", "is no web address"),
        ("/to-ftp", "is no web address"),
        ("/packed.txt", "sends the file packed"),
        ("/large.pdf", "has more than 100 MB"),
    ],
)
def test_what_is_no_document_is_not_added(at: Callable[[str], str], folder: Path, path: str, reason: str) -> None:
    with pytest.raises(NotAdded, match=reason):
        add(at(path), folder, private=True)
    assert list(folder.iterdir()) == []


def test_file_that_turns_out_too_large_is_not_added(
    at: Callable[[str], str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "LARGEST", 50)
    with pytest.raises(NotAdded, match="has more than"):
        add(at("/slow.txt"), folder, private=True)  # which does not say how long it is


def test_server_that_takes_too_long_is_given_up(
    at: Callable[[str], str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "SECONDS", 0.5)
    with pytest.raises(NotAdded, match="takes longer than"):
        add(at("/slow.txt"), folder, private=True)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://reports.example/a.pdf", "is no web address"),
        ("file:///etc/passwd", "is no web address"),
        ("javascript:alert(1)", "is no web address"),
        ("/etc/passwd", "is no web address"),
        ("http://", "is no web address"),
        ("https://user:secret@reports.example/a.pdf", "the address has a name or password in it"),
        ("http://[::1/a.pdf", "is no web address"),
        ("http://nowhere.invalid/a.pdf", "there is no host nowhere.invalid"),
    ],
)
def test_address_that_is_none_is_refused(folder: Path, url: str, reason: str) -> None:
    with pytest.raises(NotAdded, match=reason):
        add(url, folder)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254",
     "100.64.0.1", "[fe80::1]", "[fd00::1]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "224.0.0.1",
     "255.255.255.255", "2130706433", "0x7f.1", "127.1"],
)  # fmt: skip
def test_addresses_of_this_machine_and_network_are_refused(
    host: str, server: ThreadingHTTPServer, folder: Path
) -> None:
    asked = len(Handler.asked)
    with pytest.raises(NotAdded, match=r"of a local network|there is no host|is no web address"):
        add(f"http://{host}:{server.server_port}/reports/exham.pdf", folder)
    assert len(Handler.asked) == asked


def test_public_addresses_are_not_refused() -> None:
    for address in ("93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::5db8:d822"):
        assert is_public(ipaddress.ip_address(address))


def looked_up_as(*addresses: str) -> Callable[..., list[tuple[object, ...]]]:
    """`socket.getaddrinfo` for names that end in .test: one address after the other, the last again and again."""
    real, left = socket.getaddrinfo, list(addresses)

    def look_up(host: str, port: int, *args: object, **kwargs: object) -> list[tuple[object, ...]]:
        if not str(host).endswith(".test"):
            return real(host, port, *args, **kwargs)  # type: ignore[arg-type, return-value]
        address = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    return look_up


def test_it_is_the_address_looked_up_that_is_connected_to(
    server: ThreadingHTTPServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The first answer is this machine's, a second one would be of another: it is never asked for.
    monkeypatch.setattr(socket, "getaddrinfo", looked_up_as("127.0.0.1", "192.0.2.1"))
    add(f"http://reports.test:{server.server_port}/reports/exham.pdf", folder, private=True)
    assert Handler.asked[-1] == ("/reports/exham.pdf", f"reports.test:{server.server_port}")


def test_each_step_of_the_way_is_checked(
    server: ThreadingHTTPServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", looked_up_as("127.0.0.1"))
    monkeypatch.setattr(fetch, "is_public", lambda address: str(address) == "127.0.0.1")
    with pytest.raises(NotAdded, match=r"169\.254\.169\.254 is at 169\.254\.169\.254, an address of this machine or"):
        add(f"http://reports.test:{server.server_port}/to-metadata", folder)


def test_encrypted_way_does_not_lead_to_one_that_is_not(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def reply(request: httpx.Request) -> httpx.Response:
        return httpx.Response(302, headers={"Location": "http://reports.test/a.pdf"})

    client = httpx.Client
    monkeypatch.setattr(socket, "getaddrinfo", looked_up_as("127.0.0.1"))
    monkeypatch.setattr(httpx, "Client", lambda **options: client(transport=httpx.MockTransport(reply)))
    with pytest.raises(NotAdded, match="which is not encrypted"):
        add("https://reports.test/a.pdf", folder, private=True)


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("report.pdf", "report.pdf"),
        ("..", "document"),
        ("", "document"),
        ("a/b\\c.pdf", "c.pdf"),
        ("~$lock.docx", "lock.docx"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("a\x1b[2J\n.pdf", "a[2J.pdf"),
        ('<script>"x".pdf', "script x.pdf"),
        ("NUL.pdf", "_NUL.pdf"),
        ("n" * 300 + ".pdf", "n" * 116 + ".pdf"),
        ("café – 2022.pdf", "café – 2022.pdf"),
    ],
)
def test_names_are_made_safe(given: str, name: str) -> None:
    assert safe_name(given) == name
    assert safe_name(name) == name


# In the library


def test_address_is_the_originals_and_survives_indexing_again(
    at: Callable[[str], str], folder: Path, tmp_path: Path
) -> None:
    add(at("/v1/file/50190000"), folder, private=True)
    encoder = ToyEncoder()
    for data in (tmp_path / "first", tmp_path / "second"):
        data.mkdir()
        library = Library(data, library_identity(encoder), create=True)
        update(library, [folder], encoder)
        [document] = library.documents()
        assert document.facts.url == at("/v1/file/50190000")
        assert document.facts.read_from["url"] == f"fetched {date.today().isoformat()}"
        (folder / "50190000.pdf").rename(folder / "Exham.pdf") if data.name == "first" else None
    assert document.path == "Exham.pdf"


def test_address_that_a_document_gives_itself_goes_before(folder: Path, tmp_path: Path) -> None:
    data = b"---\ntitle: Plan\nurl: https://example.org/original\n---\n\nWords."
    (folder / "plan.md").write_bytes(data)

    note_fetched(
        folder, hashlib.sha256(data).hexdigest(), "plan.md", Fetched("https://copy.example/", date(2026, 1, 2))
    )
    library = Library(tmp_path, library_identity(ToyEncoder()), create=True)
    update(library, [folder], ToyEncoder())
    assert library.documents()[0].facts.url == "https://example.org/original"


def test_lines_that_say_nothing_of_use_are_passed_over(folder: Path) -> None:
    note_fetched(folder, "a" * 64, "a.pdf", Fetched("https://example.org/a", date(2026, 1, 2)))
    lines = [
        "", "[]", "{}", "not JSON", '{"sha256": "b", "url": "javascript:alert(1)", "fetched": "2026-01-02"}',
        '{"sha256": "b", "url": "data:text/html,x", "fetched": "2026-01-02"}',
        '{"sha256": "b", "url": "https://a\\u202e.example", "fetched": "2026-01-02"}',
        '{"sha256": "b", "url": 7, "fetched": "2026-01-02"}', "[" * 100_000,
    ]  # fmt: skip
    with (folder / FILE).open("a") as file:
        file.write("\n".join(lines))
    assert read_fetched([folder]) == {"a" * 64: Fetched("https://example.org/a", date(2026, 1, 2))}


def test_command_adds_and_says_what_to_do_next(
    at: Callable[[str], str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INSPECTION_ASSISTANT_DOCUMENTS", str(folder))
    refused = CliRunner().invoke(app, ["add", at("/v1/file/50190000")])
    assert (refused.exit_code, names(folder)) == (2, [])
    assert "the setting fetch_private allows such" in refused.stderr
    monkeypatch.setenv("INSPECTION_ASSISTANT_FETCH_PRIVATE", "true")
    done = CliRunner().invoke(app, ["add", at("/v1/file/50190000"), "--name", "Exham.pdf"])
    assert done.exit_code == 0
    assert done.stdout == f"Added {folder / 'Exham.pdf'}, a PDF. Now run 'inspection-assistant index'.\n"
    again = CliRunner().invoke(app, ["add", at("/v1/file/50190000")])
    assert again.stdout == f"The same file is there already: {folder / 'Exham.pdf'}. Nothing was added.\n"
