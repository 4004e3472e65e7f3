"""Read what somebody wrote: notes, conversations between care and doctor, reports, evaluations.

A conversation is one note for each contribution, with its own author and time. Nothing is cut or
put together beyond what the source itself put together. Called through the table of extractors.
"""

import re

from appliance.records.models import Note, Record
from provisioning.sources.fhir.extraction import Extracted, Extraction
from provisioning.sources.fhir.values import (
    Json,
    concept,
    mapping,
    mappings,
    moment,
    spoken,
    text,
    texts,
)

_ERROR = "entered-in-error"
_MEDCOM = "http://medcomfhir.dk/ig/core/StructureDefinition/medcom-core-"
_URN = "urn:uuid:"
# Some senders break their lines as a web page does.
_LINE_BREAK = re.compile(r"\s*<br\s*/?>\s*", re.IGNORECASE)
_REPORT = "Rapport"
_HOME_CARE_REPORT = "Målinger i hjemmet"
_EVALUATION = "Helhedsvurdering"


def extract_note(at: Extraction) -> Extracted:
    """Read a Communication: one note, or one for each contribution that says when it was made."""
    resource = at.resource
    told = [(one, _said(one)) for one in mappings(resource.get("payload"))]
    payloads = [one for one, words in told if words]
    if not payloads or resource.get("status") == _ERROR:
        return None
    if all(_extension(one, "datetime-extension") for one in payloads):
        return [_contribution(at, one, number) for number, one in enumerate(payloads, start=1)]
    said = "\n".join(["\n".join(words) for _, words in told if words])
    sent = moment(resource.get("sent")) or moment(resource.get("received"))
    author = at.name_of(resource.get("sender"))
    return [Note(at.record_id, at.citizen_id, said, _topic(resource), author, sent)]


def _said(payload: Json) -> list[str]:
    said = texts(payload.get("contentString"))
    return [_LINE_BREAK.sub("\n", words) if "<" in words else words for words in said]


def _topic(resource: Json) -> str | None:
    return concept(resource.get("topic")) or concept(resource.get("category"))


def _contribution(at: Extraction, payload: Json, number: int) -> Record:
    """Read one contribution to a conversation (MedCom CareCommunication)."""
    # A contribution keeps its identifier when the conversation is forwarded: it is shown once.
    identifier = mapping(_extension(payload, "identifier-extension").get("valueIdentifier"))
    lasting = text(identifier.get("value"))
    record_id = (
        at.index.ids.record(f"Communication/payload/{lasting.removeprefix(_URN)}")
        if lasting
        else at.part_id(number)
    )
    author = _extension(payload, "practitioner-extension").get("valueReference")
    return Note(
        record_id,
        at.citizen_id,
        "\n".join(_said(payload)),
        _topic(at.resource),
        at.name_of(author),
        moment(_extension(payload, "datetime-extension").get("valueDateTime")),
    )


def _extension(payload: Json, name: str) -> Json:
    url = _MEDCOM + name
    for item in mappings(payload.get("extension")):
        if item.get("url") == url:
            return item
    return {}


def extract_report(at: Extraction) -> Extracted:
    """Read a DiagnosticReport: its conclusion; its results are Observations of their own."""
    resource = at.resource
    said = text(resource.get("conclusion"))
    if said is None or resource.get("status") in (_ERROR, "cancelled"):
        return None
    written_at = moment(resource.get("issued")) or moment(resource.get("effectiveDateTime"))
    author = next(filter(None, map(at.name_of, mappings(resource.get("performer")))), None)
    title = _title(resource.get("code"))
    return [Note(at.record_id, at.citizen_id, said, title, author, written_at)]


def _title(code: object) -> str:
    """Name a report in Danish; a bare code is no name."""
    codings = [one for item in mappings(code) for one in mappings(item.get("coding"))]
    if any(one.get("code") == "HomeCareReport" for one in codings):
        return _HOME_CARE_REPORT
    return spoken(code) or _REPORT


def extract_evaluation(at: Extraction) -> Extracted:
    """Read a ClinicalImpression: what it comes to, in words (helhedsvurdering)."""
    resource = at.resource
    said = text(resource.get("summary")) or text(resource.get("description"))
    if said is None or resource.get("status") == _ERROR:
        return None
    written_at = (
        moment(resource.get("effectiveDateTime"))
        or moment(mapping(resource.get("effectivePeriod")).get("start"))
        or moment(resource.get("date"))
    )
    title = spoken(resource.get("code")) or _EVALUATION
    author = at.name_of(resource.get("assessor"))
    return [Note(at.record_id, at.citizen_id, said, title, author, written_at)]
