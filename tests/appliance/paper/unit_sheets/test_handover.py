"""The hand-over: what is new, and room for what the copy cannot know."""

from dataclasses import replace
from datetime import timedelta

import pytest

from appliance.care_journal.events import JournalEvent, Noted
from appliance.care_journal.state import fold
from appliance.paper.journal_rows import UNSURE
from appliance.paper.sheet_kind import Material, Subject, Wanted
from appliance.paper.unit_sheets.handover import ASK_FOR_REST, KIND, NOTHING_KNOWN, NOTHING_NEW
from appliance.records.cave import CAVE_UNKNOWN
from appliance.records.medicine import MEDICATION_UNKNOWN
from appliance.records.models import Note, Observation, SectionState, Visit
from appliance.records.terms import FlagKind, MedicationStatus, Section, UnitKind
from tests.appliance.paper.pages import layout, texts
from tests.appliance.paper.people import AASE, COPIED, NIGHT, SYD, context, opened, penicillin
from tests.appliance.paper.unit_sheets.printing import flag, not_delivered, printed
from tests.appliance.records.orders import order

LONG_AGO = (COPIED - timedelta(days=30)).date()
YESTERDAY = (COPIED - timedelta(days=1)).date()


@pytest.fixture
def page(tmp_path):
    """Return a function that prints the sheet for Åse with the records given."""

    def render(*records, **changes):
        return "".join(printed(opened(tmp_path / "r.sqlite", AASE, *records), KIND, **changes))

    return render


def test_everybody_stands_on_it_with_cave_and_needs_also_with_nothing_new(page):
    text = page(penicillin(), flag(FlagKind.LIFE_CRITICAL, "Ilt i døgndrift"))

    assert "101 Livsnødvendig Åse Ågård CPR 010130-0000 CAVE: Penicillin" in text
    assert "Livsnødvendig: Ilt i døgndrift" in text
    assert NOTHING_NEW in text
    assert "Slut på vagtskiftet: 1 borger" in text


def test_notes_and_measurements_of_the_last_day_and_night_are_there_and_older_are_not(page):
    text = page(
        Note("n1", AASE.id, "Sov godt", "Nat", "AB", COPIED - timedelta(hours=2)),
        Note("n2", AASE.id, "Gammelt nyt", "Nat", "AB", COPIED - timedelta(hours=25)),
        Note("n3", AASE.id, "Uden tid", "Dag", None, None),
        Observation("o1", AASE.id, "Puls", "80", "slag/min", COPIED - timedelta(hours=1)),
        Observation("o2", AASE.id, "Vægt", None, None, COPIED - timedelta(hours=1), "tøj på"),
    )

    assert "Kl. 00.05 Nat, AB: Sov godt" in text
    assert "Gammelt nyt" not in text
    assert "Tid ukendt Dag: Uden tid" in text
    assert "Kl. 01.05 Puls: 80 slag/min" in text
    assert "Kl. 01.05 Vægt: ingen værdi i kopien (tøj på)" in text
    assert NOTHING_NEW not in text


def test_the_day_and_night_are_those_before_the_copy_also_when_it_is_old(page):
    old = NIGHT - timedelta(days=4)
    state = SectionState(SYD.id, Section.NOTES, as_of=old)
    note = Note("n1", AASE.id, "Faldet i nat", "Fald", None, old - timedelta(hours=3))

    text = page(state, note)

    assert "Faldet i nat" in text
    assert "Notater til tors. 19. nov. 2026 kl. 03.00" in text
    assert "Notater: Data er over 72 timer gamle." in text


def test_medicine_that_changed_lately_is_news_and_a_pause_is_news_as_long_as_it_lasts(page):
    text = page(
        order(id="1", citizen_id=AASE.id, brand="Nyx", ordered_on=YESTERDAY),
        order(id="2", citizen_id=AASE.id, brand="Gammelix", ordered_on=LONG_AGO),
        order(
            id="3",
            citizen_id=AASE.id,
            brand="Pausix",
            status=MedicationStatus.PAUSED,
            status_since=LONG_AGO,
        ),
        order(
            id="4",
            citizen_id=AASE.id,
            brand="Stopix",
            status=MedicationStatus.STOPPED,
            status_since=YESTERDAY,
        ),
        order(
            id="5",
            citizen_id=AASE.id,
            brand="Forbix",
            status=MedicationStatus.STOPPED,
            status_since=LONG_AGO,
        ),
        order(id="6", citizen_id=AASE.id, brand="Tvivlix", status=MedicationStatus.UNKNOWN),
        order(id="7", citizen_id=AASE.id, brand="Penix", is_as_needed=True, ordered_on=YESTERDAY),
    )

    assert "Ny eller ændret medicin: Nyx" in text
    assert "Ny eller ændret medicin: Penix" in text
    assert "(PN, " in text
    assert "GIVES IKKE: Pausix" in text
    assert "GIVES IKKE: Stopix" in text
    assert "Tvivlix" in text
    assert "Gammelix" not in text
    assert "Forbix" not in text


def test_a_visit_nobody_has_said_is_done_is_passed_on(page):
    starts_at = COPIED - timedelta(hours=5)
    left = Visit("v1", AASE.id, starts_at, 20, tasks=("Øjendråber",))
    done = Visit("v2", AASE.id, starts_at, 20, tasks=("Bad",), status="udført")

    text = page(left, done)

    assert "Besøg ikke meldt udført: søn. 22. nov. 2026 kl. 21.05 Øjendråber" in text
    assert "Bad" not in text


@pytest.mark.parametrize(
    ("section", "sentence"),
    [
        (Section.NOTES, "Notater er ikke med i kopien. Spørg en kollega."),
        (Section.OBSERVATIONS, "Målinger er ikke med i kopien. Spørg en kollega."),
        (Section.VISITS, "Besøg er ikke med i kopien. Spørg en kollega."),
        (Section.MEDICATION, MEDICATION_UNKNOWN),
        (Section.WARNINGS, CAVE_UNKNOWN),
    ],
)
def test_what_was_not_delivered_is_not_nothing_new(page, section, sentence):
    home_care = replace(SYD, kind=UnitKind.HOME_CARE_GROUP)

    text = page(home_care, *not_delivered(section))

    assert sentence in text
    assert (NOTHING_NEW in text) is (section is Section.WARNINGS)
    assert (NOTHING_KNOWN in text) is (section is not Section.WARNINGS)


def test_what_one_citizens_record_lacks_is_said_in_the_row(page):
    lacking = SectionState(SYD.id, Section.NOTES, AASE.id, is_complete=False, as_of=COPIED)

    text = page(lacking)

    assert "Siden sidst" in text
    assert "Notater kan mangle i kopien. Spørg en kollega. " + NOTHING_KNOWN in text


def test_a_care_centre_without_visits_is_not_warned_of_them(page):
    text = page(*not_delivered(Section.VISITS))

    assert "Besøg" not in text
    assert NOTHING_NEW in text


def test_what_no_copy_can_know_is_asked_for(page):
    text = page()

    assert ASK_FOR_REST in text
    assert "Aftaler – det skal du vide" in text
    assert "Overdraget af: navn, underskrift" in text
    assert "Modtaget af: navn, underskrift" in text


def test_english_stands_beside_the_danish(page):
    text = page(is_bilingual=True)

    assert "Shift hand-over" in text
    assert "Handed over by: name, signature" in text
    assert "Agreed – what you must know" in text


def test_there_is_room_to_write_about_each_citizen(tmp_path):
    store = opened(tmp_path / "r.sqlite", AASE)
    wanted = Wanted(Subject.UNIT, SYD.id)

    (document,) = KIND.make(Material(store), wanted, context())

    (words,) = layout(document.pdf, tmp_path)
    name = next(word for word in words if word.text == "Åse")
    end = next(word for word in words if word.text == "Slut")
    assert end.top - name.top > 18 * 72 / 25.4


def test_note_by_an_unsure_clock_is_handed_over_however_old_it_seems(tmp_path):
    old = NIGHT - timedelta(days=3)
    event = JournalEvent("0" * 16, old, old, "AB", Noted("Faldt ved sengen"), AASE.id, SYD.id)
    store = opened(tmp_path / "r.sqlite", AASE)

    def text(event):
        material = Material(store, journal=fold([event]))
        (document,) = KIND.make(material, Wanted(Subject.UNIT, SYD.id), context())
        return "".join(texts(document.pdf)).replace("\xa0", " ")

    assert "Faldt ved sengen" not in text(event)
    assert f"({UNSURE}), AB: Faldt ved sengen" in text(replace(event, is_clock_sure=False))
