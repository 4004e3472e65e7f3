"""The real nginx with the configuration we ship, on a loopback port, in a folder of its own."""

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.simulators.certificates import Authority

SHIPPED = Path(__file__).resolve().parents[2] / "provisioning" / "nginx" / "nodboks-hub.conf"
_PATH = "/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin"


@dataclass(frozen=True)
class Nginx:
    """A running front; `public` is what it serves, `inbox` where uploads go."""

    url: str
    public: Path
    inbox: Path
    log: Path


@contextlib.contextmanager
def running_nginx(folder: Path, authority: Authority) -> Iterator[Nginx]:
    """Serve `folder/public` until the block ends; skip where there is no nginx."""
    program = shutil.which("nginx", path=_PATH)
    if program is None:
        pytest.skip("apt install nginx-light")
    nginx = Nginx(
        f"https://127.0.0.1:{_free_port()}", folder / "public", folder / "inbox", folder / "log"
    )
    (nginx.inbox / ".coming").mkdir(parents=True)
    nginx.public.mkdir(exist_ok=True)
    settings = folder / "nginx.conf"
    settings.write_text(_settings(folder, nginx, authority), encoding="utf-8")
    command = [program, "-p", str(folder), "-e", str(folder / "error"), "-c", str(settings)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            _wait(process, nginx.url)
            yield nginx
        finally:
            process.terminate()
            process.wait(10)


def _settings(folder: Path, nginx: Nginx, authority: Authority) -> str:
    server = authority.server()
    text = SHIPPED.read_text(encoding="utf-8")
    for shipped, here in {
        "listen 443 ssl;": f"listen {nginx.url.removeprefix('https://')} ssl;",
        "/etc/nodboks-hub/tls/hub.pem": server.cert,
        "/etc/nodboks-hub/tls/hub.key": server.key,
        "/etc/nodboks-hub/tls/boxes-ca.pem": authority.ca_file,
        "/srv/nodboks/public": nginx.public,
        "/srv/nodboks/inbox;": f"{nginx.inbox};",
        "/srv/nodboks/inbox/.coming": nginx.inbox / ".coming",
        "/var/log/nginx/nodboks.log": nginx.log,
    }.items():
        assert text.count(shipped) == 1, shipped
        text = text.replace(shipped, str(here))
    user = "user root;\n" if os.geteuid() == 0 else ""
    places = "".join(
        f"{name}_temp_path {folder / name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return (
        f"{user}daemon off;\nworker_processes 1;\npid {folder / 'pid'};\n"
        f"events {{ worker_connections 1024; }}\nhttp {{\n{places}{text}\n}}\n"
    )


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _wait(process: subprocess.Popen[str], url: str) -> None:
    host, port = url.removeprefix("https://").split(":")
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if process.poll() is not None:
            assert process.stderr is not None
            pytest.fail(f"nginx did not start: {process.stderr.read()}")
        with contextlib.suppress(OSError), socket.create_connection((host, int(port)), timeout=1):
            return
        time.sleep(0.02)
    pytest.fail("nginx does not listen")
