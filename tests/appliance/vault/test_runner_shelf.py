"""What is never believed of a neighbour's pack, whoever brings it."""

import re
import sqlite3
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from appliance.errors import (
    SlotMissingError,
    SnapshotError,
    TamperedSnapshotError,
    UnreadableSnapshotError,
    UntrustedSnapshotError,
)
from appliance.records.cutting import cutting
from appliance.records.schema import SCHEMA_VERSION
from appliance.snapshot.neighbours import encode_neighbours
from appliance.snapshot.packing import pack as seal
from appliance.snapshot.runner_file import LARGEST_PLAIN, read_head
from appliance.vault import runner_shelf
from appliance.vault.protocol import Op
from appliance.vault.runner_stick import RunnerStick
from tests.appliance.vault.two_boxes import Two, files_in, neighbour, re_signed, records


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
