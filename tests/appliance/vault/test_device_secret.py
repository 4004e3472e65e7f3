from dataclasses import replace

import pytest

from appliance import crypto
from appliance.errors import SlotMissingError, StorageError
from appliance.vault.device_secret import (
    WORTH,
    Chips,
    Choice,
    chosen_device_secret,
    device_secret_of,
)
from appliance.vault.device_secrets import tpm
from tests.simulators.pi_firmware import PiFirmware


def test_secret_is_raw_bytes_for_its_owner_only(tmp_path):
    device_secret_of(tmp_path).make()
    file = tmp_path / "device.secret"

    assert file.stat().st_mode & 0o777 == 0o600
    assert len(file.read_bytes()) == 32
    assert b"AGE" not in file.read_bytes()


def test_same_secret_is_always_the_same_identity(tmp_path):
    secret = device_secret_of(tmp_path)
    secret.make()

    sealed = crypto.encrypt(b"key", crypto.recipient_of(secret.identity()))

    assert crypto.decrypt(sealed, device_secret_of(tmp_path).identity()) == b"key"


def test_two_boxes_have_two_secrets(tmp_path):
    first, second = device_secret_of(tmp_path / "a"), device_secret_of(tmp_path / "b")
    first.make()
    second.make()

    assert first.identity() != second.identity()


def test_file_says_honestly_that_a_stolen_disk_has_it(tmp_path):
    secret = device_secret_of(tmp_path)

    assert (secret.kind, secret.survives_stolen_disk) == ("file", False)


def test_lost_or_damaged_secret_is_named_not_replaced(tmp_path):
    secret = device_secret_of(tmp_path)
    with pytest.raises(SlotMissingError, match=r"device\.secret: No such file"):
        secret.identity()

    (tmp_path / "device.secret").write_bytes(b"\0" * 31)
    with pytest.raises(SlotMissingError, match="31 bytes, not 32"):
        secret.identity()


def test_disk_that_refuses_is_named(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(StorageError):
        device_secret_of(tmp_path / "file").make()


def test_box_takes_the_best_place_it_has_for_its_secret(tmp_path, monkeypatch):
    chip = tmp_path / "tpmrm0"
    pi = PiFirmware(tmp_path / "pi", b"burnt")
    chips = Chips(tpm_device=chip, otp_program=pi.program)
    monkeypatch.setattr(tpm, "has_tools", lambda: True)

    assert kind_of(Choice.AUTO, chips, tmp_path) == "otp"
    pi.fail("Last crypto error: 6 (Key not set (all zeros))")
    assert kind_of(Choice.AUTO, chips, tmp_path) == "file"
    assert kind_of(Choice.AUTO, replace(chips, otp_program="not-installed"), tmp_path) == "file"
    chip.touch()
    assert kind_of(Choice.AUTO, chips, tmp_path) == "tpm"


def test_municipality_may_choose_and_every_choice_is_explained(tmp_path):
    for choice in (Choice.TPM, Choice.OTP, Choice.FILE):
        secret = chosen_device_secret(tmp_path, choice)

        assert secret.kind == choice
        assert ("alone opens nothing" in WORTH[secret.kind]) == secret.survives_stolen_disk


@pytest.mark.parametrize(
    ("name", "kind"), [("device.tpm", "tpm"), ("device.otp", "otp"), ("device.secret", "file")]
)
def test_file_that_lies_there_tells_the_kind(tmp_path, name, kind):
    (tmp_path / name).touch()

    assert device_secret_of(tmp_path).kind == kind


def kind_of(choice, chips, folder):
    return chosen_device_secret(folder, choice, chips).kind
