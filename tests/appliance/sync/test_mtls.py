"""A hub that demands a certificate: the right one is let in, every other way to fail has a name."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from appliance.clock import SystemClock
from appliance.config import HubSection
from appliance.errors import ConfigError, HubUnreachableError, NotAdmittedError
from appliance.sync.connection import HubConnection
from appliance.sync.fetcher import HubFetcher
from appliance.sync.update import SyncResult
from tests.appliance.snapshot.town import BOX, Town
from tests.appliance.sync.conftest import Box
from tests.simulators.certificates import Authority, Pair, private_pem
from tests.simulators.hub import Hub, Refuse

pytestmark = pytest.mark.slow  # seconds, not milliseconds


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "ca")


@pytest.fixture(params=[ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=["1.2", "1.3"])
def hub(town: Town, authority: Authority, request: pytest.FixtureRequest) -> Iterator[Hub]:
    with Hub(town.public, authority.demanding_tls(newest=request.param)).serving() as hub:
        yield hub


def shows(hub: Hub, authority: Authority, pair: Pair | None) -> HubSection:
    section = HubSection(url=hub.url, ca_file=authority.ca_file)
    return replace(section, client_cert=pair.cert, client_key=pair.key) if pair else section


def fetch(section: HubSection) -> None:
    fetcher = HubFetcher(section, SystemClock())
    try:
        fetcher.download_bytes(f"{section.url}/object", 100)
    finally:
        fetcher.close()


def test_a_box_with_its_certificate_syncs(town: Town, hub: Hub, authority: Authority, box: Box):
    town.publish()
    section = shows(hub, authority, authority.box(BOX))
    box.config = replace(box.config, hub=section)

    assert box.sync().result is SyncResult.INSTALLED
    assert box.version() == 1


def test_a_box_without_a_certificate_is_told_so(hub: Hub, authority: Authority):
    with pytest.raises(NotAdmittedError, match=r"shows no certificate: hub\.client_cert"):
        fetch(shows(hub, authority, None))


def test_a_box_whose_certificate_ran_out_is_told_when(hub: Hub, authority: Authority):
    pair = authority.box(BOX, expires=SystemClock().now() - timedelta(days=3))

    with pytest.raises(NotAdmittedError, match=rf"shows CN={BOX}, valid until 20"):
        fetch(shows(hub, authority, pair))


def test_a_certificate_of_another_authority_is_refused_by_name(
    hub: Hub, authority: Authority, tmp_path: Path
):
    pair = Authority(tmp_path / "other", "En anden CA").box(BOX)

    with pytest.raises(NotAdmittedError, match=f"shows CN={BOX}"):
        fetch(shows(hub, authority, pair))


def test_a_hub_of_another_authority_is_not_spoken_to(
    hub: Hub, authority: Authority, tmp_path: Path
):
    other = Authority(tmp_path / "other", "En anden CA")

    with pytest.raises(HubUnreachableError, match="certificate verify failed"):
        fetch(shows(hub, other, authority.box(BOX)))


def test_a_hub_that_answers_403_says_what_the_box_showed(hub: Hub, authority: Authority, box: Box):
    hub.faults["timestamp"] = Refuse(403)
    box.config = replace(box.config, hub=shows(hub, authority, authority.box("boks-18")))

    with pytest.raises(NotAdmittedError, match=r"status 403; the box shows CN=boks-18, valid"):
        box.sync()


def test_a_certificate_that_went_away_after_the_start_is_still_described(
    hub: Hub, authority: Authority
):
    pair = authority.box(BOX)
    fetcher = HubFetcher(shows(hub, authority, pair), SystemClock())
    hub.faults["object"] = Refuse(403)
    pair.cert.unlink()

    with pytest.raises(Exception, match=r"status 403; hub\.client_cert .*No such file"):
        fetcher.download_bytes(f"{hub.url}/object", 100)

    fetcher.close()


def make_wrong(pair: Pair, how: str, other: Pair) -> Pair:
    if how == "no certificate file":
        pair.cert.unlink()
    elif how == "no key file":
        pair.key.unlink()
    elif how == "not PEM":
        pair.cert.write_text("boks-17")
    elif how == "the key of another":
        return replace(pair, key=other.key)
    else:
        key = load_pem_private_key(pair.key.read_bytes(), None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        pair.key.write_bytes(private_pem(key, b"hemmelig"))
    return pair


@pytest.mark.parametrize(
    "how",
    ["no certificate file", "no key file", "not PEM", "the key of another", "key with passphrase"],
)
def test_a_certificate_that_cannot_be_used_is_the_boxs_own_setting(authority: Authority, how: str):
    pair = make_wrong(authority.box(BOX), how, authority.box("boks-18"))
    section = HubSection(url="https://127.0.0.1:9", client_cert=pair.cert, client_key=pair.key)

    with pytest.raises(ConfigError, match=r"hub\.client_cert .* with hub\.client_key"):
        HubFetcher(section, SystemClock())


@contextlib.contextmanager
def slammed(tls: ssl.SSLContext) -> Iterator[str]:
    """A hub that greets and hangs up at once, again and again."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def greet() -> None:
            with contextlib.suppress(OSError):
                while True:
                    line, _ = listener.accept()
                    with tls.wrap_socket(line, server_side=True):
                        pass

        thread = threading.Thread(target=greet)
        thread.start()
        yield f"https://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def test_a_hub_that_hangs_up_without_a_word_is_unreachable_and_not_blamed_on_the_certificate(
    authority: Authority,
):
    with slammed(authority.tls()) as url:
        section = HubSection(url=url, ca_file=authority.ca_file)
        connection = HubConnection(section, SystemClock())

        with pytest.raises(HubUnreachableError):
            connection.ask("PUT", f"{url}/object", body=iter([bytes(100_000)] * 100))

        connection.close()
