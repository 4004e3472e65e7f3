"""Read what KL's common information model (FKI) means by a type FHIR uses for other things.

A *matter of interest* (oplysning), an evaluation, the citizen's own view and a follow-up are
Observations there, but none is a measurement: they hold until somebody writes a new one, and
belong to the plan. A ServiceRequest is an inquiry (henvendelse), not help that was granted. Told
apart by the profile a resource names. Called by `health` and `plan`.
"""

from collections.abc import Mapping

from appliance.records.models import CareInstruction
from provisioning.sources.fhir.extraction import Extraction
from provisioning.sources.fhir.values import (
    Json,
    concept,
    day,
    mapping,
    mappings,
    spoken,
    text,
    texts,
)

_PROFILE = "http://fhir.kl.dk/core/StructureDefinition/KLCommonCareSocial"
# Profile → the kind of instruction it becomes, and what to call one without a title.
_LASTING: Mapping[str, tuple[str, str]] = {
    "MatterOfInterest": ("matter_of_interest", "Oplysning"),
    "Evaluation": ("evaluation", "Vurdering"),
    "CitizensOwnObservation": ("own_view", "Borgerens egen vurdering"),
    "FollowUp": ("follow_up", "Opfølgning"),
}
_INQUIRY = "ServiceRequest"


def profile_of(resource: Json) -> str | None:
    """Return which of KL's profiles a resource names, such as "MatterOfInterest", or None."""
    named = texts(mapping(resource.get("meta")).get("profile"))
    if not named:
        return None
    found = (name.split("|")[0] for name in named if name.startswith(_PROFILE))
    return next((name.removeprefix(_PROFILE) for name in found), None)


def is_lasting(resource: Json) -> bool:
    """Tell whether an Observation is something that holds, and no measurement."""
    return profile_of(resource) in _LASTING


def lasting(at: Extraction) -> CareInstruction | None:
    """Read an Observation that holds until a new one is written; None when it says nothing."""
    resource = at.resource
    kind, name = _LASTING[profile_of(resource) or ""]
    said = _words(resource.get("valueCodeableConcept")) or text(resource.get("valueString"))
    if said is None:
        return None
    return CareInstruction(
        at.record_id,
        at.citizen_id,
        spoken(resource.get("code")) or name,
        said,
        kind,
        text(resource.get("status")),
        day(resource.get("effectiveDateTime")),
    )


def _words(value: object) -> str | None:
    """Return the text of a concept and the words of its codes, each once."""
    said = [text(item.get("text")) for item in mappings(value)]
    codings = [one for item in mappings(value) for one in mappings(item.get("coding"))]
    said += [text(one.get("display")) for one in codings]
    return ". ".join(dict.fromkeys(words.rstrip(".") for words in said if words)) or concept(value)


def is_inquiry(resource: Json) -> bool:
    """Tell whether a ServiceRequest asks the municipality for something (henvendelse)."""
    return profile_of(resource) == _INQUIRY


def inquiry(at: Extraction) -> CareInstruction:
    """Read an inquiry: what is asked for, and why."""
    resource = at.resource
    why = [words for item in mappings(resource.get("reasonCode")) if (words := concept(item))]
    what = [words for item in mappings(resource.get("orderDetail")) if (words := concept(item))]
    return CareInstruction(
        at.record_id,
        at.citizen_id,
        spoken(resource.get("code")) or "Henvendelse",
        "\n".join([*what, *why]) or None,
        "inquiry",
        text(resource.get("status")),
        day(resource.get("authoredOn")),
    )
