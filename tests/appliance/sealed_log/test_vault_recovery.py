"""What a cut, a torn file or another box left in the folder: stated as a gap, then written on."""

import pytest

from appliance.sealed_log.chain import read_segment
from appliance.sealed_log.writer import Limits
from tests.appliance.sealed_log.logs import BoxLog, entry


@pytest.mark.parametrize("cut", [1, 2, 40, 300])
def test_half_line_after_a_cut_becomes_a_gap_and_costs_no_line_before_it(box, cut):
    box.add(entry(), entry(minute=1))
    box.log.close()
    (path,) = box.segments()
    content = path.read_bytes()
    path.write_bytes(content[:-cut])

    box.restart()
    box.add(entry(minute=2))

    assert path.read_bytes() == content[:-cut]  # nothing that was there is touched
    assert [line.number for line in box.lines()] == [1, 2, 3]
    (gap,) = box.gaps()
    left = len(read_segment(content[:-cut]).tail)
    assert [(tail.segment, tail.size) for tail in gap.tails] == [("000001.log", left)]


def test_zeros_a_power_cut_left_are_a_gap(box):
    box.add(entry())
    box.log.close()
    with box.segments()[0].open("ab") as file:
        file.write(bytes(4096))

    box.restart()
    box.add(entry(minute=1))

    assert box.gaps()[0].tails[0].size == 4096


def test_second_cut_while_the_gap_was_being_written_states_both(box):
    box.add(entry())
    box.log.close()
    with box.segments()[0].open("ab") as file:
        file.write(b"2 half")
    box.restart()
    box.add(entry(minute=1))
    box.log.close()
    second = box.segments()[1]
    header = second.read_bytes().partition(b"\n")[0] + b"\n"
    second.write_bytes(header + b"2 also ha")

    box.restart()
    box.add(entry(minute=2))

    (gap,) = box.gaps()
    assert [tail.segment for tail in gap.tails] == ["000001.log", "000002.log"]
    assert [line.number for line in box.lines()] == [1, 2, 3]


def test_empty_segment_and_torn_header_are_gaps_as_well(box):
    box.add(entry())
    box.log.close()
    (box.folder / "000002.log").write_bytes(b"")
    (box.folder / "000003.log").write_bytes(b"nodboks-log 1 0a")

    box.restart()
    box.add(entry(minute=1))

    tails = [(tail.segment, tail.size) for tail in box.gaps()[0].tails]
    assert tails == [("000002.log", 0), ("000003.log", 16)]
    assert [line.number for line in box.lines()] == [1, 2, 3]


def test_bare_header_of_a_rotation_that_was_cut_is_written_on(box):
    box.add(entry())
    box.log.close()
    (first,) = box.segments()
    segment = read_segment(first.read_bytes())
    header = first.read_bytes().partition(b"\n")[0].split(b" ")
    header[3:] = [b"2", segment.end.digest.hex().encode()]
    (box.folder / "000002.log").write_bytes(b" ".join(header) + b"\n")

    box.restart()
    box.add(entry(minute=1))

    assert [path.name for path in box.segments()] == ["000001.log", "000002.log"]
    assert box.gaps() == []
    assert [line.number for line in box.lines()] == [1, 2]


def test_log_of_another_box_in_the_folder_is_stated_and_never_written_on(box):
    other = BoxLog(box.folder, signing_key=b"\x07" * 32)
    other.add(entry())
    other.log.close()

    box.add(entry())

    assert box.gaps()[0].tails[0].segment == "000001.log"
    assert read_segment(box.segments()[1].read_bytes()).header.first == 1


def test_log_that_no_longer_reaches_its_own_signed_head_says_so(box):
    box.add(entry())
    shorter = box.segments()[0].read_bytes()
    box.add(entry(minute=1), entry(minute=2))
    box.sign()
    box.log.close()
    box.segments()[0].write_bytes(shorter)

    box.restart()
    box.add(entry(minute=3))

    assert box.gaps()[0].behind == 3


@pytest.mark.parametrize("head", [b"", b"{}", b"\xff"])
def test_head_nobody_can_read_does_not_stop_the_log(box, head):
    box.folder.mkdir()
    (box.folder / "head.json").write_bytes(head)

    box.add(entry())

    assert box.gaps() == []


def test_oldest_segments_that_were_taken_away_by_hand_stop_nothing_and_are_no_gap(tmp_path):
    box = BoxLog(tmp_path / "log", limits=Limits(segment_bytes=2000))
    for minute in range(9):
        box.add(entry(minute=minute))
    box.log.close()
    *old, newest = box.segments()
    for segment in old:
        segment.unlink()
    first = read_segment(newest.read_bytes()).lines[0].number

    box.restart()
    box.add(entry(minute=9))

    assert [line.number for line in box.lines()] == list(range(first, 11))
    assert box.gaps() == []
