import stat
from datetime import timedelta
from pathlib import Path

import pytest
from tuf.api.metadata import Metadata, Root

from appliance import crypto
from appliance.clock import HeldClock
from appliance.errors import ConfigError, StorageError
from appliance.snapshot.roots import is_anchor
from provisioning.signing import Trust, create_trust, load_trust


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "trust"


@pytest.fixture
def trust(folder: Path, clock: HeldClock) -> Trust:
    return create_trust(folder, clock)


def root_of(trust: Trust) -> Root:
    return Metadata[Root].from_bytes(trust.root).signed


def test_the_root_is_signed_and_lasts_three_years(trust: Trust, clock: HeldClock):
    root = root_of(trust)

    assert is_anchor(trust.root)
    assert root.expires == clock.at + timedelta(days=3 * 365)
    assert root.consistent_snapshot is True


def test_two_of_three_offline_keys_make_a_root_and_one_online_key_the_rest(trust: Trust):
    roles = root_of(trust).roles

    assert (roles["root"].threshold, len(roles["root"].keyids)) == (2, 3)
    online = [trust.online.public_key.keyid]
    assert [roles[role].keyids for role in ("timestamp", "snapshot", "targets")] == [online] * 3


@pytest.mark.usefixtures("trust")
def test_secrets_are_for_their_owner_only(folder: Path):
    secrets = [*(folder / "offline").iterdir(), *(folder / "online").iterdir()]

    assert len(secrets) == 3 + 2 + 2
    assert {stat.S_IMODE(path.stat().st_mode) for path in secrets} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_recovery_and_audit_keys_fit_their_recipients(trust: Trust, folder: Path):
    for name, recipient in (
        ("recovery", trust.recovery_recipient),
        ("audit", trust.audit_recipient),
    ):
        identity = (folder / "offline" / f"{name}.key").read_text()
        assert crypto.decrypt(crypto.encrypt(b"x", recipient), identity) == b"x"


def test_the_nightly_run_needs_no_offline_key(trust: Trust, folder: Path):
    for path in (folder / "offline").iterdir():
        path.unlink()

    again = load_trust(folder)

    assert (again.roots, again.id_salt) == (trust.roots, trust.id_salt)
    assert len(trust.id_salt) == 32


def test_no_secret_is_in_the_repr(trust: Trust):
    shown = repr(trust)

    assert "id_salt" not in shown
    assert "online" not in shown


def test_a_trust_folder_is_never_overwritten(trust: Trust, folder: Path, clock: HeldClock):
    with pytest.raises(ConfigError, match="not empty"):
        create_trust(folder, clock)

    assert load_trust(folder).roots == trust.roots


def test_an_empty_folder_may_be_filled(folder: Path, clock: HeldClock):
    folder.mkdir()

    assert is_anchor(create_trust(folder, clock).root)
    assert [path.name for path in folder.parent.iterdir()] == ["trust"]


@pytest.mark.parametrize(("threshold", "keys"), [(0, 3), (4, 3), (1, 0)])
def test_an_impossible_threshold_is_refused(
    folder: Path, clock: HeldClock, threshold: int, keys: int
):
    with pytest.raises(ConfigError, match="impossible"):
        create_trust(folder, clock, threshold, keys)

    assert not folder.exists()


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, clock: HeldClock):
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(StorageError):
        create_trust(tmp_path / "file" / "trust", clock)


@pytest.mark.usefixtures("trust")
@pytest.mark.parametrize(
    "name",
    ["root.json", "roots/1.root.json", "online/online.pem", "online/id-salt", "recovery.pub"],
)
def test_a_missing_file_is_named(folder: Path, name: str):
    (folder / name).unlink()

    with pytest.raises(ConfigError, match=name):
        load_trust(folder)


@pytest.mark.usefixtures("trust")
@pytest.mark.parametrize(
    ("name", "match"),
    [
        ("root.json", "not a root signed by its own keys"),
        ("roots/1.root.json", "differ"),
        ("online/online.pem", "not an unencrypted Ed25519 PEM key"),
        ("online/id-salt", "not 32 bytes"),
        ("recovery.pub", "not an age recipient"),
        ("audit.pub", "not an age recipient"),
    ],
)
def test_a_damaged_file_is_named(folder: Path, name: str, match: str):
    (folder / name).write_bytes(b"damaged \xff")

    with pytest.raises(ConfigError, match=match):
        load_trust(folder)


@pytest.mark.usefixtures("trust")
def test_another_municipalitys_online_key_is_refused(
    folder: Path, tmp_path: Path, clock: HeldClock
):
    create_trust(tmp_path / "other", clock)
    (tmp_path / "other" / "online" / "online.pem").replace(folder / "online" / "online.pem")

    with pytest.raises(ConfigError, match="not the one root"):
        load_trust(folder)
