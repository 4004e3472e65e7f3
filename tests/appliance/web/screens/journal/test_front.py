"""The way into the journal: what waits, and only the units and citizens one may see."""

from appliance.vault.journal_note import FILE
from tests.appliance.web.screens.journal.conftest import OF_AASE, TO_ENTER, Writer
from tests.simulators.box_people import AASE, EGON, NINNA, NORD, SYD


def test_front_tells_what_waits_and_names_nobody(writer: Writer) -> None:
    writer.note()
    writer.give_panodix()
    writer.wait(hours=2)

    page = writer.phone.get("/noedjournal").text

    assert "1 PN-effekt skal ses nu" in page
    assert "2 notater skal tastes ind" in page
    assert AASE.family_name not in page
    assert NORD.name not in page


def test_home_leads_to_the_journal_and_counts_what_must_be_typed_in(writer: Writer) -> None:
    writer.note()

    assert (
        'Nødjournal <span class="small">1 skal tastes ind</span>'
        in writer.phone.get("/afsnit").text
    )


def test_citizens_of_the_unit_are_offered_and_of_no_other(writer: Writer) -> None:
    page = writer.phone.get(f"/noedjournal/afsnit/{SYD.id}").text

    assert f'href="{OF_AASE}"' in page
    assert NINNA.family_name not in page
    assert writer.phone.get(f"/noedjournal/afsnit/{NORD.id}").status_code == 404


def test_who_has_a_namesake_is_marked_wherever_something_is_noted_of_them(writer: Writer) -> None:
    of_egon = OF_AASE.replace(AASE.id, EGON.id)
    writer.fill(f"{of_egon}/notat", tekst="Om Egon.")

    for path in (f"/noedjournal/afsnit/{SYD.id}", of_egon, f"{of_egon}/notat", TO_ENTER):
        assert writer.phone.get(path).text.count("Pas på forveksling") == 1, path


def test_journal_nobody_can_read_counts_nothing_and_says_so(writer: Writer) -> None:
    (writer.box.config.records_dir / FILE).unlink()

    page = writer.phone.get("/noedjournal").text

    assert "Boksen kan ikke vise nødjournalen" in page
    assert "skal tastes ind</strong>" not in page
    assert "venter" not in writer.phone.get("/afsnit").text
