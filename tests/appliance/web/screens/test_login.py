import functools
import time
import weakref
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from appliance.clock import HeldClock
from appliance.crypto import hash_login_code, login_code_fits
from appliance.errors import KeeperDownError
from appliance.policy import SESSION_IDLE
from appliance.web.screens.login import DECOY_PHC
from appliance.web.visitor import card_holder
from printers.errors import PrinterUnreachableError
from tests.appliance.printing.printer_on_strings import PrinterOnStrings
from tests.appliance.web.conftest import Phone, WebBox
from tests.simulators.box_people import AASE, NORD, staff
from tests.simulators.box_state import LOGIN_CODE

pytestmark = pytest.mark.slow  # seconds, not milliseconds


def test_nurse_comes_in_with_her_own_code(agnes: Phone) -> None:
    page = agnes.get("/afsnit").text

    assert "Udskriv nødpakken for Afsnit Syd" in page
    assert "Udskriv nødpakken for Afsnit Nord" not in page


@pytest.mark.parametrize("initials", ["agn", " Agn ", "AGN"])
def test_initials_are_taken_in_any_case(box: WebBox, initials: str) -> None:
    box.keeper.open()

    assert box.phone().log_in(initials).status_code == 303


@pytest.mark.parametrize(("initials", "code"), [("AGN", "000000"), ("XYZ", LOGIN_CODE), ("", "")])
def test_wrong_code_and_unknown_initials_look_the_same(
    box: WebBox, initials: str, code: str
) -> None:
    box.keeper.open()

    answer = box.phone().log_in(initials, code)

    assert answer.status_code == 422
    assert "Initialer og kode passer ikke sammen." in answer.text
    assert "spørg en kollega" in answer.text


def test_every_try_costs_two_hashes_whoever_has_an_account(box: WebBox) -> None:
    real, known = hash_login_code(LOGIN_CODE), staff()
    box.hold(accounts=(replace(known["Agnes"], login_code_phc=None), known["Finn"]))
    box.keeper.open()
    hashing, tries = [], []

    for initials in ("AGN", "FIN", "XYZ", "", "ABC"):
        if initials == "ABC":
            box.services.shift_codes.make(card_holder("AB"))
        hashing.append(work_of(lambda: login_code_fits(real, "000000")))
        tries.append(work_of(functools.partial(box.phone().log_in, initials)))

    assert min(tries) > 1.4 * min(hashing)


def test_decoy_costs_what_a_real_code_costs() -> None:
    real = hash_login_code(LOGIN_CODE)

    assert DECOY_PHC.rsplit("$", 2)[0] == real.rsplit("$", 2)[0]


def work_of(do: Callable[[], object]) -> float:
    """Return the seconds this thread worked, however busy the machine is with other things."""
    start = time.thread_time()
    do()
    return time.thread_time() - start


def test_account_past_its_last_day_does_not_come_in(box: WebBox) -> None:
    box.keeper.open()

    assert box.phone().log_in("FIN").status_code == 422


def test_account_without_a_code_does_not_come_in(box: WebBox) -> None:
    box.hold(accounts=(replace(staff()["Agnes"], login_code_phc=None),))
    box.keeper.open()

    assert box.phone().log_in("AGN", "").status_code == 422


def test_guessing_costs_a_wait_but_the_card_does_not(box: WebBox, clock: HeldClock) -> None:
    box.keeper.open()
    phone = box.phone()
    for _ in range(6):
        phone.log_in("AGN", "000000")

    waiting = phone.log_in("AGN")

    assert waiting.status_code == 422
    assert "Vent 2 sekunder." in waiting.text
    assert box.phone().unlock().status_code == 303
    clock.move(timedelta(seconds=3))
    assert phone.log_in("AGN").status_code == 303


def test_login_on_a_locked_box_leads_to_the_locked_page(phone: Phone) -> None:
    assert phone.log_in("AGN").headers["Location"] == "/"


def test_logout_ends_the_session_and_changes_the_cookie(box: WebBox, agnes: Phone) -> None:
    before = agnes.cookie()

    agnes.post("/log-ud")

    assert agnes.cookie() not in (None, "", before)
    assert agnes.get("/afsnit").headers["Location"] == "/"
    old = box.phone()
    old.client.set_cookie("nodboks", before or "")
    assert old.get("/afsnit").headers["Location"] == "/"


def test_logout_without_a_session_is_no_error(phone: Phone) -> None:
    assert phone.post("/log-ud").status_code == 303


def test_phone_left_alone_is_logged_out(agnes: Phone, clock: HeldClock) -> None:
    clock.move(SESSION_IDLE - timedelta(seconds=1))
    assert agnes.get("/afsnit").status_code == 200

    clock.move(SESSION_IDLE)

    assert agnes.get("/afsnit").headers["Location"] == "/"


@pytest.mark.parametrize(
    "path", ["/status.json", "/udskrifter/{job}.json", "/udskrifter?af=sig-selv"]
)
def test_page_that_asks_by_itself_does_not_keep_a_phone_logged_in(
    box: WebBox, agnes: Phone, clock: HeldClock, path: str
) -> None:
    agnes.post(f"/udskriv/medicinliste/{AASE.id}")
    asked = path.format(job=box.services.desk.queue.jobs()[0].id)
    for _ in range(4):
        clock.move(timedelta(minutes=5))
        agnes.get(asked)

    assert agnes.get("/afsnit").headers["Location"] == "/"


def test_account_closed_by_a_new_copy_is_out_at_once(box: WebBox, agnes: Phone) -> None:
    box.hold(accounts=(staff()["Bent"],))
    box.keeper.open()

    assert agnes.get("/afsnit").headers["Location"] == "/"
    assert box.services.sessions.count() == 0


def test_account_moved_to_another_unit_sees_that_one(box: WebBox, agnes: Phone) -> None:
    box.hold(accounts=(replace(staff()["Agnes"], unit_ids=(NORD.id,)),))
    box.keeper.open()

    page = agnes.get("/afsnit").text

    assert "Udskriv nødpakken for Afsnit Nord" in page
    assert "Udskriv nødpakken for Afsnit Syd" not in page


def test_locking_is_asked_about_first(agnes: Phone) -> None:
    assert "Alle bliver logget ud." in agnes.get("/laas").text


def test_lock_ends_everybody_s_session(box: WebBox, agnes: Phone) -> None:
    other = box.unlocked_phone()

    answer = agnes.post("/laas")

    assert answer.headers["Location"] == "/"
    assert box.keeper.status().locked
    assert other.get("/afsnit").headers["Location"] == "/"
    other.unlock()
    assert agnes.get("/afsnit").headers["Location"] == "/"


def test_nothing_of_the_records_is_held_after_a_lock(box: WebBox, agnes: Phone) -> None:
    box.services.desk.printer = PrinterOnStrings(refuses=PrinterUnreachableError())
    agnes.get(f"/borgere/{AASE.id}/medicin")
    agnes.post("/soeg", ord="Aase")
    agnes.get("/soeg")
    agnes.post("/udskriv/pakke/u-syd")
    box.print_all()
    store = weakref.ref(box.services.records.require().store)

    agnes.post("/laas")

    assert store() is None


def test_keeper_that_cannot_lock_is_told_in_plain_words(box: WebBox, agnes: Phone) -> None:
    box.keeper.lock = _no_answer

    answer = agnes.post("/laas")

    assert answer.status_code == 503
    assert KeeperDownError.sentence in answer.text


def _no_answer() -> None:
    raise KeeperDownError


def test_whoever_has_no_code_is_told_what_works_without(box: WebBox, phone: Phone) -> None:
    locked = phone.get("/").text
    box.keeper.open()
    closed = phone.get("/", follow_redirects=True).text

    for page in (locked, closed):
        assert "Se indsatsplanen og ringe til de rigtige" in page
        assert 'href="/skemaer"' in page
