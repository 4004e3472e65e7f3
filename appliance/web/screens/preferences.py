"""Switch language and light: two cookies that say nothing about anybody.

Called through `create_app`.
"""

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from appliance.web import security
from appliance.web.guards import open_to_all
from appliance.web.i18n import LANGUAGE_COOKIE, LANGUAGES

bp = Blueprint("preferences", __name__)
THEME_COOKIE = "tema"
_CHOICES = {LANGUAGE_COOKIE: frozenset(LANGUAGES), THEME_COOKIE: frozenset({"nat", "dag"})}


@bp.post("/visning")
@open_to_all
def change() -> Response:
    """Remember a choice for this browser and go back to the page it came from."""
    response: Response = redirect(safe_path(request.form.get("tilbage", "/")), 303)
    for name, allowed in _CHOICES.items():
        choice = request.form.get(name)
        if choice in allowed:
            security.set_cookie(response, name, str(choice))
    return response


def safe_path(path: str) -> str:
    """Return a path on this box, whatever was sent: nobody is led to another site. Pure."""
    has_odd_character = any(ord(character) < 33 or character in "\\@:" for character in path)  # noqa: PLR2004
    if not path.startswith("/") or path.startswith("//") or has_odd_character:
        return "/"
    return path
