"""Read a dosage in either of FMK's JSON shapes into one model, or say precisely why not.

Which shape it is shows in its first element. Takes any JSON value and raises nothing. Called by
`translate` and by the sources that carry dosages.
"""

from provisioning.sources.fmk.faults import DosageFault, FaultKind, UnreadableDosageError
from provisioning.sources.fmk.model import FmkDosage
from provisioning.sources.fmk.read_e2 import CHOICES as E2_CHOICES
from provisioning.sources.fmk.read_e2 import read_e2
from provisioning.sources.fmk.read_e6 import CHOICES as E6_CHOICES
from provisioning.sources.fmk.read_e6 import read_e6
from provisioning.sources.fmk.reading import Reader


def read_dosage(value: object) -> FmkDosage | DosageFault:
    """Read a dosage; what is not understood whole is not understood."""
    try:
        return _read(Reader(value, ""))
    except UnreadableDosageError as error:
        return error.fault


def _read(reader: Reader) -> FmkDosage:
    found = [name for name in (*E2_CHOICES, *E6_CHOICES) if reader.has(name)]
    if not found:
        raise reader.fault(FaultKind.NOT_A_DOSAGE, "has none of a dosage's elements")
    if len(found) > 1:
        raise reader.fault(FaultKind.CONTRADICTION, "says how to take it in two ways")
    return read_e2(reader) if found[0] in E2_CHOICES else read_e6(reader)
