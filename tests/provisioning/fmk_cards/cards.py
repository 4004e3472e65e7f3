"""Medicine cards made by hand, and a look at what became of them. Everything is invented."""

from datetime import UTC, datetime
from pathlib import Path

from appliance.demo.feed_fmk import card_as_xml
from appliance.records.models import MedicationOrder
from provisioning.reading import Reading
from tests.provisioning.feeds import Taken, take

FETCHED = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
CPR = "0101431234"
MODEL = "http://www.dkma.dk/medicinecard/xml.schema/2015/06/01"
UNITS = {"UnitTexts": {"Singular": "tablet", "Plural": "tabletter"}}
MORNING = {"Time": "morning", "Quantity": "2"}
DRUG = {
    "ATC": {"Code": "N02BE01", "Text": "Paracetamol"},
    "Name": "Pamolit",
    "Form": {"Text": "filmovertrukne tabletter"},
    "Strength": {"Value": "500.0", "UnitText": "mg", "Text": "500 mg"},
    "Substances": {"ActiveSubstance": [{"SubstanceText": "PARACETAMOL"}]},
}


def period(*doses, interval="1", days=None, **more):
    """Make a period of the older shape; without `days`, the doses are those of day 1."""
    days = days or [{"Number": "1", "Dose": list(doses)}]
    begins = {"IterationInterval": interval, "StartDate": "2026-11-01"}
    return {**begins, "DosageEndingUndetermined": {}, "Day": days, **more}


def fixed(*periods, **more):
    """Make a fixed dosage of the older shape."""
    return {**UNITS, "StructuresFixed": {"Structure": list(periods)}, "Type": "fast", **more}


def needed(*periods, **more):
    """Make an as-needed dosage of the older shape."""
    given = {"StructuresAccordingToNeed": {"Structure": list(periods)}}
    return {**UNITS, **given, "Type": "efter behov", **more}


def newer(**more):
    """Make a dosage of the newer shape."""
    return {**UNITS, **more}


def order(number="1", **fields):
    """Make an order that lacks nothing; a field given as None is left out."""
    whole = {
        "Identifier": number,
        "Created": {
            "By": {
                "AuthorisedHealthcareProfessional": {"Name": "Læge Rask"},
                "Organisation": {"Name": "Lægehuset"},
            },
            "DateTime": "2026-10-30T09:00:00Z",
        },
        "Type": "Lægeordineret",
        "BeginEndDate": {"TreatmentStartDate": "2026-11-01", "TreatmentEndingUndetermined": {}},
        "Indication": {"Text": "mod smerter"},
        "RouteOfAdministration": {"Text": "Oral anvendelse"},
        "Drug": DRUG,
        "Dosage": fixed(period(MORNING)),
    }
    return {key: value for key, value in {**whole, **fields}.items() if value is not None}


def card(*orders, cpr=CPR, given="Ane", family="Holm", **more):
    """Make a card."""
    name = {"Name": {"GivenName": given, "Surname": family}} if given else {}
    person = {**name, "PersonIdentifier": {"@source": "CPR", "": cpr}, "BirthDate": "1943-01-01"}
    return {"Patient": {"Person": person}, "DrugMedication": list(orders), **more}


def put(folder: Path, name: str, content: bytes) -> Path:
    """Write a file of a feed; return the feed."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return folder


def take_cards(tmp_path: Path, *cards, write=card_as_xml, fetched=FETCHED) -> Taken:
    """Take in a feed of cards, one file each."""
    feed = tmp_path / "kort"
    ending = "xml" if write is card_as_xml else "json"
    for number, one in enumerate(cards, start=1):
        put(feed, f"{number}.{ending}", write(one, fetched))
    return take(feed, tmp_path)


def take_bytes(tmp_path: Path, content: bytes, name="kort.xml", as_of=FETCHED) -> Taken:
    """Take in a feed of one file beside a whole card, so that it is a feed of cards."""
    feed = put(tmp_path / "kort", "0.xml", card_as_xml(card(cpr="0202431234"), FETCHED))
    return take(put(feed, name, content), tmp_path, reading=Reading(as_of))


def only(tmp_path: Path, given, write=card_as_xml) -> MedicationOrder:
    """Return what one order becomes."""
    return take_cards(tmp_path, card(given), write=write).one(MedicationOrder)
