"""nginx before a site, with the files of deploy/nginx: only the port of the site and the logs' folder are changed."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

NGINX = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
ROOT = "/insight"  # where the files have the site
FILES = Path(__file__).parents[2] / "deploy/nginx"
NO_NAME = 'proxy_set_header X-Remote-User "";'
AROUND = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/start.log;
events {{ worker_connections 2048; }}
http {{
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi; access_log off;
  include {folder}/inspection-assistant-http.conf;
  server {{ listen 127.0.0.1:{port}; include {folder}/inspection-assistant.conf; }}
}}
"""


@contextmanager
def before(site: str, folder: Path, sign_in: str = "") -> Iterator[str]:
    """The address of nginx before a site at HOST:PORT. It writes to `folder` only.

    `sign_in` is what takes the place of the line that drops a user's name.
    """
    assert NGINX, "nginx is not installed"
    port = _free_port()
    for name in ("inspection-assistant-http.conf", "inspection-assistant.conf"):
        text = (FILES / name).read_text(encoding="utf-8")
        changed = text.replace("127.0.0.1:7860", site).replace("/var/log/nginx/", f"{folder}/")
        assert changed != text
        if sign_in and NO_NAME in changed:
            changed = changed.replace(NO_NAME, sign_in)
        (folder / name).write_text(changed)
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder, port=port))
    with subprocess.Popen([NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf")]) as running:
        try:
            _wait(running, f"http://127.0.0.1:{port}", folder)
            yield f"http://127.0.0.1:{port}"
        finally:
            running.terminate()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait(running: subprocess.Popen[bytes], address: str, folder: Path) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        assert running.poll() is None, (folder / "start.log").read_text()
        try:
            httpx.get(address)
        except httpx.ConnectError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("nginx does not answer")
