"""Make the TLS settings of a sync: whom to trust, and the certificate the box shows.

A wrong file is a ConfigError that names the key. What the *hub* refuses is known by its TLS alert,
and said together with what the box showed. Called by the fetcher.
"""

import contextlib
import re
import ssl
from pathlib import Path

from cryptography import x509
from urllib3.connection import HTTPSConnection

from appliance.clock import format_time
from appliance.config import HubSection
from appliance.errors import ConfigError

# The hub's own words about our certificate. "certificate verify failed" is ours about the hub's.
_REFUSAL = re.compile(
    r"alert (certificate|bad certificate|unsupported certificate|unknown ca|access denied"
    r"|handshake failure)"
)


def tls_context(hub: HubSection) -> ssl.SSLContext | None:
    """Return the settings for an https hub, None for another.

    Raises:
        ConfigError: a certificate or key cannot be used; the key in box.toml is named.

    """
    if not hub.url.startswith("https://"):
        return None  # reading the system's certificates takes longer than all the rest of a sync
    context = _trusting(hub.ca_file)
    if hub.client_cert is not None:
        _show(context, hub)
    return context


def is_refusal(reason: object) -> bool:
    """Tell whether the hub ended the handshake because of the box's certificate."""
    return _REFUSAL.search(str(reason)) is not None


def shown_certificate(hub: HubSection) -> str:
    """Say what the box shows of itself, for whoever has to find out why it is refused."""
    if hub.client_cert is None:
        return "the box shows no certificate: hub.client_cert is not set"
    try:
        certificate = x509.load_pem_x509_certificate(hub.client_cert.read_bytes())
    except (OSError, ValueError) as error:
        return f"hub.client_cert {hub.client_cert}: {error}"
    name, expires = certificate.subject.rfc4514_string(), certificate.not_valid_after_utc
    return f"the box shows {name}, valid until {format_time(expires)}"


class TellingConnection(HTTPSConnection):
    """A connection that says why the hub hung up, where TLS 1.3 would only say that it did.

    There the hub judges our certificate when the handshake is over for us: sending then fails,
    and the hub's alert lies unread.
    """

    def send(self, data: object) -> None:
        """Send a part of the request.

        Raises:
            ssl.SSLError: the alert, if that is why it failed.
            OSError: it failed for another reason.

        """
        try:
            super().send(data)  # type: ignore[arg-type]
        except OSError:
            with contextlib.suppress(TimeoutError):
                self.sock.recv(1)
            raise


def _trusting(ca_file: Path | None) -> ssl.SSLContext:
    """Trust the municipality's own CA where it is named, else the system's."""
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:  # ssl.SSLError is one: a file without certificates
        raise ConfigError(f"hub.ca_file {ca_file}: {error}") from error


def _show(context: ssl.SSLContext, hub: HubSection) -> None:
    try:
        # A key with a passphrase is an error here; without the argument OpenSSL would ask for it
        # on the terminal, and the box has none.
        context.load_cert_chain(str(hub.client_cert), hub.client_key, password="")
    except OSError as error:
        raise ConfigError(
            f"hub.client_cert {hub.client_cert} with hub.client_key {hub.client_key}: {error}"
        ) from error
