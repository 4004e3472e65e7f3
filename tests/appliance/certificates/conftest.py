from pathlib import Path

import pytest

from appliance.certificates.own_key import make_request
from appliance.certificates.request import Request
from tests.simulators.screen_certificates import NAME, ScreenAuthority


@pytest.fixture(scope="session")
def authority() -> ScreenAuthority:
    return ScreenAuthority()


@pytest.fixture
def request_made(tmp_path: Path) -> Request:
    """What a box in `tmp_path` has asked for."""
    return make_request(tmp_path, (NAME,))
