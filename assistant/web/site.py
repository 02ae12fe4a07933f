"""A site's own name, logo and colours, made from its settings once, and the addresses that serve them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from assistant.colours import DARK, LIGHT, Scheme, mixed
from assistant.settings import LOGOS, Keeping, Settings

# An SVG opened by its own address is a document that could run script as if it were ours; in a sandbox it cannot.
PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
DARKER, LIGHTER, TINT = 0.25, 0.4, 0.1  # shares of black, of white and of the accent, near those of our own colours

# What is kept where readers say whether an answer helped, as its setting has it → what is said of it.
KEPT: dict[Keeping, str] = {
    "off": "",
    "votes": "If a reader says whether an answer helped, that and the reason are kept, without the question.",
    "answers": (
        "If a reader says whether an answer helped, that and the reason are kept with the question and the answer."
    ),
}
NOTHING_ELSE = "No other question is kept."


@dataclass(frozen=True)
class Site:
    """What every page shows of the site it belongs to. `css` sets its colours over ours; empty where it has none."""

    name: str
    organisation: str
    contact: str
    css: str
    logo: bytes
    logo_type: str
    feedback: Keeping
    questions_logged: str  # what is said where they are; empty where they are not
    signs_out: bool  # whether readers have signed in here
    accessibility_page: str  # addresses of its own pages in place of our drafts; empty where there are none
    transparency_page: str

    @classmethod
    def of(cls, settings: Settings) -> Site:
        """From settings, which have been checked; the logo is read once, here."""
        logo = settings.logo
        return cls(
            settings.site_name,
            settings.organisation,
            settings.contact,
            _css(settings.colour, settings.colour_dark),
            logo.read_bytes() if logo else b"",
            LOGOS[logo.suffix.lower()][0] if logo else "",
            settings.feedback,
            _logged(settings),
            settings.access == "oidc",
            settings.accessibility_page,
            settings.transparency_page,
        )

    @property
    def kept_words(self) -> str:
        """What is kept of questions, in sentences."""
        if self.questions_logged:
            return f"{self.questions_logged} {KEPT[self.feedback]}".rstrip()
        if self.feedback == "answers":
            return f"Questions are not logged. {KEPT[self.feedback]} {NOTHING_ELSE}"
        return f"Questions are not kept and not logged. {KEPT[self.feedback]}".rstrip()

    @property
    def has_logo(self) -> bool:
        """Whether /site/logo serves one."""
        return bool(self.logo)

    @property
    def contact_address(self) -> str:
        """The contact as a link's address; empty where there is none."""
        is_page = self.contact.startswith("https://")
        return f"mailto:{self.contact}" if self.contact and not is_page else self.contact


def site_of(request: Request) -> Site:
    """The site of the application that a request came to."""
    return cast("Site", request.app.state.site)


def router() -> APIRouter:
    """The site's stylesheet and its logo."""
    routes = APIRouter()
    for path, endpoint in (("/site.css", _stylesheet), ("/site/logo", _logo)):
        routes.add_api_route(path, endpoint, methods=["GET", "HEAD"], response_model=None)
    return routes


def _stylesheet(request: Request) -> Response:
    return Response(site_of(request).css, media_type="text/css")


def _logo(request: Request) -> Response:
    site = site_of(request)
    if not site.has_logo:
        raise HTTPException(404)
    return Response(site.logo, media_type=site.logo_type, headers={"content-security-policy": PICTURE_POLICY})


def _logged(settings: Settings) -> str:
    if not settings.log_questions:
        return ""
    kept = f", and deleted after {settings.log_days} days" if settings.log_file else ""
    return f"Questions are written to the server’s log{kept}."


def _css(colour: str, colour_dark: str) -> str:
    # Each within its own scheme, so that a site may set one and keep ours in the other.
    light = _tokens(colour, LIGHT, "#000000", DARKER) if colour else ""
    dark = _tokens(colour_dark, DARK, "#ffffff", LIGHTER) if colour_dark else ""
    return light + dark


def _tokens(colour: str, scheme: Scheme, towards: str, share: float) -> str:
    strong, soft = mixed(colour, towards, share), mixed(scheme.surface, colour, TINT)
    return (
        f"@media (prefers-color-scheme: {scheme.name}) {{\n"
        f"  :root {{\n    --accent: {colour};\n    --accent-strong: {strong};\n    --soft: {soft};\n  }}\n}}\n"
    )
