"""The nginx configuration we ship, in a real nginx: each box its own folder, and nothing else."""

import http.client
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from appliance.clock import SystemClock
from appliance.config import BoxConfig, HubSection
from appliance.errors import NotAdmittedError
from appliance.sealed_log.outbox import log_folder
from appliance.snapshot.installed import Installed
from appliance.sync.update import SyncResult, sync
from appliance.sync.upload import upload
from tests.appliance.snapshot.town import BOX, Night, Town
from tests.simulators.certificates import Authority, Pair
from tests.simulators.nginx import Nginx, running_nginx
from tests.waiting import eventually

pytestmark = [pytest.mark.slow, pytest.mark.vault]  # seconds, not milliseconds

OTHER = "boks-18"
CONTENT = b"age-encryption.org/v1\n" + bytes(range(256)) * 400
OBJECT = f"{'a' * 64}.base.zst.age"


@dataclass
class Front:
    """A running nginx, and the authority whose certificates it takes."""

    nginx: Nginx
    authority: Authority
    town: Town

    def ask(
        self,
        path: str,
        pair: Pair | None,
        method: str = "GET",
        body: bytes | None = None,
        **headers: str,
    ) -> http.client.HTTPResponse:
        tls = ssl.create_default_context(cafile=self.authority.ca_file)
        if pair:
            tls.load_cert_chain(pair.cert, pair.key)
        host = self.nginx.url.removeprefix("https://")
        connection = http.client.HTTPSConnection(host, context=tls, timeout=30)
        connection.request(method, path, body=body, headers=headers)
        answer = connection.getresponse()
        answer.content = answer.read()  # type: ignore[attr-defined]
        connection.close()
        return answer

    def config(self, state_dir: Path, pair: Pair | None) -> BoxConfig:
        hub = HubSection(url=self.nginx.url, ca_file=self.authority.ca_file)
        if pair:
            hub = replace(hub, client_cert=pair.cert, client_key=pair.key)
        return replace(self.town.config(self.nginx.url, state_dir), hub=hub)


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    folder = tmp_path_factory.mktemp("nginx")
    authority = Authority(folder / "ca")
    town = Town(folder)
    for box_id in (BOX, OTHER):
        town.publish(Night(box_id=box_id, size=300_000))
        (town.box_folder(box_id) / "targets" / OBJECT).write_bytes(CONTENT)
    with running_nginx(folder, authority) as nginx:
        yield Front(nginx, authority, town)


@pytest.fixture
def own(front: Front) -> Pair:
    return front.authority.box(BOX)


def test_a_box_reads_its_own_folder(front: Front, own: Pair):
    answer = front.ask(f"/boxes/{BOX}/targets/{OBJECT}", own)

    assert (answer.status, answer.content) == (200, CONTENT)
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert "nginx/" not in answer.headers["Server"]


def test_a_cut_transfer_goes_on(front: Front, own: Pair):
    answer = front.ask(f"/boxes/{BOX}/targets/{OBJECT}", own, Range="bytes=1000-")

    assert (answer.status, answer.content) == (206, CONTENT[1000:])
    assert answer.headers["Content-Range"] == f"bytes 1000-{len(CONTENT) - 1}/{len(CONTENT)}"


def test_more_than_one_piece_at_a_time_is_not_served(front: Front, own: Pair):
    answer = front.ask(f"/boxes/{BOX}/targets/{OBJECT}", own, Range="bytes=0-9,20-29")

    assert (answer.status, answer.content) == (200, CONTENT)


def test_metadata_is_asked_for_anew_each_time(front: Front, own: Pair):
    answer = front.ask(f"/boxes/{BOX}/metadata/timestamp.json", own)

    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("path", ["targets/" + OBJECT, "metadata/timestamp.json", "metadata/none"])
def test_a_box_cannot_read_the_folder_of_another(front: Front, own: Pair, path: str):
    answer = front.ask(f"/boxes/{OTHER}/{path}", own)

    assert answer.status == 403
    assert CONTENT[:22] not in answer.content


def test_without_a_certificate_nothing_is_served(front: Front):
    answer = front.ask(f"/boxes/{BOX}/metadata/timestamp.json", None)

    assert answer.status == 403
    assert b"signed" not in answer.content


def test_a_certificate_that_ran_out_opens_nothing(front: Front):
    pair = front.authority.box(BOX, expires=SystemClock().now() - timedelta(days=1))

    assert front.ask(f"/boxes/{BOX}/metadata/timestamp.json", pair).status == 403


def test_a_certificate_of_another_authority_opens_nothing(front: Front, tmp_path: Path):
    pair = Authority(tmp_path, "En anden CA").box(BOX)

    assert front.ask(f"/boxes/{BOX}/metadata/timestamp.json", pair).status == 403


@pytest.mark.parametrize(
    ("name", "organisation"),
    [
        (BOX, "Kommunen"),
        ("", f"x,CN={BOX}"),
        (f"{BOX},CN={OTHER}", ""),
        (f"{BOX}/../{OTHER}", ""),
        (BOX.upper(), ""),
    ],
)
def test_only_a_name_that_is_the_box_id_and_nothing_more_opens_it(
    front: Front, name: str, organisation: str
):
    pair = front.authority.box(name, organisation=organisation)

    assert front.ask(f"/boxes/{BOX}/metadata/timestamp.json", pair).status == 403


@pytest.mark.parametrize(
    "path",
    [
        f"/boxes/{BOX}/../{OTHER}/metadata/timestamp.json",
        f"/boxes/{BOX}/targets/../../{OTHER}/metadata/timestamp.json",
        f"/boxes/{BOX}/%2e%2e/{OTHER}/metadata/timestamp.json",
        f"/boxes/{BOX}/metadata/..%2f..%2f{OTHER}%2fmetadata%2ftimestamp.json",
        f"/boxes/{BOX}//metadata//..//..//{OTHER}//metadata//timestamp.json",
        "/../../../../../../etc/passwd",
        f"/boxes/{BOX}/targets/../../../../ca/ca.pem",
        f"/boxes/{BOX}/targets/%00",
        "//etc/passwd",
    ],
)
def test_no_path_leads_out_of_the_own_folder(front: Front, own: Pair, path: str):
    answer = front.ask(path, own)

    assert answer.status in {400, 403, 404}
    assert b"signed" not in answer.content
    assert b"BEGIN" not in answer.content


@pytest.mark.parametrize(
    "path",
    [
        "/", "/boxes", "/boxes/", f"/boxes/{BOX}", f"/boxes/{BOX}/", f"/boxes/{BOX}/targets/",
        f"/boxes/{BOX}/inbox/", f"/boxes/{BOX}/targets/x/y", f"/boxes/{BOX}/targets/.new-x",
    ],
)  # fmt: skip
def test_nothing_is_listed(front: Front, own: Pair, path: str):
    assert front.ask(path, own).status == 404


def test_a_link_out_of_the_folder_is_not_followed(front: Front, own: Pair):
    link = front.town.box_folder() / "targets" / "link"
    link.symlink_to(front.authority.ca_file)

    assert front.ask(f"/boxes/{BOX}/targets/link", own).status == 403
    link.unlink()


@pytest.mark.parametrize("method", ["PUT", "DELETE", "POST", "MKCOL", "TRACE", "OPTIONS"])
def test_nothing_that_is_published_can_be_changed(front: Front, own: Pair, method: str):
    answer = front.ask(f"/boxes/{BOX}/targets/{OBJECT}", own, method, b"x")

    assert answer.status in {403, 405}
    assert (front.town.box_folder() / "targets" / OBJECT).read_bytes() == CONTENT


def test_a_real_sync_goes_through_it(front: Front, own: Pair, tmp_path: Path):
    outcome = sync(front.config(tmp_path, own), SystemClock())

    assert outcome.result is SyncResult.INSTALLED
    assert front.town.opens(Installed(tmp_path).current(), tmp_path / "opened.db")


@pytest.mark.parametrize("shown", ["another box", "nothing"])
def test_a_real_sync_that_is_refused_says_what_the_box_showed(
    front: Front, tmp_path: Path, shown: str
):
    pair = front.authority.box(OTHER) if shown == "another box" else None
    said = f"the box shows CN={OTHER}, valid" if pair else "the box shows no certificate"

    with pytest.raises(NotAdmittedError, match=f"status 403; {said}"):
        sync(front.config(tmp_path, pair), SystemClock())


def test_the_sealed_log_goes_in_and_never_comes_out(front: Front, own: Pair, tmp_path: Path):
    folder = log_folder(tmp_path)
    folder.mkdir(parents=True)
    (folder / "000001.log").write_bytes(b"line\n" * 100_000)

    assert upload(front.config(tmp_path, own), SystemClock()) == 1
    with (folder / "000001.log").open("ab") as segment:
        segment.write(b"more")
    assert upload(front.config(tmp_path, own), SystemClock()) == 1

    arrived = front.nginx.inbox / "boxes" / BOX / "inbox" / "000001.log"
    assert arrived.read_bytes() == (folder / "000001.log").read_bytes()
    assert front.ask(f"/boxes/{BOX}/inbox/000001.log", own).status == 405
    assert not (front.town.box_folder() / "inbox").exists()


@pytest.mark.parametrize(
    ("path", "size", "status"),
    [
        (f"/boxes/{OTHER}/inbox/000001.log", 10, 403),
        (f"/boxes/{BOX}/inbox/../../{OTHER}/inbox/000001.log", 10, 403),
        (f"/boxes/{BOX}/inbox/evil.sh", 10, 404),
        (f"/boxes/{BOX}/inbox/000001.log", 5_000_000, 413),
    ],
)
def test_nothing_else_can_be_put_in(front: Front, own: Pair, path: str, size: int, status: int):
    answer = front.ask(path, own, "PUT", bytes(size))

    assert answer.status == status
    assert not (front.nginx.inbox / "boxes" / OTHER).exists()


def test_the_log_says_who_fetched_what(front: Front, own: Pair):
    front.ask(f"/boxes/{BOX}/metadata/timestamp.json", own)

    wanted = f'box={BOX} "GET /boxes/{BOX}/metadata/timestamp.json" 200'

    def last_line() -> str:
        return front.nginx.log.read_text(encoding="utf-8").splitlines()[-1]

    eventually(lambda: wanted in last_line())  # nginx writes it after it has answered
    assert last_line().endswith("TLSv1.3 SUCCESS")
