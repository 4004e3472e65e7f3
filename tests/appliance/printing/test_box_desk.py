"""A desk in a program of its own: what it prints is what the web would have printed."""

from pathlib import Path

from appliance.clock import HeldClock
from appliance.outage.journal import Beginning, box_journal
from appliance.printing.box_desk import box_desk, follow
from appliance.printing.jobs import Phase
from appliance.printing.orders import Order
from appliance.vault.log_sender import LogSender
from tests.appliance.paper.pages import texts
from tests.simulators.box_people import AASE, SYD
from tests.simulators.box_state import (
    SimulatedKeeper,
    config_in,
    new_ram_folder,
    remove_ram_folder,
    town_of,
)


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
