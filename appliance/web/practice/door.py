"""Send each request to the screens it is for: those of a practice, or the box's own.

Whoever has a live session in the practice is in it; nobody else ever is. Called by `create_app`.
"""

from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from appliance.web.security import COOKIE, SECURE_COOKIE
from appliance.web.services import Practising


class PracticeDoor:
    """What stands in front of the two."""

    def __init__(self, real: WSGIApplication, practice: Practising) -> None:
        self._real = real
        self._practice = practice

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request with the screens it is for."""
        apps = map(self._practice.app_of, _tokens(environ.get("HTTP_COOKIE", "")))
        app = next(filter(None, apps), self._real)
        return app(environ, start_response)


def _tokens(header: str) -> list[str]:
    """Return the values of our cookies; a header nobody can read has none."""
    try:
        cookies = SimpleCookie(header)
    except CookieError:
        return []
    return [cookies[name].value for name in (SECURE_COOKIE, COOKIE) if name in cookies]
