import hashlib
from pathlib import Path

import pytest

from provisioning.attachments import shelf as module
from provisioning.attachments.shelf import LARGEST_FILE, AttachmentShelf, shelf_folder
from provisioning.errors import UnfitAttachmentError
from tests.provisioning.attachments.files import JPEG, pdf, png

SALT = b"s" * 32


@pytest.fixture
def shelf(tmp_path: Path) -> AttachmentShelf:
    return AttachmentShelf(shelf_folder(tmp_path / "staging.sqlite"), SALT)


def test_what_is_put_on_the_shelf_lies_there(shelf: AttachmentShelf) -> None:
    shelved = shelf.put(pdf())

    assert (shelved.media_type, shelved.size) == ("application/pdf", len(pdf()))
    assert (shelf.folder / shelved.key).read_bytes() == pdf()
    assert shelf.folder.stat().st_mode & 0o777 == 0o700


def test_the_same_photo_twice_lies_there_once(shelf: AttachmentShelf) -> None:
    assert shelf.put(png()).key == shelf.put(png()).key
    assert len(list(shelf.folder.iterdir())) == 1


def test_the_name_tells_nobody_what_it_is(shelf: AttachmentShelf, tmp_path: Path) -> None:
    other = AttachmentShelf(tmp_path / "other", b"t" * 32)

    assert shelf.put(png()).key not in {other.put(png()).key, hashlib.sha256(png()).hexdigest()}


def test_a_file_that_is_too_large_is_refused(shelf: AttachmentShelf) -> None:
    with pytest.raises(UnfitAttachmentError, match="is larger than 16 MiB"):
        shelf.put(JPEG + b"x" * LARGEST_FILE)

    assert not shelf.folder.exists()


def test_one_file_too_many_is_refused_and_what_is_there_already_is_not(
    shelf: AttachmentShelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LARGEST_TOTAL", len(png()) + len(JPEG) - 1)
    first = shelf.put(png())

    with pytest.raises(UnfitAttachmentError, match="one too many"):
        shelf.put(JPEG)

    assert shelf.put(png()) == first
