"""A nurse who has begun an outage, and what her pages say."""

import pytest

from appliance.outage.journal import Beginning
from tests.appliance.web.conftest import Phone, WebBox


@pytest.fixture
def nurse(box: WebBox) -> Phone:
    """A phone whose nurse has begun an outage."""
    box.services.outage.begin(Beginning("AB"))
    phone = box.phone()
    phone.post("/indsatsplan/log", initialer="AB", tekst="Begyndt")
    return phone
