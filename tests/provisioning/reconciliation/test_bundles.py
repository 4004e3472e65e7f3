import json
from dataclasses import replace
from datetime import timedelta

import pytest
from fhir.resources.R4B.bundle import Bundle

from appliance.care_journal import events
from appliance.sealed_log.entry import new_whom
from provisioning.errors import ReconciliationError
from provisioning.reconciliation.bundles import bundles, ids_in
from provisioning.reconciliation.choice import Wanted, choose
from tests.appliance.care_journal.noted import AT, EVERY, PANODIL, about, noted
from tests.provisioning.reconciliation.nights import box_of, resources, sealed_note

NOTE = events.Noted("Sover roligt.")
HELPED = events.EffectSeen(about(1), "hjalp")


def made(*boxes, **wanted):
    return list(bundles(choose(boxes, Wanted(**wanted)), AT))


def requests(*boxes, **wanted):
    return [entry["request"] for one in made(*boxes, **wanted) for entry in one.bundle["entry"]]


def test_every_kind_of_entry_is_what_the_standard_says_it_should_be() -> None:
    helped = sealed_note(noted(events.EffectSeen(about(2), "hjalp"), 90))

    (one,) = made(box_of(*EVERY, helped))

    read = Bundle.model_validate_json(one.to_bytes())
    kinds = [entry.resource.get_resource_type() for entry in read.entry]
    assert (read.type, len(kinds)) == ("transaction", 5)
    assert set(kinds) == {"Communication", "MedicationAdministration", "Observation"}


def test_what_is_sent_twice_is_made_once() -> None:
    box = box_of(PANODIL, HELPED)

    assert requests(box) == requests(box)
    assert requests(box)[0] == {
        "method": "POST",
        "url": "MedicationAdministration",
        "ifNoneExist": f"identifier=urn:nodboks:journal|{about(1)}",
    }


def test_struck_entry_that_was_sent_takes_the_place_of_the_one_it_was() -> None:
    box = box_of(NOTE, events.Struck(about(1)))

    (request,) = requests(box, sent={about(1)})
    (resource,) = resources(made(box, sent={about(1)}))
    assert request["method"] == "PUT"
    assert request["url"] == f"Communication?identifier=urn:nodboks:journal|{about(1)}"
    assert resource["status"] == "entered-in-error"


def test_struck_effect_that_was_sent_is_marked_as_a_mistake_and_the_dose_stays() -> None:
    box = box_of(PANODIL, HELPED, events.Struck(about(2)))

    there, mistake = resources(made(box, sent={about(1), about(2)}))
    _, request = requests(box, sent={about(1), about(2)})
    assert (there["resourceType"], there["status"]) == ("MedicationAdministration", "completed")
    assert (mistake["status"], mistake["valueString"]) == ("entered-in-error", "hjalp")
    assert request == {
        "method": "PUT",
        "url": f"Observation?identifier=urn:nodboks:journal|{about(2)}",
    }


def test_citizen_is_one_transaction_and_holds_up_nobody_else() -> None:
    other = sealed_note(replace(noted(NOTE, 8), citizen_id="c-2"), (new_whom("c-2", "0101300001"),))
    late = sealed_note(noted(NOTE, 9, timedelta(hours=-1)))

    first, second = made(box_of(NOTE, other), box_of(late, box_id="b2"))

    assert (first.name, len(first.bundle["entry"])) == ("0001.json", 1)
    tags = [each["meta"]["tag"][0]["code"] for each in resources([second])]
    assert tags == ["b2", "b1"]


def test_dose_and_effect_point_at_each_other_by_the_same_name() -> None:
    (one,) = made(box_of(PANODIL, HELPED))

    dose, seen = one.bundle["entry"]
    assert seen["resource"]["partOf"][0]["reference"] == dose["fullUrl"]


def test_nothing_to_send_is_no_bundle() -> None:
    assert made(box_of(NOTE, events.Entered(about(1)))) == []


def test_ids_of_an_earlier_run_are_read_back() -> None:
    (one,) = made(box_of(PANODIL, HELPED))

    assert ids_in(one.to_bytes()) == {about(1), about(2)}


@pytest.mark.parametrize(
    "content", [b"", b"\xff", b"[]", b"{}", json.dumps({"resourceType": "Bundle"}).encode()]
)
def test_file_that_is_no_bundle_of_ours_is_refused(content) -> None:
    with pytest.raises(ReconciliationError):
        ids_in(content)
