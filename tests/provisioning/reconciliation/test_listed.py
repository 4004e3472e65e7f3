from appliance.care_journal import events
from appliance.sealed_log.entry import new_whom
from provisioning.reconciliation.choice import Wanted, choose
from provisioning.reconciliation.listed import listed
from provisioning.sealed_log.shown import Form, written
from tests.appliance.care_journal.noted import PANODIL, about, noted
from tests.provisioning.reconciliation.nights import box_of, sealed_note


def rows(*noted_down, **wanted):
    sheet = listed(choose([box_of(*noted_down)], Wanted(**wanted)))
    return [dict(zip(sheet.columns, row, strict=True)) for row in sheet.rows]


def test_row_says_where_of_whom_when_what_and_by_whom() -> None:
    (row,) = rows(PANODIL)

    assert (row["Boks"], row["Afsnit"], row["CPR"], row["Borger"]) == (
        "b1",
        "u-syd",
        "010130-1234",
        "c-1",
    )
    assert (row["Tid"], row["Hvad"]) == ("26.11.2026 kl. 04.01", "Pn-medicin")
    assert row["Ord"] == "PANODIL 500 mg · 2 tabletter · givet · årsag: smerter i hoften"
    assert (row["Noteret af"], row["Sendes"], row["Fil"]) == ("anh", "ja", "0001.json")
    assert row["Id"] == f"id {about(1)}"


def test_effect_and_who_typed_it_in_stand_in_the_same_row() -> None:
    (row,) = rows(PANODIL, events.EffectSeen(about(1), "hjalp"), events.Entered(about(1)))

    assert row["Effekt"] == "hjalp · anh · 26.11.2026 kl. 04.02"
    assert (row["Tastet ind af"], row["Tastet ind"]) == ("anh", "26.11.2026 kl. 04.03")
    assert (row["Sendes"], row["Fil"]) == ("nej: tastet ind", "")


def test_struck_entry_is_still_readable_and_says_why_it_was_struck() -> None:
    (row,) = rows(events.Observed("Puls", "70", "/min"), events.Struck(about(1), "forkert borger"))

    assert (row["Hvad"], row["Ord"]) == ("Observation", "Puls · 70 /min")
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


def test_entry_without_a_cpr_number_is_on_the_list_all_the_same() -> None:
    (row,) = rows(sealed_note(noted(events.Noted("Sover")), (new_whom("c-1", None),)))

    assert (row["CPR"], row["Borger"], row["Ord"]) == ("", "c-1", "Sover")
    assert row["Sendes"] == "nej: uden CPR-nummer"


def test_words_a_spreadsheet_would_take_for_a_formula_are_text() -> None:
    sheet = listed(choose([box_of(events.Noted("=HYPERLINK(1)"))], Wanted()))

    assert ";'=HYPERLINK(1);" in written(sheet, Form.CSV)
