from datetime import UTC, datetime, timedelta
from pathlib import Path

from appliance.certificates.chain import read_chain
from appliance.certificates.kept import CertificateWatch, chain_path, look_up, write_chain
from appliance.certificates.own_key import make_request
from appliance.certificates.request import Request
from tests.simulators.screen_certificates import (
    NAME,
    OTHER_NAME,
    Leaf,
    ScreenAuthority,
    any_key,
    key_of,
)

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)


def install(folder: Path, authority: ScreenAuthority, request: Request, days: float = 90) -> None:
    leaf = Leaf(now=NOW, days=days, age_days=400)
    write_chain(folder, read_chain(authority.chain(key_of(request.pem), leaf)))


def test_what_lies_there_is_told(
    tmp_path: Path, authority: ScreenAuthority, request_made: Request
) -> None:
    install(tmp_path, authority, request_made)

    found = look_up(tmp_path, (OTHER_NAME, NAME))

    assert (found.names, found.issuer, found.problem) == ((NAME,), "CN=Prøvekøbing Kommune", "")
    assert found.ends == NOW + timedelta(days=90)
    assert chain_path(tmp_path).stat().st_mode & 0o777 == 0o644


def test_it_has_run_out_by_a_clock_but_begun_it_always_has(
    tmp_path: Path, authority: ScreenAuthority, request_made: Request
) -> None:
    install(tmp_path, authority, request_made)

    found = look_up(tmp_path, (NAME,))

    assert found.has_run_out(NOW + timedelta(days=91))
    assert not found.has_run_out(datetime(1970, 1, 1, tzinfo=UTC))
    assert found.is_there


def test_each_thing_that_may_be_missing_has_a_name(
    tmp_path: Path, authority: ScreenAuthority
) -> None:
    assert "run nodboks certificate request" in look_up(tmp_path, (NAME,)).problem

    request = make_request(tmp_path, (NAME,))
    assert look_up(tmp_path, (NAME,)).problem == "no certificate has come yet"

    chain_path(tmp_path).write_bytes(authority.chain(any_key()))
    assert "another key" in look_up(tmp_path, (NAME,)).problem

    install(tmp_path, authority, request)
    assert f"not for {OTHER_NAME}" in look_up(tmp_path, (OTHER_NAME,)).problem
    chain_path(tmp_path).unlink()
    chain_path(tmp_path).mkdir()
    assert "Is a directory" in look_up(tmp_path, (NAME,)).problem


def test_watch_sees_a_new_certificate_and_a_lost_one(
    tmp_path: Path, authority: ScreenAuthority, request_made: Request
) -> None:
    watch = CertificateWatch(tmp_path, (NAME,))
    assert not watch.now().is_there

    install(tmp_path, authority, request_made)
    assert watch.now().is_there
    assert watch.now() is watch.now()

    install(tmp_path, authority, request_made, days=180)
    assert watch.now().ends == NOW + timedelta(days=180)
    chain_path(tmp_path).unlink()
    assert not watch.now().is_there


def test_box_without_names_has_none_whatever_lies_there(
    tmp_path: Path, authority: ScreenAuthority, request_made: Request
) -> None:
    install(tmp_path, authority, request_made)

    assert CertificateWatch(tmp_path, ()).now().problem == "tls.names in box.toml is empty"
