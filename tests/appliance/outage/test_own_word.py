"""What the box says of itself: from its own log, probes, printer and plan, and nothing more."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from appliance.beacon.statement import Answer, Ready, Standing, Word
from appliance.config import parse_config
from appliance.errors import StorageError
from appliance.outage.events import Happening, Kind
from appliance.outage.journal import LONGEST_DRILL, Beginning, OutageJournal
from appliance.outage.own_word import OwnWord
from appliance.outage.probe_status import Probed, ProbeStatus, Seen, write_probes
from appliance.plan.models import PlanContact, place_key
from appliance.plan.shipped import shipped_plan
from printers.errors import PrinterError
from printers.models import PrinterState

COPY_AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
OWN = PlanContact("enheder", "Plejecenter Lindehuset", box="boks-1")


class StatedPrinter:
    """A printer that is how it is told to be; nothing is printed on it."""

    def __init__(self) -> None:
        self.is_ready: bool | None = True
        self.asked = 0

    def state(self) -> PrinterState:
        self.asked += 1
        if self.is_ready is None:
            raise PrinterError
        return PrinterState(is_ready=self.is_ready)


@pytest.fixture
def printer() -> StatedPrinter:
    return StatedPrinter()


@pytest.fixture
def own(tmp_path, clock, printer) -> OwnWord:
    raw = {
        "box": {"id": "boks-1", "name": "Test", "state_dir": "state", "ram_dir": "ram"},
        "hub": {"url": "http://127.0.0.1:9"},
    }
    config = parse_config(raw, "box.toml", tmp_path)
    plan = replace(shipped_plan(), contacts=(*shipped_plan().contacts, OWN))
    journal = OutageJournal(config.box.state_dir / "outage", clock, "aaaa1111")
    return OwnWord(config, plan, journal, printer, clock, lambda: COPY_AT)


def answer(own: OwnWord, said: str, name: str = OWN.name) -> None:
    own.journal.write(Happening(Kind.ROUND, "AB", about=place_key(name), name=name, answer=said))


def test_box_without_an_outage_says_so_and_how_old_its_copy_is(own) -> None:
    assert own.say() == Word(Standing.NONE, None, (), Ready.YES, COPY_AT)


def test_outage_is_told_with_how_long_it_has_lasted_and_what_people_say_of_their_place(
    own, clock
) -> None:
    own.journal.begin(Beginning("AB", minutes_ago=15))
    answer(own, "hit")
    answer(own, "spared", "Madservice")
    clock.move(timedelta(minutes=9))
    word = own.say()

    assert (word.standing, word.for_min, word.answer) == (Standing.OUTAGE, 24, Answer.HIT)


def test_answer_that_was_taken_back_or_is_none_is_not_told(own) -> None:
    own.journal.begin(Beginning("AB"))
    answer(own, "silent")

    assert own.say().answer is Answer.NOBODY_SAID


def test_drill_is_told_as_a_drill_without_what_was_answered_in_it(own, clock) -> None:
    own.journal.begin(Beginning("AB", is_drill=True))
    answer(own, "hit")
    during = own.say()
    clock.move(LONGEST_DRILL)

    assert (during.standing, during.answer) == (Standing.DRILL, Answer.NOBODY_SAID)
    assert own.say().standing is Standing.NONE


def test_outage_that_has_ended_is_told_no_more(own) -> None:
    own.journal.begin(Beginning("AB"))
    own.journal.end("AB")

    assert own.say().standing is Standing.NONE


def test_what_the_probes_see_is_told_while_it_is_new(own, clock) -> None:
    seen = tuple(Seen(what, what is Probed.LINK, COPY_AT, 60.0) for what in Probed)
    write_probes(own.config.box.state_dir, ProbeStatus(clock.monotonic(), seen))
    now = own.say().down
    clock.move(timedelta(hours=1))

    assert now == ("gateway", "internet", "hub", "care_system")
    assert own.say().down == ()


@pytest.mark.parametrize(
    ("is_ready", "told"), [(True, Ready.YES), (False, Ready.NO), (None, Ready.NO)]
)
def test_printer_is_told_as_it_is(own, printer, is_ready, told) -> None:
    printer.is_ready = is_ready

    assert own.say().printer is told


def test_printer_is_not_asked_for_every_box_that_is_spoken_to(own, printer, clock) -> None:
    for _ in range(100):
        own.say()
    clock.move(timedelta(seconds=31))
    own.say()

    assert printer.asked == 2


def test_box_whose_log_cannot_be_read_says_nothing_rather_than_that_all_is_well(own) -> None:
    own.journal.begin(Beginning("AB"))
    (file,) = (own.config.box.state_dir / "outage").glob("*.jsonl")
    file.unlink()
    file.mkdir()

    with pytest.raises(StorageError):
        own.say()
