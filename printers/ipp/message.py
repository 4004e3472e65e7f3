"""Write and read IPP messages (RFC 8010): bytes in, values out; no I/O.

Reads what a stranger sent: whatever is not a whole message is an `IppFormatError`, never a crash
and never a guess. Kinds of values nobody here needs (dates, ranges, resolutions) stay bytes, so
that what was read can be written again unchanged. Called by `client.py`.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from printers.ipp.codes import Tag
from printers.ipp.errors import IppFormatError


@dataclass(frozen=True, slots=True)
class LocalText:
    """A text that names its own language."""

    language: str
    text: str


Content: TypeAlias = "int | bool | str | bytes | LocalText | tuple[Attribute, ...] | None"


@dataclass(frozen=True, slots=True)
class Value:
    """One value and its kind on the wire, which is a `Tag` or one we do not know."""

    tag: int
    content: Content


@dataclass(frozen=True, slots=True)
class Attribute:
    """A name and its one or more values, which may be of different kinds."""

    name: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Attributes that belong together, such as those of one job."""

    tag: int
    attributes: tuple[Attribute, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """A request (`code` is the operation) or an answer (`code` is the status)."""

    code: int
    request_id: int
    groups: tuple[Group, ...] = ()
    document: bytes = b""
    version: tuple[int, int] = field(default=(2, 0))


_HEADER = struct.Struct(">BBHI")
_LENGTH = struct.Struct(">H")
_NUMBER = struct.Struct(">i")
_FIRST_VALUE_TAG = 0x10
_OUT_OF_BAND = range(0x10, 0x20)
_TEXTS = range(0x40, 0x60)
_WITH_LANGUAGE = (Tag.TEXT_WITH_LANGUAGE, Tag.NAME_WITH_LANGUAGE)
# Real printers nest three deep; a forged message must not exhaust the stack.
_DEEPEST = 16


def encode(message: Message) -> bytes:
    """Return the bytes of a message.

    Raises: IppFormatError where a value does not fit its kind or is too long.
    """
    try:
        return b"".join(_written(message))
    except (struct.error, UnicodeEncodeError, AttributeError, TypeError) as error:
        raise IppFormatError(f"cannot be written as IPP: {error}") from error


def _written(message: Message) -> Iterator[bytes]:
    yield _HEADER.pack(*message.version, message.code, message.request_id)
    for group in message.groups:
        if not 0 < group.tag < _FIRST_VALUE_TAG or group.tag == Tag.END:
            raise IppFormatError(f"0x{group.tag:02x} begins no group")
        yield bytes([group.tag])
        for attribute in group.attributes:
            yield from _written_attribute(attribute)
    yield bytes([Tag.END])
    yield message.document


def _written_attribute(attribute: Attribute) -> Iterator[bytes]:
    if not attribute.name or not attribute.values:
        raise IppFormatError("an attribute has a name and at least one value")
    # Further values of an attribute come without a name.
    names = (attribute.name, *("" for _ in attribute.values[1:]))
    for name, value in zip(names, attribute.values, strict=True):
        yield from _written_value(name, value)


def _written_value(name: str, value: Value) -> Iterator[bytes]:
    if value.tag == Tag.COLLECTION and isinstance(value.content, tuple):
        yield _field(Tag.COLLECTION, name, b"")
        for member in value.content:
            yield _field(Tag.MEMBER_NAME, "", member.name.encode())
            for inner in member.values:
                yield from _written_value("", inner)
        yield _field(Tag.END_COLLECTION, "", b"")
    else:
        yield _field(value.tag, name, _written_content(value))


def _written_content(value: Value) -> bytes:
    content = value.content
    if isinstance(content, LocalText):
        return _counted(content.language.encode()) + _counted(content.text.encode())
    if isinstance(content, bool):
        return bytes([content])
    if isinstance(content, int):
        return _NUMBER.pack(content)
    if isinstance(content, str):
        return content.encode()
    if isinstance(content, bytes):
        return content
    if content is None:
        return b""
    raise IppFormatError(f"0x{value.tag:02x} is no kind of collection")


def _field(tag: int, name: str, content: bytes) -> bytes:
    return bytes([tag]) + _counted(name.encode()) + _counted(content)


def _counted(content: bytes) -> bytes:
    return _LENGTH.pack(len(content)) + content


def decode(raw: bytes) -> Message:
    """Return the message in these bytes; what follows its last attribute is its document.

    Raises: IppFormatError where the bytes are cut short or make no sense.
    """
    reader = _Reader(raw)
    major, minor, code, request_id = _HEADER.unpack(reader.take(_HEADER.size))
    groups: list[Group] = []
    tag = reader.byte()
    while tag != Tag.END:
        if tag >= _FIRST_VALUE_TAG or tag == 0:
            raise IppFormatError(f"0x{tag:02x} stands where a group should begin")
        attributes, after = _read_attributes(reader)
        groups.append(Group(tag, attributes))
        tag = after
    return Message(code, request_id, tuple(groups), reader.rest(), (major, minor))


@dataclass(slots=True)
class _Reader:
    """Where in the bytes the reading is."""

    raw: bytes
    at: int = 0

    def take(self, count: int) -> bytes:
        """Return the next bytes, all of them or none."""
        part = self.raw[self.at : self.at + count]
        if len(part) < count:
            raise IppFormatError(f"cut short at byte {self.at}: {count} more were promised")
        self.at += count
        return part

    def byte(self) -> int:
        return self.take(1)[0]

    def counted(self) -> bytes:
        return self.take(_LENGTH.unpack(self.take(_LENGTH.size))[0])

    def rest(self) -> bytes:
        return self.raw[self.at :]


def _read_attributes(reader: _Reader) -> tuple[tuple[Attribute, ...], int]:
    """Return the attributes of a group and the delimiter that ended it."""
    found: list[tuple[str, list[Value]]] = []
    tag = reader.byte()
    while tag >= _FIRST_VALUE_TAG:
        name = _text(reader.counted())
        value = _read_value(reader, tag, depth=0)
        if name:
            found.append((name, [value]))
        elif found:
            found[-1][1].append(value)
        else:
            raise IppFormatError("a further value comes before the first")
        tag = reader.byte()
    return tuple(Attribute(name, tuple(values)) for name, values in found), tag


def _read_value(reader: _Reader, tag: int, depth: int) -> Value:
    content = reader.counted()
    if tag == Tag.COLLECTION:
        return Value(tag, _read_members(reader, depth + 1))
    return Value(tag, _content(tag, content))


def _read_members(reader: _Reader, depth: int) -> tuple[Attribute, ...]:
    if depth > _DEEPEST:
        raise IppFormatError(f"collections nested more than {_DEEPEST} deep")
    members: list[tuple[str, list[Value]]] = []
    while (tag := reader.byte()) != Tag.END_COLLECTION:
        reader.counted()  # members carry their name in a field of its own
        if tag == Tag.MEMBER_NAME:
            members.append((_text(reader.counted()), []))
        elif tag >= _FIRST_VALUE_TAG and members:
            members[-1][1].append(_read_value(reader, tag, depth))
        else:
            raise IppFormatError(f"0x{tag:02x} stands inside a collection")
    reader.counted()
    reader.counted()
    if not all(name and values for name, values in members):
        raise IppFormatError("a member of a collection has no name or no value")
    return tuple(Attribute(name, tuple(values)) for name, values in members)


def _content(tag: int, raw: bytes) -> Content:
    if tag in (Tag.INTEGER, Tag.ENUM):
        return _number(raw)
    if tag == Tag.BOOLEAN:
        return raw != b"\0"
    if tag in _OUT_OF_BAND:
        return None
    if tag in _WITH_LANGUAGE:
        inner = _Reader(raw)
        return LocalText(_text(inner.counted()), _text(inner.counted()))
    return _text(raw) if tag in _TEXTS else raw


def _number(raw: bytes) -> int:
    if len(raw) != _NUMBER.size:
        raise IppFormatError(f"a number of {len(raw)} bytes")
    number: int = _NUMBER.unpack(raw)[0]
    return number


def _text(raw: bytes) -> str:
    # Real printers send Latin-1 now and then; a wrong letter must not hide a paper jam.
    return raw.decode("utf-8", "replace")
