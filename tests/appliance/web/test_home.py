"""The front page offers what a visitor may do, and nothing they would be turned away from."""

import re

from appliance.clock import HeldClock
from appliance.vault.sessions import Sessions
from appliance.web.home import Tile, tiles
from appliance.web.visitor import Visitor, person_of
from tests.appliance.web.conftest import Phone, WebBox
from tests.simulators.box_people import NORD, SYD, staff

_TILES = re.compile(r'<ul class="tiles">(.*?)</ul>', re.DOTALL)
_LINK = re.compile(r'href="([^"]+)"')


def links(page: str) -> list[str]:
    found = _TILES.search(page)
    assert found is not None
    return _LINK.findall(found[1])


def test_nurse_has_every_tile_and_coordinator_those_of_the_road(box: WebBox, agnes: Phone) -> None:
    assert len(links(agnes.get("/afsnit").text)) == len(Tile)
    assert links(box.logged_in("DOR").get("/afsnit").text) == [
        "/koerelister", "/indsatsplan", "/skemaer", "/udskrifter", "/status",
    ]  # fmt: skip


def test_every_tile_leads_somewhere_its_visitor_may_go(box: WebBox) -> None:
    for initials in ("AGN", "GRE", "DOR"):
        phone = box.logged_in(initials)
        for link in links(phone.get("/afsnit").text):
            answer = phone.client.get(link.replace("&amp;", "&"), follow_redirects=True)
            assert answer.status_code == 200, (initials, link)


def test_one_unit_is_the_one_primary_thing_and_of_several_none_is(
    box: WebBox, agnes: Phone
) -> None:
    one, several = (
        phone.get("/afsnit").text.partition("<main")[2].partition("</main>")[0]
        for phone in (agnes, box.unlocked_phone())
    )

    assert one.count('class="button primary"') == 1
    assert 'class="button primary"' not in several


def test_over_http_where_https_is_required_only_paper_has_tiles(clock: HeldClock) -> None:
    visitor = Visitor(Sessions(clock).start(person_of(staff()["Agnes"])))

    assert tiles(visitor, is_print_only=True) == [
        Tile.ROUTES, Tile.PLAN, Tile.FORMS, Tile.PRINTS, Tile.STATUS,
    ]  # fmt: skip


def test_tiles_of_records_choose_the_unit_first_where_there_are_several(box: WebBox) -> None:
    page = box.unlocked_phone().get("/afsnit/vaelg?vis=mappe").text

    for unit in (SYD, NORD):
        assert f'href="/afsnit/{unit.id}/borgere?vis=mappe"' in page


def test_citizens_opened_as_folders_lead_to_folders(agnes: Phone) -> None:
    way = agnes.get("/afsnit/vaelg?vis=mappe").headers["Location"]

    assert 'href="/borgere/c-7f3a"' in agnes.get(way).text
    assert 'href="/borgere/c-7f3a/medicin"' in agnes.get(f"/afsnit/{SYD.id}/borgere").text


def test_plan_s_tile_counts_what_is_signed_for_while_an_outage_is_on(agnes: Phone) -> None:
    assert "trin" not in links(agnes.get("/afsnit").text)[3]
    agnes.post("/indsatsplan/oevelse", initialer="AGN")

    page = agnes.get("/afsnit").text

    assert re.search(r"0 af \d+ trin", page)
