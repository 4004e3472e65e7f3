"""The citizen's day, read back from the paper."""

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime

from appliance.paper.citizen_sheets.day_sheet import CHECK_DAY, KIND, STEPS, TYPE_LATER
from appliance.records.models import Observation, PlannedIntervention, Visit
from tests.appliance.paper.citizen_sheets.lives import WHO, at, visits, whole_life
from tests.appliance.paper.pages import layout, texts

DAY, NIGHT_AFTER = "Besøg man. 23. nov. (4)", "Natten til tirs. 24. nov. (1)"
_POINTS_PER_MM = 72 / 25.4


def test_day_is_the_danish_day_of_the_print_with_the_night_after_it(read_sheet):
    text = read_sheet(KIND, *visits())

    assert text.index(DAY) < text.index("Middagsmad") < text.index(NIGHT_AFTER)
    assert text.index(NIGHT_AFTER) < text.index("Tilsyn kl. 3")
    assert "For sent til i dag" not in text
    assert "Først på tirsdag" not in text
    assert "Slut på dagen: 4 besøg · 1 besøg i nat" in text


def test_visit_that_runs_past_midnight_stands_on_both_days_and_once_on_each(read_sheet):
    monday = read_sheet(KIND, *visits())
    tuesday = read_sheet(KIND, *visits(), printed_at=datetime(2026, 11, 24, 2, tzinfo=UTC))

    for text in (monday, tuesday):
        assert text.count("Tilsyn ved midnat") == 1
    assert "kl. 23.55–00.15" in tuesday
    assert monday.count("Vending over midnat") == 1


def test_just_before_midnight_in_utc_it_is_already_the_next_danish_day(read_sheet):
    text = read_sheet(KIND, *visits(), printed_at=datetime(2026, 11, 22, 23, 5, tzinfo=UTC))

    assert DAY in text


def test_visit_says_when_how_long_by_whom_and_what(read_sheet):
    text = read_sheet(KIND, *visits())

    assert "kl. 07.30–08.15 man. 23. nov. 45 min." in text
    assert "Maja Lind" in text
    assert "Personlig hygiejne" in text
    assert "2 medarbejdere" in text


def test_visit_of_unknown_length_and_tasks_is_kept_and_named(read_sheet):
    text = read_sheet(KIND, Visit("b", WHO, at(23, 8)))

    assert "kl. 08.00 man. 23. nov. Varighed MANGLER I KILDEN" in text
    assert "Opgaver MANGLER I KILDEN" in text


def test_cancelled_visit_is_marked_and_a_word_of_the_source_is_told(read_sheet):
    text = read_sheet(
        KIND,
        Visit("b1", WHO, at(23, 8), status="cancelled"),
        Visit("b2", WHO, at(23, 9), status="Flyttet"),
        Visit("b3", WHO, at(23, 10), status="booked"),
    )

    assert "Aflyst" in text
    assert "Status: Flyttet" in text
    assert "booked" not in text


def test_day_without_visits_is_said_with_its_date(read_sheet):
    assert "Ingen besøg man. 23. nov. i kopien." in read_sheet(KIND)


def test_only_help_that_is_granted_for_the_day_is_there_to_be_ticked_off(read_sheet):
    text = read_sheet(
        KIND,
        *whole_life(),
        PlannedIntervention("i9", WHO, "Senere", starts_on=date(2026, 12, 1)),
    )

    assert "Bevilgede indsatser (1)" in text
    assert "Tirsdag og fredag" in text
    assert "Indkøb" not in text
    assert "Senere" not in text


def test_each_measurement_stands_once_with_the_latest_value_and_room_for_a_new_one(read_sheet):
    text = read_sheet(KIND, *whole_life(), Observation("o9", WHO, "Puls", "44"))

    assert "88 slag/min søn. 22. nov. 2026 kl. 20.00" in text
    assert "72 slag/min" not in text
    assert "44" not in text.replace("87 00 00 44", "")
    assert "61,5 kg" in text
    assert "Ny måling: kl., værdi" in text


def test_measurement_without_a_value_or_a_time_says_so(read_sheet):
    text = read_sheet(KIND, Observation("o", WHO, "Vægt"))

    assert "Værdi MANGLER I KILDEN ukendt" in text


def test_what_the_box_of_needs_does_not_hold_stands_by_itself(read_sheet):
    assert "Vær opmærksom på Faldtruet" in read_sheet(KIND, *whole_life())


def test_sheet_has_room_for_a_note_and_says_what_to_do(read_sheet):
    text = read_sheet(KIND)

    assert STEPS in text
    assert "Notat: dato, kl., hvad du så og gjorde, init." in text
    assert TYPE_LATER in text


def test_visit_has_room_for_a_tired_hand(print_sheet, tmp_path):
    short = [Visit(f"b{n}", WHO, at(23, 8 + n), 5, tasks=("Tilsyn",)) for n in range(4)]

    words = layout(print_sheet(KIND, *short).pdf, tmp_path)[0]

    tops = sorted(word.top for word in words if word.text == "Tilsyn")
    gaps = [lower - upper for upper, lower in itertools.pairwise(tops)]
    assert all(gap > 15 * _POINTS_PER_MM for gap in gaps)


def test_without_a_clock_the_day_is_to_be_checked(read_sheet):
    assert CHECK_DAY in read_sheet(KIND, *visits(), is_clock_trusted=False)
    assert CHECK_DAY not in read_sheet(KIND, *visits())


def test_day_when_the_clocks_change_has_all_its_visits(read_sheet):
    late = Visit("b", WHO, datetime(2026, 10, 25, 22, 30, tzinfo=UTC), 10, tasks=("Sent",))
    first = replace(late, id="a", starts_at=datetime(2026, 10, 24, 22, 5, tzinfo=UTC))

    text = read_sheet(KIND, first, late, printed_at=datetime(2026, 10, 25, 9, tzinfo=UTC))

    assert "Besøg søn. 25. okt. (2)" in text


def test_forty_visits_keep_their_rows_whole(print_sheet):
    crowd = [Visit(f"b{n:02}", WHO, at(23, 8, n), 5, tasks=(f"Opg{n:02}", f"Slut{n:02}"))
             for n in range(40)]  # fmt: skip

    pages = texts(print_sheet(KIND, *crowd).pdf)

    for number in range(40):
        assert [f"Opg{number:02}" in page for page in pages] == [
            f"Slut{number:02}" in page for page in pages
        ]
