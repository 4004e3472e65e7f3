"""Invented citizens on every screen while a drill is on, and nothing of them anywhere after it."""

import re
import sqlite3
import threading
from dataclasses import fields, replace
from datetime import timedelta

import pytest

from appliance.errors import StorageError
from appliance.outage.journal import Beginning
from appliance.paper import drill_people
from appliance.web.app import create_app
from appliance.web.practice import room as room_module
from tests.appliance.web.conftest import Phone, WebBox
from tests.appliance.web.practice.practising import (
    ANNA,
    IN,
    OUT,
    STRIP,
    practice_folders,
    the_room,
)
from tests.simulators.box_people import CITIZENS
from tests.waiting import eventually

_LINK = re.compile(r'href="(/[^"#]*)"')


def test_without_a_drill_there_is_no_way_in(box: WebBox, phone: Phone) -> None:
    assert "Øv med opdigtede borgere" not in phone.get("/").text
    for path in (IN, OUT):
        assert phone.post(path).headers["Location"] == "/"
        assert "Nødboksen er låst" in phone.get("/").text
    assert practice_folders(box) == []


def test_in_a_drill_a_locked_box_offers_it_at_the_door_and_on_the_plan(drill: WebBox) -> None:
    phone = drill.phone()

    assert "Øv med opdigtede borgere" in phone.get("/").text
    assert "Øv med opdigtede borgere" in phone.get("/indsatsplan").text


def test_every_screen_shows_the_invented_and_says_so_and_never_a_real_name(
    drill: WebBox, practising: Phone
) -> None:
    drill.keeper.open()  # somebody else has unlocked the real box
    seen, waiting = set[str](), ["/afsnit", "/soeg?q=Anna", "/noedjournal", "/tavler", "/papir"]
    while waiting:
        path = waiting.pop()
        if path in seen or "/aktiver/" in path or path.startswith("/sprog"):
            continue
        seen.add(path)
        answer = practising.get(path)
        assert answer.status_code in (200, 302, 303), path
        if answer.mimetype == "text/html" and answer.status_code == 200:
            assert STRIP in answer.text, path
            assert not [one for one in CITIZENS if one.family_name in answer.text], path
            waiting += _LINK.findall(answer.text)

    assert f"/borgere/{ANNA.id}" in seen
    assert f"/borgere/{ANNA.id}/medicin" in seen
    assert len(seen) > 60


def test_real_box_knows_nothing_of_whoever_practises(drill: WebBox, practising: Phone) -> None:
    drill.keeper.open()
    drill.keeper.logged.clear()
    practising.get(f"/borgere/{ANNA.id}")
    practising.get(f"/borgere/{ANNA.id}/medicin")

    assert drill.keeper.logged == []
    assert drill.services.sessions.count() == 0
    assert drill.phone().get(f"/borgere/{ANNA.id}").headers["Location"] == "/"


def test_note_is_shown_there_and_kept_nowhere(drill: WebBox, practising: Phone) -> None:
    form = practising.get(f"/borgere/{ANNA.id}/journal/notat").text
    typed = {
        name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', form)[1]  # type: ignore[index]
        for name in ("nr", "kl", "dag")
    }

    path = f"/borgere/{ANNA.id}/journal/notat"
    saved = practising.post(path, tekst="Faldt ved sengen.", initialer="ab", **typed)

    told = practising.get(saved.headers["Location"]).text
    assert "Det forsvinder, når øvelsen er slut." in told
    assert "Gemt i boksen" not in told
    assert "Faldt ved sengen." in practising.get(f"/borgere/{ANNA.id}/journal").text
    assert "ØVELSE" in practising.get(f"/borgere/{ANNA.id}/journal").text
    assert drill.keeper.journal == []
    assert drill.keeper.logged == []


@pytest.mark.parametrize("is_real", [False, True])
def test_when_the_drill_ends_or_it_happens_for_real_all_of_it_is_gone(
    drill: WebBox, practising: Phone, *, is_real: bool
) -> None:
    inside = practising.get("/afsnit").text
    if is_real:
        drill.services.outage.begin(Beginning("AB"))
    else:
        drill.services.outage.end("AB")

    outside = practising.get("/afsnit")
    drill.services.practice.look()  # type: ignore[union-attr]

    assert STRIP in inside
    assert outside.headers["Location"] == "/"
    assert practising.post(IN).headers["Location"] == "/"
    assert practising.post(OUT).headers["Location"] == "/"
    eventually(lambda: practice_folders(drill) == [])


def test_way_out_leads_to_the_real_box_and_the_way_in_forgets_the_real_session(
    drill: WebBox, agnes: Phone
) -> None:
    assert "Borgerne på skærmen er rigtige." in agnes.get("/afsnit").text
    agnes.post(IN)
    inside = agnes.get("/afsnit").text
    form = agnes.get(f"/borgere/{ANNA.id}/journal/notat").text
    left = agnes.post(OUT)

    assert STRIP in inside
    assert drill_people.UNIT.name in inside
    assert "Hvem er du? (initialer)" not in form  # who she is was known at the door
    assert left.headers["Location"] == "/"
    assert "Hvem er du?" in agnes.get("/").text
    assert drill.services.sessions.count() == 0


def test_locking_there_locks_nothing_real_and_begins_anew(drill: WebBox, agnes: Phone) -> None:
    phone = drill.phone()
    phone.post(IN)

    phone.post("/laas")

    assert agnes.get("/afsnit").status_code == 200
    assert phone.get("/afsnit").headers["Location"] == "/"
    assert phone.post(IN).status_code == 303
    assert drill_people.UNIT.name in phone.get("/afsnit").text


@pytest.mark.parametrize("part_of", ["create_app", "PrintLedger"])
def test_practice_that_cannot_be_made_leaves_nothing_behind(
    drill: WebBox, monkeypatch: pytest.MonkeyPatch, part_of: str
) -> None:
    def full(*_: object, **__: object) -> None:
        raise StorageError("no room")

    monkeypatch.setattr(room_module, part_of, full)
    threads = threading.active_count()

    answer = drill.phone().post(IN)

    assert answer.status_code == 503
    assert practice_folders(drill) == []
    assert threading.active_count() <= threads


def test_ram_that_is_full_is_said_and_not_called_a_broken_copy(
    drill: WebBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("appliance.web.practice.keeper.build_search", full)
    drill.keeper.open()

    answer = drill.phone().post(IN)

    assert answer.status_code == 503
    assert "Kopien kan ikke åbnes" not in answer.text


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_way_out_and_the_real_door_are_there_on_both_schemes(drill: WebBox, scheme: str) -> None:
    """A browser sends the cookie of http over https too; it must not hold anybody in."""
    config = replace(drill.config, web=replace(drill.config.web, behind_proxy=True))
    phone = Phone(create_app(config, drill.services).test_client())
    front = {"X-Forwarded-Proto": "http", "X-Forwarded-For": "10.77.0.9"}
    token = re.search(r'name="formular" value="(\w+)"', phone.get("/", headers=front).text)
    phone.client.post(IN, data={"formular": token[1]}, headers=front)  # type: ignore[index]
    front["X-Forwarded-Proto"] = scheme

    page = phone.client.get("/", headers=front, follow_redirects=True).text

    assert (STRIP in page) is (scheme == "http")
    assert ("Nødboksen er låst" in page) is (scheme == "https")


def test_log_nobody_can_read_for_a_moment_throws_nobody_out_for_good(
    drill: WebBox, practising: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable() -> None:
        raise StorageError("the disk is busy")

    with monkeypatch.context() as patched:
        patched.setattr(drill.services.outage, "outage", unreadable)
        drill.services.practice.look()  # type: ignore[union-attr]

    assert STRIP in practising.get("/afsnit").text


def test_page_of_the_last_moment_says_what_it_is(drill: WebBox, practising: Phone) -> None:
    """The door let it in, and then it began for real: never an invented name under Nøddrift."""
    room = the_room(drill)
    drill.services.outage.begin(Beginning("AB"))
    client = room.app.test_client()
    client.set_cookie("nodboks", practising.cookie() or "")

    page = client.get("/afsnit").text

    assert STRIP in page
    assert "Nøddrift siden" not in page
    assert "Tilbage til den rigtige boks" in page


# What a practice may have of the box itself: nothing of these knows a citizen.
SHARED = {
    "clock", "guests", "plan", "outage", "reports", "suspicion", "certificate", "proof", "told",
    "fetched", "sent",
}  # fmt: skip


@pytest.mark.usefixtures("practising")
def test_nothing_else_of_the_box_is_behind_its_screens(drill: WebBox) -> None:
    room, practice = the_room(drill), drill.services.practice
    real = practice._real()  # type: ignore[union-attr]

    same = {
        each.name
        for each in fields(real)
        if getattr(real, each.name) is getattr(room.services, each.name)
    }

    assert same - {"neighbours"} == SHARED
    assert room.services.neighbours() == ()
    assert room.services.lamp() is None


def test_decision_that_is_due_is_told_to_whoever_practises(drill: WebBox) -> None:
    drill.clock.move(timedelta(hours=8))
    phone = drill.phone()
    phone.post(IN)

    page = phone.get("/afsnit").text

    assert STRIP in page
    assert "Der skal tages stilling nu" in page
