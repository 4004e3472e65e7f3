"""The real nginx with the configurations we ship, on loopback ports, in folders of their own."""

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.simulators.certificates import Authority

_ROOT = Path(__file__).resolve().parents[2]
HUB = _ROOT / "provisioning" / "nginx" / "nodboks-hub.conf"
BOX = _ROOT / "systemd" / "nginx-box.conf"
_PATH = "/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin"


@dataclass(frozen=True)
class Nginx:
    """A running front; `public` is what it serves, `inbox` where uploads go."""

    url: str
    public: Path
    inbox: Path
    log: Path


@dataclass(frozen=True)
class BoxFront:
    """The front of a box: its two ports, and where certificate and key are carried to."""

    folder: Path
    http_port: int
    https_port: int

    @property
    def tls(self) -> Path:
        return self.folder / "tls"

    def written(self) -> list[Path]:
        """Return what nginx holds open below its folder, unlinked files included."""
        master = (self.folder / "pid").read_text(encoding="ascii").strip()
        children = Path(f"/proc/{master}/task/{master}/children").read_text(encoding="ascii")
        found: list[Path] = []
        for pid in (master, *children.split()):
            for link in Path(f"/proc/{pid}/fd").iterdir():
                with contextlib.suppress(FileNotFoundError):  # closed meanwhile
                    found.append(link.readlink())
        return [path for path in found if path.is_relative_to(self.folder)]


@contextlib.contextmanager
def running_nginx(folder: Path, authority: Authority) -> Iterator[Nginx]:
    """Serve `folder/public` until the block ends; skip where there is no nginx."""
    nginx = Nginx(
        f"https://127.0.0.1:{_free_port()}", folder / "public", folder / "inbox", folder / "log"
    )
    (nginx.inbox / ".coming").mkdir(parents=True)
    nginx.public.mkdir(exist_ok=True)
    server = authority.server()
    changes = {
        "listen 443 ssl;": f"listen {nginx.url.removeprefix('https://')} ssl;",
        "/etc/nodboks-hub/tls/hub.pem": server.cert,
        "/etc/nodboks-hub/tls/hub.key": server.key,
        "/etc/nodboks-hub/tls/boxes-ca.pem": authority.ca_file,
        "/srv/nodboks/public": nginx.public,
        "/srv/nodboks/inbox;": f"{nginx.inbox};",
        "/srv/nodboks/inbox/.coming": nginx.inbox / ".coming",
        "/var/log/nginx/nodboks.log": nginx.log,
    }
    port = int(nginx.url.rpartition(":")[2])
    with _running(folder, _changed(HUB, changes), port):
        yield nginx


@contextlib.contextmanager
def running_box_front(folder: Path, web_port: int, https_port: int) -> Iterator[BoxFront]:
    """Stand in front of a web process until the block ends; skip where there is no nginx."""
    front = BoxFront(folder, _free_port(), https_port)
    front.tls.mkdir(parents=True, exist_ok=True)
    changes = {
        "listen 80 default_server;": f"listen 127.0.0.1:{front.http_port} default_server;",
        "listen 443 ssl default_server;": f"listen 127.0.0.1:{https_port} ssl default_server;",
        "/run/nodboks-tls/chain.pem": front.tls / "chain.pem",
        "/run/nodboks-tls/key.pem": front.tls / "key.pem",
        "http://127.0.0.1:8080": f"http://127.0.0.1:{web_port}",
        "/var/log/nginx/nodboks.log": folder / "log",
    }
    with _running(folder, _changed(BOX, changes), front.http_port):
        yield front


def _changed(shipped: Path, changes: Mapping[str, object]) -> str:
    """Return a shipped configuration with other places; each must stand in it exactly once."""
    text = shipped.read_text(encoding="utf-8")
    for there, here in changes.items():
        assert text.count(there) == 1, there
        text = text.replace(there, str(here))
    return text


@contextlib.contextmanager
def _running(folder: Path, text: str, port: int) -> Iterator[None]:
    program = shutil.which("nginx", path=_PATH)
    if program is None:
        pytest.skip("apt install nginx-light")
    settings = folder / "nginx.conf"
    settings.write_text(_whole(folder, text), encoding="utf-8")
    command = [program, "-p", str(folder), "-e", str(folder / "error"), "-c", str(settings)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            _wait(process, port)
            yield
        finally:
            process.terminate()
            process.wait(90)


def _whole(folder: Path, text: str) -> str:
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


def _wait(process: subprocess.Popen[str], port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            assert process.stderr is not None
            pytest.fail(f"nginx did not start: {process.stderr.read()}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.02)
    pytest.fail("nginx does not listen")
