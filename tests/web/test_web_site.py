"""The site's own name, logo and colours, and the pages about it, which say what library and settings hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from urllib.parse import urljoin

import lxml.html
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from assistant.assistant import Assistant
from assistant.coverage import counted, coverage
from assistant.settings import Settings
from assistant.web.accessibility import STATEMENT
from assistant.web.application import create_app
from assistant.wording import day_in_full
from index.describe import Facts
from index.encoder import Encoder
from index.stored import StoredDocument

Find = Callable[[str], StoredDocument]

PAGES = ("/about", "/accessibility", "/transparency")
SVG = '<svg xmlns="http://www.w3.org/2000/svg"><script>window.hacked=1</script></svg>'
NAME, BODY, HELP = "Ask <reports>", "Exampleshire & Partners", "help@example.gov.uk"


def tree(text: str) -> lxml.html.HtmlElement:
    return lxml.html.document_fromstring(text)


def words(text: str) -> str:
    """What a page says in its main part, on one line."""
    return " ".join(tree(text).xpath("//main")[0].text_content().split())


@pytest.fixture(scope="module")
def logo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hostile logo."""
    path = tmp_path_factory.mktemp("site") / "logo.svg"
    path.write_text(SVG)
    return path


@pytest.fixture(scope="module")
def own(assistant: Assistant, logo: Path) -> FastAPI:
    """An application with every setting of a site's own, beside the plain one."""
    return create_app(
        assistant,
        Settings(
            site_name=NAME,
            organisation=BODY,
            contact=HELP,
            logo=logo,
            colour="#702082",
            host="0.0.0.0",
            reranker="/srv/models/cross-encoder",
        ),
    )


@pytest.fixture(scope="module")
def own_client(own: FastAPI) -> TestClient:
    return TestClient(own, base_url="http://own.test")


# The site's own


def test_two_sites_do_not_mix(client: TestClient, own_client: TestClient) -> None:
    for path in (*PAGES, "/documents/", "/nowhere", "/chat/gradio_api/upload"):
        for site, name in ((own_client, NAME), (client, "Inspection Assistant"), (own_client, NAME)):
            page = tree(site.get(path).text)
            assert page.findtext(".//title").endswith(f" – {name}"), path
            assert page.xpath("//header//a[@class='product']")[0].text_content().strip() == name
    assert "Inspection Assistant" not in words(own_client.get("/about").text)
    assert BODY in words(own_client.get("/about").text)
    assert BODY not in words(client.get("/about").text)


def test_chat_has_the_name_of_its_site(client: TestClient, own_client: TestClient) -> None:
    assert own_client.get("/chat/config").json()["title"] == NAME
    assert client.get("/chat/config").json()["title"] == "Inspection Assistant"


def test_an_error_page_is_of_its_site(assistant: Assistant) -> None:
    app = create_app(assistant, Settings(site_name=NAME))

    def fail() -> None:
        raise RuntimeError

    app.add_api_route("/fails", fail)
    page = TestClient(app, raise_server_exceptions=False).get("/fails")
    assert page.status_code == 500
    assert tree(page.text).findtext(".//title").endswith(f" – {NAME}")


def test_logo_is_served_so_that_it_cannot_run_script(client: TestClient, own_client: TestClient) -> None:
    response = own_client.get("/site/logo")
    assert response.text == SVG
    assert response.headers["content-type"] == "image/svg+xml"
    assert response.headers["x-content-type-options"] == "nosniff"
    policy = response.headers["content-security-policy"].split("; ")
    assert {"default-src 'none'", "sandbox"} <= set(policy)
    assert tree(own_client.get("/about").text).xpath("//header//img/@src") == ["./site/logo"]
    assert client.get("/site/logo").status_code == 404
    assert tree(client.get("/about").text).xpath("//header//img") == []


def test_a_png_logo_has_its_type(assistant: Assistant, tmp_path: Path) -> None:
    path = tmp_path / "logo.PNG"
    path.write_bytes(b"\x89PNG\r\n\x1a\n")
    app = create_app(assistant, Settings(logo=path))
    assert TestClient(app).get("/site/logo").headers["content-type"] == "image/png"


def test_colours_override_ours_in_their_scheme_only(
    assistant: Assistant, client: TestClient, own_client: TestClient
) -> None:
    response = own_client.get("/site.css")
    assert response.headers["content-type"].startswith("text/css")
    assert "@media (prefers-color-scheme: light)" in response.text
    assert "--accent: #702082;" in response.text
    assert "dark" not in response.text
    assert client.get("/site.css").text == ""
    both = TestClient(create_app(assistant, Settings(colour="#702082", colour_dark="#D8A6E6"))).get("/site.css").text
    assert both.count("--accent:") == both.count("--soft:") == 2
    assert "--accent: #d8a6e6;" in both.split("dark")[1]
    sheets = tree(own_client.get("/about").text).xpath("//link[@rel='stylesheet']/@href")
    assert sheets == ["./static/style.css", "./site.css"]


# Header and footer


@pytest.mark.parametrize(
    ("path", "current"),
    [("/about", ["About", "About"]), ("/documents/", ["All documents"]), ("/accessibility", ["Accessibility"]),
     ("/nowhere", [])],
)  # fmt: skip
def test_the_link_to_the_page_at_hand_is_marked(client: TestClient, path: str, current: list[str]) -> None:
    page = tree(client.get(path).text)
    assert [a.text_content() for a in page.xpath("//a[@aria-current='page']")] == current


def test_links_of_header_and_footer_lead_somewhere_from_everywhere(client: TestClient, find: Find) -> None:
    for path in ("/about", "/documents/", f"/documents/{find('notes').digest[:12]}", "/no/such/page"):
        links = tree(client.get(path).text).xpath("//header//a/@href | //footer//a/@href | //link/@href")
        assert len(links) == 11
        assert {client.get(urljoin(path, link)).status_code for link in links} == {200}


def test_pages_of_the_site_elsewhere_take_the_place_of_our_drafts(assistant: Assistant, client: TestClient) -> None:
    theirs = {
        "Accessibility": ("/accessibility", "https://exham.example/accessibility?of=assistant"),
        "Transparency record": ("/transparency", "https://exham.example/records/7"),
    }
    addresses = [address for _, address in theirs.values()]
    settings = Settings(accessibility_page=addresses[0], transparency_page=addresses[1])
    other = TestClient(create_app(assistant, settings))
    page = tree(other.get("/about").text)
    for name, (path, address) in theirs.items():
        assert page.xpath(f"//footer//a[text()='{name}']/@href") == [address]
        assert page.xpath(f"//main//a[@href='{address}']")
        assert (client.get(path).status_code, other.get(path).status_code) == (200, 404)
    only = TestClient(create_app(assistant, Settings(accessibility_page=addresses[0])))
    assert tree(only.get("/transparency").text).xpath(f"//main//a[@href='{addresses[0]}']")


def test_contact_is_a_link_where_it_is_set(assistant: Assistant, client: TestClient, own_client: TestClient) -> None:
    page = TestClient(create_app(assistant, Settings(contact="https://intranet.example/help")))
    for site, links in ((client, []), (own_client, [f"mailto:{HELP}"]), (page, ["https://intranet.example/help"])):
        footer = tree(site.get("/documents/").text).xpath("//footer")[0]
        assert footer.xpath(".//a[.='Contact']/@href") == links


# What the library covers


def test_coverage_is_that_of_the_library(assistant: Assistant) -> None:
    found = coverage(assistant)
    assert found.words == "3 reports on Northmoor and Southvale; 2 summaries; and 4 other documents"
    assert found.newest == "June 2022"
    assert found.updated == day_in_full(datetime.fromisoformat(assistant.library.updated).astimezone().date())
    assert (found.documents, found.unreadable) == (9, 1)
    assert found.sentence == f"{found.words}. Newest inspection: June 2022. Last updated: {found.updated}."


def test_documents_are_counted_by_kind() -> None:
    def documents(kind: str, *authorities: str | None) -> list[StoredDocument]:
        return [StoredDocument(0, "", "", "pdf", Facts("Title", kind, authority), 1) for authority in authorities]

    reports = documents("report", *(f"Authority {n % 67}" for n in range(1190)))
    assert counted([]) == "no documents yet"
    assert counted(documents("report", "Exham")) == "one report on Exham"
    assert counted(documents("summary", "Exham", None)) == "2 summaries (1 on Exham)"
    assert counted(documents("leaflet", None)) == "one other document"
    assert (
        counted([*documents("news", "Exham"), *reports, *documents("summary", "Exham", "Exham")])
        == "1,190 reports of 67 authorities, 2 summaries and one news article"
    )


def test_an_empty_library_is_said_to_be_empty(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assistant, "documents", list)
    assert coverage(assistant).sentence.startswith("no documents yet. Last updated: ")


# The pages


def test_about_says_what_is_covered(client: TestClient, assistant: Assistant) -> None:
    text = words(client.get("/about").text)
    assert f"It covers {coverage(assistant).sentence}" in text
    assert "One more file could not be read" in text
    assert "Do not enter names or details of children or families." in text
    assert "This site is run by [name of your organisation]." in text


def test_own_pages_have_no_open_place_for_what_is_set(own_client: TestClient) -> None:
    about = words(own_client.get("/about").text)
    assert f"This site is run by {BODY}. For help, or to report a mistake: {HELP}." in about
    assert "[" not in about
    for path in ("/accessibility", "/transparency"):
        text = words(own_client.get(path).text)
        assert BODY in text
        assert HELP in text
        assert "[name of your organisation]" not in text


def test_statement_and_record_are_marked_as_drafts(client: TestClient) -> None:
    for path in ("/accessibility", "/transparency"):
        assert tree(client.get(path).text).xpath("//*[@class='notice']")[0].text_content().startswith("Draft.")


def test_statement_has_the_parts_that_the_law_asks_for(client: TestClient) -> None:
    page = client.get("/accessibility").text
    assert [h.text_content() for h in tree(page).xpath("//h2")] == [
        "How accessible this website is",
        "Feedback and contact information",
        "Enforcement procedure",
        "Technical information about this website’s accessibility",
        "Non-accessible content",
        "What we’re doing to improve accessibility",
        "Preparation of this accessibility statement",
    ]
    text = words(page)
    assert "partially compliant" in text
    assert "Equality and Human Rights Commission" in text
    assert "Equality Advisory and Support Service" in text
    assert day_in_full(STATEMENT.tested_on) in text
    assert STATEMENT.tested_on <= date.today()
    for gap in STATEMENT.gaps:
        assert gap.what in text
        for criterion in gap.criteria:
            assert criterion in text


@pytest.mark.parametrize(
    ("feedback", "said"),
    [
        ("off", "not kept and not logged."),
        ("votes", "without the question"),
        ("answers", "with the question and the answer"),
    ],
)
def test_what_is_kept_of_questions_is_said_as_it_is_set(assistant: Assistant, feedback: str, said: str) -> None:
    client = TestClient(create_app(assistant, Settings(feedback=feedback)))
    for path in ("/about", "/transparency"):
        assert said in words(client.get(path).text)


def test_record_is_filled_from_library_settings_and_thresholds(
    client: TestClient, own_client: TestClient, assistant: Assistant
) -> None:
    page = tree(client.get("/transparency").text)
    fields = {
        " ".join(d.findtext("dt").split()): " ".join(d.find("dd").text_content().split())
        for d in page.xpath("//dl[@class='fields']/div")
    }
    assert fields["Model name"] == "all-MiniLM-L6-v2, adapted to inspection reports"
    assert fields["Model version"] == assistant.library.identity["encoder"].partition("@")[2]
    assert f"9 documents in {assistant.library.count_passages()} passages" in fields["Data quantities"]
    assert f"below {assistant.ranking.refuse_below:.3f}, on a scale from 0 to 1" in fields["Thresholds"]
    assert "https://intranet.example" in fields["Access"]
    assert "from the server itself only" in fields["System architecture"]
    assert "Questions are not kept and not logged." in fields["Data access and storage"]
    assert "that and the reason are kept, without the question" in fields["Data access and storage"]
    assert "Off: no second model" in words(client.get("/transparency").text)
    own = words(own_client.get("/transparency").text)
    assert "Model name cross-encoder" in own
    assert "/srv/models" not in own
    assert "No other site may show it in a frame." in own
    assert "It listens on 0.0.0.0, so other machines may reach it." in own


def test_thresholds_are_those_in_use(assistant: Assistant, encoder: Encoder) -> None:
    other = Assistant(assistant.library, encoder, replace(assistant.ranking, refuse_below=0.125))
    assert "below 0.125" in words(TestClient(create_app(other, Settings())).get("/transparency").text)


@pytest.mark.parametrize("path", PAGES)
def test_pages_have_headings_in_order_and_no_script(own_client: TestClient, path: str) -> None:
    response = own_client.get(path)
    page = tree(response.text)
    levels = [int(h.tag[1]) for h in page.xpath("//h1 | //h2 | //h3 | //h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below <= above + 1 for above, below in pairwise(levels))
    assert page.get("lang") == "en-GB"
    assert page.xpath("//script | //style | //@style") == []
    assert "script-src" not in response.headers["content-security-policy"]
