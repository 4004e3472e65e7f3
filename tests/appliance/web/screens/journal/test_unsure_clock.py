"""What was noted while nobody vouched for the clock: never passed over, and it says so itself."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.appliance.web.conftest import WebBox, web_box
from tests.appliance.web.screens.journal.conftest import EFFECTS, MEDICINE, TO_ENTER, Writer
from tests.simulators.box_state import config_in, new_ram_folder, remove_ram_folder
from tests.simulators.machine_time import TODAY, SimulatedMachine

LOOK = "Boksens ur var usikkert, da det blev skrevet. Tjek dag og tid."


@pytest.fixture
def machine() -> SimulatedMachine:
    """A box that lost the time in a power cut."""
    return SimulatedMachine(system=TODAY - timedelta(days=3))


@pytest.fixture
def box(machine: SimulatedMachine, tmp_path: Path) -> Iterator[WebBox]:
    ram = new_ram_folder()
    with web_box(machine.clock(ram), config_in(tmp_path, ram)) as box:
        yield box
    remove_ram_folder(ram)


def test_it_says_so_in_the_journal_on_the_list_and_where_it_is_copied_from(writer: Writer) -> None:
    writer.note(kl="03.10")

    list_page = writer.phone.get(TO_ENTER).text
    assert LOOK in writer.page()
    assert LOOK in writer.phone.get(f"{TO_ENTER}/{writer.last_id()}").text
    assert "Usikkert ur" in list_page


def test_dose_is_warned_of_after_the_clock_was_set_right_however_long_ago_it_seems(
    writer: Writer, machine: SimulatedMachine
) -> None:
    writer.give_panodix(kl="03.10")

    machine.system = TODAY
    page = writer.phone.get(f"{MEDICINE}/m-panodix").text

    assert "givet det sidste døgn" in page
    assert "Usikkert ur" in page


def test_effect_is_asked_for_two_hours_later_whatever_the_watch_says(
    writer: Writer, machine: SimulatedMachine
) -> None:
    writer.give_panodix(kl="23.55")
    listed, before = writer.phone.get(EFFECTS).text, writer.phone.get("/afsnit").text

    machine.system += timedelta(hours=2)

    assert "Se efter effekten kl. 01.55." in listed
    assert "PN-effekt skal ses nu" not in before
    assert "1 PN-effekt skal ses nu" in writer.phone.get("/afsnit").text
    assert "Effekten skulle være set kl. 01.55." in writer.phone.get(EFFECTS).text


def test_sure_clock_is_not_mentioned(writer: Writer, machine: SimulatedMachine) -> None:
    machine.system = TODAY
    machine.is_synchronised = True
    writer.note(kl="03.10")

    assert LOOK not in writer.page()
