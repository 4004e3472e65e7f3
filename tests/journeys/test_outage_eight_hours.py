"""Eight hours without IT, on one phone without scripts and a box that stays locked all night.

The real web program with a clock the journey moves; killed in the middle, its log torn as a power
cut tears it, and opened again.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.outage.event_file import read_lines
from appliance.outage.events import Kind
from tests.journeys.later_web import LaterWeb, later_web
from tests.journeys.outage_steps import (
    LEADERS,
    PLAN,
    decide,
    read,
    ring_all,
    sign,
    tick_first_points,
)
from tests.journeys.phone import Phone, plain
from tests.simulators.box_people import personal_words

pytestmark = pytest.mark.slow


@pytest.fixture
def night(tmp_path: Path) -> Iterator[LaterWeb]:
    with later_web(tmp_path) as made:
        yield made


def log_of(night: LaterWeb) -> Path:
    return night.web.config.box.state_dir / "outage" / "0001.jsonl"


def power_cut(night: LaterWeb) -> None:
    """Kill the web, and leave the half of a line behind, as a file system may."""
    night.web.kill()
    last = log_of(night).read_bytes().splitlines()[-1]
    with log_of(night).open("ab") as sink:
        sink.write(last[: len(last) // 2])
    night.web.start()


def test_eight_hours_of_an_outage_with_a_power_cut_in_the_middle(night: LaterWeb) -> None:
    phone = Phone(night.web.address)

    # 0 h: begun by a nurse who is asked once more, and once only who she is.
    assert "Ja, start nøddrift" in read(phone, "/start")
    page = plain(phone.submit(f"{PLAN}/start", initialer="ab", siden="30", nede="Internettet"))
    assert "30 min. siden nedbruddet begyndte" in page
    assert tick_first_points(phone).count("Fortryd") == 3

    # 1 h: the round of seven.
    night.move(minutes=45)
    assert "Ring til de andre: hvor stort er nedbruddet?" in read(phone, "")
    assert "Ramt: 4 Ikke ramt: 1 Intet svar: 2 Ikke ringet til: 0" in ring_all(phone)

    # 3 h: the power goes in the middle of a line. What was said to be kept is there.
    night.move(hours=2)
    before = read_lines(log_of(night).read_bytes()).events
    power_cut(night)
    assert read_lines(log_of(night).read_bytes()).events == before
    page = read(phone, "")
    assert "3 t. 15 min. siden nedbruddet begyndte" in page
    assert "1 linje i loggen blev ødelagt af et strømsvigt." in page
    assert page.count("Fortryd") == 3
    page = sign(phone, "", "/gjort", initialer="cd", trin="livsnoedvendige")
    assert "Se til borgere med livsnødvendig behandling. CD kl." in page

    # 6 h: a warning on every page; 8 h: a question until leaders have answered it.
    night.move(hours=3)
    assert re.search(
        r"Om 1 t\. 4[45] min\. skal der tages stilling: Sundhedskrisestab", read(phone, "")
    )
    night.move(hours=2)
    assert "Der skal tages stilling nu" in plain(phone.open("/status"))
    assert "Skal sundhedskrisestaben samles?" in read(phone, "")
    assert f"Taget stilling af {LEADERS} kl." in decide(phone)
    assert "Der skal tages stilling" not in read(phone, "")

    # Hospital told, a colleague called, then it is over.
    sign(phone, "/breve/sygehus", hvem="Akutmodtagelsen")
    sign(phone, "/tilkald", hvem="EF", svar="comes", kommer="07:00")
    night.move(hours=1)
    page = sign(phone, "/slut")
    assert "Varede 9 t. 15 min." in page
    assert "Punkter gjort 4 af" in page
    assert "Nøddrift siden" not in plain(phone.open("/status"))

    assert_log_is_whole_and_names_nobody(night)


def assert_log_is_whole_and_names_nobody(night: LaterWeb) -> None:
    content = log_of(night).read_bytes()
    found = read_lines(content)
    kinds = [event.kind for event in found.events]
    assert (kinds[0], kinds[-1], found.damaged) == (Kind.START, Kind.END, 1)
    assert [event.number for event in found.events] == list(range(1, len(kinds) + 1))
    counted = {kind: kinds.count(kind) for kind in (Kind.STEP, Kind.ROUND, Kind.DECISION)}
    assert counted == {Kind.STEP: 4, Kind.ROUND: 7, Kind.DECISION: 2}
    for line in content.splitlines():
        if line.endswith(b"}"):
            assert json.loads(line)
    for path in log_of(night).parent.iterdir():
        text = path.read_text()
        assert not [word for word in personal_words() if re.search(rf"\b{word}\b", text)]


def test_killed_again_and_again_the_log_never_loses_what_was_said_to_be_kept(
    night: LaterWeb,
) -> None:
    phone = Phone(night.web.address)
    sign(phone, "/start", initialer="ab", siden="0")

    for number in range(4):
        sign(phone, "/log", initialer="ab", tekst=f"linje {number}")
        power_cut(night)
        phone = Phone(night.web.address)

    page = read(phone, "/log")
    assert all(f"linje {number} AB" in page for number in range(4))
