import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from appliance.clock import HeldClock
from appliance.errors import ConfigError
from provisioning.root_ceremony.expiry import days_left, expiry_warning
from provisioning.root_ceremony.shown import Shown, show
from provisioning.signing import create_trust, load_trust
from tests.provisioning.root_ceremony.conftest import Municipality


def shown(municipality: Municipality) -> Shown:
    return show(municipality.folder, municipality.clock.now())


@pytest.fixture
def in_safes(municipality: Municipality) -> Municipality:
    """The root keys are where they belong."""
    shutil.move(municipality.folder / "offline", municipality.folder.parent / "safes")
    return municipality


def test_who_may_sign_what_and_for_how_long_is_said(municipality: Municipality):
    told = "\n".join(shown(municipality).lines)

    assert "root 1 lasts until 2029-11-22: 1095 days left" in told
    assert "2 of 3 must sign" in told
    assert all(municipality.key_id(number)[:16] in told for number in (1, 2, 3))
    assert load_trust(municipality.folder).online.public_key.keyid[:16] in told


def test_a_trust_in_order_warns_of_nothing(in_safes: Municipality):
    assert shown(in_safes).warnings == ()


def test_root_keys_that_lie_on_the_hub_are_named(municipality: Municipality):
    (warning,) = shown(municipality).warnings

    assert "root-1.pem" in warning
    assert "recovery.key" in warning


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (0, ""),
        (3 * 365 - 91, ""),
        (3 * 365 - 90, "expires in 90 days, on 2029-11-22"),
        (3 * 365 - 1, "expires in 1 days"),
        (3 * 365 + 1, "expired on 2029-11-22"),
    ],
)
def test_from_ninety_days_before_it_expires_the_root_is_warned_of(
    in_safes: Municipality, clock: HeldClock, days: int, told: str
):
    clock.move(timedelta(days=days))

    warnings = shown(in_safes).warnings

    assert len(warnings) == bool(told)
    assert told in "".join(warnings)
    assert ("TRUST.md" in "".join(warnings)) is bool(told)


def test_days_are_counted_down(municipality: Municipality, clock: HeldClock):
    root = load_trust(municipality.folder).root

    assert days_left(root, clock.now() + timedelta(days=1095)) == 0
    assert expiry_warning(root, clock.now()) == ""


def test_a_waiting_online_key_is_named(in_safes: Municipality):
    draft = in_safes.draft(replaces_online=True)

    (warning,) = shown(in_safes).warnings

    assert draft.following.signed.roles["targets"].keyids[0][:16] in warning


def test_a_trust_that_may_lose_no_key_says_so(tmp_path: Path, clock: HeldClock):
    create_trust(tmp_path / "small", clock, threshold=2, keys=2)
    shutil.rmtree(tmp_path / "small" / "offline")

    (warning,) = show(tmp_path / "small", clock.now()).warnings

    assert "all 2 root keys must sign" in warning


def test_a_damaged_trust_is_an_error(in_safes: Municipality):
    (in_safes.folder / "root.json").write_bytes(b"{}")

    with pytest.raises(ConfigError, match=r"root\.json"):
        shown(in_safes)
