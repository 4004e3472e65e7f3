"""Print a list of Åse's unit and read it back."""

import sqlite3
from contextlib import closing
from dataclasses import replace

from appliance.paper.sheet_kind import Material, SheetKind, Subject, Wanted
from appliance.records.models import Flag, Record, SectionState
from appliance.records.store import RecordStore
from appliance.records.terms import FlagKind, Section
from tests.appliance.paper.pages import texts
from tests.appliance.paper.people import AASE, SYD, context, opened
from tests.appliance.paper.unit_sheets.crowd import BENT

AASE_AT_HOME = replace(
    AASE, dwelling=None, address="Åvej 1", postcode="8000", city="Aarhus", phone="87 00 00 55"
)


def printed(store: RecordStore, kind: SheetKind, **changes) -> list[str]:
    """Return the text of each document of the list."""
    made = kind.make(Material(store), Wanted(Subject.UNIT, SYD.id), context(**changes))
    return ["".join(texts(document.pdf)).replace("\xa0", " ") for document in made]


def two_citizens(path, *records: Record) -> RecordStore:
    """Open the records of Åse and Bent, who are helped at home, and these."""
    return opened(path, AASE_AT_HOME, BENT, *records)


def flag(kind: FlagKind, text: str, citizen=AASE) -> Flag:
    """Return one flag of a citizen."""
    return Flag(f"f-{citizen.id}-{kind}", citizen.id, kind, text)


def not_delivered(*sections: Section) -> list[SectionState]:
    """Return the word of the source that these sections are not in the copy."""
    return [
        SectionState(SYD.id, section, is_delivered=False, is_complete=False) for section in sections
    ]


def spoil(path, statement: str) -> None:
    """Spoil a field of the records, as a failing import would."""
    path.chmod(0o600)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(statement)
