"""What the tests of the practice share: where it is, and what is behind its screens."""

from pathlib import Path

from appliance.paper import drill_people
from appliance.printing.jobs import Phase
from appliance.web.practice import room as room_module
from appliance.web.practice.room import Practice
from tests.appliance.web.conftest import WebBox

IN, OUT = "/oevelse/ind", "/oevelse/ud"
STRIP = "ØVELSE med opdigtede borgere."
ANNA = drill_people.citizens()[0]


def practice_folders(box: WebBox) -> list[Path]:
    return list(box.config.web_dir.glob("practice-*"))


def the_room(box: WebBox) -> room_module._Room:
    practice = box.services.practice
    assert isinstance(practice, Practice)
    assert practice._room is not None
    return practice._room


def phases(box: WebBox) -> list[Phase]:
    """How far the paper of the practice is."""
    practice = box.services.practice
    assert isinstance(practice, Practice)
    return [job.phase for job in practice.beside(box.services.desk.queue)()]
