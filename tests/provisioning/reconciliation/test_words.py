import pytest

from appliance.care_journal import events
from appliance.care_journal.events import Outcome
from provisioning.reconciliation.words import OUTCOMES, kind_of, legible, said
from tests.appliance.care_journal.noted import EVERY, PANODIL

GIVEN = events.MedicineGiven("Marevan 2,5 mg", "1 tablet", Outcome.REFUSED, remark="ville ikke")


@pytest.mark.parametrize(
    ("what", "kind", "words"),
    [
        (events.Noted(" Sover\nroligt "), "Notat", "Sover\nroligt"),
        (GIVEN, "Medicin", "Marevan 2,5 mg · 1 tablet · borgeren sagde nej · ville ikke"),
        (
            PANODIL,
            "Pn-medicin",
            "PANODIL 500 mg · 2 tabletter · givet · årsag: smerter i hoften",
        ),
        (events.Observed("Vægt", "71,2", "kg"), "Observation", "Vægt · 71,2 kg"),
    ],
)
def test_entry_says_everything_it_holds_in_one_order(what, kind, words) -> None:
    assert (kind_of(what), said(what)) == (kind, words)


def test_every_kind_and_every_outcome_has_words() -> None:
    written = [what for what in EVERY if isinstance(what, events.Written)]

    assert all(kind_of(what) and said(what) for what in written)
    assert OUTCOMES.keys() == set(Outcome)


@pytest.mark.parametrize(
    ("text", "shown"), [(" \u202e5,0\u202c\n", "5,0"), ("\u200e", "–"), ("a\nb", "a\nb")]
)
def test_nothing_unseen_stands_in_the_record(text, shown) -> None:
    assert legible(text) == shown
