from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from appliance.certificates.chain import chain_for
from appliance.certificates.own_key import make_request
from appliance.certificates.request import Request
from appliance.errors import CertificateError
from provisioning.cli import provision
from tests.simulators.certificates import private_pem
from tests.simulators.screen_certificates import NAME, OTHER_NAME, ScreenAuthority, key_of

FLEET = """
[municipality]
name = "Prøve"
trust = "trust"
[[box]]
id = "boks-a"
name = "Solgården"
recipient = "{0}"
units = ["a"]
tls_names = ["{1}"]
"""


@pytest.fixture
def hub(tmp_path: Path, solgaarden, asked: Request, authority: ScreenAuthority) -> Path:
    (tmp_path / "fleet.toml").write_text(FLEET.format(solgaarden.recipient, NAME))
    (tmp_path / "box.csr").write_bytes(asked.pem)
    authority.write(tmp_path)
    return tmp_path


def run(hub: Path, *words: object, **more: str) -> Result:
    command = ["certificate", *words, "--fleet", hub / "fleet.toml"]
    return CliRunner().invoke(provision, [str(word) for word in command], **more)


def sign(hub: Path, *words: object, **more: str) -> Result:
    return run(hub, "sign", *words, "--ca-cert", hub / "ca.pem", "--ca-key", hub / "ca.key", **more)


def test_municipality_signs_what_the_box_asked_for(hub: Path, asked: Request) -> None:
    result = sign(hub, "boks-a", "--request", hub / "box.csr", "--days", 90)

    assert result.exit_code == 0, result.output
    assert f"certificate for {NAME} by CN=Prøvekøbing Kommune rod" in result.output
    assert chain_for((hub / "certificates/boks-a.pem").read_bytes(), asked, (NAME,))


def test_renewal_needs_no_request_from_the_box(hub: Path) -> None:
    sign(hub, "boks-a", "--request", hub / "box.csr")
    first = (hub / "certificates/boks-a.pem").read_bytes()

    assert sign(hub, "boks-a").exit_code == 0
    assert (hub / "certificates/boks-a.pem").read_bytes() != first


def test_what_an_acme_client_made_is_taken_in(
    hub: Path, asked: Request, authority: ScreenAuthority
) -> None:
    (hub / "chain.pem").write_bytes(authority.chain(key_of(asked.pem)))

    result = run(hub, "accept", "boks-a", hub / "chain.pem", "--request", hub / "box.csr")

    assert result.exit_code == 0, result.output
    assert "the next publish sends it" in result.output


def test_request_for_a_name_of_another_box_is_refused(hub: Path, tmp_path: Path) -> None:
    greedy = make_request(tmp_path / "captured", (OTHER_NAME,))
    (hub / "box.csr").write_bytes(greedy.pem)

    result = sign(hub, "boks-a", "--request", hub / "box.csr")

    assert isinstance(result.exception, CertificateError)
    assert not (hub / "certificates").exists()


def test_new_key_is_said_aloud(hub: Path, tmp_path: Path) -> None:
    sign(hub, "boks-a", "--request", hub / "box.csr")
    (hub / "box.csr").write_bytes(make_request(tmp_path / "anew", (NAME,)).pem)

    result = sign(hub, "boks-a", "--request", hub / "box.csr")

    assert "asks with another key than before" in result.output


def test_passphrase_is_asked_for_and_never_shown(hub: Path, authority: ScreenAuthority) -> None:
    (hub / "ca.key").write_bytes(private_pem(authority.root_key, b"hemmeligt"))

    result = sign(hub, "boks-a", "--request", hub / "box.csr", input="hemmeligt\n")

    assert result.exit_code == 0
    assert "hemmeligt" not in result.output


def test_unknown_box_is_wrong_use(hub: Path) -> None:
    assert sign(hub, "boks-b", "--request", hub / "box.csr").exit_code == 2


@pytest.mark.parametrize("days", [0, 399])
def test_days_phones_do_not_take_are_wrong_use(hub: Path, days: int) -> None:
    assert sign(hub, "boks-a", "--days", days).exit_code == 2
