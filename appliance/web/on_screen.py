"""Show on a screen what a sheet would say, without making paper.

What stands in a citizen's folder or on a route list is decided once, in `paper/`; a screen asks for
the same view in a context that can print nothing. Called by the screens that show such views.
"""

from dataclasses import dataclass

from flask import g

from appliance.clock import is_day_sure, reckoned_now
from appliance.errors import PaperError
from appliance.paper.document import PrintContext


@dataclass(frozen=True, slots=True)
class _NoPaper:
    """A screen takes no serial numbers."""

    def take(self, count: int = 1) -> list[str]:
        """Refuse.

        Raises:
            PaperError: always.

        """
        raise PaperError(f"{count} serial numbers for a screen")


def screen_context() -> PrintContext:
    """Return the moment and the box of this request, as a sheet would have them."""
    clock = g.services.clock
    return PrintContext(
        printed_by="",
        printed_at=reckoned_now(clock),
        box_name=g.config.box.name,
        serials=_NoPaper(),
        is_clock_trusted=is_day_sure(clock),
    )
