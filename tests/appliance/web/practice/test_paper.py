"""Paper of a practice: marked, behind real paper, and never out once it happens for real."""

from pathlib import Path

import pytest
from pypdf import PdfReader

from appliance.outage.journal import Beginning
from appliance.paper import drill_people
from appliance.printing.jobs import Phase
from appliance.printing.ledger import PrintLedger
from appliance.printing.orders import Order
from appliance.printing.wiring import box_around
from appliance.web.practice.room import Practice
from printers.errors import PrinterUnreachableError
from printers.models import JobHandle, JobStage
from tests.appliance.printing.test_jobs import made, part
from tests.appliance.web.conftest import Phone, WebBox
from tests.appliance.web.practice.practising import (
    ANNA,
    phases,
    practice_folders,
    the_room,
)
from tests.waiting import eventually


def test_paper_is_marked_and_is_no_paper_of_the_real_box(drill: WebBox, practising: Phone) -> None:
    practising.post(f"/udskriv/medicinliste/{ANNA.id}")
    folder = Path(drill.config.printer.folder)
    eventually(lambda: list(folder.glob("*.pdf")))

    (paper,) = folder.glob("*.pdf")
    text = "".join(page.extract_text() for page in PdfReader(paper).pages)
    assert ANNA.family_name in text
    assert "ØVELSE" in text
    assert drill.services.desk.queue.jobs() == []
    assert drill.keeper.prints == []
    eventually(lambda: "1 ark er ikke gjort op" in practising.get("/papir").text)


def test_first_paper_of_a_practice_is_that_of_the_drill(drill: WebBox, practising: Phone) -> None:
    practising.post(f"/udskriv/medicinliste/{ANNA.id}")
    eventually(lambda: phases(drill) == [Phase.PRINTED])

    drill.services.desk._look_around()  # as each second, in the desk's thread

    assert drill.services.outage.outage().paper is not None


def test_paper_that_is_not_out_when_it_happens_for_real_never_comes(
    drill: WebBox, practising: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise PrinterUnreachableError

    with monkeypatch.context() as patched:
        patched.setattr(drill.services.desk.printer, "submit", away)
        practising.post(f"/udskriv/medicinliste/{ANNA.id}")
        eventually(lambda: phases(drill) == [Phase.BLOCKED])
        drill.services.outage.begin(Beginning("AB"))
        drill.services.practice.look()  # type: ignore[union-attr]
        eventually(lambda: practice_folders(drill) == [])

    assert list(Path(drill.config.printer.folder).glob("*.pdf")) == []


def test_what_a_killed_web_left_is_called_back_and_removed(
    box: WebBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else it would come out when somebody fills the tray, perhaps in a real outage."""
    left = box.config.web_dir / "practice-old"
    ledger = PrintLedger(left)
    ledger.add(made(part(JobStage.PRINTING)))
    ledger.close()
    called_back: list[JobHandle] = []
    monkeypatch.setattr(box.services.desk.printer, "cancel", called_back.append)

    Practice(box_around(box.config, box.clock), lambda: box.services).look()

    eventually(lambda: not left.exists())
    assert called_back


@pytest.mark.usefixtures("practising")
def test_paper_ordered_in_the_last_moment_never_comes(drill: WebBox) -> None:
    """By a page that was under way when it began for real, while the box's own desk is busy."""
    room = the_room(drill)
    drill.services.outage.begin(Beginning("AB"))

    room.queue.order(Order("medication_list", drill_people.UNIT.id, ANNA.id))
    room.services.desk.wake()

    eventually(lambda: practice_folders(drill) == [])
    assert list(Path(drill.config.printer.folder).glob("*.pdf")) == []


def test_real_paper_goes_first(drill: WebBox, practising: Phone) -> None:
    drill.services.desk.queue.order(Order("fluid"))
    practising.post(f"/udskriv/medicinliste/{ANNA.id}")
    folder = Path(drill.config.printer.folder)
    eventually(lambda: Phase.MAKING in phases(drill))
    waited = list(folder.glob("*.pdf"))

    drill.print_all()

    assert waited == []
    eventually(lambda: len(list(folder.glob("*.pdf"))) == 2)


def test_paper_of_a_drill_is_not_the_first_of_the_outage_after_it(
    drill: WebBox, practising: Phone
) -> None:
    practising.post(f"/udskriv/medicinliste/{ANNA.id}")
    eventually(lambda: phases(drill) == [Phase.PRINTED])
    drill.services.desk.queue.order(Order("drill_pack"))
    drill.print_all()
    drill.services.outage.begin(Beginning("AB", minutes_ago=60))

    drill.services.desk._look_around()

    assert drill.services.outage.outage().paper is None
