"""Read an amount: one number or a range, never both and never half. Called by the readers."""

from provisioning.sources.fmk.faults import FaultKind
from provisioning.sources.fmk.model import Quantity
from provisioning.sources.fmk.reading import Reader

Names = tuple[str, str, str]


def need_quantity(reader: Reader, names: Names) -> Quantity:
    """Take a quantity that must be there.

    Raises:
        UnreadableDosageError: it is missing, or cannot be read with certainty.

    """
    found = read_quantity(reader, names)
    if found is None:
        raise reader.fault(FaultKind.MISSING_ELEMENT, "is missing", names[0])
    return found


def read_quantity(reader: Reader, names: Names) -> Quantity | None:
    """Take a quantity out of three elements (exactly, at least, at most); None if all are absent.

    Raises:
        UnreadableDosageError: it is half a range, a range the wrong way round, or both.

    """
    exact, low, high = (reader.number(name) for name in names)
    if exact is not None and low is None and high is None:
        return Quantity(exact)
    if exact is None and low is None and high is None:
        return None
    if exact is not None or low is None or high is None:
        raise reader.fault(FaultKind.CONTRADICTION, "is half a range, or both one and a range")
    if high < low:
        raise reader.fault(FaultKind.CONTRADICTION, "is less than the least", names[2])
    return Quantity(low, high)
