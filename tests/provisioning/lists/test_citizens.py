"""A row is about the citizen it names, or about nobody; no CPR number is guessed or merged."""

from appliance.records.models import Citizen, MedicationOrder, Unit
from provisioning.sources.lists.columns import read_column_map
from tests.provisioning.feeds import IDS
from tests.provisioning.lists.lists import (
    BOTH,
    CITIZEN,
    ORDER,
    SMALL,
    blocked,
    order_with,
    take_feeds,
    take_small,
    write_lists,
)


def test_row_about_nobody_in_the_delivery_is_rejected_and_blocks_nobody(tmp_path):
    taken = take_small(tmp_path, medicin=[order_with(Id="99"), order_with(Id="", CPR="0405061234")])

    assert taken.verdicts("medicin") == (0, 0, 0, 2)
    assert taken.messages.count("points at a citizen who is not in the delivery [N-706]") == 2
    assert blocked(taken) == set()


def test_row_that_says_nobody_blocks(tmp_path):
    taken = take_small(tmp_path, medicin=[order_with(Id="", CPR="")])

    assert "does not say whom the row is about" in taken.messages
    assert blocked(taken) == {"a"}


def test_row_whose_id_and_cpr_disagree_is_about_nobody(tmp_path):
    taken = take_small(tmp_path, borgere=BOTH, medicin=[order_with(CPR="0301431234")])

    assert "is not the CPR number of the citizen the row names" in taken.messages
    assert "0301431234" not in taken.messages
    assert taken.all_of(MedicationOrder) == []


def test_lists_with_cpr_only_are_joined_by_it(tmp_path):
    taken = take_small(tmp_path, medicin=[order_with(Id="", CPR="020143 9990")])

    assert taken.one(MedicationOrder).citizen_id == IDS.citizen("1")


def test_citizen_known_by_cpr_only_gets_the_id_of_it(tmp_path):
    taken = take_small(tmp_path, borgere=[{**CITIZEN, "Id": ""}], medicin=[
        order_with(Id="", CPR="0201439990")])  # fmt: skip

    assert taken.one(Citizen).id == IDS.citizen("0201439990")
    assert taken.one(MedicationOrder).citizen_id == IDS.citizen("0201439990")


def test_cpr_two_share_points_at_nobody_and_merges_nobody(tmp_path):
    twins = [{**CITIZEN, "Id": ""}, {**CITIZEN, "Id": "", "Fornavn": "Eva"}]
    taken = take_small(tmp_path, borgere=twins, medicin=[order_with(Id="", CPR="0201439990")])

    people = taken.all_of(Citizen)
    assert {one.given_name for one in people} == {"Ane", "Eva"}
    assert all("duplicate_cpr" in one.identity_doubts for one in people)
    assert taken.all_of(MedicationOrder) == []
    assert "belongs to several citizens" in taken.messages
    assert blocked(taken) == {"a"}


def test_citizen_row_without_any_key_is_rejected(tmp_path):
    taken = take_small(tmp_path, borgere=[CITIZEN, {**CITIZEN, "Id": "", "CPR": ""}])

    assert "does not say who the citizen is" in taken.messages
    assert blocked(taken) == {"a"}


def test_first_zero_excel_took_is_put_back_only_when_the_birth_date_agrees(tmp_path):
    sure = {**CITIZEN, "CPR": "201439990"}
    unsure = {**CITIZEN, "Id": "2", "CPR": "201439991", "Født": "05-01-1943"}
    taken = take_small(tmp_path, borgere=[sure, unsure])

    cprs = {one.id: one.cpr for one in taken.all_of(Citizen)}
    assert cprs == {IDS.citizen("1"): "0201439990", IDS.citizen("2"): None}
    assert "warning: borgere.CPR: had lost its first zero; put back" in taken.messages
    assert "error: borgere.CPR: is not a CPR number; a first zero may be lost" in taken.messages


def test_lost_zero_in_another_list_is_put_back_only_for_a_known_citizen(tmp_path):
    rows = [order_with(Id="", CPR="201439990"), order_with(Id="", CPR="301431239", Ordination="2")]
    taken = take_small(tmp_path, medicin=rows)

    assert taken.verdicts("medicin") == (1, 0, 0, 1)
    assert "warning: medicin.CPR: had lost its first zero" in taken.messages


def test_those_who_are_dead_are_left_out_with_their_records_and_counted(tmp_path):
    taken = take_small(tmp_path, borgere=[{**CITIZEN, "Status": "Afdød"}], medicin=[ORDER])

    assert taken.all_of(Citizen) == []
    assert taken.report.left_out == {
        "borgere of a citizen who is deceased": 1,
        "medicin of a citizen who is deceased": 1,
    }


def test_status_the_map_does_not_know_leaves_nobody_out(tmp_path):
    taken = take_small(tmp_path, borgere=[{**CITIZEN, "Status": "Visiteret"}])

    assert taken.one(Citizen).family_name == "Holm"


def test_protection_that_cannot_be_read_protects(tmp_path):
    taken = take_small(tmp_path, borgere=[{**CITIZEN, "Beskyttet": "ved ikke"}])

    assert taken.one(Citizen).is_address_protected
    assert "borgere.Beskyttet: cannot be read (expected Ja or Nej)" in taken.messages


def test_citizen_without_unit_or_name_is_in_the_copy_and_in_the_report(tmp_path):
    taken = take_small(tmp_path, borgere=[{**CITIZEN, "Enhed": "", "Efternavn": "", "Fornavn": ""}])

    assert taken.one(Citizen).unit_id == "uden-enhed"
    assert taken.one(Citizen).family_name == "Navn mangler i kilden"
    assert taken.one(Unit).name == "Uden enhed"


def test_kind_of_unit_and_town_are_read_from_lists_of_other_shapes(tmp_path):
    vendor = read_column_map(
        b"[lists.enheder]\nkind='units'\n[lists.enheder.columns]\nunit='Nr'\nname='Navn'\n"
        b"[lists.borgere]\nkind='citizens'\n[lists.borgere.columns]\ncitizen='Nr'\nname='Navn'\n"
        b"unit='Enhed'\npostcode_and_city='Post'\n"
        b"[lists.kontakter]\nkind='contacts'\n[lists.kontakter.columns]\nname='Navn'\nunit='Enhed'\n",
        "x.toml",
    )
    people = [
        {"Nr": "1", "Navn": "Ane Holm", "Enhed": "solgården", "Post": "8800 Viborg"},
        {"Nr": "2", "Navn": "Lund, Eva", "Enhed": "Solgården", "Post": "Viborg"},
        {"Nr": "3", "Navn": "", "Enhed": "Månen", "Post": ""},
    ]
    taken = take_small(
        tmp_path,
        vendor,
        borgere=people,
        enheder=[{"Nr": "s 1", "Navn": "Solgården"}, {"Nr": "", "Navn": "?"}],
        kontakter=[{"Navn": "Vagtcentral", "Enhed": "Mars"}],
    )

    found = {one.given_name: (one.family_name, one.postcode, one.city, one.unit_id)
             for one in taken.all_of(Citizen)}  # fmt: skip
    unit = IDS.record("Organization/s 1")
    assert found == {
        "Ane Holm": ("", "8800", "Viborg", unit),
        "Eva": ("Lund", None, "Viborg", unit),
        "": ("Navn mangler i kilden", None, None, "uden-enhed"),
    }
    assert "borgere.Enhed: is not in the delivery; the citizen is put in" in taken.messages
    assert "kontakter.Enhed: is not in the delivery" in taken.messages
    assert taken.verdicts("enheder") == (1, 1, 0, 0)


def test_cpr_two_units_share_is_settled_by_the_unit_of_the_row(tmp_path):
    here, there = {**CITIZEN, "Id": ""}, {**CITIZEN, "Id": "", "Enhed": "b"}
    more = SMALL.replace('id = "Ordination"', 'id = "Ordination"\nunit = "Sted"')
    rows = [{**order_with(Id="", CPR="0201439990"), "Sted": "b"}]
    feed = write_lists(tmp_path / "feed", borgere=[here, there], medicin=rows)
    taken = take_feeds([feed], tmp_path, vendor=read_column_map(more.encode(), "x.toml"))

    (home,) = [one for one in taken.all_of(Citizen) if one.unit_id == "b"]
    assert taken.one(MedicationOrder).citizen_id == home.id
