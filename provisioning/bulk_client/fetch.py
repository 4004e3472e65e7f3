"""Fetch tonight's exports from the FHIR server into a feed folder that `publish` can read.

One export for the whole system, or one for each group: a group that fails keeps the folder it has,
the others get their new one. A run that was cut short goes on with the export it had ordered.
Refuses to replace a folder that is no feed. Called by the `fetch` command.
"""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from appliance.files import explaining_disk_errors
from provisioning.bulk_client.asking import Asker
from provisioning.bulk_client.bulk_server import BulkServer
from provisioning.bulk_client.errors import (
    BulkServerError,
    DamagedDownloadError,
    ExportExpiredError,
    ExportFailedError,
    LoginRefusedError,
    ServerRefusedError,
    ServerUnreachableError,
)
from provisioning.bulk_client.export import Export, ExportResult, Terms
from provisioning.bulk_client.export_job import ExportOrder
from provisioning.bulk_client.settings import FeedServer, Level
from provisioning.bulk_client.tokens import TokenSource
from provisioning.bulk_client.transport import Transport
from provisioning.bulk_client.waiting import Surroundings, Waiter
from provisioning.bulk_client.workspace import Workspace, working_folder
from provisioning.sources.fhir.parts import MANIFEST

GROUPS = "Group"
# These leave nothing worth going on with: the next run orders anew.
_ENDS_THE_EXPORT = (
    DamagedDownloadError,
    ExportExpiredError,
    ExportFailedError,
    ServerRefusedError,
)
# These would meet the next group just the same.
_STOPS_ALL = (LoginRefusedError, ServerUnreachableError)


@dataclass(frozen=True, slots=True)
class FetchReport:
    """What a run brought; `strays` lie in the feed folder and were not fetched by it."""

    results: tuple[ExportResult, ...]
    strays: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        """Tell whether every export is in its place."""
        return all(result.error is None for result in self.results)


def fetch_feed(
    settings: FeedServer, out: Path, around: Surroundings, *, afresh: bool = False
) -> FetchReport:
    """Fetch every export; `afresh` throws away what a run before left half done.

    Raises:
        ServerSettingsError: a key, certificate or login file cannot be used.
        BulkServerError: another run is at work.
        StorageError: the disk refused.

    """
    results: list[ExportResult] = []
    terms = Terms(settings.limits, around, afresh)
    with working_folder(out) as root, closing(Transport(settings.server)) as transport:
        tokens = _tokens(settings, around)
        for order, work in _orders(settings, root, out):
            with explaining_disk_errors(f"fetching {order.name}"):
                server = _server(terms, transport, tokens)
                results.append(_fetch(Export(terms, server, order, work), results))
    return FetchReport(tuple(results), tuple(_strays(settings, out)))


def _fetch(export: Export, earlier: list[ExportResult]) -> ExportResult:
    """Fetch one export; what goes wrong with it is its own affair, unless it is everybody's."""
    order, work = export.order, export.work
    if earlier and isinstance(earlier[-1].error, _STOPS_ALL):
        return ExportResult(order.name, work.target, error=earlier[-1].error)
    try:
        return export.fetch()
    except BulkServerError as error:
        if isinstance(error, _ENDS_THE_EXPORT):
            export.give_up()
        return ExportResult(order.name, work.target, error=error)


def _server(terms: Terms, transport: Transport, tokens: TokenSource | None) -> BulkServer:
    waiter = Waiter(terms.around, terms.limits.total_min * 60)
    return BulkServer(Asker(transport, waiter), tokens)


def _tokens(settings: FeedServer, around: Surroundings) -> TokenSource | None:
    if settings.login is None:
        return None
    return TokenSource(settings.login, settings.server.url, around.clock)


def _orders(settings: FeedServer, root: Path, out: Path) -> list[tuple[ExportOrder, Workspace]]:
    """List the exports; half-done data of groups no longer asked for are deleted."""
    url, export = settings.server.url, settings.export
    orders = [ExportOrder(url, export, group) for group in export.groups or ("",)]
    works = [_workspace(order, root, out) for order in orders]
    wanted = {work.folder for work in works}
    for folder in root.iterdir():
        if folder.is_dir() and folder not in wanted:
            Workspace(folder, out).discard()
    return list(zip(orders, works, strict=True))


def _workspace(order: ExportOrder, root: Path, out: Path) -> Workspace:
    if order.group:
        return Workspace(root / f"group-{order.group}", out / GROUPS / order.group)
    return Workspace(root / "all", out)


def _strays(settings: FeedServer, out: Path) -> list[str]:
    """List what in the feed folder would be read as data, but is not of tonight's exports."""
    if settings.export.level is not Level.GROUP:
        return []
    found = [path.name for path in (out / GROUPS).glob("*")]
    others = sorted(set(found) - set(settings.export.groups))
    own = [MANIFEST] if (out / MANIFEST).exists() else []
    return own + [f"{GROUPS}/{name}" for name in others]
