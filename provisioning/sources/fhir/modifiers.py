"""Decide whether a resource may be used that says of itself: read me in another way.

A `modifierExtension` changes what a resource means, and nobody here knows any of them; so does
`doNotPerform`. Such a resource of a citizen is kept and never used as if the change were not
there. A citizen is used all the same, loudly: a person who vanished would take every medicine
along. Called by `delivery` for each resource, and by `medication` for what an order points at.
"""

from provisioning.errors import Severity
from provisioning.sources.fhir.extraction import Extraction
from provisioning.sources.fhir.values import Json

MODIFIER = "modifierExtension"
_DO_NOT = "doNotPerform"
# Without one of these a sheet would lack what a life hangs on.
_GRAVE = frozenset({
    "Patient", "Medication", "MedicationStatement", "MedicationRequest", "AllergyIntolerance",
    "Flag",
})  # fmt: skip
# These say it in words of their own, by their extractor.
_OWN_WORDS = frozenset({"MedicationStatement", "MedicationRequest"})


def says_more(resource: Json) -> bool:
    """Tell quickly whether there is anything to decide; for nearly every resource there is not."""
    return MODIFIER in resource or _DO_NOT in resource


def may_be_used(kind: str, at: Extraction) -> bool:
    """Tell whether a resource means what it seems to mean; leave a remark where it may not."""
    changed = _changed_by(kind, at.resource)
    if not changed:
        return True
    is_kept = bool(at.citizen_id) and kind != "Patient"
    what = "kept as it is" if is_kept else "used, so look at it"
    reason = f"changes what the resource means, in a way that is not known here; {what}"
    if changed == _DO_NOT:
        reason = "says that this must not be done; kept as it is"
    at.remark(changed, reason, severity=Severity.ERROR if kind in _GRAVE else Severity.WARNING)
    return not is_kept


def is_modified(resource: Json) -> bool:
    """Tell whether something in a resource changes its meaning in a way nobody here knows."""
    return bool(resource.get(MODIFIER))


def _changed_by(kind: str, resource: Json) -> str:
    if is_modified(resource):
        return MODIFIER
    is_forbidden = resource.get(_DO_NOT) is True and kind not in _OWN_WORDS
    return _DO_NOT if is_forbidden else ""
