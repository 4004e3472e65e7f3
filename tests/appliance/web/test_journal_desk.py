"""Noting something: on the disk or an error, under the visitor's name, once however often sent."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import g

from appliance.care_journal import events
from appliance.care_journal.wire import JournalError
from appliance.errors import JournalUnreadError, LogNotKeptError
from appliance.sealed_log.entry import Action
from appliance.vault.journal_note import FILE
from appliance.vault.sessions import Session
from appliance.web import journal_desk
from appliance.web.journal_desk import ToNote
from appliance.web.visitor import Visitor, person_of
from tests.appliance.web.conftest import WebBox
from tests.simulators.box_people import AASE, SYD, staff

SLEEPS = events.Noted("Sover roligt.")


@contextmanager
def request_of(box: WebBox) -> Iterator[None]:
    """Stand in a request of Agnes's."""
    if box.services.records.current() is None:
        box.keeper.open()
    session: Session = box.services.sessions.start(person_of(staff()["Agnes"]))
    with box.app.test_request_context("/", environ_base={"REMOTE_ADDR": "10.77.0.23"}):
        g.services, g.visitor = box.services, Visitor(session)
        yield


def test_note_counts_at_once_and_its_entry_names_who_and_whom(box: WebBox) -> None:
    with request_of(box):
        (event,) = journal_desk.write([ToNote(SLEEPS, "AGN", AASE)])
        (entry,) = journal_desk.journal().entries

    (logged,) = box.keeper.logged
    assert (entry.event, event.unit_id, event.happened_at) == (event, SYD.id, box.clock.now())
    assert (logged.action, logged.about, logged.unit_id) == (Action.JOURNAL, event.id, SYD.id)
    assert (logged.who.staff_id, logged.who.device) == ("s-agnes", "10.77.0.23")
    assert [(each.citizen_id, each.cpr) for each in logged.whom] == [(AASE.id, AASE.cpr)]


def test_same_form_sent_twice_is_one_entry(box: WebBox) -> None:
    note = ToNote(SLEEPS, "AGN", AASE)

    with request_of(box):
        journal_desk.write([note])
        journal_desk.write([note])
        journal = journal_desk.journal()

    assert [each.event.id for each in journal.entries] == [note.id]


def test_note_the_box_may_not_have_kept_is_an_error_and_not_shown(box: WebBox) -> None:
    box.keeper.journal_problem = LogNotKeptError("the disk hangs")

    with request_of(box):
        with pytest.raises(LogNotKeptError):
            journal_desk.write([ToNote(SLEEPS, "AGN", AASE)])
        entries = journal_desk.journal().entries

    assert entries == ()


def test_note_that_does_not_fit_names_its_field_and_nothing_is_noted(box: WebBox) -> None:
    notes = [ToNote(SLEEPS, "AGN", AASE), ToNote(events.Noted(" "), "AGN", AASE)]

    with request_of(box), pytest.raises(JournalError) as refused:
        journal_desk.write(notes)

    assert (refused.value.field, box.keeper.journal) == ("text", [])


def test_what_is_of_no_citizen_names_none(box: WebBox) -> None:
    with request_of(box):
        (event,) = journal_desk.write([ToNote(events.SignedOff(), "AGN")])

    assert (event.citizen_id, event.unit_id, box.keeper.logged[0].whom) == ("", "", ())


def test_journal_that_cannot_be_shown_is_never_an_empty_one_and_takes_notes(box: WebBox) -> None:
    with request_of(box):
        (box.config.records_dir / FILE).unlink()
        unread = journal_desk.journal_if_read()
        with pytest.raises(JournalUnreadError):
            journal_desk.journal()
        journal_desk.write([ToNote(SLEEPS, "AGN", AASE)])

    assert unread is None
    assert len(box.keeper.journal) == 1
