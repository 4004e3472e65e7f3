from dataclasses import replace
from datetime import date, timedelta

import pytest

from appliance.care_journal import events
from appliance.records.models import Citizen
from appliance.records.terms import CitizenId, UnitId
from appliance.sealed_log.entry import new_whom
from provisioning.reconciliation.choice import Wanted, choose
from provisioning.reconciliation.listed import listed
from provisioning.reconciliation.people import Known
from provisioning.sealed_log.shown import Form, written
from tests.appliance.care_journal.noted import PANODIL, about, noted
from tests.provisioning.reconciliation.nights import box_of, sealed_note

NOBODY = Known()
AGNES = Citizen(
    CitizenId("c-1"), UnitId("u-syd"), "Holm", "Agnes", birth_date=date(1930, 1, 1), dwelling="12"
)


def rows(*noted_down, known=NOBODY, **wanted):
    sheet = listed(choose([box_of(*noted_down)], Wanted(**wanted)), known)
    return [dict(zip(sheet.columns, row, strict=True)) for row in sheet.rows]


def test_row_says_where_of_whom_when_what_and_by_whom() -> None:
    (row,) = rows(PANODIL)

    where = (row["Boks"], row["Afsnit"], row["CPR"], row["Borger-id"])
    assert where == ("b1", "u-syd", "010130-1234", "id c-1")
    assert (row["Tid"], row["Hvad"]) == ("26.11.2026 kl. 04.01", "Pn-medicin")
    assert (row["Præparat"], row["Dosis"]) == ("PANODIL 500 mg", "2 tabletter")
    assert (row["Udfald"], row["Årsag"]) == ("givet", "smerter i hoften")
    assert (row["Noteret af"], row["Sendes"], row["Fil"]) == ("anh", "ja", "0001.json")
    assert row["Id"] == f"id {about(1)}"


def test_effect_and_who_typed_it_in_stand_in_the_same_row() -> None:
    (row,) = rows(PANODIL, events.EffectSeen(about(1), "hjalp"), events.Entered(about(1)))

    assert row["Effekt"] == "hjalp · anh · 26.11.2026 kl. 04.02"
    assert (row["Tastet ind af"], row["Tastet ind"]) == ("anh", "26.11.2026 kl. 04.03")
    assert (row["Sendes"], row["Fil"]) == ("nej: tastet ind", "")


def test_struck_entry_is_still_readable_and_says_why_it_was_struck() -> None:
    (row,) = rows(events.Observed("Puls", "70", "/min"), events.Struck(about(1), "forkert borger"))

    assert (row["Hvad"], row["Måling"], row["Værdi"]) == ("Observation", "Puls", "70 /min")
    assert row["Streget"] == "forkert borger · anh · 26.11.2026 kl. 04.02"
    assert row["Sendes"] == "nej: streget"


def test_effect_that_is_taken_back_has_a_row_of_its_own_with_what_it_was_and_why() -> None:
    helped = events.EffectSeen(about(1), "hjalp")
    struck = events.Struck(about(2), "forkert borger")

    dose, effect = rows(PANODIL, helped, struck, sent={about(1), about(2)})

    assert (dose["Effekt"], dose["Streget"], dose["Sendes"]) == ("", "", "ja")
    assert effect["Effekt"] == "hjalp · anh · 26.11.2026 kl. 04.02"
    assert effect["Streget"] == "forkert borger · anh · 26.11.2026 kl. 04.03"
    assert effect["Sendes"] == "ja, kun effekten, som slettet: den er streget efter sidste gang"
    assert dose["Id"] == effect["Id"]


def test_entry_without_a_cpr_number_has_what_somebody_finds_the_citizen_by() -> None:
    nameless = sealed_note(noted(events.Noted("Sover")), (new_whom("c-1", None),))
    known = Known({"c-1": AGNES}, {"u-syd": "Afsnit Syd"})

    (row,) = rows(nameless, known=known)

    assert (row["CPR"], row["Notat"], row["Afsnit"]) == ("", "Sover", "Afsnit Syd")
    assert (row["Navn"], row["Født"], row["Bolig"]) == ("Agnes Holm", "01.01.1930", "12")
    assert row["Sendes"] == "nej: uden CPR-nummer"


@pytest.mark.parametrize(("is_protected", "shown"), [(False, "Engvej 3"), (True, "")])
def test_citizen_at_home_has_the_address_unless_it_is_protected(is_protected, shown) -> None:
    home = replace(AGNES, dwelling=None, address="Engvej 3", is_address_protected=is_protected)

    (row,) = rows(events.Noted("Sover"), known=Known({"c-1": home}))

    assert (row["Navn"], row["Bolig"]) == ("Agnes Holm", shown)


def test_entries_of_one_minute_come_in_the_order_they_were_written() -> None:
    first = noted(events.Noted("først"), 9, timedelta(seconds=40))
    then = noted(events.Noted("så"), 1, timedelta(seconds=5))
    earlier = noted(events.Noted("før"), 5, timedelta(minutes=-1))

    found = rows(sealed_note(first), sealed_note(then), sealed_note(earlier))

    assert [row["Notat"] for row in found] == ["før", "først", "så"]


@pytest.mark.parametrize("dose", ["1/2", "1-2", "1.5", "120/80", "1 1/2", "12e4"])
def test_dose_a_spreadsheet_would_take_for_a_date_is_text(dose) -> None:
    (given,) = rows(events.MedicineGiven("Marevan", dose))
    (seen,) = rows(events.Observed("Blodtryk", dose))

    assert (given["Dosis"], seen["Værdi"]) == (f"'{dose}", f"'{dose}")


def test_words_a_spreadsheet_would_take_for_a_formula_are_text() -> None:
    sheet = listed(choose([box_of(events.Noted("=HYPERLINK(1)"))], Wanted()))

    assert ";'=HYPERLINK(1);" in written(sheet, Form.CSV)
