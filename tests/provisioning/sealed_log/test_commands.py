import stat

import pytest
from click.testing import CliRunner

from appliance.sealed_log.entry import Action
from provisioning.cli import provision
from provisioning.errors import FleetError, SealedLogError
from tests.appliance.sealed_log.logs import AUDIT_IDENTITY, EGON, BoxLog, entry


@pytest.fixture
def box(tmp_path):
    made = BoxLog(tmp_path / "log")
    made.add(entry(), entry(minute=1, whom=(EGON,)))
    made.add(entry(Action.BREAK_GLASS, 2, text="Kaldt til nabo", whom=()))
    made.sign()
    made.log.close()
    (tmp_path / "audit.key").write_text(AUDIT_IDENTITY)
    return made


@pytest.fixture
def fleet(tmp_path, box):
    text = """
        [municipality]
        name = "Prøvekøbing"
        trust = "trust"
        [[box]]
        id = "box-17"
        name = "Solgården"
        recipient = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"
        units = ["*"]
        log_key = "KEY"
        [[box]]
        id = "box-18"
        name = "Lunden"
        recipient = "age1s3cqcks5genc6ru8chl0hkkd04zmxvczsvdxq99ekffe4gmvjpzsedk23c"
        units = ["*"]
    """
    path = tmp_path / "fleet.toml"
    path.write_text(text.replace("KEY", box.public_key.hex()))
    return path


def run(*arguments, **more):
    return CliRunner().invoke(
        provision, ["log", *map(str, arguments)], standalone_mode=False, **more
    )


def opening(box, command, *more):
    key = ("--key", box.public_key.hex())
    identity = ("--identity", box.folder.parent / "audit.key")
    return run(command, box.folder, *key, *identity, *more)


def test_whole_log_of_a_box_of_the_fleet_is_said_to_be_whole(box, fleet):
    done = run("verify", box.folder, "--fleet", fleet, "--box", "box-17")

    assert (done.exception, done.return_value) == (None, 0)
    assert "3 lines, the last is 3" in done.stdout


def test_log_that_is_not_whole_is_named_and_ends_with_one(box):
    path = box.segments()[0]
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))

    done = run("verify", box.folder, "--key", box.public_key.hex(), "--paper", "00000000")

    assert done.return_value == 1
    assert "truncated: log: lines 3 to 3 were signed and are missing" in done.stderr
    assert "not_on_record: paper" in done.stderr
    assert "N-717" in done.stderr


def test_paper_that_fits_is_said_on_the_screen(box):
    shown = box.log.state().shown

    done = run("verify", box.folder, "--key", box.public_key.hex(), "--paper", shown)

    assert f"paper: 000001.log, line 3: paper with {shown}" in done.stdout


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ((), "say whose log it is"),
        (("--key", "abc"), "64 digits"),
        (("--fleet", "FLEET"), "say whose log it is"),
        (("--fleet", "FLEET", "--box", "box-18"), "no log_key"),
    ],
)
def test_it_must_be_said_whose_log_it_is(box, fleet, given, named):
    given = [fleet if one == "FLEET" else one for one in given]

    done = run("verify", box.folder, *given)

    assert named in str(done.exception)


def test_box_that_is_not_in_the_fleet_is_a_named_error(box, fleet):
    done = run("verify", box.folder, "--fleet", fleet, "--box", "box-16")

    assert isinstance(done.exception, FleetError)


def test_log_is_opened_to_the_screen_with_the_audit_key(box):
    done = opening(box, "open")

    assert done.return_value == 0
    assert "0101301234" in done.stdout
    assert "Kaldt til nabo" in done.stdout


def test_file_with_personal_data_is_for_its_owner_only_and_the_screen_stays_empty(box):
    out = box.folder.parent / "entries.csv"

    done = opening(box, "open", "--format", "csv", "--out", out)

    assert done.stdout == ""
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert "2412381177" in out.read_text(encoding="utf-8-sig")


def test_log_that_is_not_whole_is_opened_all_the_same_and_ends_with_one(box):
    (box.folder / "head.json").write_text("{}")

    done = opening(box, "open")

    assert done.return_value == 1
    assert "0101301234" in done.stdout
    assert "tampered: head.json" in done.stderr
    assert "tampered" not in done.stdout


def test_wrong_key_opens_nothing_and_each_line_is_named(box):
    (box.folder.parent / "audit.key").write_text("AGE-SECRET-KEY-1" + "Q" * 58)
    assert isinstance(opening(box, "open").exception, SealedLogError)


def test_access_report_asks_for_the_cpr_so_that_it_stands_in_no_history(box):
    key = ("--key", box.public_key.hex())
    identity = ("--identity", box.folder.parent / "audit.key")

    done = run("access-report", box.folder, *key, *identity, input="010130-1234\n")

    assert done.return_value == 0
    assert "1 poster." in done.stdout
    assert "AGN" in done.stdout


def test_spot_check_prints_its_key_and_draws_again_with_it(box):
    first = opening(box, "spot-check", "--month", "2026-11", "--count", "1")
    seed = first.stdout.partition("trukket med nøglen ")[2].partition(".")[0]

    again = opening(box, "spot-check", "--month", "2026-11", "--count", "1", "--seed", seed)

    assert len(seed) == 64
    assert again.stdout == first.stdout


def test_month_that_is_none_is_wrong_use(box):
    done = opening(box, "spot-check", "--month", "2026-13")

    assert "not a month" in str(done.exception)


def test_broken_glass_is_a_page_to_review(box):
    done = opening(box, "break-glass", "--format", "html")

    assert "Kaldt til nabo" in done.stdout
    assert done.stdout.startswith("<!doctype html>")
