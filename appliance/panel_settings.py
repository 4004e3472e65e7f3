"""Name what `[panel]` of box.toml can say, and what of it is impossible. Values only.

Part of `config.py`, which reads it; a file of its own because that one is long enough.
"""

from collections.abc import Iterator
from dataclasses import dataclass

_COLOURS = 3
# The pins of the 40-pin header by their BCM numbers; 0 and 1 belong to the chip of an add-on board.
_LOWEST, _HIGHEST = 2, 27


@dataclass(frozen=True, slots=True)
class PanelSection:
    """Where the lamp of the box is connected: red, green and blue."""

    lamp: tuple[int, ...] = ()
    active_high: bool = True


def odd_panel(panel: PanelSection) -> Iterator[tuple[bool, str]]:
    """Yield what would be impossible, and whether it is so."""
    pins = panel.lamp
    yield (
        (bool(pins) and len(set(pins)) != _COLOURS) or len(pins) > _COLOURS,
        "panel.lamp must be three different pins, red, green and blue, such as [17, 27, 22]",
    )
    yield (
        not all(_LOWEST <= pin <= _HIGHEST for pin in pins),
        f"panel.lamp must be BCM numbers, {_LOWEST}–{_HIGHEST}",
    )
