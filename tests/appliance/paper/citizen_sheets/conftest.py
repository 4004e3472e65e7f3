"""Print any sheet about Åse from the records given."""

import pytest

from appliance.paper.sheet_kind import Material, Subject, Wanted
from tests.appliance.paper.pages import texts
from tests.appliance.paper.people import AASE, context, opened


@pytest.fixture
def print_sheet(tmp_path):
    """Return a function that prints one sheet of a kind."""

    def render(kind, *records, citizen=AASE, **changes):
        store = opened(tmp_path / f"{len(list(tmp_path.iterdir()))}.sqlite", citizen, *records)
        wanted = Wanted(Subject.CITIZEN, citizen.id)
        (document,) = kind.make(Material(store), wanted, context(**changes))
        return document

    return render


@pytest.fixture
def read_sheet(print_sheet):
    """Return a function that prints one sheet of a kind and reads it back as one text."""

    def read(kind, *records, **changes):
        return " ".join(texts(print_sheet(kind, *records, **changes).pdf))

    return read
