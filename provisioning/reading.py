"""Say how a night's feeds are to be read: what municipal IT decides and the feeds do not say.

Pure values. Made by the commands from their options and `fleet.toml`; every source finds them in
its `Intake`.
"""

from dataclasses import dataclass, field
from datetime import datetime

from provisioning.horizon import HISTORY_DAYS
from provisioning.sources.fhir.code_words import Words
from provisioning.sources.lists.columns import ColumnMap
from provisioning.sources.progress import UNWATCHED, Progress


@dataclass(frozen=True, slots=True)
class Reading:
    """How feeds are to be read; `as_of` is when those were true that do not say it themselves.

    `vendor` is the column map to read lists by, before one that lies in the delivery; `code_words`
    are for codes that come without; notes and observations older than `history_days` stay behind.
    """

    as_of: datetime | None = None
    vendor: ColumnMap | None = None
    code_words: Words = field(default_factory=dict)
    history_days: int = HISTORY_DAYS
    progress: Progress = UNWATCHED


AS_DELIVERED = Reading()
