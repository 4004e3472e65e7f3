"""Tamper with a log in every way there is a name for; the hub must say which."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.sealed_log.chain import format_line, next_line, read_segment
from provisioning.sealed_log.findings import Kind
from provisioning.sealed_log.reading import read_log
from provisioning.sealed_log.verify import NamedContent, verify
from tests.appliance.sealed_log.logs import SIGNING_KEY, BoxLog, entry

OTHER_KEY = b"\x09" * 32


def made(folder: Path, signing_key=SIGNING_KEY, entries=11) -> BoxLog:
    """Return a log of three lines a day, each day a segment of its own."""
    box = BoxLog(folder, signing_key)
    for minute in range(entries):
        box.add(entry(minute=minute))
        if minute % 3 == 2:
            box.clock.move(timedelta(days=1))
    box.sign()
    box.log.close()
    return box


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    box = made(tmp_path_factory.mktemp("whole"))
    return box, *read_log(box.folder)


def judged(whole, segments=None, heads=None, **more):
    box, own_segments, own_heads = whole
    return verify(
        own_segments if segments is None else segments,
        own_heads if heads is None else heads,
        box.public_key,
        **more,
    )


def faults(verified):
    return {finding.kind for finding in verified.findings if finding.is_fault}


def changed(segments, at, change):
    return [
        NamedContent(one.name, change(one.content)) if place == at else one
        for place, one in enumerate(segments)
    ]


def with_lines(change):
    """Return a change of a segment's lines, the header apart."""

    def apply(content):
        header, *lines = content.splitlines(keepends=True)
        return header + b"".join(change(lines))

    return apply


def test_log_as_the_box_wrote_it_is_whole_to_its_signed_end(whole):
    verified = judged(whole)

    assert verified.is_whole
    assert verified.findings == ()
    assert [placed.line.number for placed in verified.lines] == list(range(1, 12))
    assert len(whole[1]) == 4


@pytest.mark.parametrize("at", [0, 1, 3])
def test_changed_line_is_tampered(whole, at):
    def flip(content):
        place = content.rindex(b" ") - 20
        return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]

    assert Kind.TAMPERED in faults(judged(whole, changed(whole[1], at, flip)))


def test_line_that_was_forged_with_its_digest_does_not_join_what_follows(whole):
    def forge(content):
        segment = read_segment(content)
        last = segment.lines[-1]
        before = segment.lines[-2].end
        forged = format_line(next_line(before, last.payload + b"x"))
        return content.removesuffix(format_line(last)) + forged

    inside = judged(whole, changed(whole[1], 1, forge))
    at_the_end = judged(whole, changed(whole[1], 3, forge))

    assert Kind.TAMPERED in faults(inside)
    assert faults(at_the_end) == {Kind.TAMPERED}
    assert "another one than the box signed" in at_the_end.findings[0].text


def test_lines_that_changed_places_are_reordered(whole):
    swap = with_lines(lambda lines: [lines[1], lines[0], *lines[2:]])

    assert Kind.REORDERED in faults(judged(whole, changed(whole[1], 1, swap)))


def test_line_that_stands_twice_is_reordered(whole):
    twice = with_lines(lambda lines: [*lines[:2], lines[0], *lines[2:]])

    assert Kind.REORDERED in faults(judged(whole, changed(whole[1], 1, twice)))


def test_segments_that_changed_names_are_reordered_and_otherwise_whole(whole):
    first, second, *rest = whole[1]
    renamed = [
        NamedContent(first.name, second.content), NamedContent(second.name, first.content), *rest,
    ]  # fmt: skip

    verified = judged(whole, renamed)

    assert faults(verified) == {Kind.REORDERED}
    assert "000001.log, 000002.log" in verified.findings[0].where


def test_segment_that_is_there_twice_is_reordered(whole):
    verified = judged(whole, [*whole[1], NamedContent("000009.log", whole[1][1].content)])

    assert faults(verified) == {Kind.REORDERED}
    assert len(verified.lines) == 11


def test_line_that_was_taken_out_is_dropped(whole):
    without = with_lines(lambda lines: [lines[0], *lines[2:]])

    verified = judged(whole, changed(whole[1], 1, without))

    assert Kind.DROPPED in faults(verified)
    assert any(finding.where == "000002.log" for finding in verified.findings)


@pytest.mark.parametrize("at", [0, 1, 2])
def test_segment_that_was_taken_out_is_dropped(whole, at):
    segments = [one for place, one in enumerate(whole[1]) if place != at]

    assert faults(judged(whole, segments)) == {Kind.DROPPED}


def test_last_segment_that_was_taken_out_is_truncated(whole):
    verified = judged(whole, whole[1][:-1])

    assert faults(verified) == {Kind.TRUNCATED}
    assert "lines 10 to 11 were signed and are missing" in verified.findings[-1].text


def test_whole_lines_cut_off_the_end_are_truncated(whole):
    shorter = with_lines(lambda lines: lines[:-1])

    assert faults(judged(whole, changed(whole[1], 3, shorter))) == {Kind.TRUNCATED}


def test_line_that_stops_half_way_in_an_old_segment_is_truncated(whole):
    found = faults(judged(whole, changed(whole[1], 1, lambda content: content[:-9])))

    assert found == {Kind.TRUNCATED, Kind.DROPPED}


def test_half_line_after_the_signed_end_was_only_copied_while_it_was_written(whole):
    verified = judged(whole, changed(whole[1], 3, lambda content: content + b"12 YWdl"))

    assert verified.is_whole
    assert [finding.kind for finding in verified.findings] == [Kind.UNANCHORED]


@pytest.mark.parametrize("content", [b"", b"nodboks-lo"])
def test_segment_that_was_only_begun_is_no_fault(whole, content):
    verified = judged(whole, [*whole[1], NamedContent("000005.log", content)])

    assert verified.is_whole


def test_file_that_is_no_segment_is_tampered(whole):
    verified = judged(whole, [*whole[1], NamedContent("000005.log", b"hello\nworld\n")])

    assert faults(verified) == {Kind.TAMPERED}


def test_segment_and_head_of_another_box_are_foreign_and_named(whole, tmp_path):
    other = made(tmp_path / "other", OTHER_KEY)
    segments, heads = read_log(other.folder)

    verified = judged(whole, changed(whole[1], 1, lambda _: segments[1].content), heads)

    assert {Kind.FOREIGN, Kind.DROPPED} <= faults(verified)
    where = {finding.where for finding in verified.findings if finding.kind is Kind.FOREIGN}
    assert where == {"000002.log", "head.json"}
    assert other.public_key.hex() in verified.findings[0].text


def test_segment_of_another_box_under_our_header_does_not_chain(whole, tmp_path):
    other = made(tmp_path / "other", OTHER_KEY)
    segments, _ = read_log(other.folder)

    def mixed(content):
        return content.partition(b"\n")[0] + b"\n" + segments[1].content.partition(b"\n")[2]

    assert Kind.TAMPERED in faults(judged(whole, changed(whole[1], 1, mixed)))


def test_log_that_went_back_and_on_another_way_is_tampered(tmp_path):
    box = made(tmp_path / "log", entries=5)
    before = [path.read_bytes() for path in box.segments()]
    again = made(tmp_path / "again", entries=3)
    segments, heads = read_log(box.folder)
    other = NamedContent("000008.log", read_log(again.folder)[0][0].content)

    verified = verify([*segments, other], heads, box.public_key)

    assert len(before) == 2
    assert Kind.TAMPERED in faults(verified)
    assert any("another way" in finding.text for finding in verified.findings)


@pytest.mark.parametrize("key", ["number", "digest", "box", "at", "signature"])
def test_head_that_was_changed_is_tampered(whole, key):
    content = whole[2][0].content
    place = content.index(b'"' + key.encode() + b'"') + len(key) + 6
    digit = b"7" if content[place : place + 1] != b"7" else b"8"
    head = NamedContent("head.json", content[:place] + digit + content[place + 1 :])

    assert faults(judged(whole, heads=[head])) == {Kind.TAMPERED}


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"[" * 10_000])
def test_head_that_is_none_is_tampered(whole, content):
    assert faults(judged(whole, heads=[NamedContent("head.json", content)])) == {Kind.TAMPERED}


def test_log_without_a_head_is_not_anchored_and_says_so(whole):
    verified = judged(whole, heads=[])

    assert verified.is_whole
    assert [finding.kind for finding in verified.findings] == [Kind.UNANCHORED]


def test_every_head_that_ever_came_is_held_against_the_log(tmp_path):
    box = BoxLog(tmp_path / "log")
    box.add(entry())
    box.sign("head-1.json")
    box.add(entry(minute=1))
    box.sign()
    box.add(entry(minute=2))
    box.log.close()

    verified = verify(*read_log(box.folder), box.public_key)

    assert verified.is_whole
    assert verified.findings[0].text == "lines 3 to 3 are after the last signed head"


def test_paper_proves_a_line_or_shows_what_the_log_does_not_hold(whole):
    shown = judged(whole).lines[6].line.end.shown

    verified = judged(whole, on_paper=[f"Log {shown}", shown.lower(), "00000000"])

    assert [finding.kind for finding in verified.findings] == [
        Kind.PAPER, Kind.PAPER, Kind.NOT_ON_RECORD,
    ]  # fmt: skip
    assert verified.findings[0].where == "000003.log, line 7"


def torn(folder, cut=30):
    """Return a log that lived through a power cut, as the box went on with it."""
    box = BoxLog(folder)
    box.add(entry(), entry(minute=1))
    box.log.close()
    (path,) = box.segments()
    path.write_bytes(path.read_bytes()[:-cut])
    box.restart()
    box.add(entry(minute=2))
    box.sign()
    box.log.close()
    return box


def test_cut_the_box_states_is_a_gap_and_no_fault(tmp_path):
    box = torn(tmp_path / "log")

    verified = verify(*read_log(box.folder), box.public_key)

    assert verified.is_whole
    assert [finding.kind for finding in verified.findings] == [Kind.GAP]


def test_bytes_the_box_stated_must_be_the_ones_it_stated(tmp_path):
    box = torn(tmp_path / "log")
    segments, heads = read_log(box.folder)

    more = changed(segments, 0, lambda content: content[:-1])

    assert Kind.TAMPERED in faults(verify(more, heads, box.public_key))


def test_full_disk_and_log_behind_its_own_head_are_told(tmp_path):
    box = BoxLog(tmp_path / "log")
    box.add(entry(), entry(minute=1), entry(minute=2))
    box.sign()
    box.log.close()
    (path,) = box.segments()
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:2]))
    box.restart()
    box.log.lose(5)
    box.add(entry(minute=3))
    box.log.close()

    verified = verify(*read_log(box.folder), box.public_key)

    assert Kind.TRUNCATED in faults(verified)
    texts = " ".join(finding.text for finding in verified.findings)
    assert "0 entries came late, 5 were lost" in texts
    assert "had signed line 3" in texts


def test_plain_text_where_a_sealed_entry_belongs_is_tampered(tmp_path):
    box = BoxLog(tmp_path / "log")
    box.log.append([b"Aase was here"], is_durable=True)
    box.sign()
    box.log.close()

    assert faults(verify(*read_log(box.folder), box.public_key)) == {Kind.TAMPERED}


JOINED = st.integers(0, 10**6)


@given(place=JOINED, mask=st.integers(1, 255))
def test_flip_of_any_byte_of_any_file_is_named(whole, place, mask):
    files = [*whole[1], *whole[2]]
    sizes = [len(one.content) for one in files]
    place %= sum(sizes)
    at = 0
    while place >= sizes[at]:
        place -= sizes[at]
        at += 1
    content = bytearray(files[at].content)
    content[place] ^= mask
    files[at] = NamedContent(files[at].name, bytes(content))

    verified = judged(whole, files[:-1], files[-1:])

    # White space around the head's JSON says nothing; everything else is a fault.
    is_same_head = at == len(files) - 1 and not faults(verified)
    assert faults(verified) or (is_same_head and bytes([content[place]]).isspace())


@given(drop_front=st.integers(0, 4), cut=JOINED)
def test_cut_of_any_prefix_or_suffix_is_named(whole, drop_front, cut):
    segments = whole[1][drop_front:]
    keep = cut % (len(segments[-1].content) + 1) if segments else 0
    if segments:
        last = segments[-1]
        segments = [*segments[:-1], NamedContent(last.name, last.content[:keep])]
    is_untouched = drop_front == 0 and keep == len(whole[1][-1].content)

    verified = judged(whole, segments)

    assert bool(faults(verified)) != is_untouched
