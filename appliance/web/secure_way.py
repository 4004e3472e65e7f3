"""Decide what a page over http says of https: the ladder, and who still gets up it. Pure.

`preferred`: where the box has a certificate, the door offers the secure page, and the phone's own
clock and trust decide (`static/app.js` asks). `required`: over http the care records stay closed
and paper goes on, with the certificate or without. Nothing here ever closes the door, the card or
a print order. Called by `create_app`.
"""

from dataclasses import dataclass
from datetime import datetime

from appliance.certificates.kept import Certificate
from appliance.config import TLS_REQUIRED, BoxConfig

_HTTPS_PORT = 443


@dataclass(frozen=True, slots=True)
class SecureWay:
    """What holds for one request; the empty one is for a request that came over https.

    `origin` is where the secure page is, if there is one to offer. `has_run_out` is by the box's
    clock: it is told, and the phone may think otherwise.
    """

    origin: str = ""
    is_print_only: bool = False
    has_run_out: bool = False

    @property
    def is_open(self) -> bool:
        """Tell whether the secure page can be expected to work."""
        return bool(self.origin) and not self.has_run_out


NOTHING = SecureWay()


def secure_way(
    config: BoxConfig, certificate: Certificate, now: datetime, *, is_secure: bool
) -> SecureWay:
    """Return what a request may be offered and what it is kept from."""
    if is_secure:
        return NOTHING
    names = [name for name in config.https_names if name in certificate.names]
    return SecureWay(
        origin_of(names[0], config.tls.port) if names else "",
        is_print_only=config.tls.mode == TLS_REQUIRED,
        has_run_out=certificate.has_run_out(now),
    )


def origin_of(name: str, port: int) -> str:
    """Return a name's origin as browsers spell it."""
    return f"https://{name}" if port == _HTTPS_PORT else f"https://{name}:{port}"
