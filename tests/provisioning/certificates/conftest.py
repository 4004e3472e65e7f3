from pathlib import Path

import pytest

from appliance import crypto
from appliance.certificates.own_key import make_request
from appliance.certificates.request import Request
from provisioning.fleet import FleetBox
from tests.simulators.screen_certificates import NAME, ScreenAuthority


@pytest.fixture
def solgaarden() -> FleetBox:
    recipient = crypto.recipient_of(crypto.new_identity())
    return FleetBox("boks-a", "Solgården", recipient, ("a",), tls_names=(NAME,))


@pytest.fixture
def asked(tmp_path: Path) -> Request:
    """What that box asks for."""
    return make_request(tmp_path / "box", (NAME,))


@pytest.fixture(scope="session")
def authority() -> ScreenAuthority:
    return ScreenAuthority()
