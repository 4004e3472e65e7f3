import shutil
import subprocess
import threading
import time

import pytest

from appliance import crypto
from appliance.errors import SlotMissingError, StorageError, WrongCodeError
from appliance.vault.card_code import new_card_code
from appliance.vault.device_secret import device_secret_of
from appliance.vault.key_slots import KeySlots, SlotKind

pytestmark = pytest.mark.slow  # seconds, not milliseconds

FIRST, SECOND, OTHER = new_card_code(), new_card_code(), new_card_code()
RECOVERY = crypto.new_identity()


@pytest.fixture(scope="module")
def device_key():
    return crypto.new_identity()


@pytest.fixture(scope="module")
def issued(tmp_path_factory, device_key):
    """Two cards and the recovery key, issued once: every card costs an Argon2 run."""
    folder = tmp_path_factory.mktemp("issued")
    secret = device_secret_of(folder)
    secret.make()
    slots = KeySlots(folder, secret)
    slots.issue_recovery(device_key, crypto.recipient_of(RECOVERY))
    slots.issue_card(device_key, FIRST)
    slots.issue_card(device_key, SECOND)
    return folder


@pytest.fixture
def slots(tmp_path):
    secret = device_secret_of(tmp_path)
    secret.make()
    return KeySlots(tmp_path, secret)


@pytest.fixture
def card_slots(issued, tmp_path):
    shutil.copytree(issued, tmp_path, dirs_exist_ok=True)
    return KeySlots(tmp_path, device_secret_of(tmp_path))


def test_each_card_and_the_recovery_key_open_the_same_device_key(card_slots, device_key):
    assert card_slots.open_card(FIRST).device_key == device_key
    assert card_slots.open_card(SECOND).device_key == device_key
    assert card_slots.open_recovery(RECOVERY).device_key == device_key


def test_wrong_code_is_refused_by_every_slot(card_slots):
    with pytest.raises(WrongCodeError, match="none of 2 card slots") as refused:
        card_slots.open_card(OTHER)

    assert OTHER not in str(refused.value)


def test_slots_are_listed_by_kind_and_stray_files_are_no_slots(card_slots, device_key, tmp_path):
    card_slots.issue_hub(device_key)
    card_slots.issue_usb(device_key)
    for name in ("card-xyz.age", "card-00ff.age", "notes.txt", ".new-abc", "card.age", "usb-.age"):
        (tmp_path / "slots" / name).touch()

    kinds = [slot.kind.value for slot in card_slots.list()]

    assert kinds == ["card", "card", "usb", "hub", "recovery"]


@pytest.mark.usefixtures("card_slots")
def test_slot_files_are_age_and_tell_nothing(tmp_path):
    files = list((tmp_path / "slots").iterdir())

    assert len(files) == 3
    assert all(file.read_bytes().startswith(b"age-encryption.org/v1") for file in files)
    assert all(file.stat().st_mode & 0o777 == 0o600 for file in files)
    assert not any(b"AGE-SECRET-KEY" in file.read_bytes() for file in files)


@pytest.mark.usefixtures("card_slots")
def test_copied_slots_do_not_open_without_this_box(device_key, tmp_path):
    thief = device_secret_of(tmp_path / "elsewhere")
    thief.make()

    with pytest.raises(SlotMissingError, match="this box's secret"):
        KeySlots(tmp_path, thief).open_card(FIRST)
    assert KeySlots(tmp_path, thief).open_recovery(RECOVERY).device_key == device_key


def test_lost_device_secret_is_not_called_a_wrong_code(card_slots, tmp_path):
    (tmp_path / "device.secret").unlink()

    with pytest.raises(SlotMissingError, match=r"device\.secret"):
        card_slots.open_card(FIRST)


def test_usb_key_and_hub_object_open_the_device_key_and_tell_nothing_of_it(card_slots, device_key):
    usb, hub = card_slots.issue_usb(device_key), card_slots.issue_hub(device_key)

    assert card_slots.open_usb(usb.secret.decode()).device_key == device_key
    assert card_slots.open_hub(hub.secret).device_key == device_key
    assert card_slots.open_hub(hub.secret).slot == hub.slot
    assert hub.secret.startswith(b"age-encryption.org/v1")
    assert device_key not in repr((usb, hub, card_slots.open_hub(hub.secret)))


def test_usb_key_of_another_box_and_a_stale_hub_object_are_refused(card_slots, device_key):
    usb, hub = card_slots.issue_usb(device_key), card_slots.issue_hub(device_key)
    card_slots.revoke(hub.slot.name)
    card_slots.issue_hub(device_key)

    with pytest.raises(WrongCodeError, match="none of 1 hub"):
        card_slots.open_hub(hub.secret)
    with pytest.raises(WrongCodeError, match="none of 1 usb"):
        card_slots.open_usb(crypto.new_identity())
    assert usb.slot.name in {slot.name for slot in card_slots.list()}


@pytest.mark.parametrize("content", [b"", b"age-encryption.org/v1", b"\xff" * 300])
def test_hub_object_that_is_none_is_refused(card_slots, device_key, content):
    card_slots.issue_hub(device_key)

    with pytest.raises(WrongCodeError):
        card_slots.open_hub(content)


def test_copied_usb_and_hub_slots_do_not_open_on_another_box(slots, device_key, tmp_path):
    usb, hub = slots.issue_usb(device_key), slots.issue_hub(device_key)
    thief = device_secret_of(tmp_path / "elsewhere")
    thief.make()
    stolen = KeySlots(tmp_path, thief)

    with pytest.raises(SlotMissingError, match="none of 1 usb"):
        stolen.open_usb(usb.secret.decode())
    with pytest.raises(SlotMissingError, match="none of 1 hub"):
        stolen.open_hub(hub.secret)


def test_damaged_slot_does_not_stop_the_other_card(card_slots, device_key, tmp_path):
    damaged = next(iter((tmp_path / "slots").glob("card-*")))
    damaged.write_bytes(damaged.read_bytes()[:-7])

    opened = []
    for code in (FIRST, SECOND):
        try:
            opened.append(card_slots.open_card(code).device_key)
        except WrongCodeError:
            continue

    assert opened == [device_key]


def test_box_without_card_slots_says_so(slots):
    with pytest.raises(SlotMissingError, match="no card slot"):
        slots.open_card(FIRST)
    with pytest.raises(SlotMissingError, match="recovery"):
        slots.open_recovery(RECOVERY)


def test_foreign_recovery_key_is_refused(card_slots):
    with pytest.raises(WrongCodeError, match="recovery key"):
        card_slots.open_recovery(crypto.new_identity())


def test_revoked_card_opens_nothing_and_the_other_still_does(card_slots, device_key):
    added = card_slots.issue_card(device_key, OTHER)

    card_slots.revoke(added.name)

    with pytest.raises(WrongCodeError):
        card_slots.open_card(OTHER)
    assert card_slots.open_card(FIRST).device_key == device_key


@pytest.mark.parametrize("name", ["card-00", "../device", "../device.secret", ""])
def test_only_a_listed_slot_can_be_revoked(card_slots, tmp_path, name):
    with pytest.raises(SlotMissingError):
        card_slots.revoke(name)

    assert (tmp_path / "device.secret").exists()


def test_disk_that_refuses_to_delete_is_named(card_slots, tmp_path):
    name = card_slots.list()[0].name
    (tmp_path / "slots" / f"{name}.age").unlink()
    (tmp_path / "slots" / f"{name}.age").mkdir()

    with pytest.raises(StorageError, match="revoking card-"):
        card_slots.revoke(name)


def test_four_codes_at_once_are_hashed_one_after_another(card_slots, monkeypatch):
    at_once, hashed = [], []

    def hash_and_tell(*code):
        at_once.append(code)
        hashed.append(len(at_once))
        try:
            return identity_from_code(*code)
        finally:
            at_once.pop()

    identity_from_code = crypto.identity_from_code
    monkeypatch.setattr(crypto, "identity_from_code", hash_and_tell)
    card_slots._hashing.acquire()
    waiting = [threading.Thread(target=card_slots.open_card, args=(FIRST,)) for _ in range(4)]
    for each in waiting:
        each.start()
    time.sleep(0.05)

    hashed_meanwhile = len(hashed)
    card_slots._hashing.release()
    for each in waiting:
        each.join()

    assert hashed_meanwhile == 0
    assert len(hashed) >= 4
    assert set(hashed) == {1}


@pytest.mark.skipif(shutil.which("age") is None, reason="needs Debian's age")
def test_stock_age_opens_the_recovery_slot_and_both_layers_of_a_card(
    card_slots, device_key, tmp_path
):
    def age(identity, sealed):
        key = tmp_path / "key"
        key.write_text(identity)
        return subprocess.run(
            ["age", "-d", "-i", str(key)], input=sealed, capture_output=True, check=True
        ).stdout

    name = card_slots.issue_card(device_key, OTHER).name
    salt = bytes.fromhex(name.removeprefix("card-"))
    inner = age(
        device_secret_of(tmp_path).identity(), (tmp_path / "slots" / f"{name}.age").read_bytes()
    )

    assert age(crypto.identity_from_code(OTHER, salt), inner).decode() == device_key
    for issued in (card_slots.issue_usb(device_key), card_slots.issue_hub(device_key)):
        slot = (tmp_path / "slots" / f"{issued.slot.name}.age").read_bytes()
        bound = age(device_secret_of(tmp_path).identity(), slot)
        is_usb = issued.slot.kind is SlotKind.USB
        key, sealed = (issued.secret, bound) if is_usb else (bound, issued.secret)
        assert age(key.decode(), sealed).decode() == device_key
    recovered = age(RECOVERY, (tmp_path / "slots" / "recovery.age").read_bytes())
    assert recovered.decode() == device_key
