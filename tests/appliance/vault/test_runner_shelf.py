"""What is kept of a neighbour's pack, and what is never believed of one."""

import logging
import re
import sqlite3
from contextlib import closing
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from appliance.clock import ClockLevel, Judgement
from appliance.errors import (
    OlderSnapshotError,
    SlotMissingError,
    SnapshotError,
    StorageError,
    TamperedSnapshotError,
    TooManyPacksError,
    UnreadableSnapshotError,
    UntrustedSnapshotError,
    VaultError,
)
from appliance.policy import RUNNER_KEPT
from appliance.records.cutting import cutting
from appliance.records.schema import SCHEMA_VERSION
from appliance.snapshot.neighbours import encode_neighbours
from appliance.snapshot.packing import pack as seal
from appliance.snapshot.runner_file import LARGEST_PLAIN, read_head, signed_head
from appliance.vault import runner_shelf
from appliance.vault.device_secret import device_secret_of
from appliance.vault.enrolment import log_keys_of
from appliance.vault.protocol import Op
from appliance.vault.runner_stick import RunnerStick
from tests.appliance.vault.test_keeper_log import entries_of
from tests.appliance.vault.two_boxes import Place, Two, neighbour, records


def full(*_):
    raise OSError(28, "No space left on device")


def test_nobody_but_the_named_box_takes_it(two):
    pack = two.ours.make()

    with pytest.raises(UntrustedSnapshotError):
        two.ours.ask(Op.RUNNER_TAKE, pack.name)

    assert two.ours.ask(Op.RUNNERS) == ()


def changed(content: bytes, kind: str) -> bytes:
    magic, statement, signature, sealed = content.split(b"\n", 3)
    if kind == "words":
        statement = statement.replace(b'"Syd"', b'"Sya"')
    if kind == "signature":
        signature = signature[::-1]
    if kind == "sealed":
        sealed = sealed[:-1] + bytes([sealed[-1] ^ 1])
    if kind == "longer":
        sealed += b"more"
    if kind == "cut":
        sealed = sealed[:-10]
    if kind == "magic":
        magic = b"nodboks-runner 2"
    if kind == "no line":
        return magic + b"\n" + b"{" * 9000
    return b"\n".join((magic, statement, signature, sealed))


@pytest.mark.parametrize(
    "kind", ["words", "signature", "sealed", "longer", "cut", "magic", "no line"]
)
def test_what_the_sender_did_not_sign_is_refused_and_nothing_is_kept(two, kind):
    pack = two.ours.make()
    pack.write_bytes(changed(pack.read_bytes(), kind))

    with pytest.raises(TamperedSnapshotError):
        two.theirs.ask(Op.RUNNER_TAKE, pack.name)

    assert (two.theirs.units(), two.theirs.kept()) == (["u-2"], [])
    assert list((two.theirs.box.state_dir / "runners").glob("*.age")) == []


def test_box_that_is_no_neighbour_any_more_is_no_sender_also_of_what_was_taken(two):
    pack = two.ours.make()
    two.theirs.ask(Op.RUNNER_TAKE, pack.name)
    two.install(2, knows_ours=False)

    two.theirs.keeper.refresh()

    assert two.theirs.units() == ["u-2"]
    assert two.theirs.kept() == []
    with pytest.raises(UntrustedSnapshotError):
        two.theirs.ask(Op.RUNNER_TAKE, pack.name)


def test_newer_pack_replaces_the_older_and_never_the_other_way_round(two, clock):
    first = two.ours.make()
    clock.move(timedelta(hours=1))
    second = two.ours.make()
    two.theirs.ask(Op.RUNNER_TAKE, second.name)

    with pytest.raises(OlderSnapshotError):
        two.theirs.ask(Op.RUNNER_TAKE, first.name)
    two.theirs.ask(Op.RUNNER_TAKE, second.name)

    assert two.theirs.kept() == ["Syd"]
    assert len(list((two.theirs.box.state_dir / "runners").iterdir())) == 2


def test_pack_is_over_after_a_week_unless_nobody_trusts_the_clock(two, clock):
    pack = two.ours.make()
    two.theirs.ask(Op.RUNNER_TAKE, pack.name)
    clock.move(RUNNER_KEPT + timedelta(hours=1))

    over = two.theirs.kept()
    with pytest.raises(OlderSnapshotError):
        two.theirs.ask(Op.RUNNER_TAKE, pack.name)
    clock.judgement = Judgement(ClockLevel.UNSURE, clock.now())

    assert over == []
    assert two.theirs.kept() == ["Syd"]


def test_pack_that_is_dropped_is_gone_from_screen_and_disk(two):
    pack = two.ours.make()
    (taken,) = two.theirs.ask(Op.RUNNER_TAKE, pack.name)

    two.theirs.ask(Op.RUNNER_DROP, taken.key)

    assert two.theirs.units() == ["u-2"]
    assert list((two.theirs.box.state_dir / "runners").iterdir()) == []
    with pytest.raises(VaultError):
        two.theirs.ask(Op.RUNNER_DROP, taken.key)


def test_pack_that_got_damaged_on_the_disk_costs_only_itself(two, caplog):
    pack = two.ours.make()
    two.theirs.ask(Op.RUNNER_TAKE, pack.name)
    (sealed,) = (two.theirs.box.state_dir / "runners").glob("*.age")
    sealed.write_bytes(b"rubbish")
    two.theirs.keeper.lock()

    with caplog.at_level(logging.WARNING):
        two.open()

    assert two.theirs.units() == ["u-2"]
    assert "runner pack" in caplog.text


def test_head_that_got_damaged_on_the_disk_costs_only_itself(two):
    pack = two.ours.make()
    two.theirs.ask(Op.RUNNER_TAKE, pack.name)
    (head,) = (two.theirs.box.state_dir / "runners").glob("*.head")
    head.write_bytes(b"rubbish")

    assert two.theirs.kept() == []


def test_name_from_outside_the_stick_is_only_a_name_on_it(two):
    with pytest.raises(SlotMissingError):
        two.theirs.ask(Op.RUNNER_TAKE, "../ours/box.toml")


def test_list_of_boxes_that_was_changed_on_the_disk_vouches_for_nobody(two):
    pack = two.ours.make()
    forged = encode_neighbours([neighbour(two.ours.box), neighbour(two.theirs.box)])
    (two.theirs.box.state_dir / "neighbours.json").write_bytes(forged)

    with pytest.raises(TamperedSnapshotError):
        two.theirs.ask(Op.RUNNER_TAKE, pack.name)
    with pytest.raises(TamperedSnapshotError):
        two.theirs.kept()


def test_pack_on_the_stick_that_is_a_link_is_not_followed(two):
    (two.theirs.stick / "nodboks-x.runner").symlink_to(two.ours.box.config_file)

    with pytest.raises(SlotMissingError):
        two.theirs.ask(Op.RUNNER_TAKE, "nodboks-x.runner")
    assert two.theirs.ask(Op.RUNNERS) == ()


def test_disk_that_is_full_takes_no_pack_and_loses_none(two, monkeypatch):
    pack = two.ours.make()
    with monkeypatch.context() as patched:
        patched.setattr("appliance.files.os.fsync", full)
        with pytest.raises(StorageError):
            two.theirs.ask(Op.RUNNER_TAKE, pack.name)

    assert two.theirs.kept() == []
    two.theirs.ask(Op.RUNNER_TAKE, pack.name)
    assert two.theirs.kept() == ["Syd"]


@pytest.mark.parametrize(
    "line",
    [
        b"{}", b"[]", b"rubbish", b"[" * 4000,
        b'{"from_box":1}', b'{"from_box":"../x"}', b'{"from_box":"' + b"x" * 300 + b'"}',
    ],
)  # fmt: skip
def test_statement_that_is_none_is_refused_before_anything_is_believed(two, line):
    pack = two.ours.make()
    magic, _, signature, sealed = pack.read_bytes().split(b"\n", 3)
    pack.write_bytes(b"\n".join((magic, line, signature, sealed)))

    with pytest.raises(TamperedSnapshotError):
        two.theirs.ask_take(pack.name)


@pytest.mark.parametrize("size", ["-1", "0", '"9"', "true", str(LARGEST_PLAIN + 1)])
def test_size_that_is_none_is_refused(two, size):
    pack = two.ours.make()
    magic, line, rest = pack.read_bytes().split(b"\n", 2)
    changed_line = re.sub(rb'"plain_size":[0-9]+', b'"plain_size":' + size.encode(), line)
    pack.write_bytes(b"\n".join((magic, changed_line, rest)))

    with pytest.raises(TamperedSnapshotError, match="damaged statement"):
        two.theirs.ask_take(pack.name)


def test_pack_for_a_third_box_is_not_for_this_one(two):
    pack = two.ours.make()

    with pack.open("rb") as source, pytest.raises(UntrustedSnapshotError, match="another box"):
        read_head(source, "box-99", [neighbour(two.ours.box)])


def re_signed(place: Place, pack: Path, sealed: bytes = b"", **changes: object) -> None:
    """Write the pack as its sender would have, had it said something else."""
    with pack.open("rb") as source:
        said = read_head(source, "box-18", [neighbour(place.box)])
        sealed = sealed or source.read()
    state_dir = place.box.state_dir
    keys = log_keys_of(state_dir, device_secret_of(state_dir))
    pack.write_bytes(signed_head(replace(said, **changes), keys.signing_key) + sealed)


def test_pack_that_holds_another_unit_than_it_says_shows_nothing(two):
    pack = two.ours.make()
    re_signed(two.ours, pack, unit_id="u-9")

    with pytest.raises(UnreadableSnapshotError, match="not of the unit"):
        two.theirs.ask_take(pack.name)

    assert (two.theirs.units(), two.theirs.kept()) == (["u-2"], [])


def test_pack_larger_than_any_unit_is_never_copied(two, monkeypatch):
    pack = two.ours.make()
    monkeypatch.setattr(runner_shelf, "LARGEST_SEALED", 10)

    with pytest.raises(TamperedSnapshotError):
        two.theirs.ask_take(pack.name)


def test_box_that_knows_no_stick_says_so(two):
    hub = replace(two.ours.box.config.hub, usb_dir=None)
    stick = RunnerStick(replace(two.ours.box.config, hub=hub))

    with pytest.raises(SlotMissingError, match="usb_dir"):
        stick.folder()


def test_without_the_list_of_boxes_no_pack_is_opened_and_the_own_records_are(two, caplog):
    two.theirs.ask_take(two.ours.make().name)
    (two.theirs.box.state_dir / "neighbours.json").write_bytes(b"rubbish")
    two.theirs.keeper.lock()

    with caplog.at_level(logging.WARNING):
        two.open()

    assert two.theirs.units() == ["u-2"]
    assert "runner packs: N-202" in caplog.text


@pytest.mark.parametrize("fault", [sqlite3.OperationalError, ValueError, KeyError, TypeError])
def test_fault_in_a_pack_nobody_foresaw_never_stops_an_unlock(two, monkeypatch, caplog, fault):
    two.theirs.ask_take(two.ours.make().name)
    two.theirs.keeper.lock()

    def odd(*_):
        raise fault("odd")

    monkeypatch.setattr(runner_shelf, "add_unit", odd)
    with caplog.at_level(logging.WARNING):
        two.open()

    assert two.theirs.units() == ["u-2"]
    assert fault.__name__ in caplog.text


def hostile(two: Two, *statements: str) -> Path:
    """Return a pack that its sender has signed, with a database of its own making in it."""
    pack, database, sealed = two.ours.make(), two.folder / "evil.db", two.folder / "evil.age"
    with cutting(records(two.folder / "mine.db", "u-1", "Syd"), database, ["u-1"]) as mine:
        mine.execute("INSERT INTO meta VALUES ('schema_version', ?)", (str(SCHEMA_VERSION),))
    with closing(sqlite3.connect(database, isolation_level=None)) as mine:
        for sql in statements:
            mine.execute(sql)
    told = seal(database, sealed, two.theirs.box.enrolment.recipient)
    re_signed(two.ours, pack, sealed.read_bytes(), **asdict(told))
    return pack


ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x, x FROM n"


@pytest.mark.parametrize(
    "statements",
    [
        ("UPDATE units SET kind = 'castle'",),
        ("DROP TABLE units",),
        ("DROP TABLE meta", f"CREATE VIEW meta (key, value) AS {ENDLESS}"),
        ("INSERT INTO staff (id, name, initials, role) VALUES ('s', 'S', 'anh', 'boss')",),
    ],
)
def test_pack_its_sender_made_badly_is_not_kept_and_the_box_opens_as_before(two, statements):
    pack = hostile(two, *statements)

    with pytest.raises(SnapshotError):
        two.theirs.ask_take(pack.name)
    two.theirs.keeper.lock()
    two.open()

    assert (two.theirs.units(), two.theirs.kept()) == (["u-2"], [])
    assert files_in(two) == []


def files_in(two: Two) -> list[str]:
    return sorted(path.suffix for path in (two.theirs.box.state_dir / "runners").iterdir())


def test_box_takes_so_many_packs_and_the_same_one_again(two, monkeypatch):
    pack = two.ours.make()
    monkeypatch.setattr(runner_shelf, "MOST_KEPT", 0)

    with pytest.raises(TooManyPacksError):
        two.theirs.ask_take(pack.name)
    monkeypatch.setattr(runner_shelf, "MOST_KEPT", 1)
    two.theirs.ask_take(pack.name)
    two.theirs.ask_take(pack.name)

    assert two.theirs.kept() == ["Syd"]


@pytest.mark.parametrize("name", ["Sy\nd", "x" * 65, "Sy\u202ed"])
def test_name_that_fits_no_list_is_none(two, name):
    pack = two.ours.make()
    re_signed(two.ours, pack, made_by=name)

    with pytest.raises(TamperedSnapshotError, match="damaged statement"):
        two.theirs.ask_take(pack.name)


def test_unit_the_municipality_does_not_give_the_sender_is_refused(two):
    pack = two.ours.make()
    re_signed(two.ours, pack, unit="Hele kommunen")

    with pytest.raises(UntrustedSnapshotError, match="none of the sender's"):
        two.theirs.ask_take(pack.name)


def test_name_that_is_no_name_of_a_file_is_not_there(two):
    with pytest.raises(SlotMissingError):
        two.theirs.ask_take("nodboks\0.runner")


def test_while_nobody_vouches_for_the_list_nothing_is_deleted_and_it_comes_back(two):
    two.theirs.ask_take(two.ours.make().name)
    path = two.theirs.box.state_dir / "neighbours.json"
    good = path.read_bytes()
    path.write_bytes(b"rubbish")
    two.theirs.keeper.lock()
    two.open()
    two.theirs.keeper.refresh()
    without = two.theirs.units()
    path.write_bytes(good)

    two.theirs.keeper.refresh()

    assert without == ["u-2"]
    assert two.theirs.units() == ["u-2", "u-1"]


def test_pack_whose_sender_is_off_the_list_tonight_is_there_when_it_is_back(two):
    two.theirs.ask_take(two.ours.make().name)
    two.install(2, knows_ours=False)
    two.theirs.keeper.refresh()
    two.install(3)

    two.theirs.keeper.refresh()

    assert two.theirs.units() == ["u-2", "u-1"]


def test_head_that_cannot_be_read_for_a_moment_deletes_nothing(two, monkeypatch):
    (taken,) = two.theirs.ask(Op.RUNNER_TAKE, two.ours.make().name)
    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", refusing(".head"))
        two.theirs.keeper.refresh()
        said = two.theirs.keeper._runners._shelf.statement_of(taken.key)

    assert said is None
    assert files_in(two) == [".age", ".head"]


def refusing(suffix: str):
    """Return a `Path.open` for which a worn card does not give out files of a kind."""
    real = Path.open

    def opened(path, *how, **more):
        if path.suffix == suffix:
            raise OSError(5, "Input/output error")
        return real(path, *how, **more)

    return opened


def test_unit_is_no_guest_to_hand_on_while_the_heads_cannot_be_read(two, monkeypatch):
    two.theirs.ask_take(two.ours.make().name)
    monkeypatch.setattr(Path, "open", refusing(".head"))

    with pytest.raises(StorageError):
        two.theirs.make("u-1", "box-17")


@pytest.mark.parametrize("again", ["open", "start", "refresh"])
def test_pack_whose_week_is_over_leaves_the_disk_without_anybody_asking(two, clock, again):
    two.theirs.ask_take(two.ours.make().name)
    (two.theirs.box.state_dir / "runners" / "coming").write_bytes(b"half a pack")
    clock.move(RUNNER_KEPT + timedelta(hours=1))

    if again == "open":
        two.theirs.keeper.lock()
        two.open()
    elif again == "start":
        two.theirs.keeper.start()
    else:
        two.theirs.keeper.refresh()

    assert files_in(two) == ([] if again == "start" else [""])


def test_damaged_pack_can_be_dropped_and_is_named_as_it_was_asked_for(two):
    (taken,) = two.theirs.ask(Op.RUNNER_TAKE, two.ours.make().name)
    (head,) = (two.theirs.box.state_dir / "runners").glob("*.head")
    head.write_bytes(b"rubbish")

    two.theirs.ask(Op.RUNNER_DROP, taken.key)

    assert files_in(two) == []
    assert entries_of(two.theirs.box)[-1].about == taken.key


def test_disk_that_refuses_to_forget_a_pack_says_so(two, monkeypatch):
    (taken,) = two.theirs.ask(Op.RUNNER_TAKE, two.ours.make().name)

    def worn(*_, **__):
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", worn)
        with pytest.raises(StorageError, match="removing"):
            two.theirs.ask(Op.RUNNER_DROP, taken.key)

    assert two.theirs.kept() == ["Syd"]


@pytest.mark.parametrize("year", [1, 9999])
def test_pack_of_any_year_stops_no_unlock_also_when_the_clock_is_sure_again(two, clock, year):
    pack = two.ours.make()
    re_signed(two.ours, pack, made_at=datetime(year, 12, 31, 23, 59, tzinfo=UTC))
    sure = clock.judgement
    clock.judgement = Judgement(ClockLevel.UNSURE, clock.now())
    two.theirs.ask_take(pack.name)
    clock.judgement = sure
    two.theirs.keeper.lock()

    two.open()

    assert two.theirs.units() == (["u-2"] if year == 1 else ["u-2", "u-1"])
