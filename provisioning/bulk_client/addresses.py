"""Judge addresses: what may be asked, and who may see our token.

Pure. Uses the parser of urllib3 itself, so that what is judged here is what is asked there: two
parsers that disagree about where the host ends are how tokens leak. Called by `settings` and
`transport`.
"""

import ipaddress
from urllib.parse import urljoin

from urllib3.exceptions import LocationParseError
from urllib3.util import Url, parse_url

from provisioning.bulk_client.errors import UnexpectedAnswerError

_PORTS = {"https": 443, "http": 80}


def objection_to(url: str) -> str:
    """Return why the address may not be asked, or nothing.

    Personal data and tokens travel here: plain http is only for tests on this very machine.
    """
    parsed = _parsed(url)
    if parsed is None or not parsed.host or parsed.scheme not in _PORTS:
        return "is not an address that begins with https://"
    if parsed.auth:
        return "holds a user name or password"
    if parsed.scheme == "http" and not _is_loopback(parsed.host):
        return "begins with http://, and personal data travel by https only"
    return ""


def origin_of(url: str) -> str:
    """Return scheme, host and port: what is trusted together, and all that is ever shown."""
    parsed = _parsed(url)
    if parsed is None or not parsed.host or parsed.scheme not in _PORTS:
        return "(no address)"
    port = parsed.port or _PORTS[parsed.scheme]
    return f"{parsed.scheme}://{parsed.host.lower()}:{port}"


def link(base: str, given: str, what: str) -> str:
    """Return the whole address of a link the server gave.

    Raises:
        UnexpectedAnswerError: it may not be asked.

    """
    try:
        url = urljoin(base, given.strip())
    except ValueError:
        url = given
    if objection := objection_to(url):
        raise UnexpectedAnswerError(f"{what} {objection} ({origin_of(url)})")
    return url


def _parsed(url: str) -> Url | None:
    try:
        return parse_url(url)
    except LocationParseError:
        return None


def _is_loopback(host: str) -> bool:
    bare = host.strip("[]")
    try:
        return ipaddress.ip_address(bare).is_loopback
    except ValueError:
        return bare.lower() == "localhost"
