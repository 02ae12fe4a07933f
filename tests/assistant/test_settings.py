"""Settings: the README's table is theirs, they come from environment and file, and a wrong one says what is wrong."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from assistant.colours import DARK, LIGHT, Scheme, contrast, mixed
from assistant.settings import LOGO_BYTES, PREFIX, SECRET, Settings

ROOT = Path(__file__).parents[2]
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'
COLOURS = st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)


def test_readme_lists_every_setting_with_its_default() -> None:
    table = re.search(r"\| setting \| default \|.*?\n\n", (ROOT / "README.md").read_text(encoding="utf-8"), re.S)
    assert table
    listed: dict[str, str] = {}
    for row in table.group().strip().split("\n")[2:]:
        names, defaults, meaning = (cell.strip() for cell in row.strip("|").split("|"))
        assert meaning
        found = [default.strip("`") for default in defaults.split(", ")]
        named = [name.strip("`") for name in names.split(", ")]
        listed |= dict(zip(named, found * len(named) if len(found) == 1 else found, strict=True))
    own = {name: shown(field.default) for name, field in Settings.model_fields.items()}
    assert listed == own


def shown(default: object) -> str:
    """A default as the README has it."""
    if isinstance(default, bool):
        return str(default).lower()  # as TOML writes it
    return "none" if default in ("", None, (), SecretStr("")) else str(default)


def test_every_setting_says_what_it_is_for() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_answers_are_found_by_a_process_a_core_and_four_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    for cores, expected in ((None, 1), (1, 1), (2, 2), (64, 4)):
        monkeypatch.setattr(os, "cpu_count", lambda cores=cores: cores)
        assert Settings().processes == expected
        assert Settings(answer_processes=3).processes == 3


def test_a_site_is_named_by_environment_and_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "inspection-assistant.toml").write_text(
        'site_name = "From the file"\norganisation = "Exampleshire"\ncolour = "#702082"\n'
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(f"{PREFIX}SITE_NAME", "From the environment")
    settings = Settings()
    assert (settings.site_name, settings.organisation, settings.colour) == (
        "From the environment",
        "Exampleshire",
        "#702082",
    )


def test_keys_and_hosts_come_from_environment_and_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "inspection-assistant.toml").write_text(
        'api_keys = ["first-key-of-the-file", "second-key-of-the-file"]\nhosts = ["intranet.example"]\n'
    )
    monkeypatch.chdir(tmp_path)
    settings = Settings()
    assert [key.get_secret_value() for key in settings.api_keys] == ["first-key-of-the-file", "second-key-of-the-file"]
    assert settings.hosts == ("intranet.example",)
    monkeypatch.setenv(f"{PREFIX}API_KEYS", "a-key-of-the-environment, another-key-of-the-environment")
    monkeypatch.setenv(f"{PREFIX}HOSTS", "a.example,b.example")
    settings = Settings()
    assert [key.get_secret_value() for key in settings.api_keys] == [
        "a-key-of-the-environment",
        "another-key-of-the-environment",
    ]
    assert settings.hosts == ("a.example", "b.example")
    assert "a-key-of-the-environment" not in repr(settings)


@pytest.mark.parametrize("key", ["fifteen-letters", "with a space in it", "with-ä-umlaut-in-it"])
def test_a_key_that_is_refused_is_not_shown(key: str) -> None:
    with pytest.raises(ValidationError, match="key 2 is shorter than 16 characters") as refused:
        Settings(api_keys=("a-key-that-is-long-enough", key))  # type: ignore[arg-type]
    assert key not in str(refused.value)


@pytest.mark.parametrize("host", ["https://intranet.example", "intranet.example/mcp", "*", ""])
def test_a_host_is_a_name(host: str) -> None:
    with pytest.raises(ValidationError, match="is no host name; write it as intranet"):
        Settings(hosts=(host,))


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("'none'", "'none'"),
        (" 'self'\n  https://intranet.example ", "'self' https://intranet.example"),
        ("http://*.exham.example:8080 intranet localhost:*", "http://*.exham.example:8080 intranet localhost:*"),
    ],
)
def test_sites_that_may_frame_the_chat(given: str, sent: str) -> None:
    assert Settings(frame_ancestors=given).frame_ancestors == sent


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ("‘self’", "‘self’"),
        ("self https://intranet.example", "self"),
        ("none", "none"),
        ("'self' 'none'", "'none'"),
        ("'self'; script-src *", "'self';"),
        ("'self'\r\nx-header: 1", "x-header:"),
        ("https://intranet.example\x00", "https://intranet.example\x00"),
        ("https://a.example, https://b.example", "https://a.example,"),
        ("https://intranet.example/page", "https://intranet.example/page"),
        ("https://*", "https://*"),
        ("https://a.*.example", "https://a.*.example"),
        ("https://bücher.example", "https://bücher.example"),
        ("javascript://x", "javascript://x"),
        ("*", "*"),
        ("", ""),
        (" ", " "),
    ],
)
def test_other_words_for_sites_that_may_frame_the_chat_are_refused(given: str, wrong: str) -> None:
    named = re.escape(f"{wrong!r} is no site that may show the chat; write 'self' for this one, or a host")
    with pytest.raises(ValidationError, match=named):
        Settings(frame_ancestors=given)


def test_times_are_written_as_people_do() -> None:
    for written, minutes in (("90s", 1.5), ("15m", 15), (" 2H ", 120)):
        assert Settings(update_every=written).update_every == timedelta(minutes=minutes)  # type: ignore[arg-type]
    assert Settings(update_every="").update_every is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("written", "words"),
    [
        *((w, "is no time; write it as 90s, 15m or 2h") for w in ("15", "15 min", "m", "-1h", "1.5h", "PT15M", 900)),
        *((w, "every 10s at most and every 168h") for w in ("0s", "9s", "169h", "999999h")),
    ],
)
def test_other_times_are_refused(written: str, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Settings(update_every=written)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["accessibility_page", "transparency_page"])
def test_pages_elsewhere_are_web_addresses(name: str) -> None:
    address = "https://exham.example/page"
    assert getattr(Settings(**{name: address}), name) == address  # type: ignore[arg-type]
    for wrong in ("http://exham.example/page", "exham.example", "https://", "javascript:alert(1)"):
        with pytest.raises(ValidationError, match=f"{name}\n.+is no web address that begins with https"):
            Settings(**{name: wrong})  # type: ignore[arg-type]


@pytest.mark.parametrize("contact", ["", "help@example.gov.uk", "https://intranet.example/help?topic=1"])
def test_contact_may_be_an_email_or_a_page(contact: str) -> None:
    assert Settings(contact=contact).contact == contact


@pytest.mark.parametrize(
    "contact",
    ["the IT desk", "help@example", "http://intranet.example", "https://", "javascript:alert(1)@x.y<", "a@b.c d"],
)
def test_other_contacts_are_refused(contact: str) -> None:
    with pytest.raises(ValidationError, match="neither an email address nor a web address that begins with https://"):
        Settings(contact=contact)


@pytest.mark.parametrize("path", ["", "/insight", "/services/ask-inspectors_2.0"])
def test_a_path_on_the_host_begins_with_a_slash_and_ends_without(path: str) -> None:
    assert Settings(root_path=path).root_path == path


@pytest.mark.parametrize(
    ("path", "words"),
    [
        *((path, "is no path to serve the site under; write it as /insight")
          for path in ("insight", "/insight/", "/", "//insight", "/in sight", "/../x", "/a?b", "https://x.example/y")),
        *((path, "begins as an address within the site does") for path in ("/chat", "/documents/all")),
    ],
)  # fmt: skip
def test_other_paths_on_the_host_are_refused(path: str, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Settings(root_path=path)


def test_a_logo_must_be_a_small_picture(tmp_path: Path) -> None:
    good = tmp_path / "logo.SVG"
    good.write_text(SVG)
    assert Settings(logo=good).logo == good
    for name, content, words in (
        ("logo.gif", b"GIF89a", "ends in .svg or .png"),
        ("large.svg", b"<svg>" + b" " * LOGO_BYTES, "has 200,005 bytes; a logo must have fewer than 200,000"),
        ("logo.png", b"<svg></svg>", "does not hold what its name says, PNG"),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ValidationError, match=words):
            Settings(logo=tmp_path / name)
    (tmp_path / "folder.svg").mkdir()
    for name in ("missing.svg", "folder.svg"):
        with pytest.raises(ValidationError, match="is not there or is not a file"):
            Settings(logo=tmp_path / name)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    # As other tools give them: WebAIM's contrast checker, to two places.
    [("#ffffff", "#000000", 21), ("#777777", "#ffffff", 4.48), ("#767676", "#ffffff", 4.54), ("#0000ff", "#ffff00", 8)],
)  # fmt: skip
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.005)
    assert contrast(other, one) == contrast(one, other)


@given(COLOURS, COLOURS)
def test_mixing_begins_with_one_and_ends_with_the_other(one: str, other: str) -> None:
    assert (mixed(one, other, 0), mixed(one, other, 1)) == (one, other)


def test_the_colours_that_text_stands_on_are_those_of_the_style_sheet() -> None:
    css = (ROOT / "assistant/web/static/style.css").read_text(encoding="utf-8")
    for scheme, tokens in zip((LIGHT, DARK), re.findall(r":root \{(.*?)\}", css, re.S), strict=False):
        values = dict(re.findall(r"--([\w-]+): (#\w+);", tokens))
        own = Scheme(scheme.name, values["page"], values["surface"], values["accent-ink"])
        assert own == scheme
        # The colours we come with keep to what is asked of others.
        field = "colour" if scheme is LIGHT else "colour_dark"
        assert getattr(Settings(**{field: values["accent"].upper()}), field) == values["accent"]


@pytest.mark.parametrize(
    ("field", "colour", "words"),
    [
        ("colour", "teal", "'teal' is not a colour; write it as #rrggbb"),
        ("colour", "#0f5", "write it as #rrggbb"),
        ("colour", "#777777", r"as text on a page \(#f5f4f0.*contrast of 4.06 to 1, 4.5 to 1 is needed.*darker"),
        ("colour_dark", "#0f5468", r"contrast of \d\.\d\d to 1, 4.5 to 1 is needed; choose a lighter"),
    ],
)
def test_a_colour_that_cannot_be_read_is_refused_with_its_contrast(field: str, colour: str, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Settings(**{field: colour})


def test_a_wrong_setting_stops_the_program_with_a_plain_sentence(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "assistant", "check", "--data", str(tmp_path)]
    environment = {**os.environ, f"{PREFIX}CONTACT": "the IT desk", "COLUMNS": "200"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False, cwd=ROOT)
    assert done.returncode == 2
    assert "not usable: contact: 'the IT desk' is neither an email address nor" in done.stderr


def test_every_problem_is_named_at_once_and_mistyped_names_too(tmp_path: Path) -> None:
    (tmp_path / "inspection-assistant.toml").write_text(
        'prot = 80\nport = "seven"\nroot_path = "insight"\nproxies = ["10.1.2.3/24"]\nlog_format = "xml"\n'
        "[server]\nhost = '::1'\n"
    )
    own = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    environment = {**own, f"{PREFIX}CONTACT": "the IT desk", f"{PREFIX}LOG_DAY": "7", "COLUMNS": "200"}
    command = [sys.executable, "-m", "assistant", "check", "--data", str(tmp_path)]
    environment["PYTHONPATH"] = str(ROOT)
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False, cwd=tmp_path)
    assert done.returncode == 2
    for words in (
        "prot: there is no such setting; is port meant?",
        "log_day: there is no such setting; is log_days meant?",
        "server: there is no such setting",
        "port: Input should be a valid integer",
        "root_path: 'insight' is no path",
        "proxies.0: '10.1.2.3/24' is no address or network",
        "log_format: Input should be 'text' or 'json'",
        "contact: 'the IT desk' is neither",
    ):
        assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_networks_come_from_environment_and_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "inspection-assistant.toml").write_text('proxies = ["127.0.0.1", "::1"]\nmonitors = ["10.0.0.0/8"]\n')
    monkeypatch.chdir(tmp_path)
    settings = Settings()
    assert list(map(str, settings.proxies)) == ["127.0.0.1/32", "::1/128"]
    assert list(map(str, settings.monitors)) == ["10.0.0.0/8"]
    monkeypatch.setenv(f"{PREFIX}PROXIES", "10.1.2.3, fd00::/8")
    assert list(map(str, Settings().proxies)) == ["10.1.2.3/32", "fd00::/8"]


@pytest.mark.parametrize(
    ("given", "problems"),
    [
        ({"access": "header"}, ["proxies"]),
        ({"access": "oidc"}, ["oidc_issuer", "oidc_client", "oidc_secret", "session_secret"]),
        ({"access": "oidc", "oidc_issuer": "http://id.example", "oidc_client": "a", "oidc_secret": "b",
          "session_secret": "too short"}, ["oidc_issuer", "session_secret"]),
        ({"access": "sso", "user_header": "X Remote"}, ["access", "user_header"]),
    ],
)  # fmt: skip
def test_each_way_in_says_all_that_it_lacks(given: dict[str, str], problems: list[str]) -> None:
    with pytest.raises(ValidationError) as refused:
        Settings(**given)  # type: ignore[arg-type]
    assert [error["loc"][0] for error in refused.value.errors()] == problems
    assert "too short" not in str(refused.value)


def test_secrets_of_signing_in_are_not_shown() -> None:
    secrets = {"oidc_secret": "of the service", "session_secret": "of the sessions, which is longer"}
    settings = Settings(**secrets, api_keys=("of-the-services-which-ask",))  # type: ignore[arg-type]
    assert not re.search("of.the.se", repr(settings))
    assert re.findall(r"(\w+)=[^=]*\*\*\*", repr(settings)) == sorted(SECRET, key=list(Settings.model_fields).index)
