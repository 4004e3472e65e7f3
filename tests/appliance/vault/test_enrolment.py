import subprocess
import sys
import textwrap

import pytest

from appliance import crypto, files
from appliance.errors import ConfigError, DiskFullError
from appliance.vault.device_secret import device_secret_of
from appliance.vault.enrolment import enrol, is_enrolled, log_key_of_box, recipient_of_box
from appliance.vault.key_slots import KeySlots
from tests.appliance.vault.boxes import ROOT

pytestmark = pytest.mark.slow  # seconds, not milliseconds

RECOVERY = crypto.new_identity()
RECIPIENT = crypto.recipient_of(RECOVERY)
AUDIT = crypto.recipient_of(crypto.new_identity())
PARTS = {
    "device.secret", "trust/root.json", "recipient", "audit.pub", "log-signing.pub",
    "log-signing.age",
}  # fmt: skip


def opened_by_card(state_dir, code):
    return KeySlots(state_dir, device_secret_of(state_dir)).open_card(code).device_key


def test_card_and_recovery_open_the_key_the_hub_encrypts_to(tmp_path):
    made = enrol(tmp_path, ROOT, RECIPIENT, AUDIT)
    key = opened_by_card(tmp_path, made.card_code)

    assert crypto.recipient_of(key) == made.recipient == recipient_of_box(tmp_path)
    assert KeySlots(tmp_path, device_secret_of(tmp_path)).open_recovery(RECOVERY).device_key == key
    assert is_enrolled(tmp_path)


def test_trusted_root_is_kept_byte_for_byte(tmp_path):
    enrol(tmp_path, ROOT, RECIPIENT, AUDIT)

    assert (tmp_path / "trust" / "root.json").read_bytes() == ROOT


def test_no_key_and_no_code_is_on_the_disk_or_in_a_log(tmp_path):
    made = enrol(tmp_path, ROOT, RECIPIENT, AUDIT)
    key = opened_by_card(tmp_path, made.card_code)
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())

    assert b"AGE-SECRET-KEY" not in written.upper()
    assert key.encode() not in written
    assert made.card_code.encode() not in written
    assert made.card_code not in repr(made)


def test_enrolled_box_is_never_overwritten(tmp_path):
    made = enrol(tmp_path, ROOT, RECIPIENT, AUDIT)

    with pytest.raises(ConfigError, match=r"already enrolled.*empty the folder"):
        enrol(tmp_path, ROOT, RECIPIENT, AUDIT)

    assert opened_by_card(tmp_path, made.card_code)


@pytest.mark.parametrize("left", sorted([*PARTS, "slots"]))
def test_box_that_lost_a_part_is_not_taken_for_a_new_one(tmp_path, left):
    enrol(tmp_path, ROOT, RECIPIENT, AUDIT)
    for name in PARTS - {left}:
        (tmp_path / name).unlink()

    with pytest.raises(ConfigError, match="already enrolled"):
        enrol(tmp_path, ROOT, RECIPIENT, AUDIT)

    assert not is_enrolled(tmp_path)
    with pytest.raises(ConfigError, match="not enrolled"):
        recipient_of_box(tmp_path)
    with pytest.raises(ConfigError, match="not enrolled"):
        log_key_of_box(tmp_path)


@pytest.mark.parametrize(
    ("root", "named"),
    [(b"", "not a TUF root"), (b"[]", "not a TUF root"), (b"{}", "not a TUF root"),
     (b'{"signed": {"_type": "targets"}}', "'targets' metadata")],
)  # fmt: skip
def test_what_is_no_root_is_refused_before_anything_is_made(tmp_path, root, named):
    with pytest.raises(ConfigError, match=named):
        enrol(tmp_path / "box", root, RECIPIENT, AUDIT)

    assert not (tmp_path / "box").exists()


@pytest.mark.parametrize("given", [(RECOVERY, AUDIT), (RECIPIENT, RECOVERY)])
def test_secret_half_given_as_recovery_or_audit_key_is_refused_and_not_repeated(tmp_path, given):
    with pytest.raises(ConfigError, match="age1") as refused:
        enrol(tmp_path / "box", ROOT, *given)

    assert RECOVERY not in str(refused.value)
    assert refused.value.__cause__ is None
    assert not (tmp_path / "box").exists()


@pytest.mark.parametrize("cut", [1, 12])
def test_cut_in_the_middle_is_repaired_by_enrolling_again(tmp_path, monkeypatch, cut):
    with monkeypatch.context() as patched:
        patched.setattr(files.os, "fsync", failing_after(cut, files.os.fsync))
        with pytest.raises(DiskFullError):
            enrol(tmp_path, ROOT, RECIPIENT, AUDIT)
    assert not is_enrolled(tmp_path)

    made = enrol(tmp_path, ROOT, RECIPIENT, AUDIT)

    assert opened_by_card(tmp_path, made.card_code)
    assert len(list((tmp_path / "slots").iterdir())) == 3


def failing_after(count, real):
    left = count

    def fsync(handle):
        nonlocal left
        if left == 0:
            raise OSError(28, "No space left on device")
        left -= 1
        real(handle)

    return fsync


@pytest.mark.slow
def test_kill_at_any_moment_leaves_nothing_usable_or_a_whole_box(tmp_path):
    program = textwrap.dedent("""
        import os, sys
        from pathlib import Path
        from appliance import files
        from appliance.vault.enrolment import enrol
        left = int(sys.argv[2])
        real = os.fsync
        def fsync(handle):
            global left
            if left == 0:
                os.kill(os.getpid(), 9)
            left -= 1
            real(handle)
        os.fsync = fsync
        enrol(Path(sys.argv[1]), sys.argv[3].encode(), *sys.argv[4:])
    """)
    for cut in range(23):
        state_dir = tmp_path / str(cut)
        arguments = [str(state_dir), str(cut), ROOT.decode(), RECIPIENT, AUDIT]
        ended = subprocess.run([sys.executable, "-c", program, *arguments], check=False)

        if ended.returncode == 0 or is_enrolled(state_dir):
            assert is_enrolled(state_dir)
            continue
        made = enrol(state_dir, ROOT, RECIPIENT, AUDIT)
        assert opened_by_card(state_dir, made.card_code)
