"""Say whether a person is still logged in, to whoever taps the sheet over a page left alone.

The script lays the sheet; it is taken off only on this word, so that nobody reads on in another's
session that is over. Called through `create_app`.
"""

from flask import Blueprint, g
from werkzeug.wrappers import Response

from appliance.policy import COVERED_AFTER
from appliance.web.guards import open_to_all
from appliance.web.visitor import Visitor

bp = Blueprint("cover", __name__)
_STILL_IN = 204
_OUT = 403


@bp.get("/her")
@open_to_all
def still_in() -> Response:
    """Answer without a page; a tap is a touch, so it prolongs the session."""
    return Response(status=_OUT if g.visitor is None else _STILL_IN)


def covered_after_s() -> int:
    """Return after how many untouched seconds the visitor's page is covered.

    A page that reloads by itself goes on counting where the last touch was.
    """
    visitor: Visitor | None = g.get("visitor")
    if visitor is None:
        return 0
    untouched_s: float = g.services.clock.monotonic() - visitor.session.last_seen_s
    return max(round(visitor.session.idle_s * COVERED_AFTER - untouched_s), 0)
