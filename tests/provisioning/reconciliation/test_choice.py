from dataclasses import replace
from datetime import timedelta

import pytest

from appliance.care_journal import events
from appliance.sealed_log.entry import new_whom
from provisioning.reconciliation.choice import Fate, Wanted, choose
from tests.appliance.care_journal.noted import AT, PANODIL, about, noted
from tests.appliance.sealed_log.logs import entry
from tests.provisioning.reconciliation.nights import box_of, sealed_note

NOTE = events.Noted("Sover roligt.")
HELPED = events.EffectSeen(about(1), "hjalp")
STRUCK, ENTERED = events.Struck(about(1), "forkert borger"), events.Entered(about(1))
DRILL = sealed_note(replace(noted(NOTE), is_drill=True))
UNSURE = sealed_note(replace(noted(NOTE), is_clock_sure=False))
HELPED_SOMEWHEN = sealed_note(replace(noted(HELPED, 2), is_clock_sure=False))
ALL, EITHER_CLOCK = Wanted(with_entered=True), Wanted(with_unsure_clock=True)
SENT = Wanted(sent={about(1)})


def sent(*numbers: int) -> tuple[str, ...]:
    return tuple(map(about, numbers))


@pytest.mark.parametrize(
    ("noted_down", "wanted", "fate", "going"),
    [
        ([NOTE], Wanted(), Fate.SENT, sent(1)),
        ([PANODIL, HELPED], Wanted(), Fate.SENT, sent(1, 2)),
        ([NOTE, ENTERED], Wanted(), Fate.ENTERED, ()),
        ([NOTE, ENTERED], ALL, Fate.SENT, sent(1)),
        ([PANODIL, HELPED, ENTERED], Wanted(), Fate.ENTERED, ()),
        ([PANODIL, ENTERED, HELPED], Wanted(), Fate.EFFECT_SENT, sent(3)),
        ([PANODIL, HELPED, ENTERED, events.Struck(about(2))], Wanted(), Fate.STRUCK_TYPED, ()),
        (
            [PANODIL, ENTERED, HELPED, ENTERED, events.Struck(about(4))],
            Wanted(),
            Fate.EFFECT_SENT,
            sent(3),
        ),
        ([PANODIL, ENTERED, HELPED], ALL, Fate.SENT, sent(1, 3)),
        ([NOTE, STRUCK], Wanted(), Fate.STRUCK, ()),
        ([NOTE, STRUCK], ALL, Fate.STRUCK, ()),
        ([NOTE, STRUCK], SENT, Fate.WITHDRAWN, sent(1)),
        ([NOTE, ENTERED, STRUCK], Wanted(), Fate.STRUCK_TYPED, ()),
        ([PANODIL, HELPED, STRUCK], SENT, Fate.WITHDRAWN, sent(1)),
        ([PANODIL, HELPED, STRUCK], Wanted(sent={about(2)}), Fate.WITHDRAWN, sent(2)),
        ([DRILL], ALL, Fate.DRILL, ()),
        ([UNSURE], Wanted(), Fate.CLOCK_UNSURE, ()),
        ([UNSURE], EITHER_CLOCK, Fate.SENT, sent(1)),
        ([PANODIL, HELPED_SOMEWHEN], Wanted(), Fate.CLOCK_UNSURE, ()),
        ([sealed_note(noted(NOTE), (new_whom("c-1", None),))], ALL, Fate.NO_CPR, ()),
        ([sealed_note(noted(NOTE), (new_whom("c-1", "01013012"),))], ALL, Fate.NO_CPR, ()),
        ([sealed_note(noted(NOTE), (new_whom("c-1", "010130AB12"),))], ALL, Fate.SENT, sent(1)),
    ],
)
def test_machine_puts_in_only_what_is_surely_to_be_put_in(noted_down, wanted, fate, going) -> None:
    (one,) = choose([box_of(*noted_down)], wanted)

    assert (one.fate, tuple(event.id for event in one.going)) == (fate, going)


WRONG_EFFECT, WORSE = events.Struck(about(2), "forkert"), events.EffectSeen(about(1), "hjalp ikke")
IN_DRILL = sealed_note(replace(noted(WRONG_EFFECT, 3), is_drill=True))
BOTH_SENT = Wanted(sent={about(1), about(2)})


@pytest.mark.parametrize(
    ("noted_down", "fate_of_dose"),
    [
        ([PANODIL, HELPED, WRONG_EFFECT], Fate.SENT),
        ([PANODIL, HELPED, WRONG_EFFECT, ENTERED], Fate.ENTERED),
        ([PANODIL, HELPED, WRONG_EFFECT, WORSE], Fate.SENT),
        ([PANODIL, HELPED, WORSE, WRONG_EFFECT], Fate.SENT),
        ([PANODIL, HELPED, WRONG_EFFECT, STRUCK], Fate.WITHDRAWN),
        ([PANODIL, HELPED, WORSE, STRUCK], Fate.WITHDRAWN),
    ],
)
def test_effect_that_was_struck_after_it_was_sent_is_taken_back_on_its_own(
    noted_down, fate_of_dose
) -> None:
    dose, effect = choose([box_of(*noted_down)], BOTH_SENT)

    assert (dose.fate, effect.fate) == (fate_of_dose, Fate.EFFECT_WITHDRAWN)
    assert about(2) not in [event.id for event in dose.going]
    assert [event.id for event in effect.going] == [about(2)]


@pytest.mark.parametrize(
    ("noted_down", "wanted"),
    [
        ([PANODIL, HELPED, WRONG_EFFECT], Wanted()),
        ([PANODIL, HELPED, WRONG_EFFECT], SENT),
        ([PANODIL, HELPED, WORSE], BOTH_SENT),
        ([HELPED, WRONG_EFFECT], BOTH_SENT),
        ([PANODIL, HELPED, IN_DRILL], BOTH_SENT),
        ([PANODIL, HELPED, WRONG_EFFECT], replace(BOTH_SENT, units={"u-nord"})),
    ],
)
def test_effect_that_was_not_sent_or_still_stands_is_not_taken_back(noted_down, wanted) -> None:
    fates = [one.fate for one in choose([box_of(*noted_down)], wanted)]

    assert Fate.EFFECT_WITHDRAWN not in fates


def test_effect_is_taken_back_where_the_dose_is_older_than_what_is_asked_for() -> None:
    struck_late = box_of(PANODIL, HELPED, NOTE, WRONG_EFFECT)

    found = choose([struck_late], replace(BOTH_SENT, since=AT + timedelta(minutes=4)))

    assert [one.fate for one in found] == [Fate.EFFECT_WITHDRAWN]


@pytest.mark.parametrize("wanted", [Wanted(), ALL, EITHER_CLOCK, SENT])
def test_nothing_of_a_log_that_is_not_whole_goes_to_the_care_system(wanted) -> None:
    (one,) = choose([box_of(NOTE, is_whole=False)], wanted)
    (struck,) = choose([box_of(NOTE, STRUCK, is_whole=False)], SENT)

    assert (one.fate, one.going) == (Fate.NOT_WHOLE, ())
    assert (struck.fate, struck.going) == (Fate.NOT_WHOLE, ())


def test_nobody_gets_the_notes_of_another_who_has_the_same_cpr_number() -> None:
    twin = entry(whom=(new_whom("c-2", "0101301234"),))  # seen in a list, on another box

    (one,) = choose([box_of(NOTE), box_of(twin, box_id="b2")], Wanted())
    (sent_before,) = choose([box_of(NOTE, STRUCK), box_of(twin, box_id="b2")], SENT)

    assert (one.fate, one.going) == (Fate.CPR_SHARED, ())
    assert sent_before.fate is Fate.WITHDRAWN


@pytest.mark.parametrize(("last", "fate"), [(STRUCK, Fate.STRUCK), (ENTERED, Fate.ENTERED)])
def test_what_nobody_need_type_in_says_so_also_where_the_log_is_not_whole(last, fate) -> None:
    unnamed = sealed_note(noted(NOTE), (new_whom("c-1", None),))

    broken, nameless = choose([box_of(NOTE, last, is_whole=False), box_of(unnamed, last)], Wanted())

    assert (broken.fate, nameless.fate) == (fate, fate)


def test_units_and_times_narrow_it_down_and_what_changed_since_is_new() -> None:
    north = sealed_note(replace(noted(NOTE, 7), unit_id="u-nord"))
    box = box_of(NOTE, PANODIL, events.Entered(about(2)), north)

    in_north = choose([box], Wanted(units={"u-nord"}))
    since = choose([box], Wanted(since=AT + timedelta(minutes=3)))

    assert [one.entry.event.id for one in in_north] == [about(7)]
    assert [one.entry.event.id for one in since] == [about(2)]


def test_order_is_box_by_box_citizen_by_citizen_and_the_oldest_first() -> None:
    other = sealed_note(replace(noted(NOTE, 8), citizen_id="c-2"), (new_whom("c-2", "0101300001"),))
    late, early = noted(NOTE, 2, timedelta(hours=2)), noted(NOTE, 3)
    boxes = [box_of(NOTE, box_id="b2"), box_of(sealed_note(late), other, sealed_note(early))]

    found = [(one.box.box_id, one.entry.event.id) for one in choose(boxes, Wanted())]

    assert found == [("b1", about(8)), ("b1", about(3)), ("b1", about(2)), ("b2", about(1))]


def test_every_fate_has_words_of_its_own_for_the_terminal_and_the_list() -> None:
    assert len({fate.word for fate in Fate}) == len({fate.danish for fate in Fate}) == len(Fate)
