"""Log in as SMART Backend Services say: a signed statement in, an access token out.

Keeps the token in memory only, until shortly before it ends. Called by `bulk_server`.
"""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from appliance.clock import Clock
from provisioning.bulk_client.addresses import link, origin_of
from provisioning.bulk_client.asking import Asker
from provisioning.bulk_client.client_assertion import assertion, load_signing_key
from provisioning.bulk_client.errors import (
    LoginRefusedError,
    ServerUnreachableError,
    UnexpectedAnswerError,
)
from provisioning.bulk_client.settings import LoginSection
from provisioning.bulk_client.transport import SERVER_FAULT, Answer, Request
from provisioning.sources.fhir.values import text, whole

_WHAT = "login"
_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_USUAL_LIFETIME_S = 300  # what the standard recommends, for a server that does not say
_MARGIN = timedelta(seconds=30)
# The errors OAuth 2.0 knows (RFC 6749 §5.2); anything else is text that is not repeated.
_OAUTH_ERRORS = {
    "invalid_request", "invalid_client", "invalid_grant",
    "unauthorized_client", "unsupported_grant_type", "invalid_scope",
}  # fmt: skip


class TokenSource:
    """Our access token, fetched when it is needed."""

    def __init__(self, login: LoginSection, base_url: str, clock: Clock) -> None:
        self._login = login
        self._base_url = base_url
        self._clock = clock
        self._key = load_signing_key(login.private_key)
        self._token_url = login.token_url
        self._token = ""
        self._good_until: datetime | None = None

    def token(self, asker: Asker) -> str:
        """Return a token that is good for a while yet.

        Raises:
            LoginRefusedError: the server does not accept us.
            ServerUnreachableError, OutOfTimeError, UnexpectedAnswerError: the server.

        """
        if self._good_until is None or self._clock.now() >= self._good_until:
            self._renew(asker)
        return self._token

    def forget(self) -> None:
        """Drop the token: the server no longer takes it, whatever it promised."""
        self._good_until = None

    def _renew(self, asker: Asker) -> None:
        self._token_url = self._token_url or self._discover(asker)
        started = self._clock.now()
        form = {
            "grant_type": "client_credentials",
            "scope": self._login.scope,
            "client_assertion_type": _ASSERTION_TYPE,
            "client_assertion": assertion(self._login, self._key, self._token_url, started),
        }
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }
        request = Request("POST", self._token_url, headers, urlencode(form).encode())
        given = _granted(asker.ask(request, _WHAT))
        lifetime = timedelta(seconds=whole(given.get("expires_in")) or _USUAL_LIFETIME_S)
        self._token = given["access_token"]
        self._good_until = started + max(lifetime - _MARGIN, lifetime / 2)

    def _discover(self, asker: Asker) -> str:
        where = f"{self._base_url.rstrip('/')}/.well-known/smart-configuration"
        answer = asker.ask(Request("GET", where, {"Accept": "application/json"}), _WHAT)
        found = text((answer.document or {}).get("token_endpoint")) if answer.is_good else None
        if found is None:
            raise UnexpectedAnswerError(
                f"smart-configuration: {answer.shown}, no token_endpoint; set login.token_url"
            )
        return link(where, found, "token_endpoint")


def _granted(answer: Answer) -> dict[str, Any]:
    given = answer.document or {}
    if answer.status >= SERVER_FAULT:
        raise ServerUnreachableError(f"{origin_of(answer.url)}: login: {answer.shown}")
    if not answer.is_good:
        reason = text(given.get("error"))
        shown = f", {reason}" if reason in _OAUTH_ERRORS else ""
        raise LoginRefusedError(f"{origin_of(answer.url)}: {answer.shown}{shown}")
    # A line break in a token would end the header it is sent in.
    token = text(given.get("access_token")) or ""
    if not token.isascii() or not token.isprintable() or not token:
        raise UnexpectedAnswerError(f"{origin_of(answer.url)}: login: no usable access_token")
    if (text(given.get("token_type")) or "bearer").lower() != "bearer":
        raise UnexpectedAnswerError(f"{origin_of(answer.url)}: login: not a bearer token")
    return {**given, "access_token": token}
