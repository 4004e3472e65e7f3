"""Read what is brought to the door, how to get in, and the response plan's own texts.

Meals and devices have no full home in FHIR; what the standard fields lack travels in one
extension of ours, as JSON. Called by `bulk` through the table of extractors.
"""

from datetime import date

import orjson

from appliance.records.models import KeyBox, OrderItem, PlanDocument, ServiceOrder
from appliance.records.terms import ServiceLine, UnitId
from provisioning.sources.fhir.extraction import Extracted, Extraction
from provisioning.sources.fhir.references import parse_reference
from provisioning.sources.fhir.values import (
    OWN,
    Json,
    codes,
    concept,
    day,
    extension_text,
    extension_value,
    mapping,
    mappings,
    text,
    whole,
)

_STOPPED = {"entered-in-error", "revoked", "cancelled", "completed"}
_SERVICE_LINE = {"NutritionOrder": ServiceLine.MEALS}
_DUE = ("dateTime", "occurrenceDateTime", "authoredOn")


def extract_service_order(at: Extraction) -> Extracted:
    """Read a NutritionOrder, SupplyRequest or DeviceRequest."""
    resource = at.resource
    more = _more(at)
    due_on = day(more.get("due_on")) or _due_on(resource)
    if due_on is None or text(resource.get("status")) in _STOPPED:
        return None
    persons = whole(more.get("persons"))
    order = ServiceOrder(
        at.record_id,
        at.citizen_id,
        _SERVICE_LINE.get(str(resource.get("resourceType")), ServiceLine.DEVICES),
        due_on,
        text(more.get("kind")) or "deliver",
        text(more.get("window")),
        _items(more) or _standard_items(resource),
        text(more.get("diet")) or _diet(resource),
        persons if persons is not None and persons > 0 else 1,
        text(more.get("remark")),
    )
    return [order]


def _more(at: Extraction) -> Json:
    given = extension_text(at.resource, "service-order")
    if given is None:
        return {}
    try:
        return mapping(orjson.loads(given))
    except orjson.JSONDecodeError:
        at.remark("extension", "the service-order text is not JSON", "an object")
        return {}


def _due_on(resource: Json) -> date | None:
    period = mapping(resource.get("occurrencePeriod")).get("start")
    given = (*(resource.get(key) for key in _DUE), period)
    return next(filter(None, map(day, given)), None)


def _items(more: Json) -> tuple[OrderItem, ...]:
    read = (
        (text(item.get("text")), whole(item.get("quantity")), text(item.get("hmi")))
        for item in mappings(more.get("items"))
    )
    return tuple(
        OrderItem(said, 1 if quantity is None else quantity, hmi)
        for said, quantity, hmi in read
        if said
    )


def _standard_items(resource: Json) -> tuple[OrderItem, ...]:
    if resource.get("resourceType") == "NutritionOrder":
        named = [concept(item) for item in mappings(mapping(resource.get("oralDiet")).get("type"))]
    else:
        thing = resource.get("itemCodeableConcept") or resource.get("codeCodeableConcept")
        named = [concept(thing)]
    quantity = whole(mapping(resource.get("quantity")).get("value"))
    return tuple(OrderItem(said, 1 if quantity is None else quantity) for said in named if said)


def _diet(resource: Json) -> str | None:
    diet = mapping(resource.get("oralDiet"))
    without = [concept(item) for item in mappings(resource.get("excludeFoodModifier"))]
    said = [text(diet.get("instruction")), *(f"uden {food}" for food in without if food)]
    return ", ".join(filter(None, said)) or None


def extract_basic(at: Extraction) -> Extracted:
    """Read a Basic: a key box of a citizen, or a text of the response plan."""
    kinds = codes(at.resource.get("code"), OWN + "basic-kind")
    if "plan-document" in kinds:
        return _plan_document(at)
    if "key-box" in kinds and at.citizen_id:
        return _key_box(at)
    return None


def _key_box(at: Extraction) -> Extracted:
    place, code = (extension_text(at.resource, name) for name in ("place", "key-code"))
    return [KeyBox(at.record_id, at.citizen_id, place, code)] if place else None


def _plan_document(at: Extraction) -> Extracted:
    # A document is taken word for word, with the blank lines it ends in.
    given = [extension_value(at.resource, name, "valueString") for name in ("body", "text")]
    body = next((said for said in given if text(said)), None)
    if body is None:
        return None
    document = PlanDocument(
        at.record_id,
        extension_text(at.resource, "title") or concept(at.resource.get("code")) or "Plan",
        body,
        extension_text(at.resource, "kind") or "plan",
        _unit(at),
        extension_text(at.resource, "version"),
        extension_text(at.resource, "owner"),
        day(extension_value(at.resource, "next-review", "valueDate")),
    )
    return [document]


def _unit(at: Extraction) -> UnitId | None:
    reference = parse_reference(at.resource.get("subject"))
    is_unit = reference.id is not None and at.index.is_unit(reference.id)
    return at.index.unit_id(reference.id) if is_unit and reference.id else None
