import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from appliance.errors import (
    KeeperDownError,
    NodboksError,
    NoSnapshotError,
    UnsafeMemoryError,
    WrongCodeError,
)
from appliance.sealed_log.entry import Action, Entry
from appliance.vault.card_code import format_card_code
from appliance.vault.protocol import KeeperStatus
from appliance.web.app import create_app
from appliance.web.screens.locked import clean_initials
from printers.models import PrinterState
from printers.reasons import PrinterReason
from tests.appliance.printing.printer_on_strings import PrinterOnStrings
from tests.appliance.web.conftest import Phone, WebBox
from tests.simulators.box_state import CARD_CODE


def test_locked_page_says_that_the_box_works_before_any_code(box: WebBox, phone: Phone) -> None:
    box.print_all()

    page = phone.get("/").text

    assert "Nødboksen er låst" in page
    assert "Boksen virker" in page
    assert "Printeren er klar." in page
    assert "Se boksens status" in page


def test_locked_page_says_what_is_wrong_with_the_printer(box: WebBox, phone: Phone) -> None:
    ready = PrinterState(is_ready=True, reasons=(PrinterReason.PAPER,))
    box.services.desk.printer = PrinterOnStrings(ready=ready)
    box.services.desk.watch.look(box.services.desk.printer)

    page = phone.get("/").text

    assert "Printeren mangler papir." in page
    assert "Printeren er klar." not in page


def test_card_code_opens_the_box_and_lets_its_holder_in(phone: Phone) -> None:
    answer = phone.unlock(format_card_code(CARD_CODE), "a.b")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/afsnit")
    assert "Afsnit Syd" in phone.get("/afsnit").text


def test_initials_can_wait(phone: Phone) -> None:
    assert phone.unlock(initials="").status_code == 303


def test_unlock_changes_the_cookie_so_that_one_set_before_is_worthless(
    box: WebBox, phone: Phone
) -> None:
    phone.get("/")
    before = phone.cookie()

    phone.unlock()

    assert before != phone.cookie()
    planted = box.phone()
    planted.client.set_cookie("nodboks", before or "")
    assert planted.get("/afsnit").status_code == 303


def test_mistyped_code_is_shown_again_to_be_mended(phone: Phone) -> None:
    slip = CARD_CODE[:-1] + str((int(CARD_CODE[-1]) + 1) % 10)

    answer = phone.unlock(slip, "AB")

    assert answer.status_code == 422
    assert "Koden er skrevet forkert. Tjek de 20 cifre." in answer.text
    assert f'value="{slip}"' in answer.text
    assert 'value="AB"' in answer.text
    assert 'aria-invalid="true"' in answer.text


@pytest.mark.parametrize(
    "problem", [WrongCodeError(), NoSnapshotError(), UnsafeMemoryError("swap"), KeeperDownError()]
)
def test_whatever_goes_wrong_is_said_with_a_next_step(
    box: WebBox, phone: Phone, problem: NodboksError
) -> None:
    box.keeper.problem = problem

    answer = phone.unlock()

    assert answer.status_code == 422
    for words in (problem.sentence, problem.next_step, problem.code):
        assert words in answer.text
    assert "swap er aktiv" not in answer.text


@pytest.mark.parametrize(
    "problem", [NoSnapshotError(), UnsafeMemoryError("swap"), KeeperDownError()]
)
def test_right_code_that_opens_nothing_is_not_shown_again(
    box: WebBox, phone: Phone, problem: NodboksError
) -> None:
    box.keeper.problem = problem

    page = phone.unlock(CARD_CODE, "AB").text

    assert CARD_CODE not in page
    assert 'value="AB"' in page


def test_wrong_code_is_shown_again(box: WebBox, phone: Phone) -> None:
    box.keeper.problem = WrongCodeError()

    assert f'value="{CARD_CODE}"' in phone.unlock().text


def test_third_code_at_once_waits_calmly_while_other_pages_answer(box: WebBox) -> None:
    may_go_on, trying, unlock = threading.Event(), threading.Semaphore(0), box.keeper.unlock

    def unlock_slowly(code: str) -> KeeperStatus:
        trying.release()
        may_go_on.wait(120)
        return unlock(code)

    box.keeper.unlock = unlock_slowly
    phones = [box.phone() for _ in range(3)]
    with ThreadPoolExecutor(2) as pool:
        first = [pool.submit(each.unlock) for each in phones[:2]]
        assert all(trying.acquire(timeout=90) for _ in first)
        third = phones[2].unlock()
        front = phones[2].get("/")
        may_go_on.set()

    assert (third.status_code, front.status_code) == (422, 200)
    for words in ("Andre er ved at låse op.", "Prøv igen om lidt.", "Vent 2 sekunder.", "N-403"):
        assert words in third.text
    assert CARD_CODE not in third.text
    assert [each.result().status_code for each in first] == [303, 303]
    assert phones[2].unlock().status_code == 303


def test_turn_is_given_back_when_the_code_does_not_fit(box: WebBox, phone: Phone) -> None:
    box.keeper.problem = WrongCodeError()
    for _ in range(3):
        assert "Koden passer ikke." in phone.unlock().text


def test_keeper_that_opens_nothing_after_all_is_told(box: WebBox, phone: Phone) -> None:
    box.keeper.open = lambda: None

    answer = phone.unlock()

    assert answer.status_code == 422
    assert "Nødboksen er låst." in answer.text


def test_open_box_asks_who_you_are(box: WebBox) -> None:
    box.unlocked_phone()

    page = box.phone().get("/").text

    assert "Hvem er du?" in page
    assert "Din personlige kode" in page
    assert "brug nødkortet" in page


def test_card_still_works_when_the_box_is_open(box: WebBox) -> None:
    box.unlocked_phone()
    phone = box.phone()

    assert phone.unlock(CARD_CODE[::-1]).status_code == 422
    assert phone.unlock().headers["Location"] == "/afsnit"


def test_qr_code_on_the_card_leads_to_the_same_page(phone: Phone) -> None:
    assert 'id="kode"' in phone.get("/k").text


def test_front_page_leads_on_whoever_is_in(box: WebBox, agnes: Phone) -> None:
    assert agnes.get("/").headers["Location"] == "/afsnit"
    assert box.logged_in("BEN").get("/").headers["Location"] == "/status"


def test_initials_are_letters_and_digits_in_capitals() -> None:
    assert clean_initials(" æ.b-1<script> ") == "ÆB1SCRIP"


@pytest.fixture
def usb_phone(box: WebBox) -> Phone:
    """A phone at a box that takes USB keys."""
    hub = replace(box.config.hub, usb_dir=box.config.box.state_dir)
    return Phone(create_app(replace(box.config, hub=hub), box.services).test_client())


def test_usb_key_opens_the_box_and_lets_nobody_in_by_itself(box: WebBox, usb_phone: Phone) -> None:
    box.keeper.has_usb_key = True
    offered = usb_phone.get("/").text
    answer = usb_phone.post("/laas-op/usb")

    assert "Lås op med USB-nøglen" in offered
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert "Hvem er du?" in usb_phone.get("/").text
    assert usb_phone.get("/afsnit").status_code == 303


def test_missing_usb_key_is_said_with_what_to_do(usb_phone: Phone) -> None:
    page = usb_phone.post("/laas-op/usb")

    assert page.status_code == 422
    assert "Der sidder ingen USB-nøgle til denne boks." in page.text
    assert "Sæt nøglen i boksen, og prøv igen." in page.text


def test_box_that_takes_no_usb_key_offers_none(phone: Phone) -> None:
    assert "USB-nøgle" not in phone.get("/").text


def locking_at(box: WebBox, action: Action) -> None:
    """Lock the box while this entry is on its way to the log."""
    real = box.keeper.log

    def log(entries: Sequence[Entry], lost: int = 0) -> KeeperStatus:
        if any(entry.action is action for entry in entries):
            box.keeper.lock()
            box.services.records.current()  # as the print desk notices it
        return real(entries, lost)

    box.keeper.log = log  # type: ignore[method-assign]
    box.services.log._send = log  # type: ignore[method-assign]


def test_lock_in_the_middle_of_coming_in_leaves_no_session_and_no_shift_code(box: WebBox) -> None:
    phone = box.phone()
    locking_at(box, Action.CARD_LOGIN)
    answer = phone.unlock(CARD_CODE, "AB")
    box.keeper.open()

    assert (answer.status_code, "Nødboksen er låst" in answer.text) == (422, True)
    assert box.services.sessions.count() == 0
    assert phone.get("/afsnit").status_code == 303
    assert box.services.shift_codes._usable() == []


def test_lock_in_the_middle_of_a_login_leaves_no_session(box: WebBox) -> None:
    box.keeper.open()
    phone = box.phone()
    locking_at(box, Action.LOGIN)
    answer = phone.log_in("AGN")
    box.keeper.open()

    assert answer.status_code == 422
    assert phone.get("/afsnit").status_code == 303
