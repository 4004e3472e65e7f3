"""A note: on the disk before she is told, once however often sent, and never lost by an error."""

from datetime import timedelta

import pytest

from appliance.care_journal.events import Noted
from appliance.care_journal.state import fold
from appliance.care_journal.wire import from_text
from appliance.clock import DANISH_TIME, ClockLevel, Judgement
from appliance.errors import KeeperDownError, LogNotKeptError, NodboksError
from appliance.outage.journal import Beginning
from appliance.sealed_log.entry import Action
from appliance.vault.journal_note import FILE
from provisioning.reconciliation.box_journal import take_journal
from tests.appliance.web.conftest import Phone, WebBox
from tests.appliance.web.screens.journal.conftest import NOTE, OF_AASE, Writer, fields
from tests.provisioning.reconciliation.nights import opened
from tests.simulators.box_people import AASE, NINNA


def test_note_is_saved_under_her_initials_and_she_is_told_so(writer: Writer) -> None:
    answer = writer.note("Faldt ved sengen.\nIngen skade.")

    (entry,) = writer.journal().entries
    page = writer.phone.get(answer.headers["Location"]).text
    assert entry.event.what == Noted("Faldt ved sengen.\nIngen skade.")
    assert (entry.event.by, entry.event.citizen_id) == ("AGN", AASE.id)
    assert "Gemt i boksen kl." in page
    assert "Faldt ved sengen." in page


def test_time_is_now_unless_she_says_another(writer: Writer) -> None:
    writer.note()
    writer.note("Uro i nat.", kl="2315", dag=day(writer, -1))

    now, earlier = (entry.event.happened_at for entry in writer.journal().entries)
    assert now == writer.box.clock.now().replace(second=0, microsecond=0)
    assert (earlier - now) < timedelta()
    assert earlier.astimezone(DANISH_TIME).strftime("%H.%M") == "23.15"


def test_every_day_since_the_outage_began_can_be_chosen(box: WebBox, writer: Writer) -> None:
    box.services.outage.begin(Beginning("AGN"))
    box.clock.move(timedelta(days=4))
    writer.box.keeper.open()
    writer.phone = box.logged_in("AGN")

    page = writer.phone.get(NOTE).text
    first = writer.note("Første aften.", kl="2315", dag=day(writer, -4))
    before = writer.note("Før.", kl="2315", dag=day(writer, -6))

    assert page.count('name="dag"') == 5
    assert [first.status_code, before.status_code] == [303, 422]


def day(writer: Writer, ahead: int) -> str:
    today = writer.box.clock.now().astimezone(DANISH_TIME).date()
    return (today + timedelta(days=ahead)).isoformat()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"kl": "2359"}, "er ikke kommet endnu"),
        ({"kl": "25.00"}, "kan ikke læses"),
        ({"kl": ""}, "kan ikke læses"),
        ({"dag": ""}, "kan ikke læses"),
        ({"dag": "2026-01-01"}, "Den dag kan ikke vælges her."),
        ({"tekst": " \n "}, "mangler et svar"),
        ({"tekst": "x" * 1501}, "for meget i feltet"),
    ],
)
def test_form_that_cannot_be_taken_comes_back_with_the_words_and_the_same_number(
    writer: Writer, typed: dict[str, str], said: str
) -> None:
    answer = writer.fill(NOTE, **{"tekst": "Sover roligt.", **typed})

    assert answer.status_code == 422
    assert said in answer.text
    assert fields(answer.text)["nr"] == writer.sent["nr"]
    assert writer.journal().entries == ()
    if "tekst" not in typed:
        assert fields(answer.text)["tekst"] == "Sover roligt."


def test_page_that_comes_back_is_a_look_in_the_log(writer: Writer) -> None:
    writer.phone.get(NOTE)
    writer.box.keeper.logged.clear()

    writer.phone.post(NOTE, nr="0" * 16, tekst="")

    (entry,) = writer.box.keeper.logged
    assert (entry.action, [each.citizen_id for each in entry.whom]) == (
        Action.VIEW_JOURNAL,
        [AASE.id],
    )


@pytest.mark.parametrize("error", [LogNotKeptError("full"), KeeperDownError("hangs")])
def test_note_that_is_not_kept_stays_in_the_form_and_is_saved_once_later(
    writer: Writer, error: NodboksError
) -> None:
    writer.box.keeper.journal_problem = error
    refused = writer.note("Faldt ved sengen.")
    writer.box.keeper.journal_problem = None
    kept = writer.send(NOTE, **fields(refused.text))

    assert (refused.status_code, kept.status_code) == (503, 303)
    assert "Skriv det også på papir" in refused.text
    assert "Faldt ved sengen." in refused.text
    (entry,) = writer.journal().entries
    assert entry.event.id[:8] == writer.sent["nr"][:8]


def test_other_words_than_those_that_may_be_on_the_disk_are_never_lost(writer: Writer) -> None:
    """The first try came to the disk after all, though nobody could say so at the time."""
    writer.note("Faldt ved sengen.")
    first = list(writer.box.keeper.journal)
    writer.box.keeper.journal.clear()
    writer.box.keeper.open()

    writer.send(NOTE, tekst="Faldt ved sengen. Blå knæ.")

    both = fold(map(from_text, first + writer.box.keeper.journal))
    assert [each.event.what for each in both.entries] == [
        Noted("Faldt ved sengen."), Noted("Faldt ved sengen. Blå knæ."),
    ]  # fmt: skip


def test_same_words_once_more_are_the_first_note_for_the_hub_which_believes_the_whole_box(
    writer: Writer,
) -> None:
    """She was told that it was not kept, and the slow disk had it after all."""
    writer.note("Faldt ved sengen.")
    writer.box.keeper.journal.clear()
    writer.box.keeper.open()
    writer.wait(seconds=40)

    writer.send(NOTE)

    both = [one for one in writer.box.keeper.logged if one.action is Action.JOURNAL]
    taken = take_journal("b1", opened(*both), is_whole=True)
    assert len(both) == 2
    assert taken.is_whole
    assert [one.event for one in taken.journal.entries] == [from_text(both[0].text)]


def test_note_of_a_drill_says_so_and_is_never_to_be_typed_in(writer: Writer) -> None:
    writer.box.services.outage.begin(Beginning("AGN", is_drill=True))

    writer.note("Øver fald")

    (entry,) = writer.journal().entries
    assert entry.event.is_drill
    assert writer.journal().to_enter == ()
    assert "ØVELSE" in writer.page()


def test_form_of_a_drill_sent_again_after_it_is_asked_about_and_gets_an_id_of_its_own(
    writer: Writer,
) -> None:
    writer.box.services.outage.begin(Beginning("AGN", is_drill=True))
    writer.note("Øver fald")
    practised = writer.last_id()
    writer.box.services.outage.end("AGN")

    asked = writer.send(NOTE)
    writer.send(NOTE, **fields(asked.text))

    assert asked.status_code == 422
    (entry,) = writer.journal().entries
    assert entry.event.id[:8] != practised[:8]


def test_form_sent_twice_is_one_entry_and_says_saved_both_times(writer: Writer) -> None:
    first = writer.note()
    second = writer.send(NOTE)

    assert first.headers["Location"] == second.headers["Location"]
    assert len(writer.journal().entries) == 1
    assert len(writer.box.keeper.journal) == 1


def test_form_sent_again_with_other_words_is_asked_about_and_never_lost(writer: Writer) -> None:
    writer.note()

    asked = writer.send(NOTE, tekst="Sover uroligt.")
    saved = writer.send(NOTE, **fields(asked.text))

    assert asked.status_code == 422
    assert "gemt siden før" in asked.text
    assert saved.status_code == 303
    texts = [entry.event.what.text for entry in writer.journal().entries]
    assert texts == ["Sover roligt.", "Sover uroligt."]


def test_form_that_lay_open_over_midnight_keeps_its_day(writer: Writer) -> None:
    writer.box.clock.at = writer.box.clock.at.astimezone(DANISH_TIME).replace(hour=23, minute=50)
    form = fields(writer.phone.get(NOTE).text)
    writer.wait(minutes=14)

    writer.sent = form
    writer.send(NOTE, tekst="Faldt i søvn.")

    (entry,) = writer.journal().entries
    assert writer.box.clock.now() - entry.event.happened_at == timedelta(minutes=14)


def test_time_is_read_off_a_watch_where_nobody_vouches_for_the_clock(writer: Writer) -> None:
    writer.box.clock.judgement = Judgement(ClockLevel.UNSURE, writer.box.clock.now())

    shown = fields(writer.phone.get(NOTE).text)
    answer = writer.note(kl="23.59")

    assert shown["kl"] == ""
    assert answer.status_code == 303


def test_card_holder_without_initials_is_asked_who_writes(box: WebBox) -> None:
    phone = box.phone()
    phone.unlock(initials="")
    writer = Writer(phone, box)

    asked = writer.note()
    writer.send(NOTE, **{**fields(asked.text), "initialer": "kbh"})

    assert asked.status_code == 422
    assert "Skriv dine initialer" in asked.text
    assert [entry.event.by for entry in writer.journal().entries] == ["KBH"]


def test_citizen_of_another_unit_can_be_neither_read_nor_written_of(writer: Writer) -> None:
    path = f"/borgere/{NINNA.id}/journal/notat"

    answers = [writer.phone.get(path), writer.phone.post(path, nr="0" * 16, tekst="x")]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert writer.box.keeper.journal == []


def test_form_without_a_number_is_refused(writer: Writer) -> None:
    writer.sent = fields(writer.phone.get(NOTE).text)

    assert writer.send(NOTE, tekst="x", nr="ikke et nummer").status_code == 400


def test_two_phones_see_each_others_notes_at_once(writer: Writer) -> None:
    other = Writer(writer.box.logged_in("GRE"), writer.box)

    writer.note("Fra Agnes.")
    other.note("Fra Grethe.")

    assert all(text in writer.page() for text in ("Fra Agnes.", "Fra Grethe.", "GRE"))


def test_box_that_restarted_or_was_locked_shows_what_was_written(writer: Writer) -> None:
    writer.note("Faldt ved sengen.")
    writer.box.keeper.lock()
    refused = writer.send(NOTE, tekst="Mere.", nr="1" * 16)
    agnes: Phone = writer.box.logged_in("AGN")

    assert "Du er logget ud" in refused.text
    assert "Faldt ved sengen." in agnes.get(OF_AASE).text


def test_journal_nobody_can_show_is_said_and_takes_notes_all_the_same(writer: Writer) -> None:
    (writer.box.config.records_dir / FILE).unlink()
    writer.box.keeper._give_journal = lambda: None

    answer = writer.note()

    page = writer.phone.get(answer.headers["Location"]).text
    assert "Boksen kan ikke vise nødjournalen" in page
    assert "Gemt i boksen." in page
    assert len(writer.box.keeper.journal) == 1
