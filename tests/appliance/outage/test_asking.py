"""Real web servers on loopback, with and without TLS and a proxy: who counts as answering."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from appliance.clock import SystemClock
from appliance.outage.asking import does_answer
from tests.appliance.outage.care_systems import CareSystem
from tests.simulators.certificates import Authority, Pair
from tests.simulators.loopback import LoopbackServer
from tests.simulators.proxy import Proxy

SOON = 30.0  # what answers or refuses does so at once, unless the machine is busy
DAY = timedelta(days=1)


@contextmanager
def showing(pair: Pair) -> Iterator[LoopbackServer]:
    """Serve a care system that shows this certificate."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(pair.cert, pair.key)
    with LoopbackServer(CareSystem, tls).serving() as server:
        yield server


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """One that no system knows, as a municipality's own."""
    return Authority(tmp_path / "ca")


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with Proxy().serving() as made:
        yield made


@pytest.mark.parametrize(
    ("answer", "works"),
    [(200, True), (302, True), (401, True), (404, True), (500, False), (503, False)],
)
def test_a_care_system_works_when_it_answers_with_no_error_of_its_own(
    server: LoopbackServer, answer: int, *, works: bool
) -> None:
    assert does_answer(f"{server.origin}/{answer}", SOON) is works


def test_a_care_system_that_is_silent_or_gone_does_not_work(
    server: LoopbackServer, closed: str
) -> None:
    assert not does_answer(f"{server.origin}/tavs", 0.2)
    assert not does_answer(f"http://{closed}/", SOON)
    assert not does_answer(f"https://{server.origin.removeprefix('http://')}/200", SOON)


def test_care_system_whose_certificate_nobody_can_verify_answers_all_the_same(
    authority: Authority,
) -> None:
    with showing(authority.server()) as server:
        assert does_answer(f"{server.origin}/200", SOON)
        assert not does_answer(f"{server.origin}/503", SOON)


@pytest.mark.parametrize("ends", [SystemClock().now() - DAY, SystemClock().now() + 90 * DAY])
def test_certificate_that_has_run_out_or_not_begun_by_the_box_s_clock_is_no_outage(
    authority: Authority, ends
) -> None:
    with showing(authority.box("localhost", expires=ends)) as server:
        assert does_answer(f"{server.origin}/200".replace("127.0.0.1", "localhost"), SOON)


def test_block_page_with_a_certificate_of_its_own_is_not_the_care_system(
    authority: Authority,
) -> None:
    with showing(authority.box("blokeret.kommune.test")) as server:
        assert not does_answer(f"{server.origin}/200", SOON)


def test_care_system_outside_is_found_by_the_box_s_proxy(
    authority: Authority, proxy: Proxy, closed: str
) -> None:
    gone = f"https://{closed}/200"
    with showing(authority.server()) as server:
        assert does_answer(f"{server.origin}/200", SOON, f"http://{closed}")
        assert not does_answer(gone, SOON, proxy.origin)
    assert proxy.connects == [closed]


def test_proxy_alone_is_no_care_system(proxy: Proxy, closed: str) -> None:
    for refusal in (403, 407, 502):
        proxy.refusal = refusal

        assert not does_answer(f"http://{closed}/200", SOON, proxy.origin)
        assert not does_answer(f"https://{closed}/200", SOON, proxy.origin)


def test_address_with_danish_letters_is_asked_for(server: LoopbackServer) -> None:
    assert does_answer(f"{server.origin}/200?sted=\u00e5en", SOON)
