"""Build the people and units of a delivery: units, citizens, relatives, staff, contacts.

A doubt is settled the way that hides nobody and opens nothing: an unreadable "protected address"
is protected, an unreadable role opens least, and a citizen without a unit is in the copy all the
same. Called by `records` and `delivery`.
"""

import re
from dataclasses import dataclass

from appliance.records.models import Citizen, Contact, Relative, StaffMember, Unit
from appliance.records.terms import CitizenId, Role, StaffId, UnitId, UnitKind
from provisioning.errors import Severity
from provisioning.sources.fhir.index import UNITLESS
from provisioning.sources.lists import values as cell
from provisioning.sources.lists.people import KnownCitizen, KnownUnit, People
from provisioning.sources.lists.rows import RowReader

_NO_NAME = "Navn mangler i kilden"
_POSTCODE_AND_CITY = re.compile(r"(?:DK-)?(\d{4})\s+(\S.*)")


@dataclass(frozen=True, slots=True)
class Place:
    """What a builder needs beside the row: the record's id, and who and where it is about."""

    record_id: str
    people: People
    citizen_id: CitizenId


def read_unit(row: RowReader, people: People) -> KnownUnit:
    """Read a row of the list of units."""
    said, name = row.owed("unit"), row.owed("name")
    kind = row.choice("kind", UnitKind) or UnitKind.CARE_CENTRE
    unit = Unit(people.unit_id(said), name, kind, row.text("phone"), row.text("address"))
    missing = frozenset(row.listed("not_delivered"))
    return KnownUnit(unit, row.moment("as_of"), row.moment("medication_as_of"), missing)


def build_citizen(row: RowReader, known: KnownCitizen) -> Citizen:
    """Read a row of the list of citizens."""
    family, given = read_name(row)
    if not family and not given:
        row.remark("family_name", "is empty", severity=Severity.ERROR)
    if known.unit_id == UNITLESS.id and row.text("unit"):
        row.remark("unit", f"is not in the delivery; the citizen is put in {UNITLESS.id}",
                   severity=Severity.ERROR)  # fmt: skip
    birth_date = row.day("birth_date")
    if row.text("cpr") and row.cpr(birth_date).value is None:
        row.refuse_cpr()
    is_odd = known.cpr and birth_date and not cell.cpr_agrees(known.cpr, birth_date)
    postcode, city = _town(row)
    return Citizen(
        id=known.id,
        unit_id=known.unit_id,
        family_name=family or ("" if given else _NO_NAME),
        given_name=given,
        cpr=known.cpr,
        birth_date=birth_date,
        gender=row.word("gender"),
        dwelling=row.text("dwelling"),
        address=row.text("address"),
        postcode=postcode,
        city=city,
        phone=row.text("phone"),
        is_address_protected=_yes_unless_no(row, "is_address_protected"),
        gp_name=row.text("gp_name"),
        gp_phone=row.text("gp_phone"),
        identity_doubts=("cpr_birth_date_differs",) if is_odd else (),
    )


def read_name(row: RowReader) -> tuple[str, str]:
    """Return family and given name; "Holm, Ane" is split, a name without comma is not."""
    family, given = row.text("family_name"), row.text("given_name")
    whole = row.text("name")
    if family or given or not whole:
        return family or "", given or ""
    before, comma, after = whole.partition(",")
    return (before.strip(), after.strip()) if comma else ("", whole)


def _town(row: RowReader) -> tuple[str | None, str | None]:
    both = _POSTCODE_AND_CITY.fullmatch(row.text("postcode_and_city") or "")
    said = (both[1], both[2]) if both else (None, row.text("postcode_and_city"))
    return row.text("postcode") or said[0], row.text("city") or said[1]


def _yes_unless_no(row: RowReader, field: str) -> bool:
    """Return yes or no, with yes for what cannot be read and no for what is not said."""
    said = row.yes_no(field)
    return field in row.unread if said is None else said


def build_relative(row: RowReader, at: Place) -> Relative:
    """Read somebody to phone about a citizen."""
    return Relative(
        at.record_id,
        at.citizen_id,
        row.owed("name"),
        row.text("relation"),
        row.text("phone"),
        row.yes_no("is_primary") is True,
        row.text("note"),
    )


def build_contact(row: RowReader, at: Place) -> Contact:
    """Read a line of the contact list."""
    return Contact(
        at.record_id,
        row.owed("name"),
        row.text("role"),
        row.text("organisation"),
        row.text("phone"),
        unit_named(row, at.people),
    )


def unit_named(row: RowReader, people: People) -> UnitId | None:
    """Return the unit a row is about, if it is about one that is there."""
    said = row.text("unit")
    found = people.find_unit(said) if said else None
    if said and found is None:
        row.remark("unit", "is not in the delivery")
    return found


def build_staff_member(row: RowReader, at: Place) -> StaffMember:
    """Read somebody who may log in."""
    said = row.owed("staff")
    initials = row.owed("initials")
    role = row.choice("role", Role)
    if role is None:
        row.remark("role", "says no role we know; IT, which sees no citizen, is used")
    units = row.listed("units") or row.listed("unit")
    found = [at.people.find_unit(unit) for unit in units]
    if None in found:
        row.remark("units", "names a unit that is not in the delivery", severity=Severity.ERROR)
    return StaffMember(
        StaffId(at.people.ids.staff(said)),
        row.text("name") or initials,
        initials,
        role or Role.IT,
        tuple(sorted({unit for unit in found if unit})),
        row.text("login_code_phc"),
        row.text("phone"),
        row.day("valid_until"),
    )
