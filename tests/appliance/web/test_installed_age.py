from pathlib import Path

import pytest

from appliance.errors import UnreadableSnapshotError
from appliance.web.installed_age import InstalledAge
from tests.appliance.vault.boxes import Box, make_box, ram_folder


@pytest.fixture
def vault_box(tmp_path: Path):
    with ram_folder() as ram:
        yield make_box(tmp_path, ram)


def test_nothing_installed_has_no_age(vault_box: Box) -> None:
    assert InstalledAge(vault_box.state_dir).signed_at() is None


def test_age_is_looked_up_again_only_when_something_was_installed(vault_box: Box) -> None:
    age = InstalledAge(vault_box.state_dir)
    nothing = age.signed_at()
    vault_box.install_unreadable(1)
    first = age.signed_at()
    vault_box.damage(1)

    assert nothing is None
    assert first is not None
    assert age.signed_at() == first
    with pytest.raises(UnreadableSnapshotError):
        InstalledAge(vault_box.state_dir).signed_at()
