"""Say by which identifier the care system itself knows an order. Pure.

Read out of the order as the source delivered it. Where that is no MedicationRequest, or has no
identifier with a system, there is none: one of our own making would point at nothing. A literal
reference is never made, as a server that lacks it refuses the whole Bundle. Called by `people`.
"""

import json

from provisioning.sources.fhir.values import Json, mapping, mappings, text


def order_identifier(original: str | None) -> Json | None:
    """Return system and value, or None."""
    try:
        resource = mapping(json.loads(original or "null"))
    except (ValueError, RecursionError):
        return None  # a medicine card, or a row of a list
    if resource.get("resourceType") != "MedicationRequest":
        return None
    for each in mappings(resource.get("identifier")):
        system, value = text(each.get("system")), text(each.get("value"))
        if system and value and each.get("use") != "old":
            return {"system": system, "value": value}
    return None
