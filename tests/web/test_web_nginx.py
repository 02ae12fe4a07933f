"""The site behind nginx with the very files of deploy/nginx, below a path; only port and logs' folder differ."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import quote, urldefrag, urljoin, urlsplit

import httpx
import lxml.html
import pytest

from assistant import logs
from assistant.assistant import Assistant
from assistant.settings import Settings
from assistant.web.application import create_app
from assistant.web.limits import LONGEST_BODY
from tests.web.browsing import CASELOADS, QUOTED, serving
from tests.web.chat_over_http import Page
from tests.web.nginx import NGINX, ROOT, before
from tests.web.test_web_logs import lines, logging_as_before

__all__ = ["logging_as_before"]

FEW = 40
pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where nginx has its files."""
    return tmp_path_factory.mktemp("nginx")


@pytest.fixture(scope="module")
def origin(assistant: Assistant, folder: Path) -> Iterator[str]:
    """The address of nginx, with the site behind it."""
    settings = Settings(root_path=ROOT, proxies=(ip_network("127.0.0.1"),), requests_per_minute=FEW)
    with serving(create_app(assistant, settings)) as behind, before(urlsplit(behind).netloc, folder) as address:
        yield address


def test_every_link_of_every_page_stays_below_the_path(origin: str) -> None:
    found, seen = {f"{origin}{ROOT}"}, set()
    with httpx.Client(follow_redirects=True, timeout=30) as client:
        while found := found - seen:
            address = found.pop()
            seen.add(address)
            response = client.get(address)
            assert response.status_code == 200, address
            if response.headers["content-type"].startswith("text/html"):
                links = lxml.html.document_fromstring(response.text).xpath("//@href | //@src | //@srcset")
                there = {urldefrag(urljoin(str(response.url), link)).url for link in links}
                found |= {link for link in there if urlsplit(link).netloc == urlsplit(origin).netloc}
    assert {urlsplit(address).path.startswith(ROOT) for address in seen} == {True}
    assert len(seen) > 40


def test_the_chat_answers_and_a_citation_opens(origin: str) -> None:
    with httpx.Client(base_url=f"{origin}{ROOT}/", timeout=60) as client:
        shown = Page(client).ask(CASELOADS)
        assert QUOTED in shown
        address = re.search(r"\.\./(documents/\w+\?start=\d+&(?:amp;)?end=\d+)", shown.replace('\\"', '"'))
        assert address
        assert "<mark" in client.get(address.group(1).replace("&amp;", "&")).raise_for_status().text


def test_addresses_in_an_answer_are_those_of_nginx(origin: str) -> None:
    answer = httpx.post(f"{origin}{ROOT}/api/v1/ask", json={"question": CASELOADS}).raise_for_status().json()
    assert answer["citations"][0]["address"].startswith(f"{origin}{ROOT}/documents/")


def test_nobody_can_pass_for_someone_else(origin: str) -> None:
    asked = [
        httpx.get(f"{origin}{ROOT}/api/v1/documents", headers={"x-forwarded-for": f"192.0.2.{n}"}).status_code
        for n in range(FEW + 1)
    ]
    assert asked[-1] == 429
    # What is for this machine only is not for those whom nginx on it passes on.
    for headers in ({}, {"x-forwarded-for": "127.0.0.1"}, {"forwarded": "for=127.0.0.1"}):
        assert httpx.get(f"{origin}{ROOT}/metrics", headers=headers).status_code == 403


def test_nginx_names_who_has_signed_in_and_nobody_else_does(assistant: Assistant, tmp_path: Path) -> None:
    settings = Settings(root_path=ROOT, proxies=(ip_network("127.0.0.1"),), access="header")
    (tmp_path / "users").write_text("ana:{PLAIN}a password\n")
    basic = f"auth_basic x; auth_basic_user_file {tmp_path}/users; proxy_set_header X-Remote-User $remote_user;"
    forged = {"x-remote-user": "ana"}
    with serving(create_app(assistant, settings)) as behind:
        there = urlsplit(behind).netloc
        with before(there, tmp_path) as origin:  # as the file stands
            assert httpx.get(f"{origin}{ROOT}/documents/", headers=forged).status_code == 401
            assert httpx.get(f"{origin}{ROOT}/documents/", auth=("ana", "any")).status_code == 401
            assert httpx.get(f"{origin}{ROOT}/health").status_code == 200
        with before(there, tmp_path, basic) as origin:
            assert httpx.get(f"{origin}{ROOT}/documents/", headers=forged).status_code == 401
            assert httpx.get(f"{origin}{ROOT}/documents/", auth=("ana", "wrong"), headers=forged).status_code == 401
            with httpx.Client(base_url=f"{origin}{ROOT}/", auth=("ana", "a password"), timeout=60) as client:
                assert QUOTED in Page(client).ask(CASELOADS)


def test_what_is_too_large_is_refused(origin: str) -> None:
    large = httpx.post(f"{origin}{ROOT}/download/word", data={"conversation": "x" * (LONGEST_BODY + 1)})
    assert large.status_code == 413


def test_no_question_is_in_any_log(assistant: Assistant, tmp_path: Path, logging_as_before: None) -> None:
    logs.set_up("json", tmp_path / "site.log", 14)
    question, settings = "Was Jonathan Zebedee found?", Settings(root_path=ROOT)
    with (
        serving(create_app(assistant, settings)) as behind,
        before(urlsplit(behind).netloc, tmp_path) as origin,
        httpx.Client(base_url=f"{origin}{ROOT}/", timeout=60) as client,
    ):
        address = f"chat/?q={quote(question)}"
        client.get(address).raise_for_status()
        client.get("static/style.css", headers={"referer": f"{origin}{ROOT}/{address}"}).raise_for_status()
        httpx.get(f"{origin}{ROOT}?q={quote(question)}")
        named = client.get("documents/").headers["x-request-id"]
    # And where the site is away, which nginx complains of with the whole address.
    with before("127.0.0.1:1", tmp_path) as origin:
        assert httpx.get(f"{origin}{ROOT}/{address}").status_code == 502
    logged = (tmp_path / "inspection-assistant.log").read_text()
    assert f'"GET {ROOT}/documents/ HTTP/1.1" 200' in logged
    assert named in logged
    assert named in {line["request_id"] for line in lines(tmp_path / "site.log")}
    for file in tmp_path.glob("*.log"):
        assert "zebedee" not in file.read_text().lower(), file
