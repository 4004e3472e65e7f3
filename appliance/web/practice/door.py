"""Send each request to the screens it is for: those of a practice, or the box's own.

Whoever has a live session in the practice is in it; nobody else ever is. A browser that came over
http is not in it over https, nor the other way round, just as at the real box. Called by
`create_app`, inside what knows the scheme.
"""

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.http import parse_cookie

from appliance.web.security import COOKIE, SECURE_COOKIE
from appliance.web.services import Practising


class PracticeDoor:
    """What stands in front of the two."""

    def __init__(self, real: WSGIApplication, practice: Practising) -> None:
        self._real = real
        self._practice = practice

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request with the screens it is for."""
        app = self._practice.app_of(_token(environ)) or self._real
        return app(environ, start_response)


def _token(environ: WSGIEnvironment) -> str:
    """Return the value of our cookie as the screens read it; of a header nobody can read, none."""
    name = SECURE_COOKIE if environ.get("wsgi.url_scheme") == "https" else COOKIE
    try:
        return parse_cookie(environ.get("HTTP_COOKIE", "")).get(name, "")
    except UnicodeDecodeError:
        return ""
