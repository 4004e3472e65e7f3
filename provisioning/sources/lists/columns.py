"""Read a column map: the TOML file that says what a vendor's lists and columns are called.

Refuses a map with a word it does not know, and says which word was probably meant: a misspelled
key would otherwise leave a column out in silence. Called by `layout`; `column_maps/README.md`
explains every key.
"""

import functools
import re
import time
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from appliance.records.terms import UnitKind
from appliance.settings_file import did_you_mean
from provisioning.errors import ColumnMapError
from provisioning.sources.lists.kinds import KINDS, ListKind

FOLDER = Path(__file__).parent / "column_maps"
DATE_FORMATS = ("%d-%m-%Y", "%d.%m.%Y", "%d/%m/%Y", "%Y-%m-%d")
ENCODINGS = ("utf-8", "cp1252")
_PROBE = time.strptime("2026-11-23", "%Y-%m-%d")
_TOP = {"name", "title", "encoding", "delimiter", "dates", "empty", "as_of", "unit", "lists"}
_OF_LIST = {"kind", "files", "is_required", "columns", "constants", "values", "ignored"}
_OF_AGE = {"header_line", "file_time"}
_OF_UNIT = {"id", "name", "kind", "from_folder"}
_OF_JOIN = {"join", "with"}


@dataclass(frozen=True, slots=True)
class Column:
    """Where a field comes from: the first alternative whose headers are all in the file."""

    alternatives: tuple[tuple[str, ...], ...]
    joined_with: str = " "

    @property
    def shown(self) -> str:
        """Return the header to name in a report."""
        return " + ".join(self.alternatives[0])


@dataclass(frozen=True, slots=True)
class ListMap:
    """One list of a vendor: its files, and where each field of a record stands."""

    name: str
    kind: ListKind
    files: tuple[str, ...]
    columns: Mapping[str, Column]
    constants: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()
    is_required: bool = False

    def known_headers(self) -> frozenset[str]:
        """Return every header the map knows, in the form `plain` gives."""
        named = {
            plain(part)
            for column in self.columns.values()
            for alternative in column.alternatives
            for part in alternative
        }
        return frozenset(named | {plain(name) for name in self.ignored})


@dataclass(frozen=True, slots=True)
class FixedUnit:
    """The unit of citizens whose list does not say one."""

    id: str
    name: str
    kind: UnitKind


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """How one vendor delivers."""

    name: str
    lists: tuple[ListMap, ...]
    encoding: str | None = None
    delimiter: str | None = None
    date_formats: tuple[str, ...] = DATE_FORMATS
    empty: frozenset[str] = frozenset()
    age_line: re.Pattern[str] | None = None
    uses_file_time: bool = False
    unit: FixedUnit | None = None
    has_folder_per_unit: bool = False


@functools.lru_cache(4096)
def plain(header: str) -> str:
    """Return a header as it is compared: letter case, spacing and a closing mark do not count."""
    return " ".join(unicodedata.normalize("NFC", header).casefold().split()).rstrip(" :*")


def shipped_maps() -> list[ColumnMap]:
    """Read the maps that come with the program.

    Raises:
        ColumnMapError: one of them is wrong.

    """
    return [load_column_map(path) for path in sorted(FOLDER.glob("*.toml"))]


def find_column_map(name: str) -> ColumnMap:
    """Read a map by the name of a shipped one, or by the path of one's own.

    Raises:
        ColumnMapError: there is none, or it is wrong.

    """
    shipped = {path.stem: path for path in FOLDER.glob("*.toml")}
    if name in shipped:
        return load_column_map(shipped[name])
    if name.endswith(".toml"):
        return load_column_map(Path(name))
    known = ", ".join(sorted(shipped))
    raise ColumnMapError(
        f"no column map {name!r}{did_you_mean(name, sorted(shipped))} (shipped: {known})"
    )


def load_column_map(path: Path) -> ColumnMap:
    """Read a map from a file.

    Raises:
        ColumnMapError: it is missing, not TOML, or says something unknown.

    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ColumnMapError(f"{path.name}: {error.strerror or error}") from error
    return read_column_map(content, path.name)


def read_column_map(content: bytes, source: str) -> ColumnMap:
    """Read a map from TOML; `source` names it in errors.

    Raises:
        ColumnMapError: it is not TOML, or says something unknown.

    """
    try:
        said = tomllib.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ColumnMapError(f"{source}: {error}") from error
    return _Reader(source).map(said)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the parts of one map; every error names the file and the key."""

    source: str

    def map(self, said: dict[str, Any]) -> ColumnMap:
        self.check_keys("", said, _TOP)
        lists = self.table(said, "lists")
        if not lists:
            self.fail("lists", "is missing; a map needs at least one [lists.…]")
        age, unit = self.table(said, "as_of"), self.table(said, "unit")
        self.check_keys("as_of", age, _OF_AGE)
        self.check_keys("unit", unit, _OF_UNIT)
        return ColumnMap(
            self.word(said, "name") or self.source.removesuffix(".toml"),
            tuple(self.list_map(name, self.table(lists, name, "lists.")) for name in lists),
            self.one_of(said, "encoding", ENCODINGS),
            self.delimiter(said),
            self.date_formats(said),
            frozenset(value.casefold() for value in self.words(said, "empty")),
            self.pattern(age),
            self.flag(age, "file_time"),
            self.fixed_unit(unit),
            self.flag(unit, "from_folder"),
        )

    def list_map(self, name: str, said: dict[str, Any]) -> ListMap:
        at = f"lists.{name}"
        self.check_keys(at, said, _OF_LIST)
        kind = KINDS[self.known(f"{at}.kind", self.word(said, "kind") or name, KINDS)]
        columns = self.table(said, "columns", f"{at}.")
        constants = self.table(said, "constants", f"{at}.")
        values = self.table(said, "values", f"{at}.")
        for part in (columns, constants, values):
            for key in part:
                self.known(f"{at}.{key}", key, kind.fields)
        found = ListMap(
            name,
            kind,
            tuple(given.casefold() for given in self.words(said, "files") or [f"{name}*"]),
            {key: self.column(f"{at}.columns.{key}", value) for key, value in columns.items()},
            {key: self.word(constants, key) or "" for key in constants},
            {key: self.translations(f"{at}.values.", values, key) for key in values},
            frozenset(self.words(said, "ignored")),
            self.flag(said, "is_required"),
        )
        self.check_required(at, found)
        return found

    def check_required(self, at: str, found: ListMap) -> None:
        for group in found.kind.required:
            if not {*found.columns, *found.constants} & set(group):
                self.fail(f"{at}.columns", f"needs a column for {' or '.join(group)}")

    def column(self, at: str, said: Any) -> Column:
        if isinstance(said, dict):
            self.check_keys(at, said, _OF_JOIN)
            parts = tuple(self.words(said, "join"))
            return Column((parts or self.fail(at, "join needs a list of headers"),),
                          self.word(said, "with", strip=False) or " ")  # fmt: skip
        named = self.words({"": said}, "", at)
        return Column(tuple((name,) for name in named) or self.fail(at, "is empty"))

    def translations(self, at: str, said: dict[str, Any], key: str) -> dict[str, str]:
        table = self.table(said, key, at)
        return {plain(word): self.word(table, word) or "" for word in table}

    def fixed_unit(self, said: dict[str, Any]) -> FixedUnit | None:
        if not {"id", "name", "kind"} & set(said):
            return None
        name = self.word(said, "name") or self.fail("unit.name", "is missing")
        kind = self.one_of(said, "kind", tuple(UnitKind)) or UnitKind.CARE_CENTRE
        return FixedUnit(self.word(said, "id") or name, name, UnitKind(kind))

    def date_formats(self, said: dict[str, Any]) -> tuple[str, ...]:
        formats = tuple(self.words(said, "dates")) or DATE_FORMATS
        for given in formats:
            if not _names_a_day(given):
                self.fail("dates", f"{given!r} does not give day, month and year")
            try:
                time.strptime(time.strftime(given, _PROBE), given)
            except (ValueError, re.error) as error:
                self.fail("dates", f"{given!r}: {error}")
        return formats

    def pattern(self, age: dict[str, Any]) -> re.Pattern[str] | None:
        given = self.word(age, "header_line")
        if given is None:
            return None
        try:
            found = re.compile(given, re.IGNORECASE)
        except re.error as error:
            self.fail("as_of.header_line", str(error))
        return found if found.groups == 1 else self.fail("as_of.header_line", "needs one (group)")

    def delimiter(self, said: dict[str, Any]) -> str | None:
        given = self.word(said, "delimiter", strip=False)
        if given is not None and len(given) != 1:
            self.fail("delimiter", "is one character, such as ';' or '\\t'")
        return given

    def check_keys(self, at: str, said: dict[str, Any], known: set[str]) -> None:
        for key in said:
            self.known(f"{at}.{key}".lstrip("."), key, known)

    def known(self, at: str, word: str, known: Iterable[str]) -> str:
        known = list(known)
        return word if word in known else self.fail(at, f"is not known{did_you_mean(word, known)}")

    def one_of(self, said: dict[str, Any], key: str, known: tuple[str, ...]) -> str | None:
        given = self.word(said, key)
        if given is not None and given not in known:
            self.fail(key, f"is not one of {', '.join(known)}{did_you_mean(given, known)}")
        return given

    def table(self, said: dict[str, Any], key: str, at: str = "") -> dict[str, Any]:
        found = said.get(key, {})
        return found if isinstance(found, dict) else self.fail(at + key, "is not a table")

    def word(self, said: dict[str, Any], key: str, *, strip: bool = True) -> str | None:
        found = said.get(key)
        if found is None:
            return None
        if not isinstance(found, str) or not found:
            self.fail(key, "is not a text")
        return str(found).strip() if strip else str(found)

    def words(self, said: dict[str, Any], key: str, at: str = "") -> list[str]:
        found = said.get(key, [])
        found = [found] if isinstance(found, str) else found
        if not isinstance(found, list) or not all(isinstance(it, str) and it for it in found):
            self.fail(at or key, "is not a text or a list of texts")
        return list(found)

    def flag(self, said: dict[str, Any], key: str) -> bool:
        found = said.get(key, False)
        return found if isinstance(found, bool) else self.fail(key, "is not true or false")

    def fail(self, at: str, reason: str) -> Any:
        raise ColumnMapError(f"{self.source}: {at}: {reason}")


def _names_a_day(form: str) -> bool:
    """Tell whether a date format has a day, a month and a year; strptime would invent the rest."""
    parts = set(re.findall("%(.)", form))
    return "d" in parts and bool(parts & set("mbB")) and bool(parts & set("Yy"))
