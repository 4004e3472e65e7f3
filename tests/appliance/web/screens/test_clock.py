"""The nurse sets the clock of a box that lost it: the real clock on a simulated machine."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from appliance.clock import ClockLevel
from appliance.sealed_log.entry import Action, ClockTrust
from tests.appliance.web.conftest import Phone, WebBox, web_box
from tests.appliance.web.screens.test_medication import words_of
from tests.simulators.box_people import AASE
from tests.simulators.box_state import config_in, new_ram_folder, remove_ram_folder
from tests.simulators.machine_time import TODAY, SimulatedMachine

RIGHT = {"dato": "2026-12-01", "klokken": "03:14:00"}  # Danish time


@pytest.fixture
def machine() -> SimulatedMachine:
    """A box that was without power for a night and has no network."""
    return SimulatedMachine(system=TODAY - timedelta(hours=9))


@pytest.fixture
def late_box(machine: SimulatedMachine, tmp_path: Path) -> Iterator[WebBox]:
    ram = new_ram_folder()
    with web_box(machine.clock(ram), config_in(tmp_path, ram)) as box:
        yield box
    remove_ram_folder(ram)


@pytest.fixture
def agnes(late_box: WebBox) -> Phone:
    return late_box.logged_in("AGN")


def question(phone: Phone) -> str:
    """Return the number of the time that waits, as the page carries it."""
    found = re.search(r'name="forslag" value="([^"]+)"', phone.get("/ur/bekraeft").text)
    assert found is not None
    return found[1]


def level(box: WebBox) -> ClockLevel:
    return box.services.clock.judged().level


def test_every_page_says_that_the_clock_is_unsure_and_no_age(
    late_box: WebBox, agnes: Phone
) -> None:
    for path in ("/", "/status", "/afsnit", f"/borgere/{AASE.id}/medicin", "/soeg", "/ur"):
        page = late_box.phone().get(path).text if path == "/" else agnes.get(path).text

        assert "Boksens ur er usikkert. Tjek tiden: man. 30. nov. 2026 kl. 18.14." in page, path
        assert re.search(r"(?:Data|Medicin) fra [^<]*2026 kl. \d\d.\d\d\.", page), path
        assert not re.search(r"\d (min|timer) (gamle|siden)", page), path


def test_sure_clock_is_not_mentioned(machine: SimulatedMachine, agnes: Phone) -> None:
    machine.system, machine.is_synchronised = TODAY, True

    page = agnes.get("/afsnit").text

    assert "usikkert" not in page
    assert re.search(r"\d timer siden", page)


def test_phones_time_is_compared_and_typed_again_before_it_counts(
    late_box: WebBox, agnes: Phone
) -> None:
    assert agnes.post("/ur", **RIGHT).headers["Location"] == "/ur/bekraeft"
    page = words_of(agnes.get("/ur/bekraeft").text)
    assert "Boksens ur viser mandag den 30. november 2026 kl. 18.14." in page
    assert "Du skriver, at klokken er tirsdag den 1. december 2026 kl. 03.14." in page
    assert "Boksens ur er 9 timer bagud." in page

    refused = agnes.post("/ur/bekraeft", forslag=question(agnes))
    assert refused.status_code == 422
    assert level(late_box) is ClockLevel.UNSURE

    agnes.post("/ur/bekraeft", forslag=question(agnes), dato="1.12.2026", klokken="03.15")
    assert late_box.services.clock.now() == TODAY
    assert level(late_box) is ClockLevel.MANUAL


def test_colleague_confirms_with_one_tap(late_box: WebBox, agnes: Phone) -> None:
    bent = late_box.logged_in("BEN")
    agnes.post("/ur", **RIGHT)

    assert "AGN skriver, at klokken er" in bent.get("/ur").text
    assert 'name="klokken"' not in bent.get("/ur/bekraeft").text
    bent.post("/ur/bekraeft", forslag=question(bent))

    assert level(late_box) is ClockLevel.MANUAL
    assert "Stillet manuelt" in bent.get("/status").text
    assert "usikkert" not in bent.get("/status").text


def test_small_difference_needs_one_tap(
    machine: SimulatedMachine, late_box: WebBox, agnes: Phone
) -> None:
    machine.system = TODAY - timedelta(minutes=4)
    agnes.post("/ur", **RIGHT)

    assert "Boksens ur er 4 minutter bagud." in agnes.get("/ur/bekraeft").text
    agnes.post("/ur/bekraeft", forslag=question(agnes))

    assert late_box.services.clock.now() == TODAY


def test_both_looks_are_entered_by_whom_and_with_both_times(late_box: WebBox, agnes: Phone) -> None:
    bent = late_box.logged_in("BEN")
    late_box.keeper.logged.clear()
    agnes.post("/ur", **RIGHT)
    bent.post("/ur/bekraeft", forslag=question(bent))

    asked, done = late_box.keeper.logged
    assert (asked.action, asked.who.initials) == (Action.CLOCK_ASKED, "AGN")
    assert (done.action, done.who.initials) == (Action.CLOCK_SET, "BEN")
    assert (done.about, done.when.at) == ("2026-12-01T02:14:00Z", TODAY - timedelta(hours=9))
    assert {asked.when.clock, done.when.clock} == {ClockTrust.UNSURE}


@pytest.mark.parametrize(
    ("dato", "klokken", "sentence"),
    [
        ("i dag", "nu", "Datoen eller klokkeslættet kan ikke læses."),
        ("2016-12-01", "03:14", "Den tid kan ikke passe."),
        ("2099-12-01", "03:14", "Den tid kan ikke passe."),
    ],
)
def test_time_that_cannot_be_is_refused_at_once_with_what_was_typed(
    agnes: Phone, dato: str, klokken: str, sentence: str
) -> None:
    answer = agnes.post("/ur", dato=dato, klokken=klokken)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{dato}"' in answer.text
    assert agnes.get("/ur/bekraeft").headers["Location"] == "/ur"


def test_keeper_that_knows_better_is_heard(late_box: WebBox, agnes: Phone) -> None:
    agnes.post("/ur", **RIGHT)
    waiting = question(agnes)
    ram_dir = late_box.config.box.ram_dir
    late_box.keeper.clock = SimulatedMachine(is_synchronised=True).clock(ram_dir)

    answer = agnes.post("/ur/bekraeft", forslag=waiting, **RIGHT)

    assert (answer.status_code, "N-408" in answer.text) == (422, True)
    assert level(late_box) is ClockLevel.UNSURE


def test_two_times_that_differ_change_nothing(late_box: WebBox, agnes: Phone) -> None:
    agnes.post("/ur", **RIGHT)

    answer = agnes.post("/ur/bekraeft", forslag=question(agnes), dato="2026-12-01", klokken="04:14")

    assert "De to tider er ikke ens." in answer.text
    assert level(late_box) is ClockLevel.UNSURE


def test_confirmation_of_a_time_that_was_replaced_or_is_over_changes_nothing(
    machine: SimulatedMachine, late_box: WebBox, agnes: Phone
) -> None:
    agnes.post("/ur", **RIGHT)
    first = question(agnes)
    agnes.post("/ur", dato="2026-12-02", klokken="03:14")
    assert agnes.post("/ur/bekraeft", forslag=first, **RIGHT).headers["Location"] == "/ur/bekraeft"

    machine.run(timedelta(minutes=10))

    assert agnes.get("/ur/bekraeft").headers["Location"] == "/ur"
    assert level(late_box) is ClockLevel.UNSURE


def test_time_that_waits_is_forgotten_with_everybody_when_the_box_is_locked(
    late_box: WebBox, agnes: Phone
) -> None:
    agnes.post("/ur", **RIGHT)
    late_box.keeper.lock()
    agnes.get("/")

    bent = late_box.logged_in("BEN")

    assert "AGN" not in bent.get("/ur").text
    assert bent.get("/ur/bekraeft").headers["Location"] == "/ur"


def test_clock_the_network_keeps_is_shown_and_not_set(
    machine: SimulatedMachine, agnes: Phone
) -> None:
    agnes.post("/ur", **RIGHT)
    machine.system, machine.is_synchronised = TODAY, True

    page = agnes.get("/ur").text
    assert "Uret bliver stillet af netværket." in page
    assert 'name="klokken"' not in page
    assert agnes.post("/ur", **RIGHT).status_code == 422
    assert agnes.get("/ur/bekraeft").headers["Location"] == "/ur"


def test_battery_clock_may_be_set_right(machine: SimulatedMachine, agnes: Phone) -> None:
    machine.battery = machine.system
    machine.run(timedelta(minutes=2))

    page = agnes.get("/ur").text

    assert "Uret går på sit eget batteri." in page
    assert 'name="klokken"' in page


@pytest.mark.parametrize(
    ("initials", "sentence"),
    [("", "Log ind for at stille uret."), ("DOR", "Bed en kollega fra plejen eller IT")],
)
def test_others_see_the_clock_and_cannot_set_it(
    late_box: WebBox, agnes: Phone, initials: str, sentence: str
) -> None:
    phone = late_box.logged_in(initials) if initials else late_box.phone()
    agnes.post("/ur", **RIGHT)

    page = phone.get("/ur").text

    assert sentence in page
    assert 'name="klokken"' not in page
    assert "AGN" not in page
    assert phone.post("/ur", **RIGHT).status_code in (303, 403)


def test_account_with_an_end_date_is_let_in_while_nobody_knows_the_date(
    machine: SimulatedMachine, late_box: WebBox
) -> None:
    machine.system = TODAY + timedelta(days=3 * 365)
    assert late_box.logged_in("FIN").get("/afsnit").status_code == 200

    machine.is_synchronised = True

    assert late_box.phone().log_in("FIN").status_code == 422


def test_sheet_leaves_room_for_the_time_and_says_why(late_box: WebBox, agnes: Phone) -> None:
    agnes.post(f"/udskriv/medicinliste/{AASE.id}", bekraeft="1")
    late_box.print_all()

    sheet = late_box.keeper.logged[-1]
    assert (sheet.action, sheet.when.clock) == (Action.SHEET_MADE, ClockTrust.UNSURE)


def test_english_visitor_reads_english(agnes: Phone) -> None:
    agnes.client.set_cookie("sprog", "en")
    agnes.post("/ur", **RIGHT)

    page = agnes.get("/ur/bekraeft").text

    assert "The box clock shows Monday 30 November 2026 18:14." in page
    assert "The box clock is 9 hours slow." in page
