import os
import shutil
import subprocess

import pytest

from appliance import crypto
from appliance.errors import SlotMissingError
from appliance.vault.usb_key import format_usb_key, read_usb_key, usb_key_name

KEY = crypto.identity_from_bytes(bytes(range(32)))
NAME = usb_key_name("box-17")


@pytest.fixture
def stick(tmp_path):
    (tmp_path / NAME).write_bytes(format_usb_key("box-17", "Solgården\nmedicinrum", "usb-00", KEY))
    return tmp_path


def test_key_that_was_written_is_read_and_the_box_is_named_for_people(stick):
    text = (stick / NAME).read_text()

    assert read_usb_key(stick, "box-17") == KEY
    assert "nødnøgle til Solgården medicinrum (box-17)" in text.splitlines()[0]


def test_key_saved_by_an_editor_for_windows_is_read(stick):
    file = stick / NAME
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))

    assert read_usb_key(stick, "box-17") == KEY


@pytest.mark.skipif(shutil.which("age") is None, reason="needs Debian's age")
def test_stock_age_takes_the_file_as_it_is(stick):
    sealed = crypto.encrypt(b"hello", crypto.recipient_of(KEY))

    opened = subprocess.run(
        ["age", "-d", "-i", str(stick / NAME)], input=sealed, capture_output=True, check=True
    )

    assert opened.stdout == b"hello"


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"", "0 keys"),
        (b"\xff\xfe" * 3000, "0 keys"),
        (f"{KEY}\n{KEY}\n".encode(), "2 keys"),
        (KEY.lower().encode(), "0 keys"),
        (b"#" * 5000 + KEY.encode(), "0 keys"),
    ],
)
def test_file_that_is_no_key_is_named_and_not_repeated(stick, content, named):
    (stick / NAME).write_bytes(content)

    with pytest.raises(SlotMissingError, match=named) as refused:
        read_usb_key(stick, "box-17")

    assert KEY not in str(refused.value)


def test_missing_stick_and_missing_setting_are_told_apart(tmp_path):
    with pytest.raises(SlotMissingError, match="No such file"):
        read_usb_key(tmp_path / "gone", "box-17")
    with pytest.raises(SlotMissingError, match=r"hub\.usb_dir"):
        read_usb_key(None, "box-17")


def test_link_and_fifo_on_a_stick_are_refused_at_once(stick):
    (stick / NAME).rename(stick / "elsewhere")
    (stick / NAME).symlink_to("elsewhere")
    with pytest.raises(SlotMissingError, match="no plain file"):
        read_usb_key(stick, "box-17")

    (stick / NAME).unlink()
    os.mkfifo(stick / NAME)
    with pytest.raises(SlotMissingError, match="no plain file"):
        read_usb_key(stick, "box-17")
