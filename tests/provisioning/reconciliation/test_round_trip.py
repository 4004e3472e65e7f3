"""What goes back to the care system and comes out of it again is what was noted, word for word."""

import re
import shutil
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from fhir.resources.R4B.bundle import Bundle
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.care_journal import events
from appliance.care_journal.events import MedicineGiven, Noted, Observed, Outcome
from appliance.records.models import Note, Observation, OtherItem
from provisioning.reconciliation.bundles import bundles
from provisioning.reconciliation.choice import Wanted, choose
from provisioning.reconciliation.resources import urn_of
from provisioning.reconciliation.words import EFFECT, TOPIC, legible
from tests.appliance.care_journal.noted import AT, EVERY, PANODIL, about, noted
from tests.provisioning.feeds import IDS, organization, patient, take_all, with_cpr, write_feed
from tests.provisioning.reconciliation.nights import CPR, box_of, sealed_note, write_bundles
from tests.provisioning.reconciliation.vital_signs import faults_in

pytestmark = pytest.mark.slow  # seconds, not milliseconds

READABLE = st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("\n\tæøå½<&\"'\\")
# A line break of a web page is read as a line break, as senders of messages mean it.
WORDS = st.text(READABLE, max_size=40).filter(lambda text: "<br" not in text.casefold())
SAID = WORDS.filter(str.strip)
NUMBERS = st.from_regex(r"-?[0-9]{1,4}([.,][0-9]{1,4})?", fullmatch=True)
PRESSURES = st.builds("{}/{}".format, st.integers(30, 280), st.integers(20, 200))
MEDICINE = st.builds(
    MedicineGiven,
    SAID,
    SAID | st.builds("{} tabletter".format, NUMBERS),
    st.sampled_from(Outcome),
    st.booleans(),
    WORDS,
    WORDS,
    WORDS,
)
OBSERVED = st.builds(
    Observed,
    SAID | st.just("Blodtryk"),
    SAID | NUMBERS | PRESSURES,
    WORDS
    | st.sampled_from(["mmHg", "mmol/l", "°C", "kg", "%", "slag/min", "µg", "IE", "tabletter"]),
    WORDS,
)
NOTED = st.builds(Noted, SAID) | MEDICINE | OBSERVED
INITIALS = SAID.map(lambda by: by.strip()[:16])
NIGHTS = st.lists(st.tuples(NOTED, st.integers(0, 10**5), INITIALS), min_size=1, max_size=8)


def night_of(told):
    """Return the events of a night; every dose also has its effect seen an hour later."""
    for number, (what, seconds, by) in enumerate(told, start=1):
        yield replace(noted(what, number, timedelta(seconds=seconds)), by=by)
        if isinstance(what, MedicineGiven):
            seen = events.EffectSeen(about(number), what.medicine)
            yield replace(noted(seen, 100 + number, timedelta(hours=1)), by=by)


def made_of(happened):
    box = box_of(*map(sealed_note, happened))
    return list(bundles(choose([box], Wanted()), AT))


def taken_back(folder, made):
    """Read the Bundles as our own feed does, beside an export that knows the citizen."""
    shutil.rmtree(folder, ignore_errors=True)
    people = write_feed(folder / "people", [organization(), patient(**with_cpr(CPR))])
    taken = take_all(folder, people, write_bundles(folder / "sent", made))
    assert not taken.report.problems, taken.messages
    return taken


def by_id(kind, taken):
    return {one.id: one for one in taken.all_of(kind)}


def place(kind, event):
    return IDS.record(f"{kind}/{urn_of(event.id).removeprefix('urn:uuid:')}")


def as_number(text):
    is_one = text and re.fullmatch(r"-?[0-9]+([.,][0-9]+)?", text)
    return Decimal(text.replace(",", ".")) if is_one else None


def is_same_measurement(found, seen):
    value, unit = legible(seen.value), legible(seen.unit) if seen.unit.strip() else None
    if found.unit is None:
        return found.value == " ".join(filter(None, (value, unit)))
    if found.unit.casefold() != unit.casefold():
        return False
    if "/" in value:
        return found.value == "".join(value.split())
    return found.unit == unit and as_number(found.value) == as_number(value) is not None


def check(event, taken):
    """Hold what came back against what was noted; raise where anything differs."""
    author, citizen = legible(event.by), IDS.citizen("1")
    match event.what:
        case Noted(text=text):
            note = by_id(Note, taken)[place("Communication", event)]
            assert (note.citizen_id, note.text, note.title) == (citizen, legible(text), TOPIC)
            assert (note.author, note.written_at) == (author, event.happened_at)
        case Observed() as seen:
            found = by_id(Observation, taken)[place("Observation", event)]
            assert (found.citizen_id, found.title) == (citizen, legible(seen.title))
            assert is_same_measurement(found, seen), (found, seen)
            assert found.observed_at == event.happened_at
            assert found.note == (legible(seen.remark) if seen.remark.strip() else None)
        case events.EffectSeen(text=text):
            found = by_id(Observation, taken)[place("Observation", event)]
            assert (found.citizen_id, found.title, found.value) == (citizen, EFFECT, legible(text))
            assert found.observed_at == event.happened_at
        case MedicineGiven() as dose:
            check_dose(event, dose, taken)


def check_dose(event, dose, taken):
    kept = by_id(OtherItem, taken)[place("MedicationAdministration", event)]
    originals = taken.originals(OtherItem)
    (found,) = [one for one in originals if one["identifier"][0]["value"] == event.id]
    assert (kept.citizen_id, kept.title) == (IDS.citizen("1"), legible(dose.medicine))
    assert found["dosage"]["text"] == legible(dose.dose)
    assert (found["status"] == "completed") == (dose.outcome is Outcome.GIVEN)
    reasons = [one["text"] for one in found.get("reasonCode", [])]
    assert reasons == [legible(dose.reason)] * bool(dose.reason.strip())
    assert found["performer"][0]["actor"]["display"] == legible(event.by)
    assert found["subject"]["reference"].endswith(f"|{CPR}")


@pytest.mark.parametrize(
    "what",
    [what for what in EVERY if isinstance(what, events.Written)],
    ids=lambda what: type(what).__name__,
)
def test_every_kind_of_entry_comes_back_as_it_was_noted(tmp_path, what) -> None:
    happened = list(night_of([(what, 0, "anh")]))

    taken = taken_back(tmp_path, made_of(happened))

    assert len(taken.all_of(Note) + taken.all_of(Observation) + taken.all_of(OtherItem)) == len(
        happened
    )
    for event in happened:
        check(event, taken)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(NIGHTS)
def test_fuzz_of_every_night_comes_back_with_nothing_changed(tmp_path, told) -> None:
    happened = list(night_of(told))

    made = made_of(happened)
    taken = taken_back(tmp_path / "night", made)

    assert all(Bundle.model_validate_json(one.to_bytes()) for one in made)
    assert faults_in(one.bundle for one in made) == []
    assert sum(len(one.bundle["entry"]) for one in made) == len(happened)
    for event in happened:
        check(event, taken)


def test_what_is_sent_again_is_the_same_to_our_own_feed(tmp_path) -> None:
    happened = list(night_of([(PANODIL, 0, "anh"), (Noted("Sover"), 60, "anh")]))
    twice = [*made_of(happened), *(replace(one, name="again.json") for one in made_of(happened))]

    taken = taken_back(tmp_path, twice)

    assert (len(taken.all_of(Note)), len(taken.all_of(OtherItem))) == (1, 1)


def test_what_was_taken_back_is_shown_to_nobody(tmp_path) -> None:
    box = box_of(Noted("Sover"), events.Struck(about(1)))
    withdrawn = list(bundles(choose([box], Wanted(sent={about(1)})), AT))

    taken = taken_back(tmp_path, withdrawn)

    assert taken.all_of(Note) == []


def test_who_measured_and_the_dose_of_an_effect_are_counted_as_read_by_nobody(tmp_path) -> None:
    """RECONCILIATION.md says so; whoever reads them one day changes it there."""
    taken = taken_back(tmp_path, made_of(night_of([(PANODIL, 0, "anh")])))

    unread = {one.field for one in taken.report.unread if one.type == "Observation"}
    assert unread >= {"performer", "partOf"}
