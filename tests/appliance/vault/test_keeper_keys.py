"""What may open the keeper besides the card, for how long, and how keys come and go."""

import base64
import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from appliance import crypto
from appliance.config import VaultSection
from appliance.errors import LockedError, StorageError, VaultError, WrongCodeError
from appliance.policy import OPENS_FOR
from appliance.sealed_log.chain import read_segment
from appliance.sealed_log.entry import Action, from_bytes
from appliance.sealed_log.outbox import log_folder, segments_in
from appliance.vault import open_snapshot
from appliance.vault.keeper_service import KeeperService
from appliance.vault.key_slots import SlotKind
from tests.appliance.sealed_log.logs import entry
from tests.appliance.vault.boxes import locked_by_time

pytestmark = [pytest.mark.usefixtures("full_box"), pytest.mark.slow]  # seconds


@pytest.fixture
def keeper(usb_box, clock):
    service = KeeperService(usb_box.config, clock)
    service.start()
    yield service
    service.close()


@pytest.fixture
def hub_object(keeper, usb_box, clock):
    """What the hub serves for this box; the box is locked by time, as after a restart."""
    keeper.unlock(usb_box.code)
    issued = keeper.issue("hub").issued
    locked_by_time(keeper, clock)
    return issued.secret


def entered(box):
    """Return (action, about) of every entry, opened with the audit key."""
    lines = [line for path in segments_in(log_folder(box.state_dir))
             for line in read_segment(path.read_bytes()).lines if line.is_sealed]  # fmt: skip
    entries = [from_bytes(crypto.decrypt(line.payload, box.audit_identity)) for line in lines]
    return [(entry.action, entry.about) for entry in entries]


def test_usb_key_in_the_box_opens_it_and_without_it_nothing_does(keeper, usb_box):
    keeper.unlock(usb_box.code)
    usb_box.put_usb_key(keeper.issue("usb").issued)
    keeper.lock()

    assert keeper.unlock_usb().version == 1
    next(usb_box.config.hub.usb_dir.iterdir()).unlink()
    keeper.lock()
    with pytest.raises(VaultError, match="stick"):
        keeper.unlock_usb()


def test_recovery_key_opens_a_box_whose_cards_are_lost_and_makes_a_new_one(keeper, usb_box):
    keeper.unlock_recovery(usb_box.recovery_identity)
    card = keeper.issue("card").issued
    keeper.lock()

    assert keeper.unlock(card.secret).version == 1


def test_hub_opens_the_box_after_a_start_and_it_stays_open(keeper, hub_object, clock):
    asked = keeper.status()
    opened = keeper.unlock_hub(hub_object)
    clock.move(timedelta(days=30))
    keeper.lock_when_over()

    assert (asked.hub_may_open, opened.hub_may_open) == (True, False)
    assert not keeper.status().locked
    assert opened.open_until is None


def test_hub_opens_nothing_once_a_person_has_locked_the_box(keeper, hub_object):
    keeper.unlock_hub(hub_object)

    keeper.lock()

    assert not keeper.status().hub_may_open
    with pytest.raises(LockedError):
        keeper.unlock_hub(hub_object)


def test_box_that_is_always_locked_refuses_the_hub(hub_object, usb_box, clock):
    config = replace(usb_box.config, vault=VaultSection(boot="locked"))
    service = KeeperService(config, clock)
    service.start()

    with pytest.raises(LockedError):
        service.unlock_hub(hub_object)
    assert service.unlock(usb_box.code).version == 1
    service.close()


def test_object_the_hub_served_before_it_was_revoked_opens_nothing(keeper, hub_object):
    for slot in keeper.status().slots:
        if slot.kind == "hub":
            keeper.revoke(slot.name)

    with pytest.raises(VaultError):
        keeper.unlock_hub(hub_object)
    with pytest.raises(VaultError):
        keeper.unlock_hub(base64.b64encode(b"junk").decode())
    assert keeper.status().locked


def test_card_opens_for_twelve_hours_and_then_the_box_locks_itself(keeper, usb_box, clock):
    opened = keeper.unlock(usb_box.code)
    clock.move(OPENS_FOR - timedelta(seconds=1))
    keeper.lock_when_over()
    was_open = not keeper.status().locked
    clock.move(timedelta(seconds=1))
    keeper.lock_when_over()

    assert was_open
    assert opened.open_until == opened.opened_at + OPENS_FOR
    assert keeper.status().locked
    assert usb_box.ram_files() == []
    assert entered(usb_box)[-1] == (Action.LOCK, "time")


def test_wipe_that_fails_is_tried_again_and_the_lock_holds(keeper, usb_box, monkeypatch, caplog):
    keeper.unlock(usb_box.code)
    with monkeypatch.context() as patched:
        patched.setattr(open_snapshot, "wipe", refusing)
        with pytest.raises(StorageError):
            keeper.lock()
        failed = keeper.status()
        keeper.lock_when_over()
    left = usb_box.ram_files()
    keeper.lock_when_over()

    assert (failed.locked, failed.hub_may_open) == (True, False)
    assert "locking when time was up: N-500" in caplog.text
    assert left != []
    assert usb_box.ram_files() == []


def refusing(_folder):
    raise StorageError("the kernel refused")


def test_box_whose_time_is_up_is_not_locked_under_whoever_has_just_used_the_card(
    keeper, usb_box, clock
):
    keeper.unlock(usb_box.code)
    clock.move(OPENS_FOR)
    was_asked = threading.Event()
    with keeper._at_work:  # a refresh, say
        locking = threading.Thread(target=lambda: (was_asked.set(), keeper.lock_when_over()))
        locking.start()
        assert was_asked.wait(90)
        keeper._hours.open(SlotKind.CARD, was_open=True)
    locking.join()

    assert not keeper.status().locked


def test_hub_does_not_open_what_a_person_locks_while_its_key_is_being_read(
    keeper, hub_object, monkeypatch
):
    real = keeper._keys.open_hub

    def slowly(sealed):
        found = real(sealed)
        keeper.lock()
        return found

    monkeypatch.setattr(keeper._keys, "open_hub", slowly)

    with pytest.raises(LockedError, match="meanwhile"):
        keeper.unlock_hub(hub_object)
    assert keeper.status().locked


def test_strangers_at_the_door_do_not_keep_the_box_open(keeper, usb_box, clock):
    keeper.unlock(usb_box.code)
    clock.move(OPENS_FOR)
    keeper.log_entries([entry(Action.LOGIN_REFUSED)], 0)
    keeper.lock_when_over()
    locked_all_the_same = keeper.status().locked
    keeper.unlock(usb_box.code)
    clock.move(OPENS_FOR)
    keeper.log_entries([entry(Action.VIEW_CITIZEN)], 0)
    keeper.lock_when_over()

    assert locked_all_the_same
    assert not keeper.status().locked


def test_who_opened_and_which_keys_came_and_went_is_in_the_log(keeper, usb_box):
    card = next(slot.name for slot in keeper.status().slots if slot.kind == "card")
    keeper.unlock(usb_box.code)
    issued = keeper.issue("card").issued
    keeper.revoke(card)

    assert entered(usb_box) == [
        (Action.START, ""),
        (Action.UNLOCK, card),
        (Action.KEY_ISSUED, issued.name),
        (Action.KEY_REVOKED, card),
    ]
    with pytest.raises(WrongCodeError):
        keeper.unlock(usb_box.code)


def test_used_card_is_told_in_the_status(keeper, usb_box):
    keeper.unlock(usb_box.code)

    assert [bool(slot.used_at) for slot in keeper.status().slots] == [True, False, False]


def test_no_key_is_made_while_the_box_is_locked_and_none_of_an_unknown_kind(keeper, usb_box):
    with pytest.raises(LockedError):
        keeper.issue("card")
    keeper.unlock(usb_box.code)
    with pytest.raises(VaultError, match="known are card, usb, hub, recovery"):
        keeper.issue("phone")
