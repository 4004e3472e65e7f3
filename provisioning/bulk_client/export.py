"""Bring one export home: order it or go on with it, download its files, put the folder in place.

Decides when the export of an earlier run is still tonight's, and asks for new links when old ones
have run out. Called by `fetch`.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import chain
from pathlib import Path

import orjson

from appliance.clock import format_time
from provisioning.bulk_client.bulk_server import BulkServer
from provisioning.bulk_client.download import Download, Gone, Wanted, stored_name
from provisioning.bulk_client.errors import (
    BulkServerError,
    ExportExpiredError,
    ServerRefusedError,
)
from provisioning.bulk_client.export_job import (
    GONE,
    ExportOrder,
    delete_job,
    kick_off,
    wait_until_done,
)
from provisioning.bulk_client.feed_manifest import feed_manifest
from provisioning.bulk_client.inspection import opened_lines
from provisioning.bulk_client.outcomes import count_severities
from provisioning.bulk_client.server_manifest import Part, ServerFile, ServerManifest
from provisioning.bulk_client.settings import LimitsSection
from provisioning.bulk_client.waiting import Surroundings
from provisioning.bulk_client.workspace import RunState, Workspace

_MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Terms:
    """What every export of a run is fetched under; `afresh` goes on with nothing."""

    limits: LimitsSection
    around: Surroundings
    afresh: bool = False


@dataclass(frozen=True, slots=True)
class ExportResult:
    """What became of one export; `said` counts the server's own messages by severity."""

    name: str
    folder: Path
    transaction_time: str = ""
    files: int = 0
    resources: int = 0
    size_bytes: int = 0
    deleted_files: int = 0
    said: Counter[str] = field(default_factory=Counter)
    error: BulkServerError | None = None


@dataclass(frozen=True, slots=True)
class Export:
    """One export from order to finished folder."""

    terms: Terms
    server: BulkServer
    order: ExportOrder
    work: Workspace

    def fetch(self) -> ExportResult:
        """Go on with the export of an earlier run if it is tonight's, else order one.

        Raises:
            BulkServerError: the export is not in its place; the folder there is untouched.
            StorageError: the disk refused.

        """
        self.work.repair()
        state = self._resumable()
        if state is not None:
            self._tell(f"going on with the export ordered at {format_time(state.started_at)}")
            try:
                return self._finish(state)
            except ExportExpiredError:
                self._tell("the server has dropped it; ordering a new one")
        return self._finish(self._start())

    def give_up(self) -> None:
        """Leave no half-done data behind, here or there, but the server's own words."""
        state = self.work.load()
        if state is not None:
            delete_job(self.server, state.job_url)
        self.work.discard()
        if self.server.last_refusal:
            self.work.keep_answer(self.server.last_refusal)

    def _resumable(self) -> RunState | None:
        state = self.work.load()
        if state is None:
            return None
        limit = timedelta(hours=self.terms.limits.resume_h)
        age = self.terms.around.clock.now() - state.started_at
        is_same = state.order == _fingerprint(self.order)
        if is_same and not self.terms.afresh and self._is_usable(age, limit):
            return state
        if is_same:
            delete_job(self.server, state.job_url)
        return None

    def _is_usable(self, age: timedelta, limit: timedelta) -> bool:
        # Without its folder the export was already put in its place.
        return timedelta(0) <= age < limit and self.work.feed.is_dir()

    def _start(self) -> RunState:
        job_url = kick_off(self.server, self.order)
        state = RunState(_fingerprint(self.order), job_url, self.terms.around.clock.now())
        self.work.start(state)
        self._tell("ordered")
        return state

    def _finish(self, state: RunState) -> ExportResult:
        manifest = self._manifest(state)
        self._forget_others(state, manifest)
        manifest = self._download(state, manifest)
        result = self._result(state, manifest)
        names = {stored_name(file, state.finished[file.name]) for file in manifest.files}
        self.work.publish(feed_manifest(self.order, manifest, state.finished), names)
        delete_job(self.server, state.job_url)
        self.work.discard()
        return result

    def _manifest(self, state: RunState) -> ServerManifest:
        return wait_until_done(self.server, state.job_url, self._tell)

    def _forget_others(self, state: RunState, manifest: ServerManifest) -> None:
        """Drop files that are not of this very manifest, or did not survive on disk."""
        if state.manifest != manifest.identity:
            state.finished.clear()
            state.partial.clear()
            state.manifest = manifest.identity
        for file in manifest.files:
            found = state.finished.get(file.name)
            if found and not self._is_on_disk(stored_name(file, found), found.size):
                del state.finished[file.name]
        self.work.save(state)

    def _is_on_disk(self, name: str, size: int) -> bool:
        path = self.work.path(name)
        return path.is_file() and path.stat().st_size == size

    def _download(self, state: RunState, manifest: ServerManifest) -> ServerManifest:
        """Bring every file in; when a link has run out, ask for new links once per file."""
        total = len(manifest.files)
        for place in range(total):
            name = manifest.files[place].name
            if name in state.finished:
                continue
            gone = self._download_one(state, manifest, place)
            if gone:
                manifest = self._renewed(state, manifest, gone)
                gone = self._download_one(state, manifest, place)
            if gone:
                raise self._lost(name, manifest, gone)
            self._tell(f"{name} ({place + 1} of {total})")
        return manifest

    def _download_one(self, state: RunState, manifest: ServerManifest, place: int) -> Gone | None:
        limits = self.terms.limits
        left = limits.total_mb * _MB - sum(found.size for found in state.finished.values())
        limit = min(limits.file_mb * _MB, left)
        wanted = Wanted(manifest.files[place], limit, manifest.needs_token)
        found = Download(self.server, self.work, state, wanted).fetch()
        return found if isinstance(found, Gone) else None

    def _renewed(self, state: RunState, manifest: ServerManifest, gone: Gone) -> ServerManifest:
        renewed = self._manifest(state)
        if renewed.identity != manifest.identity:
            raise ExportExpiredError(f"a file: {gone.shown}, and the manifest is another now")
        return renewed

    def _lost(self, name: str, manifest: ServerManifest, gone: Gone) -> BulkServerError:
        expires = manifest.expires
        if expires is not None and self.terms.around.clock.now() >= expires:
            until = format_time(expires)
            return ExportExpiredError(f"{name}: {gone.shown}; it was good until {until}")
        if gone.status in GONE:
            return ExportExpiredError(f"{name}: {gone.shown}")
        return ServerRefusedError(f"{name}: {gone.shown}")

    def _result(self, state: RunState, manifest: ServerManifest) -> ExportResult:
        of_part = {part: [f for f in manifest.files if f.part is part] for part in Part}
        found = [state.finished[file.name] for file in of_part[Part.OUTPUT]]
        return ExportResult(
            self.order.name,
            self.work.target,
            manifest.transaction_time,
            files=len(found),
            resources=sum(one.count for one in found),
            size_bytes=sum(one.size for one in found),
            deleted_files=len(of_part[Part.DELETED]),
            said=self._said(state, of_part[Part.ERROR]),
        )

    def _said(self, state: RunState, files: list[ServerFile]) -> Counter[str]:
        opened = (
            opened_lines(
                self.work.path(stored_name(file, state.finished[file.name])),
                is_packed=state.finished[file.name].is_packed,
            )
            for file in files
        )
        return count_severities(chain.from_iterable(opened))

    def _tell(self, line: str) -> None:
        self.terms.around.tell(f"{self.order.name}: {line}")


def _fingerprint(order: ExportOrder) -> str:
    """Return what tells one order from another: settings that change mean a new export."""
    what = orjson.dumps([order.url, order.export.kick_off, order.parameters])
    return hashlib.sha256(what).hexdigest()
