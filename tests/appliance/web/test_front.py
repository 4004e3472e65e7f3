"""The nginx configuration of the box, in a real nginx before the real web process."""

import http.client
import re
import socket
import ssl
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509

from appliance.errors import KeeperDownError
from tests.simulators.box_front import ServedBox, served_box
from tests.simulators.box_people import AASE
from tests.simulators.box_state import CARD_CODE
from tests.simulators.hub import Hub
from tests.simulators.nginx import BOX, running_box_front
from tests.simulators.screen_certificates import NAME, Leaf, any_key
from tests.simulators.web_process import WebProcess, free_port, web_process
from tests.waiting import eventually

pytestmark = pytest.mark.slow  # seconds, not milliseconds

_TOKEN = re.compile(r'name="formular" value="([0-9a-f]+)"')


@pytest.fixture
def box(tmp_path: Path) -> Iterator[ServedBox]:
    with served_box(tmp_path) as box:
        yield box


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebProcess]:
    """A web without a front, as in the demo."""
    with web_process(tmp_path_factory.mktemp("alone")) as web:
        yield web


class Browser:
    """One phone: asks over one of the two ways, keeps cookies for it, and sends forms."""

    def __init__(self, box: ServedBox, *, is_secure: bool, tls: ssl.SSLContext | None = None):
        self._box = box
        self._tls = (tls or trusting(box)) if is_secure else None
        self.cookies: dict[str, str] = {}

    def get(self, path: str, **headers: str) -> http.client.HTTPResponse:
        return self.ask("GET", path, headers)

    def post(self, path: str, **form: str) -> http.client.HTTPResponse:
        token = _TOKEN.search(self.get("/status").text)  # type: ignore[attr-defined]
        assert token is not None
        body = "&".join(f"{name}={value}" for name, value in {"formular": token[1], **form}.items())
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", path, kind, body)

    def ask(
        self, method: str, path: str, headers: dict[str, str], body: str | None = None
    ) -> http.client.HTTPResponse:
        connection = self._connection()
        jar = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection.request(method, path, body, {"Cookie": jar} | headers)
        answer = connection.getresponse()
        answer.text = answer.read().decode()  # type: ignore[attr-defined]
        connection.close()
        for line in answer.headers.get_all("Set-Cookie", []):
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    def _connection(self) -> http.client.HTTPConnection:
        front = self._box.front
        if self._tls is None:
            return http.client.HTTPConnection("127.0.0.1", front.http_port, timeout=90)
        connection = http.client.HTTPSConnection(NAME, front.https_port, timeout=90)
        plain = socket.create_connection(("127.0.0.1", front.https_port), timeout=90)
        connection.sock = self._tls.wrap_socket(plain, server_hostname=NAME)
        return connection


def trusting(box: ServedBox) -> ssl.SSLContext:
    """A phone that carries the municipality's authority."""
    root = box.authority.pem(box.authority.root).decode()
    return ssl.create_default_context(cadata=root)


def shown(box: ServedBox) -> x509.Certificate:
    """The certificate a phone is shown now."""
    with (
        socket.create_connection(("127.0.0.1", box.front.https_port), timeout=90) as plain,
        trusting(box).wrap_socket(plain, server_hostname=NAME) as secure,
    ):
        return x509.load_der_x509_certificate(secure.getpeercert(binary_form=True) or b"")


def test_same_pages_over_both_ways_and_a_phone_that_trusts_the_ca_accepts_it(
    box: ServedBox,
) -> None:
    box.install()
    plain, secure = Browser(box, is_secure=False), Browser(box, is_secure=True)

    pages = [phone.get("/") for phone in (plain, secure)]

    assert [page.status for page in pages] == [200, 200]
    assert f'href="{box.https}/"' in pages[0].text  # type: ignore[attr-defined]
    assert list(secure.cookies) == ["__Host-nodboks"]
    assert "Secure" in (pages[1].headers["Set-Cookie"] or "")
    assert list(plain.cookies) == ["nodboks"]


def test_card_opens_the_records_over_https_and_that_session_is_nothing_over_http(
    box: ServedBox,
) -> None:
    box.install()
    secure, plain = Browser(box, is_secure=True), Browser(box, is_secure=False)

    unlocked = secure.post("/laas-op", kode=CARD_CODE, initialer="AB")
    plain.cookies = dict(secure.cookies)

    assert (unlocked.status, unlocked.headers["Location"]) == (303, "/afsnit")
    assert AASE.family_name in secure.get(f"/borgere/{AASE.id}/medicin").text  # type: ignore[attr-defined]
    assert plain.get("/afsnit").headers["Location"] == "/"


@pytest.mark.parametrize("lying", ["nothing", "rubbish", "half a chain", "another key"])
def test_whatever_lies_where_the_certificate_should_http_goes_on(
    box: ServedBox, lying: str
) -> None:
    chain = box.install()
    foreign = box.authority.chain(any_key())
    found = {"rubbish": b"rubbish", "half a chain": chain[:300], "another key": foreign}
    path = box.front.tls / "chain.pem"
    path.unlink()
    if lying in found:
        path.write_bytes(found[lying])

    with pytest.raises(OSError, match=r"SSL|alert|reset|EOF"):
        shown(box)

    assert Browser(box, is_secure=False).get("/").status == 200


def test_nginx_itself_starts_before_there_ever_was_a_certificate(box: ServedBox) -> None:
    assert not list(box.front.tls.iterdir())
    assert Browser(box, is_secure=False).get("/").status == 200


def test_new_certificate_is_shown_at_once_without_a_reload(box: ServedBox) -> None:
    serials = []
    for days in (30, 90):
        box.install(Leaf(days=days))
        serials.append(shown(box).serial_number)

    assert len(set(serials)) == 2


def test_phone_refuses_one_that_has_run_out_and_http_goes_on(box: ServedBox) -> None:
    box.install(Leaf(days=-1, age_days=90))

    with pytest.raises(ssl.SSLCertVerificationError, match="expired"):
        shown(box)

    page = Browser(box, is_secure=False).get("/")
    assert page.status == 200
    assert box.https in page.text  # type: ignore[attr-defined]


def test_phone_that_does_not_carry_the_ca_goes_on_over_http(box: ServedBox) -> None:
    box.install()

    with pytest.raises(ssl.SSLCertVerificationError, match="unable to get"):
        Browser(box, is_secure=True, tls=ssl.create_default_context()).get("/")

    assert Browser(box, is_secure=False).get("/").status == 200


def test_phone_cannot_say_who_it_is_or_that_it_came_over_https(box: ServedBox) -> None:
    phone = Browser(box, is_secure=False)
    lies = {
        "X-Forwarded-For": "9.9.9.9", "X-Forwarded-Proto": "https", "X-Forwarded-Ssl": "on",
        "X-Forwarded-Protocol": "ssl", "X-Forwarded-Host": "evil.dk", "Forwarded": "proto=https",
    }  # fmt: skip
    page = phone.ask("GET", "/", lies)
    token = _TOKEN.search(page.text)  # type: ignore[attr-defined]
    assert token is not None

    form = {"Content-Type": "application/x-www-form-urlencoded"} | lies
    answer = phone.ask("POST", "/laas-op", form, f"formular={token[1]}&kode={CARD_CODE}")

    assert answer.status == 303
    assert "Secure" not in (page.headers["Set-Cookie"] or "")
    eventually(lambda: box.web.keeper.logged)
    assert {entry.who.device for entry in box.web.keeper.logged} == {"127.0.0.1"}


@pytest.mark.parametrize(
    "header", ["X-Forwarded-Proto: https", "X-Forwarded-Ssl: on", "X-Forwarded-Protocol: ssl"]
)
def test_web_that_stands_alone_believes_no_such_header_from_loopback(
    alone: WebProcess, header: str
) -> None:
    name, _, value = header.partition(": ")
    asked = urllib.request.Request(f"{alone.address}/", headers={name: value})

    with urllib.request.urlopen(asked, timeout=90) as answer:
        assert "Secure" not in answer.headers["Set-Cookie"]


def test_no_answer_binds_a_phone_to_https(box: ServedBox) -> None:
    box.install()
    for is_secure in (False, True):
        phone = Browser(box, is_secure=is_secure)
        for path in ("/", "/status", "/findes-ikke", "/afsnit"):
            assert phone.get(path).headers["Strict-Transport-Security"] is None
    assert "Strict-Transport-Security" not in BOX.read_text(encoding="utf-8")


def test_foreign_name_is_sent_to_the_box_over_http(box: ServedBox) -> None:
    answer = Browser(box, is_secure=False).get("/generate_204", Host="example.org")

    assert (answer.status, answer.headers["Location"]) == (302, "http://10.77.0.1/")


def test_phone_that_asks_for_internet_is_sent_to_the_first_page(box: ServedBox) -> None:
    answer = Browser(box, is_secure=False).get(
        "/generate_204", Host="connectivitycheck.gstatic.com"
    )

    assert (answer.status, answer.headers["Location"]) == (302, "http://10.77.0.1/velkommen")


def test_web_that_is_down_is_a_page_in_danish_that_asks_again(box: ServedBox) -> None:
    box.web.kill()

    page = Browser(box, is_secure=False).get("/")

    assert (page.status, page.headers["Refresh"]) == (503, "5;url=/")
    assert "Nødboksen starter" in page.text  # type: ignore[attr-defined]
    assert page.headers["Cache-Control"] == "no-store"


def test_keeper_that_is_down_is_still_told_by_the_page_itself(box: ServedBox) -> None:
    box.web.keeper.problem = KeeperDownError()

    assert "N-406" in Browser(box, is_secure=False).get("/status").text  # type: ignore[attr-defined]


def test_nothing_of_a_form_goes_to_nginx_s_disk(box: ServedBox) -> None:
    phone = Browser(box, is_secure=False)
    phone.post("/laas-op", kode=CARD_CODE, initialer="AB")
    phone.get(f"/borgere/{AASE.id}/medicin")
    head = b"POST /laas-op HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 60000\r\n\r\n"
    with socket.create_connection(("127.0.0.1", box.front.http_port), timeout=90) as slow:
        slow.sendall(head + b"kode=" + b"1" * 40_000)
        time.sleep(0.3)
        written = {path.name for path in box.front.written()}

    assert written <= {"error", "log"}
    lying = [path for path in box.front.folder.rglob("*") if path.is_file()]
    told = b"".join(path.read_bytes() for path in lying)
    assert CARD_CODE.encode() not in told
    assert AASE.id.encode() not in told


def test_nothing_of_a_large_document_goes_to_nginx_s_disk_before_a_slow_phone(
    tmp_path: Path,
) -> None:
    (tmp_path / "shown").mkdir()
    (tmp_path / "shown" / "document").write_bytes(b"x" * 8_000_000)
    (tmp_path / "nginx").mkdir()
    with Hub(tmp_path / "shown").serving() as hub:
        port = int(hub.url.rpartition(":")[2])
        with running_box_front(tmp_path / "nginx", port, free_port()) as front:
            slow = socket.create_connection(("127.0.0.1", front.http_port), timeout=90)
            slow.sendall(b"GET /document HTTP/1.1\r\nHost: x\r\n\r\n")
            slow.recv(1)
            time.sleep(0.5)
            written = {path.name for path in front.written()}
            slow.close()

    assert written <= {"error", "log"}


def test_form_that_is_far_too_large_stops_at_the_front(box: ServedBox) -> None:
    assert Browser(box, is_secure=False).post("/laas-op", kode="1" * 70_000).status == 413
