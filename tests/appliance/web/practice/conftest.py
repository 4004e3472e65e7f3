"""A drill, and somebody who practises in it."""

from collections.abc import Iterator

import pytest

from appliance.outage.journal import Beginning
from appliance.web.practice.room import Practice
from tests.appliance.web.conftest import Phone, WebBox
from tests.appliance.web.practice.practising import IN, practice_folders
from tests.waiting import eventually


@pytest.fixture
def drill(box: WebBox) -> Iterator[WebBox]:
    """A locked box in a drill; what is practised is gone before the box is."""
    assert box.services.outage.begin(Beginning("AB", is_drill=True))
    yield box
    practice = box.services.practice
    assert isinstance(practice, Practice)
    practice.end()
    eventually(lambda: practice_folders(box) == [])


@pytest.fixture
def practising(drill: WebBox) -> Phone:
    phone = drill.phone()
    answer = phone.post(IN)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/afsnit")
    return phone
