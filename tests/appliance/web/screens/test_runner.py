"""The runner pack on the screen: who may hand a unit on, who may take one in, what the log gets."""

from dataclasses import replace

import pytest

from appliance.errors import (
    DiskFullError,
    KeeperDownError,
    LockedError,
    LogNotKeptError,
    NodboksError,
    OlderSnapshotError,
    OtherMakeError,
    OwnUnitError,
    TamperedSnapshotError,
    TooManyPacksError,
    UntrustedSnapshotError,
    VaultError,
)
from appliance.sealed_log.entry import Action
from tests.appliance.web.conftest import WebBox
from tests.simulators.box_people import CITIZENS, NORD, SYD, personal_words
from tests.simulators.runner_packs import OFFERED

PLACE = "/loeberpakke"
WHY = {"fil": OFFERED.file, "grund": "akut"}


def test_card_holder_hands_a_unit_on_and_the_keeper_is_told_who(box: WebBox) -> None:
    answer = box.unlocked_phone().post(f"{PLACE}/giv", afsnit=SYD.id, boks="box-18")

    ((what, entry),) = box.keeper.asked_of_packs
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{PLACE}?lavet=1")
    assert what == f"{SYD.id} to box-18"
    assert (entry.action, entry.who.initials) == (Action.RUNNER_MADE, "AB")
    assert (entry.about, entry.unit_id) == ("box-18", SYD.id)


@pytest.mark.parametrize(
    ("unit", "box_id"), [("u-nowhere", "box-18"), (SYD.id, "box-99"), ("", "")]
)
def test_only_a_unit_one_sees_goes_to_a_box_one_knows(box: WebBox, unit: str, box_id: str) -> None:
    answer = box.unlocked_phone().post(f"{PLACE}/giv", afsnit=unit, boks=box_id)

    assert (answer.status_code, "N-909" in answer.text) == (422, True)
    assert box.keeper.asked_of_packs == ()


def test_nurse_may_take_in_and_not_hand_on(box: WebBox) -> None:
    nurse = box.logged_in("AGN")

    page = nurse.get(PLACE).text

    assert "Giv et afsnit videre" not in page
    assert OFFERED.file in page
    assert nurse.post(f"{PLACE}/giv", afsnit=SYD.id, boks="box-18").status_code == 403


def test_taking_in_asks_why_and_the_reason_goes_with_it(box: WebBox) -> None:
    phone = box.unlocked_phone()

    silent = phone.post(f"{PLACE}/hent", fil=OFFERED.file)
    answer = phone.post(f"{PLACE}/hent", **WHY)

    ((file, entry),) = box.keeper.asked_of_packs
    assert (silent.status_code, "N-907" in silent.text) == (422, True)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/afsnit")
    assert (file, entry.action) == (OFFERED.file, Action.RUNNER_TAKEN)
    assert "akut" in entry.text


def test_unit_that_is_in_the_box_can_be_taken_away_again(box: WebBox) -> None:
    phone = box.unlocked_phone()
    phone.post(f"{PLACE}/hent", **WHY)

    inside = phone.get(PLACE).text
    twice = [phone.post(f"{PLACE}/fjern", pakke=OFFERED.key).status_code for _ in range(2)]

    assert "Afsnit Eng fra Engvej er i denne boks" in inside
    assert twice == [303, 303]
    assert "er i denne boks" not in phone.get(PLACE).text


def test_guest_is_not_among_the_units_to_hand_on(box: WebBox) -> None:
    box.keeper.packs = (replace(OFFERED, unit_id=NORD.id, is_kept=True),)

    page = box.unlocked_phone().get(PLACE).text

    assert f'value="{SYD.id}"' in page
    assert f'value="{NORD.id}"' not in page


def test_without_a_stick_the_page_says_what_to_do(box: WebBox) -> None:
    box.keeper.has_stick = False
    phone = box.unlocked_phone()

    answers = [
        phone.post(f"{PLACE}/giv", afsnit=SYD.id, boks="box-18"),
        phone.post(f"{PLACE}/hent", **WHY),
    ]

    assert "Sæt stikket i boksen, og åbn siden igen." in phone.get(PLACE).text
    for answer in answers:
        assert answer.status_code == 422
        assert "Der sidder intet USB-stik i boksen." in answer.text


@pytest.mark.parametrize("problem", [TamperedSnapshotError, UntrustedSnapshotError, VaultError])
def test_pack_that_cannot_be_used_is_said_calmly(box: WebBox, problem: type[NodboksError]) -> None:
    phone = box.unlocked_phone()
    box.keeper.packs_problem = problem("…")
    box.keeper.runners = lambda: (OFFERED,)  # type: ignore[method-assign]

    answer = phone.post(f"{PLACE}/hent", **WHY)

    assert (answer.status_code, "Løberpakken kan ikke bruges" in answer.text) == (422, True)


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (OlderSnapshotError, "eller boksen har en nyere af samme afsnit"),
        (OtherMakeError, "lavet med en anden udgave af boksens program"),
        (OwnUnitError, "et, som boksen selv har"),
        (TooManyPacksError, "ikke plads til flere løberpakker"),
        (DiskFullError, "ikke plads nok på boksen"),
        (LogNotKeptError, "kan ikke gemme sin log"),
    ],
)
def test_pack_that_did_not_come_in_says_why(
    box: WebBox, problem: type[NodboksError], said: str
) -> None:
    phone = box.unlocked_phone()
    box.keeper.packs_problem = problem("…")
    box.keeper.runners = lambda: (OFFERED,)  # type: ignore[method-assign]

    answer = phone.post(f"{PLACE}/hent", **WHY)

    assert (answer.status_code, said in answer.text) == (422, True)


def test_box_that_was_locked_while_a_pack_came_goes_to_the_front_page(box: WebBox) -> None:
    phone = box.unlocked_phone()
    box.keeper.packs_problem = LockedError()

    assert phone.post(f"{PLACE}/hent", **WHY).headers["Location"] == "/"


def test_list_of_boxes_nobody_vouches_for_leaves_the_page_usable(box: WebBox) -> None:
    box.keeper.packs_problem = TamperedSnapshotError("changed")

    page = box.unlocked_phone().get(PLACE).text

    assert "Boksen kender ingen andre bokse endnu." in page
    assert "Løberpakken kan ikke bruges i denne boks." in page


def test_locked_meanwhile_goes_to_the_front_page(box: WebBox) -> None:
    phone = box.unlocked_phone()
    box.keeper.packs_problem = LockedError()

    assert phone.get(PLACE).headers["Location"] == "/"


def test_keeper_that_is_down_is_a_page_with_its_code(box: WebBox) -> None:
    phone = box.unlocked_phone()
    box.keeper.packs_problem = KeeperDownError()

    assert (phone.get(PLACE).status_code, "N-406" in phone.get(PLACE).text) == (503, True)


def test_page_names_no_citizen(box: WebBox) -> None:
    page = box.unlocked_phone().get(PLACE).text

    assert CITIZENS
    assert not [word for word in personal_words() if word in page]


def test_page_is_there_in_english(box: WebBox) -> None:
    phone = box.unlocked_phone()
    phone.client.set_cookie("sprog", "en")

    assert "Runner pack" in phone.get(PLACE).text


def test_units_page_leads_there(box: WebBox) -> None:
    assert PLACE in box.unlocked_phone().get("/afsnit").text
    assert PLACE in box.logged_in("AGN").get("/afsnit").text
