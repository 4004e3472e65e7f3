from datetime import date

import orjson
import pytest

from appliance.records.models import KeyBox, OrderItem, PlanDocument, ServiceOrder
from appliance.records.terms import Section, ServiceLine
from tests.provisioning.feeds import OWN, about, extension, take_resources


def more(**fields):
    return [extension("service-order", valueString=orjson.dumps(fields).decode())]


def test_meal_is_read_from_our_extension(tmp_path):
    order = take_resources(
        tmp_path,
        about(
            "NutritionOrder",
            status="active",
            dateTime="2026-11-24",
            extension=more(
                window="11.00-13.00",
                items=[{"text": "Hovedret", "quantity": 2}, {"text": "Biret", "hmi": "1"}, {}],
                diet="diabetes",
                persons=2,
                remark="Ring først",
            ),
        ),
    ).one(ServiceOrder)

    assert (order.service_line, order.due_on) == (ServiceLine.MEALS, date(2026, 11, 24))
    assert order.items == (OrderItem("Hovedret", 2), OrderItem("Biret", 1, "1"))
    assert (order.window, order.diet) == ("11.00-13.00", "diabetes")
    assert (order.persons, order.remark) == (2, "Ring først")


def test_meal_is_read_from_the_standard_fields_alone(tmp_path):
    order = take_resources(
        tmp_path,
        about(
            "NutritionOrder",
            dateTime="2026-11-24",
            oralDiet={"type": [{"text": "Diabeteskost"}], "instruction": "blød"},
            excludeFoodModifier=[{"text": "nødder"}, {}],
        ),
    ).one(ServiceOrder)

    assert order.items == (OrderItem("Diabeteskost"),)
    assert order.diet == "blød, uden nødder"


@pytest.mark.parametrize(
    "given",
    [
        {
            "resourceType": "SupplyRequest",
            "id": "s",
            "deliverTo": {"reference": "Patient/1"},
            "itemCodeableConcept": {"text": "Rollator"},
            "quantity": {"value": 1},
            "occurrencePeriod": {"start": "2026-11-24"},
        },
        about(
            "DeviceRequest",
            codeCodeableConcept={"text": "Rollator"},
            occurrenceDateTime="2026-11-24",
        ),
    ],
)
def test_device_is_read(tmp_path, given):
    order = take_resources(tmp_path, given).one(ServiceOrder)

    assert order.service_line is ServiceLine.DEVICES
    assert (order.items, order.due_on) == ((OrderItem("Rollator"),), date(2026, 11, 24))
    assert (order.kind, order.persons) == ("deliver", 1)


def test_words_that_are_no_json_are_remarked_and_the_rest_is_read(tmp_path):
    broken = [extension("service-order", valueString="{")]
    taken = take_resources(
        tmp_path, about("DeviceRequest", authoredOn="2026-11-24", extension=broken)
    )

    assert taken.one(ServiceOrder).due_on == date(2026, 11, 24)
    assert "the service-order text is not JSON" in taken.messages


@pytest.mark.parametrize("fields", [{}, {"dateTime": "2026-11-24", "status": "revoked"}])
def test_order_without_a_day_or_stopped_is_kept(tmp_path, fields):
    taken = take_resources(tmp_path, about("NutritionOrder", **fields))

    assert taken.verdicts("NutritionOrder") == (0, 1, 0, 0)


def basic(kind, *extensions, **fields):
    coded = {"coding": [{"system": OWN + "basic-kind", "code": kind}]}
    return {"resourceType": "Basic", "id": "b", "code": coded, "extension": extensions, **fields}


def test_key_box_is_read_and_tells_that_key_boxes_are_delivered(tmp_path):
    place = extension("place", valueString="Ved garagen")
    given = basic(
        "key-box",
        place,
        extension("key-code", valueString="1234"),
        subject={"reference": "Patient/1"},
    )
    taken = take_resources(tmp_path, given)

    assert (taken.one(KeyBox).place, taken.one(KeyBox).code) == ("Ved garagen", "1234")
    assert Section.KEY_BOXES in {item.section for item in taken.report.deliveries}


@pytest.mark.parametrize(
    "given",
    [
        basic("key-box", subject={"reference": "Patient/1"}),
        basic("key-box", extension("place", valueString="x")),
        basic("plan-document"),
        basic("noget andet"),
    ],
)
def test_basic_that_says_too_little_is_kept(tmp_path, given):
    assert take_resources(tmp_path, given).verdicts("Basic") == (0, 1, 0, 0)


def test_plan_document_is_read_word_for_word(tmp_path):
    document = take_resources(
        tmp_path,
        basic(
            "plan-document",
            extension("title", valueString="Indsatsplan"),
            extension("body", valueString="# Gør nu\n\n1. Ring\n"),
            extension("version", valueString="2"),
            extension("next-review", valueDate="2027-01-01"),
            subject={"reference": "Organization/solgaarden"},
        ),
    ).one(PlanDocument)

    assert (document.title, document.body) == ("Indsatsplan", "# Gør nu\n\n1. Ring\n")
    assert (document.unit_id, document.version) == ("solgaarden", "2")
    assert (document.kind, document.next_review) == ("plan", date(2027, 1, 1))


def test_plan_document_of_nobody_is_for_everybody(tmp_path):
    given = basic("plan-document", extension("text", valueString="x"))
    document = take_resources(tmp_path, given).one(PlanDocument)

    assert (document.unit_id, document.title) == (None, "plan-document")
