"""A desk in a program of its own: what it prints is what the web would have printed."""

import gc
from pathlib import Path

from appliance.care_journal.events import JournalEvent, Noted
from appliance.clock import HeldClock
from appliance.outage.journal import Beginning, box_journal
from appliance.printing.box_desk import box_desk, follow
from appliance.printing.jobs import Phase
from appliance.printing.orders import Order
from appliance.vault.log_sender import LogSender
from tests.appliance.care_journal.noted import noted
from tests.appliance.paper.pages import texts
from tests.provisioning.reconciliation.nights import sealed_note
from tests.simulators.box_people import AASE, SYD
from tests.simulators.box_state import (
    SimulatedKeeper,
    config_in,
    new_ram_folder,
    remove_ram_folder,
    town_of,
)
from tests.waiting import eventually

HERE_ALONE = Noted("Sover roligt, kun her.")


def test_paper_from_another_program_than_the_web_is_marked_in_a_drill(
    tmp_path: Path, clock: HeldClock
) -> None:
    ram = new_ram_folder()
    config = config_in(tmp_path, ram)
    keeper = SimulatedKeeper(config.records_dir, town_of(clock.now()), clock)
    keeper.open()
    box_journal(config, clock).begin(Beginning("AB", is_drill=True))

    with box_desk(config, clock, LogSender(keeper.log)) as desk:
        order = Order("medication_list", SYD.id, AASE.id, "AB")
        job = follow(desk, desk.queue.order(order), lambda _job: None)

    (sheet,) = (tmp_path / "paper").glob("*.pdf")
    assert job.phase is Phase.PRINTED
    assert "ØVELSE" in texts(sheet.read_bytes())[0]
    remove_ram_folder(ram)


def test_what_was_noted_is_let_go_of_as_soon_as_the_box_is_locked(
    tmp_path: Path, clock: HeldClock
) -> None:
    ram = new_ram_folder()
    config = config_in(tmp_path, ram)
    keeper = SimulatedKeeper(config.records_dir, town_of(clock.now()), clock)
    keeper.open()
    keeper.note_in_journal([sealed_note(noted(HERE_ALONE))])

    with box_desk(config, clock, LogSender(keeper.log)) as desk:
        order = Order("medication_list", SYD.id, AASE.id, "AB")
        follow(desk, desk.queue.order(order), lambda _job: None)
        held = journal_events_held()
        keeper.lock()

        assert held == 1
        assert eventually(lambda: journal_events_held() == 0)

    remove_ram_folder(ram)


def journal_events_held() -> int:
    gc.collect()
    held = [each for each in gc.get_objects() if type(each) is JournalEvent]
    return sum(each.what == HERE_ALONE for each in held)
