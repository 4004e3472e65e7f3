"""Write the town's medicine as medicine cards of the shared medication record (FMK).

One file for each citizen: every other one XML in the envelope of FMK's service, the others JSON of
the same model; dosages in the older and in the newer shape. FMK knows a person by the CPR number,
so who has none, or shares one, has no card. Called by the tests; equal towns give equal bytes.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import orjson

from appliance.demo.fhir_elements import instant
from appliance.demo.fmk_dosages import Element, dosage
from appliance.demo.town_models import Town, UnitRecords
from appliance.files import write_atomically
from appliance.records.models import Citizen, MedicationOrder
from appliance.records.terms import MedicationStatus, Section, UnitKind

_CARE = {UnitKind.CARE_CENTRE, UnitKind.RESIDENTIAL_UNIT, UnitKind.HOME_CARE_GROUP}
_MODEL = "http://www.dkma.dk/medicinecard/xml.schema/"
_OLD_MODEL, _NEW_MODEL = f"{_MODEL}2015/06/01", f"{_MODEL}2022/01/01"
_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
_EMPTY: Element = {}


def write_fmk_cards(town: Town, folder: Path, slug: str | None = None) -> None:
    """Write the cards of one unit's citizens, or of everybody in a care group.

    Raises:
        StorageError: the disk refused or is full.

    """
    for name, content in card_files(town, slug).items():
        write_atomically(folder / name, content)


def card_files(town: Town, slug: str | None = None) -> Mapping[str, bytes]:
    """Make every card, by its name in the folder."""
    units = [one for one in town.units if one.unit.kind in _CARE and slug in (None, one.slug)]
    shared = Counter(citizen.cpr for unit in units for citizen in unit.care.citizens)
    files = {}
    for unit in units:
        told = [one for one in unit.care.citizens if one.cpr and shared[one.cpr] == 1]
        for number, citizen in enumerate(told):
            ending, write = (("xml", card_as_xml), ("json", card_as_json))[number % 2]
            name = f"{unit.slug}/kort-{number + 1:03}.{ending}"
            files[name] = write(_card(unit, citizen), _fetched_at(unit, citizen))
    return files


def _fetched_at(unit: UnitRecords, citizen: Citizen) -> datetime:
    """Return when the citizen's card was read, as the town has it; else when the unit's were."""
    ages = {one.citizen_id: one.as_of for one in unit.states if one.section is Section.MEDICATION}
    return ages.get(citizen.id) or ages.get("") or unit.as_of  # type: ignore[call-overload]


def _card(unit: UnitRecords, citizen: Citizen) -> Element:
    orders = [one for one in unit.care.medication if one.citizen_id == citizen.id]
    return {
        "Patient": _patient(citizen),
        "Version": _number(citizen.id),
        "DrugMedication": [
            _order(order, unit, is_new=number % 2 == 1) for number, order in enumerate(orders)
        ],
        "HasOpenDosageDispensingPrescriptions": "false",
    }


def _patient(citizen: Citizen) -> Element:
    first, _, middle = citizen.given_name.partition(" ")
    name = _filled({"GivenName": first, "MiddleName": middle, "Surname": citizen.family_name})
    person = {
        "Name": name,
        "PersonIdentifier": {"@source": "CPR", "": citizen.cpr},
        "BirthDate": citizen.birth_date and citizen.birth_date.isoformat(),
        "Gender": citizen.gender,
    }
    hidden = {"AddressProtected": _EMPTY} if citizen.is_address_protected else {}
    return {"Person": _filled(person), **hidden}


def _order(order: MedicationOrder, unit: UnitRecords, *, is_new: bool) -> Element:
    entries = unit.dose_entries.get(order.id, ())
    return _filled(
        {
            "Identifier": _number(order.id),
            "Version": _number(f"{order.id} version"),
            "Created": _created(order.prescriber),
            "Type": "Lægeordineret" if order.prescriber else None,
            **_status(order),
            "BeginEndDate": _dates(order),
            "Indication": _filled({"FreeText": order.indication}),
            "RouteOfAdministration": _filled({"Text": order.route}),
            "Drug": _drug(order),
            "Dosage": dosage(order, entries, is_new=is_new),
            "Instruction": order.instruction,
            "DoseDispensed": {True: "true", False: "false"}.get(bool(order.is_dose_dispensed)),
        }
    )


def _created(prescriber: str | None) -> Element | None:
    if prescriber is None:
        return None
    by = {
        "AuthorisedHealthcareProfessional": {"AuthorisationIdentifier": "", "Name": prescriber},
        "Organisation": {"Name": prescriber},
    }
    return {"By": by}


def _status(order: MedicationOrder) -> Element:
    said = _filled({"ReasonText": order.status_reason})
    if order.status is MedicationStatus.PAUSED:
        since = _filled({"FromDate": _day(order.status_since)})
        return {"Paused": {**since, **said}}
    if order.status is MedicationStatus.STOPPED:
        at = order.status_since and f"{order.status_since.isoformat()}T11:00:00Z"
        return {"Withdrawn": {**_filled({"DateTime": at}), **said}}
    return {}


def _dates(order: MedicationOrder) -> Element:
    start = {"TreatmentStartDate": _day(order.ordered_on)}
    end = {"TreatmentEndDate": _day(order.stops_on)}
    return {
        **(start if order.ordered_on else {"TreatmentStartedPreviously": _EMPTY}),
        **(end if order.stops_on else {"TreatmentEndingUndetermined": _EMPTY}),
    }


def _drug(order: MedicationOrder) -> Element:
    substance = {"ActiveSubstance": [{"SubstanceText": order.generic}]} if order.generic else None
    return _filled(
        {
            "ATC": {"Code": order.atc} if order.atc else None,
            "Name": order.brand,
            "Form": {"Text": order.form} if order.form else None,
            "Strength": {"Text": order.strength} if order.strength else None,
            "Substances": substance,
        }
    )


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _filled(given: Element) -> Element:
    return {key: value for key, value in given.items() if value not in (None, "")}


def _number(said: str) -> str:
    """Make the number FMK would know something by."""
    return str(int.from_bytes(said.encode()[-7:], "big") * 31 + len(said))


# --- the two ways of writing ----------------------------------------------------------------------


def card_as_json(card: Element, fetched_at: datetime) -> bytes:
    """Write a card as JSON, with the time it was fetched beside it."""
    document = {
        "RetrievalDateTime": instant(fetched_at),
        "GetMedicineCardResponse": {"MedicineCard": [_plain(card)]},
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2)


def _plain(value: Any) -> Any:
    """Return a value without attributes, which JSON has no place for."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "" in value:
        return value[""]
    return {key: _plain(item) for key, item in value.items()}


def card_as_xml(card: Element, fetched_at: datetime) -> bytes:
    """Write a card as FMK's service answers, in the envelope that says when it did."""
    created = f"<wsu:Created>{instant(fetched_at)}</wsu:Created>"
    spaces = f'xmlns:f="{_OLD_MODEL}/E2" xmlns="{_OLD_MODEL}" xmlns:n="{_NEW_MODEL}"'
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<soap:Envelope xmlns:soap="{_SOAP}" xmlns:wsu="{_WSU}">',
        f"<soap:Header><wsu:Timestamp>{created}</wsu:Timestamp></soap:Header>",
        f"<soap:Body><f:GetMedicineCardResponse {spaces}>",
        *_elements("f:MedicineCard", card),
        "</f:GetMedicineCardResponse></soap:Body>",
        "</soap:Envelope>",
    ]
    return "\n".join(lines).encode()


def _elements(name: str, value: Any) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        if not isinstance(item, dict):
            yield f"<{name}>{escape(str(item))}</{name}>"
            continue
        given = {key[1:]: said for key, said in item.items() if key.startswith("@")}
        attributes = "".join(f" {key}={quoteattr(said)}" for key, said in given.items())
        if "" in item:
            yield f"<{name}{attributes}>{escape(str(item['']))}</{name}>"
            continue
        yield f"<{name}{attributes}>"
        for key, inner in item.items():
            yield from _elements(_prefixed(key), inner)
        yield f"</{name}>"


def _prefixed(name: str) -> str:
    """Put the newer shape's elements where they belong: into the later model."""
    return f"n:{name}" if name in ("DosagePeriod", "Precondition") else name
