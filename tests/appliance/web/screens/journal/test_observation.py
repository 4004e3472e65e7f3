"""What was measured: the citizen's own measurements with their units, or another in words."""

from datetime import UTC, datetime, timedelta

from appliance.care_journal.events import Observed
from appliance.records.models import Observation
from appliance.web.screens.journal.observation import measured
from tests.appliance.web.screens.journal.conftest import OBSERVATION, Writer
from tests.simulators.box_people import AASE

AT = datetime(2026, 11, 22, 7, tzinfo=UTC)
PRESSURE = Observation("o-1", AASE.id, "Blodtryk", "140/85", "mmHg", AT)


def test_measurement_of_the_record_comes_with_its_unit_and_last_value(writer: Writer) -> None:
    writer.box.hold(others=(PRESSURE,))
    writer.box.keeper.open()
    page = writer.phone.get(OBSERVATION).text

    writer.fill(OBSERVATION, hvad="Blodtryk\tmmHg", vaerdi="120/80", bemaerkning="siddende")

    assert "Sidst 140/85" in page
    assert writer.journal().entries[0].event.what == Observed(
        "Blodtryk", "120/80", "mmHg", "siddende"
    )


def test_another_measurement_is_written_in_words(writer: Writer) -> None:
    writer.fill(OBSERVATION, titel="Temperatur", enhed="°C", vaerdi="38,4")

    assert writer.journal().entries[0].event.what == Observed("Temperatur", "38,4", "°C")


def test_measurement_without_a_name_or_value_is_asked_for(writer: Writer) -> None:
    answers = [
        writer.fill(OBSERVATION, vaerdi="38,4"),
        writer.fill(OBSERVATION, hvad="andet", vaerdi="38,4"),
        writer.fill(OBSERVATION, titel="Temperatur"),
    ]

    assert [answer.status_code for answer in answers] == [422, 422, 422]
    assert writer.journal().entries == ()


def test_each_measurement_is_offered_once_with_its_newest_value() -> None:
    newer = Observation("o-2", AASE.id, "Blodtryk", "120/80", "mmHg", AT + timedelta(days=1))
    kilos = Observation("o-3", AASE.id, "Vægt", "61,2", "kg", None)
    pounds = Observation("o-4", AASE.id, "Vægt", "135", "pund", None)

    found = measured([PRESSURE, newer, kilos, pounds, Observation("o-5", AASE.id, " ")])

    assert [(each.title, each.unit, each.last.id) for each in found] == [
        ("Blodtryk", "mmHg", "o-2"),
        ("Vægt", "kg", "o-3"),
        ("Vægt", "pund", "o-4"),
    ]


def test_value_of_two_measurements_is_refused_as_nobody_can_tell_which(writer: Writer) -> None:
    writer.box.hold(others=(PRESSURE,))
    writer.box.keeper.open()

    answer = writer.fill(OBSERVATION, hvad="Blodtryk\tmmHg", titel="Puls", vaerdi="72")

    assert answer.status_code == 422
    assert "Du har både valgt en måling og skrevet en anden." in answer.text
    assert 'value="72"' in answer.text
    assert writer.journal().entries == ()
