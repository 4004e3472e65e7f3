"""After the outage: everything is typed into the care system, counted to zero, and signed off."""

from dataclasses import replace

import pytest
from pypdf import PdfReader

from appliance.sealed_log.entry import Action
from tests.appliance.web.conftest import WebBox
from tests.appliance.web.screens.journal.conftest import NOTE, TO_ENTER, Writer
from tests.simulators.box_people import AASE, EGON, NORD, SYD


def enter(writer: Writer, event_id: str | None = None) -> str:
    answer = writer.phone.post(f"{TO_ENTER}/{event_id or writer.last_id()}")
    assert answer.status_code == 303
    return answer.headers["Location"]


def test_list_is_by_citizen_and_the_oldest_first(writer: Writer) -> None:
    writer.note("Anden linje.", kl="0230")
    writer.note("Første linje.", kl="0130")
    writer.fill(NOTE.replace(AASE.id, EGON.id), tekst="Om Egon.")

    page = writer.phone.get(TO_ENTER).text

    places = [page.index(text) for text in ("Første linje.", "Anden linje.", "Om Egon.")]
    assert places == sorted(places)
    assert "3 notater mangler" in page


def test_one_entry_is_shown_in_the_order_of_the_care_system_with_a_masked_cpr(
    writer: Writer,
) -> None:
    writer.give_panodix()

    page = writer.phone.get(f"{TO_ENTER}/{writer.last_id()}").text
    shown = page[page.index("<dl") : page.index("</dl>")]

    words = (AASE.name, "010130-••••", "Tidspunkt", "Lægemiddel", "Dosis", "Skrevet af", "AGN")
    places = [shown.index(word) for word in words]
    assert places == sorted(places)
    assert "1234" not in page


def test_whole_cpr_is_shown_on_demand_and_logged(writer: Writer) -> None:
    writer.note()
    path = f"{TO_ENTER}/{writer.last_id()}"
    writer.box.keeper.logged.clear()

    answer = writer.phone.post(f"{path}/cpr")

    assert writer.box.keeper.logged[0].action is Action.SHOW_CPR
    assert "010130-1234" in writer.phone.get(answer.headers["Location"]).text


def test_typing_in_counts_down_leads_to_the_next_and_ends_in_a_sign_off(writer: Writer) -> None:
    writer.note("Første.", kl="0130")
    writer.note("Anden.", kl="0230")
    first, second = (entry.event.id for entry in writer.journal().entries)

    following = enter(writer, first)
    ended = enter(writer, second)
    done = writer.phone.get(TO_ENTER).text
    writer.phone.post(f"{TO_ENTER}/afslut")

    assert following == f"{TO_ENTER}/{second}"
    assert ended == TO_ENTER
    assert "0 notater mangler" in done
    assert "Tastet ind af AGN kl. 03.00" in done
    assert writer.journal().signed_off is not None
    assert "Alt er gjort op. Afsluttet af AGN" in writer.phone.get(TO_ENTER).text


def test_signed_is_not_said_to_be_all_while_an_effect_was_never_seen(writer: Writer) -> None:
    writer.give_panodix()
    enter(writer, writer.last_id())
    writer.phone.post(f"{TO_ENTER}/afslut")

    page = writer.phone.get(TO_ENTER).text

    assert "Papir og notater er gjort op. Afsluttet af AGN" in page
    assert "1 PN-effekt er ikke skrevet" in page
    assert "Alt er gjort op" not in page


def test_sign_off_is_refused_while_anything_is_open_also_on_other_units(
    box: WebBox, writer: Writer
) -> None:
    writer.note()
    niels = box.logged_in("NIE")

    answer = niels.post(f"{TO_ENTER}/afslut")

    assert answer.status_code == 422
    assert "1 mere på afsnit, du ikke har adgang til." in answer.text
    assert "Afslut papir og nødjournal" not in niels.get(TO_ENTER).text
    assert writer.journal().signed_off is None


def test_what_is_written_after_the_sign_off_must_be_typed_in_and_signed_off_anew(
    writer: Writer,
) -> None:
    writer.note()
    enter(writer)
    writer.phone.post(f"{TO_ENTER}/afslut")
    writer.wait(minutes=1)
    writer.note("Mere.")

    assert "1 notat mangler" in writer.phone.get(TO_ENTER).text
    enter(writer)
    assert "Afslut papir og nødjournal" in writer.phone.get(TO_ENTER).text


def test_what_is_struck_after_the_sign_off_must_be_put_right_and_signed_off_anew(
    writer: Writer,
) -> None:
    """Within the same minute: it is the order that counts, not the clock."""
    writer.note()
    enter(writer)
    writer.phone.post(f"{TO_ENTER}/afslut")
    writer.fill(f"/noedjournal/{writer.last_id()}/stregning", grund="forkert borger")
    struck = writer.phone.get(TO_ENTER).text
    enter(writer)

    assert "Slet i omsorgssystemet" in struck
    assert "Afsluttet af" not in struck
    assert "Afslut papir og nødjournal" in writer.phone.get(TO_ENTER).text


def test_dose_nobody_looked_at_since_is_told_of_before_the_sign_off(writer: Writer) -> None:
    writer.give_panodix()
    enter(writer)

    page = writer.phone.get(TO_ENTER).text

    assert "1 PN-effekt er ikke skrevet" in page
    assert 'href="/noedjournal/effekt"' in page


def test_undo_brings_it_back(writer: Writer) -> None:
    writer.note()
    enter(writer)

    writer.phone.post(f"{TO_ENTER}/{writer.last_id()}/fortryd")

    (entry,) = writer.journal().to_enter
    assert entry.struck is None
    assert "1 notat mangler" in writer.phone.get(TO_ENTER).text


@pytest.mark.parametrize("step", ["", "/fortryd"])
def test_second_tap_and_second_phone_write_nothing_more(writer: Writer, step: str) -> None:
    writer.note()
    if not step:
        enter(writer)
    before = len(writer.box.keeper.journal)

    answer = writer.phone.post(f"{TO_ENTER}/{writer.last_id()}{step}")

    assert answer.status_code == 303
    assert len(writer.box.keeper.journal) == before
    assert writer.box.keeper.logged[-1].action is Action.VIEW_JOURNAL


def test_what_is_struck_or_gets_its_effect_after_typing_in_comes_back_and_says_so(
    writer: Writer,
) -> None:
    writer.note("Forkert.")
    writer.give_panodix()
    note, dose = (entry.event.id for entry in writer.journal().entries)
    enter(writer, note)
    enter(writer, dose)

    writer.fill(f"/noedjournal/{note}/stregning", grund="forkert borger")
    writer.see_effect(dose=dose)

    assert "2 notater mangler" in writer.phone.get(TO_ENTER).text
    assert "<h1>Slet i omsorgssystemet</h1>" in writer.phone.get(f"{TO_ENTER}/{note}").text
    assert "Nu mangler kun effekten" in writer.phone.get(f"{TO_ENTER}/{dose}").text
    enter(writer, note)
    enter(writer, dose)
    assert writer.journal().to_enter == ()


def test_citizen_who_moved_is_for_the_new_unit_and_one_who_is_gone_for_the_old(
    box: WebBox, writer: Writer
) -> None:
    writer.note("Før flytningen.")
    path = f"{TO_ENTER}/{writer.last_id()}"
    others = tuple(each for each in box.keeper.town.citizens if each.id != AASE.id)
    niels = box.logged_in("NIE")

    box.hold(citizens=(*others, replace(AASE, unit_id=NORD.id)))
    box.keeper.open()
    moved = [writer.phone.get(path).status_code, niels.get(path).status_code]
    box.hold(citizens=others)
    box.keeper.open()
    gone = [writer.phone.get(path).status_code, niels.get(path).status_code]

    assert (moved, gone) == ([404, 200], [200, 404])
    assert "Borgeren er ikke i kopien mere" in writer.phone.get(TO_ENTER).text
    enter(writer)
    assert writer.journal().to_enter == ()


def test_of_a_citizen_who_is_gone_an_entry_can_be_struck_and_its_effect_noted(
    box: WebBox, writer: Writer
) -> None:
    writer.note()
    writer.give_panodix()
    note, dose = (entry.event.id for entry in writer.journal().entries)
    others = tuple(each for each in box.keeper.town.citizens if each.id != AASE.id)
    box.hold(citizens=others)
    box.keeper.open()

    struck = writer.fill(f"/noedjournal/{note}/stregning", grund="forkert borger")
    seen = writer.see_effect(dose=dose)

    before, after = writer.journal().entries
    assert (struck.status_code, seen.status_code) == (303, 303)
    assert before.struck is not None
    assert (before.struck.citizen_id, before.struck.unit_id) == (AASE.id, SYD.id)
    assert after.effect is not None


def test_journal_and_list_are_printed_as_numbered_sheets(box: WebBox, writer: Writer) -> None:
    writer.note("Faldt ved sengen.")
    pages = (writer.page(), writer.phone.get(TO_ENTER).text)
    paths = (f"/udskriv/noedjournal/borger/{AASE.id}", f"/udskriv/skal-tastes-ind/afsnit/{SYD.id}")

    for path in paths:
        writer.phone.post(path)
    box.print_all()

    sheets = [job.sheets[0] for job in box.services.desk.queue.jobs()]
    assert all(f'action="{path}"' in page for path, page in zip(paths, pages, strict=True))
    assert {sheet.kind for sheet in sheets} == {"journal", "to_enter"}
    for sheet in sheets:
        (page,) = PdfReader(box.config.printer.folder / f"{sheet.serial}.pdf").pages
        text = page.extract_text()
        assert all(word in text for word in ("Faldt ved sengen", AASE.family_name, sheet.serial))
