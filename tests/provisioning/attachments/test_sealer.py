import json
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from appliance import crypto
from appliance.errors import StorageError
from appliance.snapshot.attachment_index import SealedAttachment
from appliance.snapshot.hashing import sha256_hex
from provisioning.attachments.sealer import AttachmentSealer
from provisioning.attachments.shelf import AttachmentShelf
from tests.provisioning.attachments.files import pdf, png

RECIPIENT = crypto.recipient_of(crypto.new_identity())


@dataclass
class Hub:
    """A shelf, and what has been published."""

    folder: Path
    shelf: AttachmentShelf
    published: set[SealedAttachment] = field(default_factory=set)

    @property
    def memory(self) -> Path:
        return self.folder / "online" / "boks-17.json"

    def sealer(self, recipient: str = RECIPIENT) -> AttachmentSealer:
        return AttachmentSealer(
            self.memory, recipient, self.shelf.folder, self.folder / "sealed",
            self.published.__contains__,
        )  # fmt: skip

    def publish(self, sealer: AttachmentSealer) -> None:
        self.published |= set(sealer.attachments)
        sealer.remember()


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    return Hub(tmp_path, AttachmentShelf(tmp_path / "shelf", b"s" * 32))


def test_a_sealed_photo_is_age_named_by_its_ciphertext_and_opens_with_the_identity(
    hub: Hub,
) -> None:
    sealer = hub.sealer()

    name = sealer.seal(hub.shelf.put(png()).key)

    (item,), (file,) = sealer.attachments.keys(), sealer.attachments.values()
    assert file is not None
    content = file.read_bytes()
    assert (item.sha256, item.size) == (name, len(content)) == (sha256_hex(content), len(content))
    assert content.startswith(b"age-encryption.org/v1\n")
    assert crypto.decrypt(content, sealer.identity) == png()


def test_an_unchanged_photo_is_the_same_object_the_next_night(hub: Hub) -> None:
    key = hub.shelf.put(png()).key
    first = hub.sealer()
    name = first.seal(key)
    hub.publish(first)

    second = hub.sealer()

    assert (second.seal(key), second.identity) == (name, first.identity)
    assert list(second.attachments.values()) == [None]


def test_a_photo_two_citizens_share_is_one_object(hub: Hub) -> None:
    sealer, key = hub.sealer(), hub.shelf.put(png()).key

    assert sealer.seal(key) == sealer.seal(key)
    assert len(sealer.attachments) == 1


def test_an_object_that_left_the_repository_is_sealed_anew(hub: Hub) -> None:
    key = hub.shelf.put(png()).key
    first = hub.sealer()
    name = first.seal(key)
    hub.publish(first)
    hub.published.clear()

    second = hub.sealer()

    assert second.seal(key) != name
    assert None not in second.attachments.values()


def test_what_is_no_longer_published_is_forgotten(hub: Hub) -> None:
    first = hub.sealer()
    first.seal(hub.shelf.put(png()).key)
    hub.publish(first)
    hub.published.clear()
    second = hub.sealer()
    key = hub.shelf.put(pdf()).key
    second.seal(key)
    hub.publish(second)

    assert list(json.loads(hub.memory.read_bytes())["sealed"]) == [key]


def test_a_new_device_key_gets_a_new_identity(hub: Hub) -> None:
    key = hub.shelf.put(png()).key
    first = hub.sealer()
    first.seal(key)
    hub.publish(first)

    second = hub.sealer(crypto.recipient_of(crypto.new_identity()))

    assert second.identity != first.identity
    second.seal(key)
    assert None not in second.attachments.values()


def test_it_rotates_the_identity_by_deleting_the_file(hub: Hub) -> None:
    first = hub.sealer()
    first.seal(hub.shelf.put(png()).key)
    hub.publish(first)
    hub.memory.unlink()

    assert hub.sealer().identity != first.identity


@pytest.mark.parametrize(
    "damage",
    [
        b"", b"[]", b"{}", b'{"format": 2}',
        b'{"format": 1, "identity": "x", "recipient": "y", "sealed": {}}',
        b'{"format": 1, "identity": "x", "recipient": "y", "sealed": []}',
    ],
)  # fmt: skip
def test_a_damaged_memory_costs_one_transfer_and_no_night(hub: Hub, damage: bytes) -> None:
    hub.memory.parent.mkdir(parents=True)
    hub.memory.write_bytes(damage)
    sealer = hub.sealer()
    sealer.seal(hub.shelf.put(png()).key)
    hub.publish(sealer)

    assert hub.sealer().identity == sealer.identity


def test_only_the_hub_may_read_what_it_remembers(hub: Hub) -> None:
    sealer = hub.sealer()
    sealer.seal(hub.shelf.put(png()).key)
    hub.publish(sealer)

    assert hub.memory.stat().st_mode & 0o777 == 0o600
    assert "AGE-SECRET-KEY" not in repr(sealer)


def test_a_box_without_photos_leaves_no_file(hub: Hub) -> None:
    hub.publish(hub.sealer())

    assert not hub.memory.exists()


def test_a_memory_that_cannot_be_read_stops_the_box(hub: Hub) -> None:
    hub.memory.mkdir(parents=True)

    with pytest.raises(StorageError, match=r"boks-17\.json"):
        hub.sealer()


def test_a_photo_whose_bytes_are_nowhere_has_no_name(hub: Hub) -> None:
    sealer = hub.sealer()

    assert sealer.seal("0" * 64) is None
    assert sealer.attachments == {}


def test_a_disk_that_refuses_is_named(hub: Hub) -> None:
    key = hub.shelf.put(png()).key
    (hub.folder / "sealed").write_bytes(b"in the way")

    with pytest.raises(StorageError, match="sealing an attachment"):
        hub.sealer().seal(key)


def test_sealed_files_are_cleared_and_published_ones_are_not_ours_to_clear(hub: Hub) -> None:
    sealer = hub.sealer()
    key = hub.shelf.put(png()).key
    sealer.seal(key)
    hub.publish(sealer)
    sealer.clear()
    again = hub.sealer()
    again.seal(key)

    again.clear()

    assert list((hub.folder / "sealed").iterdir()) == []
