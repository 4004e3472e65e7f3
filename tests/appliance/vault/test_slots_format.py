"""SLOTS.md is true: its vectors open with this software and with Debian's own age."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from appliance import crypto
from appliance.vault.card_code import parse_card_code
from appliance.vault.device_secret import device_secret_of
from appliance.vault.key_slots import KeySlots

pytestmark = pytest.mark.slow  # seconds, not milliseconds

VECTORS = Path(__file__).parent / "vectors"
PAGE = (Path(__file__).parents[3] / "appliance/vault/SLOTS.md").read_text(encoding="utf-8")


def vector(name):
    """Return a value from the table of SLOTS.md."""
    found = re.search(rf"^\| {re.escape(name)}.*\| `([^`|]*)` \|$", PAGE, re.MULTILINE)
    assert found, name
    return found[1]


def named(name):
    """Return the file a row of the table names."""
    found = re.search(rf"^\| {re.escape(name)}[^|]*?`([^`|]*)`", PAGE, re.MULTILINE)
    assert found, name
    return (VECTORS / found[1]).read_bytes()


@pytest.fixture
def slots(tmp_path):
    shutil.copytree(VECTORS, tmp_path / "slots")
    (tmp_path / "device.secret").write_bytes(bytes.fromhex(vector("device secret (hex)")))
    return KeySlots(tmp_path, device_secret_of(tmp_path))


@pytest.fixture
def age(tmp_path):
    if shutil.which("age") is None:
        pytest.skip("needs Debian's age")

    def opened(identity, sealed):
        key = tmp_path / "key"
        key.write_text(identity)
        command = ["age", "-d", "-i", str(key)]
        return subprocess.run(command, input=sealed, capture_output=True, check=True).stdout

    return opened


def test_every_slot_opens_with_this_software(slots):
    opened = [
        slots.open_card(parse_card_code(vector("card code"))),
        slots.open_usb(vector("identity of the USB key")),
        slots.open_hub((VECTORS / "hub-slot.age").read_bytes()),
        slots.open_recovery(vector("recovery key")),
    ]

    assert {each.device_key for each in opened} == {vector("device key")}
    assert [each.slot for each in opened] == slots.list()
    assert crypto.recipient_of(vector("device key")) == vector("its recipient")


def test_identities_are_made_as_the_page_says(slots):
    salt = bytes.fromhex(slots.list()[0].name.removeprefix("card-"))

    assert crypto.identity_from_code(vector("card code"), salt) == vector("card identity")
    secret = bytes.fromhex(vector("device secret (hex)"))
    assert crypto.identity_from_bytes(secret) == vector("device-bound identity")


def test_every_layer_opens_with_stock_age(age):
    bound = vector("device-bound identity")
    card = age(vector("card identity"), age(bound, named("card identity")))
    usb = age(vector("identity of the USB key"), age(bound, named("identity of the USB key")))
    hub = age(age(bound, named("hub identity")).decode(), (VECTORS / "hub-slot.age").read_bytes())
    recovery = age(vector("recovery key"), (VECTORS / "recovery.age").read_bytes())

    assert {card, usb, hub, recovery} == {vector("device key").encode()}
    assert age(bound, named("hub identity")).decode() == vector("hub identity")
