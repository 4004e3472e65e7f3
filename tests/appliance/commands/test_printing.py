"""`nodboks print`: what is meant comes out, numbered, and entered into the sealed log."""

import contextlib
import io
import re
import stat
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from appliance.cli import nodboks
from appliance.clock import HeldClock
from appliance.commands import shell_printing
from appliance.config import load_config, to_toml
from appliance.errors import LockedError, StorageError
from appliance.paper.serial import SerialBook
from appliance.paper.sheet_kind import Subject
from appliance.paper.sheets import SHEETS
from appliance.sealed_log.entry import Action
from tests.appliance.vault.boxes import serving
from tests.simulators.box_people import AASE, CITIZENS, NINNA, SYD
from tests.simulators.box_state import (
    SimulatedKeeper,
    Town,
    new_ram_folder,
    remove_ram_folder,
    town_of,
)

NIGHT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@dataclass
class OpenedBox:
    """A box that a simulated keeper serves on a real socket."""

    keeper: SimulatedKeeper
    config_file: Path
    folder: Path

    def run(self, *words: object):
        arguments = [*map(str, words), "--config", str(self.config_file)]
        return CliRunner().invoke(nodboks, ["print", *arguments])

    def entries(self, action: Action):
        return [entry for entry in self.keeper.logged if entry.action is action]

    def paper(self) -> list[Path]:
        return sorted((self.folder / "paper").glob("*.pdf"))


@contextlib.contextmanager
def a_box(folder: Path, ram: Path, *, is_open: bool = True, has_keeper: bool = True):
    config_file = folder / "box.toml"
    settings = {
        "box": {"id": "box-17", "name": "Solgården", "state_dir": str(folder / "state"),
                "ram_dir": str(ram)},
        "hub": {"url": "http://127.0.0.1:9/"},
        "printer": {"kind": "folder", "folder": str(folder / "paper")},
    }  # fmt: skip
    config_file.write_text(to_toml(settings), encoding="utf-8")
    keeper = SimulatedKeeper(ram / "records", town_of(NIGHT), HeldClock(NIGHT))
    if is_open:
        keeper.open()
    box = OpenedBox(keeper, config_file, folder)
    if not has_keeper:
        yield box
        return
    with serving(keeper, load_config(config_file).keeper_socket):
        yield box


@pytest.fixture
def ram():
    folder = new_ram_folder()
    yield folder
    remove_ram_folder(folder)


@pytest.fixture
def box(tmp_path, ram):
    with a_box(tmp_path, ram) as box:
        yield box


def pages_of(path):
    return [page.extract_text() for page in PdfReader(io.BytesIO(path.read_bytes())).pages]


def test_pack_reaches_the_printer_cover_first_and_every_citizen_once(box):
    told = box.run("pack", "afsnit syd", "--by", "AB")

    of_syd = [citizen for citizen in CITIZENS if citizen.unit_id == SYD.id]
    pages = [page for path in box.paper() for page in pages_of(path)]
    assert told.exit_code == 0, told.output
    assert "Nødpakke" in pages[0]
    assert any("Slut på oversigten" in page for page in pages[:2])
    assert "printed: " in told.output
    for citizen in of_syd:
        name = f"{citizen.given_name} {citizen.family_name}"
        lists = [page for page in pages if "Slut på listen" in page and "PN" in page]
        assert name in " ".join(pages[:2])
        assert [name in page for page in lists].count(True) == 1


def test_the_log_has_the_order_with_everybody_on_it_and_each_sheet(box):
    box.run("pack", SYD.id, "--by", "AB")

    (order,) = box.entries(Action.PRINT_ORDERED)
    sheets = box.entries(Action.SHEET_MADE)
    of_syd = [citizen.id for citizen in CITIZENS if citizen.unit_id == SYD.id]
    assert (order.who.initials, order.who.device, order.about) == ("AB", "shell", "pack")
    assert sorted(whom.citizen_id for whom in order.whom) == sorted(of_syd)
    lists = [sheet.whom[0].citizen_id for sheet in sheets if sheet.whom]
    assert sorted(lists) == sorted(of_syd)
    assert len(sheets) > 1 + len(of_syd)  # the cover, lists of the unit and blank forms besides
    assert box.keeper.logged.index(order) < box.keeper.logged.index(sheets[0])


def test_initials_too_long_for_paper_and_log_are_wrong_use(box):
    told = box.run("pack", SYD.id, "--by", "A" * 9)

    assert told.exit_code == 2
    assert "at most 8" in told.output
    assert box.paper() == []


@pytest.mark.parametrize("word", [AASE.dwelling, AASE.id])
def test_list_is_named_by_dwelling_or_id(box, word):
    told = box.run("list", word)

    (path,) = box.paper()
    assert told.exit_code == 0, told.output
    assert "Aase Prøvesen" in pages_of(path)[0]
    assert [whom.citizen_id for whom in box.entries(Action.PRINT_ORDERED)[0].whom] == [AASE.id]


def test_dwelling_in_two_units_is_never_guessed(tmp_path, ram):
    twin = replace(NINNA, dwelling=AASE.dwelling)
    with a_box(tmp_path, ram, is_open=False) as box:
        box.keeper.town = Town(NIGHT, citizens=(AASE, twin))
        box.keeper.open()

        several = box.run("list", AASE.dwelling)
        one = box.run("list", AASE.dwelling, "--unit", "Afsnit Nord")

    assert several.exit_code == 2
    assert AASE.id in several.output
    assert NINNA.id in several.output
    assert "Prøvesen" not in several.output
    assert one.exit_code == 0, one.output
    assert len(box.paper()) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("pack", "nowhere"), "Afsnit Nord (u-nord)"),
        (("list", "Prøvesen"), "there is no 'Prøvesen' in this copy"),
        (("list", "101", "--unit", "nowhere"), "there is no one unit"),
        (("sheet", "nothing"), "medication_list"),
        (("sheet", "medication_list"), "say which with --about"),
        (("sheet", "life_critical", "--about", "u-syd", "--copies", "2"), "no copies"),
        (("sheet", "medication_list", "--about", "101", "--english"), "no English headings"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_could(box, words, said):
    told = box.run(*words)

    assert told.exit_code == 2
    assert said in told.output
    assert box.paper() == []
    assert box.keeper.logged == []


def test_list_without_a_citizen_names_every_sheet_without_any_box(tmp_path):
    told = CliRunner().invoke(nodboks, ["print", "list", "--config", str(tmp_path / "none")])

    assert told.exit_code == 0
    for name, kind in SHEETS.items():
        assert f"nodboks: {name}: {kind.title} (about " in told.output


def test_files_are_for_the_owner_only_and_are_never_written_over(box, ram):
    target = ram / "out"

    told = box.run("pack", SYD.id, "--to", target)
    first = sorted(target.iterdir())
    again = box.run("pack", SYD.id, "--to", target)

    assert told.exit_code == again.exit_code == 0, told.output
    assert stat.S_IMODE(target.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in target.iterdir()} == {0o600}
    assert len(list(target.iterdir())) == 2 * len(first)
    assert f"written: {first[0]}" in told.output
    assert first[0].name.endswith("-pack_cover.pdf")


def test_a_file_of_that_name_stays_as_it_is(box, ram):
    state = load_config(box.config_file).box.state_dir
    (number,) = SerialBook(state / "serials").take()
    series, _, last = number.partition("-")
    (ram / "out").mkdir()
    taken = ram / "out" / f"{series}-{int(last) + 1:05}-medication_list.pdf"
    taken.write_bytes(b"somebody's")

    told = box.run("list", "101", "--to", ram / "out")

    assert isinstance(told.exception, StorageError)
    assert "File exists" in str(told.exception)
    assert taken.read_bytes() == b"somebody's"


def test_what_changed_knows_the_paper_that_the_printer_brought_also_in_a_file(box, ram):
    box.run("list", AASE.dwelling)
    (number,) = [path.stem for path in box.paper()]
    told = box.run("sheet", "changes", "--about", SYD.id, "--to", ram / "out")

    words = " ".join(page for path in (ram / "out").iterdir() for page in pages_of(path))
    assert told.exit_code == 0, told.output
    assert re.search(r"\d{3}-\d{5}", number)[0] in words


def test_files_on_a_disk_are_warned_of_and_those_in_ram_are_not(box, ram, tmp_path):
    on_disk = box.run("list", "101", "--to", tmp_path / "out")
    in_ram = box.run("list", "101", "--to", ram / "out")

    assert "lie there in the clear" in on_disk.output
    assert "in the clear" not in in_ram.output
    assert on_disk.exit_code == in_ram.exit_code == 0


def test_folder_that_is_a_file_is_refused_before_a_number_is_taken(box, tmp_path):
    told = box.run("list", "101", "--to", box.config_file)

    assert isinstance(told.exception, StorageError)
    assert not (tmp_path / "state" / "serials").exists()


def test_locked_box_says_so_and_prints_only_what_is_about_nobody(tmp_path, ram):
    form = next(kind for kind in SHEETS.values() if kind.has_copies)
    with a_box(tmp_path, ram, is_open=False) as box:
        locked = box.run("list", "101")
        blank = box.run("sheet", form.name, "--copies", "2", "--to", tmp_path / "forms")
        many = box.run("sheet", form.name, "--copies", "51")

    assert isinstance(locked.exception, LockedError)
    assert blank.exit_code == 0, blank.output
    assert len(list((tmp_path / "forms").iterdir())) == 2
    assert "in the clear" not in blank.output  # it holds nobody
    assert many.exit_code == 2
    assert "at most 50 copies" in many.output


def test_sheet_comes_with_english_headings_where_asked(box, tmp_path):
    box.run("sheet", "fluid", "--to", tmp_path / "danish")
    told = box.run("sheet", "fluid", "--english", "--to", tmp_path / "both")

    (danish,), (both,) = [list((tmp_path / name).iterdir()) for name in ("danish", "both")]
    assert told.exit_code == 0, told.output
    assert "Fluid form" not in pages_of(danish)[0]
    assert "Fluid form" in pages_of(both)[0]


def test_sheet_about_nobody_is_not_made_about_somebody(box):
    poster = next(kind for kind in SHEETS.values() if kind.subjects == (Subject.NOBODY,))

    told = box.run("sheet", poster.name, "--about", "101")

    assert told.exit_code == 2
    assert "is about nobody" in told.output


def test_without_a_keeper_the_paper_comes_and_the_log_is_missed_aloud(tmp_path, ram):
    with a_box(tmp_path, ram, has_keeper=False) as box:
        told = box.run("list", "101")

    assert told.exit_code == 0
    assert "warning: N-502" in told.output
    assert len(box.paper()) == 1


def test_printer_that_cannot_be_used_is_said_with_its_code_and_next_step(box):
    (box.folder / "paper").touch()

    told = box.run("list", "101")

    assert told.exit_code == 1
    assert "failed: 0 of " in told.output
    assert "error N-8" in told.output
    assert "hint: " in told.output


def test_root_is_sent_to_the_webs_user_where_there_is_one(box, monkeypatch):
    monkeypatch.setattr(shell_printing, "WEB_USER", "root")
    monkeypatch.setattr("os.geteuid", lambda: 0)

    told = box.run("list", "101")

    assert told.exit_code == 2
    assert "runuser -u root" in told.output
    assert box.paper() == []
