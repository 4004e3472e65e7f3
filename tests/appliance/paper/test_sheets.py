"""The registry: every sheet can be built from it."""

import pytest

from appliance.paper.sheets import SHEETS, Subject
from tests.appliance.paper.people import AASE, SYD, context


@pytest.mark.parametrize("name", sorted(SHEETS))
def test_every_registered_sheet_can_be_built(aase_store, name):
    kind = SHEETS[name]
    subject = AASE.id if kind.subject is Subject.CITIZEN else SYD.id

    documents = list(kind.build(aase_store, subject, context()))

    assert documents
    assert documents[0].title == kind.title
    assert kind.name == name


def test_everything_about_a_citizen_needs_an_unlock():
    assert all(kind.needs_unlock for kind in SHEETS.values())
