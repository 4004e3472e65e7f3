"""Say which lists a CSV export has, and which columns each of them.

The headers are those a municipality would recognise from its care system's list exports; one list
is one file. `README.md` describes every column, and a test holds it to that. Called by `feed_csv`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from appliance.demo import csv_labels as label
from appliance.demo import csv_values as cell
from appliance.demo.town_models import Town, UnitRecords
from appliance.records.dosage import Grid
from appliance.records.models import OrderItem
from appliance.records.terms import Section, ServiceLine

Columns = Mapping[str, Callable[[Any], str]]
_NO_GRID = Grid("", "", "", "", "")


@dataclass(frozen=True, slots=True)
class CsvList:
    """One file: the records it holds, and what each of its columns writes of a record."""

    name: str
    rows: Callable[[Town], Iterable[Any]]
    columns: Columns


def _every(table: str) -> Callable[[Town], Iterable[Any]]:
    """List one table of every unit."""
    return lambda town: (row for unit in town.units for row in getattr(unit.care, table))


def _orders(line: ServiceLine) -> Callable[[Town], Iterator[Any]]:
    """List the orders of one service."""
    every = _every("service_orders")
    return lambda town: (order for order in every(town) if order.service_line is line)


def _undelivered(unit: UnitRecords) -> str:
    missing = (state.section for state in unit.states if not state.is_delivered)
    return cell.listed(label.SECTION_LISTS[section] for section in missing)


def _medicine_read_at(unit: UnitRecords) -> str:
    ages = (state for state in unit.states if state.section is Section.MEDICATION)
    return next((cell.moment(state.as_of) for state in ages if not state.citizen_id), "")


def _read_by_citizen(town: Town) -> Iterator[Any]:
    """List when each citizen's medicine was read from the shared medication record."""
    return (state for unit in town.units for state in unit.states if state.citizen_id)


def _grid(order: Any) -> Grid:
    return order.dosage.grid or _NO_GRID


def _items(order: Any) -> str:
    return "; ".join(f"{item.quantity} x {_item(item)}" for item in order.items)


def _item(item: OrderItem) -> str:
    return f"{item.text} [{item.hmi}]" if item.hmi else item.text


_CITIZEN: Columns = {"Borger-id": lambda row: row.citizen_id}

UNITS: Columns = {
    "Enhed-id": lambda row: row.unit.id,
    "Enhed": lambda row: row.unit.name,
    "Type": lambda row: label.UNIT_KINDS[row.unit.kind],
    "Telefon": lambda row: cell.words(row.unit.phone),
    "Adresse": lambda row: cell.words(row.unit.address),
    "Udtræk taget": lambda row: cell.moment(row.as_of),
    "Medicin læst": _medicine_read_at,
    "Ikke leveret": _undelivered,
}
CITIZENS: Columns = {
    "Borger-id": lambda row: row.id,
    "Enhed-id": lambda row: row.unit_id,
    "CPR-nummer": lambda row: cell.cpr(row.cpr),
    "Efternavn": lambda row: row.family_name,
    "Fornavn": lambda row: row.given_name,
    "Fødselsdato": lambda row: cell.day(row.birth_date),
    "Køn": lambda row: label.GENDERS.get(row.gender, ""),
    "Bolig": lambda row: cell.words(row.dwelling),
    "Adresse": lambda row: cell.words(row.address),
    "Postnr.": lambda row: cell.words(row.postcode),
    "By": lambda row: cell.words(row.city),
    "Telefon": lambda row: cell.words(row.phone),
    "Adressebeskyttet": lambda row: cell.yes_no(row.is_address_protected),
    "Egen læge": lambda row: cell.words(row.gp_name),
    "Egen læge telefon": lambda row: cell.words(row.gp_phone),
}
RELATIVES: Columns = {
    **_CITIZEN,
    "Navn": lambda row: row.name,
    "Relation": lambda row: cell.words(row.relation),
    "Telefon": lambda row: cell.words(row.phone),
    "Primær": lambda row: cell.yes_no(row.is_primary),
    "Bemærkning": lambda row: cell.words(row.note),
}
WARNINGS: Columns = {
    **_CITIZEN,
    "Stof": lambda row: row.substance,
    "Reaktion": lambda row: cell.words(row.reaction),
    "Alvorlighed": lambda row: label.SEVERITIES.get(row.severity, ""),
    "Registreret": lambda row: cell.day(row.registered_on),
    "Afkræftet": lambda row: cell.yes_no(row.is_refuted),
}
MEDICATION: Columns = {
    **_CITIZEN,
    "Ordinations-id": lambda row: row.id,
    "Status": lambda row: label.STATUSES[row.status],
    "Status siden": lambda row: cell.day(row.status_since),
    "Statusårsag": lambda row: cell.words(row.status_reason),
    "Handelsnavn": lambda row: cell.words(row.brand),
    "Indholdsstof": lambda row: cell.words(row.generic),
    "ATC": lambda row: cell.words(row.atc),
    "Form": lambda row: cell.words(row.form),
    "Styrke": lambda row: cell.words(row.strength),
    "Administrationsvej": lambda row: cell.words(row.route),
    "Dosering": lambda row: cell.words(row.dosage.text),
    "Morgen": lambda row: _grid(row).morning,
    "Middag": lambda row: _grid(row).noon,
    "Aften": lambda row: _grid(row).evening,
    "Nat": lambda row: _grid(row).night,
    "Enhed": lambda row: _grid(row).unit,
    "Klokkeslæt": lambda row: cell.listed(row.dosage.times),
    "Ugedage": lambda row: cell.weekdays(row.dosage.weekdays),
    "Enkeltdosis": lambda row: cell.words(row.dosage.single_dose),
    "Døgndosis": lambda row: cell.words(row.dosage.daily_dose),
    "PN": lambda row: cell.yes_no(row.is_as_needed),
    "Maks. døgndosis": lambda row: cell.words(row.max_daily_dose),
    "Indikation": lambda row: cell.words(row.indication),
    "Instruks": lambda row: cell.words(row.instruction),
    "Ordineret": lambda row: cell.day(row.ordered_on),
    "Seponeres": lambda row: cell.day(row.stops_on),
    "Ordineret af": lambda row: cell.words(row.prescriber),
    "Dosisdispenseret": lambda row: cell.yes_no(row.is_dose_dispensed),
    "Tidskritisk": lambda row: cell.yes_no(row.is_time_critical),
}
MEDICINE_READ: Columns = {
    **_CITIZEN,
    "Medicin læst": lambda row: cell.moment(row.as_of),
}
CONDITIONS: Columns = {
    **_CITIZEN,
    "Tilstand": lambda row: row.title,
    "Kode": lambda row: cell.words(row.code),
    "Status": lambda row: cell.words(row.status),
    "Siden": lambda row: cell.day(row.since),
    "Bemærkning": lambda row: cell.words(row.note),
}
CARE_PLAN: Columns = {
    **_CITIZEN,
    "Type": lambda row: label.PLAN_KINDS[row.kind],
    "Overskrift": lambda row: row.title,
    "Tekst": lambda row: cell.words(row.text),
    "Status": lambda row: cell.words(row.status),
    "Siden": lambda row: cell.day(row.since),
}
OBSERVATIONS: Columns = {
    **_CITIZEN,
    "Måling": lambda row: row.title,
    "Værdi": lambda row: cell.words(row.value),
    "Enhed": lambda row: cell.words(row.unit),
    "Målt": lambda row: cell.moment(row.observed_at),
}
NOTES: Columns = {
    **_CITIZEN,
    "Overskrift": lambda row: cell.words(row.title),
    "Notat": lambda row: row.text,
    "Skrevet af": lambda row: cell.words(row.author),
    "Skrevet": lambda row: cell.moment(row.written_at),
}
INTERVENTIONS: Columns = {
    **_CITIZEN,
    "Indsats": lambda row: row.title,
    "Visiteret": lambda row: cell.yes_no(row.is_granted),
    "Hyppighed": lambda row: cell.words(row.frequency),
    "Beskrivelse": lambda row: cell.words(row.text),
    "Fra": lambda row: cell.day(row.starts_on),
    "Til": lambda row: cell.day(row.ends_on),
}
VISITS: Columns = {
    **_CITIZEN,
    "Start": lambda row: cell.moment(row.starts_at),
    "Minutter": lambda row: cell.whole(row.minutes),
    "Rute": lambda row: cell.words(row.route),
    "Rækkefølge": lambda row: cell.whole(row.sequence),
    "Medarbejder": lambda row: cell.words(row.staff),
    "Antal medarbejdere": lambda row: cell.whole(row.persons),
    "Opgaver": lambda row: "; ".join(row.tasks),
    "Status": lambda row: cell.words(row.status),
}
FLAGS: Columns = {
    **_CITIZEN,
    "Type": lambda row: label.FLAGS[row.kind],
    "Tekst": lambda row: row.text,
    "Siden": lambda row: cell.day(row.since),
    "Besluttet af": lambda row: cell.words(row.decided_by),
}
KEY_BOXES: Columns = {
    **_CITIZEN,
    "Placering": lambda row: row.place,
    "Kode": lambda row: cell.words(row.code),
}
MEALS: Columns = {
    **_CITIZEN,
    "Leveringsdato": lambda row: cell.day(row.due_on),
    "Tidsrum": lambda row: cell.words(row.window),
    "Retter": _items,
    "Diæt": lambda row: cell.words(row.diet),
    "Antal personer": lambda row: cell.whole(row.persons),
    "Bemærkning": lambda row: cell.words(row.remark),
}
DEVICES: Columns = {
    **_CITIZEN,
    "Dato": lambda row: cell.day(row.due_on),
    "Opgave": lambda row: label.ORDER_KINDS[row.kind],
    "Tidsrum": lambda row: cell.words(row.window),
    "Hjælpemidler": _items,
    "Antal medarbejdere": lambda row: cell.whole(row.persons),
    "Bemærkning": lambda row: cell.words(row.remark),
}
CONTACTS: Columns = {
    "Navn": lambda row: row.name,
    "Funktion": lambda row: cell.words(row.role),
    "Organisation": lambda row: cell.words(row.organisation),
    "Telefon": lambda row: cell.words(row.phone),
    "Enhed-id": lambda row: cell.words(row.unit_id),
}
STAFF: Columns = {
    "Medarbejder-id": lambda row: row.id,
    "Initialer": lambda row: row.initials,
    "Navn": lambda row: row.name,
    "Rolle": lambda row: label.ROLES[row.role],
    "Enheder": lambda row: cell.listed(row.unit_ids),
    "Telefon": lambda row: cell.words(row.phone),
    "Gyldig til": lambda row: cell.day(row.valid_until),
    "Kode (Argon2id)": lambda row: cell.words(row.login_code_phc),
}
PLAN: Columns = {
    "Titel": lambda row: row.title,
    "Type": lambda row: row.kind,
    "Enhed-id": lambda row: cell.words(row.unit_id),
    "Version": lambda row: cell.words(row.version),
    "Ejer": lambda row: cell.words(row.owner),
    "Næste revision": lambda row: cell.day(row.next_review),
    "Tekst": lambda row: row.body,
}

LISTS: tuple[CsvList, ...] = (
    CsvList("enheder", lambda town: town.units, UNITS),
    CsvList("borgere", _every("citizens"), CITIZENS),
    CsvList("paaroerende", _every("relatives"), RELATIVES),
    CsvList("cave", _every("warnings"), WARNINGS),
    CsvList("medicin", _every("medication"), MEDICATION),
    CsvList("medicinkort", _read_by_citizen, MEDICINE_READ),
    CsvList("tilstande", _every("conditions"), CONDITIONS),
    CsvList("plejeplan", _every("care_plan"), CARE_PLAN),
    CsvList("observationer", _every("observations"), OBSERVATIONS),
    CsvList("notater", _every("notes"), NOTES),
    CsvList("indsatser", _every("interventions"), INTERVENTIONS),
    CsvList("besoeg", _every("visits"), VISITS),
    CsvList("markeringer", _every("flags"), FLAGS),
    CsvList("noegler", _every("key_boxes"), KEY_BOXES),
    CsvList("madservice", _orders(ServiceLine.MEALS), MEALS),
    CsvList("hjaelpemidler", _orders(ServiceLine.DEVICES), DEVICES),
    CsvList("kontakter", lambda town: town.contacts, CONTACTS),
    CsvList("personale", lambda town: town.staff, STAFF),
    CsvList("plan", lambda town: town.plan_documents, PLAN),
)
