"""The boards on screen: one tap, seen by everybody, taken back, and nobody kept logged in by it."""

import re
from datetime import timedelta

import pytest

from appliance.care_journal.events import Board
from appliance.clock import ClockLevel, Judgement
from appliance.errors import LogNotKeptError
from appliance.outage.journal import Beginning
from appliance.records.models import Visit
from appliance.records.terms import Section
from appliance.sealed_log.entry import Action
from appliance.web.i18n import LANGUAGE_COOKIE
from tests.appliance.web.conftest import Phone, WebBox
from tests.appliance.web.screens.journal.conftest import Writer
from tests.simulators.box_people import AASE, EGON, NINNA, NORD, SYD

NEEDS = f"/tavler/{SYD.id}/livsnoedvendige"
VISITS = f"/tavler/{SYD.id}/besoeg"
NOVOMIXIN = f"/borgere/{AASE.id}/journal/medicin/m-novomixin"
MISSED = f"{NEEDS}/ikke-truffet"
_POLLED = re.compile(r'data-poll="([^"]*)"')


@pytest.fixture
def box(box: WebBox) -> WebBox:
    """A box whose copy has visits of the night."""
    start = box.clock.now()
    box.hold(
        others=(
            Visit("v-1", AASE.id, start - timedelta(hours=2), 20, "Nat 1", 1, tasks=("Vending",)),
            Visit("v-2", EGON.id, start + timedelta(hours=1), 20, "Nat 1", 2, tasks=("Tilsyn",)),
            Visit("v-9", NINNA.id, start + timedelta(hours=1), 20, "Nat 2", 1),
        )
    )
    return box


def page(phone: Phone, path: str = NEEDS) -> str:
    """Open a board as a person does, and read it."""
    answer = phone.get(path)
    assert answer.status_code == 303
    return phone.get(answer.headers["Location"]).text


def follow(phone: Phone, shown: str) -> bool:
    """Ask as the script does; tell whether what is shown still stands."""
    found = _POLLED.search(shown)
    assert found is not None
    answer = phone.get(found[1].replace("&amp;", "&")).get_json()
    return bool(answer["is_under_way"])


def test_board_has_those_who_cannot_wait_and_what_for(agnes: Phone) -> None:
    shown = page(agnes)

    assert "Insulin hver morgen og aften" in shown
    assert "Iltapparat" in shown
    assert "2 borgere mangler at blive set" in shown
    assert NINNA.family_name not in shown


@pytest.mark.parametrize("board", [NEEDS, VISITS])
def test_who_has_a_namesake_is_marked_where_somebody_ticks(agnes: Phone, board: str) -> None:
    assert "Pas på forveksling" in page(agnes, board)


def test_one_tap_says_seen_with_who_and_when(box: WebBox, agnes: Phone) -> None:
    agnes.post(NEEDS, set=AASE.id)

    shown = page(agnes)
    assert "Set kl. 03.00 af AGN" in shown
    assert "Set i denne vagt" in shown
    assert "1 borger mangler at blive set" in shown
    (entry,) = [each for each in box.keeper.logged if each.action is Action.JOURNAL]
    assert [whom.citizen_id for whom in entry.whom] == [AASE.id]


def test_tap_of_one_phone_is_seen_by_the_other_at_its_next_question(
    box: WebBox, agnes: Phone
) -> None:
    other = box.unlocked_phone()
    shown = page(other)
    assert follow(other, shown)

    agnes.post(NEEDS, set=AASE.id)

    assert not follow(other, shown)
    assert "af AGN" in page(other)


def test_tap_sent_twice_is_one_tick(box: WebBox, agnes: Phone) -> None:
    agnes.post(NEEDS, set=AASE.id)
    agnes.post(NEEDS, set=AASE.id)

    assert len(box.keeper.journal) == 1


def test_tick_of_a_drill_counts_in_the_drill_and_never_after_it(box: WebBox, agnes: Phone) -> None:
    box.services.outage.begin(Beginning("AGN", is_drill=True))
    agnes.post(NEEDS, set=AASE.id)
    during = page(agnes)

    box.services.outage.end("AGN")

    after = page(agnes)
    assert "af AGN (øvelse)" in during
    assert "af AGN" not in after
    assert "2 borgere mangler at blive set" in after


@pytest.mark.parametrize(
    ("board", "thing", "left"),
    [(NEEDS, AASE.id, "2 borgere mangler"), (VISITS, "v-1", "5 besøg er ikke set endnu")],
)
def test_tick_by_an_unsure_clock_is_shown_as_that_and_takes_nobody_off(
    box: WebBox, agnes: Phone, board: str, thing: str, left: str
) -> None:
    box.clock.judgement = Judgement(ClockLevel.UNSURE, box.clock.now())
    agnes.post(board, set=thing)
    unsure = page(agnes, board)
    box.clock.judgement = Judgement(ClockLevel.NTP, box.clock.now())

    for shown in (unsure, page(agnes, board)):
        assert "Set, men uret var usikkert" in shown
        assert "af AGN (boksens ur var usikkert)" in shown
        assert left in shown


def test_missed_asks_for_a_few_words_and_keeps_them(agnes: Phone) -> None:
    form = agnes.post(NEEDS, ikke=AASE.id)
    assert AASE.name in form.text

    agnes.post(MISSED, ting=AASE.id, bemaerkning="lukkede ikke op")

    assert "Ikke truffet kl. 03.00 af AGN: lukkede ikke op" in page(agnes)


def test_undo_brings_back_the_tick_before(box: WebBox, agnes: Phone) -> None:
    agnes.post(NEEDS, set=AASE.id)
    box.clock.at += timedelta(minutes=5)
    agnes.post(MISSED, ting=AASE.id)
    last = box.services.journal.now().ticks[(Board.LIFE_CRITICAL, AASE.id)][-1]

    agnes.post(NEEDS, fortryd=last.id)
    again = agnes.post(NEEDS, fortryd=last.id)

    assert "Set kl. 03.00 af AGN" in page(agnes)
    assert again.status_code == 303
    assert len(box.keeper.journal) == 3


def test_visits_stand_by_route_with_counts_and_a_filter(agnes: Phone) -> None:
    agnes.post(VISITS, set="v-1")

    shown = page(agnes, VISITS)
    left = agnes.get(f"{VISITS}?af=sig-selv&vis=mangler").text

    assert "2 besøg · 1 set · 1 ikke set endnu · 0 ikke truffet" in shown
    assert "Vending" in shown
    assert "Vending" not in left
    assert "Tilsyn" in left


def test_board_says_once_that_seen_is_not_given_and_from_when_it_counts(agnes: Phone) -> None:
    shown = page(agnes)

    assert shown.count("Set betyder ikke, at medicinen er givet.") == 1
    assert re.search(r"Doser før .*kl\. \d\d\.\d\d vises ikke\.", shown)


def test_from_when_is_said_in_english_too_and_with_the_day_where_it_is_another(
    box: WebBox, agnes: Phone
) -> None:
    """The copy is of 02.05; a day later the time alone would be taken for today's."""
    danish = page(agnes)
    agnes.client.set_cookie(LANGUAGE_COOKIE, "en")
    english = page(agnes)
    box.clock.at += timedelta(days=1)

    assert "Doser før kl. 01.05 vises ikke." in danish
    assert "Doses before 01:05 are not shown." in english
    assert re.search(r"Doses before \w+ 2\d Nov 2026 01:05 are not shown", page(agnes))


def overdue(shown: str) -> str:
    """Return what the board calls overdue of Aase."""
    return " ".join(re.findall(r'<strong>Over tiden: <span lang="da">(.*?)</span>', shown))


def test_dose_noted_on_one_phone_is_off_the_board_of_another_at_its_next_question(
    box: WebBox, agnes: Phone
) -> None:
    box.clock.at += timedelta(hours=8, minutes=5)
    before = page(agnes)

    Writer(box.unlocked_phone(), box).fill(
        NOVOMIXIN, udfald="given", dosis="14 enheder", kl="10.50"
    )

    assert "Novomixin" in overdue(before)
    assert "kan være givet og skrevet på papir" in before
    assert not follow(agnes, before)
    after = overdue(page(agnes))
    assert "Eliquix" in after
    assert "Novomixin" not in after


def test_seen_takes_no_medicine_off_the_board_that_nobody_noted(box: WebBox, agnes: Phone) -> None:
    box.clock.at += timedelta(hours=8, minutes=5)

    agnes.post(NEEDS, set=AASE.id)

    shown, left = page(agnes), agnes.get(f"{NEEDS}?af=sig-selv&vis=mangler").text
    assert "Novomixin" not in overdue(shown)
    for each in (shown, left):
        assert "Set, men medicinen er ikke noteret. Se medicinskemaet:" in each
        assert re.search(r"<li>morgen: .*Novomixin", each)
        assert "Medicin ikke noteret" in each


def test_visit_that_should_be_over_is_called_overdue(agnes: Phone) -> None:
    before = page(agnes, VISITS)
    agnes.post(VISITS, set="v-1")

    assert 'class="tag loud">Over tiden' in before
    assert 'class="tag loud">Over tiden' not in page(agnes, VISITS)


@pytest.mark.parametrize("path", [NEEDS, VISITS])
@pytest.mark.parametrize("field", ["set", "ikke"])
def test_what_is_of_another_unit_is_not_there(
    box: WebBox, agnes: Phone, path: str, field: str
) -> None:
    things = (NINNA.id, "v-9", "findes-ikke")

    assert {agnes.post(path, **{field: each}).status_code for each in things} == {404}
    assert box.keeper.journal == []


def test_tick_of_another_unit_is_not_taken_back_from_here(box: WebBox, agnes: Phone) -> None:
    box.unlocked_phone().post(f"/tavler/{NORD.id}/besoeg", set="v-9")
    ((tick,),) = box.services.journal.now().ticks.values()

    assert agnes.post(VISITS, fortryd=tick.id).status_code == 404
    assert len(box.keeper.journal) == 1


def test_tap_that_may_not_be_on_the_disk_is_said_and_shown_as_not_there(
    box: WebBox, agnes: Phone
) -> None:
    box.keeper.journal_problem = LogNotKeptError("full")

    answer = agnes.post(NEEDS, set=AASE.id)

    assert answer.status_code == 503
    assert "Det er ikke sikkert gemt." in answer.text
    assert "af AGN" not in answer.text


def test_words_of_a_missed_visit_stay_in_the_form_when_the_disk_refuses(
    box: WebBox, agnes: Phone
) -> None:
    box.keeper.journal_problem = LogNotKeptError("full")

    answer = agnes.post(MISSED, ting=AASE.id, bemaerkning="lukkede ikke op")

    assert answer.status_code == 503
    assert 'value="lukkede ikke op"' in answer.text


def test_ticks_are_there_again_after_a_lock_and_a_power_cut(box: WebBox, agnes: Phone) -> None:
    agnes.post(NEEDS, set=AASE.id)
    box.keeper.lock()
    box.services.records.current()
    assert agnes.get(NEEDS).headers["Location"] == "/"

    assert "af AGN" in page(box.unlocked_phone())


def test_board_that_reloads_by_itself_keeps_nobody_logged_in_and_covers_in_time(
    box: WebBox, agnes: Phone
) -> None:
    page(agnes)
    box.clock.ticks_s += 200
    shown = agnes.get(f"{NEEDS}?af=sig-selv").text
    assert 'data-after="100"' in shown

    box.clock.ticks_s += 800
    assert agnes.get(f"{NEEDS}?af=sig-selv").headers["Location"] == "/"


def test_each_visit_of_a_person_is_one_look_and_reloading_is_none(
    box: WebBox, agnes: Phone
) -> None:
    box.keeper.logged.clear()
    page(agnes)
    agnes.get(f"{NEEDS}?af=sig-selv")
    page(agnes)

    looks = [entry for entry in box.keeper.logged if entry.action is Action.VIEW_UNIT]
    assert len(looks) == 2
    assert {whom.citizen_id for whom in looks[0].whom} == {AASE.id, EGON.id}


def test_what_the_copy_lacks_is_said_in_words(box: WebBox) -> None:
    box.hold(missing=frozenset({Section.FLAGS, Section.VISITS}))
    phone = box.unlocked_phone()

    assert "Livsnødvendige behov og fravalg er ikke med i kopien." in page(phone)
    assert "Besøg er ikke med i kopien." in page(phone, VISITS)


def test_journal_nobody_can_read_is_said_and_ticking_works_all_the_same(
    box: WebBox, agnes: Phone
) -> None:
    page(agnes)
    (box.config.records_dir / "journal.jsonl").unlink()

    shown = page(agnes)

    assert "Boksen kan ikke vise nødjournalen lige nu." in shown
    assert agnes.post(NEEDS, set=AASE.id).status_code == 303
