"""A sign-in service of OpenID Connect: Canaille, which organisations run, with one person and one site known to it.

It is installed in an environment of its own, whose Python the variable INSPECTION_TEST_PROVIDER names. This file, run
by that Python, is the service.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

PROVIDER = os.environ.get("INSPECTION_TEST_PROVIDER", "")
USER, PASSWORD = "ana", "correct horse battery staple"
CLIENT, SECRET = "assistant", "a-secret-of-the-tests"
SIGN_IN: dict[str, Any] = {
    "access": "oidc",
    "oidc_issuer": "http://127.0.0.1:1",
    "oidc_client": CLIENT,
    "oidc_secret": SECRET,
    "session_secret": "a session's secret, long enough for one",
}


@contextmanager
def running(port: int, site: str, folder: Path) -> Iterator[str]:
    """The service's address, for a site that is at `site`. It writes to `folder` only."""
    command = [PROVIDER, __file__, str(port), f"{site}sign-in/callback", str(folder)]
    log = folder / "service.log"
    with log.open("w") as file, subprocess.Popen(command, stdout=file, stderr=file) as process:
        try:
            address = f"http://127.0.0.1:{port}"
            _wait(process, address)
            yield address
        finally:
            process.terminate()


def _wait(process: subprocess.Popen[bytes], address: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, "the sign-in service has stopped"
        try:
            httpx.get(f"{address}/.well-known/openid-configuration").raise_for_status()
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the sign-in service does not answer")


def _serve(port: int, callback: str, folder: str) -> None:
    from canaille import create_app  # type: ignore[import-not-found]
    from canaille.app import models  # type: ignore[import-not-found]
    from joserfc.jwk import RSAKey
    from werkzeug.serving import run_simple

    key = RSAKey.generate_key(2048, {"kid": "the tests' key", "use": "sig", "alg": "RS256"})
    app = create_app(
        {
            "SECRET_KEY": "a secret of the service's own",
            "SERVER_NAME": f"127.0.0.1:{port}",
            "PREFERRED_URL_SCHEME": "http",
            "CANAILLE_SQL": {"DATABASE_URI": f"sqlite:///{folder}/service.sqlite"},
            "CANAILLE": {"DATABASE": "sql", "LANGUAGE": "en", "LOGIN_ATTRIBUTES": ["user_name"]},
            "CANAILLE_OIDC": {"ACTIVE_JWKS": [key.as_dict(private=True)]},
        }
    )
    with app.app_context():
        person = models.User(
            user_name=USER, family_name="Example", formatted_name="Ana Example", emails=["ana@example.org"]
        )
        person.password = PASSWORD
        app.backend.save(person)
        site = models.Client(
            client_id=CLIENT,
            client_secret=SECRET,
            client_name="Inspection Assistant",
            redirect_uris=[callback],
            grant_types=["authorization_code"],
            response_types=["code"],
            scope=["openid"],
            token_endpoint_auth_method="client_secret_basic",
        )
        site.audience = [site]
        app.backend.save(site)
    run_simple("127.0.0.1", port, app)


if __name__ == "__main__":
    _serve(int(sys.argv[1]), *sys.argv[2:])
