"""An outage is over: what was noted on the box goes into the care record, and comes out of it."""

import csv
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from shutil import copytree

import pytest

from appliance.care_journal import events
from appliance.care_journal.events import JournalEvent, What, new_event_id
from appliance.care_journal.wire import to_text
from appliance.clock import SystemClock
from appliance.demo.box import BOX_ID
from appliance.demo.hub import Hub
from appliance.demo.processes import run_program
from appliance.records.models import Citizen, Note, Observation, OtherItem
from appliance.records.store import RecordStore
from appliance.sealed_log.entry import Action, Entry, When, new_whom
from appliance.sealed_log.outbox import log_folder
from appliance.snapshot.installed import Installed
from appliance.vault.opened import Opened
from provisioning.reconciliation.words import EFFECT
from tests.journeys.staged_box import RunningBox, running_box
from tests.provisioning.feeds import Taken, take_all
from tests.waiting import eventually

pytestmark = pytest.mark.slow  # seconds, not milliseconds
DOSE = events.MedicineGiven("PANODIL 500 mg", "2 tabletter", is_as_needed=True, reason="smerter")
SAID, HELPED, WRONG = "Sov uroligt og ville op, æøå", "Smerterne er helt væk nu", "Skrevet forkert"


@dataclass
class Outage:
    """A box in an outage, and one of its citizens whom the care record knows by CPR number."""

    box: RunningBox
    citizen: Citizen

    def note(self, what: What, before: timedelta = timedelta()) -> JournalEvent:
        """Note something in the journal, sealed before anybody is told that it is kept."""
        clock = SystemClock()
        now = datetime.fromisoformat(clock.now().isoformat(timespec="seconds"))
        event = JournalEvent(
            new_event_id(), now - before, now, "anh", what, self.citizen.id, self.citizen.unit_id
        )
        when, whom = When(now, clock.monotonic()), (new_whom(self.citizen.id, self.citizen.cpr),)
        entry = Entry(Action.JOURNAL, when, whom=whom, about=event.id, text=to_text(event))
        self.box.keeper.note_in_journal([entry])
        return event

    @property
    def hub(self) -> Hub:
        return Hub(self._out / "hub")

    def gather(self, inbox: Path) -> None:
        """Copy the log as the hub's inbox has it after an upload."""
        self.box.keeper.sign_head()
        copytree(log_folder(self.box.stage.config.box.state_dir), inbox / BOX_ID)

    def write_out(self, inbox: Path, out: Path) -> str:
        """Run the hub's own program over the logs; who asked has looked at the times."""
        key = self.hub.trust / "offline" / "audit.key"
        return run_program(
            "provisioning", "journal", str(inbox), "--fleet", str(self.hub.fleet),
            "--identity", str(key), "--out", str(out), "--unsure-clock",
        )  # fmt: skip

    def next_night(self, folder: Path, *more: Path) -> Taken:
        """Take in the care system's export with whatever went into it since."""
        folder.mkdir()
        return take_all(folder, self._out / "feed", *more)

    @property
    def _out(self) -> Path:
        return self.box.stage.config_path.parents[1]


def records_of(box: RunningBox) -> RecordStore:
    opened = Opened.read(box.stage.config.records_dir)
    assert opened is not None
    return RecordStore(opened.records)


@pytest.fixture
def outage(tmp_path):
    with running_box(tmp_path / "demo", "keeper") as box:
        box.sync()
        eventually(lambda: Installed(box.stage.config.box.state_dir).current())
        box.keeper.unlock(box.stage.card_code)
        store = records_of(box)
        citizens = store.citizens()
        store.close()
        times = Counter(one.cpr for one in citizens)
        yield Outage(box, next(one for one in citizens if one.cpr and times[one.cpr] == 1))


def test_what_was_noted_in_the_outage_comes_with_the_next_export(outage, tmp_path) -> None:
    note = outage.note(events.Noted(SAID), before=timedelta(hours=1))
    dose = outage.note(DOSE, before=timedelta(hours=2))
    outage.note(events.EffectSeen(dose.id, HELPED))
    outage.note(events.Observed("Blodtryk", "148/92", "mmHg"))
    wrong = outage.note(events.Noted(WRONG))
    outage.note(events.Struck(wrong.id, "forkert borger"))
    outage.gather(tmp_path / "inbox")

    said = outage.write_out(tmp_path / "inbox", tmp_path / "journal")

    with (tmp_path / "journal" / "liste.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    whom = {(row["Navn"], row["Bolig"]) for row in rows}
    assert whom == {(outage.citizen.name, outage.citizen.dwelling)}
    assert len(rows) == 4  # the effect stands in the row of its dose
    assert [row["Sendes"] for row in rows].count("nej: streget") == 1
    assert "3 sent" in said
    for path in [*outage.hub.folder.rglob("*"), *(tmp_path / "inbox").rglob("*")]:
        content = path.read_bytes() if path.is_file() else b""
        assert SAID.encode() not in content, path.name
        assert HELPED.encode() not in content, path.name

    taken = outage.next_night(tmp_path / "night", tmp_path / "journal" / "bundles")

    (about,) = [one.id for one in taken.all_of(Citizen) if one.cpr == outage.citizen.cpr]
    notes, seen, rest = (
        [one for one in taken.all_of(kind) if one.citizen_id == about]
        for kind in (Note, Observation, OtherItem)
    )
    (found,) = [one for one in notes if one.text == SAID]
    assert (found.author, found.written_at) == ("anh", note.happened_at)
    measured = {(one.title, one.value, one.unit) for one in seen}
    assert {(EFFECT, HELPED, None), ("Blodtryk", "148/92", "mmHg")} <= measured
    assert DOSE.medicine in [one.title for one in rest]
    assert WRONG not in [one.text for one in notes]
