"""Make the pack of a drill: the emergency pack of invented citizens, for the paper to be practised.

Needs no code and no record, so a drill works on a locked box and shows no real citizen's medicine
to anybody. Every page says ØVELSE whenever it is printed, also when nobody has begun a drill: it
must never pass for the real one. Called by the registry.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from appliance.errors import StorageError
from appliance.files import explaining_disk_errors
from appliance.paper import pack
from appliance.paper.document import Document, PrintContext
from appliance.paper.drill_people import UNIT, records
from appliance.paper.pack import Around
from appliance.paper.plan_sheets.plan_frame import GROUP
from appliance.paper.sheet_kind import ANYBODY, Material, SheetKind, Subject, Wanted
from appliance.paper.unit_sheets import due_tonight, life_critical
from appliance.records.models import Record
from appliance.records.rows import to_row
from appliance.records.schema import META_SQL, SCHEMA_VERSION, TABLE_OF_MODEL, TABLES
from appliance.records.store import RecordStore

SHEET = "drill_pack"
TITLE = "Øvelsespakke med opdigtede borgere"
# The blank forms are the same as ever, and have a button of their own.
_AROUND = Around(lists=(life_critical.KIND, due_tonight.KIND), forms=())


def render_drill_pack(
    material: Material, _wanted: Wanted, context: PrintContext
) -> Iterator[Document]:
    """Yield the cover and every sheet, each typeset when it is asked for.

    Raises:
        StorageError: no serial numbers could be taken, or there is no room for the invented copy.

    """
    how = replace(context, is_drill=True, papers={}, earlier={})
    with TemporaryDirectory(prefix="nodboks-drill-") as folder:
        path = Path(folder) / "records.sqlite"
        with explaining_disk_errors("inventing the citizens of a drill"):
            write_records(path, records(context.printed_at))
        with closing(RecordStore(path)) as store:
            for made in pack.render_pack(store, UNIT.id, how, material.place, _AROUND):
                # Of nobody: what is kept of paper must never name an invented citizen.
                yield replace(made, title=TITLE, sheet=SHEET, citizen_id=None, digest="")


def write_records(path: Path, every: Iterator[Record]) -> None:
    """Write a few records as a copy the store can read; the hub's writer is not on the box.

    Raises:
        StorageError: there is no room for it.

    """
    try:
        _write(path, every)
    except sqlite3.Error as error:
        raise StorageError(f"the invented copy: {error}") from error


def _write(path: Path, every: Iterator[Record]) -> None:
    with closing(sqlite3.connect(path)) as database:
        for table in TABLES:
            database.execute(table.create_sql())
        database.execute(META_SQL)
        database.execute("INSERT INTO meta VALUES ('schema_version', ?)", (str(SCHEMA_VERSION),))
        for record in every:
            row = to_row(record)
            name = TABLE_OF_MODEL[type(record)].name  # table and columns are our own words
            places = ", ".join(f":{column}" for column in row)
            sql = f"INSERT INTO {name} ({', '.join(row)}) VALUES ({places})"  # noqa: S608
            database.execute(sql, row)
        database.commit()


KIND = SheetKind(
    name=SHEET,
    title=TITLE,
    subjects=(Subject.NOBODY,),
    build=render_drill_pack,
    group=GROUP,
    roles=ANYBODY,
)
