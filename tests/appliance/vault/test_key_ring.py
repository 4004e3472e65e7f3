import base64
from dataclasses import replace

import pytest

from appliance import crypto
from appliance.errors import LastKeyError, SlotMissingError, VaultError, WrongCodeError
from appliance.vault.device_secret import device_secret_of
from appliance.vault.key_ring import MOST_OF_A_KIND, KeyRing
from appliance.vault.key_slots import KeySlots, SlotKind
from appliance.vault.usb_key import format_usb_key, usb_key_name

pytestmark = pytest.mark.slow  # seconds, not milliseconds


@pytest.fixture
def ring(usb_box, clock):
    return KeyRing(usb_box.config, device_secret_of(usb_box.state_dir), clock)


@pytest.fixture
def device_key(ring, usb_box):
    return ring.open_card(usb_box.code).device_key


def test_every_kind_of_key_opens_the_same_device_key(ring, usb_box, device_key):
    card = ring.issue(SlotKind.CARD, device_key)
    usb_box.put_usb_key(ring.issue(SlotKind.USB, device_key))
    hub = ring.issue(SlotKind.HUB, device_key)

    opened = [ring.open_card(card.secret), ring.open_usb(), ring.open_hub(hub.secret),
              ring.open_recovery(usb_box.recovery_identity)]  # fmt: skip

    assert {each.device_key for each in opened} == {device_key}
    assert [each.slot.kind for each in opened] == list(SlotKind)


def test_key_sealed_by_somebody_else_for_this_box_is_refused(ring, usb_box):
    """Whoever knows public halves can seal; only the recipient the hub encrypts to tells."""
    slots = KeySlots(usb_box.state_dir, device_secret_of(usb_box.state_dir))
    foreign = slots.issue_hub(crypto.new_identity())
    nonsense = slots.issue_hub("no key at all")

    for issued, named in ((foreign, "another key"), (nonsense, "holds no key")):
        with pytest.raises(SlotMissingError, match=named):
            ring.open_hub(base64.b64encode(issued.secret).decode())


@pytest.mark.parametrize(
    "lost", ["recipient", "audit.pub", "log-signing.pub", "log-signing.age", "trust/root.json"]
)
@pytest.mark.parametrize("is_damaged", [True, False])
def test_worn_file_that_opens_nothing_does_not_shut_the_nurse_out(ring, usb_box, lost, is_damaged):
    path = usb_box.state_dir / lost
    path.unlink()
    if is_damaged:
        path.write_bytes(b"\xff\x00 worn")

    assert ring.open_card(usb_box.code).slot.kind is SlotKind.CARD


def test_hub_object_in_another_spelling_is_refused(ring, device_key):
    ring.issue(SlotKind.HUB, device_key)

    with pytest.raises(SlotMissingError, match="base64"):
        ring.open_hub("not base64 at all!")


def test_card_is_marked_at_its_first_use_and_goes_on_opening(ring, usb_box, clock):
    first = ring.open_card(usb_box.code)
    ring.note_use(first.slot)
    marked = ring.status()
    clock.at = clock.at.replace(year=2031)
    ring.note_use(ring.open_card(usb_box.code).slot)

    assert [slot.used_at for slot in marked] == ["2026-11-23T02:00:00Z", "", ""]
    assert ring.status() == marked


def test_mark_that_cannot_be_read_still_says_used(ring, usb_box):
    slot = ring.open_card(usb_box.code).slot
    (usb_box.state_dir / "slots" / f"{slot.name}.used").write_bytes(b"\xff\x00")
    ring.look()

    assert ring.status()[0].used_at


def test_disk_that_refuses_the_mark_costs_only_the_mark(ring, usb_box, caplog):
    slot = ring.open_card(usb_box.code).slot
    folder = usb_box.state_dir / "slots"
    folder.rename(folder.with_name("moved"))
    folder.touch()

    ring.note_use(slot)

    assert "not marked: N-50" in caplog.text


def test_revoked_card_leaves_no_mark_and_opens_nothing(ring, usb_box, device_key):
    old = ring.open_card(usb_box.code).slot
    ring.note_use(old)
    ring.issue(SlotKind.CARD, device_key)

    ring.revoke(old.name)

    assert not list((usb_box.state_dir / "slots").glob(f"{old.name}*"))
    with pytest.raises(WrongCodeError):
        ring.open_card(usb_box.code)


def test_last_key_of_people_and_the_recovery_slot_are_never_revoked(ring, usb_box, device_key):
    ring.issue(SlotKind.HUB, device_key)  # opens the box, but not in an outage
    last = ring.open_card(usb_box.code).slot

    with pytest.raises(LastKeyError):
        ring.revoke(last.name)
    with pytest.raises(VaultError, match="recovery"):
        ring.revoke("recovery")
    assert ring.open_card(usb_box.code).device_key == device_key


def test_disk_that_tells_nothing_of_its_slots_leaves_the_status_as_it_was(ring, usb_box, caplog):
    before = ring.status()
    folder = usb_box.state_dir / "slots"
    folder.rename(folder.with_name("moved"))
    folder.touch()
    ring.look()

    assert ring.status() == before != ()
    assert "slots: N-500" in caplog.text


def test_usb_key_is_the_last_only_where_the_box_takes_usb_sticks(ring, usb_box, device_key, clock):
    card = ring.open_card(usb_box.code).slot
    usb_box.put_usb_key(ring.issue(SlotKind.USB, device_key))
    deaf = KeyRing(
        replace(usb_box.config, hub=replace(usb_box.config.hub, usb_dir=None)),
        device_secret_of(usb_box.state_dir), clock,
    )  # fmt: skip

    with pytest.raises(LastKeyError):
        deaf.revoke(card.name)
    with pytest.raises(SlotMissingError, match="usb_dir"):
        deaf.issue(SlotKind.USB, device_key)
    ring.revoke(card.name)
    assert ring.open_usb().device_key == device_key


def test_slot_this_box_cannot_read_is_nobody_s_last_key(ring, usb_box, device_key):
    card = ring.open_card(usb_box.code).slot
    other = ring.issue(SlotKind.CARD, device_key)
    (usb_box.state_dir / "slots" / f"{other.name}.age").write_bytes(b"worn")

    with pytest.raises(LastKeyError):
        ring.revoke(card.name)
    ring.revoke(other.name)
    assert ring.open_card(usb_box.code).device_key == device_key


def test_keys_do_not_pile_up_without_end(ring, device_key):
    for _ in range(MOST_OF_A_KIND):
        ring.issue(SlotKind.USB, device_key)

    with pytest.raises(VaultError, match="revoke one first"):
        ring.issue(SlotKind.USB, device_key)


def test_recovery_key_is_not_made_on_a_box(ring, device_key):
    with pytest.raises(VaultError, match="made at the hub"):
        ring.issue(SlotKind.RECOVERY, device_key)


def test_stick_with_the_key_of_another_box_opens_nothing(ring, usb_box, device_key):
    ring.issue(SlotKind.USB, device_key)
    stick = usb_box.config.hub.usb_dir
    other = format_usb_key("box-18", "Egebo", "usb-00", crypto.new_identity())
    (stick / usb_key_name("box-18")).write_bytes(other)

    with pytest.raises(SlotMissingError, match="nodboks-key-box-17"):
        ring.open_usb()
    (stick / usb_key_name("box-17")).write_bytes(other)
    with pytest.raises(WrongCodeError):
        ring.open_usb()
