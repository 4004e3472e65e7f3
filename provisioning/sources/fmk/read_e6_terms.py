"""Read what stands around E6's periods: conditions for the whole dosage, and parameter tables.

Called by `read_e6`.
"""

from provisioning.sources.fmk.amounts import read_quantity
from provisioning.sources.fmk.faults import FaultKind
from provisioning.sources.fmk.model import Parameter, ParameterRow, Precondition
from provisioning.sources.fmk.reading import Reader
from provisioning.sources.fmk.words import number_words


def read_precondition(reader: Reader) -> Precondition | None:
    """Read what must be so before the dosage counts; None if there is no condition."""
    inner = reader.child("Precondition")
    if inner is None:
        return None
    episode = inner.child("EpisodicTreatment")
    found = Precondition(
        inner.day("ValidFrom"),
        inner.flag("UpdateValidFromUponHandover") or False,
        inner.text("PRNTrigger"),
        episode.need_text("Trigger") if episode else None,
        episode.whole("MinimumDaysBetweenEpisodes") if episode else None,
    )
    if episode:
        episode.close()
    inner.close()
    return found if found != Precondition() else None


def read_parameters(reader: Reader) -> tuple[Parameter, ...]:
    """Read the tables that turn a measured value into a dose."""
    return tuple(_parameter(inner) for inner in reader.children("Parameter"))


def _parameter(reader: Reader) -> Parameter:
    name = reader.need_text("ParameterName")
    label, unit = reader.text("ParameterLabel"), reader.text("ParameterUnit")
    schema = reader.need_child("ParameterSchema")
    rows = tuple(_row(inner) for inner in schema.children("ParametricQuantity"))
    schema.close()
    reader.close()
    return Parameter(name, label, unit, rows)


def _row(reader: Reader) -> ParameterRow:
    criterion, value = reader.text("Criterion"), reader.number("FromValue")
    if (criterion is None) == (value is None):
        raise reader.fault(FaultKind.CONTRADICTION, "is not exactly one of value and criterion")
    amount = read_quantity(reader, ("Quantity", "MinimumQuantity", "MaximumQuantity"))
    instruction = reader.text("Instruction")
    reader.close()
    if amount is None and instruction is None:
        raise reader.fault(FaultKind.MISSING_ELEMENT, "has neither amount nor instruction")
    condition = criterion if value is None else number_words(value)
    return ParameterRow(condition or "", amount, instruction)
