import pytest
from hypothesis import given
from hypothesis import strategies as st

from printers.ipp.codes import Operation, Tag
from printers.ipp.errors import IppFormatError
from printers.ipp.message import (
    Attribute,
    Group,
    LocalText,
    Message,
    Value,
    decode,
    encode,
)

# The first example of RFC 8010 appendix A, Print-Job, with a shorter address and no document.
PRINT_JOB = bytes.fromhex(
    "0101 0002 00000001 01"
    "47 0012 617474726962757465732d63686172736574 0005 7574662d38"
    "48 001b 617474726962757465732d6e61747572616c2d6c616e6775616765 0005 656e2d7573"
    "45 000b 7072696e7465722d757269 0016 6970703a2f2f7072696e7465722e6578616d706c652f"
    "42 0008 6a6f622d6e616d65 0006 666f6f626172"
    "22 0016 6970702d6174747269627574652d666964656c697479 0001 01"
    "02"
    "21 0006 636f70696573 0004 00000014"
    "44 0005 7369646573 0013 74776f2d73696465642d6c6f6e672d65646765"
    "03"
)

names = st.text("abcdefghijklmnopqrstuvwxyz-", min_size=1, max_size=20)
texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)
plain_values = st.one_of(
    st.builds(Value, st.sampled_from([Tag.INTEGER, Tag.ENUM]), st.integers(-(2**31), 2**31 - 1)),
    st.builds(Value, st.just(Tag.BOOLEAN), st.booleans()),
    st.builds(Value, st.sampled_from([Tag.TEXT, Tag.NAME, Tag.KEYWORD, Tag.URI]), texts),
    st.builds(Value, st.just(Tag.NAME_WITH_LANGUAGE), st.builds(LocalText, names, texts)),
    st.builds(Value, st.sampled_from([0x10, 0x12, Tag.NO_VALUE]), st.none()),
    st.builds(Value, st.sampled_from([0x30, 0x31, 0x32, 0x33, 0x7F]), st.binary(max_size=20)),
)


def attributes(inner: st.SearchStrategy[Value]) -> st.SearchStrategy[Attribute]:
    return st.builds(Attribute, names, st.lists(inner, min_size=1, max_size=3).map(tuple))


def collections(inner: st.SearchStrategy[Value]) -> st.SearchStrategy[tuple[Attribute, ...]]:
    return st.lists(attributes(inner), max_size=3).map(tuple)


values = st.recursive(
    plain_values,
    lambda inner: st.builds(Value, st.just(Tag.COLLECTION), collections(inner)),
    max_leaves=6,
)
groups = st.builds(
    Group, st.sampled_from([1, 2, 4, 5, 9]), st.lists(attributes(values), max_size=4).map(tuple)
)
messages = st.builds(
    Message,
    st.integers(0, 0xFFFF),
    st.integers(0, 2**32 - 1),
    st.lists(groups, max_size=3).map(tuple),
    st.binary(max_size=30),
    st.tuples(st.integers(0, 255), st.integers(0, 255)),
)


def test_example_of_the_standard_is_read() -> None:
    message = decode(PRINT_JOB + b"%PDF-")

    assert (message.code, message.version) == (Operation.PRINT_JOB, (1, 1))
    assert [group.tag for group in message.groups] == [Tag.OPERATION, Tag.JOB]
    assert message.groups[1].attributes == (
        Attribute("copies", (Value(Tag.INTEGER, 20),)),
        Attribute("sides", (Value(Tag.KEYWORD, "two-sided-long-edge"),)),
    )
    assert message.document == b"%PDF-"


def test_example_of_the_standard_is_written_byte_for_byte() -> None:
    assert encode(decode(PRINT_JOB)) == PRINT_JOB


@given(messages)
def test_what_is_written_is_read_back_the_same(message: Message) -> None:
    assert decode(encode(message)) == message


@given(st.binary(max_size=200))
def test_bytes_of_a_stranger_are_a_message_or_a_format_error(raw: bytes) -> None:
    try:
        message = decode(raw)
    except IppFormatError:
        return
    assert raw.endswith(message.document)


@given(messages, st.data())
def test_message_cut_short_is_a_format_error(message: Message, data: st.DataObject) -> None:
    whole = encode(Message(message.code, message.request_id, message.groups))
    kept = data.draw(st.integers(0, len(whole) - 1))

    with pytest.raises(IppFormatError):
        decode(whole[:kept])


@given(messages, st.data())
def test_message_with_a_forged_byte_never_crashes(message: Message, data: st.DataObject) -> None:
    forged = bytearray(encode(message))
    forged[data.draw(st.integers(0, len(forged) - 1))] = data.draw(st.integers(0, 255))

    try:
        read = decode(bytes(forged))
    except IppFormatError:
        return
    assert isinstance(read, Message)


def head(tail: bytes) -> bytes:
    return b"\x02\x00\x00\x00\x00\x00\x00\x01" + tail


# A member whose value is the next collection.
NESTED = b"\x4a\x00\x00\x00\x01a\x34\x00\x00\x00\x00"


@pytest.mark.parametrize(
    ("raw", "complaint"),
    [
        (b"", "cut short"),
        (head(b""), "cut short"),
        (head(b"\x00\x03"), "where a group should begin"),
        (head(b"\x44\x00\x01a\x00\x01b\x03"), "where a group should begin"),
        (head(b"\x01\x44\x00\x00\x00\x01b\x03"), "before the first"),
        (head(b"\x01\x44\xff\xffa"), "cut short"),
        (head(b"\x01\x21\x00\x01a\x00\x02\x00\x01\x03"), "a number of 2 bytes"),
        (head(b"\x01\x36\x00\x01a\x00\x03\x00\x09d\x03"), "cut short"),
        (head(b"\x01\x34\x00\x01a\x00\x00\x03"), "cut short"),
        (head(b"\x01\x34\x00\x01a\x00\x00\x03\x00\x00"), "inside a collection"),
        (head(b"\x01\x34\x00\x01a\x00\x00\x21\x00\x00\x00\x04\x00\x00\x00\x01"), "inside a coll"),
        (
            head(b"\x01\x34\x00\x01a\x00\x00\x4a\x00\x00\x00\x01m\x37\x00\x00\x00\x00\x03"),
            "no value",
        ),
        (head(b"\x01\x34\x00\x01a\x00\x00" + NESTED * 2000), "nested more than"),
    ],
)
def test_nonsense_is_named(raw: bytes, complaint: str) -> None:
    with pytest.raises(IppFormatError, match=complaint):
        decode(raw)


@pytest.mark.parametrize(
    "group",
    [
        Group(Tag.END),
        Group(0x10),
        Group(0),
        Group(Tag.JOB, (Attribute("", (Value(Tag.INTEGER, 1),)),)),
        Group(Tag.JOB, (Attribute("copies", ()),)),
        Group(Tag.JOB, (Attribute("copies", (Value(Tag.INTEGER, 2**31),)),)),
        Group(Tag.JOB, (Attribute("job-name", (Value(Tag.NAME, "x" * 70_000),)),)),
        Group(Tag.JOB, (Attribute("job-name", (Value(Tag.NAME, "\ud800"),)),)),
        Group(Tag.JOB, (Attribute("media-col", (Value(Tag.KEYWORD, ()),)),)),
        Group(Tag.JOB, (Attribute("media-col", (Value(Tag.COLLECTION, (None,)),)),)),  # type: ignore[arg-type]
    ],
)
def test_what_cannot_be_written_is_a_format_error(group: Group) -> None:
    with pytest.raises(IppFormatError):
        encode(Message(2, 1, (group,)))


def test_text_that_is_no_utf8_is_read_with_a_mark() -> None:
    latin_1 = head(b"\x01\x41\x00\x01a\x00\x04L\xe5ge\x03")

    assert decode(latin_1).groups[0].attributes[0].values[0].content == "L\ufffdge"
