import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from tuf.api.exceptions import DownloadHTTPError

from appliance.clock import Clock, SystemClock
from appliance.config import HubSection
from appliance.errors import (
    ConfigError,
    CutShortError,
    FetchError,
    HubUnreachableError,
    TamperedSnapshotError,
)
from appliance.sync.fetcher import HubFetcher
from tests.simulators.certificates import Authority
from tests.simulators.hub import Cut, Drip, Hub, Keep, Refuse, Stall

pytestmark = pytest.mark.slow  # seconds, not milliseconds

CONTENT = b"age-encryption.org/v1\n" + bytes(200_000)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "public"
    folder.mkdir()
    (folder / "object").write_bytes(CONTENT)
    return folder


@pytest.fixture
def hub(folder: Path) -> Iterator[Hub]:
    with Hub(folder).serving() as hub:
        yield hub


def fetch(
    url: str,
    ca_file: Path | None = None,
    limit: int = len(CONTENT),
    timeout_s: float = 20,
    clock: Clock | None = None,
) -> bytes:
    hub = HubSection(url=url, ca_file=ca_file, timeout_s=timeout_s)
    fetcher = HubFetcher(hub, clock or SystemClock())
    try:
        return fetcher.download_bytes(f"{url}/object", limit)
    finally:
        fetcher.close()


def test_a_file_comes_over_whole(hub: Hub):
    assert fetch(hub.url) == CONTENT


def test_the_tuf_client_may_read_piece_by_piece(hub: Hub):
    fetcher = HubFetcher(HubSection(url=hub.url), SystemClock())

    assert b"".join(fetcher.fetch(f"{hub.url}/object")) == CONTENT
    fetcher.close()


def test_several_files_share_one_connection(hub: Hub):
    fetcher = HubFetcher(HubSection(url=hub.url), SystemClock())

    for _ in range(3):
        fetcher.download_bytes(f"{hub.url}/object", len(CONTENT))
    fetcher.close()

    assert hub.connections == 1


def test_a_file_longer_than_it_may_be_is_refused(hub: Hub):
    with pytest.raises(TamperedSnapshotError, match="more than 100 bytes"):
        fetch(hub.url, limit=100)


@pytest.mark.parametrize("status", [204, 301, 404, 500])
def test_any_status_but_200_is_passed_on(hub: Hub, status: int):
    hub.faults["object"] = Refuse(status)

    with pytest.raises(DownloadHTTPError) as caught:
        fetch(hub.url)

    assert caught.value.status_code == status
    assert hub.requests == ["/object"]


@pytest.mark.parametrize("after", [0, 22, 100_000])
def test_a_transfer_that_is_cut_is_named(hub: Hub, after: int):
    hub.faults["object"] = Cut(after)

    with pytest.raises(CutShortError):
        fetch(hub.url)


def test_a_transfer_that_stalls_is_given_up(hub: Hub):
    hub.faults["object"] = Stall(after=100)

    with pytest.raises(CutShortError, match="timed out"):
        fetch(hub.url, timeout_s=1)


class HastyClock(SystemClock):
    """Tells twenty seconds for each that passes: what drips is not waited for so long."""

    def monotonic(self) -> float:
        return super().monotonic() * 20


def test_a_transfer_that_drips_is_given_up(hub: Hub):
    hub.faults["object"] = Drip(pause_s=0.02)

    with pytest.raises(CutShortError, match=r"bytes in \d+ s"):
        fetch(hub.url, clock=HastyClock())


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
NEVER_THE_FILE = {
    "a status line without end": Keep(b"HTTP/1.1 200 ", b"x"),
    "headers without end": Keep(b"HTTP/1.1 200 OK\r\nX: ", b"x"),
    "go on, go on": Keep(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "a chunk that never begins": Keep(CHUNKED, b"0"),
    "trailers without end": Keep(CHUNKED + b"1\r\na\r\n0\r\n", b"X: x\r\n"),
}


@pytest.mark.parametrize("fault", NEVER_THE_FILE.values(), ids=NEVER_THE_FILE)
def test_an_answer_that_never_gets_to_the_file_is_given_up(hub: Hub, fault: Keep):
    hub.faults["object"] = fault

    with pytest.raises(FetchError):
        fetch(hub.url, timeout_s=0.1)


def test_an_answer_without_end_is_given_up_over_https_too(folder: Path, tmp_path: Path):
    ca_file, tls = make_certificate(tmp_path)
    with Hub(folder, tls).serving() as hub:
        hub.faults["object"] = Keep(b"HTTP/1.1 200 ", b"x")

        with pytest.raises(FetchError):
            fetch(hub.url, ca_file, timeout_s=0.1)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "http://nobody.invalid", "http://[x"])
def test_a_hub_that_is_not_there_is_named(url: str):
    with pytest.raises(HubUnreachableError):
        fetch(url)


def test_an_https_hub_with_the_municipalitys_certificate_is_trusted(folder: Path, tmp_path: Path):
    ca_file, tls = make_certificate(tmp_path)
    with Hub(folder, tls).serving() as hub:
        content = fetch(hub.url, ca_file)

    assert content == CONTENT


def test_an_https_hub_nobody_vouches_for_is_refused(folder: Path, tmp_path: Path):
    _, tls = make_certificate(tmp_path)
    with (
        Hub(folder, tls).serving() as hub,
        pytest.raises(HubUnreachableError, match="certificate verify failed"),
    ):
        fetch(hub.url)


@pytest.mark.parametrize("content", [None, b"not a certificate"])
def test_a_wrong_ca_file_is_its_own_error(tmp_path: Path, content: bytes | None):
    ca_file = tmp_path / "ca.pem"
    if content:
        ca_file.write_bytes(content)

    with pytest.raises(ConfigError, match=r"hub\.ca_file"):
        fetch("https://127.0.0.1:9", ca_file)


def make_certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """Return what to trust, and a server that shows a certificate of it."""
    authority = Authority(folder / "ca")
    return authority.ca_file, authority.tls()
