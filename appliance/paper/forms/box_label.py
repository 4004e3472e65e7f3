"""Make the labels of a box: one for the box itself, one for its plug. No secret stands on them.

Called by the registry.
"""

from appliance.paper.document import PrintContext, View
from appliance.paper.forms.wall import (
    LEAVE_PLUGGED_IN,
    WHERE_THE_CARD_IS,
    Saying,
    Step,
    help_row,
    said,
    told,
    wall_kind,
    wall_view,
)
from appliance.paper.place import Place
from appliance.paper.sheet_kind import Design

DESIGN = Design("box_label", "Mærkat til boksen", "box_label.typ")
HEADLINE = Saying("Nødboks", "Emergency box")
PLUG = Saying("Strøm til nødboksen", "Power for the emergency box")
NOT_FOR_CLEANING = Saying(
    "Heller ikke ved rengøring. Den skal have strøm dag og nat.",
    "Not for cleaning either. It needs power day and night.",
)
FOUND = Saying(
    "Fundet et andet sted? Ring til IT-vagten.",
    "Found this box somewhere else? Please phone the number above.",
)


def view(place: Place, context: PrintContext, serial: str) -> View:
    """Return everything that stands on the labels."""
    box = Step(
        HEADLINE,
        (
            said(LEAVE_PLUGGED_IN),
            said(WHERE_THE_CARD_IS),
            help_row(place),
            told("Boksens id", place.box_id),
            said(FOUND),
        ),
    )
    plug = Step(PLUG, (said(LEAVE_PLUGGED_IN), said(NOT_FOR_CLEANING), help_row(place)))
    return wall_view(HEADLINE, place, (context, serial), (box, plug))


KIND = wall_kind(DESIGN, view)
