"""A file is fetched from a web address into a folder of documents, once it is known that it can be read.

The address comes from a person, but where it leads from there is up to others: each step of the way is looked up, and
what was looked up is what is connected to, so that no answer leads into the network that this machine stands in.
"""

from __future__ import annotations

import hashlib
import ipaddress
import os
import re
import socket
import ssl
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from email.message import Message
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

import httpx

from index.documents import Unreadable
from index.fetched import Fetched, note_fetched
from index.readers import FORMATS, LARGEST, NAMES, Format, format_of
from index.readers.apart import ReaderProcess
from index.readers.writer import folded

MOST_REDIRECTS = 5
SECONDS = 120  # for all of it
TIMEOUTS = httpx.Timeout(20, connect=10)  # seconds of silence
LONGEST_NAME = 120  # characters
NOT_IN_NAMES = re.compile(r'[<>:"|?*\s\x00-\x1f]+')  # what Windows does not take, and what parts words
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.I)  # on Windows
SUFFIXES: dict[Format, str] = {"pdf": ".pdf", "word": ".docx", "html": ".html", "markdown": ".md", "text": ".txt"}
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class NotAdded(ValueError):
    """The file was not added; the message says why, in words for the user."""


@dataclass(frozen=True)
class Added:
    """A file of the folder: new, or there already with the same content."""

    path: Path
    format: str
    is_new: bool


def add(url: str, folder: Path, name: str = "", private: bool = False, verify: ssl.SSLContext | bool = True) -> Added:
    """Fetch a file into a folder under this name, else one made from what the server calls it.

    Nothing there is overwritten: where the name is taken, a number is added to it. `private` allows addresses of this
    machine and the local network. Raises NotAdded, and OSError where the folder cannot be written to.
    """
    if not folder.is_dir():
        raise NotAdded(f"{folder} is not a folder; it is where documents are kept")
    if name and name != safe_name(name):
        raise NotAdded(f"{name!r} cannot be a file's name here; {safe_name(name)!r} can")
    download = _download(url, private, verify)
    digest = hashlib.sha256(download.data).hexdigest()
    name = _with_suffix(name or safe_name(download.name), download.data)
    try:
        with ReaderProcess() as reader:
            _, found = reader.read(download.data, name)
    except Unreadable as error:
        raise NotAdded(f"{url}: {error}") from error
    if held := _held(folder, len(download.data), digest):
        return Added(held, NAMES[found], is_new=False)
    note_fetched(folder, digest, name, Fetched(_as_link(url), date.today()))
    return Added(_store(download.data, folder, name), NAMES[found], is_new=True)


def safe_name(given: str) -> str:
    """A file name, without folders, made from what somebody else calls the file; never hidden, reserved or long."""
    name = NOT_IN_NAMES.sub(" ", folded(re.split(r"[/\\]", given)[-1]))
    name = name.encode(errors="ignore").decode().strip(" .~$") or "document"
    stem, suffix = os.path.splitext(name)
    name = stem[: LONGEST_NAME - len(suffix)].rstrip(" .") + suffix if len(suffix) < 10 else name[:LONGEST_NAME]
    return f"_{name}" if RESERVED.match(name) else name


# --- Fetching ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Download:
    data: bytes
    name: str


def _download(url: str, private: bool, verify: ssl.SSLContext | bool) -> _Download:
    until = time.monotonic() + SECONDS
    # Settings of the environment, such as a proxy, would have somebody else look the address up again.
    with httpx.Client(trust_env=False, follow_redirects=False, timeout=TIMEOUTS, verify=verify) as client:
        at = _parsed(url)
        for _ in range(MOST_REDIRECTS + 1):
            try:
                with _opened(client, at, private) as response:
                    if not response.has_redirect_location:
                        return _Download(_body(response, at, until), _name(response, at))
                    following = at.join(response.headers["location"])
            except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
                raise NotAdded(f"{at} cannot be fetched ({str(error) or type(error).__name__})") from error
            if at.scheme == "https" and following.scheme == "http":
                raise NotAdded(f"{at} leads on to {following}, which is not encrypted")
            at = _parsed(str(following))
    raise NotAdded(f"{url} leads on to other addresses more than {MOST_REDIRECTS} times")


def _parsed(url: str) -> httpx.URL:
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError) as error:
        raise NotAdded(f"{url} is no web address ({error})") from error
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise NotAdded(f"{url} is no web address; give one that begins with https://")
    if parsed.userinfo:
        raise NotAdded("the address has a name or password in it; give one without")
    return parsed


def _as_link(url: str) -> str:
    """The address with the few signs spelt out that it may have and a link may not."""
    return re.sub(r"['`\\]", lambda match: f"%{ord(match[0]):02X}", str(httpx.URL(url)))


@contextmanager
def _opened(client: httpx.Client, url: httpx.URL, private: bool) -> Iterator[httpx.Response]:
    """The response of the first of the host's addresses that can be connected to."""
    addresses = _looked_up(url, private)
    headers = {"Host": url.netloc.decode(), "Accept-Encoding": "identity", "User-Agent": "inspection-assistant"}
    for number, address in enumerate(addresses, 1):
        request = client.build_request(
            "GET",
            url.copy_with(host=str(address)),
            headers=headers,
            extensions={"sni_hostname": url.raw_host.decode()},  # whose certificate it must be
        )
        try:
            response = client.send(request, stream=True)
        except httpx.ConnectError:
            if number == len(addresses):
                raise
            continue
        try:
            yield response
        finally:
            response.close()
        return


def _looked_up(url: httpx.URL, private: bool) -> list[Address]:
    """The host's addresses, in the system's order. Raises NotAdded where one of them may not be asked."""
    try:
        found = socket.getaddrinfo(url.host, url.port or 0, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotAdded(f"there is no host {url.host}, or it cannot be looked up") from error
    addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    refused = [] if private else [address for address in addresses if not is_public(address)]
    if refused:
        raise NotAdded(
            f"{url.host} is at {refused[0]}, an address of this machine or of a local network; "
            "the setting fetch_private allows such"
        )
    return list(dict.fromkeys(addresses))


def is_public(address: Address) -> bool:
    """Whether an address is on the internet at large, whatever it is written as."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast and not address.is_reserved


def _body(response: httpx.Response, url: httpx.URL, until: float) -> bytes:
    if response.status_code != 200:
        raise NotAdded(f"{url} answers with {response.status_code} {response.reason_phrase}".rstrip())
    if response.headers.get("content-encoding", "identity") != "identity":
        raise NotAdded(f"{url} sends the file packed, which was not asked for")
    length = response.headers.get("content-length", "")
    if length.isdigit() and int(length) > LARGEST:
        raise NotAdded(f"{url} has more than {LARGEST // 2**20} MB, which are not read")
    data = bytearray()
    for piece in response.iter_raw(2**16):
        data += piece
        if len(data) > LARGEST:
            raise NotAdded(f"{url} has more than {LARGEST // 2**20} MB, which are not read")
        if time.monotonic() > until:
            raise NotAdded(f"{url} takes longer than {SECONDS} seconds to fetch")
    return bytes(data)


def _name(response: httpx.Response, url: httpx.URL) -> str:
    """What the server calls the file, else the last part of the address."""
    message = Message()
    message["content-disposition"] = response.headers.get("content-disposition", "").replace("\n", " ")
    named = message.get_filename()
    return named or unquote(PurePosixPath(url.path).name)


# --- The folder -------------------------------------------------------------------------------------------------------


def _with_suffix(name: str, data: bytes) -> str:
    """The name with the suffix of its format, where it has none that is read: many addresses end in a number."""
    if PurePosixPath(name).suffix.lower() in FORMATS:
        return name
    try:
        found = format_of(data)
    except Unreadable as error:
        raise NotAdded(str(error)) from error
    if found is None:
        raise NotAdded(f"what is there is no file that is read, only {', '.join(sorted(FORMATS))} are")
    return f"{name}{SUFFIXES[found]}"


def _held(folder: Path, size: int, digest: str) -> Path | None:
    """A file of the folder that has the same content."""
    for path in sorted(folder.rglob("*")):
        is_same_size = not path.name.startswith(".") and path.is_file() and path.stat().st_size == size
        if is_same_size and hashlib.sha256(path.read_bytes()).hexdigest() == digest:
            return path
    return None


def _store(data: bytes, folder: Path, name: str) -> Path:
    """Write the file under its name, or the next that is free, whole from the moment that it can be seen."""
    stem, suffix = os.path.splitext(name)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".adding-", delete=False) as file:
        file.write(data)
    beside = Path(file.name)
    try:
        beside.chmod(0o644)
        for number in range(1, 10_000):
            path = folder / (f"{stem} ({number}){suffix}" if number > 1 else name)
            try:
                _name_it(beside, path)
            except FileExistsError:
                continue
            return path
    finally:
        beside.unlink(missing_ok=True)
    raise NotAdded(f"{folder} holds too many files named {name}")


def _name_it(beside: Path, path: Path) -> None:
    """Give a file its name. Raises FileExistsError where there is a file of that name, unlike a rename."""
    try:
        os.link(beside, path)
    except FileExistsError:
        raise
    except OSError:  # some network shares have no hard links: there an empty file takes the name first
        path.touch(exist_ok=False)
        beside.replace(path)
