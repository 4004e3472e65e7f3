"""Medicine that was given: the dose is never guessed, PN asks for its five fields."""

import pytest

from appliance.care_journal.events import MedicineGiven, Outcome
from appliance.outage.journal import Beginning
from appliance.records.terms import Section
from appliance.vault.journal_note import FILE
from tests.appliance.web.screens.journal.conftest import MEDICINE, OF_AASE, PANODIX, Writer, fields
from tests.appliance.web.screens.test_medication import words_of
from tests.simulators.box_people import AASE, order

ELIQUIX = f"{MEDICINE}/m-eliquix"
NOVOMIXIN = f"{MEDICINE}/m-novomixin"
OTHER = f"{MEDICINE}/andet"
MAY_BE_THIS = "Givet det sidste døgn. Det kan være denne medicin:"
OTHERS = "Andet om medicin det sidste døgn:"
NONE_OF_THIS = "Nødjournalen har ingen doser af denne medicin det sidste døgn."
DOSE = "Panodix (paracetamol) 500 mg 1 tablet · givet for ondt i knæet AGN"


def test_medicine_of_the_citizen_is_offered_and_none_that_must_not_be_given(writer: Writer) -> None:
    page = writer.phone.get(MEDICINE).text

    assert all(
        f'href="{MEDICINE}/m-{each}"' in page for each in ("eliquix", "panodix", "novomixin")
    )
    assert "Marevanix" not in page
    assert "CAVE: Penicillin" in page
    assert f'href="{OTHER}"' in page


def test_what_was_stopped_has_no_form(writer: Writer) -> None:
    assert writer.phone.get(f"{MEDICINE}/m-marevanix").status_code == 404


@pytest.mark.parametrize(("path", "dose"), [(ELIQUIX, "1 tablet"), (PANODIX, "1 tablet")])
def test_dose_is_filled_in_where_the_record_says_it_in_one_way(
    writer: Writer, path: str, dose: str
) -> None:
    assert fields(writer.phone.get(path).text)["dosis"] == dose


def test_dose_that_differs_over_the_day_is_left_empty_and_asked_for(writer: Writer) -> None:
    page = writer.phone.get(NOVOMIXIN).text
    answer = writer.fill(NOVOMIXIN, udfald="given")

    assert fields(page)["dosis"] == ""
    assert "14" in page
    assert answer.status_code == 422


def test_dose_given_is_saved_with_the_name_and_id_of_the_order(writer: Writer) -> None:
    writer.fill(ELIQUIX, udfald="given")

    (entry,) = writer.journal().entries
    assert entry.event.what == MedicineGiven(
        "Eliquix (apixaban) 5 mg", "1 tablet", order_id="m-eliquix"
    )
    assert entry.effect_due_at is None


def test_as_needed_asks_for_a_reason_and_waits_for_the_effect(writer: Writer) -> None:
    refused = writer.give_panodix(grund_pn="")
    answer = writer.send(PANODIX, grund_pn="ondt i knæet")

    (entry,) = writer.journal().entries
    page = writer.phone.get(answer.headers["Location"]).text
    assert refused.status_code == 422
    assert entry.effect_due_at is not None
    assert "Se efter effekten kl." in page


def test_dose_of_a_drill_is_marked_while_it_is_practised_and_is_no_dose_after_it(
    writer: Writer,
) -> None:
    writer.box.services.outage.begin(Beginning("AGN", is_drill=True))
    kept = writer.phone.get(writer.give_panodix().headers["Location"]).text
    during = writer.phone.get(PANODIX).text
    writer.box.services.outage.end("AGN")
    after = writer.phone.get(PANODIX).text

    assert "ØVELSE. Gemt i boksen kl. 03.00. Intet skal tastes ind." in kept
    assert "Skal tastes ind senere" not in kept
    assert f"{DOSE} ØVELSE" in words_of(during)
    assert "Boksen minder om" not in during
    assert "Boksen minder om" in after
    assert NONE_OF_THIS in after
    assert writer.page().count("ondt i knæet") == 0


def test_dose_of_a_drill_that_cannot_be_shown_is_not_to_be_typed_in_either(writer: Writer) -> None:
    writer.box.services.outage.begin(Beginning("AGN", is_drill=True))
    kept = writer.give_panodix().headers["Location"]
    (writer.box.config.records_dir / FILE).unlink()

    assert "ØVELSE. Gemt i boksen. Intet skal tastes ind." in writer.phone.get(kept).text


def test_what_is_on_the_form_decides_nothing_of_what_the_record_says(writer: Writer) -> None:
    writer.give_panodix(laegemiddel="Morfin", pn="")

    what = writer.journal().entries[0].event.what
    assert isinstance(what, MedicineGiven)
    assert (what.medicine.split()[0], what.is_as_needed) == ("Panodix", True)


@pytest.mark.parametrize("outcome", ["refused", "not_given"])
def test_what_was_not_given_needs_no_dose_and_waits_for_no_effect(
    writer: Writer, outcome: str
) -> None:
    writer.give_panodix(udfald=outcome, dosis="", grund_pn="", bemaerkning="Sov.")

    (entry,) = writer.journal().entries
    assert entry.event.what == MedicineGiven(
        "Panodix (paracetamol) 500 mg", "–", Outcome(outcome), is_as_needed=True, remark="Sov.",
        order_id="m-panodix",
    )  # fmt: skip
    assert entry.effect_due_at is None


@pytest.mark.parametrize(
    ("field", "sentence"), [("dosis", "Dosis mangler."), ("grund_pn", "Der mangler en grund.")]
)
def test_field_that_is_missing_is_named_and_marked(
    writer: Writer, field: str, sentence: str
) -> None:
    page = writer.give_panodix(**{field: ""}).text

    assert sentence in page
    assert page.count("aria-invalid") == 1
    assert f'name="{field}" aria-invalid="true"' in page


def test_nobody_says_given_by_not_choosing(writer: Writer) -> None:
    answer = writer.fill(ELIQUIX)

    assert answer.status_code == 422
    assert writer.journal().entries == ()


def test_other_medicine_is_written_in_words(writer: Writer) -> None:
    writer.fill(OTHER, laegemiddel="Pamol 500 mg", dosis="2 tabletter", udfald="given", pn="1",
                grund_pn="feber")  # fmt: skip

    what = writer.journal().entries[0].event.what
    assert what == MedicineGiven("Pamol 500 mg", "2 tabletter", is_as_needed=True, reason="feber")


def test_earlier_doses_of_the_day_stand_on_the_form_and_on_the_medication_list(
    writer: Writer,
) -> None:
    writer.give_panodix()
    writer.wait(hours=1)

    form, other = (words_of(writer.phone.get(path).text) for path in (PANODIX, ELIQUIX))
    assert f"Denne medicin er givet det sidste døgn: kl. 03.00 {DOSE}" in form
    assert MAY_BE_THIS not in form
    assert f"{NONE_OF_THIS} Se også papiret" in other
    assert f"{OTHERS} kl. 03.00 {DOSE}" in other
    assert (
        "Skrevet i nødjournalen det sidste døgn"
        in writer.phone.get(f"/borgere/{AASE.id}/medicin").text
    )

    writer.wait(hours=24)
    late = words_of(writer.phone.get(PANODIX).text)
    assert NONE_OF_THIS in late
    assert OTHERS not in late


def test_what_was_refused_stands_beside_what_was_given(writer: Writer) -> None:
    writer.fill(ELIQUIX, udfald="refused")

    page = words_of(writer.phone.get(ELIQUIX).text)

    assert NONE_OF_THIS in page
    assert "kl. 03.00 Eliquix (apixaban) 5 mg 1 tablet · borgeren ville ikke have det AGN" in page


def test_line_that_is_put_right_is_no_earlier_dose(writer: Writer) -> None:
    writer.give_panodix()

    page = words_of(writer.phone.get(f"{PANODIX}?ret={writer.last_id()}").text)

    assert "Denne medicin er givet" not in page
    assert NONE_OF_THIS in page


def test_dose_of_a_medicine_without_a_strength_says_what_is_missing(writer: Writer) -> None:
    writer.fill(f"{MEDICINE}/m-ukendtol", udfald="given")

    what = writer.journal().entries[0].event.what
    assert isinstance(what, MedicineGiven)
    assert what.medicine == "Ukendtol · Styrke: MANGLER I KILDEN"


def test_most_of_a_day_that_the_source_lacks_is_said_in_a_whole_sentence(writer: Writer) -> None:
    unlimited = order("Grænseløs", is_as_needed=True)
    writer.box.hold(medication=(unlimited,))
    writer.box.keeper.open()

    page = words_of(writer.phone.get(f"{MEDICINE}/{unlimited.id}").text)

    assert "Højst pr. døgn: MANGLER I KILDEN – spørg lægen" in page


def test_words_beside_a_medicine_look_the_same_on_the_list_and_on_the_form(
    writer: Writer,
) -> None:
    dispensed = order("Pakket", is_dose_dispensed=True)
    loose = order("Løs", is_dose_dispensed=False, atc="B01AA03")
    writer.box.hold(medication=(dispensed, loose))
    writer.box.keeper.open()
    paths = (f"/borgere/{AASE.id}/medicin", MEDICINE, f"{MEDICINE}/{loose.id}")

    pages = [writer.phone.get(path).text for path in paths]

    assert all('<span class="tag " lang="da">Ikke dosispakket</span>' in page for page in pages)
    assert all('<span class="tag danger" lang="da">Risikomedicin</span>' in page for page in pages)


def test_dose_in_words_may_be_of_any_medicine_and_stands_on_every_form(writer: Writer) -> None:
    writer.fill(OTHER, laegemiddel="Pamol 500 mg", dosis="2 tabletter", udfald="given")

    forms = [words_of(writer.phone.get(path).text) for path in (PANODIX, ELIQUIX, OTHER)]

    assert all("kl. 03.00 Pamol 500 mg 2 tabletter · givet AGN" in form for form in forms)
    assert all(OTHERS not in form for form in forms)


def test_journal_nobody_can_read_never_says_that_nothing_was_given(writer: Writer) -> None:
    (writer.box.config.records_dir / FILE).unlink()

    pages = [writer.phone.get(path).text for path in (PANODIX, f"/borgere/{AASE.id}/medicin")]

    assert all("Boksen kan ikke vise nødjournalen" in page for page in pages)
    assert all("ingen doser" not in page.lower() for page in pages)


def test_medicine_that_was_not_delivered_is_said_and_words_work(writer: Writer) -> None:
    writer.box.hold(missing=frozenset({Section.MEDICATION}), medication=())
    writer.box.keeper.open()

    page = writer.phone.get(MEDICINE).text
    assert "Medicinen er ikke med i kopien" in page
    assert f'href="{OTHER}"' in page


def test_struck_dose_is_no_dose_any_more(writer: Writer) -> None:
    writer.give_panodix()
    writer.fill(f"/noedjournal/{writer.last_id()}/stregning", grund="forkert borger")

    assert DOSE not in words_of(writer.phone.get(PANODIX).text)
    assert "<s>" in writer.phone.get(OF_AASE).text
