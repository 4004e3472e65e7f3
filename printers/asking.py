"""Ask a printer itself, past the print service, what it is and how it stands.

CUPS keeps yesterday's jam and does not notice a printer that is gone; the printer's own word is
fresh. One question, a few seconds at most. Called by the doctor, the list and the recovery.
"""

from dataclasses import dataclass

from printers.ipp.client import IppClient
from printers.ipp.errors import IppError
from printers.ipp.transport import Address, Patience
from printers.keywords import reasons_from
from printers.reasons import PrinterReason

# A printer that sleeps takes some seconds to wake up.
PATIENCE = Patience(connect_s=2.0, answer_s=8.0)
_WANTED = (
    "printer-make-and-model",
    "printer-state-reasons",
    "media-supported",
    "sides-supported",
    "document-format-supported",
)


@dataclass(frozen=True, slots=True)
class Said:
    """What a printer said of itself; `silence` is why it said nothing.

    `is_askable` is false for an address that takes CUPS to speak to, such as `ipps://`.
    """

    make_and_model: str = ""
    reasons: tuple[PrinterReason, ...] = ()
    media: tuple[str, ...] = ()
    sides: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    silence: str = ""
    is_askable: bool = True

    @property
    def has_answered(self) -> bool:
        """Tell whether the printer said anything."""
        return not self.silence


def ask(uri: str, patience: Patience = PATIENCE) -> Said:
    """Return what the printer at this address says; never raises for a printer that does not."""
    if Address.of(uri) is None:
        return Said(silence=f"{uri} cannot be asked directly", is_askable=False)
    try:
        told = IppClient(uri, patience).printer_attributes(_WANTED)
    except IppError as error:
        return Said(silence=str(error))
    return Said(
        make_and_model=told.text("printer-make-and-model"),
        reasons=reasons_from(told.words("printer-state-reasons")),
        media=told.words("media-supported"),
        sides=told.words("sides-supported"),
        formats=told.words("document-format-supported"),
    )
