"""Route lists on the screen: the paper's own, for whoever may have them, without CPR or code."""

import html
import re
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from appliance.paper.unit_sheets.cells import CODE_ELSEWHERE
from appliance.printing.jobs import Phase
from appliance.records.addresses import ADDRESS_PROTECTED
from appliance.records.alerts import SECTION_NAMES
from appliance.records.models import Visit
from appliance.records.terms import Role, Section, StaffId
from appliance.sealed_log.entry import Action
from tests.appliance.printing.printer_on_strings import PrinterOnStrings
from tests.appliance.web.conftest import Phone, WebBox
from tests.simulators.box_people import AASE, CITIZENS, EGON, NINNA, NORD, SYD, staff
from tests.simulators.box_roads import CODE, OTHER_ROUTE, ROUTE, ROUTE_NAME

HOME = f"/koerelister/{SYD.id}"
LIST = f"{HOME}/{ROUTE}"
MEALS = f"{HOME}/madservice"
VISIT_SHEET, MEAL_SHEET = "koereliste-hjemmepleje", "koereliste-madservice"
DAY = "2026-11-23"


@pytest.fixture
def dorte(box: WebBox) -> Phone:
    """The drivers' coordinator of Afsnit Syd."""
    return box.logged_in("DOR")


@pytest.fixture
def printer(box: WebBox) -> PrinterOnStrings:
    printer = PrinterOnStrings()
    box.services.desk.printer = printer
    return printer


def words(page: str) -> str:
    """Return what a person reads on the page itself, below strip and menu."""
    body = page.partition("<main")[2].partition("</main>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split()).replace("\xa0", " ")


def on_paper(printer: PrinterOnStrings) -> str:
    texts = (page.extract_text() for job in printer.taken for page in _pages(job.pdf))
    return " ".join(texts).replace("\xa0", " ")


def _pages(pdf: bytes):
    return PdfReader(BytesIO(pdf)).pages


def test_day_shows_each_route_with_times_stops_driver_and_who_cannot_wait(agnes: Phone) -> None:
    page = words(agnes.get(HOME).text)

    assert "Kørelister man. 23. nov." in page
    assert f"{ROUTE_NAME} Kl. 07.20–07.50 · 2 stop · Maja Lind 2 livsnødvendige" in page
    assert f"{OTHER_ROUTE} Kl. 19.20–19.35 · 1 stop" in page
    assert "Nord 1" not in page


def test_list_shows_its_stops_in_order_with_everything_the_paper_has_but_cpr_and_code(
    agnes: Phone,
) -> None:
    page = agnes.get(LIST)

    told = words(page.text)
    assert told.index("Aase Prøvesen") < told.index("Egon Mønsted")
    for part in (
        "1 · 07.20–07.40 · 20 min.", "CPR 010130-••••", "Medicingivning", "2 PERSONER",
        "CAVE: Penicillin – udslæt", "Livsnødvendig: Insulin hver morgen og aften",
        CODE_ELSEWHERE, "2 · 07.50 · varighed ukendt",
        "Slut på ruten: 2 besøg",
    ):  # fmt: skip
        assert part in told, part
    assert CODE not in page.text
    assert not any(citizen.cpr[-4:] in told for citizen in (AASE, EGON) if citizen.cpr)
    assert "Udført: kl." not in told


def test_list_says_how_old_its_visits_are(agnes: Phone) -> None:
    assert "Data fra kl. 02.05 · 55 min gamle" in agnes.get(LIST).text


def test_protected_address_stands_on_no_screen(box: WebBox, phone: Phone) -> None:
    hidden = replace(AASE, address="Hemmelig Vej 7", city="Aarhus", is_address_protected=True)
    box.hold(citizens=(hidden, *CITIZENS[1:]))
    phone.unlock()

    page = phone.get(LIST).text

    assert ADDRESS_PROTECTED in page
    assert "Hemmelig" not in page


def test_what_the_feed_lacks_is_said_and_is_never_a_day_without_routes(
    box: WebBox, phone: Phone
) -> None:
    empty = timedelta(days=9)
    box.hold(missing=frozenset({Section.VISITS}))
    phone.unlock()

    page = words(phone.get(f"{HOME}?dag={(box.clock.now() + empty).date()}").text)

    assert f"{SECTION_NAMES[Section.VISITS]} er ikke med i kopien." in page
    assert "Der er ingen besøg i kopien den dag." not in page


def test_day_without_routes_says_so_and_another_day_that_it_is_not_today(agnes: Phone) -> None:
    page = words(agnes.get(f"{HOME}?dag=2026-11-25").text)

    assert "ons. 25. nov. 2026: Der er ingen besøg i kopien den dag." in page
    assert "Det er ikke listerne for i dag." in page
    assert "Det er ikke listerne for i dag." not in words(agnes.get(HOME).text)


@pytest.mark.parametrize(
    ("shift", "shown"), [("dag", ROUTE_NAME), ("aften", OTHER_ROUTE), ("nat", ""), ("x", "both")]
)
def test_shift_shows_the_routes_that_have_a_stop_in_it(
    agnes: Phone, shift: str, shown: str
) -> None:
    page = words(agnes.get(f"{HOME}?vagt={shift}").text)

    assert (ROUTE_NAME in page) == (shown in (ROUTE_NAME, "both"))
    assert (OTHER_ROUTE in page) == (shown in (OTHER_ROUTE, "both"))
    assert ("Ingen af ruterne har stop i den vagt." in page) == (shown == "")


@pytest.mark.parametrize("typed", ["i går", "2026-13-01", "9999-12-31", "0001-01-01", "2027-02-01"])
def test_day_that_is_none_of_these_weeks_does_not_exist(agnes: Phone, typed: str) -> None:
    assert agnes.get(f"{HOME}?dag={typed}").status_code == 404
    assert agnes.post(f"{HOME}/udskriv", ark=VISIT_SHEET, dag=typed).status_code == 404


def test_route_that_is_not_on_that_day_leads_to_the_day_s_lists(agnes: Phone) -> None:
    answer = agnes.get(f"{LIST}?dag=2026-11-24")

    assert answer.headers["Location"] == f"{HOME}?dag=2026-11-24"


def test_forty_routes_with_long_names_stand_there_each(box: WebBox, phone: Phone) -> None:
    morning = box.clock.now() + timedelta(hours=6)
    names = [f"Rute {number} {'W' * 60}" for number in range(40)]
    box.hold(others=tuple(Visit(f"w{name}", EGON.id, morning, 10, name, 1) for name in names))
    phone.unlock()

    page = phone.get(HOME).text

    assert all(name in page for name in names)


def test_coordinator_sees_meals_and_devices_and_neither_visits_nor_anything_of_care(
    dorte: Phone,
) -> None:
    day, meals = dorte.get(HOME).text, dorte.get(MEALS).text

    assert "Madservice" in day
    assert "Hjælpemidler" in day
    assert ROUTE_NAME not in words(day)
    assert dorte.get(LIST).status_code == 303
    told = words(meals)
    assert "1 · 11.00-12.30" in told
    for part in ("Aase Prøvesen", "Diabeteskost", "Kost MANGLER I KILDEN", "1 × Frikadeller"):
        assert part in told, part
    for word in ("CPR", "CAVE:", "Penicillin", "Insulin", CODE, NINNA.family_name):
        assert word not in told, word


def test_nurse_meets_no_list_that_her_role_may_not_print(agnes: Phone) -> None:
    assert "Madservice" not in words(agnes.get(HOME).text)
    assert agnes.get(MEALS).status_code == 303
    assert agnes.post(f"{HOME}/udskriv", ark=MEAL_SHEET).status_code == 404


def test_leader_meets_them_all(box: WebBox) -> None:
    page = words(box.logged_in("GRE").get(HOME).text)

    assert all(name in page for name in (ROUTE_NAME, "Madservice", "Hjælpemidler"))


def test_coordinator_of_a_route_s_entry_names_whom_it_showed(box: WebBox, dorte: Phone) -> None:
    box.keeper.logged.clear()

    dorte.get(MEALS)

    (entry,) = box.keeper.logged
    assert (entry.action, entry.about) == (Action.VIEW_ROUTES, "meal_route")
    assert {whom.citizen_id for whom in entry.whom} == {AASE.id, EGON.id}
    assert entry.who.role == "driver_coordinator"


@pytest.mark.slow
def test_one_route_comes_out_alone_and_all_at_once(
    box: WebBox, agnes: Phone, printer: PrinterOnStrings
) -> None:
    agnes.post(f"{HOME}/udskriv", ark=VISIT_SHEET, dag=DAY, rute=ROUTE)
    box.print_all()
    alone = on_paper(printer)
    printer.taken.clear()
    agnes.post(f"{HOME}/udskriv", ark=VISIT_SHEET, dag=DAY)
    box.print_all()

    both, one = box.services.desk.queue.jobs()
    assert (len(one.sheets), len(both.sheets)) == (1, 2)
    assert ROUTE_NAME in alone
    assert OTHER_ROUTE not in alone
    assert "Gælder man. 23. nov." in words(agnes.get("/udskrifter").text)


@pytest.mark.slow
def test_list_for_another_day_says_so_at_its_head(
    box: WebBox, agnes: Phone, printer: PrinterOnStrings
) -> None:
    agnes.post(f"{HOME}/udskriv", ark=VISIT_SHEET, dag="2026-11-24", rute="")
    box.print_all()

    assert "Listen er ikke for i dag. Den gælder tirs. 24. nov. 2026." in on_paper(printer)


@pytest.mark.slow
def test_coordinator_prints_lists_and_keys_and_follows_them_to_the_hand(
    box: WebBox, dorte: Phone, printer: PrinterOnStrings
) -> None:
    dorte.post(f"{HOME}/udskriv", ark=MEAL_SHEET, dag=DAY)
    dorte.post(f"{HOME}/udskriv", ark="noegleliste", dag=DAY, rute="madservice")
    box.print_all()
    keys, meals = box.services.desk.queue.jobs()
    page = words(dorte.get("/udskrifter").text)
    dorte.post(f"/udskrifter/{meals.id}/papir", svar="ja")

    assert [job.phase for job in (keys, meals)] == [Phase.PRINTED, Phase.PRINTED]
    assert "Køreliste – Madservice for Afsnit Syd" in page
    assert "Nøgleliste for Afsnit Syd" in page
    text = on_paper(printer)
    assert CODE in text
    assert "0101301234" not in text.replace("-", "")
    assert len(keys.sheets) == 1
    (answered,) = [job for job in box.services.desk.queue.jobs() if job.id == meals.id]
    assert answered.phase is Phase.CONFIRMED


def test_coordinator_sees_no_job_of_anything_else(box: WebBox, agnes: Phone, dorte: Phone) -> None:
    agnes.post(f"/udskriv/medicinliste/{AASE.id}")
    agnes.post(f"/udskriv/pakke/{SYD.id}")
    agnes.post(f"{HOME}/udskriv", ark=VISIT_SHEET)
    every = box.services.desk.queue.jobs()

    page = dorte.get("/udskrifter").text
    answers = [dorte.get(f"/udskrifter/{job.id}.json").status_code for job in every]
    again = [dorte.post(f"/udskrifter/{job.id}/igen").status_code for job in every]

    assert AASE.family_name not in page
    assert "Der er ikke udskrevet noget endnu." in page
    assert (answers, again) == ([404] * 3, [404] * 3)


@pytest.mark.parametrize(
    "form",
    [{}, {"ark": "medicinliste"}, {"ark": "noedpakke"}, {"ark": VISIT_SHEET, "rute": "XXXXX"},
     {"ark": VISIT_SHEET, "rute": "madservice"}],
)  # fmt: skip
def test_what_is_no_route_list_of_the_day_cannot_be_ordered_here(
    box: WebBox, agnes: Phone, form: dict[str, str]
) -> None:
    assert agnes.post(f"{HOME}/udskriv", **form).status_code == 404
    assert box.services.desk.queue.jobs() == []


def test_assistant_is_offered_no_key_list(box: WebBox) -> None:
    olga = replace(staff()["Agnes"], id=StaffId("s-olga"), initials="OLG", role=Role.ASSISTANT)
    box.keeper.town = replace(box.keeper.town, accounts=(*staff().values(), olga))

    page = words(box.logged_in("OLG").get(LIST).text)

    assert "Køreliste – hjemmepleje" in page
    assert "Nøgleliste" not in page


def test_visitor_of_one_unit_goes_straight_to_it_and_others_choose(
    box: WebBox, agnes: Phone
) -> None:
    assert agnes.get("/koerelister").headers["Location"] == HOME

    page = box.unlocked_phone().get("/koerelister").text
    assert f'href="{HOME}"' in page
    assert f'href="/koerelister/{NORD.id}"' in page


def test_english_screen_keeps_the_paper_s_own_words_danish(agnes: Phone) -> None:
    agnes.client.set_cookie("sprog", "en")

    assert "Route lists Mon 23 Nov" in words(agnes.get(HOME).text)
