"""Decide which table of a delivery is which list, and which column map fits the delivery.

A list is known by its file's or sheet's name; the map that recognises most columns is the one,
unless IT names another. Pure but for reading the tops of files. Called by `folder`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from appliance.settings_file import did_you_mean
from provisioning.errors import ColumnMapError, UnreadableFileError
from provisioning.sources.feed_store import FeedStore, read_whole
from provisioning.sources.lists.columns import ColumnMap, ListMap, plain, read_column_map
from provisioning.sources.lists.tables import Header, Heads, Table, find_header

OWN_MAP = "kolonner.toml"  # a map of its own that lies beside the lists


@dataclass(frozen=True, slots=True)
class FoundList:
    """A table that is one of the map's lists; `fault` says why it cannot be read, if so."""

    table: Table
    listed: ListMap
    header: Header | None = None
    fault: str = ""
    expected: str = ""

    @property
    def folder(self) -> str:
        """Return the folder the file lies in; "" is the delivery's own."""
        parent = PurePosixPath(self.table.file).parent.as_posix()
        return "" if parent == "." else parent


@dataclass(frozen=True, slots=True)
class FoundLists:
    """A delivery read with one map."""

    vendor: ColumnMap
    lists: tuple[FoundList, ...]
    strays: tuple[Table, ...]

    @property
    def fit(self) -> int:
        """Return how many columns the map recognises in lists that have all they need."""
        return sum(
            len(item.header.fields(item.listed))
            for item in self.lists
            if item.header and not item.fault
        )


def own_map(store: FeedStore) -> ColumnMap | None:
    """Return the map that lies in the delivery itself, if any.

    Raises:
        ColumnMapError: it is wrong.

    """
    if OWN_MAP not in store.names():
        return None
    try:
        return read_column_map(read_whole(store, OWN_MAP), OWN_MAP)
    except UnreadableFileError as error:
        raise ColumnMapError(str(error)) from error


def find_lists(
    tables: Sequence[Table], vendor: ColumnMap, heads: Heads | None = None
) -> FoundLists:
    """Return the lists of a delivery as one map sees them."""
    lists, strays = [], []
    heads = {} if heads is None else heads
    for table in tables:
        listed = _list_of(table, vendor.lists)
        if listed is None:
            strays.append(table)
        else:
            read = table.read_as(vendor.delimiter, vendor.encoding)
            lists.append(_found(read, listed, heads))
    return FoundLists(vendor, tuple(lists), tuple(strays))


def best_fit(tables: Sequence[Table], vendors: Iterable[ColumnMap]) -> FoundLists:
    """Return the delivery as the best fitting map sees it.

    Raises:
        ColumnMapError: no map recognises a single list.

    """
    heads: Heads = {}
    read = [find_lists(tables, vendor, heads) for vendor in vendors]
    best = max(read, key=lambda found: found.fit)
    if best.fit == 0:
        known = ", ".join(found.vendor.name for found in read)
        raise ColumnMapError(f"no column map fits these lists (tried {known})")
    return best


def stray_hint(table: Table, found: FoundLists) -> str:
    """Say which list a file nobody asked for may have been meant as."""
    here = {item.listed.name for item in found.lists}
    absent = [listed.name for listed in found.vendor.lists if listed.name not in here]
    return did_you_mean(plain(table.titles[0]), absent)


def _list_of(table: Table, lists: Iterable[ListMap]) -> ListMap | None:
    """Return the list a table's name means; the pattern that says most of the name wins."""
    best: ListMap | None = None
    most = 0
    for title in map(plain, table.titles):
        for listed in lists:
            for pattern in listed.files:
                if fnmatchcase(title, pattern) and len(pattern) > most:
                    best, most = listed, len(pattern)
        if best is not None:
            return best
    return None


def _found(table: Table, listed: ListMap, heads: Heads) -> FoundList:
    try:
        header = find_header(table, listed, heads)
    except UnreadableFileError as error:
        return FoundList(table, listed, fault=str(error))
    if header is None:
        return FoundList(table, listed, fault=_no_header(table), expected=_wanted(listed))
    if missing := header.missing(listed):
        groups = [
            " or ".join(listed.columns[name].shown for name in group if name in listed.columns)
            for group in missing
        ]
        close = [did_you_mean(word, header.names) for word in groups]
        return FoundList(
            table, listed, header, f"lacks the column {' and '.join(groups)}{''.join(close)}"
        )
    if doubled := header.doubled(listed):
        return FoundList(table, listed, header, f"has the column {doubled[0]!r} twice")
    return FoundList(table, listed, header)


def _no_header(table: Table) -> str:
    """Say that no header is known, and which line may have been it."""
    broken = (row for row in table.rows(table.delimiters()[0]) if row.broken)
    first = next(broken, None)
    lost = f"; line {first.line} {first.broken}" if first else ""
    return f"has no headers that are known{lost}"


def _wanted(listed: ListMap) -> str:
    return ", ".join(column.shown for column in listed.columns.values())
