"""The keeper opens one photo or document at a time into RAM, and a lock leaves none behind."""

import json
import threading
from dataclasses import dataclass
from pathlib import Path

import pytest

from appliance import crypto
from appliance.errors import (
    DiskFullError,
    DocumentLostError,
    LockedError,
    UnsafeMemoryError,
    VaultError,
)
from appliance.records.models import Attachment, Citizen, Unit
from appliance.records.schema import ATTACHMENT_IDENTITY
from appliance.records.terms import CitizenId, UnitId, UnitKind
from appliance.records.writer import RecordWriter
from appliance.snapshot.hashing import sha256_hex
from appliance.vault import documents
from appliance.vault.keeper_client import KeeperClient
from appliance.vault.keeper_service import KeeperService
from appliance.vault.opened import DOCUMENT_PREFIX, Opened, document_path
from appliance.vault.protocol import Op, Request, format_request, parse_request
from appliance.vault.ram_folder import MemoryFacts, Mount
from tests.appliance.vault.boxes import Box, make_records, unlocked
from tests.appliance.vault.test_keeper_server import serving

pytestmark = pytest.mark.slow  # seconds, not milliseconds

CONTENT = {"photo": b"\x89PNG a heel " * 9000, "letter": b"%PDF a letter " * 9000}


@dataclass
class Documents:
    """A box whose installed snapshot has a photo and a letter."""

    box: Box
    sealed: dict[str, bytes]

    def path(self, name: str) -> Path:
        return self.box.state_dir / "objects" / sha256_hex(self.sealed[name])

    def opened(self, name: str) -> Path:
        opened = Opened.read(self.box.config.records_dir)
        assert opened is not None
        return document_path(opened, sha256_hex(self.sealed[name]))

    def in_ram(self) -> list[str]:
        return [name for name in self.box.ram_files() if name.startswith(DOCUMENT_PREFIX)]


@pytest.fixture
def there(box: Box, tmp_path: Path) -> Documents:
    identity = crypto.new_identity()
    recipient = crypto.recipient_of(identity)
    sealed = {name: crypto.encrypt(content, recipient) for name, content in CONTENT.items()}
    sealed["strange"] = crypto.encrypt(b"x", crypto.recipient_of(crypto.new_identity()))
    sealed["other"] = crypto.encrypt(b"another size", recipient)
    records = tmp_path / "records.db"
    with RecordWriter(records) as writer:
        writer.set_meta(ATTACHMENT_IDENTITY, identity)
        writer.add(Unit(UnitId("u"), "Stuen", UnitKind.CARE_CENTRE))
        writer.add(Citizen(CitizenId("c"), UnitId("u"), "Prøve", "Ingeborg"))
        for name, content in sealed.items():
            size = len(CONTENT.get(name, b"x"))
            writer.add(
                Attachment(name, name, "image/png", size, sha256_hex(content), CitizenId("c"))
            )
    box.install(1, records)
    made = Documents(box, sealed)
    for name, content in sealed.items():
        made.path(name).write_bytes(content)
    return made


def test_a_document_lies_in_ram_where_the_reader_looks_for_it(
    keeper: KeeperService, there: Documents
) -> None:
    keeper.unlock(there.box.code)

    status = keeper.open_document("photo")

    assert not status.locked
    assert there.opened("photo").read_bytes() == CONTENT["photo"]
    assert there.opened("photo").stat().st_mode & 0o777 == 0o440
    assert there.opened("photo").parent == there.box.config.records_dir


def test_nothing_is_opened_before_somebody_asks(keeper: KeeperService, there: Documents) -> None:
    unlocked(keeper, there.box)

    assert there.in_ram() == []


def test_a_document_asked_for_again_is_not_decrypted_again(
    keeper: KeeperService, there: Documents
) -> None:
    keeper.unlock(there.box.code)
    keeper.open_document("photo")
    first = there.opened("photo").stat()

    keeper.open_document("photo")

    assert there.opened("photo").stat().st_ino == first.st_ino


def test_a_locked_box_opens_no_document(keeper: KeeperService, there: Documents) -> None:
    with pytest.raises(LockedError):
        keeper.open_document("photo")

    assert there.box.ram_files() == []


def test_a_lock_leaves_no_document_behind(keeper: KeeperService, there: Documents) -> None:
    keeper.unlock(there.box.code)
    keeper.open_document("photo")
    keeper.open_document("letter")
    held = there.opened("photo").open("rb")

    keeper.lock()

    assert there.box.ram_files() == []
    with held:
        assert held.read() == b""  # a reader in the middle of it holds nothing either


def test_a_lock_beside_many_readers_leaves_nothing(keeper: KeeperService, there: Documents) -> None:
    keeper.unlock(there.box.code)
    seen: list[type[Exception]] = []

    def read() -> None:
        for _ in range(30):
            try:
                keeper.open_document("letter")
                keeper.open_document("photo")
            except LockedError as error:
                seen.append(type(error))

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    keeper.lock()
    for reader in readers:
        reader.join()

    assert there.box.ram_files() == []
    assert set(seen) <= {LockedError}


@pytest.mark.parametrize("damage", ["missing", "cut", "flipped", "a folder"])
def test_a_damaged_document_is_named_and_the_records_stay_open(
    keeper: KeeperService, there: Documents, damage: str
) -> None:
    keeper.unlock(there.box.code)
    path = there.path("photo")
    content = bytearray(path.read_bytes())
    path.unlink()
    if damage == "cut":
        path.write_bytes(content[:-1])
    elif damage == "flipped":
        content[-1] ^= 1
        path.write_bytes(content)
    elif damage == "a folder":
        path.mkdir()

    with pytest.raises(DocumentLostError, match="missing or damaged"):
        keeper.open_document("photo")

    assert there.in_ram() == []
    assert not keeper.status().locked
    keeper.open_document("letter")
    assert there.opened("letter").read_bytes() == CONTENT["letter"]


def test_a_disk_that_fails_is_named(
    keeper: KeeperService, there: Documents, monkeypatch: pytest.MonkeyPatch
) -> None:
    def worn(_path: Path) -> str:
        raise OSError(5, "Input/output error")

    keeper.unlock(there.box.code)
    monkeypatch.setattr(documents, "sha256_of_file", worn)

    with pytest.raises(DocumentLostError, match="Input/output error"):
        keeper.open_document("photo")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("strange", "does not open"),
        ("other", "another size than the records say"),
        ("unknown", "the records name no such document"),
    ],
)
def test_what_is_not_what_the_records_say_is_refused(
    keeper: KeeperService, there: Documents, name: str, reason: str
) -> None:
    keeper.unlock(there.box.code)

    with pytest.raises(DocumentLostError, match=reason):
        keeper.open_document(name)

    assert there.in_ram() == []


def test_a_snapshot_without_the_identity_opens_its_records_and_no_document(
    keeper: KeeperService, there: Documents, tmp_path: Path
) -> None:
    with RecordWriter(tmp_path / "other.db") as writer:
        writer.add(Attachment("photo", "x", "image/png", 1, sha256_hex(there.sealed["photo"])))
    there.box.install(2, tmp_path / "other.db")
    keeper.unlock(there.box.code)

    with pytest.raises(DocumentLostError, match="does not open"):
        keeper.open_document("photo")


def test_only_the_last_ones_are_held_in_ram(
    keeper: KeeperService, there: Documents, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "MOST_BYTES", len(CONTENT["letter"]))
    keeper.unlock(there.box.code)
    keeper.open_document("photo")

    keeper.open_document("letter")

    assert there.in_ram() == [there.opened("letter").name]


def test_the_one_asked_for_last_stays(
    keeper: KeeperService, there: Documents, monkeypatch: pytest.MonkeyPatch
) -> None:
    most = len(CONTENT["letter"]) + len(CONTENT["photo"])
    monkeypatch.setattr(documents, "MOST_BYTES", most)
    keeper.unlock(there.box.code)
    keeper.open_document("photo")
    keeper.open_document("letter")
    keeper.open_document("photo")
    monkeypatch.setattr(documents, "MOST_BYTES", most - 1)
    there.opened("letter").unlink()

    keeper.open_document("letter")

    assert there.in_ram() == [there.opened("letter").name]


def test_a_newer_snapshot_takes_the_documents_of_the_one_before_with_it(
    keeper: KeeperService, there: Documents, tmp_path: Path
) -> None:
    unlocked(keeper, there.box)
    keeper.open_document("photo")
    there.box.install(2, make_records(tmp_path / "newer.db"))

    keeper.refresh()

    assert there.in_ram() == []


def test_memory_that_became_unsafe_opens_nothing(box: Box, there: Documents, clock) -> None:
    facts = [MemoryFacts((Mount(Path("/dev/shm"), "tmpfs", frozenset()),), ())]
    service = KeeperService(box.config, clock, lambda: facts[0])
    service.start()
    service.unlock(box.code)
    facts[0] = MemoryFacts((Mount(Path("/"), "ext4", frozenset()),), ())

    with pytest.raises(UnsafeMemoryError):
        service.open_document("photo")

    assert there.in_ram() == []
    service.close()


def test_a_full_ram_folder_is_named_and_leaves_nothing_half_made(
    keeper: KeeperService, there: Documents, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    keeper.unlock(there.box.code)
    monkeypatch.setattr(crypto, "decrypt_stream", full)

    with pytest.raises(DiskFullError):
        keeper.open_document("photo")

    assert there.in_ram() == []


def test_the_client_asks_over_the_socket(keeper: KeeperService, there: Documents) -> None:
    with serving(keeper, there.box.config.keeper_socket):
        client = KeeperClient(there.box.config.keeper_socket)
        with pytest.raises(LockedError):
            client.open_document("photo")
        client.unlock(there.box.code)

        client.open_document("photo")
        with pytest.raises(DocumentLostError):
            client.open_document("strange")

    assert there.opened("photo").read_bytes() == CONTENT["photo"]


def test_a_request_for_a_document_carries_its_id_and_no_code() -> None:
    line = format_request(Request(Op.DOCUMENT, name="d1"))

    assert json.loads(line) == {"v": 2, "op": "document", "secret": "", "name": "d1"}
    assert parse_request(line) == Request(Op.DOCUMENT, name="d1")


def test_a_document_that_is_no_text_is_refused() -> None:
    with pytest.raises(VaultError, match="must be text"):
        parse_request(b'{"v": 2, "op": "document", "name": 7}\n')
