import base64
import ipaddress
import ssl
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from appliance.clock import SystemClock
from provisioning.bulk_client import transport as transport_module
from provisioning.bulk_client.errors import (
    ServerSettingsError,
    ServerUnreachableError,
    UnexpectedAnswerError,
)
from provisioning.bulk_client.settings import ServerSection
from provisioning.bulk_client.transport import Request, Transport, pieces
from tests.provisioning.bulk_client.conftest import pem_of
from tests.simulators.bulk_server import SimulatedBulkServer, cut, hang_up, many, reply
from tests.simulators.hub import Hub


def ask(url: str, path: str = "/x?key=s3cret", **server: Any) -> Any:
    transport = Transport(ServerSection(url, **{"timeout_s": 60, **server}))
    try:
        return transport.ask(Request("GET", f"{url}{path}"), "t0ken")
    finally:
        transport.close()


def test_redirects_are_followed_but_not_for_ever(server: SimulatedBulkServer):
    server.faults["/x"] = many(reply(302, Location="/x"))

    with pytest.raises(UnexpectedAnswerError, match="redirected more than 5 times"):
        ask(server.origin)

    assert len(server.paths("/x")) == 6


def test_a_redirect_to_plain_http_is_refused(server: SimulatedBulkServer):
    server.faults["/x"] = [reply(301, Location="http://example.dk/portal?k=s3cret")]

    with pytest.raises(UnexpectedAnswerError, match="a redirect begins with http://") as caught:
        ask(server.origin)

    assert "s3cret" not in str(caught.value)


def test_a_server_that_is_not_there_is_unreachable():
    with pytest.raises(ServerUnreachableError, match="Connection refused") as caught:
        ask("http://127.0.0.1:9")

    assert "s3cret" not in str(caught.value)
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("fault", [hang_up, cut(2)])
def test_a_connection_that_breaks_is_unreachable(server: SimulatedBulkServer, fault: Any):
    server.files["output/Patient/0"] = b"x" * 1000
    server.faults["/files"] = [fault]

    with pytest.raises(ServerUnreachableError):
        ask(server.origin, "/files/0/output/Patient/0")


def test_a_chunked_stream_that_breaks_is_unreachable(server: SimulatedBulkServer):
    def half(handler: Any) -> None:
        handler.send(200, b"ff\r\nabc", {"Content_Length": "", "Transfer_Encoding": "chunked"})
        handler.close_connection = True

    server.faults["/x"] = [half]
    transport = Transport(ServerSection(server.origin))
    answer = transport.ask(Request("GET", f"{server.origin}/x", streams=True))

    assert answer.stream is not None
    with pytest.raises(ServerUnreachableError, match="broke off"):
        list(pieces(answer.stream))
    answer.stream.close()
    transport.close()


def test_an_answer_that_never_ends_is_not_read(
    server: SimulatedBulkServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(transport_module, "_LONGEST_DOCUMENT", 1000)
    server.faults["/x"] = [reply(200, b"x" * 2000), reply(404, b"x" * 2000)]

    with pytest.raises(UnexpectedAnswerError, match="more than 1000 bytes"):
        ask(server.origin)
    assert ask(server.origin).status == 404


def test_a_proxy_is_asked_and_given_its_password(server: SimulatedBulkServer, tmp_path: Path):
    (tmp_path / "login").write_text("bent:kode\n")
    server.faults["http://"] = [reply(200, b"{}")]

    answer = ask("http://localhost:1", proxy=server.origin, proxy_login=tmp_path / "login")

    (seen,) = server.seen
    assert answer.status == 200
    assert seen.path == "http://localhost:1/x?key=s3cret"
    assert base64.b64decode(seen.headers["proxy-authorization"].split()[1]) == b"bent:kode"


def test_a_proxy_without_a_password_gets_none(server: SimulatedBulkServer):
    server.faults["http://"] = [reply(200, b"{}")]

    ask("http://localhost:1", proxy=server.origin)

    assert "proxy-authorization" not in server.seen[0].headers


def test_a_proxy_that_will_not_let_us_through_is_named(server: SimulatedBulkServer):
    with pytest.raises(ServerUnreachableError, match="through the proxy: OSError"):
        ask("https://fhir.example.dk", proxy=server.origin)

    assert server.seen == []


def test_a_proxy_password_that_cannot_be_read_is_named(tmp_path: Path):
    with pytest.raises(ServerSettingsError, match=r"server\.proxy_login"):
        ask("http://localhost:1", proxy="http://p", proxy_login=tmp_path / "none")


@pytest.mark.parametrize("content", [None, b"no certificate"])
def test_a_ca_file_without_certificates_is_named(tmp_path: Path, content: bytes | None):
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(ServerSettingsError, match=r"server\.ca_file"):
        ask("https://localhost:1", ca_file=path)


# ── TLS ───────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def certificate(tmp_path: Path, ec_key: Any) -> Path:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = SystemClock().now()
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(ec_key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(ec_key, hashes.SHA256())
    )
    path = tmp_path / "server.pem"
    path.write_bytes(made.public_bytes(Encoding.PEM) + pem_of(ec_key))
    return path


def test_the_municipalitys_own_ca_is_trusted_when_named_and_only_then(
    certificate: Path, tmp_path: Path
):
    (tmp_path / "x").write_bytes(b"{}")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)

    with Hub(tmp_path, tls).serving() as hub:
        answer = ask(hub.url, "/x", ca_file=certificate)
        with pytest.raises(ServerUnreachableError, match="the certificate does not hold"):
            ask(hub.url, "/x")

    assert answer.status == 200
