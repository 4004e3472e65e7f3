"""Tell which of several messages about one thing is the latest.

A mailbox holds every message ever sent: an admission, its leave, its end; a question and the
answer that repeats it. Only the latest counts, the others are kept as they are. Nothing else is
taken from a message's order. Called by `bulk` and `delivery`.
"""

from datetime import datetime

from appliance.clock import format_time
from provisioning.sources.fhir.items import Item
from provisioning.sources.fhir.values import Json, mapping, mappings, text
from provisioning.staging import Staging

_SQL = "CREATE TABLE message_versions (thing TEXT PRIMARY KEY, sent_at TEXT) WITHOUT ROWID"
_NOTE_SQL = (
    "INSERT INTO message_versions VALUES (?, ?)"
    " ON CONFLICT (thing) DO UPDATE SET sent_at = max(sent_at, excluded.sent_at)"
)
_NEVER = ""
_URN = "urn:uuid:"


class MessageVersions:
    """Which message about a thing is the latest; in the staging file, for mailboxes are long."""

    def __init__(self, staging: Staging) -> None:
        self._staging = staging
        self._staging.execute(_SQL)

    def note(self, item: Item) -> None:
        """Note when something was told of, in the first pass."""
        for thing in _things(item.resource):
            self._staging.execute_apart(_NOTE_SQL, (thing, _when(item.sent_at)))

    def is_latest(self, item: Item) -> bool:
        """Tell whether no later message tells of the same thing, in the second pass."""
        sql = "SELECT max(sent_at) FROM message_versions WHERE thing = ?"
        for thing in _things(item.resource):
            (latest,) = self._staging.execute_apart(sql, (thing,)).fetchone()
            if latest is not None and latest > _when(item.sent_at):
                return False
        return True


def _when(sent_at: datetime | None) -> str:
    return format_time(sent_at) if sent_at else _NEVER


def _things(resource: Json) -> list[str]:
    """Return the names under which a later message would tell of the same thing.

    A stay at the hospital is known by its episode (each notification is an Encounter of its own),
    a conversation by its identifier, everything else by its id.
    """
    kind = str(resource.get("resourceType"))
    if kind == "Encounter":
        given = [
            mapping(item.get("identifier")) for item in mappings(resource.get("episodeOfCare"))
        ]
    elif kind == "Communication":
        given = list(mappings(resource.get("identifier")))
    else:
        given = []
    found = [text(item.get("value")) for item in given]
    things = [f"{kind}?{value.removeprefix(_URN)}" for value in found if value]
    resource_id = text(resource.get("id"))
    return things or ([f"{kind}/{resource_id}"] if resource_id else [])
