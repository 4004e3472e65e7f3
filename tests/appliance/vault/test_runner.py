"""One unit goes to the neighbour on a stick: who can open it, what is never believed, what is left.

Two real boxes with keys of their own and one stick; the list of boxes is signed as a night's copy.
"""

import logging
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from appliance import crypto
from appliance.clock import ClockLevel, HeldClock, Judgement
from appliance.errors import (
    LockedError,
    NodboksError,
    OlderSnapshotError,
    SlotMissingError,
    StorageError,
    TamperedSnapshotError,
    UntrustedSnapshotError,
    VaultError,
)
from appliance.policy import RUNNER_KEPT
from appliance.records.models import Citizen, Unit
from appliance.records.store import RecordStore
from appliance.records.terms import CitizenId, UnitId, UnitKind
from appliance.records.writer import RecordWriter
from appliance.sealed_log.entry import Action, Entry, When, Who
from appliance.snapshot.neighbours import Neighbour, encode_neighbours
from appliance.snapshot.runner_file import read_head, signed_head
from appliance.vault import opener, protocol, runner_shelf
from appliance.vault.device_secret import device_secret_of
from appliance.vault.enrolment import log_keys_of
from appliance.vault.keeper_service import KeeperService
from appliance.vault.opened import Opened
from appliance.vault.protocol import KeeperStatus, Op, Request, RunnerStatus
from appliance.vault.runner_shelf import RunnerShelf
from tests.appliance.vault.boxes import Box, make_box, ram_folder
from tests.appliance.vault.test_keeper_log import entries_of

WHO = Who("anh", role="leader")


@dataclass
class Place:
    """A box with its keeper, told of the other boxes."""

    box: Box
    keeper: KeeperService
    clock: HeldClock

    def ask(self, op: Op, name: str = "", to_box: str = "") -> tuple[RunnerStatus, ...]:
        return self.ask_status(op, name, to_box).runners

    def ask_status(self, op: Op, name: str = "", to_box: str = "") -> KeeperStatus:
        action, text = ACTIONS.get(op, (Action.RUNNER_MADE, ""))
        entry = Entry(action, When.by(self.clock), WHO, text=text)
        return self.keeper.runner(Request(op, name=name, entries=(entry,), to_box=to_box))

    def ask_take(self, file: str) -> None:
        self.ask(Op.RUNNER_TAKE, file)

    def make(self, unit_id: str = "u-1", to_box: str = "box-18") -> Path:
        (made,) = self.ask(Op.RUNNER_MAKE, unit_id, to_box)
        return self.stick / made.file

    @property
    def stick(self) -> Path:
        stick = self.box.config.hub.usb_dir
        assert stick is not None
        return stick

    def units(self) -> list[str]:
        opened = Opened.read(self.box.config.records_dir)
        assert opened is not None
        with closing(RecordStore(opened.records)) as store:
            return [unit.id for unit in store.units()]

    def kept(self) -> list[str]:
        return [each.unit for each in self.ask(Op.RUNNERS) if each.is_kept]


ACTIONS = {
    Op.RUNNER_TAKE: (Action.RUNNER_TAKEN, "Solgården har ingen strøm"),
    Op.RUNNER_DROP: (Action.RUNNER_DROPPED, ""),
}


def neighbour(box: Box) -> Neighbour:
    own = box.config.box
    return Neighbour(own.id, own.name, box.enrolment.recipient, box.enrolment.log_key)


def records(path: Path, unit_id: str, name: str) -> Path:
    with RecordWriter(path) as writer:
        writer.add(Unit(UnitId(unit_id), name, UnitKind.RESIDENTIAL_UNIT))
        writer.add(Citizen(CitizenId(f"c-{unit_id}"), UnitId(unit_id), "Prøve", f"Åse {name}"))
    return path


@contextmanager
def placed(folder: Path, stick: Path, box_id: str, clock: HeldClock) -> Iterator[Place]:
    folder.mkdir()
    with ram_folder() as ram:
        box = make_box(folder, ram, box_id)
        hub = replace(box.config.hub, usb_dir=stick)
        box = replace(box, config=replace(box.config, hub=hub))
        with closing(KeeperService(box.config, clock)) as keeper:
            keeper.start()
            yield Place(box, keeper, clock)


@dataclass
class Two:
    """Solgården hands on, Engvej takes in."""

    ours: Place
    theirs: Place
    folder: Path

    def install(self, version: int = 1, *, knows_ours: bool = True) -> None:
        """Give both a copy with the list of the other; Engvej may have lost sight of Solgården."""
        ours, theirs = neighbour(self.ours.box), neighbour(self.theirs.box)
        told = [ours] if knows_ours else []
        syd = records(self.folder / f"syd-{version}.db", "u-1", "Syd")
        nord = records(self.folder / f"nord-{version}.db", "u-2", "Nord")
        self.ours.box.install(version, syd, encode_neighbours([theirs]))
        self.theirs.box.install(version, nord, encode_neighbours(told))

    def open(self) -> None:
        for place in (self.ours, self.theirs):
            place.keeper.unlock(place.box.code)
            place.keeper.wait_for_search()


@pytest.fixture
def two(tmp_path, clock, remembering_argon2, monkeypatch) -> Iterator[Two]:
    monkeypatch.setattr(crypto, "identity_from_code", remembering_argon2)
    stick = tmp_path / "stick"
    stick.mkdir()
    with (
        placed(tmp_path / "ours", stick, "box-17", clock) as ours,
        placed(tmp_path / "theirs", stick, "box-18", clock) as theirs,
    ):
        made = Two(ours, theirs, tmp_path)
        made.install()
        made.open()
        yield made


def test_neighbour_opens_the_unit_and_sees_it_beside_its_own(two):
    pack = two.ours.make()

    (offered,) = two.theirs.ask(Op.RUNNERS)
    (taken,) = two.theirs.ask(Op.RUNNER_TAKE, pack.name)

    assert (offered.unit, offered.made_by, offered.is_kept) == ("Syd", "anh", False)
    assert (taken.from_name, taken.is_kept) == ("Solgården", True)
    assert two.theirs.units() == ["u-2", "u-1"]


def test_nothing_of_a_citizen_is_in_the_clear_on_the_stick_or_the_disks(two):
    pack = two.ours.make()
    two.theirs.ask(Op.RUNNER_TAKE, pack.name)

    folders = (two.ours.stick, two.ours.box.state_dir, two.theirs.box.state_dir)
    written = b"".join(
        path.read_bytes() for folder in folders for path in folder.rglob("*") if path.is_file()
    )
    assert len(written) > 1000
    assert not [word for word in ("Prøve", "Åse", "c-u-1") if word.encode() in written]


def test_both_logs_know_who_handed_on_and_who_took_in_and_why(two):
    pack = two.ours.make()
    two.theirs.ask(Op.RUNNER_TAKE, pack.name)

    made, taken = entries_of(two.ours.box)[-1], entries_of(two.theirs.box)[-1]
    assert (made.action, made.who.initials) == (Action.RUNNER_MADE, "anh")
    assert (taken.action, taken.text) == (Action.RUNNER_TAKEN, "Solgården har ingen strøm")


def test_unit_is_there_again_after_a_lock_and_with_a_newer_copy(two):
    pack = two.ours.make()
    two.theirs.ask(Op.RUNNER_TAKE, pack.name)
    two.theirs.keeper.lock()
    two.install(2)

    two.open()
    after_lock = two.theirs.units()
    two.install(3)
    two.theirs.keeper.refresh()

    assert after_lock == ["u-2", "u-1"]
    assert two.theirs.units() == ["u-2", "u-1"]


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


@pytest.mark.parametrize(
    ("unit_id", "to_box"), [("u-9", "box-18"), ("u-1", "box-17"), ("u-1", "box-99")]
)
def test_only_a_unit_of_this_box_goes_and_only_to_another_box(two, unit_id, to_box):
    with pytest.raises(VaultError):
        two.ours.make(unit_id, to_box)

    assert list(two.ours.stick.iterdir()) == []


def test_guest_is_not_handed_on(two):
    pack = two.ours.make()
    two.theirs.ask(Op.RUNNER_TAKE, pack.name)

    with pytest.raises(VaultError, match="guest"):
        two.theirs.make("u-1", "box-17")


def test_box_that_has_the_unit_of_its_own_shows_its_own(two, caplog):
    pack = two.ours.make()
    two.theirs.ask(Op.RUNNER_TAKE, pack.name)
    own = records(two.folder / "own.db", "u-1", "Syd hos os")
    two.theirs.box.install(2, own, encode_neighbours([neighbour(two.ours.box)]))

    with caplog.at_level(logging.WARNING):
        two.theirs.keeper.refresh()

    assert two.theirs.units() == ["u-1"]
    assert "the box has this unit of its own" in caplog.text


@pytest.mark.parametrize("op", [Op.RUNNER_MAKE, Op.RUNNER_TAKE, Op.RUNNER_DROP])
def test_locked_box_does_nothing_with_packs(two, op):
    pack = two.ours.make()
    two.theirs.keeper.lock()

    with pytest.raises(LockedError):
        two.theirs.ask(op, pack.name, "box-17")


def test_without_a_stick_it_says_so_and_lists_what_is_in_the_box(two):
    pack = two.ours.make()
    two.theirs.ask(Op.RUNNER_TAKE, pack.name)
    pack.unlink()
    two.ours.stick.rmdir()

    for place, op in ((two.ours, Op.RUNNER_MAKE), (two.theirs, Op.RUNNER_TAKE)):
        with pytest.raises(SlotMissingError):
            place.ask(op, "u-1", "box-18")

    assert two.theirs.kept() == ["Syd"]


def test_name_from_outside_the_stick_is_only_a_name_on_it(two):
    with pytest.raises(SlotMissingError):
        two.theirs.ask(Op.RUNNER_TAKE, "../ours/box.toml")


def test_stick_that_is_full_leaves_no_half_pack(two, monkeypatch):
    (two.ours.stick).chmod(0o500)
    monkeypatch.setattr("appliance.files.os.fsync", full)

    with pytest.raises(NodboksError):
        two.ours.make()

    monkeypatch.undo()
    assert list(two.ours.stick.iterdir()) == []
    assert [name for name in two.ours.box.ram_files() if name.startswith(".")] == []


def full(*_):
    raise OSError(28, "No space left on device")


def no_room(*_):
    raise StorageError("the RAM folder is full")


def test_list_of_boxes_that_was_changed_on_the_disk_vouches_for_nobody(two):
    pack = two.ours.make()
    forged = encode_neighbours([neighbour(two.ours.box), neighbour(two.theirs.box)])
    (two.theirs.box.state_dir / "neighbours.json").write_bytes(forged)

    with pytest.raises(TamperedSnapshotError):
        two.theirs.ask(Op.RUNNER_TAKE, pack.name)
    with pytest.raises(TamperedSnapshotError):
        two.theirs.kept()


def test_what_is_asked_and_answered_crosses_the_socket(two):
    pack = two.ours.make()
    entry = Entry(Action.RUNNER_TAKEN, When.by(two.theirs.clock), WHO, text="hjælp")
    asked = Request(Op.RUNNER_TAKE, name=pack.name, entries=(entry,), to_box="")
    status = two.theirs.ask_status(Op.RUNNERS)

    assert protocol.parse_request(protocol.format_request(asked)) == asked
    assert protocol.parse_reply(protocol.format_status(status)) == status


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


@pytest.mark.parametrize("size", ["-1", "0", '"9"', "true"])
def test_size_that_is_none_is_refused(two, size):
    pack = two.ours.make()
    magic, line, rest = pack.read_bytes().split(b"\n", 2)
    changed_line = re.sub(rb'"plain_size":[0-9]+', b'"plain_size":' + size.encode(), line)
    pack.write_bytes(b"\n".join((magic, changed_line, rest)))

    with pytest.raises(TamperedSnapshotError):
        two.theirs.ask_take(pack.name)


def test_pack_for_a_third_box_is_not_for_this_one(two):
    pack = two.ours.make()

    with pack.open("rb") as source, pytest.raises(UntrustedSnapshotError, match="another box"):
        read_head(source, "box-99", [neighbour(two.ours.box)])


def re_signed(place: Place, pack: Path, **changes: object) -> None:
    """Write the pack as its sender would have, had it said something else."""
    with pack.open("rb") as source:
        said = read_head(source, "box-18", [neighbour(place.box)])
        sealed = source.read()
    state_dir = place.box.state_dir
    keys = log_keys_of(state_dir, device_secret_of(state_dir))
    pack.write_bytes(signed_head(replace(said, **changes), keys.signing_key) + sealed)


def test_pack_that_holds_another_unit_than_it_says_shows_nothing(two, caplog):
    pack = two.ours.make()
    re_signed(two.ours, pack, unit_id="u-9")

    with caplog.at_level(logging.WARNING):
        two.theirs.ask_take(pack.name)

    assert two.theirs.units() == ["u-2"]
    assert "not of the unit" in caplog.text


def test_pack_larger_than_any_unit_is_never_copied(two, monkeypatch):
    pack = two.ours.make()
    monkeypatch.setattr(runner_shelf, "LARGEST_SEALED", 10)

    with pytest.raises(TamperedSnapshotError):
        two.theirs.ask_take(pack.name)


def older(path: Path) -> Path:
    """Make a database say that it is of the first make."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("UPDATE meta SET value = '1' WHERE key = 'schema_version'")
        database.commit()
    return path


def test_records_of_an_older_make_are_neither_handed_on_nor_mixed(two, caplog):
    pack = two.ours.make()
    told = encode_neighbours([neighbour(two.theirs.box)])
    two.ours.box.install(2, older(records(two.folder / "old-syd.db", "u-1", "Syd")), told)
    told = encode_neighbours([neighbour(two.ours.box)])
    two.theirs.box.install(2, older(records(two.folder / "old-nord.db", "u-2", "Nord")), told)
    for place in (two.ours, two.theirs):
        place.keeper.refresh()

    with pytest.raises(VaultError, match="older make"):
        two.ours.make()
    with caplog.at_level(logging.WARNING):
        two.theirs.ask_take(pack.name)

    assert two.theirs.units() == ["u-2"]
    assert "different makes" in caplog.text


def test_box_that_knows_no_stick_says_so(two):
    hub = replace(two.ours.box.config.hub, usb_dir=None)
    shelf = RunnerShelf(replace(two.ours.box.config, hub=hub), two.ours.clock)

    with pytest.raises(SlotMissingError, match="usb_dir"):
        shelf.stick()


def test_without_the_list_of_boxes_no_pack_is_opened_and_the_own_records_are(two, caplog):
    two.theirs.ask_take(two.ours.make().name)
    (two.theirs.box.state_dir / "neighbours.json").write_bytes(b"rubbish")
    two.theirs.keeper.lock()

    with caplog.at_level(logging.WARNING):
        two.open()

    assert two.theirs.units() == ["u-2"]
    assert "runner packs: N-202" in caplog.text


def test_pack_that_cannot_be_shown_now_leaves_what_is_open(two, monkeypatch):
    pack = two.ours.make()
    monkeypatch.setattr(opener, "unseal", no_room)

    status = two.theirs.ask_status(Op.RUNNER_TAKE, pack.name)

    assert status.problem is not None
    assert two.theirs.units() == ["u-2"]


def test_time_comes_with_clock_only():
    with pytest.raises(VaultError):
        _ = Request(Op.RUNNERS).moment
