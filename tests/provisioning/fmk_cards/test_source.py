"""Whose a card is, which card counts, what is held, and which feed is one of cards."""

import json
import shutil
import sqlite3
import zipfile
from contextlib import closing
from datetime import UTC, date, datetime, timedelta

import orjson
import pytest

from appliance.demo.feed_fmk import card_as_json, card_as_xml
from appliance.records.models import Citizen, MedicationOrder, OtherItem, SectionState, Unit
from appliance.records.terms import Section
from provisioning.reading import Reading
from provisioning.section_states import blocked_units
from provisioning.sources.fmk_cards.source import holds_cards
from tests.provisioning.feeds import (
    organization,
    patient,
    statement,
    take,
    take_all,
    with_cpr,
    write_documents,
    write_feed,
)
from tests.provisioning.fmk_cards.cards import CPR, FETCHED, card, order, put, take_cards

LATER = FETCHED + timedelta(hours=1)
OTHER_CPR = "0202431234"


def home(tmp_path, *more, cpr=CPR):
    """Write a FHIR feed of one unit with one citizen, who has other medicine there."""
    who = patient("1", **with_cpr(cpr))
    return write_feed(tmp_path / "eoj", [organization(), who, statement(), *more])


def cards(tmp_path, **files):
    """Write a feed of cards: name=(card, time of fetching)."""
    for name, (content, fetched) in files.items():
        put(tmp_path / "kort", f"{name}.xml", card_as_xml(content, fetched))
    return tmp_path / "kort"


def test_a_citizen_nobody_else_knows_waits_without_a_unit(tmp_path):
    taken = take_cards(tmp_path, card(order(), given="Ane", family="Holm"))

    citizen = taken.one(Citizen)
    assert (citizen.unit_id, citizen.cpr) == ("uden-enhed", CPR)
    assert (citizen.given_name, citizen.family_name) == ("Ane", "Holm")
    assert (citizen.birth_date, citizen.identity_doubts) == (date(1943, 1, 1), ())
    assert [one.id for one in taken.all_of(Unit)] == ["uden-enhed"]


@pytest.mark.parametrize(
    ("written", "read"),
    [("010143-1234", CPR), ("010143 12ab", "01014312AB"), ("0101430000", "0101430000")],
)
def test_a_number_is_read_with_a_hyphen_with_letters_and_without_a_check_digit(
    tmp_path, written, read
):
    assert take_cards(tmp_path, card(order(), cpr=written)).one(Citizen).cpr == read


@pytest.mark.parametrize("cpr", ["", "123", "010143123", "Ane Holm", "٠١٠١٤٣١٢٣٤"])
def test_a_card_that_names_nobody_is_rejected_and_holds_everybody(tmp_path, cpr):
    taken = take_cards(tmp_path, card(order(), cpr=cpr))

    assert taken.verdicts("MedicineCard") == (0, 0, 0, 1)
    assert taken.report.part_units == {"FMK": None}
    assert list(blocked_units(taken.report, ["solgaarden"])) == ["solgaarden"]


def test_a_name_that_is_protected_or_missing_is_marked(tmp_path):
    hidden = card(order(), given=None)
    hidden["Patient"]["Person"]["NameProtected"] = {}
    taken = take_cards(tmp_path, hidden, card(order(), given=None, cpr=OTHER_CPR))

    found = {one.cpr: one for one in taken.all_of(Citizen)}
    assert {one.family_name for one in found.values()} == {"Navn mangler i kilden"}
    assert "name_missing" in found[CPR].identity_doubts
    assert [found[one].is_address_protected for one in (CPR, OTHER_CPR)] == [True, False]


def test_a_number_that_is_not_the_birth_date_is_a_doubt(tmp_path):
    found = take_cards(tmp_path, card(order(), cpr="0505431234")).one(Citizen)

    assert found.identity_doubts == ("cpr_birth_date_differs",)


def test_the_medicine_moves_to_the_citizen_another_feed_knows(tmp_path):
    feeds = home(tmp_path), cards(tmp_path, ane=(card(order(), given="Ane1"), FETCHED))
    taken = take_all(tmp_path, *feeds)

    citizen = taken.one(Citizen)
    assert (citizen.unit_id, citizen.family_name) == ("solgaarden", "Holm")
    shown = taken.one(MedicationOrder)
    assert (shown.brand, shown.citizen_id) == ("Pamolit", citizen.id)
    state = next(one for one in taken.all_of(SectionState)
                 if one.section is Section.MEDICATION and one.citizen_id == citizen.id)  # fmt: skip
    assert (state.source, state.as_of) == ("FMK", FETCHED)
    assert dict(taken.report.joined) == {"FMK → FHIR": 1}
    assert "MedicationOrder" in {one.type for one in taken.all_of(OtherItem)}


def test_a_citizen_of_another_name_is_not_given_the_medicine(tmp_path):
    bodil = card(order(), given="Bodil")
    taken = take_all(tmp_path, home(tmp_path), cards(tmp_path, bodil=(bodil, FETCHED)))

    assert len(taken.all_of(Citizen)) == 2
    assert all("sources_disagree" in one.identity_doubts for one in taken.all_of(Citizen))


def test_a_card_without_orders_is_a_list_without_medicine(tmp_path):
    feeds = home(tmp_path), cards(tmp_path, ane=(card(given="Ane1"), FETCHED))
    taken = take_all(tmp_path, *feeds)

    assert taken.all_of(MedicationOrder) == []
    assert taken.report.blocking == []


def test_each_citizens_list_is_as_old_as_its_own_card(tmp_path):
    both = {"a": (card(order()), FETCHED), "b": (card(order(), cpr=OTHER_CPR), LATER)}
    taken = take(cards(tmp_path, **both), tmp_path)

    ages = {one.as_of for one in taken.all_of(SectionState) if one.citizen_id}
    assert ages == {FETCHED, LATER}
    assert [one.as_of for one in taken.report.deliveries] == [FETCHED]


@pytest.mark.parametrize("order_of_files", ["ab", "ba"])
def test_of_two_cards_the_later_counts_and_the_older_is_kept(tmp_path, order_of_files):
    older, newer = card(order("1")), card(order("2", Indication={"Text": "mod feber"}))
    pairs = zip(order_of_files, [(older, FETCHED), (newer, LATER)], strict=True)
    taken = take(cards(tmp_path, **dict(pairs)), tmp_path)

    assert taken.one(MedicationOrder).indication == "mod feber"
    assert taken.verdicts("MedicineCard") == (1, 1, 0, 0)
    assert taken.one(OtherItem).title == "Ældre medicinkort fra FMK"
    assert taken.report.left_out["MedicineCard fetched anew later"] == 1
    assert taken.report.is_clean


def test_the_same_card_in_both_ways_of_writing_is_there_once(tmp_path):
    feed = put(tmp_path / "kort", "a.xml", card_as_xml(card(order()), FETCHED))
    taken = take(put(feed, "b.json", card_as_json(card(order()), FETCHED)), tmp_path)

    assert taken.verdicts("MedicineCard") == (1, 1, 0, 0)
    assert len(taken.all_of(MedicationOrder)) == 1


def test_cards_of_one_moment_that_differ_are_both_refused_and_hold_the_unit(tmp_path):
    two = {"a": (card(order("1")), FETCHED), "b": (card(order("2")), FETCHED)}
    taken = take_all(tmp_path, home(tmp_path), cards(tmp_path, **two))

    assert taken.verdicts("MedicineCard") == (0, 0, 0, 2)
    assert [one.brand for one in taken.all_of(MedicationOrder)] == ["Pamol"]  # the unit's own list
    assert "say different things" in taken.messages
    assert list(blocked_units(taken.report, ["solgaarden", "aahuset"])) == ["solgaarden"]


def test_a_contradiction_about_somebody_unknown_holds_everybody(tmp_path):
    two = {"a": (card(order("1")), FETCHED), "b": (card(order("2")), FETCHED)}
    taken = take(cards(tmp_path, **two), tmp_path)

    assert len(blocked_units(taken.report, ["solgaarden", "aahuset"])) == 2


def test_a_contradiction_that_a_later_card_settles_is_none(tmp_path):
    three = {"a": (card(order("1")), FETCHED), "b": (card(order("2")), FETCHED),
             "c": (card(order("3")), LATER)}  # fmt: skip
    taken = take(cards(tmp_path, **three), tmp_path)

    assert taken.verdicts("MedicineCard") == (1, 2, 0, 0)
    assert taken.report.blocking == []


def test_a_broken_card_holds_the_units_of_its_folder_and_no_other(tmp_path):
    whole = card_as_xml(card(order(), given="Ane1"), FETCHED)
    feed = put(tmp_path / "kort", "solgaarden/1.xml", whole)
    put(feed, "solgaarden/2.xml", whole[:400])
    put(feed, "aahuset/1.xml", card_as_xml(card(order(), cpr=OTHER_CPR), FETCHED))
    other = organization("aahuset", "Åhuset"), patient("2", "aahuset", **with_cpr(OTHER_CPR))
    taken = take_all(tmp_path, home(tmp_path, *other), feed)

    (problem,) = taken.report.blocking
    assert problem.where == "2-kort/solgaarden/#2.xml:4"
    assert problem.sections == ("medication",)
    assert list(blocked_units(taken.report, ["solgaarden", "aahuset"])) == ["solgaarden"]


def test_cards_of_unknown_age_hold_and_say_what_to_do(tmp_path):
    document = orjson.loads(card_as_json(card(order()), FETCHED))
    del document["RetrievalDateTime"]
    feed = put(tmp_path / "kort", "1.json", orjson.dumps(document))
    undated = take(feed, tmp_path)
    dated = take(feed, tmp_path / "kort", FETCHED)

    (problem,) = undated.report.blocking
    assert (problem.code, "--as-of" in problem.expected) == ("N-701", True)
    assert [one.as_of for one in dated.report.deliveries] == [FETCHED]
    assert undated.one(MedicationOrder).dosage.grid is None  # nobody knows whether it has begun
    assert dated.one(MedicationOrder).dosage.grid


def test_what_is_delivered_beside_the_cards_is_said_to_be_unread(tmp_path):
    feed = put(cards(tmp_path, a=(card(order()), FETCHED)), "Ane Holm.pdf", b"%PDF")
    put(feed, ".DS_Store", b"x")
    taken = take(feed, tmp_path)

    assert "nobody reads it in a delivery of cards" in taken.messages
    assert "Holm" not in json.dumps(taken.report.to_dict(), ensure_ascii=False)


def test_where_a_record_came_from_is_kept_beside_it(tmp_path):
    taken = take_cards(tmp_path, card(order()))

    with closing(sqlite3.connect(taken.night.staging)) as database:
        origin, original = database.execute("SELECT origin, original FROM medication").fetchone()
    assert origin == "1.xml MedicineCard[0]"
    assert json.loads(original)["Drug"]["Name"] == "Pamolit"


def test_a_zip_of_cards_is_read_alike(tmp_path):
    feed = cards(tmp_path, a=(card(order()), FETCHED))
    packed = shutil.make_archive(str(tmp_path / "packed"), "zip", feed)

    assert take(tmp_path / "packed.zip", tmp_path).all_of(MedicationOrder)
    assert packed


def test_a_damaged_member_of_a_zip_is_a_rejected_card(tmp_path):
    packed = tmp_path / "kort.zip"
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr("a.xml", card_as_xml(card(order()), FETCHED))
        made.writestr("b.xml", b"z" * 500)
        made.writestr("c.json", b"y" * 500)
    content = packed.read_bytes().replace(b"z" * 500, b"Z" * 500).replace(b"y" * 500, b"Y" * 500)
    packed.write_bytes(content)
    taken = take(packed, tmp_path)

    assert [one.reason for one in taken.report.blocking] == ["is damaged or cut short"] * 2
    assert taken.verdicts("MedicineCard") == (1, 0, 0, 2)


def test_progress_tells_of_every_byte_twice(tmp_path):
    feed = cards(tmp_path, a=(card(order()), FETCHED))
    steps = []

    class Watch:
        def begin(self, step, size):
            steps.append([step, size, 0])

        def advance(self, size):
            steps[-1][2] += size

        def end(self):
            pass

    take(feed, tmp_path, reading=Reading(progress=Watch()))

    assert [step for step, size, seen in steps if size == seen] == ["survey", "read"]


def test_the_age_of_a_card_may_lie_in_another_time_zone(tmp_path):
    taken = take_cards(tmp_path, card(order()), fetched=FETCHED.astimezone(UTC))

    assert [one.as_of for one in taken.report.deliveries] == [datetime(2026, 11, 23, 1, tzinfo=UTC)]


@pytest.mark.parametrize("write", [card_as_xml, card_as_json])
def test_a_feed_of_cards_is_known_by_its_first_bytes(tmp_path, write):
    ending = "XML" if write is card_as_xml else "json"

    assert holds_cards(put(tmp_path, f"1.{ending}", write(card(order()), FETCHED)))


def test_a_card_in_utf_16_is_known(tmp_path):
    content = card_as_xml(card(order()), FETCHED).decode().replace("UTF-8", "UTF-16")

    assert holds_cards(put(tmp_path, "1.xml", content.encode("utf-16")))


def test_fhir_is_never_taken_for_cards(tmp_path):
    mark = {"system": "http://www.dkma.dk/medicinecard/xml.schema/2015/06/01/X", "value": "1"}
    medicine = statement(identifier=[mark], MedicineCard={"a": 1})

    assert not holds_cards(write_documents(tmp_path / "a", medicine))
    assert not holds_cards(home(tmp_path, medicine))


def test_fhir_beside_a_card_in_one_folder_is_said_and_holds(tmp_path):
    feed = write_documents(cards(tmp_path, a=(card(order()), FETCHED)), patient())
    taken = take(feed, tmp_path)

    assert taken.verdicts("MedicineCard") == (1, 0, 0, 1)
    assert [one.file for one in taken.report.blocking] == ["#1.json"]


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"1.pdf": b"%PDF"},
        {"1.xml": b"<a/>"},
        {"1.json": b"[]"},
        {"1.xml": card_as_xml(card(order()), FETCHED), "borgere.csv": b"a;b"},
        {"1.xml": card_as_xml(card(order()), FETCHED), "Flag.ndjson": b""},
    ],
)
def test_other_feeds_are_left_to_the_others(tmp_path, files):
    for name, content in files.items():
        put(tmp_path, name, content)

    assert not holds_cards(tmp_path)


def test_a_file_that_cannot_be_opened_does_not_decide(tmp_path):
    packed = tmp_path / "kort.zip"
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr("a.xml", b"z" * 500)
    packed.write_bytes(packed.read_bytes().replace(b"z" * 500, b"Z" * 500))

    assert not holds_cards(packed)
