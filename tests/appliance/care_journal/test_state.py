from dataclasses import replace
from datetime import timedelta

import pytest

from appliance.care_journal import events
from appliance.care_journal.events import Board, Outcome, Seen, SheetFate
from appliance.care_journal.state import Correction, Entry, fold
from appliance.policy import EFFECT_DUE_AFTER
from tests.appliance.care_journal.noted import AT, PANODIL, about, noted

NOTE = events.Noted("Sover roligt.")
LATER = timedelta(hours=3)


def test_what_was_written_must_be_entered_until_somebody_has() -> None:
    written = [noted(NOTE, 1), noted(PANODIL, 2)]

    before, after = fold(written), fold([*written, noted(events.Entered(about(1)), 3)])

    assert [entry.event.id for entry in before.to_enter] == [about(1), about(2)]
    assert [entry.event.id for entry in after.to_enter] == [about(2)]
    assert len(after.entries) == 2


def test_struck_entry_stays_readable_and_is_not_entered() -> None:
    journal = fold([noted(NOTE, 1), noted(events.Struck(about(1), "forkert borger"), 2)])

    (entry,) = journal.entries
    assert entry.event.what == NOTE
    assert entry.struck is not None
    assert journal.to_enter == ()


def test_entered_by_mistake_is_taken_back_and_must_be_entered_again() -> None:
    entered = [noted(NOTE, 1), noted(events.Entered(about(1)), 2)]

    journal = fold([*entered, noted(events.Struck(about(2)), 3)])
    again = fold([*entered, noted(events.Struck(about(2)), 3), noted(events.Entered(about(1)), 4)])

    assert [entry.event.id for entry in journal.to_enter] == [about(1)]
    assert journal.entries[0].struck is None
    assert again.to_enter == ()


@pytest.mark.parametrize("later", [events.EffectSeen(about(1), "Virkede"), events.Struck(about(1))])
def test_what_changes_after_it_was_typed_in_must_be_put_right_there_too(later: events.What) -> None:
    entered = [noted(PANODIL, 1), noted(events.Entered(about(1)), 2)]

    outdated = fold([*entered, noted(later, 3)])
    mended = fold([*entered, noted(later, 3), noted(events.Entered(about(1)), 4)])

    assert [entry.is_outdated for entry in outdated.to_enter] == [True]
    assert mended.to_enter == ()


def test_effect_noted_of_the_wrong_dose_is_taken_back_and_asked_for_again() -> None:
    seen = [noted(PANODIL, 1), noted(events.EffectSeen(about(1), "Virkede"), 2)]

    journal = fold([*seen, noted(events.Struck(about(2)), 3)])
    typed_in = fold([*seen, noted(events.Entered(about(1)), 3), noted(events.Struck(about(2)), 4)])

    assert [each.event.id for each in journal.effects_due(AT + LATER)] == [about(1)]
    assert typed_in.entries[0].is_outdated


def test_strike_is_never_struck() -> None:
    struck = [noted(NOTE, 1), noted(events.Struck(about(1)), 2)]

    journal = fold([*struck, noted(events.Struck(about(2)), 3)])

    assert journal.entries[0].struck == struck[1]


def test_event_that_is_sent_twice_counts_once() -> None:
    assert len(fold([noted(NOTE, 1), noted(NOTE, 1)]).entries) == 1


def test_effect_is_asked_for_two_hours_after_the_dose_until_somebody_has_looked() -> None:
    given = noted(PANODIL, 1)

    journal = fold([given])
    looked = fold([given, noted(events.EffectSeen(about(1), "Virkede"), 2)])

    assert journal.effects_due(AT + EFFECT_DUE_AFTER - timedelta(seconds=1)) == ()
    assert [each.event for each in journal.effects_due(AT + EFFECT_DUE_AFTER)] == [given]
    assert [each.event for each in journal.effects_awaited] == [given]
    assert looked.effects_due(AT + LATER) == ()
    assert looked.effects_awaited == ()


@pytest.mark.parametrize("read_off_a_watch", [timedelta(hours=-14), timedelta(hours=14)])
def test_by_an_unsure_clock_two_hours_are_counted_from_when_it_was_written(
    read_off_a_watch: timedelta,
) -> None:
    given = replace(noted(PANODIL), happened_at=AT + read_off_a_watch, is_clock_sure=False)

    (entry,) = fold([given]).entries

    assert entry.effect_due_at == AT + read_off_a_watch + EFFECT_DUE_AFTER
    assert not entry.is_effect_due(AT + EFFECT_DUE_AFTER - timedelta(seconds=1))
    assert entry.is_effect_due(AT + EFFECT_DUE_AFTER)
    assert entry.is_effect_due(AT - timedelta(days=3))  # the clock was lost once more


@pytest.mark.parametrize(
    "what",
    [
        events.MedicineGiven("Panodil", "1", Outcome.REFUSED, is_as_needed=True),
        events.MedicineGiven("Panodil", "1"),
        NOTE,
    ],
)
def test_effect_is_asked_for_only_of_what_was_given_as_needed(what: events.What) -> None:
    assert fold([noted(what)]).effects_due(AT + LATER) == ()


def said(*happened: events.What) -> Entry:
    """Return the first entry after what happened, each numbered from one."""
    return fold(noted(what, number) for number, what in enumerate(happened, 1)).entries[0]


def entered(number: int) -> events.Entered:
    return events.Entered(about(number))


def struck(number: int) -> events.Struck:
    return events.Struck(about(number))


WELL = events.EffectSeen(about(1), "Virkede")


@pytest.mark.parametrize(
    ("happened", "needs_entering", "correction", "last"),
    [
        ((NOTE, entered(1)), False, None, 2),
        ((NOTE, entered(1), struck(1)), True, Correction.DELETE, 2),
        ((NOTE, entered(1), struck(1), entered(1)), False, None, 4),
        # Undone: the first time it was typed in still stands, and so does the wrong line there.
        ((NOTE, entered(1), struck(1), entered(1), struck(4)), True, Correction.DELETE, 2),
        ((PANODIL, entered(1), WELL), True, Correction.ADD_EFFECT, 2),
        ((PANODIL, entered(1), WELL, entered(1), struck(4)), True, Correction.ADD_EFFECT, 2),
        ((PANODIL, entered(1), WELL, struck(3)), False, None, 2),
        ((PANODIL, WELL, entered(1), struck(2)), True, Correction.DELETE_EFFECT, 3),
        ((PANODIL, WELL, entered(1), struck(2), WELL), True, Correction.CHANGE_EFFECT, 3),
        ((PANODIL, WELL, entered(1), struck(3)), True, None, None),
        ((NOTE, entered(1), struck(2)), True, None, None),
        ((NOTE, entered(1), struck(2), struck(1)), False, None, None),
    ],
)
def test_what_the_care_system_still_holds_is_known_whatever_was_undone(
    happened: tuple[events.What, ...],
    *,
    needs_entering: bool,
    correction: Correction | None,
    last: int | None,
) -> None:
    entry = said(*happened)

    assert (entry.needs_entering, entry.correction) == (needs_entering, correction)
    assert (entry.entered.id if entry.entered else None) == (about(last) if last else None)


def test_what_was_noted_in_a_drill_asks_nothing_of_anybody() -> None:
    journal = fold([replace(noted(PANODIL, 1), is_drill=True), noted(NOTE, 2)])

    assert journal.effects_due(AT + LATER) == ()
    assert [each.event.id for each in journal.to_enter] == [about(2)]


@pytest.mark.parametrize("is_drill", [False, True])
def test_nothing_of_a_drill_counts_but_in_a_drill(*, is_drill: bool) -> None:
    thing = events.Ticked(Board.VISITS, "v-1")
    fate = events.SheetAccounted("417-1", SheetFate.UNUSED)
    told = (PANODIL, events.Struck(about(1)), thing, fate, events.SignedOff())
    practised = [replace(noted(what, n), is_drill=True) for n, what in enumerate(told, 2)]

    journal = fold([noted(NOTE, 1), *practised], is_drill=is_drill)

    assert [each.event.id for each in journal.entries] == [about(1), about(2)][: 1 + is_drill]
    assert (journal.entries[0].struck is not None) == is_drill
    assert ("417-1" in journal.sheets) == is_drill
    assert (journal.signed_off is not None) == is_drill
    assert bool(journal.ticks) == is_drill


def test_what_is_said_of_a_drill_after_it_is_of_the_drill_and_of_nothing_unknown() -> None:
    practised = replace(noted(NOTE, 1), is_drill=True)

    journal = fold([practised, noted(events.Struck(about(1)), 2), noted(events.Struck(about(2)))])

    assert (journal.entries, journal.unknown) == ((), 0)


def test_most_overdue_effect_comes_first_and_struck_ones_not_at_all() -> None:
    doses = [noted(PANODIL, 1, timedelta(minutes=5)), noted(PANODIL, 2), noted(PANODIL, 3)]

    due = fold([*doses, noted(events.Struck(about(3)), 4)]).effects_due(AT + LATER)

    assert [each.event.id for each in due] == [about(2), about(1)]


def test_ticks_of_a_thing_are_kept_in_order_until_they_are_struck() -> None:
    missed = events.Ticked(Board.VISITS, "v-1", Seen.MISSED)
    ticks = [noted(missed, 1), noted(events.Ticked(Board.VISITS, "v-1"), 2)]

    journal = fold(ticks)
    struck = fold([*ticks, noted(events.Struck(about(2)), 3)])

    assert [each.id for each in journal.ticks[Board.VISITS, "v-1"]] == [about(1), about(2)]
    assert [each.id for each in struck.ticks[Board.VISITS, "v-1"]] == [about(1)]
    assert (Board.LIFE_CRITICAL, "v-1") not in journal.ticks


def test_last_word_on_a_sheet_counts() -> None:
    fates = (SheetFate.MISSING, SheetFate.BACK, SheetFate.ENTERED)
    told = [
        noted(events.SheetAccounted("417-1", fate), number) for number, fate in enumerate(fates)
    ]

    journal = fold(told)

    assert journal.sheets["417-1"].what.fate is SheetFate.ENTERED
    assert "417-2" not in journal.sheets


SIGNED = events.SignedOff()
TICK = events.Ticked(Board.VISITS, "v-1")


@pytest.mark.parametrize(
    ("happened", "is_signed_for"),
    [
        ((NOTE, entered(1)), False),
        ((NOTE, entered(1), SIGNED), True),
        ((SIGNED, NOTE, entered(2)), False),
        ((NOTE, entered(1), SIGNED, struck(1)), False),
        ((NOTE, entered(1), SIGNED, struck(2)), False),
        ((PANODIL, entered(1), SIGNED, WELL), False),
        ((SIGNED, events.SheetAccounted("417-1", SheetFate.UNUSED)), False),
        ((TICK, SIGNED, TICK, struck(1)), True),
        ((SIGNED, NOTE, entered(2), SIGNED), True),
    ],
)
def test_who_signed_vouches_until_something_comes_after_that_is_more_than_a_tick(
    happened: tuple[events.What, ...], *, is_signed_for: bool
) -> None:
    events_in_order = [noted(what, number) for number, what in enumerate(happened, 1)]

    assert fold(events_in_order).is_signed_for is is_signed_for


def test_what_speaks_of_something_unknown_is_counted_and_changes_nothing() -> None:
    journal = fold([noted(NOTE, 1), noted(events.Entered(about(9)), 2)])

    assert (journal.unknown, len(journal.to_enter)) == (1, 1)


def test_newest_sign_off_is_known() -> None:
    journal = fold([noted(events.SignedOff(), 1), noted(events.SignedOff("alt inde"), 2)])

    assert journal.signed_off == noted(events.SignedOff("alt inde"), 2)


def test_entries_of_one_citizen_are_found() -> None:
    journal = fold([noted(NOTE, 1)])

    assert len(journal.of_citizen("c-1")) == 1
    assert journal.of_citizen("c-2") == ()


def test_new_ids_differ() -> None:
    assert len({events.new_event_id() for _ in range(50)}) == 50
