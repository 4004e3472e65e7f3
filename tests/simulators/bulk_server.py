"""A real FHIR Bulk Data server on a loopback port, from the token to the deletion of the job.

It checks what the standard asks of a client (signature, lifetime and single use of the assertion,
`Prefer`, bearer tokens) and can be told to misbehave: `faults` maps a piece of the path to the
answers given instead, one per request, until they are used up.
"""

import gzip
import json
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import partial
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt

from appliance.clock import Clock
from tests.simulators.loopback import LoopbackServer

CLIENT_ID = "nodboks-prove"
KEY_ID = "k1"
SCOPE = "system/*.rs"
AS_OF = "2026-11-23T02:00:00+01:00"
TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
Fault = Callable[["_Handler"], None]


@dataclass(frozen=True)
class Seen:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = field(repr=False, default=b"")


@dataclass
class Job:
    """One export that was ordered."""

    path: str
    query: dict[str, list[str]]
    looks_left: int


def outcome(code: str, severity: str = "error", text: str = "Hr. Hemmelig 010203-1234") -> bytes:
    issue = {"severity": severity, "code": code, "diagnostics": text}
    return json.dumps({"resourceType": "OperationOutcome", "issue": [issue]}).encode()


def reply(status: int, body: bytes = b"", **headers: str) -> Fault:
    """Answer with this; `Retry_After="1"` is the header Retry-After."""
    return lambda handler: handler.send(status, body, headers)


def html(status: int = 200) -> Fault:
    return reply(status, b"<html>Log ind</html>", Content_Type="text/html; charset=utf-8")


def cut(after: int) -> Fault:
    """Send the right head, some bytes, and hang up."""
    return lambda handler: handler.send_file(cut_after=after)


def hang_up(handler: "_Handler") -> None:
    handler.close_connection = True


def as_usual(handler: "_Handler") -> None:
    handler.answer()


def many(fault: Fault, times: int = 1000) -> list[Fault]:
    return [fault] * times


class SimulatedBulkServer(LoopbackServer):
    """The server; change its attributes between requests to change what it does."""

    def __init__(self, clock: Clock, public_key: Any = None) -> None:
        super().__init__(partial(_Handler, self))
        self.clock = clock
        self.public_key = public_key  # None: everybody may come in
        self.files: dict[str, bytes] = {}  # "output/Patient/0" → content
        self.looks = 2
        self.retry_after: str | None = "1"
        self.progress: str | None = "50 % done"
        self.token_lifetime = 300
        self.token_fields: dict[str, Any] = {}
        self.expires: str | None = None
        self.manifest_fields: dict[str, Any] = {}
        self.manifest_headers: dict[str, str] = {}
        self.counts = True
        self.has_etag = True
        self.has_range = True
        self.packs = False
        self.needs_token = True
        self.file_url = ""
        self.faults: dict[str, list[Fault]] = {}
        self.seen: list[Seen] = []
        self.jobs: dict[str, Job] = {}
        self.tokens: dict[str, float] = {}
        self.used_jti: set[str] = set()
        self.assertions: list[dict[str, Any]] = []
        self.ordered = 0
        self.links = 0  # part of every link to a file: raising it breaks the old ones
        self.old_links_work = True

    @property
    def url(self) -> str:
        return f"{self.origin}/fhir"

    def paths(self, piece: str = "", method: str = "") -> list[str]:
        """List the requests that were for something."""
        return [s.path for s in self.seen if piece in s.path and method in ("", s.method)]

    def sent(self, piece: str) -> list[Seen]:
        return [seen for seen in self.seen if piece in seen.path]

    def revoke(self) -> None:
        """No longer take the tokens handed out so far."""
        self.tokens.clear()

    def renew_links(self) -> None:
        """Let the links handed out so far run out."""
        self.links += 1
        self.old_links_work = False

    def manifest(self) -> dict[str, Any]:
        lists: dict[str, list[Any]] = {"output": [], "deleted": [], "error": []}
        for name, content in self.files.items():
            part, kind, _ = name.split("/")
            where = self.file_url or f"{self.origin}/files"
            entry = {"type": kind, "url": f"{where}/{self.links}/{name}?secret=s3cret"}
            if self.counts:
                entry["count"] = sum(1 for line in content.splitlines() if line.strip())
            lists[part].append(entry)
        fixed = {"transactionTime": AS_OF, "requiresAccessToken": self.needs_token}
        return {**fixed, "request": self.url, **lists, **self.manifest_fields}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 120
    disable_nagle_algorithm = True

    def __init__(self, bulk: SimulatedBulkServer, *args: Any) -> None:
        self.bulk = bulk
        super().__init__(*args)

    def do_GET(self) -> None:
        self._note()
        for piece, faults in self.bulk.faults.items():
            if piece in f"{self.command} {self.path}" and faults:
                faults.pop(0)(self)
                return
        self.answer()

    def do_POST(self) -> None:
        self.do_GET()

    def do_DELETE(self) -> None:
        self.do_GET()

    def answer(self) -> None:
        path = urlsplit(self.path).path
        if path.endswith("/.well-known/smart-configuration"):
            self.send_json({"token_endpoint": f"{self.bulk.origin}/auth/token"})
        elif path == "/auth/token":
            self._token()
        elif path.startswith("/files/"):
            self._file(path)
        elif not self._may_come_in():
            self.send(401, outcome("login"))
        elif path.endswith("/$export"):
            self._kick_off(path)
        else:
            self._job(path)

    def _note(self) -> None:
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.bulk.seen.append(Seen(self.command, self.path, dict(self.headers), self.body))

    def _may_come_in(self) -> bool:
        if self.bulk.public_key is None:
            return True
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        return self.bulk.tokens.get(token, 0) > self.bulk.clock.now().timestamp()

    def _token(self) -> None:
        form = {name: values[0] for name, values in parse_qs(self.body.decode()).items()}
        try:
            self._check(form)
        except (AssertionError, jwt.PyJWTError, KeyError):
            self.send_json({"error": "invalid_client", "error_description": "s3cret"}, 400)
            return
        token = secrets.token_urlsafe(16)
        self.bulk.tokens[token] = self.bulk.clock.now().timestamp() + self.bulk.token_lifetime
        given = {"access_token": token, "token_type": "bearer", "scope": SCOPE}
        given["expires_in"] = self.bulk.token_lifetime
        self.send_json({k: v for k, v in {**given, **self.bulk.token_fields}.items() if v})

    def _check(self, form: dict[str, str]) -> None:
        head = jwt.get_unverified_header(form["client_assertion"])
        claims = jwt.decode(
            form["client_assertion"],
            self.bulk.public_key,
            algorithms=["RS384", "ES384"],
            audience=f"{self.bulk.origin}/auth/token",
            options={"verify_exp": False, "require": ["exp", "iss", "sub", "jti", "aud"]},
        )
        left = claims["exp"] - self.bulk.clock.now().timestamp()
        assert form["grant_type"] == "client_credentials"
        assert form["scope"] == SCOPE
        assert form["client_assertion_type"] == TYPE
        assert head["kid"] == KEY_ID
        assert claims["iss"] == claims["sub"] == CLIENT_ID
        assert 0 < left <= 300
        assert claims["jti"] not in self.bulk.used_jti
        self.bulk.used_jti.add(claims["jti"])
        self.bulk.assertions.append({**head, **claims})

    def _kick_off(self, path: str) -> None:
        if self.headers.get("Prefer") != "respond-async":
            self.send(400, outcome("invalid"))
            return
        self.bulk.ordered += 1
        name = f"/fhir/jobs/{self.bulk.ordered}"
        self.bulk.jobs[name] = Job(path, parse_qs(urlsplit(self.path).query), self.bulk.looks)
        self.send(202, headers={"Content_Location": f"{self.bulk.origin}{name}"})

    def _job(self, path: str) -> None:
        job = self.bulk.jobs.get(path)
        if job is None:
            self.send(404, outcome("not-found"))
        elif self.command == "DELETE":
            del self.bulk.jobs[path]
            self.send(202)
        elif job.looks_left > 0:
            job.looks_left -= 1
            headers = {"Retry_After": self.bulk.retry_after, "X_Progress": self.bulk.progress}
            self.send(202, headers={name: value for name, value in headers.items() if value})
        else:
            given = {"Expires": self.bulk.expires} if self.bulk.expires else {}
            self.send_json(self.bulk.manifest(), headers={**given, **self.bulk.manifest_headers})

    def _file(self, path: str) -> None:
        _, _, link, *_ = path.split("/")
        if int(link) != self.bulk.links and not self.bulk.old_links_work:
            self.send(410, outcome("not-found"))
        elif self.bulk.needs_token and not self._may_come_in():
            self.send(401, outcome("login"))
        else:
            self.send_file()

    def _content(self) -> tuple[bytes, dict[str, str]]:
        name = urlsplit(self.path).path.split("/", 3)[3]
        content = self.bulk.files[name]
        headers = {"Content_Type": "application/fhir+ndjson"}
        if self.bulk.packs and "gzip" in self.headers.get("Accept-Encoding", ""):
            content = gzip.compress(content, mtime=0)
            headers["Content_Encoding"] = "gzip"
        if self.bulk.has_etag:
            headers["ETag"] = f'"{hash(content)}"'
        return content, headers

    def send_file(self, cut_after: int | None = None) -> None:
        content, headers = self._content()
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        condition = self.headers.get("If-Range", headers.get("ETag"))
        if asked and self.bulk.has_range and condition == headers.get("ETag"):
            start = int(asked[1])
            if start >= len(content):
                self.send(416, headers={"Content_Range": f"bytes */{len(content)}"})
                return
            headers["Content_Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
            self.send(206, content[start:], headers, cut_after)
        else:
            self.send(200, content, headers, cut_after)

    def send_json(
        self, document: Any, status: int = 200, headers: dict[str, str] | None = None
    ) -> None:
        kind = {"Content_Type": "application/json"}
        self.send(status, json.dumps(document).encode(), {**kind, **(headers or {})})

    def send(
        self,
        status: int,
        body: bytes = b"",
        headers: dict[str, str] | None = None,
        cut_after: int | None = None,
    ) -> None:
        self.send_response_only(status)
        self.send_header(
            "Date", format_datetime(self.bulk.clock.now().astimezone(UTC), usegmt=True)
        )
        given = {"Content_Length": str(len(body)), **(headers or {})}
        for name, value in given.items():
            if value:
                self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body if cut_after is None else body[:cut_after])
        self.close_connection = self.close_connection or cut_after is not None

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


def http_time(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC), usegmt=True)
