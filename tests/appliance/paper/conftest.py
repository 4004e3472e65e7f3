"""Åse's list, printed once for every test that reads it."""

import pytest

from appliance.paper.citizen_sheets.medication_list import render_medication_list
from tests.appliance.paper.pages import texts
from tests.appliance.paper.people import AASE, context, opened, penicillin, rich_orders


@pytest.fixture(scope="session")
def aase_store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("records")
    return opened(folder / "records.sqlite", AASE, penicillin(), *rich_orders())


@pytest.fixture(scope="session")
def aase_list(aase_store):
    return render_medication_list(aase_store, AASE.id, context())


@pytest.fixture(scope="session")
def aase_pages(aase_list):
    return texts(aase_list.pdf)


@pytest.fixture
def print_list(tmp_path):
    """Return a function that prints Åse's list from the records given."""

    def render(*records, citizen=AASE, **changes):
        store = opened(tmp_path / f"{len(list(tmp_path.iterdir()))}.sqlite", citizen, *records)
        return render_medication_list(store, citizen.id, context(**changes))

    return render
