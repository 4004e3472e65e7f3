"""The effect of PN medicine: counted on every page from two hours on, until somebody looked."""

from datetime import timedelta

from flask import g

from appliance.care_journal.events import EffectSeen
from appliance.clock import ClockLevel, Judgement
from appliance.errors import LogNotKeptError
from appliance.web import journal_view
from appliance.web.visitor import Visitor, person_of
from tests.appliance.web.conftest import WebBox
from tests.appliance.web.screens.journal.conftest import EFFECTS, OF_AASE, Writer
from tests.appliance.web.screens.test_medication import words_of
from tests.simulators.box_people import AASE, staff


def effect_path(writer: Writer) -> str:
    return f"/noedjournal/{writer.last_id()}/effekt"


def test_effect_is_counted_on_every_page_from_two_hours_after_the_dose(writer: Writer) -> None:
    writer.give_panodix()
    writer.wait(hours=1, minutes=59)
    before = writer.phone.get("/afsnit").text

    writer.wait(minutes=1)

    assert "PN-effekt skal ses nu" not in before
    assert "1 PN-effekt skal ses nu" in writer.phone.get("/afsnit").text
    assert "1 PN-effekt skal ses nu" in writer.phone.get("/udskrifter").text


def test_those_due_are_listed_first_and_the_effect_is_one_field(writer: Writer) -> None:
    writer.give_panodix()
    writer.wait(hours=2)

    page = writer.phone.get(EFFECTS).text
    answer = writer.see_effect("Smerterne er væk")

    (entry,) = writer.journal().entries
    assert AASE.name in page
    assert "Effekten skulle være set kl. 05.00." in page
    assert answer.headers["Location"] == EFFECTS
    assert entry.effect is not None
    assert entry.effect.what == EffectSeen(entry.event.id, "Smerterne er væk")
    assert "Ingen effekter venter." in writer.phone.get(EFFECTS).text
    assert "Smerterne er væk" in writer.page()


def test_effect_that_is_not_kept_stays_in_its_field(writer: Writer) -> None:
    writer.give_panodix()
    writer.give_panodix(nr="2" * 16)
    writer.box.keeper.journal_problem = LogNotKeptError("full")

    answer = writer.see_effect("Virkede ikke")

    assert answer.status_code == 503
    assert answer.text.count('value="Virkede ikke"') == 1


def test_second_phone_does_not_write_over_the_first(writer: Writer) -> None:
    writer.give_panodix()
    path = effect_path(writer)
    first = writer.see_effect("Virkede")
    again = writer.send(path)
    kept = len(writer.box.keeper.journal)

    other = Writer(writer.box.logged_in("GRE"), writer.box, writer.sent).send(
        path, effekt="Virkede ikke"
    )

    assert [first.status_code, again.status_code, other.status_code] == [303, 303, 422]
    assert kept == 2  # the dose, and its effect once
    assert "Virkede ikke" in other.text
    assert writer.journal().entries[0].effect.what.text == "Virkede"


def test_effect_is_of_when_somebody_looked_and_not_of_when_it_was_written(writer: Writer) -> None:
    writer.give_panodix(kl="0100")
    given_at = writer.journal().entries[0].event.happened_at
    writer.wait(hours=3)

    early = writer.see_effect(kl="0059")
    writer.see_effect(kl="0230")

    assert early.status_code == 422
    assert "Medicinen var ikke givet endnu på det tidspunkt." in early.text
    effect = writer.journal().entries[0].effect
    assert effect.happened_at - given_at == timedelta(minutes=90)


def test_time_of_an_effect_is_read_off_a_watch_where_nobody_vouches_for_the_clock(
    writer: Writer,
) -> None:
    writer.give_panodix()
    writer.box.clock.judgement = Judgement(ClockLevel.UNSURE, writer.box.clock.now())

    blank = writer.see_effect()
    early = writer.see_effect(kl="0010")

    assert [blank.status_code, early.status_code] == [422, 303]
    assert writer.journal().entries[0].effect is not None


def test_effect_without_a_word_is_asked_for(writer: Writer) -> None:
    writer.give_panodix()

    assert writer.see_effect(" ").status_code == 422


def test_units_one_may_not_see_are_neither_counted_nor_listed(box: WebBox, writer: Writer) -> None:
    writer.give_panodix()
    writer.wait(hours=3)
    niels = box.logged_in("NIE")

    assert "PN-effekt skal ses nu" not in niels.get("/afsnit").text
    assert AASE.family_name not in niels.get(EFFECTS).text
    assert niels.post(effect_path(writer), effekt="x").status_code == 404
    assert niels.get(OF_AASE).status_code == 404


def test_count_is_left_out_where_the_box_was_locked_in_the_middle_of_a_page(
    box: WebBox, writer: Writer
) -> None:
    writer.give_panodix()
    session = box.services.sessions.start(person_of(staff()["Agnes"]))
    with box.app.test_request_context("/"):
        g.services, g.visitor = box.services, Visitor(session)
        g.reading = box.services.records.current()
        g.reading.store.close()
        for path in box.config.records_dir.glob("records-*"):
            path.unlink()
        locked_records = journal_view.waiting()
        box.keeper.lock()
        locked_journal = journal_view.waiting()

    assert (locked_records, locked_journal) == (None, None)


def test_effect_is_told_in_english_on_the_english_page(writer: Writer) -> None:
    writer.give_panodix()
    writer.see_effect()
    writer.phone.post("/visning", sprog="en", tilbage="/afsnit")

    page = words_of(writer.page())

    assert "Effect at 03:00 (AGN): Virkede" in page
