import pytest

from appliance.care_journal import events
from appliance.care_journal.events import Outcome
from provisioning.reconciliation.words import CELLS, OUTCOMES, cells, kind_of, legible
from tests.appliance.care_journal.noted import EVERY, PANODIL

GIVEN = events.MedicineGiven("Marevan 2,5 mg", "1 tablet", Outcome.REFUSED, remark="ville ikke")


@pytest.mark.parametrize(
    ("what", "kind", "told"),
    [
        (events.Noted(" Sover\nroligt "), "Notat", {"Notat": "Sover\nroligt"}),
        (
            GIVEN,
            "Medicin",
            {
                "Præparat": "Marevan 2,5 mg",
                "Dosis": "1 tablet",
                "Udfald": "borgeren sagde nej",
                "Bemærkning": "ville ikke",
            },
        ),
        (
            PANODIL,
            "Pn-medicin",
            {
                "Præparat": "PANODIL 500 mg",
                "Dosis": "2 tabletter",
                "Udfald": "givet",
                "Årsag": "smerter i hoften",
            },
        ),
        (
            events.Observed("Vægt", "71,2", "kg"),
            "Observation",
            {"Måling": "Vægt", "Værdi": "71,2 kg"},
        ),
    ],
)
def test_each_thing_an_entry_says_stands_under_its_own_heading(what, kind, told) -> None:
    found = dict(zip(CELLS, cells(what), strict=True))

    assert (kind_of(what), {name: text for name, text in found.items() if text}) == (kind, told)


def test_every_kind_and_every_outcome_has_words() -> None:
    written = [what for what in EVERY if isinstance(what, events.Written)]

    assert all(kind_of(what) and any(cells(what)) for what in written)
    assert OUTCOMES.keys() == set(Outcome)


@pytest.mark.parametrize(
    ("text", "shown"), [(" \u202e5,0\u202c\n", "5,0"), ("\u200e", "–"), ("a\nb", "a\nb")]
)
def test_nothing_unseen_stands_in_the_record(text, shown) -> None:
    assert legible(text) == shown
