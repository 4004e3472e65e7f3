import gzip
import hashlib
from pathlib import Path

import pytest

from provisioning.bulk_client.errors import DamagedDownloadError, ServerSettingsError
from provisioning.bulk_client.inspection import inspect
from provisioning.sources.feed_store import LONGEST_LINE


def packed_bytes(content: bytes) -> bytes:
    """Gzip without the time of day: two test processes must name the same tests."""
    return gzip.compress(content, mtime=0)


MB = 1024 * 1024


def look(folder: Path, content: bytes, limit: int = MB):
    path = folder / "Patient.001.ndjson.part"
    path.write_bytes(content)
    return inspect(path, limit)


@pytest.mark.parametrize(
    ("content", "count"),
    [
        (b"", 0),
        (b"\n \n", 0),
        (b"{}", 1),
        (b"{}\n{}\n", 2),
        (b"{}\r\n\r\n{}", 2),
        (b"\xef\xbb\xbf{}\n", 1),
        (packed_bytes(b"{}\n{}\n"), 2),
        (packed_bytes(b"{}\n") + packed_bytes(b"{}\n"), 2),
    ],
)
def test_resources_are_counted_line_by_line(tmp_path: Path, content: bytes, count: int):
    assert look(tmp_path, content).count == count


def test_both_hashes_of_a_packed_file_are_given(tmp_path: Path):
    packed = packed_bytes(b"{}\n")

    found = look(tmp_path, packed)

    assert found.is_packed
    assert found.sha256 == hashlib.sha256(packed).hexdigest()
    assert found.content_sha256 == hashlib.sha256(b"{}\n").hexdigest()
    assert found.size == len(packed)


@pytest.mark.parametrize(
    "content",
    [
        b"<html></html>",
        b'{"a": 1}\n{"a"',
        b"{}\n]",
        packed_bytes(b"{}\n")[:-3],
        packed_bytes(b"{}\n")[:-8] + bytes(8),
        b"\x1f\x8bnot gzip at all",
        packed_bytes(packed_bytes(b"{}\n")),
    ],
)
def test_what_is_not_whole_lines_of_json_is_damaged(tmp_path: Path, content: bytes):
    with pytest.raises(DamagedDownloadError):
        look(tmp_path, content)


def test_a_packed_file_may_not_swell_beyond_the_limit(tmp_path: Path):
    with pytest.raises(ServerSettingsError, match="file_mb = 1"):
        look(tmp_path, packed_bytes(b" " * 2 * MB))


def test_a_line_too_long_to_hold_is_still_one_line(tmp_path: Path):
    content = b'{"a":"' + b"x" * LONGEST_LINE + b'"}\n{}\n'

    assert look(tmp_path, content, 2 * len(content)).count == 2
