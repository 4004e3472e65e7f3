"""Through the municipality's proxy: CONNECT for https, forwarding for http; refusals are named."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.clock import SystemClock
from appliance.config import HubSection
from appliance.errors import FetchError, ProxyRefusedError
from appliance.sync.fetcher import HubFetcher
from tests.simulators.certificates import Authority
from tests.simulators.hub import Hub
from tests.simulators.proxy import Proxy

pytestmark = pytest.mark.slow  # seconds, not milliseconds

CONTENT = b"age-encryption.org/v1\n" + bytes(200_000)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "public"
    folder.mkdir()
    (folder / "object").write_bytes(CONTENT)
    return folder


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with Proxy().serving() as proxy:
        yield proxy


def fetch(hub: HubSection, start: int = 0) -> bytes:
    fetcher = HubFetcher(hub, SystemClock())
    try:
        pieces = fetcher.pieces(f"{hub.url}/object", len(CONTENT), start)
        return b"".join(piece.content for piece in pieces)
    finally:
        fetcher.close()


def test_a_plain_hub_is_reached_through_the_proxy(folder: Path, proxy: Proxy):
    with Hub(folder).serving() as hub:
        content = fetch(HubSection(url=hub.url, proxy=proxy.url))

    assert content == CONTENT
    assert proxy.forwarded == [f"{hub.url}/object"]


def test_a_cut_transfer_goes_on_through_the_proxy(folder: Path, proxy: Proxy):
    with Hub(folder).serving() as hub:
        content = fetch(HubSection(url=hub.url, proxy=proxy.url), start=100_000)

    assert content == CONTENT[100_000:]


def test_an_https_hub_is_reached_by_connect_and_the_proxy_sees_no_path(
    folder: Path, proxy: Proxy, tmp_path: Path
):
    authority = Authority(tmp_path / "ca")
    box = authority.box("boks-17")
    with Hub(folder, authority.demanding_tls()).serving() as hub:
        content = fetch(
            HubSection(
                url=hub.url,
                proxy=proxy.url,
                ca_file=authority.ca_file,
                client_cert=box.cert,
                client_key=box.key,
            )
        )

    assert content == CONTENT
    assert proxy.connects == [hub.url.removeprefix("https://")]
    assert proxy.forwarded == []


@pytest.mark.parametrize("status", [403, 407, 502])
def test_a_proxy_that_refuses_to_connect_is_named(proxy: Proxy, status: int):
    proxy.refusal = status

    with pytest.raises(ProxyRefusedError, match=str(status)):
        fetch(HubSection(url="https://127.0.0.1:9", proxy=proxy.url))


def test_a_proxy_that_wants_a_password_is_named_for_plain_hubs_too(proxy: Proxy):
    proxy.refusal = 407

    with pytest.raises(ProxyRefusedError, match="407"):
        fetch(HubSection(url="http://127.0.0.1:9", proxy=proxy.url))


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_is_not_there_is_named(scheme: str):
    with pytest.raises(ProxyRefusedError, match=r"127\.0\.0\.1:9"):
        fetch(HubSection(url=f"{scheme}://127.0.0.1:10", proxy="http://127.0.0.1:9"))


def test_a_proxy_that_drips_its_answer_is_given_up(proxy: Proxy):
    proxy.drips = True

    with pytest.raises(FetchError):
        fetch(HubSection(url="https://127.0.0.1:9", proxy=proxy.url, timeout_s=0.2))
