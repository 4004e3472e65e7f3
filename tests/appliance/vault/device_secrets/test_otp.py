import pytest

from appliance import crypto
from appliance.errors import SlotMissingError
from appliance.vault.device_secret import Chips, Choice, chosen_device_secret, device_secret_of
from appliance.vault.device_secrets import otp
from appliance.vault.enrolment import enrol
from appliance.vault.key_slots import KeySlots
from tests.appliance.vault.boxes import ROOT
from tests.simulators.pi_firmware import PiFirmware

BURNT = bytes(range(32))
RECOVERY, AUDIT = crypto.new_identity(), crypto.new_identity()


@pytest.fixture
def pi(tmp_path):
    return PiFirmware(tmp_path / "pi", BURNT)


@pytest.fixture
def state_dir(tmp_path, pi):
    folder = tmp_path / "state"
    chosen_device_secret(folder, Choice.OTP, Chips(otp_program=pi.program)).make()
    return folder


def secret_on(pi, state_dir, clock=None):
    return device_secret_of(state_dir, Chips(otp_program=pi.program), clock)


@pytest.mark.slow
def test_box_with_a_burnt_key_opens_on_its_own_pi_and_on_no_other(tmp_path, pi):
    folder = tmp_path / "state"
    secret = chosen_device_secret(folder, Choice.OTP, Chips(otp_program=pi.program))
    made = enrol(folder, ROOT, *map(crypto.recipient_of, (RECOVERY, AUDIT)), secret)
    other = PiFirmware(tmp_path / "other", BURNT[::-1])

    key = KeySlots(folder, secret_on(pi, folder)).open_card(made.card_code).device_key
    assert crypto.recipient_of(key) == made.recipient
    with pytest.raises(SlotMissingError, match="none of 1 card slots"):
        KeySlots(folder, secret_on(other, folder)).open_card(made.card_code)
    assert KeySlots(folder, secret_on(other, folder)).open_recovery(RECOVERY).device_key == key


def test_file_holds_a_label_and_no_secret_and_tells_the_kind(pi, state_dir):
    content = (state_dir / "device.otp").read_bytes()
    secret = secret_on(pi, state_dir)

    assert (secret.kind, secret.survives_stolen_disk) == ("otp", True)
    assert content.startswith(b"nodboks device secret 1\n")
    assert secret.identity() != crypto.identity_from_bytes(content[-32:])


def test_two_boxes_made_on_one_pi_have_two_secrets(tmp_path, pi, state_dir):
    chosen_device_secret(tmp_path / "b", Choice.OTP, Chips(otp_program=pi.program)).make()

    first, second = secret_on(pi, state_dir), secret_on(pi, tmp_path / "b")
    assert first.identity() != second.identity()


@pytest.mark.parametrize("length", [0, 32, 64])
def test_pi_whose_key_was_never_burnt_is_refused(tmp_path, length):
    blank = PiFirmware(tmp_path / "pi", bytes(length))
    secret = chosen_device_secret(tmp_path, Choice.OTP, Chips(otp_program=blank.program))

    with pytest.raises(SlotMissingError, match="no key: it is all zeros"):
        secret.make()
    assert not (tmp_path / "device.otp").exists()


@pytest.mark.parametrize(
    "words",
    ["Failed to open /dev/vcio: Permission denied",
     "Last crypto error: 6 (Key not set (all zeros))",
     "Last crypto error: 8 (Operation not supported)"],
)  # fmt: skip
def test_what_the_firmware_complains_of_reaches_the_it_department(pi, state_dir, words):
    pi.fail(words)

    with pytest.raises(SlotMissingError) as refused:
        secret_on(pi, state_dir).identity()
    assert words in refused.value.detail


def test_firmware_that_heals_is_asked_again_and_one_that_answered_never(pi, state_dir, clock):
    secret = secret_on(pi, state_dir, clock)
    pi.fail("Last crypto error: 1 (Unknown error)")
    with pytest.raises(SlotMissingError):
        secret.identity()

    pi.fail("")
    clock.ticks_s += 30.0
    identity = secret.identity()
    pi.fail("Last crypto error: 1 (Unknown error)")
    assert secret.identity() == identity


def test_silent_firmware_is_given_up(pi, state_dir, monkeypatch):
    monkeypatch.setattr(otp, "LIMIT_S", 0.1)
    pi.fail("silent")

    with pytest.raises(SlotMissingError, match="no answer from the chip in time"):
        secret_on(pi, state_dir).identity()


@pytest.mark.parametrize("content", [b"", b"nodboks device secret 1\n", b"x" * 56])
def test_damaged_file_is_named(pi, state_dir, content):
    (state_dir / "device.otp").write_bytes(content)

    with pytest.raises(SlotMissingError, match=r"device\.otp is damaged"):
        secret_on(pi, state_dir).identity()


def test_lost_file_is_named(pi, state_dir):
    secret = secret_on(pi, state_dir)
    (state_dir / "device.otp").unlink()

    with pytest.raises(SlotMissingError, match=r"device\.otp: No such file"):
        secret.identity()
