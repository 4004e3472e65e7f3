from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import pytest

from appliance.errors import KeeperDownError
from appliance.printing.jobs import Answer
from appliance.printing.last_papers import last_papers
from appliance.printing.print_memory import PrintMemory, notes_of
from appliance.records.terms import CitizenId, UnitId
from appliance.vault.print_note import PrintNote
from appliance.vault.protocol import Op, Request, format_request, parse_request
from printers.models import JobStage
from tests.appliance.printing.test_jobs import ORDER, made, part, sheet


@dataclass
class Keeper:
    """Hears what is told while it is up."""

    is_down: bool = False
    heard: list[PrintNote] = field(default_factory=list)

    def keep_prints(self, notes: Sequence[PrintNote]) -> None:
        if self.is_down:
            raise KeeperDownError
        self.heard += notes


def test_sheets_that_will_not_change_by_themselves_are_told_also_those_about_nobody() -> None:
    cover = replace(part(JobStage.DONE, 3, 2), sheets=(replace(sheet(3), citizen_id=None),))
    job = made(part(JobStage.DONE, 1, 2), part(JobStage.PRINTING, 2, 1), cover)

    note, of_cover = notes_of(job)

    assert (note.serial, note.citizen_id, note.state) == ("417-00001", "c-1", "printed")
    assert (of_cover.serial, of_cover.citizen_id) == ("417-00003", "")
    assert (note.printed_by, note.unit_id) == ("AB", "u-syd")


def test_worst_page_speaks_for_the_sheet() -> None:
    (note,) = notes_of(made(part(JobStage.UNKNOWN, 1, 1)))

    assert note.state == "unknown"


def test_keeper_is_told_once_and_again_when_a_person_has_said_something() -> None:
    keeper = Keeper()
    memory = PrintMemory(keeper.keep_prints)
    job = made(part(JobStage.DONE, 1, 2))

    for now in (job, job, replace(job, answer=Answer.ALL_THERE)):
        memory.remember(now)

    assert [note.state for note in keeper.heard] == ["printed", "confirmed"]


def test_keeper_that_was_down_hears_it_later() -> None:
    keeper = Keeper(is_down=True)
    memory = PrintMemory(keeper.keep_prints)
    memory.remember(made(part(JobStage.DONE, 1, 2)))
    keeper.is_down = False

    memory.retry()

    assert [note.serial for note in keeper.heard] == ["417-00001"]


def through_the_protocol(heard: list[str]) -> Callable[[Sequence[PrintNote]], None]:
    """Return a way to a keeper that takes only what its protocol takes."""

    def send(notes: Sequence[PrintNote]) -> None:
        asked = parse_request(format_request(Request(Op.PRINTS, prints=tuple(notes))))
        heard.extend(note.serial for note in asked.prints)

    return send


def test_note_the_keeper_never_takes_holds_no_other_up(caplog: pytest.LogCaptureFixture) -> None:
    heard: list[str] = []
    memory = PrintMemory(through_the_protocol(heard))
    job = made(replace(part(JobStage.DONE, 1, 3), sheets=(sheet(1, 1), sheet(2, 1), sheet(3, 1))))
    odd = replace(job, order=replace(job.order, ordered_by="X" * 129))

    memory.remember(odd)
    memory.remember(made(part(JobStage.DONE, 9, 1)))

    assert heard == ["417-00009"]
    assert caplog.text.count("a note is left out") == 3
    assert "XXX" not in caplog.text


def test_big_pack_is_told_in_several_messages() -> None:
    sizes: list[int] = []
    memory = PrintMemory(lambda notes: sizes.append(len(notes)))
    sheets = tuple(sheet(number, 1) for number in range(1, 121))

    memory.remember(made(replace(part(JobStage.DONE, 1, 120), sheets=sheets)))

    assert sizes == [100, 20]


def test_what_was_kept_before_the_power_cut_is_paper_like_any_other() -> None:
    (before,) = notes_of(made(part(JobStage.DONE, 1, 2)))
    kept = [replace(before, serial="417-00009"), before, replace(before, serial="417-00000")]
    odd = [replace(before, state="missing", citizen_id="c-2"), replace(before, unit_id="u-nord")]
    unit = ORDER.unit_id or UnitId("")

    papers = last_papers([made(part(JobStage.DONE, 1, 2))], unit, [*kept, *odd])

    assert papers.keys() == {CitizenId("c-1")}
    assert papers[CitizenId("c-1")].serials == ("417-00001", "417-00009", "417-00000")
    assert last_papers([], unit, kept)[CitizenId("c-1")].is_sure
