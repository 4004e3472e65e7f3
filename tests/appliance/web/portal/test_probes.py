"""What each operating system asks, and what it takes for the internet."""

import pytest

from appliance.web.portal.probes import HOSTS, PROBES, find_probe


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: f"{probe.host}{probe.path}")
def test_every_probe_is_found_by_its_address(probe):
    assert find_probe(probe.host, probe.path) is probe
    assert find_probe(f"{probe.host.upper()}:80", probe.path) is probe


@pytest.mark.parametrize(
    ("host", "path"),
    [
        ("captive.apple.com", "/other.html"),
        ("example.org", "/generate_204"),
        ("10.77.0.1", "/generate_204"),
        ("", "/"),
    ],
)
def test_anything_else_is_no_probe(host, path):
    assert find_probe(host, path) is None


def test_apple_takes_these_bytes_and_no_others():
    probe = find_probe("captive.apple.com", "/hotspot-detect.html")

    assert probe is not None
    assert probe.success.body == (
        "<HTML><HEAD><TITLE>Success</TITLE></HEAD><BODY>Success</BODY></HTML>"
    )


def test_android_is_told_no_content_and_nothing_more():
    answers = {probe.success for probe in PROBES if probe.system.startswith("Android")}

    assert {(answer.status, answer.body) for answer in answers} == {(204, "")}


def test_dns_has_every_name_once():
    assert list(HOSTS) == sorted({probe.host for probe in PROBES})
