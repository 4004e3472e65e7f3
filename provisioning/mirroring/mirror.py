"""Bring the place named by `publish_to` up to date after a night, box by box.

The folder the night was published to stays the source of truth. A box that could not be copied is
reported, and the next run catches up with it; a store that fails for one box after the other is
left alone. Called by the publish run.
"""

import re
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from appliance.errors import NodboksError
from provisioning.errors import FleetError, MirrorError
from provisioning.fleet import Municipality
from provisioning.mirroring.bucket_store import BucketStore, read_keys
from provisioning.mirroring.copying import BOXES, copy_box
from provisioning.mirroring.folder_store import FolderStore
from provisioning.mirroring.store import Store
from provisioning.night_report import BoxOutcome, BoxVerdict

# Most of the time is waiting for answers.
_AT_ONCE = 8
_GIVEN_UP_AFTER = 5
_BUCKET = re.compile(r"s3://(?P<bucket>[A-Za-z0-9.-]{3,63})(?:/(?P<prefix>[A-Za-z0-9._/-]*))?")


def open_store(owner: Municipality) -> Store | None:
    """Return where a night is copied to, or None if it stays where it is.

    Raises:
        FleetError: publish_to is neither a folder nor a bucket, or its keys are wrong.
        MirrorError: the bucket's settings are impossible.

    """
    if not owner.publish_to:
        return None
    if "://" not in owner.publish_to:
        return FolderStore(Path(owner.publish_to))
    told = _BUCKET.fullmatch(owner.publish_to)
    if told is None:
        raise FleetError(f"municipality.publish_to = {owner.publish_to!r} is no s3://bucket/prefix")
    if owner.publish_keys is None:
        raise FleetError("municipality.publish_keys is missing: the file with the bucket's keys")
    prefix = (told["prefix"] or "").strip("/")
    return BucketStore(told["bucket"], prefix, read_keys(owner.publish_keys))


def mirror(public: Path, store: Store, boxes: Iterable[BoxOutcome]) -> tuple[BoxOutcome, ...]:
    """Copy every box that was ever published; return what became of each, in order."""
    failures = _Failures()

    def copied(box: BoxOutcome) -> BoxOutcome:
        if not (public / BOXES / box.box_id).exists():
            return box
        try:
            failures.refuse_when_hopeless()
            copy_box(public, box.box_id, store)
        except NodboksError as error:
            failures.note(is_failure=True)
            return _failed(box, error)
        failures.note(is_failure=False)
        return box

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return tuple(pool.map(copied, boxes))


def _failed(box: BoxOutcome, error: NodboksError) -> BoxOutcome:
    why = f"not copied to publish_to: {error}"
    detail = f"{box.detail}; {why}" if box.detail else why
    return replace(box, verdict=BoxVerdict.FAILED, code=error.code, detail=detail)


class _Failures:
    """Counts failures in a row over all threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._in_a_row = 0

    def note(self, *, is_failure: bool) -> None:
        with self._lock:
            self._in_a_row = self._in_a_row + 1 if is_failure else 0

    def refuse_when_hopeless(self) -> None:
        with self._lock:
            if self._in_a_row >= _GIVEN_UP_AFTER:
                raise MirrorError(f"not tried: {self._in_a_row} boxes in a row had failed")
