"""Real certificates: whose name they carry, whoever signed them."""

import ssl
from pathlib import Path

import pytest

from appliance.certificates.shown_name import carries_name
from tests.simulators.certificates import Authority


def der(path: Path) -> bytes:
    return ssl.PEM_cert_to_DER_cert(path.read_text())


@pytest.mark.parametrize(
    ("common_name", "asked", "carries"),
    [
        ("eoj.by.test", "eoj.by.test", True),
        ("EOJ.by.test", "eoj.by.test", True),
        ("*.by.test", "eoj.by.test", True),
        ("*.by.test", "a.b.by.test", False),
        ("by.test", "eoj.by.test", False),
        ("", "eoj.by.test", False),
    ],
)
def test_certificate_without_alternative_names_goes_by_its_common_name(
    tmp_path: Path, common_name: str, asked: str, *, carries: bool
) -> None:
    shown = Authority(tmp_path).box(common_name)

    assert carries_name(der(shown.cert), asked) is carries


def test_with_alternative_names_only_those_count(tmp_path: Path) -> None:
    shown = der(Authority(tmp_path).server().cert)

    assert carries_name(shown, "127.0.0.1")
    assert not carries_name(shown, "hub")


def test_what_is_no_certificate_carries_no_name() -> None:
    assert not carries_name(b"\x30\x03abc", "omsorg.kommune.test")
