from pathlib import Path

import pytest

from appliance.errors import StorageError
from appliance.sync.known_roots import HISTORY, KnownRoots
from tests.appliance.snapshot.town import Town


@pytest.fixture
def cache(town: Town, tmp_path: Path) -> Path:
    """What the TUF client leaves after it followed two new roots."""
    for _ in range(2):
        town.rotate_root(new_online=True)
    history = tmp_path / "cache" / "root_history"
    history.mkdir(parents=True)
    for number, root in enumerate(town.trust.roots, start=1):
        (history / f"{number}.root.json").write_bytes(root)
    return tmp_path / "cache"


def laid_out(known: KnownRoots, anchor: bytes, folder: Path) -> list[bytes]:
    known.lay_out(folder, anchor)
    return [path.read_bytes() for path in sorted((folder / HISTORY).iterdir())]


def test_what_was_followed_is_remembered_without_the_enrolled_root(
    town: Town, cache: Path, tmp_path: Path
):
    first, *newer = town.trust.roots
    known = KnownRoots(tmp_path / "state")

    known.remember(cache, first)

    assert laid_out(known, first, tmp_path / "next") == newer


def test_a_box_that_knows_nothing_lays_out_nothing(town: Town, tmp_path: Path):
    assert laid_out(KnownRoots(tmp_path / "state"), town.trust.root, tmp_path / "next") == []


def test_nothing_is_written_twice(town: Town, cache: Path, tmp_path: Path):
    known = KnownRoots(tmp_path / "state")
    known.remember(cache, town.trust.roots[0])
    before = [path.stat().st_ino for path in sorted((tmp_path / "state" / "roots").iterdir())]

    known.remember(cache, town.trust.roots[0])

    after = [path.stat().st_ino for path in sorted((tmp_path / "state" / "roots").iterdir())]
    assert (after, len(after)) == (before, 2)


def test_a_damaged_root_and_what_follows_it_is_not_believed_and_is_written_anew(
    town: Town, cache: Path, tmp_path: Path
):
    first, *newer = town.trust.roots
    known = KnownRoots(tmp_path / "state")
    known.remember(cache, first)
    (tmp_path / "state" / "roots" / "2.root.json").write_bytes(b"worn")

    assert laid_out(known, first, tmp_path / "damaged") == []
    known.remember(cache, first)
    assert laid_out(known, first, tmp_path / "healed") == newer


def test_a_strangers_root_is_not_remembered(cache: Path, tmp_path: Path):
    stranger = Town(tmp_path / "stranger")
    known = KnownRoots(tmp_path / "state")

    known.remember(cache, stranger.trust.root)

    assert not (tmp_path / "state" / "roots").exists()


def test_other_files_beside_the_roots_are_passed_over(town: Town, cache: Path, tmp_path: Path):
    first, *newer = town.trust.roots
    (cache / HISTORY / "x.root.json").write_bytes(b"")
    known = KnownRoots(tmp_path / "state")

    known.remember(cache, first)

    assert laid_out(known, first, tmp_path / "next") == newer


def test_a_root_the_card_cannot_read_stops_no_sync(town: Town, cache: Path, tmp_path: Path):
    first, second, _ = town.trust.roots
    known = KnownRoots(tmp_path / "state")
    known.remember(cache, first)
    (tmp_path / "state" / "roots" / "3.root.json").unlink()
    (tmp_path / "state" / "roots" / "3.root.json").mkdir()

    assert laid_out(known, first, tmp_path / "next") == [second]


def test_a_disk_that_refuses_is_named(town: Town, cache: Path, tmp_path: Path):
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "roots").write_bytes(b"a file")

    with pytest.raises(StorageError):
        KnownRoots(tmp_path / "state").remember(cache, town.trust.roots[0])
