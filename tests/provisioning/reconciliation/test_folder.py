import errno
import os
import stat

import pytest

from appliance.errors import StorageError
from provisioning.errors import ReconciliationError
from provisioning.reconciliation.bundles import NamedBundle
from provisioning.reconciliation.folder import ids_sent, write_folder

EMPTY = NamedBundle("0001.json", {"resourceType": "Bundle", "type": "transaction", "entry": []})


class Broken(NamedBundle):
    """A Bundle the disk has no room for."""

    def to_bytes(self):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_what_is_written_is_for_its_owner_only(tmp_path) -> None:
    out = tmp_path / "journal"

    write_folder(out, "\ufeffBoks\r\n", [EMPTY])

    files = [out / "liste.csv", out / "bundles" / "0001.json"]
    assert [stat.S_IMODE(path.stat().st_mode) for path in files] == [0o600, 0o600]
    assert [stat.S_IMODE(path.stat().st_mode) for path in (out, out / "bundles")] == [0o700, 0o700]
    assert files[0].read_bytes().startswith(b"\xef\xbb\xbfBoks")


@pytest.mark.parametrize("kind", ["folder", "file", "link"])
def test_nothing_is_written_where_something_is(tmp_path, kind) -> None:
    out = tmp_path / "journal"
    {"folder": out.mkdir, "file": out.touch, "link": lambda: out.symlink_to("nowhere")}[kind]()

    with pytest.raises(ReconciliationError):
        write_folder(out, "", [EMPTY])

    assert [path.name for path in tmp_path.iterdir()] == ["journal"]


def test_full_disk_leaves_nothing_personal_behind(tmp_path) -> None:
    with pytest.raises(StorageError):
        write_folder(tmp_path / "journal", "010130-1234", [EMPTY, Broken("0002.json", {})])

    assert list(tmp_path.iterdir()) == []


def test_earlier_run_says_what_it_wrote_and_another_folder_is_refused(tmp_path) -> None:
    write_folder(tmp_path / "journal", "", [EMPTY])

    assert ids_sent(tmp_path / "journal") == frozenset()
    with pytest.raises(ReconciliationError, match=r"liste\.csv"):
        ids_sent(tmp_path)


def test_broken_file_of_an_earlier_run_is_named(tmp_path) -> None:
    write_folder(tmp_path / "journal", "", [EMPTY])
    (tmp_path / "journal" / "bundles" / "0001.json").write_text("{")

    with pytest.raises(ReconciliationError, match=r"0001\.json: no JSON"):
        ids_sent(tmp_path / "journal")
