"""What was measured: the citizen's own measurements with their units, or another in words."""

from datetime import UTC, datetime, timedelta

import pytest

from appliance.care_journal.events import Observed
from appliance.records.models import Observation
from appliance.web.screens.journal.observation import USUAL, doubt, measured, offered
from tests.appliance.web.screens.journal.conftest import OBSERVATION, Writer, fields
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

    assert [(each.title, each.unit, each.last and each.last.id) for each in found] == [
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


def test_usual_measurements_are_offered_to_a_citizen_who_has_none(writer: Writer) -> None:
    page = writer.phone.get(OBSERVATION).text

    assert all(f'value="{title}\t{unit}"' in page for title, unit in USUAL)


def test_measurement_of_the_record_stands_once_with_the_unit_it_has_there() -> None:
    own = Observation("o-1", AASE.id, "blodtryk", "19/11", "kPa")
    wound = Observation("o-2", AASE.id, "Sår")
    bare = Observation("o-3", AASE.id, "Puls", "72")

    oxygen = Observation("o-4", AASE.id, "Iltmætning", "94", "%")

    found = [
        (each.title, each.unit, each.last and each.last.id)
        for each in offered([own, wound, bare, oxygen])
    ]

    assert found[:2] == [("blodtryk", "kPa", "o-1"), ("Puls", "slag/min", "o-3")]
    assert found[-1] == ("Sår", "", "o-2")
    assert ("Iltmætning", "%", "o-4") in found
    assert len(found) == len(USUAL) + 1


@pytest.mark.parametrize(
    ("title", "value", "unit"),
    [
        ("Blodtryk", "3,2", "mmHg"),
        ("Blodtryk", "80/120", "mmHg"),
        ("blodtryk", "120/80", ""),
        ("Vægt", "abc", "kg"),
        ("Puls", "hurtig", ""),
        ("Noget", "1-2", "ml"),
    ],
)
def test_value_that_looks_like_none_is_doubted(title: str, value: str, unit: str) -> None:
    assert doubt(Observed(title, value, unit)) is not None


@pytest.mark.parametrize(
    ("title", "value", "unit"),
    [
        ("Blodtryk", "120/80", "mmHg"),
        ("Blodtryk", "120 / 80", "mm Hg"),
        ("Temperatur", "38,4", "°C"),
        ("Vægt", "61", "kg"),
        ("Afføring", "grå", ""),
    ],
)
def test_value_that_looks_like_one_is_taken(title: str, value: str, unit: str) -> None:
    assert doubt(Observed(title, value, unit)) is None


def test_odd_value_is_asked_about_once_and_then_taken(writer: Writer) -> None:
    asked = writer.fill(OBSERVATION, hvad="Vægt\tkg", vaerdi="abc")
    writer.sent = fields(asked.text)
    other = writer.send(OBSERVATION, vaerdi="abd")
    taken = writer.send(OBSERVATION, vaerdi="abc")

    assert [each.status_code for each in (asked, other, taken)] == [422, 422, 303]
    assert "Er det rigtigt?" in asked.text
    assert [each.event.what for each in writer.journal().entries] == [Observed("Vægt", "abc", "kg")]
