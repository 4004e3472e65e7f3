from dataclasses import replace

from appliance.errors import KeeperDownError
from appliance.web.app import create_app
from tests.appliance.web.conftest import Phone, WebBox
from tests.appliance.web.screens.test_medication import words_of


def test_status_is_open_to_all_and_dialable(box: WebBox, phone: Phone) -> None:
    box.print_all()

    text = phone.get("/status").text

    page = words_of(text)
    assert "Solgården · box-17" in page
    assert "Lås Låst" in page
    assert "Kopi lavet man. 23. nov. 2026 kl. 02.05" in page
    assert "Printeren er klar." in page
    assert 'href="tel:87000000"' in text


def test_status_of_an_open_box_tells_of_copy_and_search(box: WebBox) -> None:
    page = words_of(box.unlocked_phone().get("/status").text)

    assert "Lås Åben" in page
    assert "Kopi nr. 1" in page
    assert "Søgning Klar" in page


def test_status_as_json_holds_codes_only(box: WebBox, phone: Phone) -> None:
    box.print_all()

    assert phone.get("/status.json").json == {
        "box": "box-17", "now": "2026-11-23T02:00:00Z", "locked": True, "problems": [],
        "snapshot_signed_at": "2026-11-23T01:05:00Z", "snapshot_version": None,
        "fell_back": False, "search_ready": False, "log_number": 0, "log_waiting": 0,
        "log_lost": 0, "clock": "ntp", "printer_ready": True, "printer_reasons": [],
    }  # fmt: skip


def test_keeper_that_is_down_is_a_fact_on_the_page(box: WebBox, phone: Phone) -> None:
    box.keeper.problem = KeeperDownError()

    assert "Boksens nøgledel svarer ikke." in phone.get("/status").text
    assert (phone.get("/status.json").json or {})["problems"] == ["N-406"]


def test_box_without_data_and_without_phone_still_has_a_status(box: WebBox) -> None:
    box.installed[0] = None
    config = replace(box.config, box=replace(box.config.box, help_phone=""))
    phone = Phone(create_app(config, box.services).test_client())

    page = words_of(phone.get("/status").text)

    assert "Kopi lavet ukendt" in page
    assert "IT-vagten" not in page
    assert "IT-vagten" not in phone.get("/findes-ikke").text
