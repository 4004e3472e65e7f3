import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from appliance import crypto
from appliance.clock import SystemClock
from appliance.errors import SlotMissingError, WrongCodeError
from appliance.sealed_log.entry import Action
from appliance.vault.device_secret import Chips, Choice, chosen_device_secret, device_secret_of
from appliance.vault.device_secrets import chip_tool, tpm
from appliance.vault.device_secrets.tpm import TpmDeviceSecret
from appliance.vault.enrolment import Enrolment, enrol, log_keys_of
from appliance.vault.keeper_log import KeeperLog
from appliance.vault.key_slots import KeySlots
from tests.appliance.vault.boxes import ROOT
from tests.simulators.onlooker import contents, watching
from tests.simulators.tpm import Swtpm, listening_on, running_swtpm, silent_chip

pytestmark = pytest.mark.slow  # a real process answers every question

RECOVERY, AUDIT = crypto.new_identity(), crypto.new_identity()
WRONG_CODE = "0" * 20
PART = b"\0\x01a"


@dataclass(frozen=True)
class TpmBox:
    """A box enrolled with a TPM."""

    state_dir: Path
    made: Enrolment

    def secret(self, chip: Swtpm | str):
        """The secret as a freshly started keeper has it: nothing is remembered."""
        tcti = chip if isinstance(chip, str) else chip.tcti
        return device_secret_of(self.state_dir, Chips(tcti=tcti))

    def slots(self, chip):
        return KeySlots(self.state_dir, self.secret(chip))

    def unlock(self, chip):
        return self.slots(chip).open_card(self.made.card_code).device_key


@pytest.fixture
def chip(tmp_path):
    with running_swtpm(tmp_path / "chip") as running:
        yield running


@pytest.fixture
def ram_for_chips(ram_dir, monkeypatch):
    """A RAM folder of this test's own, so that what lies in it is this test's."""
    monkeypatch.setattr(chip_tool, "_RAM", ram_dir)
    return ram_dir


@pytest.fixture
def other_chip(tmp_path):
    with running_swtpm(tmp_path / "other-chip") as running:
        yield running


@pytest.fixture
def box(tmp_path, chip):
    state_dir = tmp_path / "state"
    secret = chosen_device_secret(state_dir, Choice.TPM, Chips(tcti=chip.tcti))
    made = enrol(state_dir, ROOT, *map(crypto.recipient_of, (RECOVERY, AUDIT)), secret)
    return TpmBox(state_dir, made)


def test_box_with_a_tpm_opens_by_card_also_after_its_power_was_cut(box, chip):
    chip.switch_off()
    chip.switch_on()

    assert crypto.recipient_of(box.unlock(chip)) == box.made.recipient
    with pytest.raises(WrongCodeError):
        box.slots(chip).open_card(WRONG_CODE)


def test_file_in_the_state_folder_alone_tells_that_it_is_a_tpm(box, chip):
    secret = box.secret(chip)

    assert (secret.kind, secret.survives_stolen_disk) == ("tpm", True)
    assert not (box.state_dir / "device.secret").exists()
    assert (box.state_dir / "device.tpm").stat().st_mode & 0o777 == 0o600


def test_log_is_written_with_the_tpms_secret(box, chip, clock):
    log = KeeperLog(box.state_dir, "box-17", box.secret(chip), clock)

    log.note(Action.START)
    log.close()

    assert log.status().number >= 1
    assert log.status().problem == ""
    assert log_keys_of(box.state_dir, box.secret(chip)).public_key.hex() == box.made.log_key


def test_thief_with_the_whole_disk_and_the_right_code_opens_nothing(box, tmp_path, other_chip):
    stolen = TpmBox(shutil.copytree(box.state_dir, tmp_path / "stolen"), box.made)

    with pytest.raises(SlotMissingError, match="cleared or replaced"):
        stolen.unlock(other_chip)
    with pytest.raises(SlotMissingError):
        log_keys_of(stolen.state_dir, stolen.secret(other_chip))


def test_cleared_tpm_is_named_and_the_recovery_key_still_opens(box, chip):
    chip.clear()

    with pytest.raises(SlotMissingError, match="cleared or replaced"):
        box.unlock(chip)
    key = box.slots(chip).open_recovery(RECOVERY).device_key
    assert crypto.recipient_of(key) == box.made.recipient


def test_sealed_part_of_another_chip_is_not_taken(box, chip, tmp_path, other_chip):
    foreign = chosen_device_secret(tmp_path, Choice.TPM, Chips(tcti=other_chip.tcti))
    foreign.make()
    other, own = ((each / tpm.NAME).read_bytes() for each in (tmp_path, box.state_dir))
    storage_key = other.rindex(b"\0\x23\0\x0b")  # an ECC key named with SHA-256
    (box.state_dir / tpm.NAME).write_bytes(other[: storage_key - 2] + own[storage_key - 2 :])

    with pytest.raises(SlotMissingError, match=r"does not take .*integrity check failed"):
        box.secret(chip).identity()


def test_tpm_whose_owner_has_a_password_is_named(box, chip):
    chip.run("tpm2_changeauth", "-c", "owner", "not-the-boxs-choice")

    with pytest.raises(SlotMissingError, match=r"its owner without auth.*authorization failure"):
        box.unlock(chip)


def test_tpm_that_is_gone_is_named_and_comes_back_without_a_restart(box, chip, clock):
    chip.switch_off()
    secret = TpmDeviceSecret(box.state_dir / tpm.NAME, clock, chip.tcti)
    with pytest.raises(SlotMissingError, match="no storage key from the TPM"):
        secret.identity()

    chip.switch_on()
    with pytest.raises(SlotMissingError, match="no storage key"):
        secret.identity()
    clock.ticks_s += 30.0
    assert secret.identity() == box.secret(chip).identity()


def test_tpm_that_dies_in_mid_life_does_not_stand_between_nurse_and_records(box, chip):
    slots = box.slots(chip)
    slots.open_card(box.made.card_code)

    chip.switch_off()

    assert slots.open_card(box.made.card_code)


def test_silent_tpm_costs_the_nurse_a_bounded_time_and_the_next_question_none(box, monkeypatch):
    monkeypatch.setattr(tpm, "LIMIT_S", 0.3)
    with silent_chip() as tcti:
        secret = box.secret(tcti)
        with pytest.raises(SlotMissingError, match="tpm2_createprimary got no answer"):
            secret.identity()

        monkeypatch.setattr(tpm, "LIMIT_S", 3600)
        with pytest.raises(SlotMissingError, match="got no answer"):
            secret.identity()


def test_chip_and_memory_keep_nothing_of_an_errand_however_it_ends(box, chip, ram_for_chips):
    box.unlock(chip)
    chip.clear()
    with pytest.raises(SlotMissingError):
        box.unlock(chip)

    kept = [chip.run("tpm2_getcap", f"handles-{each}") for each in
            ("transient", "loaded-session", "saved-session")]  # fmt: skip
    assert kept == ["", "", ""]
    assert list(ram_for_chips.iterdir()) == []


def test_secret_is_in_no_argument_no_file_and_no_word_on_the_bus(
    chip, tmp_path, ram_for_chips, monkeypatch
):
    drawn = b"\xa5\x5a" * 16
    monkeypatch.setattr(tpm.secrets, "token_bytes", lambda _: drawn)
    heard = bytearray()
    with listening_on(chip, heard) as bus, watching(ram_for_chips) as seen:
        secret = TpmDeviceSecret(tmp_path / "device.tpm", SystemClock(), bus)
        secret.make()
        assert secret.identity() == crypto.identity_from_bytes(drawn)

    assert heard  # the listener was on the line
    assert any(b"tpm2_" in line for line in seen.arguments)
    assert seen.files
    for place in (*seen.arguments, *seen.files, bytes(heard), *contents(tmp_path)):
        assert drawn not in place
        assert drawn.hex().encode() not in place


@pytest.mark.parametrize(
    "content", [b"", PART * 2, PART * 2 + b"\0\x02c", PART * 4, b"\xff\xffab", PART * 2 + b"\0\0"]
)
def test_damaged_file_is_named(tmp_path, content):
    (tmp_path / tpm.NAME).write_bytes(content)

    with pytest.raises(SlotMissingError, match=r"device\.tpm is damaged"):
        device_secret_of(tmp_path).identity()


def test_lost_file_is_named(tmp_path):
    with pytest.raises(SlotMissingError, match=r"device\.tpm: No such file"):
        TpmDeviceSecret(tmp_path / tpm.NAME, SystemClock()).identity()


def test_missing_tools_are_named_before_anything_is_made(tmp_path, monkeypatch):
    monkeypatch.setattr(chip_tool, "_SEARCH", str(tmp_path))

    with pytest.raises(SlotMissingError, match="tpm2_createprimary is not installed"):
        chosen_device_secret(tmp_path, Choice.TPM).make()
    assert not tpm.has_tools()
    assert list(tmp_path.iterdir()) == []
