"""Send what the keeper has put out for the hub: the sealed log, ciphertext only.

Off unless `hub.upload` is on. Files go in order, each whole, and only when they have grown since:
what arrived before a cut is not sent again. Never part of a sync: a hub that takes nothing keeps no
box from its data. Holds no key. Called by the worker.
"""

import json
from http import HTTPStatus
from pathlib import Path

from appliance.clock import Clock
from appliance.config import BoxConfig
from appliance.errors import NodboksError
from appliance.files import explaining_disk_errors, write_atomically
from appliance.line_status import UPLOAD, note_try
from appliance.sealed_log.outbox import files_to_send, log_folder
from appliance.snapshot.hashing import sha256_of_file
from appliance.sync.connection import HubConnection, box_url
from appliance.sync.offer import naming_tuf_errors

_NAME = "upload.json"
_TAKEN = frozenset({HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.NO_CONTENT})


def upload(config: BoxConfig, clock: Clock) -> int:
    """Send what the hub does not have yet; return how many files.

    Raises:
        FetchError: the network; the next try goes on behind what arrived.
        StorageError: the disk refused.
        ConfigError: a certificate or key in box.toml cannot be used.

    """
    state_dir = config.box.state_dir
    try:
        number = _send(config, clock)
    except NodboksError as error:
        note_try(state_dir, clock, UPLOAD, error=error.code)
        raise
    note_try(state_dir, clock, UPLOAD)
    return number


def _send(config: BoxConfig, clock: Clock) -> int:
    state_dir = config.box.state_dir
    sent = _read_sent(state_dir)
    with explaining_disk_errors("reading the outbox"):
        found = {path: sha256_of_file(path) for path in files_to_send(log_folder(state_dir))}
    waiting = {path: digest for path, digest in found.items() if sent.get(path.name) != digest}
    if waiting:
        connection = HubConnection(config.hub, clock)
        try:
            for path, digest in waiting.items():
                _put(connection, path, f"{box_url(config)}/inbox/{path.name}")
                sent[path.name] = digest
                _write_sent(state_dir, sent)
        finally:
            connection.close()
    return len(waiting)


def _put(connection: HubConnection, path: Path, url: str) -> None:
    with naming_tuf_errors(), explaining_disk_errors("reading the outbox"), connection.watching():
        response = connection.ask("PUT", url, body=connection.pieces_of(path))
        response.close()
        if response.status not in _TAKEN:
            connection.refuse_status(response.status, url)


def _read_sent(state_dir: Path) -> dict[str, str]:
    """Return the SHA-256 of each file as it arrived; what cannot be read is sent once more."""
    try:
        raw = json.loads((state_dir / _NAME).read_bytes())
        return {str(name): str(digest) for name, digest in raw["sent"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _write_sent(state_dir: Path, sent: dict[str, str]) -> None:
    write_atomically(state_dir / _NAME, json.dumps({"sent": sent}, indent=1).encode())
