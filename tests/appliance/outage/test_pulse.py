from pathlib import Path

import pytest

from appliance.outage.pulse import NAME, read_pulse, write_pulse
from tests.appliance.outage.happenings import reading


def test_the_last_pulse_of_an_outage_is_read_back(tmp_path: Path) -> None:
    write_pulse(tmp_path, 3, reading(300))

    assert read_pulse(tmp_path, 3) == reading(300)


def test_the_pulse_of_another_outage_is_none(tmp_path: Path) -> None:
    write_pulse(tmp_path, 3, reading(300))

    assert read_pulse(tmp_path, 4) is None


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"outage":3,"mono":"x"}'])
def test_a_damaged_pulse_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / NAME).write_bytes(content)

    assert read_pulse(tmp_path, 3) is None
