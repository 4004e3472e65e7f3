"""Decide which descriptions are of the same person, and which only look so. Pure.

The same CPR number and nothing against it; a doubt is never settled here. Called by `join`.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Description:
    """One staged citizen, as one part of one feed describes them; `feed` is the feed's number."""

    citizen_id: str
    feed: int
    part: str
    source: str
    is_pointer: bool
    unit_id: str
    cpr: str | None
    birth_date: str | None = None
    given_name: str = ""
    family_name: str = ""

    @property
    def rank(self) -> tuple[bool, bool, int, str]:
        """Sort citizens before pointers, people with a name before others, feeds as named."""
        return (self.is_pointer, not self.has_name, self.feed, self.citizen_id)

    @property
    def has_name(self) -> bool:
        """Tell whether there is a name to compare."""
        return bool(self.given_name or self.family_name)


class Doubt(StrEnum):
    """Why descriptions with one CPR number were kept apart."""

    AMBIGUOUS = "one feed has two people with this CPR number"
    DISAGREES = "name or birth date differ"


@dataclass(frozen=True, slots=True)
class Join:
    """One person: the descriptions that stay, and those that are joined to each of them.

    Mostly one stays. Somebody known to home care and to the meal service of one feed is two.
    """

    mains: tuple[Description, ...]
    others: tuple[Description, ...]


@dataclass(slots=True)
class SamePeople:
    """Who is joined to whom, and who is not although the CPR number is the same."""

    joins: list[Join] = field(default_factory=list)
    doubts: list[tuple[Description, Doubt]] = field(default_factory=list)


def find_same(people: Iterable[Description]) -> SamePeople:
    """Return who is the same; people without a CPR number are nobody else."""
    by_cpr: dict[str, list[Description]] = defaultdict(list)
    for person in people:
        if person.cpr:
            by_cpr[person.cpr].append(person)
    found = SamePeople()
    for _, group in sorted(by_cpr.items()):
        if len(group) > 1:
            _judge(sorted(group, key=lambda one: one.rank), found)
    return found


def _judge(group: list[Description], found: SamePeople) -> None:
    """Judge everybody with one CPR number."""
    first = group[0]
    main = [one for one in group if _is_beside(one, first)] or [first]
    rest = [one for one in group if one not in main]
    if not rest:
        return
    if not all(agree(main[0], other) for other in main[1:]):
        found.doubts += [(one, Doubt.AMBIGUOUS) for one in (*main, *rest)]
        return
    joined: list[Description] = []
    for other in rest:
        if all(agree(one, other) for one in (*main, *joined)):
            joined.append(other)
        else:
            found.doubts += [(one, Doubt.DISAGREES) for one in (main[0], other)]
    if joined:
        found.joins.append(Join(tuple(main), tuple(joined)))


def _is_beside(one: Description, first: Description) -> bool:
    """Tell whether both are citizens in their own right of one feed."""
    return not (one.is_pointer or first.is_pointer) and one.feed == first.feed


def agree(one: Description, other: Description) -> bool:
    """Tell whether nothing speaks against two descriptions with one CPR number being the same."""
    if one.birth_date and other.birth_date and one.birth_date != other.birth_date:
        return False
    if not (one.has_name and other.has_name):
        return True
    first, second = _words(one.given_name), _words(other.given_name)
    if first and second:
        return first[0] in second or second[0] in first
    return bool({*first, *_words(one.family_name)} & {*second, *_words(other.family_name)})


def _words(name: str) -> list[str]:
    return _WORD.findall(name.casefold())
