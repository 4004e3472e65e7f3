"""A box nothing was ever installed on."""

import pytest

from appliance.errors import NoSnapshotError, WrongCodeError
from appliance.vault.card_code import new_card_code


def test_right_code_on_an_empty_box_is_told_apart_from_a_wrong_one(keeper, box):
    with pytest.raises(NoSnapshotError, match="the code fits"):
        keeper.unlock(box.code)
    with pytest.raises(WrongCodeError):
        keeper.unlock(new_card_code())

    assert keeper.status().locked
    assert box.ram_files() == []


def test_box_unlocks_as_soon_as_the_first_snapshot_is_there(keeper, box, records_db):
    with pytest.raises(NoSnapshotError):
        keeper.unlock(box.code)
    box.install(1, records_db)

    assert keeper.unlock(box.code).version == 1
