"""Read the values of a plan's TOML one by one, and note what is wrong with its line. Pure.

A wrong value never stops the reading: whoever writes a plan wants all the mistakes at once. Called
by the loader.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from appliance.plan.findings import Finding
from appliance.settings_file import did_you_mean

ID = re.compile(r"[a-z][a-z0-9-]{0,39}")
_T = TypeVar("_T")
_HEADER = re.compile(r"\s*\[\[([\w-]+)\]\]\s*(#.*)?")


@dataclass(slots=True)
class Table:
    """One table of the file: the file's own (`name` is "") or the `index`-th of an array."""

    raw: dict[str, Any]
    source: str
    file: str
    findings: list[Finding]
    name: str = ""
    index: int = 0
    known: list[str] = field(default_factory=list)

    def text(self, key: str, *, is_needed: bool = True) -> str:
        """Return a text; an empty one counts as missing where it is needed."""
        value = self._take(key, is_needed=is_needed)
        if value is None:
            return ""
        if not isinstance(value, str):
            return self._refuse(key, "a text in quotes", "")
        shown = " ".join(value.split())
        if is_needed and not shown:
            self.note(key, "must not be empty")
        if any(not char.isprintable() and char != "\u00a0" for char in shown):
            self.note(key, "has an invisible control character")
        return shown

    def id(self, key: str = "id") -> str:
        """Return a name for code: it stands in file names and addresses."""
        value = self.text(key)
        if value and not ID.fullmatch(value):
            return self._refuse(key, "a–z, digits and - only", "")
        return value

    def hours(self, key: str, *, is_needed: bool = True) -> int:
        """Return a whole number of hours."""
        value = self._take(key, is_needed=is_needed)
        if value is None:
            return 0
        if type(value) is not int or not 0 <= value <= 24 * 30:
            return self._refuse(key, "a whole number of hours, 0–720", 0)
        return value

    def flag(self, key: str) -> bool:
        """Return true or false; false where nothing is said."""
        value = self._take(key, is_needed=False)
        if value is None or isinstance(value, bool):
            return bool(value)
        return bool(self._refuse(key, "true or false", instead=False))

    def day(self, key: str, *, is_needed: bool = False) -> date | None:
        """Return a day."""
        value = self._take(key, is_needed=is_needed)
        if value is None:
            return None
        if isinstance(value, datetime) or not isinstance(value, date):
            return self._refuse(key, "a day such as 2026-11-23, without quotes", None)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts."""
        value = self._take(key, is_needed=True)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            return self._refuse(key, "a list of texts", tuple[str, ...]())
        return tuple(" ".join(item.split()) for item in value)

    def tables(self, key: str, *, is_needed: bool = True) -> Iterator["Table"]:
        """Yield the tables of an array such as [[stages]]."""
        value = self._take(key, is_needed=is_needed)
        if value is None:
            return
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.note(key, f"must be written as [[{key}]]")
            return
        for index, item in enumerate(value):
            yield Table(item, self.source, self.file, self.findings, key, index)

    def finish(self) -> None:
        """Note every key that nobody has asked for: what is quietly ignored is wrong."""
        for key in self.raw:
            if key not in self.known:
                self.note(key, f"unknown key{did_you_mean(key, self.known)}")

    def note(self, key: str, message: str) -> None:
        """Note that something is wrong with a key."""
        shown = f"[[{self.name}]] {key}" if self.name else key
        line = self._line_of(key)
        self.findings.append(Finding(f"{self.file}:{line}", f"{shown}: {message}"))

    def _take(self, key: str, *, is_needed: bool) -> Any:
        self.known.append(key)
        if is_needed and key not in self.raw:
            self.note(key, "is missing")
        return self.raw.get(key)

    def _refuse(self, key: str, expected: str, instead: _T) -> _T:
        self.note(key, f"{self.raw[key]!r} is not {expected}")
        return instead

    def _line_of(self, key: str) -> int:
        """Return the line of the key, or of its table's heading when it is not there."""
        begin, name, counted = 1, "", 0
        for number, line in enumerate(self.source.splitlines(), 1):
            if header := _HEADER.fullmatch(line):
                name = header[1]
                counted += name == self.name
                is_ours = name == self.name and counted == self.index + 1
                begin = number if is_ours else begin
            is_within = name == self.name and (not name or counted == self.index + 1)
            if is_within and re.match(rf"\s*{re.escape(key)}\s*=", line):
                return number
            if not self.name and re.match(rf"\s*\[+{re.escape(key)}\]", line):
                return number
        return begin
