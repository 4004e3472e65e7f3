"""Write a mailbox of messages about the town's citizens, as MedCom's FHIR messages are built.

A hospital tells that somebody was admitted, and of somebody else that the stay is over; a doctor
answers a question; a home-care nurse reports what she measured. Each message names its citizen by
name and CPR number and by an id that holds in this message only. Called by the demo and the tests.
"""

import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from appliance.demo.feed_bundles import bundle
from appliance.demo.fhir_elements import CPR, Json, instant
from appliance.demo.town_models import Town
from appliance.files import write_atomically
from appliance.records.models import Citizen

_NAMES = uuid.UUID("00cf4fc9-64ff-8b86-b42d-6f9619ffd011")
_MEDCOM = "http://medcomfhir.dk/ig/core/StructureDefinition/medcom-core-"
_REPORTS = "http://medcomfhir.dk/ig/terminology/CodeSystem/MedComDiagnosticReportCodes"
_ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
_HOSPITAL = {"resourceType": "Organization", "name": "Regionshospitalet Viborg"}
_DOCTOR = {"resourceType": "Practitioner", "name": [{"given": ["Mette"], "family": "Ravn"}]}


def write_messages(town: Town, folder: Path) -> None:
    """Write the mailbox, one document a message.

    Raises:
        StorageError: the disk refused or is full.

    """
    for name, content in message_files(town).items():
        write_atomically(folder / name, content)


def message_files(town: Town) -> Mapping[str, bytes]:
    """Make every message, by its name in the folder."""
    people = [one for unit in town.units[:1] for one in unit.care.citizens if one.cpr]
    unique = [one for one in people if [one.cpr for one in people].count(one.cpr) == 1]
    away, back, asked, measured = unique[-4:]
    messages = (
        *_stay(away, town.night, ["in-progress"]),
        *_stay(back, town.night, ["in-progress", "finished"]),
        *_conversation(asked, town.night),
        _report(measured, town.night),
    )
    return {f"besked-{number:02}.json": one for number, one in enumerate(messages, start=1)}


def _stay(citizen: Citizen, night: datetime, states: list[str]) -> Iterator[bytes]:
    """Write what a hospital sends: each state of the stay is an Encounter of its own."""
    admitted = night - timedelta(days=2, hours=5)
    for number, state in enumerate(states):
        encounter = {
            "resourceType": "Encounter",
            "status": state,
            "class": {"system": _ACT, "code": "IMP"},
            "episodeOfCare": [{"identifier": {"value": _id("stay", citizen.id).urn}}],
            "period": {"start": instant(admitted)},
            "serviceProvider": {"reference": "Organization/hospital"},
        }
        sent = admitted + timedelta(days=number, minutes=1)
        yield _message(citizen, sent, [encounter], {**_HOSPITAL, "id": "hospital"})


def _conversation(citizen: Citizen, night: datetime) -> Iterator[bytes]:
    """Write a question and its answer, which repeats the question."""
    asked = night - timedelta(days=1, hours=12)
    said = (
        ("Ankler hævede siden i går, vægt steget 2 kg. Skal vanddrivende øges?", asked),
        ("Giv 40 mg ekstra i morgen tidlig. Vej dagligt. Ring, hvis åndenød.", asked + _HOUR),
    )
    payload: list[Json] = []
    for number, (words, at) in enumerate(said, start=1):
        payload.append(_contribution(words, at, _id("payload", f"{citizen.id}-{number}")))
        communication = {
            "resourceType": "Communication",
            "status": "unknown",
            "identifier": [{"value": _id("thread", citizen.id).urn}],
            "topic": {"text": "Ødemer"},
            "payload": list(payload),
        }
        yield _message(citizen, at, [communication], {**_DOCTOR, "id": "doctor"})


_HOUR = timedelta(hours=1)


def _contribution(words: str, at: datetime, lasting: uuid.UUID) -> Json:
    given: list[tuple[str, Json]] = [
        ("datetime-extension", {"valueDateTime": instant(at)}),
        ("identifier-extension", {"valueIdentifier": {"value": lasting.urn}}),
        ("practitioner-extension", {"valueReference": {"reference": "Practitioner/doctor"}}),
    ]
    extensions = [{"url": _MEDCOM + name, **value} for name, value in given]
    return {"contentString": words, "extension": extensions}


def _report(citizen: Citizen, night: datetime) -> bytes:
    """Write a home-care nurse's measurements and what she makes of them."""
    at = night - timedelta(hours=9)
    measured = (
        ("Puls", 92, "1/min"),
        ("Blodtryk systolisk", 147, "mmHg"),
        ("Temperatur", 38.7, "°C"),
    )
    observations: list[Json] = [
        {
            "resourceType": "Observation",
            "status": "final",
            "code": {"text": title},
            "valueQuantity": {"value": value, "unit": unit},
            "effectiveDateTime": instant(at),
        }
        for title, value, unit in measured
    ]
    report = {
        "resourceType": "DiagnosticReport",
        "status": "final",
        "code": {"coding": [{"system": _REPORTS, "code": "HomeCareReport"}]},
        "issued": instant(at),
        "conclusion": "Varm og træt. Drikker for lidt. Ring til vagtlæge ved temperatur over 39.",
    }
    return _message(citizen, at, [*observations, report], {**_DOCTOR, "id": "doctor"})


def _message(citizen: Citizen, sent: datetime, told: list[Json], sender: Json) -> bytes:
    key = f"{citizen.id} {sent.isoformat()}"
    person = str(_id("patient", key))
    patient = {
        "resourceType": "Patient",
        "id": person,
        "identifier": [{"system": CPR, "value": citizen.cpr}],
        "name": [{"given": citizen.given_name.split()[:1], "family": citizen.family_name}],
    }
    about: list[Any] = [
        {
            **one,
            "id": str(_id("told", f"{key} {number}")),
            "subject": {"reference": f"Patient/{person}"},
        }
        for number, one in enumerate(told)
    ]
    header = {"resourceType": "MessageHeader", "id": str(_id("header", key))}
    entries = [
        {
            "fullUrl": f"https://besked.example/fhir/{one['resourceType']}/{one['id']}",
            "resource": one,
        }
        for one in (header, patient, sender, *about)
    ]
    return bundle("message", entries, sent)


def _id(kind: str, name: str) -> uuid.UUID:
    return uuid.uuid5(_NAMES, f"{kind} {name}")
