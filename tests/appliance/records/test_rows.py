import sqlite3
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.records import models
from appliance.records.rows import columns_of, from_row, to_row
from appliance.records.schema import TABLES, Table
from tests.appliance.records.invented import any_record


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_record_comes_back_from_sqlite_as_it_was(table: Table, data: Any) -> None:
    record = data.draw(any_record(table.model))
    connection = sqlite3.connect(":memory:")
    connection.row_factory = sqlite3.Row

    try:
        connection.execute(table.create_sql())
        row = to_row(record)
        names, marks = ", ".join(row), ", ".join("?" * len(row))
        connection.execute(
            f"INSERT INTO {table.name} ({names}) VALUES ({marks})",  # noqa: S608
            tuple(row.values()),
        )
        (found,) = connection.execute(f"SELECT * FROM {table.name}")  # noqa: S608
        back = from_row(table.model, found)
    finally:
        connection.close()

    assert back == record
    assert [type(value) for value in _values(back)] == [type(value) for value in _values(record)]


def _values(record: Any) -> list[Any]:
    return [getattr(record, name) for name, _ in columns_of(type(record))]


def test_columns_are_what_sqlite_can_hold() -> None:
    columns = dict(columns_of(models.Citizen))

    assert columns["cpr"] == "TEXT"
    assert columns["is_address_protected"] == "INTEGER"
    assert {kind for table in TABLES for _, kind in columns_of(table.model)} == {
        "TEXT",
        "INTEGER",
        "REAL",
    }


def test_every_record_kind_has_its_table() -> None:
    assert {table.model for table in TABLES} == set(models.Record.__args__)


def test_tables_that_belong_to_a_citizen_are_known() -> None:
    without = {table.name for table in TABLES if not table.is_per_citizen}

    assert without == {"units", "citizens", "contacts", "staff", "plan_documents"}
