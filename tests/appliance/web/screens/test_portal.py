"""From the sheet a phone opens by itself to paper: one code, one tap, nobody shown."""

import pytest

from tests.appliance.web.conftest import Phone, WebBox
from tests.simulators.box_people import CITIZENS, NORD, SYD
from tests.simulators.box_state import CARD_CODE


def hold_one_unit(box: WebBox) -> None:
    box.hold(citizens=tuple(one for one in CITIZENS if one.unit_id == SYD.id))


def print_at_once(phone: Phone) -> str:
    answer = phone.post("/laas-op", kode=CARD_CODE, udskriv="1")
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def test_code_alone_brings_the_pack_of_a_box_with_one_unit(box: WebBox, phone: Phone) -> None:
    hold_one_unit(box)

    way_on = print_at_once(phone)

    (job,) = box.services.desk.queue.jobs()
    assert way_on == "/noedpakke"
    assert (job.order.kind, job.order.unit_id) == ("pack", SYD.id)
    page = phone.get(way_on).text
    assert [one.family_name for one in CITIZENS if one.family_name in page] == []


def test_order_is_in_the_log_with_everybody_it_is_about(box: WebBox, phone: Phone) -> None:
    hold_one_unit(box)

    print_at_once(phone)

    (order,) = [entry for entry in box.keeper.logged if entry.action.value == "print_ordered"]
    assert {whom.citizen_id for whom in order.whom} == {one.id for one in box.keeper.town.citizens}
    assert order.who.role == "card"


def test_box_with_two_units_asks_which(box: WebBox, phone: Phone) -> None:
    way_on = print_at_once(phone)

    page = phone.get(way_on).text
    assert way_on == "/noedpakke"
    assert box.services.desk.queue.jobs() == []
    assert "Hvilken nødpakke skal udskrives?" in page
    assert [one.family_name for one in CITIZENS if one.family_name in page] == []


@pytest.mark.parametrize(("wanted", "units"), [(SYD.id, {SYD.id}), ("alle", {SYD.id, NORD.id})])
def test_one_tap_then_brings_the_pack_of_one_unit_or_of_all_and_shows_nobody(
    box: WebBox, phone: Phone, wanted: str, units: set[str]
) -> None:
    print_at_once(phone)

    way_on = phone.post("/noedpakke", afsnit=wanted).headers["Location"]

    page = phone.get(way_on).text
    assert {job.order.unit_id for job in box.services.desk.queue.jobs()} == units
    assert [one.family_name for one in CITIZENS if one.family_name in page] == []
    assert page.count("data-poll") == len(units)


def test_pack_that_is_under_way_is_asked_about_and_the_answer_leads_back(
    box: WebBox, phone: Phone
) -> None:
    print_at_once(phone)
    phone.post("/noedpakke", afsnit=SYD.id)

    asked = phone.post("/noedpakke", afsnit="alle").text

    assert "Den er allerede på vej. Udskriv en mere?" in asked
    assert f"for {SYD.name}" in asked
    assert 'href="/noedpakke"' in asked
    assert len(box.services.desk.queue.jobs()) == 1


def test_unit_that_is_not_there_brings_no_pack(phone: Phone) -> None:
    print_at_once(phone)

    assert phone.post("/noedpakke", afsnit="u-ukendt").status_code == 404


def test_second_code_does_not_print_the_same_pack_twice(box: WebBox, phone: Phone) -> None:
    hold_one_unit(box)

    print_at_once(phone)
    way_on = print_at_once(box.phone())

    assert way_on == "/noedpakke"
    assert len(box.services.desk.queue.jobs()) == 1


def test_wrong_code_prints_nothing_and_the_wish_to_print_stays(box: WebBox, phone: Phone) -> None:
    hold_one_unit(box)

    answer = phone.post("/laas-op", kode="1234 5678 9012 3456 7890", udskriv="1")

    assert answer.status_code == 422
    assert 'value="1234 5678 9012 3456 7890"' in answer.text
    assert 'name="udskriv" value="1"' in answer.text
    assert "Udskriv nødpakken nu" in answer.text
    assert box.services.records.current() is None
