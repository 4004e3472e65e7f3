"""Every look is an entry: walk the map of addresses and hold the log against what was shown."""

import re
import time
from datetime import timedelta

import pytest
from flask import Flask
from pypdf import PdfReader

from appliance.care_journal.events import JournalEvent, MedicineGiven
from appliance.care_journal.wire import to_text
from appliance.errors import ConfigError, KeeperDownError
from appliance.sealed_log.entry import Action, Entry
from appliance.vault.card_code import new_card_code
from appliance.web import audit
from appliance.web.guards import guard_of, needs_unlock
from tests.appliance.web.asked import (
    ASKED,
    BEFORE,
    DOSE,
    FOR_LEADERS,
    JOB,
    PRINT,
)
from tests.appliance.web.conftest import Phone, WebBox
from tests.simulators.box_people import AASE, CITIZENS, EGON, NINNA, SYD, personal_words


@pytest.fixture(autouse=True)
def dose_of_aase(box: WebBox) -> None:
    """Have a dose in the care journal whose effect is waited for."""
    at = box.clock.now() - timedelta(hours=2)
    dose = MedicineGiven("Pamol", "1 tablet", is_as_needed=True, reason="feber")
    event = JournalEvent(DOSE, at, at, "AGN", dose, AASE.id, SYD.id)
    box.keeper.journal.append(to_text(event))


@pytest.fixture
def job(box: WebBox, agnes: Phone) -> str:
    """A printed job of Agnes's; what led to it is taken off the log."""
    agnes.post(f"/udskriv/medicinliste/{AASE.id}", bekraeft="1")
    box.print_all()
    box.keeper.logged.clear()
    return box.services.desk.queue.jobs()[0].id


def logged(box: WebBox) -> list[Entry]:
    return box.keeper.logged


def guarded(app: Flask) -> set[str]:
    views = app.view_functions.items()
    return {name for name, view in views if (guard := guard_of(view)) and guard.shows_records}


def test_every_view_for_care_records_is_on_the_list_of_this_test(box: WebBox) -> None:
    assert guarded(box.app) == set(ASKED)


@pytest.mark.parametrize("endpoint", ASKED)
def test_every_address_makes_its_entry_and_shows_nobody_it_does_not_name(
    box: WebBox, agnes: Phone, job: str, endpoint: str
) -> None:
    method, path, form, action = ASKED[endpoint]
    phone = box.logged_in("GRE") if endpoint in FOR_LEADERS else agnes
    (sheet,) = box.services.desk.queue.jobs()[0].sheets
    for first, typed in BEFORE.get(endpoint, ()):
        phone.post(first.replace(PRINT, sheet.serial), **typed)
    box.keeper.logged.clear()

    path = path.replace(JOB, job).replace(PRINT, sheet.serial)
    fields = {name: value.replace(PRINT, sheet.serial) for name, value in form.items()}
    answer = phone.get(path) if method == "GET" else phone.post(path, **fields)

    assert answer.status_code in (200, 303), answer.status
    assert [entry.action for entry in logged(box)] == ([action] if action else [])
    named = {whom.citizen_id for entry in logged(box) for whom in entry.whom}
    shown = {
        each.id
        for each in CITIZENS
        if each.family_name in answer.get_data(as_text=False).decode("utf-8", "replace")
    }
    assert shown <= named
    if action is None:
        names = "|".join(rf"\b{re.escape(word)}\b" for word in personal_words())
        assert re.findall(names, answer.text) == []


def test_entry_says_who_where_what_whom_and_when(box: WebBox, agnes: Phone) -> None:
    box.keeper.logged.clear()

    agnes.get(f"/borgere/{AASE.id}/medicin")

    (entry,) = logged(box)
    assert (entry.who.initials, entry.who.staff_id) == ("AGN", "s-agnes")
    assert (entry.who.role, entry.who.device) == ("nurse", "127.0.0.1")
    assert [(whom.citizen_id, whom.cpr) for whom in entry.whom] == [(AASE.id, AASE.cpr)]
    assert (entry.unit_id, entry.when.at) == (SYD.id, box.clock.now())


def test_list_names_every_citizen_it_showed_and_a_filter_fewer(box: WebBox, agnes: Phone) -> None:
    box.keeper.logged.clear()
    agnes.get(f"/afsnit/{SYD.id}/borgere")
    agnes.post(f"/afsnit/{SYD.id}/borgere", find="Egon")
    agnes.get(f"/afsnit/{SYD.id}/borgere")

    everybody, filtered = logged(box)
    assert len(everybody.whom) == 13
    assert NINNA.id not in {whom.citizen_id for whom in everybody.whom}
    assert [whom.citizen_id for whom in filtered.whom] == [EGON.id]


def test_search_keeps_its_words_and_whom_they_found_and_an_empty_one_is_none(
    box: WebBox, agnes: Phone
) -> None:
    box.keeper.logged.clear()
    agnes.get("/soeg")
    assert logged(box) == []

    agnes.post("/soeg", ord="Prøvesen")
    agnes.get("/soeg")

    (entry,) = logged(box)
    assert (entry.text, [whom.citizen_id for whom in entry.whom]) == ("Prøvesen", [AASE.id])


def test_page_that_is_refused_or_missing_shows_nobody_and_is_no_entry(
    box: WebBox, agnes: Phone
) -> None:
    box.keeper.logged.clear()

    assert agnes.get(f"/borgere/{NINNA.id}/medicin").status_code == 404
    assert agnes.get("/borgere/nobody/medicin").status_code == 404

    assert logged(box) == []


def test_page_that_reloads_by_itself_is_one_look_until_it_shows_something_else(
    box: WebBox, agnes: Phone
) -> None:
    agnes.post(f"/udskriv/medicinliste/{AASE.id}", bekraeft="1")
    box.keeper.logged.clear()
    for _ in range(5):
        agnes.get("/udskrifter?af=sig-selv")
    assert len(logged(box)) == 1

    agnes.post(f"/udskriv/medicinliste/{EGON.id}", bekraeft="1")
    agnes.get("/udskrifter?af=sig-selv")
    looks = [entry for entry in logged(box) if entry.action is Action.VIEW_PRINTS]
    assert len(looks) == 2

    agnes.get("/udskrifter")
    assert len(logged(box)) == 4  # somebody touched the phone: a look of its own


def test_order_of_a_pack_names_everybody_before_the_printer_knows(
    box: WebBox, agnes: Phone
) -> None:
    box.keeper.logged.clear()

    agnes.post(f"/udskriv/pakke/{SYD.id}", bekraeft="1")

    (entry,) = logged(box)
    assert (entry.action, entry.about) == (Action.PRINT_ORDERED, "pack")
    assert len(entry.whom) == 13


def test_unit_of_hundreds_is_an_entry_a_page_that_names_only_those_on_it(
    box: WebBox, phone: Phone
) -> None:
    many = tuple(
        type(AASE)(f"c-m{number}", SYD.id, f"Efternavn{number}", "Ida", dwelling=str(number))  # type: ignore[arg-type]
        for number in range(230)
    )
    box.hold(citizens=many, medication=(), flags=(), attachments=())
    phone.unlock()
    box.keeper.logged.clear()

    phone.get(f"/afsnit/{SYD.id}/borgere")
    first_page = [len(entry.whom) for entry in logged(box)]
    for page in (2, 3):
        phone.get(f"/afsnit/{SYD.id}/borgere?side={page}")

    assert first_page == [100]
    assert [len(entry.whom) for entry in logged(box)][1:] == [100, 30]
    assert len({whom.citizen_id for entry in logged(box) for whom in entry.whom}) == 230


def test_doubt_before_printing_is_a_look_at_whose_sheet_it_is_and_no_order(
    box: WebBox, agnes: Phone
) -> None:
    agnes.post(f"/udskriv/medicinliste/{AASE.id}", bekraeft="1")
    box.keeper.logged.clear()

    assert "Vil du udskrive?" in agnes.post(f"/udskriv/medicinliste/{AASE.id}").text
    (look,) = logged(box)
    assert look.action is Action.VIEW_PRINTS
    assert [whom.citizen_id for whom in look.whom] == [AASE.id]


def test_each_sheet_is_an_entry_under_its_serial_and_shows_where_the_log_stood(
    box: WebBox, agnes: Phone
) -> None:
    agnes.post(f"/udskriv/medicinliste/{AASE.id}", bekraeft="1")
    head = box.services.log.shown
    box.print_all()

    (part,) = box.services.desk.queue.jobs()[0].parts
    sheet = logged(box)[-1]
    assert (sheet.action, sheet.about) == (Action.SHEET_MADE, part.print_id)
    assert (sheet.who.initials, [whom.cpr for whom in sheet.whom]) == ("AGN", [AASE.cpr])
    paper = PdfReader(box.config.printer.folder / f"{part.print_id}.pdf")
    assert all(f"Log {head}" in page.extract_text() for page in paper.pages)
    assert len(head) == 8


def test_everybody_at_the_door_is_entered_right_or_wrong(box: WebBox, phone: Phone) -> None:
    phone.unlock(code=new_card_code(), initials="XY")
    phone.unlock(initials="AB")
    phone.post("/log-ud")
    phone.log_in("AGN", "000000")
    phone.log_in("AGN")
    phone.post("/log-ud")
    phone.post("/log-ud")

    found = [(entry.action, entry.who.initials) for entry in logged(box)]
    assert found == [
        (Action.CARD_REFUSED, "XY"), (Action.CARD_LOGIN, "AB"), (Action.SHIFT_CODE_MADE, "AB"),
        (Action.LOGOUT, "AB"), (Action.LOGIN_REFUSED, "AGN"), (Action.LOGIN, "AGN"),
        (Action.LOGOUT, "AGN"),
    ]  # fmt: skip


def test_mistyped_code_is_no_try_and_no_entry(box: WebBox, phone: Phone) -> None:
    phone.unlock(code="1234")

    assert logged(box) == []


def test_log_that_cannot_be_reached_stops_no_page_and_stands_on_the_status(
    box: WebBox, agnes: Phone
) -> None:
    box.keeper.log_problem = KeeperDownError()
    started = time.monotonic()

    for _ in range(10):
        assert agnes.get(f"/borgere/{AASE.id}/medicin").status_code == 200
    assert time.monotonic() - started < 30  # one wait is longer

    assert "N-502" in agnes.get("/status").text
    status = agnes.get("/status.json").json
    assert status is not None
    assert (status["problems"], status["log_waiting"]) == (["N-502"], 10)


def test_view_that_says_nothing_of_the_log_stops_the_program() -> None:
    app = Flask("bare")
    app.add_url_rule("/x", "x", needs_unlock(lambda: "Aase"))

    with pytest.raises(ConfigError, match="'x' says nothing of the log"):
        audit.refuse_unmarked(app)


def test_view_marked_twice_stops_the_program() -> None:
    with pytest.raises(ConfigError, match="entered twice"):
        audit.shows_nobody(audit.entered_as(Action.VIEW_UNIT)(lambda: ""))


def test_view_that_forgets_to_say_whom_it_showed_is_not_sent(box: WebBox, agnes: Phone) -> None:
    @needs_unlock
    @audit.entered_as(Action.VIEW_CITIZEN)
    def forgetful() -> str:
        return f"Medicin til {AASE.name}"

    box.app.view_functions["units.list_units"] = forgetful
    box.keeper.logged.clear()

    answer = agnes.get("/afsnit")

    assert answer.status_code == 500
    assert AASE.family_name not in answer.text
    assert "N-000" in answer.text
    assert logged(box) == []


def test_box_locked_in_the_middle_of_a_page_goes_to_the_front_page(
    box: WebBox, agnes: Phone
) -> None:
    box.keeper.logged.clear()
    box.keeper.lock()

    assert agnes.get(f"/borgere/{AASE.id}/medicin").status_code == 303
    assert logged(box) == []


def test_sessions_looks_are_forgotten_with_the_session(box: WebBox, agnes: Phone) -> None:
    token = agnes.cookie()
    assert token is not None
    agnes.get(f"/borgere/{AASE.id}/medicin")

    agnes.post("/log-ud")

    assert [look for look in box.services.notes._looks if look[0] == token] == []
