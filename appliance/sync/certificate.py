"""Bring the box the certificate of its screens, which travels signed beside the snapshot.

It is told apart from another box's by the request this box once made, so no secret is needed. What
is damaged, foreign or for other names is refused and the one that is there stays; whatever goes
wrong here never touches the snapshot. Called by `update.sync` when that is done.
"""

import logging

from appliance.certificates.chain import LARGEST_CHAIN, chain_for, is_worse
from appliance.certificates.kept import chain_path, installed_chain, write_chain
from appliance.certificates.request import request_of
from appliance.clock import Clock
from appliance.config import TLS_OFF, BoxConfig
from appliance.errors import CertificateError, NodboksError
from appliance.files import explaining_disk_errors
from appliance.snapshot.hashing import sha256_hex
from appliance.snapshot.manifest import CERTIFICATE_NAME
from appliance.snapshot.trust import listed_beside
from appliance.sync.download import fetch_plain
from appliance.sync.offer import naming_tuf_errors
from appliance.sync.parts import Wanted
from appliance.sync.source import Place

_log = logging.getLogger("nodboks.sync")


def bring_certificate(config: BoxConfig, clock: Clock, place: Place, targets: bytes) -> None:
    """Install the certificate that verified targets list, if it is another than the one here.

    A failure is logged with its code; the next sync tries again.
    """
    if config.tls.mode == TLS_OFF or not config.tls.names:
        return
    try:
        if _bring(config, clock, place, targets):
            _log.info("a new certificate of the screens")
    except NodboksError as error:
        _log.warning("certificate: %s %s", error.code, error.detail)


def _bring(config: BoxConfig, clock: Clock, place: Place, targets: bytes) -> bool:
    """Tell whether a certificate was installed.

    Raises:
        CertificateError: it is not for this box, or worse than the one there is.
        SnapshotError: the bytes are not those that were signed.
        FetchError: the network.
        StorageError: the disk refused.

    """
    listed = listed_beside(targets, CERTIFICATE_NAME)
    if listed is None or _is_here(config, listed[0]):
        return False
    sha256, size = listed
    if size > LARGEST_CHAIN:
        raise CertificateError(f"{size} bytes, at most {LARGEST_CHAIN}")
    state_dir, names = config.box.state_dir, config.tls.names
    request = request_of(state_dir)
    url = f"{place.url}/targets/{sha256}.{CERTIFICATE_NAME}"
    with naming_tuf_errors():
        content = fetch_plain(Wanted(CERTIFICATE_NAME, url, sha256, size), place)
    offered = chain_for(content, request, names)
    try:
        installed = installed_chain(state_dir, names)
    except CertificateError:
        installed = None  # none, or one that is of no use: anything that fits is better
    if installed is not None and is_worse(offered, installed, clock.now()):
        raise CertificateError(
            f"it ran out on {offered.ends:%Y-%m-%d}; the one that is here lasts longer"
        )
    write_chain(state_dir, offered)
    return True


def _is_here(config: BoxConfig, sha256: str) -> bool:
    path = chain_path(config.box.state_dir)
    with explaining_disk_errors("reading the certificate"):
        return path.is_file() and sha256_hex(path.read_bytes()) == sha256
