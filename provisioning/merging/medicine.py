"""Tell whether two lists of one citizen's medicine name the same medicines. Pure.

Looks at what is given now: product and strength. Doses are not compared, because two systems word
one dose in two ways; that a list has another product is what a doctor must be asked about. Called
by `join`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from appliance.records.terms import MedicationStatus


@dataclass(frozen=True, slots=True)
class Product:
    """What one order is for, as its source spells it."""

    status: str
    atc: str | None = None
    brand: str | None = None
    generic: str | None = None
    strength: str | None = None

    def may_be(self, other: "Product") -> bool:
        """Tell whether two orders can be for the same product."""
        if (
            _squeezed(self.strength) != _squeezed(other.strength)
            and self.strength
            and other.strength
        ):
            return False
        if self.atc and other.atc:
            return self.atc.casefold() == other.atc.casefold()
        return bool(_names(self) & _names(other))


def _names(product: Product) -> set[str]:
    """Return the first word of each name: "pinex" of "Pinex 500 mg tabletter"."""
    said = (name.casefold().split() for name in (product.brand, product.generic) if name)
    return {words[0] for words in said if words}


def _squeezed(strength: str | None) -> str:
    return "".join((strength or "").casefold().split()).replace(".", ",")


def differs(one: Iterable[Product], other: Iterable[Product]) -> bool:
    """Tell whether one list has an active product that the other has not."""
    first, second = (
        [item for item in products if item.status == MedicationStatus.ACTIVE]
        for products in (one, other)
    )
    return _lacks(first, second) or _lacks(second, first)


def _lacks(wanted: list[Product], there: list[Product]) -> bool:
    return any(not any(item.may_be(other) for other in there) for item in wanted)
