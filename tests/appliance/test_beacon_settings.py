import pytest

from appliance.beacon_settings import BeaconSection, odd_beacon
from appliance.policy import BEACON_PORT

HOTSPOT = "http://10.77.0.1"


def findings(listen: str, interface: str = "eth0", hotspot: str = HOTSPOT) -> list[str]:
    section = BeaconSection(listen)
    return [told for is_wrong, told in odd_beacon(section, interface, hotspot) if is_wrong]


def test_box_that_is_told_nothing_neither_speaks_nor_listens() -> None:
    plain = BeaconSection()

    assert (plain.is_on, plain.port) == (False, BEACON_PORT)
    assert findings("", "") == []


@pytest.mark.parametrize("listen", ["10.20.30.40", "fd00::40"])
def test_one_address_of_the_municipal_network_is_listened_on(listen: str) -> None:
    assert findings(listen) == []


@pytest.mark.parametrize(
    ("listen", "told"),
    [
        ("boks.example.dk", "must be an IP address"), ("10.20.30.40:7710", "must be an IP address"),
        ("0.0.0.0", "not all of them"), ("::", "not all of them"), ("224.0.0.1", "not all of them"),
        ("10.77.0.1", "address of the hotspot"),
    ],
)  # fmt: skip
def test_every_address_at_once_and_the_hotspot_s_are_refused(listen: str, told: str) -> None:
    assert [told in each for each in findings(listen)] == [True]


def test_interface_must_be_named_so_that_nothing_comes_by_another() -> None:
    assert findings("10.20.30.40", "") == ["beacon.listen needs hub.interface, such as eth0"]
    assert findings("10.77.0.1", hotspot=f"{HOTSPOT}:8080") != []
