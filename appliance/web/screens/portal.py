"""Show the first page of a phone that has just joined: what network this is, and paper in one go.

Inside the sheet a phone opens by itself nothing else can be counted on (no cookies to keep, no
second window), so the whole way to paper fits there: the card's code and one button. No person is
shown on the phone. Called through `create_app`.
"""

from flask import Blueprint, g, redirect, render_template
from werkzeug.wrappers import Response

from appliance.web.guards import open_to_all

bp = Blueprint("portal", __name__)


@bp.get("/velkommen")
@open_to_all
def welcome() -> str:
    """Say what network this is, and offer the two ways on."""
    return render_template(
        "portal.html", own_name=g.config.own_hosts[0], printer=g.services.desk.watch.view
    )


@bp.post("/velkommen")
@open_to_all
def go_on() -> Response:
    """Let the phone in and go to the front page."""
    return redirect("/", 303)
