"""Write conditions and parameter tables in FMK's newer wording. Pure. Called by `new_text`."""

from provisioning.sources.fmk.model import Parameter, ParameterRow, Precondition, Unit
from provisioning.sources.fmk.new_doses import amount_words
from provisioning.sources.fmk.words import Style, capitalized


def precondition_words(given: Precondition) -> str:
    """Say what must be so before the dosage counts."""
    parts = []
    if given.valid_from:
        parts.append(f"Gyldig fra {given.valid_from}")
    elif given.is_moved_at_handover:
        parts.append("Gyldig fra")
    if given.is_moved_at_handover:
        parts.append("(opdateres ved udlevering)")
    if given.as_needed_trigger:
        parts.append(f"Betingelse for påbegyndt behandling {given.as_needed_trigger}")
    if given.episode_trigger:
        parts.append(f"PN-kur med startbetingelse {given.episode_trigger}")
    if given.days_between_episodes:
        parts.append(f"mindst {given.days_between_episodes} dage imellem kure")
    return " ".join(parts)


def parameter_words(given: Parameter, unit: Unit | None, style: Style) -> str:
    """Say a table, one line for each value; the words of its head are repeated in every line."""
    measured_in = f" ({given.unit})" if given.unit else ""
    names = [f"{capitalized(given.name)}{measured_in}"]
    if given.label:
        names.append(capitalized(given.label))
    return "\n".join([*names, *(_row_words(row, unit, style) for row in given.rows)])


def _row_words(row: ParameterRow, unit: Unit | None, style: Style) -> str:
    said = [
        amount_words(row.amount, unit, style) if row.amount else None,
        row.instruction,
    ]
    return f"Fra værdi {row.condition}: {', '.join(filter(None, said))}"
