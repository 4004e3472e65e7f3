"""A box that has the base fetches the delta only; whatever is wrong with it, the old copy stays."""

import pytest

from appliance import crypto
from appliance.errors import (
    FetchError,
    NewerFormatError,
    NodboksError,
    SnapshotError,
    TamperedSnapshotError,
)
from appliance.policy import LARGEST_PATCHED
from appliance.snapshot.installed import Installed
from appliance.snapshot.manifest import BASE_NAME, DELTA_NAME
from appliance.snapshot.packing import Packed, pack
from tests.appliance.snapshot.town import Night, Town, change_database, make_database
from tests.appliance.sync.conftest import Box
from tests.simulators.hub import Cut, Hub, Replace

pytestmark = pytest.mark.slow  # seconds, not milliseconds


def fetched(hub: Hub) -> list[str]:
    """The kinds of objects that were asked for since last time."""
    names = [path.rpartition("/")[2] for path in hub.requests if "targets/" in path]
    hub.requests.clear()
    return [name.partition(".")[2] for name in names]


@pytest.fixture
def second(town: Town, hub: Hub, box: Box) -> None:
    """A box with a base, and a second night that is a delta to it."""
    town.publish()
    box.sync()
    fetched(hub)
    town.publish_delta()


@pytest.mark.usefixtures("second")
def test_only_the_delta_is_fetched_when_the_base_is_here(town: Town, hub: Hub, box: Box):
    box.sync()

    assert fetched(hub) == [DELTA_NAME]
    assert box.version() == 2
    previous = Installed(box.state_dir).previous()
    assert town.opens(previous, box.state_dir / "n-1.db")


@pytest.mark.usefixtures("second")
def test_a_box_that_was_away_fetches_base_and_delta(town: Town, hub: Hub, box: Box):
    town.publish()
    town.publish_delta()
    town.publish_delta()

    box.sync()

    assert fetched(hub) == [BASE_NAME, DELTA_NAME]
    assert box.version() == 5


@pytest.mark.usefixtures("second")
def test_after_a_new_base_both_versions_open(town: Town, hub: Hub, box: Box):
    box.sync()
    fetched(hub)
    town.publish()

    box.sync()

    assert fetched(hub) == [BASE_NAME]
    assert box.version() == 3
    assert town.opens(Installed(box.state_dir).previous(), box.state_dir / "n-1.db")


@pytest.mark.usefixtures("second")
def test_a_worn_base_is_fetched_again_with_the_delta(hub: Hub, box: Box):
    current = box.current()
    assert current is not None
    current.paths[BASE_NAME].write_bytes(b"worn out")

    box.sync()

    assert fetched(hub) == [BASE_NAME, DELTA_NAME]
    assert box.version() == 2


@pytest.mark.usefixtures("second")
def test_a_quarter_of_an_hour_in_which_nothing_changed_fetches_no_object(
    town: Town, hub: Hub, box: Box
):
    box.sync()
    fetched(hub)
    current = box.current()
    assert current is not None
    delta = current.manifest.delta
    assert delta is not None
    same = Packed(delta.plain_sha256, delta.plain_size, delta.sha256, delta.size)
    town.publish_packed(same, current.paths[DELTA_NAME])

    box.sync()

    assert fetched(hub) == []
    assert box.version() == 3


@pytest.mark.usefixtures("second")
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Cut(40), FetchError),
        (Replace(b"age-encryption.org/v1\n"), NodboksError),
        (Replace(b"age-encryption.org/v1\n" + bytes(5000)), NodboksError),
        (Replace(b"not sealed at all"), NodboksError),
    ],
)
def test_a_delta_that_does_not_arrive_as_it_was_signed_changes_nothing(
    hub: Hub, box: Box, fault: Cut | Replace, error: type[NodboksError]
):
    hub.faults[DELTA_NAME] = fault
    with pytest.raises(error):
        box.sync()
    assert box.version() == 1

    hub.faults.clear()
    box.sync()

    assert box.version() == 2


@pytest.mark.usefixtures("second")
def test_the_delta_of_another_box_is_not_taken(town: Town, box: Box):
    town.publish(Night("boks-18"))
    town.publish_delta(Night("boks-18"))
    (foreign,) = (town.box_folder("boks-18") / "targets").glob(f"*.{DELTA_NAME}")
    (own,) = (town.box_folder() / "targets").glob(f"*.{DELTA_NAME}")
    own.write_bytes(foreign.read_bytes())

    with pytest.raises(TamperedSnapshotError):
        box.sync()

    assert box.version() == 1


def test_a_signed_delta_to_another_base_is_refused_when_it_is_opened_and_the_old_one_opens(
    town: Town, box: Box
):
    """What only a faulty hub could do: everything is signed, and the pieces do not fit."""
    town.publish()
    box.sync()
    other = make_database(town.folder / "other.db")
    changed = change_database(other, town.folder / "changed.db")
    sealed = town.folder / "foreign.age"
    recipient = crypto.recipient_of(town.identity())
    town.publish_packed(pack(changed, sealed, recipient, against=other), sealed)
    box.sync()

    current = box.current()

    assert current is not None
    assert current.manifest.version == 2
    with pytest.raises(SnapshotError):
        town.opens(current, town.folder / "opened.db")
    assert town.opens(Installed(box.state_dir).previous(), town.folder / "before.db")


def test_a_delta_for_too_large_a_database_is_refused_before_anything_is_fetched(
    town: Town, hub: Hub, box: Box
):
    town.publish()
    box.sync()
    fetched(hub)
    town.publish_delta(Night(claimed_size=LARGEST_PATCHED + 1))

    with pytest.raises(NewerFormatError, match="a delta for 100663297 bytes"):
        box.sync()

    assert fetched(hub) == []
    assert box.version() == 1
