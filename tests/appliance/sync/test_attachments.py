"""Photos and documents on their way: each moves once, is checked, and never half arrives."""

import contextlib
import os
import signal
import time
from pathlib import Path

import pytest

from appliance import crypto
from appliance.errors import (
    CutShortError,
    HubRefusedError,
    NodboksError,
    TamperedSnapshotError,
    UnreadableSnapshotError,
)
from appliance.snapshot.installed import Installed
from appliance.snapshot.manifest import Manifest
from appliance.sync.update import SyncResult
from provisioning import repository
from tests.appliance.snapshot.town import Night, Town
from tests.appliance.sync.conftest import Box
from tests.appliance.sync.test_power_cut import warm_child
from tests.simulators.hub import Cut, Fault, Hub, Refuse, Replace

pytestmark = pytest.mark.slow  # seconds, not milliseconds

PHOTO, LETTER, PLAN = (name.encode() * 4000 for name in ("photo", "letter", "plan"))


def publish(town: Town, *contents: bytes) -> Manifest:
    return town.publish(Night(attachments=contents))


def fetched(hub: Hub, ending: str = ".attachment.age") -> list[str]:
    """What was asked for since the last look."""
    found = [path.rpartition("/")[2] for path in hub.requests if path.endswith(ending)]
    hub.requests.clear()
    return found


def name_of(town: Town, content: bytes) -> str:
    return f"{town.sealed[content].sha256}.attachment.age"


def opened(box: Box, content: bytes) -> bytes:
    """What lies on the card, opened with the identity that is inside the records."""
    sha256 = box.town.sealed[content].sha256
    sealed = Installed(box.state_dir).path(sha256).read_bytes()
    return crypto.decrypt(sealed, box.town.attachment_identity)


def missing(box: Box) -> tuple[str, ...]:
    current = box.current()
    assert current is not None
    return current.missing


def test_attachments_arrive_with_the_records_and_open(town: Town, box: Box) -> None:
    publish(town, PHOTO, LETTER)

    assert box.sync().result is SyncResult.INSTALLED
    assert (box.version(), missing(box)) == (1, ())
    assert (opened(box, PHOTO), opened(box, LETTER)) == (PHOTO, LETTER)


def test_an_unchanged_attachment_never_moves_again(town: Town, box: Box, hub: Hub) -> None:
    publish(town, PHOTO, LETTER)
    box.sync()
    assert sorted(fetched(hub)) == sorted([name_of(town, PHOTO), name_of(town, LETTER)])
    publish(town, PHOTO, LETTER)

    box.sync()

    assert not [path for path in hub.requests if "attachment" in path]
    assert box.version() == 2


def test_only_the_new_one_is_fetched(town: Town, box: Box, hub: Hub) -> None:
    publish(town, PHOTO)
    box.sync()
    hub.requests.clear()
    publish(town, PHOTO, PLAN)

    box.sync()

    assert fetched(hub) == [name_of(town, PLAN)]


def test_a_photo_that_comes_back_within_two_nights_is_still_here(
    town: Town, box: Box, hub: Hub
) -> None:
    for contents in ((PHOTO,), (), (PHOTO,)):
        publish(town, *contents)
        box.sync()

    assert len(fetched(hub)) == 1
    assert missing(box) == ()


def test_what_is_no_longer_wanted_leaves_the_card(town: Town, box: Box) -> None:
    for contents in ((PHOTO, LETTER), (LETTER,), (LETTER,)):
        publish(town, *contents)
        box.sync()

    names = {path.name for path in (box.state_dir / "objects").iterdir()}
    assert town.sealed[PHOTO].sha256 not in names
    assert town.sealed[LETTER].sha256 in names


def swapped(town: Town) -> Replace:
    """Another genuine photo of the same box, under the wrong name."""
    _, sealed = town.seal(PHOTO)
    return Replace(sealed.read_bytes())


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Refuse(404), HubRefusedError),
        (Cut(500), CutShortError),
        (Replace(b"age-encryption.org/v1\n forged"), TamperedSnapshotError),
        (Replace(b""), TamperedSnapshotError),
        ("swapped", TamperedSnapshotError),
        ("flipped", TamperedSnapshotError),
    ],
)
def test_an_attachment_that_arrives_wrong_is_refused_and_the_old_copy_stays(
    town: Town, box: Box, hub: Hub, fault: Fault | str, error: type[NodboksError]
) -> None:
    publish(town, PHOTO)
    box.sync()
    publish(town, PHOTO, LETTER)
    if fault == "flipped":
        path = town.box_folder() / "targets" / name_of(town, LETTER)
        content = bytearray(path.read_bytes())
        content[-1] ^= 1
        path.write_bytes(content)
    else:
        hub.faults[name_of(town, LETTER)] = swapped(town) if fault == "swapped" else fault  # type: ignore[assignment]

    with pytest.raises(error):
        box.sync()

    assert (box.version(), missing(box), opened(box, PHOTO)) == (1, (), PHOTO)
    left = [path.stat().st_size for path in (box.state_dir / "incoming").glob("*")]
    assert left == ([500] if error is CutShortError else [])


def test_what_came_before_a_cut_is_not_fetched_again(town: Town, box: Box, hub: Hub) -> None:
    publish(town, PHOTO, LETTER, PLAN)
    last = max(name_of(town, one) for one in (PHOTO, LETTER, PLAN))
    hub.faults[last] = Cut(100)
    with pytest.raises(CutShortError):
        box.sync()
    hub.faults.clear()
    hub.requests.clear()

    box.sync()

    assert fetched(hub) == [last]
    assert (box.version(), missing(box)) == (1, ())


@pytest.mark.parametrize("damage", ["missing", "cut"])
def test_a_lost_attachment_comes_back_with_the_next_sync(
    town: Town, box: Box, hub: Hub, damage: str
) -> None:
    publish(town, PHOTO, LETTER)
    box.sync()
    hub.requests.clear()
    path = Installed(box.state_dir).path(town.sealed[PHOTO].sha256)
    content = path.read_bytes()
    path.unlink()
    if damage == "cut":
        path.write_bytes(content[:-1])
    assert missing(box) == (town.sealed[PHOTO].sha256,)

    box.sync()

    assert fetched(hub) == [name_of(town, PHOTO)]
    assert (box.version(), missing(box)) == (1, ())
    assert box.sync().result is SyncResult.ALREADY_NEWEST


def test_a_lost_list_comes_back_with_the_next_sync(town: Town, box: Box, hub: Hub) -> None:
    manifest = publish(town, PHOTO)
    box.sync()
    hub.requests.clear()
    assert manifest.index is not None
    Installed(box.state_dir).path(manifest.index.sha256).write_bytes(b"worn")

    box.sync()

    assert fetched(hub, "attachments.txt") == [f"{manifest.index.sha256}.attachments.txt"]
    assert missing(box) == ()


def test_a_flipped_bit_on_the_card_is_mended_with_the_next_snapshot(town: Town, box: Box) -> None:
    publish(town, PHOTO)
    box.sync()
    path = Installed(box.state_dir).path(town.sealed[PHOTO].sha256)
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    publish(town, PHOTO)

    box.sync()

    assert opened(box, PHOTO) == PHOTO


@pytest.mark.parametrize("content", [b"SQLite format 3\x00 Aase", b"0" * 64 + b" 12\nAase\n"])
def test_a_list_that_is_none_is_refused_and_nothing_of_it_is_written(
    town: Town, box: Box, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    publish(town, PHOTO)
    box.sync()
    monkeypatch.setattr(repository, "encode_index", lambda _items: content)
    publish(town, PHOTO)

    with pytest.raises(UnreadableSnapshotError):
        box.sync()

    assert box.version() == 1
    assert not [path for path in box.state_dir.rglob("*") if holds(path, b"Aase")]


def holds(path: Path, words: bytes) -> bool:
    return path.is_file() and words in path.read_bytes()


def test_a_list_that_was_changed_on_the_way_is_refused(town: Town, box: Box, hub: Hub) -> None:
    publish(town, PHOTO)
    box.sync()
    publish(town, PHOTO, LETTER)
    item = town.sealed[PHOTO]
    hub.faults["attachments.txt"] = Replace(f"{item.sha256} {item.size}\n".encode())

    with pytest.raises(TamperedSnapshotError):
        box.sync()

    assert box.version() == 1


def test_an_attachment_somebody_forgot_to_seal_never_reaches_the_card(
    town: Town, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(town)
    box.sync()
    monkeypatch.setattr(crypto, "encrypt", lambda plain, _recipient: plain)
    town.seal(b"%PDF-1.7 Aase")
    monkeypatch.undo()
    publish(town, b"%PDF-1.7 Aase")

    with pytest.raises(TamperedSnapshotError, match="is not an age file"):
        box.sync()

    assert not [path for path in box.state_dir.rglob("*") if holds(path, b"Aase")]


def test_a_stolen_box_holds_ciphertext(town: Town, box: Box) -> None:
    publish(town, PHOTO, LETTER)
    box.sync()

    for content in (PHOTO, LETTER):
        path = Installed(box.state_dir).path(town.sealed[content].sha256)
        assert path.read_bytes().startswith(b"age-encryption.org/v1\n")
    for path in box.state_dir.rglob("*"):
        assert not holds(path, b"photophoto")
        assert not holds(path, b"AGE-SECRET-KEY")


def test_a_sync_killed_at_any_moment_leaves_a_copy_with_its_attachments(
    town: Town, box: Box
) -> None:
    contents = [os.urandom(120_000) for _ in range(8)]
    publish(town, *contents)
    with warm_child(box) as child:
        started = time.monotonic()
        child.start()
        assert child.wait() == 0
        duration = time.monotonic() - started
        endings = set()
        for trial in range(20):
            contents = [*contents[2:], os.urandom(120_000), os.urandom(120_000)]
            publish(town, *contents)
            process = child.start()
            time.sleep(1.5 * duration * trial / 20)
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
            endings.add(child.wait())
            assert box.version()
            assert missing(box) == ()

    box.sync()

    assert -signal.SIGKILL in endings
    assert endings <= {0, -signal.SIGKILL}
    assert [opened(box, content) for content in contents] == contents
