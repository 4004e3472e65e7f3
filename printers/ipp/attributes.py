"""Make the attributes a request needs, and read those of an answer without trusting their kind.

A printer that sends a word where a number belongs has told us nothing: `number` then says None.
Called by `client.py` and by whoever reads its answers.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from printers.ipp.codes import Tag
from printers.ipp.message import Attribute, Content, Group, LocalText, Value


def attribute(tag: Tag, name: str, *contents: Content) -> Attribute:
    """Return an attribute whose values are all of one kind."""
    return Attribute(name, tuple(Value(tag, content) for content in contents))


def keyword(name: str, *words: str) -> Attribute:
    """Return an attribute of words from the standard."""
    return attribute(Tag.KEYWORD, name, *words)


@dataclass(frozen=True, slots=True)
class Attributes:
    """What a printer told of itself or of one job."""

    contents: dict[str, tuple[Content, ...]]

    def number(self, name: str) -> int | None:
        """Return a number, or None where the printer did not tell one."""
        for content in self.contents.get(name, ()):
            if isinstance(content, int) and not isinstance(content, bool):
                return content
        return None

    def flag(self, name: str) -> bool | None:
        """Return yes or no, or None where the printer did not tell."""
        for content in self.contents.get(name, ()):
            if isinstance(content, bool):
                return content
        return None

    def words(self, name: str) -> tuple[str, ...]:
        """Return every value that is a word or a text."""
        spoken = (_spoken(content) for content in self.contents.get(name, ()))
        return tuple(word for word in spoken if word is not None)

    def text(self, name: str) -> str:
        """Return the first text, or nothing."""
        return next(iter(self.words(name)), "")


def _spoken(content: Content) -> str | None:
    if isinstance(content, LocalText):
        return content.text
    return content if isinstance(content, str) else None


def attributes_of(groups: Iterable[Group], tag: Tag) -> list[Attributes]:
    """Return what each group of this kind holds."""
    return [
        Attributes({each.name: tuple(v.content for v in each.values) for each in group.attributes})
        for group in groups
        if group.tag == tag
    ]
