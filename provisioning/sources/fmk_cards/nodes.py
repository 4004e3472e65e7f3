"""Hold a card as a tree of named values, whether it came as XML or as JSON.

Both become the same tree, so that everything after this is written once. Refuses to choose between
two values of one name. Called by the readers and by everything that looks into a card.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from provisioning.sources.fmk_cards.names import Field

# Of one card; the largest public example of two hundred orders has a tenth of it.
MOST_ELEMENTS = 200_000
DEEPEST = 64
MOST_CHARACTERS = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Node:
    """One element: its name, its text or what is inside it, and its line in an XML file.

    `raw` is the JSON value itself, where the card came as JSON.
    """

    name: str
    text: str = ""
    children: tuple["Node", ...] = ()
    line: int | None = None
    raw: Any = None

    @property
    def flag(self) -> bool | None:
        """Return what an element says by being there: yes, unless it says no; None if unclear."""
        if self.children or self.text.casefold() in ("", "true", "1"):
            return True
        return False if self.text.casefold() in ("false", "0") else None

    def all(self, name: str) -> list["Node"]:
        """Return the elements of a name, in their order."""
        return [one for one in self.children if one.name == name]

    def one(self, name: str) -> "Node | None":
        """Return the only element of a name; None if there is none, or more than one."""
        found = self.all(name)
        return found[0] if len(found) == 1 else None

    def at(self, path: str) -> "Node | None":
        """Return the element at a path such as "Drug/Name"."""
        found: Node | None = self
        for name in path.split("/"):
            found = found.one(name) if found else None
        return found

    def has(self, field: Field) -> bool:
        """Tell whether something stands where a field may stand, be it readable or not."""
        return any(
            any(one.text or one.children for one in self._every(path)) for path in field.paths
        )

    def said(self, field: Field) -> str | None:
        """Return what a field says, or None."""
        found = (self.at(path) for path in field.paths)
        return next((one.text for one in found if one and one.text), None)

    def _every(self, path: str) -> Iterator["Node"]:
        first, _, rest = path.partition("/")
        for one in self.all(first):
            if rest:
                yield from one._every(rest)  # noqa: SLF001  (of this very class)
            else:
                yield one

    def plain(self) -> Any:
        """Return the tree as plain JSON, which is what is kept beside a record."""
        if not self.children:
            return self.text
        found: dict[str, Any] = {}
        for one in self.children:
            known = found.get(one.name)
            if known is None:
                found[one.name] = one.plain()
            elif isinstance(known, list):
                known.append(one.plain())
            else:
                found[one.name] = [known, one.plain()]
        return found

    def digest(self) -> bytes:
        """Return a short hash of what the tree says, however it was written."""
        content = orjson.dumps(self.plain(), option=orjson.OPT_SORT_KEYS)
        return hashlib.blake2b(content, digest_size=16).digest()
