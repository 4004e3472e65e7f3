"""Another municipality's plan is at work on the screens and on paper, and no code was touched."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from appliance.cli import nodboks
from appliance.clock import HeldClock
from appliance.paper.drill_pack import KIND as DRILL_PACK
from appliance.paper.plan_sheets.plan_frame import GROUP
from appliance.paper.sheets import SHEETS
from appliance.plan.loader import load_plan
from appliance.web.screens.sheets import address_of
from tests.appliance.plan.conftest import SUNDHAVN
from tests.appliance.web.conftest import Phone, WebBox, a_web_box
from tests.appliance.web.screens.outage.test_drill import paper
from tests.appliance.web.screens.test_medication import words_of

PLAN = load_plan(SUNDHAVN)
HOME = "/indsatsplan"
# What only the shipped plan says; none of it may show through.
SHIPPED_WORDS = ("sundhedskrisestab", "Nattevagt", "brand og redning", "8 timer", "sygehus")


@pytest.fixture
def box(clock: HeldClock, tmp_path: Path) -> Iterator[WebBox]:
    with a_web_box(
        tmp_path, clock, lambda one: replace(one, box=replace(one.box, plan_dir=SUNDHAVN))
    ) as made:
        yield made


def shown(phone: Phone, path: str = "") -> str:
    answer = phone.get(f"{HOME}{path}")
    assert answer.status_code == 200
    return words_of(answer.text)


def test_the_check_finds_nothing_to_mend_in_it() -> None:
    done = CliRunner().invoke(nodboks, ["plan", "check", "--strict", str(SUNDHAVN)])

    assert done.exit_code == 0, done.output
    assert "2 chapters, 4 action cards, 2 letters" in done.output


def test_every_screen_says_what_this_plan_says_and_nothing_of_the_shipped_one(
    phone: Phone,
) -> None:
    phone.post(f"{HOME}/start", siden="0", initialer="BP")
    pages = {
        "": ["Når systemerne er nede", "Ring til driftsvagten.", "01 71 00 01", "Rutekoordinator"],
        "/kontaktrunde": ["Team Havnen", "Team Skoven", "Dagcenter Fyret"],
        "/omfang": list(PLAN.systems),
        "/beslutninger": ["Skal kriseledelsen samles?", "Hvem skriver til borgerne?"],
        "/breve": ["Vi kan ikke sende recepter", "Vi kan ikke se jeres tilmeldinger"],
        "/breve/apotek": ["Sundhavn Kommune", "01 71 00 10"],
        "/plan": ["Velfærdschef Bodil Prøve", "01.06.2027", "Efter 4 timer", "Ilt og insulin"],
        **{f"/kort/{card.id}": [card.title, "Gør ikke"] for card in PLAN.cards},
    }

    for path, words in pages.items():
        page = shown(phone, path)
        assert [word for word in words if word not in page] == [], path
        assert [word for word in SHIPPED_WORDS if word in page] == [], path


def test_leaders_are_warned_at_three_hours_and_asked_at_four(box: WebBox, phone: Phone) -> None:
    phone.post(f"{HOME}/start", siden="0", initialer="BP")
    pages = []
    for hours in (1, 2.5, 1):
        box.clock.move(timedelta(hours=hours))
        pages.append(shown(phone))
    phone.post(f"{HOME}/beslutninger", om="kriseledelse", valg="0", navne="Bodil", initialer="BP")
    phone.post(f"{HOME}/beslutninger", om="borgerbrev", valg="1", navne="Bodil", initialer="BP")

    early, warned, asked = pages
    assert "tages stilling" not in early
    assert "Om 30 min. skal der tages stilling: Kriseledelse" in warned
    assert "Tæl de besøg, der ikke nås." in warned
    assert "Nedbruddet har varet 4 timer. Der skal tages stilling:" in asked
    assert "Der skal tages stilling:" not in shown(phone)


def test_every_sheet_of_the_plan_is_of_this_municipality(box: WebBox, phone: Phone) -> None:
    phone.post(f"{HOME}/oevelse", initialer="BP")
    phone.post(f"{HOME}/gjort", trin="ilt", initialer="BP")
    phone.post(f"{HOME}/slut", initialer="BP")
    # The pack of a drill is the same in every municipality.
    kinds = [each for each in SHEETS.values() if each.group == GROUP and each is not DRILL_PACK]
    for kind in kinds:
        phone.post(f"/skemaer/{address_of(kind)}")
        box.print_all()

    texts = [" ".join(text.split()) for text in paper(box)]

    assert len(texts) == len(kinds) == 10
    assert [text[:60] for text in texts if "Sundhavn Kommune, plan 2026-2" not in text] == []
    together = " ".join(texts)
    for words in ("Ring til alle, der får ilt.", "Skal kriseledelsen samles?", "Team Skoven"):
        assert words in together
    assert [word for word in SHIPPED_WORDS if word in together] == []


def test_the_report_of_a_drill_is_measured_against_this_plan(phone: Phone) -> None:
    phone.post(f"{HOME}/oevelse", initialer="BP")
    phone.post(f"{HOME}/gjort", trin="ilt", initialer="BP")
    phone.post(f"{HOME}/slut", initialer="BP")

    report = shown(phone, "/rapport")

    assert "Punkter gjort 1 af 3" in report
    assert "Sundhavn Kommune, version 2026-2" in report
    assert "Dagcenter Fyret Ikke ringet til" in report


def test_page_of_the_plan_shows_what_has_changed_since_the_version_before(
    clock: HeldClock, tmp_path: Path
) -> None:
    plan = Path(shutil.copytree(SUNDHAVN, tmp_path / "plan"))
    shutil.copytree(SUNDHAVN, plan / "previous")
    card = plan / "cards" / "teamleder.md"
    card.write_text(card.read_text() + "\n- Ring hjem, før du går.\n")

    with a_web_box(
        tmp_path, clock, lambda one: replace(one, box=replace(one.box, plan_dir=plan))
    ) as made:
        page = words_of(made.app.test_client().get(f"{HOME}/plan").text)

    assert f"Ændret siden version {PLAN.responsibility.version}" in page
    assert "nyt: Ring hjem, før du går." in page
