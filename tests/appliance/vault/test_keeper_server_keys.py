"""Keys through the keeper's socket, and who may not ask for them: a real socket and box."""

import base64
import contextlib
import os

import pytest

from appliance.errors import KeeperDownError, VaultError
from appliance.policy import OPENS_FOR
from appliance.vault import keeper_server
from appliance.vault.keeper_client import KeeperClient
from appliance.vault.keeper_server import TrustedPeers
from appliance.vault.keeper_service import KeeperService
from tests.appliance.sealed_log.logs import entry
from tests.appliance.vault.boxes import OWN, serving
from tests.waiting import eventually

pytestmark = pytest.mark.slow  # seconds, not milliseconds


def test_keys_are_made_used_and_revoked_through_the_socket(client, usb_box, records_db):
    usb_box.install(1, records_db)
    client.unlock(usb_box.code)
    card, hub = client.issue("card"), client.issue("hub")
    client.unlock_recovery(usb_box.recovery_identity)
    opened = client.unlock_hub(base64.b64decode(hub.secret))
    left = client.revoke(card.name).slots

    assert opened.open_until is not None  # it was open: the hub changes nothing
    assert card.name not in {slot.name for slot in left}
    assert (hub.kind, base64.b64decode(hub.secret)[:21]) == ("hub", b"age-encryption.org/v1")
    with pytest.raises(VaultError, match=r"hub\.usb_dir"):
        client.unlock_usb()


def test_process_that_talks_to_the_network_asks_for_nothing_it_could_misuse(keeper, box):
    worker = TrustedPeers(OWN.uids, limited=frozenset({os.geteuid()}))

    with serving(keeper, box.config.keeper_socket, worker):
        client = KeeperClient(box.config.keeper_socket)
        status = client.status()
        for forbidden in (
            client.lock,
            client.unlock_usb,
            lambda: client.unlock(box.code),
            lambda: client.issue("card"),
            lambda: client.revoke("card-00"),
            lambda: client.log([entry()]),
        ):
            with pytest.raises(VaultError, match="may not ask the keeper to"):
                forbidden()

    assert status.locked


def test_captured_web_makes_no_keys_and_takes_none_away(keeper, full_box):
    web = TrustedPeers(OWN.uids)  # it may talk, and its user is not the keeper's

    with serving(keeper, full_box.config.keeper_socket, web):
        client = KeeperClient(full_box.config.keeper_socket)
        opened = client.unlock(full_box.code)
        for forbidden in (
            lambda: client.issue("card"),
            lambda: client.revoke("card-00"),
            lambda: client.unlock_recovery(full_box.recovery_identity),
        ):
            with pytest.raises(VaultError, match="may not ask the keeper to"):
                forbidden()

    assert opened.version == 1


def test_box_locks_itself_though_nobody_asks_for_anything(box, clock, records_db, monkeypatch):
    box.install(1, records_db)
    monkeypatch.setattr(keeper_server, "_LOOK_EVERY_S", 0.02)
    service = KeeperService(box.config, clock)
    service.start()
    with serving(service, box.config.keeper_socket):
        service.unlock(box.code)
        clock.move(OPENS_FOR)
        client = KeeperClient(box.config.keeper_socket)
        eventually(lambda: client.status().locked)  # to be asked for it keeps nothing open

    assert service.status().locked
    service.close()


class MakesNothing(KeeperService):
    """Answers as if all were well, without the key that was asked for."""

    def issue(self, _kind):
        return self.status()


def test_answer_without_the_key_is_no_key(box, clock):
    service = MakesNothing(box.config, clock)
    service.start()
    with contextlib.closing(service), serving(service, box.config.keeper_socket):
        client = KeeperClient(box.config.keeper_socket)
        with pytest.raises(KeeperDownError, match="made no key"):
            client.issue("card")
