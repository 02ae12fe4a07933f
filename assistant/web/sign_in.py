"""Signing in with OpenID Connect: at the organisation's own service, which says who someone is, and never here."""

from __future__ import annotations

import logging
import time
from typing import Any

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.starlette_client import OAuth
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from joserfc.errors import JoseError
from starlette.middleware.sessions import SessionMiddleware

from assistant.settings import Settings
from assistant.web.base import base_address
from assistant.web.pages import plain_message

logger = logging.getLogger(__name__)

COOKIE = "inspection_assistant"
TIME_OUT = 10  # seconds for an answer of the service
LONGEST_WAY_BACK = 2000  # characters: it lies in the cookie, which has 4,096
# Of the ways to sign a token those that only the service can use. "none" is a signature that anyone can make.
SIGNATURES = ("RS", "PS", "ES", "Ed")

NO_SERVICE = (
    "The sign-in service does not answer",
    "Wait a moment, then try again. If it goes on, tell whoever runs this site.",
)
NOT_DONE = ("You are not signed in", "Signing in was not finished. Try again.")
SIGNED_IN = ("You are signed in", "Close this tab, go back to the page that you came from, and load it again.")
SIGNED_OUT = (
    "You are signed out",
    "You are signed out of this site. If others use this computer, sign out of your organisation’s account too.",
)


class NoService(Exception):
    """The sign-in service is not to be had, or is another than the settings name; the message says which."""


def add_sessions(app: FastAPI, settings: Settings) -> None:
    """Add the cookie that says who has signed in."""
    app.add_middleware(
        SessionMiddleware,
        secret_key=settings.session_secret.get_secret_value(),
        session_cookie=COOKIE,
        max_age=settings.session_hours * 3600,
        path=settings.root_path or "/",
        https_only=True,
        # In a frame of another site's page a browser sends only what is marked "none", and that not in every browser.
        same_site="lax" if settings.frame_ancestors in {"'self'", "'none'"} else "none",
    )


def router(settings: Settings) -> APIRouter:
    """/sign-in and where the service sends people back to; /sign-out and what stands there then."""
    ways = _Ways(settings)
    routes = APIRouter()
    routes.add_api_route("/sign-in", ways.to_service, methods=["GET"], response_model=None)
    routes.add_api_route("/sign-in/callback", ways.back, methods=["GET"], response_model=None)
    routes.add_api_route("/signed-in", _signed_in, methods=["GET", "HEAD"], response_model=None)
    routes.add_api_route("/sign-out", _sign_out, methods=["POST"], response_model=None)
    routes.add_api_route("/signed-out", _signed_out, methods=["GET", "HEAD"], response_model=None)
    return routes


class _Ways:
    """To the sign-in service, and back."""

    def __init__(self, settings: Settings) -> None:
        self._issuer, self._hours = settings.oidc_issuer, settings.session_hours
        self._client: Any = OAuth().register(
            "oidc",
            server_metadata_url=f"{self._issuer}/.well-known/openid-configuration",
            client_id=settings.oidc_client,
            client_secret=settings.oidc_secret.get_secret_value(),
            client_kwargs={"scope": "openid", "code_challenge_method": "S256", "timeout": TIME_OUT},
        )

    async def to_service(self, request: Request, to: str = "") -> Response:
        try:
            await self._find()
        except NoService as error:
            logger.error("nobody can sign in: %s", error)
            return plain_message(request, 503, *NO_SERVICE)
        request.session["to"] = to if len(to) <= LONGEST_WAY_BACK else ""
        found: Response = await self._client.authorize_redirect(request, f"{base_address(request)}sign-in/callback")
        return found

    async def back(self, request: Request) -> Response:
        try:
            await self._find()
            token = await self._client.authorize_access_token(request)
        except (NoService, httpx2.HTTPError) as error:
            logger.error("nobody can sign in: %s", error)
            return plain_message(request, 503, *NO_SERVICE)
        except (AuthlibBaseError, JoseError) as error:
            logger.warning("someone did not sign in: %s", error)
            return plain_message(request, 403, *NOT_DONE, _root(request) + "sign-in")
        user = token.get("userinfo", {}).get("sub")
        if not user:
            logger.error("someone did not sign in: the service at %s sent no ID token", self._issuer)
            return plain_message(request, 403, *NOT_DONE, _root(request) + "sign-in")
        to = request.session.get("to", "")
        request.session.clear()  # what was there before may have been put there by someone else
        request.session.update(user=str(user), until=time.time() + self._hours * 3600)
        return RedirectResponse(_root(request) + to.lstrip("/"), 303)

    async def _find(self) -> None:
        try:
            described = await self._client.load_server_metadata()
        except (httpx2.HTTPError, ValueError) as error:
            raise NoService(f"{self._issuer} gives no description of itself ({error})") from error
        if str(described.get("issuer")).rstrip("/") != self._issuer:
            raise NoService(f"the service at {self._issuer} says that it is {described.get('issuer')}")
        named = "id_token_signing_alg_values_supported"
        described[named] = [name for name in described.get(named, ()) if name.startswith(SIGNATURES)]


def _signed_in(request: Request) -> Response:
    return plain_message(request, 200, *SIGNED_IN)


def _sign_out(request: Request) -> Response:
    request.session.clear()
    return RedirectResponse(_root(request) + "signed-out", 303)


def _signed_out(request: Request) -> Response:
    return plain_message(request, 200, *SIGNED_OUT, _root(request) + "sign-in")


def _root(request: Request) -> str:
    return f"{request.scope.get('root_path', '')}/"
