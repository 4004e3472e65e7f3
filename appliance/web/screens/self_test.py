"""Let anybody try, on a calm day, whether a phone or laptop can use the box.

Three steps, each a page: the box is reached, the browser keeps our cookie, a form arrives. Shows
nothing of any citizen and needs no code. Called through `create_app`.
"""

from flask import Blueprint, g, redirect, render_template, request
from werkzeug.wrappers import Response

from appliance.web import security
from appliance.web.guards import open_to_all

bp = Blueprint("self_test", __name__)
_FIRST, _COOKIE, _DONE = "1", "2", "3"


@bp.get("/selvtest")
@open_to_all
def show_step() -> str:
    """Show how far the test is; what the browser sent along is the result."""
    step = request.args.get("trin", _FIRST)
    return render_template(
        "self_test.html",
        step=step if step in (_COOKIE, _DONE) else _FIRST,
        keeps_cookie=bool(security.sent_token()),
        name=request.host,
        is_secure=request.is_secure,
        help_phone=g.config.box.help_phone,
    )


@bp.post("/selvtest")
@open_to_all
def take_form() -> Response:
    """Take the form of the second step; a forged one never gets here."""
    return redirect(f"/selvtest?trin={_DONE}", 303)
