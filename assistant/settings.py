"""All settings in one frozen object: from the environment, else a TOML file, else these defaults."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from assistant.colours import DARK, LIGHT, checked_accent
from assistant.duration import duration
from assistant.logs import Format
from index.encoder import DEFAULT_MODEL

FILE = "inspection-assistant.toml"
PREFIX = "INSPECTION_ASSISTANT_"
# What the site's own addresses begin with. Below one of these, who could tell whether a proxy has taken it off?
OWN_PATHS = (
    "about accessibility api chat documents download embed favicon.ico feedback health judgements mcp metrics "
    "ready sign-in sign-out signed-in signed-out site site.css static transparency"
).split()
LOGO_BYTES = 200_000
# A file name's end → what such a file is, and what it holds.
LOGOS = {".svg": ("image/svg+xml", b"<svg"), ".png": ("image/png", b"\x89PNG\r\n\x1a\n")}
MOST_OFTEN, LEAST_OFTEN = timedelta(seconds=10), timedelta(weeks=1)
OWN_NAMES = ("127.0.0.1", "localhost", "[::1]")  # of this machine
MOST_UNASKED = 4  # processes: each takes memory
SHORTEST_KEY = 16  # characters: 96 bits where they are random, in the alphabet of `secrets.token_urlsafe`
SECRET = ("api_keys", "oidc_secret", "session_secret")  # what only a site needs, and no process that reads files
SHORTEST_SECRET = 32  # whoever guesses it can sign in as anyone, and may try at leisure
# Who may frame the site, in the words of a Content Security Policy, which there knows hosts and no paths.
FRAMES = re.compile(r"'self'|(https?://)?(\*\.)?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:(\d{1,5}|\*))?")
MAKE_ONE = "make one with python -c 'import secrets; print(secrets.token_urlsafe())'"


def _network(given: object) -> IPv4Network | IPv6Network:
    try:
        return ip_network(str(given).strip())
    except ValueError:
        raise ValueError(
            f"{given!r} is no address or network; write it as 10.1.2.3 or as 10.1.2.0/24, the network's first address"
        ) from None


Network = Annotated[IPv4Network | IPv6Network, BeforeValidator(_network)]
# Written with commas between in the environment, as a list in the file.
Networks = Annotated[tuple[Network, ...], NoDecode]
Secrets = Annotated[tuple[SecretStr, ...], NoDecode]
Names = Annotated[tuple[str, ...], NoDecode]
UpdateEvery = Annotated[timedelta | None, BeforeValidator(duration)]
Keeping = Literal["off", "votes", "answers"]
AccessMode = Literal["open", "header", "oidc"]


class CommandSettings(BaseSettings):
    """The settings, each set as INSPECTION_ASSISTANT_NAME or as `name` in inspection-assistant.toml.

    Whoever indexes or makes backups need not be trusted with the secrets that only the site uses: these may be missing.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, toml_file=FILE, frozen=True, extra="forbid", hide_input_in_errors=True
    )

    data: Path = Field(Path("library"), description="The library's folder.")
    documents: Path = Field(Path("documents"), description="The folder indexed where none is named.")
    update_every: UpdateEvery = Field(
        None, description="How often a site takes up what changed in the documents, as 15m; never where empty."
    )
    fetch_private: bool = Field(
        False, description="Whether 'add' may fetch from this machine and its local network, not the internet alone."
    )
    model: str = Field(DEFAULT_MODEL, description="The encoder: the default, or a sentence-transformers folder.")
    reranker: str = Field("", description="A sentence-transformers CrossEncoder's folder; none where empty.")
    answer_processes: int = Field(
        0, ge=0, le=64, description="The processes that find a site's answers; where 0, one a core and four at most."
    )
    host: str = Field("127.0.0.1", description="The address that the web chat listens on.")
    port: int = Field(7860, ge=0, le=65535, description="The port that the web chat listens on.")
    hosts: Names = Field(
        (),
        description="The names by which the site is reached, beside this machine's own; any but for /mcp where none.",
    )
    root_path: str = Field("", description="The path of the site on its host behind a proxy, as /insight; else empty.")
    access: AccessMode = Field(
        "open", description="Who may use the site: anyone, whom a proxy names, or whoever signs in with OpenID Connect."
    )
    user_header: str = Field(
        "X-Remote-User", description="The header in which `proxies` name the user, where access is `header`."
    )
    oidc_issuer: str = Field(
        "", validate_default=True, description="The address of the sign-in service, where access is `oidc`."
    )
    oidc_client: str = Field("", validate_default=True, description="The name that it knows the site by.")
    oidc_secret: SecretStr = Field(SecretStr(""), validate_default=True, description="The secret that goes with it.")
    session_secret: SecretStr = Field(
        SecretStr(""), validate_default=True, description="The secret that marks who has signed in; any random one."
    )
    session_hours: int = Field(10, ge=1, le=168, description="The hours after which a reader must sign in again.")
    api_keys: Secrets = Field((), description="Secrets, one of which programs must send; none needed where empty.")
    mcp: bool = Field(False, description="Whether there is an MCP server at /mcp; it needs the package's extra mcp.")
    proxies: Networks = Field(
        (),
        validate_default=True,
        description="The addresses or networks of proxies, whose word is taken for whom they pass on.",
    )
    monitors: Networks = Field(
        (), description="The addresses or networks that may read /ready and /metrics, beside this machine."
    )
    requests_per_minute: int = Field(
        60,
        ge=0,
        description="The questions and other requests that one person may make in a minute; any where 0.",
    )
    stop_within: int = Field(20, ge=1, le=600, description="The seconds that answers have to finish at a stop.")
    log_format: Format = Field("text", description="How a line of the log is written: as text, or as JSON.")
    log_file: Path | None = Field(None, description="The log's file, a new one each day; standard error where none.")
    log_days: int = Field(14, ge=1, description="The days that the log's files are kept, beside today's.")
    log_questions: bool = Field(
        False, description="Whether the text of questions is logged; it may name children and families."
    )
    feedback: Keeping = Field(
        "votes", description="What is kept of a reader's verdict on an answer: nothing, that alone, or the answer too."
    )
    frame_ancestors: str = Field("'self'", description="The sites that may show the chat in a frame, as in a CSP.")
    site_name: str = Field("Inspection Assistant", min_length=1, description="The name that every page shows.")
    organisation: str = Field("", description="The body that runs the site, as its pages name it.")
    contact: str = Field("", description="Where users get help: an email address or a web address with https.")
    accessibility_page: str = Field("", description="Where the site's own accessibility statement is, with https.")
    transparency_page: str = Field("", description="Where the site's own transparency record is, with https.")
    logo: Path | None = Field(None, description="An SVG or PNG file shown beside the name, smaller than 200 kB.")
    colour: str = Field("", description="The colour of links and buttons, as #rrggbb; ours where empty.")
    colour_dark: str = Field("", description="The same on a dark background.")

    @property
    def processes(self) -> int:
        """How many processes find answers; 1 is the site's own alone."""
        return self.answer_processes or min(os.cpu_count() or 1, MOST_UNASKED)

    @field_validator("update_every")
    @classmethod
    def _is_often_enough(cls, every: timedelta | None) -> timedelta | None:
        if every is not None and not MOST_OFTEN <= every <= LEAST_OFTEN:
            raise ValueError("documents can be taken up every 10s at most and every 168h (a week) at least")
        return every

    @field_validator("root_path")
    @classmethod
    def _is_path(cls, root_path: str) -> str:
        if root_path and not re.fullmatch(r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+", root_path):
            raise ValueError(
                f"{root_path!r} is no path to serve the site under; write it as /insight, with a slash before it and "
                "none behind, or leave it empty"
            )
        if root_path and root_path.split("/")[1] in OWN_PATHS:
            raise ValueError(f"{root_path!r} begins as an address within the site does; choose another, as /insight")
        return root_path

    @field_validator("api_keys", "hosts", "proxies", "monitors", mode="before")
    @classmethod
    def _parted(cls, given: object) -> object:
        return [part.strip() for part in given.split(",") if part.strip()] if isinstance(given, str) else given

    @field_validator("api_keys")
    @classmethod
    def _are_keys(cls, keys: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        for number, key in enumerate(keys, 1):  # named by number: a message may be logged, a key not
            if not re.fullmatch(rf"[\x21-\x2b\x2d-\x7e]{{{SHORTEST_KEY},}}", key.get_secret_value()):
                raise ValueError(
                    f"key {number} is shorter than {SHORTEST_KEY} characters, or has others than letters, digits and "
                    f"signs without comma or space; {MAKE_ONE}"
                )
        return keys

    @field_validator("user_header")
    @classmethod
    def _is_header(cls, name: str) -> str:
        if not re.fullmatch(r"[A-Za-z0-9-]+", name):
            raise ValueError(f"{name!r} is no header's name; write it as X-Remote-User")
        return name

    @field_validator("oidc_issuer")
    @classmethod
    def _is_issuer(cls, issuer: str) -> str:
        is_here = urlsplit(issuer).hostname in {"127.0.0.1", "::1", "localhost"}  # to try it
        if issuer and not _is_web_address(issuer) and not is_here:
            raise ValueError(f"{issuer!r} is no web address that begins with https://")
        return issuer.rstrip("/")

    @field_validator("session_secret")
    @classmethod
    def _is_long(cls, secret: SecretStr) -> SecretStr:
        if 0 < len(secret.get_secret_value()) < SHORTEST_SECRET:
            raise ValueError(f"the secret is shorter than {SHORTEST_SECRET} characters; {MAKE_ONE}")
        return secret

    @field_validator("hosts")
    @classmethod
    def _are_hosts(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        for host in hosts:
            if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?", host):
                raise ValueError(f"{host!r} is no host name; write it as intranet.example, without scheme or path")
        return hosts

    @field_validator("frame_ancestors")
    @classmethod
    def _are_sites(cls, sites: str) -> str:
        named = sites.split()
        for site in [] if named == ["'none'"] else named or [sites]:
            if site in {"self", "none"} or not FRAMES.fullmatch(site):
                raise ValueError(
                    f"{site!r} is no site that may show the chat; write 'self' for this one, or a host without a path, "
                    "as https://intranet.example or https://*.example:8443, with spaces between; or 'none' alone. The "
                    "quotation marks of 'self' and 'none' are straight, and belong to the words"
                )
        return " ".join(named)  # on one line, as it goes into a header

    @field_validator("contact")
    @classmethod
    def _is_reachable(cls, contact: str) -> str:
        is_email = re.fullmatch(r"[^\s@<>\"']+@[^\s@<>\"']+\.[^\s@<>\"'.]+", contact)
        if contact and not is_email and not _is_web_address(contact):
            raise ValueError(
                f"{contact!r} is neither an email address nor a web address that begins with https://; "
                "give one, or leave it empty"
            )
        return contact

    @field_validator("accessibility_page", "transparency_page")
    @classmethod
    def _is_page(cls, address: str) -> str:
        if address and not _is_web_address(address):
            raise ValueError(f"{address!r} is no web address that begins with https://; give one, or leave it empty")
        return address

    @field_validator("logo")
    @classmethod
    def _is_picture(cls, logo: Path | None) -> Path | None:
        if logo is None:
            return None
        kind = logo.suffix.lower()
        if kind not in LOGOS:
            raise ValueError(f"{logo} is no picture that can be shown as a logo; name a file that ends in .svg or .png")
        if not logo.is_file():
            raise ValueError(f"{logo} is not there or is not a file; name an SVG or PNG file")
        if (size := logo.stat().st_size) >= LOGO_BYTES:
            raise ValueError(f"{logo} has {size:,} bytes; a logo must have fewer than {LOGO_BYTES:,}")
        if LOGOS[kind][1] not in logo.read_bytes():
            raise ValueError(
                f"{logo} does not hold what its name says, {kind.removeprefix('.').upper()}; save it again"
            )
        return logo

    @field_validator("colour")
    @classmethod
    def _is_readable(cls, colour: str) -> str:
        return checked_accent(colour, LIGHT) if colour else ""

    @field_validator("colour_dark")
    @classmethod
    def _is_readable_in_the_dark(cls, colour: str) -> str:
        return checked_accent(colour, DARK) if colour else ""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is said on the command line, then the environment, then the file."""
        return init_settings, env_settings, _Unknown(settings_cls), TomlConfigSettingsSource(settings_cls)


class Settings(CommandSettings):
    """The settings of a site that is served: all that its way in needs is there."""

    @field_validator("proxies")
    @classmethod
    def _are_there_for_header(cls, proxies: tuple[Network, ...], info: ValidationInfo) -> tuple[Network, ...]:
        if info.data.get("access") == "header" and not proxies:
            raise ValueError("access is header, which needs the addresses of the proxies that may name a user")
        return proxies

    @field_validator("oidc_issuer", "oidc_client", "oidc_secret", "session_secret")
    @classmethod
    def _is_there_for_oidc(cls, value: str | SecretStr, info: ValidationInfo) -> str | SecretStr:
        if info.data.get("access") == "oidc" and not value:
            how = f"; {MAKE_ONE}" if info.field_name == "session_secret" else ", as the sign-in service has it"
            raise ValueError(f"access is oidc, which needs this{how}")
        return value


class _Unknown(EnvSettingsSource):
    """What the environment sets by names that no setting has: else a mistyped name would be passed over."""

    def __call__(self) -> dict[str, object]:
        return unknown_names(os.environ)


def unknown_names(environment: Mapping[str, str]) -> dict[str, object]:
    """The names in an environment that begin as a setting's does and are none, without that beginning."""
    named = {
        name[len(PREFIX) :].lower(): value for name, value in environment.items() if name.upper().startswith(PREFIX)
    }
    return {name: value for name, value in named.items() if name not in CommandSettings.model_fields}


def _is_web_address(text: str) -> bool:
    return bool(re.fullmatch(r"https://[^\s<>\"']+", text) and urlsplit(text).hostname)
