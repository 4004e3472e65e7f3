"""Tell which names a tired reader could mistake for one another. Pure.

One rule for the hub, which marks whom it stages, and for the box, whose units hold citizens of more
than one source. Never merges anybody: only a person can tell. Called by `provisioning` and by the
store.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable

SIMILAR_NAME = "similar_name"
_WORD = re.compile(r"[^\W\d_]+")
# Below this a slip of one letter makes most short names alike ("Ib", "Bo").
_LONG_ENOUGH = 7


def look_alikes(named: Iterable[tuple[str, str, str]]) -> frozenset[str]:
    """Return the ids of those with a namesake, or nearly one, among (id, given, family name)."""
    alike: dict[str, set[str]] = defaultdict(set)
    for one, given_name, family_name in named:
        for key in name_keys(given_name, family_name):
            alike[key].add(one)
    return frozenset(one for group in alike.values() if len(group) > 1 for one in group)


def name_keys(given_name: str, family_name: str) -> set[str]:
    """Return keys that two names share when they are alike.

    First given name and last family name decide, as on a door. Leaving out each letter in turn
    makes names that differ by one letter meet, without comparing everybody with everybody.
    """
    given, family = _words(given_name), _words(family_name)
    if not given or not family:
        return set()
    name = f"{given[0]} {family[-1]}"
    keys = {name}
    if len(name) >= _LONG_ENOUGH:
        keys |= {name[:at] + name[at + 1 :] for at in range(len(name)) if name[at] != " "}
    return keys


def _words(name: str) -> list[str]:
    """Split a name into words that sound alike when written differently: Aagaard is Ågaard."""
    plain = name.casefold().replace("aa", "å")
    folded = "".join(
        letter if letter in "æøå" else unicodedata.normalize("NFD", letter)[0] for letter in plain
    )
    return _WORD.findall(folded)
