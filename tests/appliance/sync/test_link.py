import subprocess
from pathlib import Path

import pytest

from appliance.sync.link import LinkReader, Route, is_up, routes_of

HEAD = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
DEFAULT_4 = "eth0\t00000000\t0101A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
LOCAL_4 = "eth0\t0001A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"
HOTSPOT_4 = "wlan0\t004D0A0A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"
DOWN_4 = "eth0\t00000000\t0101A8C0\t0002\t0\t0\t0\t00000000\t0\t0\t0\n"
NOWHERE = "0" * 32
DEFAULT_6 = f"{NOWHERE} 00 {NOWHERE} 00 {'fe80' + '0' * 28} 400 1 0 00000003 eth0\n"
REJECT_6 = f"{NOWHERE} 00 {NOWHERE} 00 {NOWHERE} ffffffff 1 0 00200200 lo\n"
LOCAL_6 = f"{'fe80' + '0' * 28} 40 {NOWHERE} 00 {NOWHERE} 100 1 0 00000001 eth0\n"

TABLE = [
    ("", HEAD, "", "", False),
    ("", "", "", "", False),
    ("", HEAD + LOCAL_4 + DEFAULT_4, "", "", True),
    ("", HEAD + LOCAL_4, "", "", False),
    ("", HEAD + HOTSPOT_4, REJECT_6, "", False),
    ("", HEAD + DOWN_4, "", "", False),
    ("", HEAD, LOCAL_6 + REJECT_6, "", False),
    ("", HEAD, LOCAL_6 + DEFAULT_6, "", True),
    ("", HEAD + "eth0\tzz\tzz\tzz\t0\t0\t0\tzz\n", "", "", False),
    ("", HEAD + "eth0 half\n", "odd line\n", "", False),
    ("eth0", HEAD + LOCAL_4, "", "1\n", True),
    ("eth0", HEAD + LOCAL_4, "", "0\n", False),
    ("eth0", HEAD + LOCAL_4, "", "", False),
    ("eth0", HEAD + HOTSPOT_4, "", "1\n", False),
    ("eth0", HEAD, DEFAULT_6, "1\n", True),
]


@pytest.mark.parametrize(("interface", "ipv4", "ipv6", "carrier", "expected"), TABLE)
def test_the_network_is_up_when_the_table_says_so(  # noqa: PLR0913  (a table)
    tmp_path: Path, interface: str, ipv4: str, ipv6: str, carrier: str, *, expected: bool
):
    (tmp_path / "route").write_text(ipv4)
    (tmp_path / "ipv6_route").write_text(ipv6)
    (tmp_path / "eth0").mkdir()
    if carrier:
        (tmp_path / "eth0" / "carrier").write_text(carrier)

    assert LinkReader(interface, tmp_path, tmp_path).is_up() is expected


def test_a_kernel_that_shows_nothing_has_no_network(tmp_path: Path):
    assert not LinkReader("", tmp_path, tmp_path).is_up()
    assert not LinkReader("eth0", tmp_path, tmp_path).is_up()


def test_a_default_route_is_told_from_one_to_a_neighbour():
    found = routes_of(HEAD + DEFAULT_4 + HOTSPOT_4, "")

    assert found == (Route("eth0", is_default=True), Route("wlan0", is_default=False))
    assert not is_up("", found[1:], has_carrier=True)


def test_the_routes_are_seen_where_a_hardened_unit_sees_them(tmp_path: Path):
    command = (
        'mount -t proc -o subset=pid proc "$0" && ! test -e "$0/net" && cat "$0/self/net/route"'
    )
    seen = subprocess.run(["unshare", "-m", "sh", "-c", command, tmp_path], capture_output=True,
                          text=True, check=False)  # fmt: skip
    if seen.returncode:
        pytest.skip("a /proc of one's own needs root")

    assert seen.stdout == Path("/proc/self/net/route").read_text(encoding="ascii")


def test_this_machines_own_files_can_be_read():
    """A default route of `ip` is one of ours; without any, ours says so too."""
    try:
        shown = subprocess.run(["ip", "route", "show", "default"], capture_output=True, text=True,
                               check=True).stdout  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("apt install iproute2")
    routes = routes_of(Path("/proc/self/net/route").read_text(encoding="ascii"), "")

    assert any(route.is_default for route in routes) is bool(shown.strip())
