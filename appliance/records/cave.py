"""Say what is known of a citizen's CAVE without ever making silence look like safety. Pure.

"None registered" and "not in the copy" are different sentences, and an entry that was refuted is
no CAVE. Called by `web` and `paper`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from appliance.records.medicine import show_date
from appliance.records.models import (
    SectionState,
    Warning,  # noqa: A004  (the glossary's word for CAVE)
)

CAVE_NONE = "Ingen CAVE registreret"
CAVE_UNKNOWN = "CAVE er ikke med i kopien. Spørg lægen."
CAVE_INCOMPLETE = "CAVE-listen er ikke fuldstændig. Spørg lægen."
_SEVERITIES = {
    "high": "alvorlig",
    "severe": "alvorlig",
    "moderate": "moderat",
    "mild": "mild",
    "low": "mild",
}


@dataclass(frozen=True, slots=True)
class Cave:
    """What to print in the CAVE box: the entries, and a sentence when they are not the truth."""

    entries: tuple[str, ...]
    sentence: str | None = None

    @property
    def text(self) -> str:
        """Return the whole box as one line; never empty."""
        listed = "CAVE: " + " · ".join(self.entries) if self.entries else ""
        return " · ".join(part for part in (listed, self.sentence) if part)


def cave(warnings: Iterable[Warning], state: SectionState) -> Cave:
    """Choose between the CAVE itself, "none registered" and "not in the copy"."""
    entries = tuple(_cave_entry(warning) for warning in warnings if not warning.is_refuted)
    if state.is_delivered and state.is_complete:
        return Cave(entries, None if entries else CAVE_NONE)
    return Cave(entries, CAVE_INCOMPLETE if entries else CAVE_UNKNOWN)


def _cave_entry(warning: Warning) -> str:
    severity = _SEVERITIES.get((warning.severity or "").lower(), warning.severity)
    reaction = " – " + warning.reaction if warning.reaction else ""
    remarks = [
        severity,
        f"registreret {show_date(warning.registered_on)}" if warning.registered_on else None,
    ]
    listed = ", ".join(remark for remark in remarks if remark)
    return f"{warning.substance}{reaction}" + (f" ({listed})" if listed else "")
