"""Whom an entry is about is looked up in what the hub kept of the units it published."""

from dataclasses import replace

import pytest

from appliance.care_journal import events
from appliance.sealed_log.entry import new_whom
from provisioning.reconciliation.bundles import bundles
from provisioning.reconciliation.choice import Wanted, choose
from provisioning.reconciliation.people import Known, look_up
from provisioning.signing import kept_key, load_trust
from provisioning.sources.opaque_ids import OpaqueIds
from tests.appliance.care_journal.noted import AT, noted
from tests.provisioning.feeds import organization, patient, statement, write_feed
from tests.provisioning.reconciliation.nights import CPR, box_of, resources, sealed_note

pytestmark = pytest.mark.slow  # seconds, not milliseconds


def noted_of(citizen_id, unit_id="a"):
    """Return an entry about somebody without a CPR number."""
    event = replace(noted(events.Noted("Sover")), citizen_id=citizen_id, unit_id=unit_id)
    return choose([box_of(sealed_note(event, (new_whom(citizen_id, None),)))], Wanted())


@pytest.fixture
def look(hub, tmp_path):
    """Look somebody up in the memory of a hub that has published a night."""
    hub.publish()
    room = tmp_path / "ram"
    room.mkdir()

    def ask(citizen_id, unit_id="a"):
        chosen = noted_of(citizen_id, unit_id)
        known = look_up(chosen, hub.folder / "kept", hub.folder / "trust", room)
        assert list(room.iterdir()) == []
        return known

    return ask


def test_citizen_is_known_by_the_unit_the_entry_is_of_and_nobody_else_is_brought_along(look, hub):
    someone = hub.open_box("boks-a").citizens()[3]

    known = look(someone.id)

    assert (list(known.citizens), known.unread) == ([someone.id], ())
    assert known.citizens[someone.id].name == someone.name
    assert known.units["a"] == "Solgården a"


def test_citizen_who_moved_to_another_unit_is_found_there(look, hub):
    someone = hub.open_box("boks-b").citizens()[0]

    assert someone.id in look(someone.id, "a").citizens


def test_citizen_the_hub_knows_no_more_is_counted(look):
    known = look("c-gone")

    assert known.lacks(noted_of("c-gone")) == 1
    assert "c-gone" not in repr(known)


def test_unit_that_cannot_be_opened_is_named_and_costs_nobody_else_the_name(look, hub):
    someone = hub.open_box("boks-b").citizens()[0]
    for path in (hub.folder / "kept").glob("*.json"):
        if '"id": "a"' in path.read_text():
            path.with_suffix(".age").write_bytes(b"damaged")

    known = look(someone.id, "a")

    assert (list(known.citizens), known.unread) == ([someone.id], ("a",))


def test_dose_names_the_order_by_the_identifier_of_the_care_system_itself(hub, tmp_path):
    """The box knows the order by an id of the hub's own making."""
    card = {"system": "urn:oid:1.2.208.176.7", "value": "4711"}
    order = statement("r1", "a3", resourceType="MedicationRequest", identifier=[card])
    people = [patient(f"a{number}", "a") for number in range(10)]
    write_feed(hub.feed / "a", [organization("a", "Solgården a"), *people, order])
    hub.publish()
    ids = OpaqueIds(load_trust(hub.folder / "trust").id_salt)
    citizen, order_id = ids.citizen("a3"), ids.record("MedicationRequest/r1")
    dose = events.MedicineGiven("Pamol", "1 tablet", order_id=order_id)
    event = replace(noted(dose), citizen_id=citizen, unit_id="a")
    chosen = choose([box_of(sealed_note(event, (new_whom(citizen, CPR),)))], Wanted())

    known = look_up(chosen, hub.folder / "kept", hub.folder / "trust", tmp_path)

    (found,) = resources(bundles(chosen, AT, known))
    assert found["request"] == {"type": "MedicationRequest", "identifier": card}
    assert known.order_of(replace(event, citizen_id="c-2")) is None


def test_hub_that_has_kept_nothing_makes_no_key_and_knows_nobody(tmp_path):
    trust = tmp_path / "trust"

    assert look_up(noted_of("c-1"), tmp_path / "kept", trust, tmp_path) == Known()
    assert not kept_key(trust).exists()
