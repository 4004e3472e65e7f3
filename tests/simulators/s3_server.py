"""A real S3-compatible server (moto) in a process of its own, behind a front that can fail."""

import contextlib
import http.client
import json
import subprocess
from collections.abc import Iterator
from email.message import Message
from functools import partial
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from tests.simulators.loopback import LoopbackServer

_PYTHON = Path(__file__).resolve().parents[2] / ".venv" / "s3-server" / "bin" / "python"
_START = """
import sys
from moto.moto_server.threaded_moto_server import ThreadedMotoServer
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
sys.stdin.read()
server.stop()
"""


@contextlib.contextmanager
def running_s3() -> Iterator[int]:
    """Run the server until the block ends; give its port. Skip where it is not installed."""
    if not _PYTHON.exists():
        pytest.skip("make s3-server")
    with subprocess.Popen(
        [_PYTHON, "-c", _START],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.stdin.close()
            process.wait(90)


class Front(LoopbackServer):
    """Passes requests on to the server; `refusals` maps a part of a name to a list of statuses."""

    def __init__(self, port: int) -> None:
        super().__init__(partial(_Handler, self))
        self.port = port
        self.seen: list[tuple[str, str]] = []
        self.refusals: dict[str, list[int]] = {}

    @property
    def written(self) -> list[str]:
        """What was put, in order."""
        return [path for method, path in self.seen if method == "PUT"]

    def refusal(self, path: str) -> int | None:
        for part, statuses in self.refusals.items():
            if part in path and statuses:
                return statuses.pop(0)
        return None

    def ask(self, method: str, path: str) -> Message:
        """Ask the server itself; return the headers of its answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=90)
        connection.request(method, path)
        headers = connection.getresponse().headers
        connection.close()
        return headers


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 120
    disable_nagle_algorithm = True

    def __init__(self, front: Front, *args: Any) -> None:
        self.front = front
        super().__init__(*args)

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.front.seen.append((self.command, self.path))
        status = self.front.refusal(self.path)
        if status is not None:
            self._answer(status, {}, b"")
            return
        onward = http.client.HTTPConnection("127.0.0.1", self.front.port, timeout=90)
        onward.request(self.command, self.path, body=body, headers=dict(self.headers))
        answer = onward.getresponse()
        content = answer.read()
        self._answer(answer.status, dict(answer.headers), content)
        onward.close()

    def do_GET(self) -> None:
        self._pass_on()

    def do_PUT(self) -> None:
        self._pass_on()

    def do_POST(self) -> None:
        self._pass_on()

    def do_DELETE(self) -> None:
        self._pass_on()

    def _answer(self, status: int, headers: dict[str, str], content: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            if name.lower() not in {"content-length", "transfer-encoding", "connection"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


def make_bucket(port: int, name: str) -> None:
    """Make a bucket whose files anybody may read, as boxes do; nobody else may list them."""
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{name}/*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    for path, body in ((f"/{name}", ""), (f"/{name}?policy", policy)):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=90)
        connection.request("PUT", path, body=body, headers={"Authorization": "AWS test:test"})
        assert connection.getresponse().status in {200, 204}
        connection.close()
