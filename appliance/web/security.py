"""Guard the edges of every request: host names, forms, cookies, headers, sizes.

Refuses a foreign Host (DNS rebinding, captured names), a form without its token and a body that is
too large. A form that people write in, with the token of an earlier session, is not taken either:
its view shows it again with a new token (`typed_forms.py`).

There is one cookie of ours that matters: before login it only ties a form to a browser, after
login it is the session's token. Over https it has a name of its own, which browsers take over
https only (`__Host-`): no session crosses from one to the other. No HSTS ever, and no
`Clear-Site-Data` over http: Chromium then ignores the same answer's Set-Cookie and a logout
silently fails. Called by `create_app`.
"""

import hashlib
import hmac
import re
import secrets

from flask import abort, current_app, g, redirect, request
from werkzeug.wrappers import Response

COOKIE = "nodboks"
SECURE_COOKIE = f"__Host-{COOKIE}"
FORM_FIELD = "formular"
# The mark of a view that shows its form again where it cannot be taken.
SHOWN_AGAIN = "nodboks_shown_again"
MAX_BODY_BYTES = 64 * 1024
MAX_FORM_PARTS = 50
_TOKEN_BYTES = 32
HTTP_PORT = 80
_UNSAFE_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_HOST = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[^:\[\]]+)(?::[0-9]{1,5})?")

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def policy_with(origin: str) -> str:
    """Return the policy of a page that may ask the secure one whether it is there. Pure."""
    asked = f"connect-src 'self' {origin};" if origin else "connect-src 'self';"
    return CONTENT_SECURITY_POLICY.replace("connect-src 'self';", asked)


def cookie_name() -> str:
    """Return what our cookie is called on this request's connection."""
    return SECURE_COOKIE if request.is_secure else COOKIE


def sent_token() -> str:
    """Return the value of our cookie, empty if the browser sent none."""
    return request.cookies.get(cookie_name(), "")


def is_own_host(host: str, allowed: tuple[str, ...]) -> bool:
    """Tell whether a Host header names this box; ports do not matter. Pure."""
    found = _HOST.fullmatch(host.strip().lower())
    return found is not None and found["name"].rstrip(".") in allowed


def own_address(allowed: tuple[str, ...], port: int) -> str:
    """Return the box's front page as a browser must ask for it. Pure."""
    return f"http://{allowed[0]}/" if port == HTTP_PORT else f"http://{allowed[0]}:{port}/"


def refuse_foreign_host(allowed: tuple[str, ...], port: int) -> Response | None:
    """Send a browser that asked for another site to the box's own address."""
    if is_own_host(request.headers.get("Host", ""), allowed):
        return None
    if request.method in _UNSAFE_METHODS:
        abort(400)
    return redirect(own_address(allowed, port))


def browser_token() -> str:
    """Return the value that ties forms to this browser, new if it has none yet."""
    known: str | None = g.get("new_cookie") or sent_token()
    if not known:
        known = give_cookie(secrets.token_urlsafe(_TOKEN_BYTES))
    return known


def form_token() -> str:
    """Return what every form of this page must send back.

    Derived from the cookie: another site can make a browser send the cookie, but cannot read it.
    """
    return hashlib.sha256(f"form:{browser_token()}".encode()).hexdigest()


def shows_again() -> bool:
    """Tell whether this request is a form that comes back with what was typed, if not taken."""
    if request.method not in _UNSAFE_METHODS or request.endpoint is None:
        return False
    return bool(getattr(current_app.view_functions[request.endpoint], SHOWN_AGAIN, False))


def refuse_forged_form() -> None:
    """Answer 400 to a form that does not come from one of our own pages.

    One that can be shown again is only marked as stale; it is not taken either.
    """
    if request.method not in _UNSAFE_METHODS or request.endpoint is None:
        return
    cookie = sent_token()
    expected = hashlib.sha256(f"form:{cookie}".encode()).hexdigest()
    sent = request.form.get(FORM_FIELD, "")
    if not cookie or not hmac.compare_digest(sent.encode(), expected.encode()):
        if not shows_again():
            abort(400)
        g.is_form_stale = True


def give_cookie(value: str) -> str:
    """Send the browser this cookie value with the answer; called at login and logout."""
    g.new_cookie = value
    return value


def fresh_cookie() -> None:
    """Give the browser a worthless new cookie: the old one is remembered by "Back"."""
    give_cookie(secrets.token_urlsafe(_TOKEN_BYTES))


def set_cookie(response: Response, name: str, value: str) -> None:
    """Set a cookie that no script and no other site can use; it ends with the browser."""
    is_secure = request.is_secure
    response.set_cookie(name, value, httponly=True, samesite="Strict", secure=is_secure, path="/")


def finish(response: Response) -> Response:
    """Add the headers every answer carries, and the cookie if it changed."""
    headers = response.headers
    headers["Content-Security-Policy"] = policy_with(g.secure_way.origin)
    headers["Referrer-Policy"] = "no-referrer"
    headers["X-Content-Type-Options"] = "nosniff"
    headers.setdefault("Cache-Control", "no-store")
    if "new_cookie" in g:
        set_cookie(response, cookie_name(), g.new_cookie)
    return response
