"""A locked box in the eighth hour: what is noted on its screens comes out of its printer."""

from datetime import timedelta

import pytest

from appliance.outage.journal import Beginning
from appliance.paper.plan_sheets.noted import AS_NOTED
from tests.appliance.paper.pages import texts
from tests.appliance.web.conftest import Phone, WebBox
from tests.appliance.web.screens.outage.test_paper import buttons

pytestmark = pytest.mark.slow  # seconds, not milliseconds

PLAN = "/indsatsplan"
FILLED = {
    "/beslutninger": (
        "kl. 11.00 Ja, nu Chef Holm og direktør Krag AB",
        "kl. 11.00 Nattevagten bliver til kl. 12 Leder Lund CD",
        "3 faste beslutninger · 2 noteret på boksen",
    ),
    "/kontaktrunde": ("Ramt: 2 · Ikke ramt: 0 · Intet svar: 1", "Botilbud Øst", "11.00 X 12.30 AB"),
    "/omfang": ("Har varet 8 t. 0 min.", "2 af 7", "Nødkaldene X Noteret af AB kl. 11.00"),
    "/tilkald": ("EF Noteret af AB", "11.00 X 17.00"),
    "/breve": ("Akutmodtagelsen, telefon man. 23. nov. 2026 kl. 11.00 AB",),
    "/plan": ("Straks Nedbruddet begynder X Ring til IT-vagten.", "11.00 AB", AS_NOTED),
    "/log": ("Foreløbig rapport", "Har varet 8 t. 0 min.", "Vagten er delt i to hold AB"),
}  # fmt: skip


@pytest.fixture
def night(box: WebBox) -> WebBox:
    """Return a box that is locked, in the eighth hour, and has been written in all night."""
    box.services.outage.begin(Beginning("AB"))
    box.clock.move(timedelta(hours=8))
    note_all(box.phone())
    return box


def note_all(phone: Phone) -> None:
    """Write on the screens what people would."""
    signed = {"initialer": "AB"}
    phone.post(f"{PLAN}/gjort", trin="ring-it", **signed)
    for name, answer, again in (
        ("Madservice", "hit", ""),
        ("Botilbud Øst", "hit", ""),
        ("Sygeplejen, vagttelefon", "silent", "12:30"),
    ):  # fmt: skip
        phone.post(f"{PLAN}/kontaktrunde", navn=name, svar=answer, igen=again, **signed)
    phone.post(f"{PLAN}/omfang", nede="Nødkaldene", **signed)
    phone.post(f"{PLAN}/tilkald", hvem="EF", svar="comes", kommer="17:00", **signed)
    phone.post(f"{PLAN}/breve/sygehus", hvem="Akutmodtagelsen, telefon", **signed)
    phone.post(
        f"{PLAN}/beslutninger",
        om="krisestab",
        valg="0",
        navne="Chef Holm og direktør Krag",
        **signed,
    )
    other = {"om": "andet", "hvad": "Nattevagten bliver til kl. 12", "navne": "Leder Lund"}
    phone.post(f"{PLAN}/beslutninger", **other, initialer="CD")
    phone.post(f"{PLAN}/log", tekst="Vagten er delt i to hold", **signed)


def printed_from(box: WebBox, path: str) -> str:
    """Press the print button of a page, and return what came out of the printer."""
    phone = box.phone()
    for address in buttons(phone, path):
        phone.post(address)
    box.print_all()
    found = sorted(box.config.printer.folder.glob("*.pdf"))
    return " ".join(page for each in found for page in texts(each.read_bytes()))


@pytest.mark.parametrize("path", FILLED)
def test_what_is_noted_on_a_page_is_on_its_paper(night: WebBox, path: str) -> None:
    words = printed_from(night, f"{PLAN}{path}")

    assert night.services.keeper.status().locked
    for each in FILLED[path]:
        assert each in words


@pytest.mark.parametrize("path", ["/beslutninger", "/kontaktrunde", "/omfang", "/tilkald"])
def test_when_it_is_over_the_sheets_are_blank_forms_again(night: WebBox, path: str) -> None:
    night.phone().post(f"{PLAN}/slut", initialer="AB")

    words = printed_from(night, f"{PLAN}{path}")

    assert AS_NOTED not in words
    assert " X " not in words


def test_the_set_of_the_plan_has_what_was_noted_in_it(night: WebBox) -> None:
    words = printed_from(night, PLAN)

    for path, told in FILLED.items():
        assert path == "/log" or told[0] in words


def test_in_a_drill_every_page_of_what_was_noted_says_so(box: WebBox) -> None:
    box.services.outage.begin(Beginning("AB", is_drill=True))
    note_all(box.phone())

    for path in FILLED:
        printed_from(box, f"{PLAN}{path}")

    for each in box.config.printer.folder.glob("*.pdf"):
        assert all("ØVELSE" in page for page in texts(each.read_bytes()))


def test_while_one_is_on_the_page_of_reports_prints_no_earlier_one(night: WebBox) -> None:
    phone = night.phone()
    phone.post(f"{PLAN}/slut", initialer="AB")
    assert buttons(phone, f"{PLAN}/rapport") == ["/skemaer/rapport-over-oevelse-eller-nedbrud"]

    phone.post(f"{PLAN}/start", siden="0", initialer="AB")

    assert buttons(phone, f"{PLAN}/rapport") == []
    assert buttons(phone, f"{PLAN}/log") == ["/skemaer/rapport-over-oevelse-eller-nedbrud"]
