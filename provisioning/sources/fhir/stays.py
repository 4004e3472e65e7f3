"""Read whether a citizen is away at a hospital, from an Encounter or a hospital notification.

Who lies in a hospital bed is not at home: no visit, no meal, and the nurse must know before she
looks for somebody. A stay that is over or was a mistake says nothing. Called by `plan`.
"""

from appliance.records.models import Flag
from appliance.records.terms import FlagKind
from provisioning.sources.fhir.extraction import Extraction
from provisioning.sources.fhir.values import day, mapping, text

# http://terminology.hl7.org/CodeSystem/v3-ActCode: those who stay, and those in emergency care.
_STAYS = {"IMP", "ACUTE", "NONAC", "OBSENC", "SS"}
_EMERGENCY = {"EMER"}
_AWAY = {"arrived", "triaged", "in-progress"}
_ON_LEAVE = "onleave"


def is_hospital(resource: dict[str, object]) -> bool:
    """Tell whether an Encounter is a stay at a hospital, whatever its state."""
    return text(mapping(resource.get("class")).get("code")) in _STAYS | _EMERGENCY


def stay(at: Extraction) -> Flag | None:
    """Return the flag of a citizen who is away now; None when the stay is not going on."""
    resource = at.resource
    status = text(resource.get("status"))
    if status not in {*_AWAY, _ON_LEAVE}:
        return None
    is_emergency = text(mapping(resource.get("class")).get("code")) in _EMERGENCY
    said = "Er på skadestue eller akutmodtagelse" if is_emergency else "Er indlagt på sygehus"
    if status == _ON_LEAVE:
        said = "Er indlagt på sygehus, men hjemme på orlov"
    hospital = at.name_of(resource.get("serviceProvider"))
    return Flag(
        at.record_id,
        at.citizen_id,
        FlagKind.IN_HOSPITAL,
        f"{said} ({hospital})" if hospital else said,
        day(mapping(resource.get("period")).get("start")),
    )
