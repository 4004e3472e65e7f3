import errno
import subprocess
import sys

import pytest

from appliance import crypto
from appliance.certificates.request import request_of
from appliance.errors import ConfigError, KeeperDownError, StorageError
from appliance.health.printer_test import AskedBy, PrinterTest, write_test
from appliance.snapshot.installed import Installed
from appliance.vault.card_code import new_card_code
from printers.models import JobStage
from provisioning.signing import create_trust
from tests.appliance.commands.settings_file import NAMED, SETTINGS, run
from tests.appliance.vault.boxes import ROOT, keeper_process, make_box, ram_folder
from tests.simulators.screen_certificates import NAME


@pytest.fixture
def settings(tmp_path):
    path = tmp_path / "box.toml"
    path.write_text(SETTINGS)
    return path


def test_a_missing_settings_file_names_the_file(tmp_path):
    result = run("status", "--config", tmp_path / "none.toml")

    assert isinstance(result.exception, ConfigError)
    assert "none.toml" in result.exception.detail


@pytest.mark.parametrize("command", ["status", "lock"])
def test_without_a_keeper_the_command_says_so(settings, command):
    result = run(command, "--config", settings)

    assert isinstance(result.exception, KeeperDownError)


def test_unlock_asks_for_the_code_and_never_shows_it(settings):
    code = new_card_code()

    result = run("unlock", "--config", settings, input=f"{code}\n")

    assert isinstance(result.exception, KeeperDownError)
    assert code not in str(result.exception)


def test_enrol_refuses_a_file_that_is_not_there(settings):
    result = run("enrol", "--config", settings, "--trust", settings.parent)

    assert result.exit_code == 2
    assert "root.json" in result.output


@pytest.mark.slow
def test_enrol_and_status_say_what_the_device_secret_is_worth(tmp_path, settings):
    keys = {
        "root.json": ROOT.decode(),
        "recovery.pub": new_recipient(),
        "audit.pub": new_recipient(),
    }
    for name, text in keys.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    given = ("--trust", tmp_path, "--out", tmp_path / "enrolment.json")
    worth = "nodboks: device secret: file (it is on the disk"

    assert worth in run("enrol", "--config", settings, "--device-secret", "file", *given).output
    with ram_folder() as ram:
        box = make_box(tmp_path, ram)
        with keeper_process(box):
            assert worth in run("status", "--config", box.config_file).output


@pytest.mark.slow
def test_status_tells_the_rest_where_the_disk_does_not_tell_what_is_installed(
    tmp_path, monkeypatch
):
    def fail(_):
        raise OSError(errno.EIO, "the card is worn")

    monkeypatch.setattr(Installed, "floor", fail)
    with ram_folder() as ram:
        box = make_box(tmp_path, ram)
        with keeper_process(box):
            told = run("status", "--config", box.config_file)

    assert told.exit_code == 0
    assert "installed: N-500 reading what is installed" in told.output
    assert "device secret: file" in told.output


@pytest.mark.slow
def test_status_tells_in_both_languages_what_the_lamp_should_show(tmp_path):
    with ram_folder() as ram:
        box = make_box(tmp_path, ram)
        with keeper_process(box):
            told = run("status", "--config", box.config_file).output

    assert "lamp: Red, flashing fast: the box cannot be used. (box.toml names no pins" in told
    assert "lampe: Rød, blinker hurtigt: Boksen kan ikke bruges." in told


@pytest.mark.slow
def test_status_tells_how_the_last_test_page_went_on_a_box_that_prints_on_paper(tmp_path, clock):
    with ram_folder() as ram:
        box = make_box(tmp_path, ram)
        with keeper_process(box):
            into_folder = run("status", "--config", box.config_file)
            with box.config_file.open("a", encoding="utf-8") as settings:
                settings.write('[printer]\nkind = "cups"\n')
            none_yet = run("status", "--config", box.config_file)
            page = PrinterTest(clock.now(), AskedBy.PERSON, "T-1-2", 1, JobStage.DONE, 1)
            write_test(box.state_dir, page)
            one = run("status", "--config", box.config_file)

    assert "test page" not in into_folder.output
    assert "nodboks: last test page: none yet\n" in none_yet.output
    assert "nodboks: last test page: 2026-11-23T02:00:00Z, T-1-2, 1 of 1 pages out" in one.output


def test_enrolment_whose_file_cannot_be_written_leaves_the_box_as_it_was(tmp_path, settings):
    (tmp_path / "root.json").write_bytes(ROOT)
    for name in ("recovery.pub", "audit.pub"):
        (tmp_path / name).write_text(new_recipient(), encoding="utf-8")
    given = ("enrol", "--config", settings, "--device-secret", "file", "--trust", tmp_path)
    (tmp_path / "full").touch()

    failed = run(*given, "--out", tmp_path / "full" / "enrolment.json")
    again = run(*given, "--out", tmp_path / "enrolment.json")

    assert isinstance(failed.exception, StorageError)
    assert "card code" not in failed.output
    assert "card code, shown only now" in again.output
    assert (tmp_path / "enrolment.json").exists()


def test_enrolment_may_print_its_card_instead_of_showing_the_code(tmp_path, settings):
    (tmp_path / "root.json").write_bytes(ROOT)
    for name in ("recovery.pub", "audit.pub"):
        (tmp_path / name).write_text(new_recipient(), encoding="utf-8")
    given = ("enrol", "--config", settings, "--device-secret", "file", "--trust", tmp_path)
    out = ("--out", tmp_path / "enrolment.json")

    with ram_folder() as ram:
        (ram / "full").touch()
        refused = run(*given, *out, "--card", tmp_path / "card.pdf")
        lost = run(*given, *out, "--card", ram / "full" / "card.pdf")
        made = run(*given, *out, "--card", ram / "card.pdf")
        printed = (ram / "card.pdf").read_bytes()

    assert refused.exit_code == 2
    assert isinstance(lost.exception, StorageError)
    assert "shown only now" not in made.output
    assert "the card is in" in made.output
    assert printed.startswith(b"%PDF")


def new_recipient():
    return crypto.recipient_of(crypto.new_identity())


@pytest.fixture
def named_settings(settings):
    """A box with a name for https, behind its front."""
    settings.write_text(NAMED)
    return settings


def test_box_with_a_name_asks_for_its_certificate_when_it_is_enrolled(
    named_settings, tmp_path, clock
):
    create_trust(tmp_path / "trust", clock)
    given = ("--trust", tmp_path / "trust", "--out", tmp_path / "enrolment.json")

    result = run("enrol", "--config", named_settings, *given)

    assert result.exit_code == 0, result.output
    assert request_of(tmp_path / "state").names == (NAME,)


@pytest.mark.slow
def test_the_installed_program_answers_and_errors_end_with_1(settings):
    command = [sys.executable, "-m", "appliance", "status", "--config", str(settings)]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert done.stderr.startswith("nodboks: error N-406")
    assert "Traceback" not in done.stderr
