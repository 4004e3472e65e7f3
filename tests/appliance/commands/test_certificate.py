import pytest

from appliance.certificates.chain import read_chain
from appliance.certificates.kept import write_chain
from appliance.certificates.request import read_request, request_of
from appliance.errors import CertificateError
from tests.appliance.commands.settings_file import NAMED, SETTINGS, run
from tests.simulators.screen_certificates import NAME, Leaf, ScreenAuthority, key_of


@pytest.fixture
def named_settings(tmp_path):
    path = tmp_path / "box.toml"
    path.write_text(NAMED)
    return path


def test_certificate_is_asked_for_with_the_names_of_box_toml(named_settings, tmp_path):
    out = tmp_path / "box.csr"

    printed = run("certificate", "request", "--config", named_settings)
    written = run("certificate", "request", "--config", named_settings, "--out", out)

    assert read_request(printed.output.encode()).names == (NAME,)
    assert written.output == f"nodboks: request for {NAME} written to {out}\n"
    assert read_request(out.read_bytes()).public_key == request_of(tmp_path / "state").public_key
    assert not [one for one in (printed, written) if "PRIVATE" in one.output]


def test_box_without_a_name_is_told_which_setting_it_lacks(tmp_path):
    settings = tmp_path / "box.toml"
    settings.write_text(SETTINGS)

    for command in ("request", "show"):
        result = run("certificate", command, "--config", settings)

        assert isinstance(result.exception, CertificateError)
        assert "tls.names in box.toml is empty" in result.exception.detail


def test_certificate_is_shown_with_what_is_wrong(named_settings, tmp_path):
    run("certificate", "request", "--config", named_settings)
    authority = ScreenAuthority()

    before = run("certificate", "show", "--config", named_settings)
    shown = []
    for days in (90, -1):
        leaf = Leaf(days=days, age_days=400)
        key = key_of(request_of(tmp_path / "state").pem)
        write_chain(tmp_path / "state", read_chain(authority.chain(key, leaf)))
        shown.append(run("certificate", "show", "--config", named_settings).output)

    assert before.exception.detail == "no certificate has come yet"
    assert f"names: {NAME}\nnodboks: issuer: CN=Prøvekøbing Kommune\n" in shown[0]
    assert "problem" not in shown[0]
    assert "problem: it has run out" in shown[1]


def test_certificate_nobody_offers_is_said_to_be_so(named_settings, tmp_path):
    run("certificate", "request", "--config", named_settings)
    key = key_of(request_of(tmp_path / "state").pem)
    write_chain(tmp_path / "state", read_chain(ScreenAuthority().chain(key)))
    text = named_settings.read_text().replace("behind_proxy = true", "behind_proxy = false")
    named_settings.write_text(text)

    shown = run("certificate", "show", "--config", named_settings)

    assert "problem: not offered" in shown.output
