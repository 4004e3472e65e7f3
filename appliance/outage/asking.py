"""Ask a web server whether it answers: one empty question, no redirect followed, nothing read.

Whether its certificate can be verified is no matter here: a clock at 1970, a certificate that has
run out or an authority the box does not know would else be an outage. But it must carry the
server's name: a portal or a block page that answers in its place, under its own, is no care system.
Called by the probes.
"""

import ssl
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import SplitResult, quote, urlsplit

from appliance.certificates.shown_name import carries_name

_FIRST_SERVER_ERROR = 500
# Where the proxy passes an http question on itself, these are its own words as likely as not.
_PROXY_REFUSALS = (403, 407)
_PORTS = {"http": 80, "https": 443}
_KEPT_SIGNS = "/%:=&?~+!$,;'@()*[]"


def does_answer(url: str, timeout_s: float, proxy: str = "") -> bool:
    """Tell whether a web server answers with anything but an error of its own.

    Straight first, then by the box's proxy: many care systems are inside, where no proxy leads.
    """
    asked = urlsplit(url)
    try:
        if _is_fine(_status(_straight(asked, timeout_s), asked)):
            return True
    except (OSError, HTTPException, ValueError):
        pass  # no way there, no answer, or another's: the proxy may know one
    return bool(proxy) and _does_answer_by(urlsplit(proxy), asked, timeout_s)


def _does_answer_by(proxy: SplitResult, asked: SplitResult, timeout_s: float) -> bool:
    host, port = str(proxy.hostname), proxy.port or _PORTS["http"]
    try:
        if asked.scheme == "https":
            tunnel = HTTPSConnection(host, port, timeout=timeout_s, context=_unverified())
            tunnel.set_tunnel(*_place(asked))
            return _is_fine(_status(tunnel, asked))
        # In full: that is how a proxy is told where to ask.
        target = asked._replace(path=asked.path or "/").geturl()
        status = _asked(HTTPConnection(host, port, timeout=timeout_s), target)
    except (OSError, HTTPException, ValueError):
        return False
    return _is_fine(status) and status not in _PROXY_REFUSALS


def _straight(asked: SplitResult, timeout_s: float) -> HTTPConnection:
    host, port = _place(asked)
    if asked.scheme == "https":
        return HTTPSConnection(host, port, timeout=timeout_s, context=_unverified())
    return HTTPConnection(host, port, timeout=timeout_s)


def _status(connection: HTTPConnection, asked: SplitResult) -> int:
    """Return the status of the answer.

    Raises:
        ssl.SSLCertVerificationError: whoever answers shows a certificate with another name.

    """
    try:
        connection.connect()
        if isinstance(connection.sock, ssl.SSLSocket):
            shown, name = connection.sock.getpeercert(binary_form=True), _place(asked)[0]
            if shown is None or not carries_name(shown, name):
                raise ssl.SSLCertVerificationError(f"another than {name} answers")
        return _asked(connection, asked._replace(scheme="", netloc="", fragment="").geturl() or "/")
    finally:
        connection.close()


def _asked(connection: HTTPConnection, target: str) -> int:
    try:
        connection.request("GET", quote(target, _KEPT_SIGNS))
        return connection.getresponse().status
    finally:
        connection.close()


def _place(asked: SplitResult) -> tuple[str, int]:
    """Return the name and port to ask, the name as a certificate spells it."""
    host = (asked.hostname or "").encode("idna").decode("ascii")
    return host, asked.port or _PORTS[asked.scheme]


def _is_fine(status: int) -> bool:
    return status < _FIRST_SERVER_ERROR


def _unverified() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False  # looked at apart, whoever signed it
    context.verify_mode = ssl.CERT_NONE
    return context
