"""`nodboks keys` against a real keeper behind its socket."""

import re
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from appliance.cli import nodboks
from appliance.config import to_toml
from appliance.errors import LastKeyError, LockedError, StorageError
from appliance.vault.card_code import parse_card_code
from appliance.vault.enrolment_file import read_enrolment
from appliance.vault.keeper_service import KeeperService
from appliance.vault.usb_key import usb_key_name
from tests.appliance.paper.pages import texts
from tests.appliance.vault.boxes import SHM, serving

pytestmark = pytest.mark.slow  # seconds, not milliseconds


@pytest.fixture
def served(full_box, clock, tmp_path):
    """A box with snapshot 1 whose keeper answers; its stick is an empty folder."""
    stick = tmp_path / "stick"
    stick.mkdir()
    settings = full_box.config
    full_box.config_file.write_text(to_toml({
        "box": {"id": "box-17", "name": "Solgården", "state_dir": settings.box.state_dir,
                "ram_dir": settings.box.ram_dir},
        "hub": {"url": "http://127.0.0.1:9/", "usb_dir": stick},
        "memory": {"allow_disk_swap": True},
    }))  # fmt: skip
    box = replace(full_box, config=replace(settings, hub=replace(settings.hub, usb_dir=stick)))
    service = KeeperService(box.config, clock)
    service.start()
    with serving(service, box.config.keeper_socket):
        yield box
    service.close()


@pytest.fixture
def run(served):
    def run_with(*words, **more):
        command = [str(word) for word in words]
        at = ["--config", str(served.config_file)]
        return CliRunner().invoke(nodboks, [*command, *at], **more)

    return run_with


@pytest.fixture
def opened(run, served):
    assert run("unlock", input=f"{served.code}\n").exit_code == 0
    return served


def code_in(output):
    line = next(line for line in output.splitlines() if "card code" in line)
    return parse_card_code(line.rpartition(":")[2])


def card_names(run):
    lines = run("keys", "list").output.splitlines()
    return [line.split()[1] for line in lines if "(card)" in line]


@pytest.mark.usefixtures("opened")
def test_list_shows_every_key_and_a_used_card(run):
    lines = run("keys", "list").output.splitlines()

    assert [line.split()[2] for line in lines] == ["(card),", "(hub)", "(recovery)"]
    assert "used 2026-11-23T02:00:00Z" in lines[0]
    assert "make a new card: nodboks keys replace" in run("status").output
    assert "locks itself after 2026-11-23T14:00:00Z" in run("status").output


@pytest.mark.usefixtures("opened")
def test_issued_card_opens_the_box_and_is_shown_once(run):
    code = code_in(run("keys", "issue", "card").output)
    run("lock")

    assert "unlocked" in run("unlock", input=f"{code}\n").output
    assert code not in run("keys", "list").output


def test_issued_usb_key_opens_the_box(opened, run):
    stick = opened.config.hub.usb_dir
    result = run("keys", "issue", "usb", "--to", stick)
    run("lock")

    assert "unmount it" in result.output
    assert "AGE-SECRET-KEY" not in result.output
    assert "unlocked" in run("unlock", "--usb").output


def test_issued_hub_key_is_a_file_for_the_hub(opened, run, tmp_path):
    result = run("keys", "issue", "hub", "--to", tmp_path / "enrolment.json")

    written = read_enrolment((tmp_path / "enrolment.json").read_bytes())
    assert written.recipient == opened.enrolment.recipient
    assert written.log_key == opened.enrolment.log_key
    assert written.fingerprint in result.output


@pytest.fixture
def ram():
    folder = Path(tempfile.mkdtemp(dir=SHM))
    yield folder
    shutil.rmtree(folder)


def code_on(pdf):
    (page,) = texts(pdf)
    return re.search(r"\d{4}(?: \d{4}){4}", page)[0]


def test_card_on_paper_opens_the_box_and_its_code_lies_nowhere_else(opened, run, ram):
    result = run("keys", "issue", "card", "--card", ram / "card.pdf")
    code = code_on((ram / "card.pdf").read_bytes())
    run("lock")

    assert (ram / "card.pdf").stat().st_mode & 0o777 == 0o600
    assert "print it, seal it, then delete the file" in result.output
    assert list(ram.iterdir()) == [ram / "card.pdf"]
    for spelled in (code, code.replace(" ", "")):
        assert spelled not in result.output
        kept = [path for path in opened.config.box.state_dir.rglob("*") if path.is_file()]
        assert [path for path in kept if spelled.encode() in path.read_bytes()] == []
    assert "unlocked" in run("unlock", input=f"{code}\n").output


@pytest.mark.usefixtures("opened")
def test_card_is_never_written_to_a_disk(run, tmp_path):
    before = run("keys", "list").output
    for words in (("issue", "card"), ("replace",)):
        result = run("keys", *words, "--card", tmp_path / "card.pdf")
        assert result.exit_code == 2
        assert "must lie in RAM" in result.output

    assert run("keys", "list").output == before
    assert not (tmp_path / "card.pdf").exists()


@pytest.mark.usefixtures("opened")
def test_a_file_that_is_there_already_is_neither_replaced_nor_deleted(run, ram):
    (ram / "card.pdf").write_bytes(b"something else")
    for words in (("issue", "card"), ("replace",)):
        assert run("keys", *words, "--card", ram / "card.pdf").exit_code == 2

    assert (ram / "card.pdf").read_bytes() == b"something else"
    assert len(card_names(run)) == 1


@pytest.mark.usefixtures("opened")
def test_card_that_cannot_be_written_is_taken_back(run, ram):
    before = run("keys", "list").output
    (ram / "full").touch()
    result = run("keys", "issue", "card", "--card", ram / "full" / "card.pdf")

    assert isinstance(result.exception, StorageError)
    assert run("keys", "list").output == before


@pytest.mark.parametrize("answer", ["y", "n"])
@pytest.mark.usefixtures("opened")
def test_replaced_or_called_off_the_file_of_the_card_is_deleted(run, ram, answer):
    result = run("keys", "replace", "--card", ram / "card.pdf", input=f"{answer}\n")

    assert result.exit_code == (0 if answer == "y" else 1)
    assert f"{ram / 'card.pdf'} is deleted" in result.output
    assert list(ram.iterdir()) == []


@pytest.mark.usefixtures("opened")
def test_key_that_cannot_be_written_is_taken_back(run, tmp_path):
    before = run("keys", "list").output
    result = run("keys", "issue", "usb", "--to", tmp_path / "no-stick-here")

    assert isinstance(result.exception, StorageError)
    assert run("keys", "list").output == before
    assert not (tmp_path / "no-stick-here" / usb_key_name("box-17")).exists()


@pytest.mark.parametrize(
    "words",
    [("usb",), ("hub",), ("card", "--to", "x"), ("recovery",), ("usb", "--to", "x", "--card", "y")],
)
@pytest.mark.usefixtures("opened")
def test_wrong_use_is_said_before_a_key_is_made(run, words):
    assert run("keys", "issue", *words).exit_code == 2
    assert len(card_names(run)) == 1


def test_replacing_revokes_the_used_card_once_the_new_one_is_put_away(opened, run):
    result = run("keys", "replace", input="y\n")
    run("lock")

    assert result.exit_code == 0
    assert run("unlock", input=f"{opened.code}\n").exit_code == 1
    assert run("unlock", input=f"{code_in(result.output)}\n").exit_code == 0


@pytest.mark.usefixtures("opened")
def test_replacing_that_is_called_off_leaves_the_old_card_alone(run):
    before = card_names(run)
    result = run("keys", "replace", input="n\n")

    assert result.exit_code == 1
    assert card_names(run) == before


@pytest.mark.usefixtures("served")
def test_replacing_where_no_card_was_used_does_nothing(run):
    assert run("keys", "replace").exit_code == 1
    assert "no card has been used" in run("keys", "replace").output


@pytest.mark.usefixtures("served")
def test_last_key_is_not_revoked_and_a_locked_box_makes_none(run):
    (name,) = card_names(run)

    assert isinstance(run("keys", "revoke", name).exception, LastKeyError)
    assert isinstance(run("keys", "issue", "card").exception, LockedError)


@pytest.mark.usefixtures("opened")
def test_revoked_key_is_gone(run):
    run("keys", "issue", "card")
    first, second = card_names(run)
    result = run("keys", "revoke", second)

    assert f"{second} is revoked" in result.output
    assert card_names(run) == [first]


def test_recovery_key_opens_the_box_from_its_file(served, run, tmp_path):
    key = tmp_path / "recovery.key"
    key.write_text(f"# kept in two safes\n{served.recovery_identity}\n")

    assert "unlocked" in run("unlock", "--recovery", key).output
    assert run("unlock", "--usb", "--recovery", key).exit_code == 2
