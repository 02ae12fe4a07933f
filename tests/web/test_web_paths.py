"""Paths made to reach what is not meant to be reached, sent as they stand: a client would tidy them up first."""

from __future__ import annotations

import socket
from urllib.parse import quote, urlsplit

import pytest

from assistant.web.application import STATIC
from tests.web.browsing import Find

UP = "../../../../../../../../../../../.."
ENCODED_UP = "%2e%2e/" * 12
PACKED_UP = "..%2f" * 12

# Below each place that serves files: out of it in every spelling, absolute, with NUL, and longer than a file's name.
PLACES = (
    "/documents", "/documents/{known}/pages", "/static", "/chat/assets", "/chat/static", "/chat/static/img",
    "/judgements", "/judgements/northmoor", "/site", "/download", "/api/v1/documents",
)  # fmt: skip
WAYS = (
    f"{UP}/etc/passwd", f"{ENCODED_UP}etc/passwd", f"{PACKED_UP}etc%2fpasswd", f"{ENCODED_UP}etc%2fpasswd",
    r"..\..\application.py", "..%5c..%5capplication.py", "../application.py", "%2e%2e%2fapplication.py",
    "..%2f..%2f..%2fpyproject.toml", "%252e%252e%252fapplication.py", "..;/application.py",
    "%c0%ae%c0%ae%2fapplication.py", "/etc/passwd", "%2fetc%2fpasswd", "file:///etc/passwd", "%00",
    "style.css%00.png", "..%00/application.py", "C:%5cWindows%5cwin.ini", "%5c%5cserver%5cshare", "a" * 300,
    "%f0%9f%98%80" * 100, "a" * 9000, "a/" * 4000,
)  # fmt: skip

# Gradio's closed routes by other spellings of their addresses.
CLOSED = (
    "/chat//gradio_api/upload", "//chat/gradio_api/upload", "/chat/./gradio_api/upload",
    "/chat/x/../gradio_api/upload", "/CHAT/gradio_api/upload", "/chat/Gradio_API/upload",
    "/chat;x=1/gradio_api/upload", "/chat/;/gradio_api/upload", "/chat/gradio_api;x/upload",
    "/chat/gradio_api/upload;x=1", "/chat/gradio_api/upload/", "/chat/gradio_api/upload%00",
    "/chat/gradio_api/upload%20", "/chat/gradio_api%2fupload", "/chat%2fgradio_api%2fupload",
    "/%63hat/gradio_api/upload", "/chat/gradio_api/%75pload", "/chat/gradio_api/queue/join/../../upload",
    "/chat/gradio_api/queue/join/..%2f..%2fupload", "/chat/gradio_api/heartbeat/..%2fupload",
    "/chat/static/..%2fgradio_api/upload", "/chat/\tgradio_api/upload", "/chat/gradio_api/file=/etc/passwd",
    "/chat/gradio_api/file%3d/etc/passwd", "/chat/gradio_api/file=..%2f..%2fetc%2fpasswd",
    "/chat/assets/../gradio_api/file=/etc/passwd", "/chat/static/..%2fgradio_api/file=%2fetc%2fpasswd",
    "/chat/gradio_api/file/etc/passwd", "/chat/file=/etc/passwd", "/chat/gradio_api/proxy=http://127.0.0.1/health",
    "/gradio_api/upload", "/gradio_api/file=/etc/passwd", "/insight/chat/gradio_api/upload",
)  # fmt: skip
# What is no path at all, or another host's.
ODD = (
    "//etc/passwd", "///", "/..", "/%2e%2e", "/%", "/%zz", "*", "etc/passwd", "http://evil.example/etc/passwd",
    "//evil.example/..", "//evil.example/documents/", "/%5cevil.example", "/documents/é", "/\x01",
    "/health%0d%0aSet-Cookie:x=1", "/" + "../" * 3000,
)  # fmt: skip

# What would be in the answer if one of them led somewhere: of /etc/passwd, the program, the chat's page, and what
# Gradio's upload says to a body that is none.
WITHIN = (b"root:x:", b"from __future__", b"[project]", b"window.gradio_config", b"boundary")


def answer(server: str, method: str, target: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of the answer to a request whose target is sent as it stands."""
    host, port = server.removeprefix("http://").split(":")
    head = f"{method} {target} HTTP/1.1\r\nHost: assistant.test\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(head.encode())
        received = b"".join(iter(lambda: connection.recv(2**16), b""))
    lines, _, body = received.partition(b"\r\n\r\n")
    status, *fields = lines.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (field.partition(": ") for field in fields)}
    return int(status.split()[1]), headers, body


def is_refused(server: str, method: str, target: str) -> bool:
    """Whether it is answered as it should be: 4xx, or a way to another place of this site; with nothing from within."""
    status, headers, body = answer(server, method, target)
    assert not any(words in body for words in WITHIN), (target, body[:500])
    assert "set-cookie" not in headers, target
    if 300 <= status < 400:
        return urlsplit(headers["location"]).netloc in {"", "assistant.test"} and "//" not in headers["location"][7:]
    return 400 <= status < 500


def test_the_measure_sees_what_is_served(server: str, find: Find) -> None:
    # Each place does serve: what is refused below is refused for its path.
    known = find("northmoor - 12").digest[:12]
    served = ("/static/style.css", "/chat/static/img/logo.svg", "/judgements/northmoor")
    for path in (f"/documents/{known}/pages/1.png", f"/api/v1/documents/{known}", *served):
        assert answer(server, "GET", path)[0] == 200, path
        assert not is_refused(server, "GET", path)
    assert b"from __future__" in (STATIC.parent / "application.py").read_bytes()


@pytest.mark.parametrize("place", PLACES)
def test_no_path_leads_out_of_its_place(server: str, find: Find, place: str) -> None:
    below = place.format(known=find("northmoor - 12").digest[:12])
    assert [way for way in WAYS if not is_refused(server, "GET", f"{below}/{way}")] == []


def test_no_spelling_opens_what_is_closed(server: str) -> None:
    assert [path for path in CLOSED for method in ("GET", "POST") if not is_refused(server, method, path)] == []


def test_odd_addresses_are_refused(server: str) -> None:
    assert [path for path in ODD if not is_refused(server, "GET", path)] == []


def test_one_document_gives_nothing_of_another(server: str, find: Find) -> None:
    known, other = find("northmoor - 12").digest[:12], find("summary").digest[:12]
    for path in (f"{known}/../{other}", f"{known}/pages/..%2f..%2f{other}%2foriginal", f"{known}%2f..%2f{other}",
                 f"{known}/original/../../{other}/original", f"{known},{other}", f"{known}/{other}", "%25", "_" * 12,
                 f"{known[:11]}_", f"{known[:6]}%25", quote("' OR 1=1 --")):  # fmt: skip
        status, _, body = answer(server, "GET", f"/documents/{path}")
        assert status == 404, path
        assert b"second Thursday" not in body, path
