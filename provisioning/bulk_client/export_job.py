"""Order an export, wait for it, and tidy up after it: kick-off, status, delete.

Knows the sequence of the FHIR Asynchronous Bulk Data pattern and nothing of files. Called by
`fetch`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urlencode

import orjson

from provisioning.bulk_client.addresses import link
from provisioning.bulk_client.bulk_server import BulkServer, refusal
from provisioning.bulk_client.errors import (
    BulkServerError,
    ExportExpiredError,
    ExportFailedError,
    UnexpectedAnswerError,
)
from provisioning.bulk_client.server_manifest import ServerManifest, read_manifest
from provisioning.bulk_client.settings import ExportSection, KickOff, Level
from provisioning.bulk_client.transport import OK, Answer, Request

ACCEPTED, NOT_ALLOWED = 202, 405
GONE = (404, 410)
_HEADERS = {"Accept": "application/fhir+json", "Prefer": "respond-async"}
_STATUS_HEADERS = {"Accept": "application/json"}
# Progress is free text of the server's: shown when it is a few plain words, without long numbers.
_PLAIN = re.compile(r"[\w .,:;%/()-]{1,100}")
_LONG_NUMBER = re.compile(r"\d[\d-]{5,}")


@dataclass(frozen=True, slots=True)
class ExportOrder:
    """One export to order; `group` is empty unless it is that of a group."""

    base_url: str
    export: ExportSection
    group: str = ""

    @property
    def name(self) -> str:
        """Return what people call it."""
        return f"group {self.group}" if self.group else str(self.export.level)

    @property
    def url(self) -> str:
        """Return the address of the operation."""
        path = {Level.PATIENT: "/Patient", Level.GROUP: f"/Group/{self.group}"}
        return f"{self.base_url.rstrip('/')}{path.get(self.export.level, '')}/$export"

    @property
    def parameters(self) -> dict[str, str]:
        """Return the parameters of the operation that are asked for."""
        given = {
            "_outputFormat": self.export.output_format,
            "_type": ",".join(self.export.types),
            "_since": self.export.since,
        }
        return {name: value for name, value in given.items() if value}


def kick_off(server: BulkServer, order: ExportOrder) -> str:
    """Order the export and return the address of its status.

    Raises:
        ServerRefusedError: the server does not want to.
        UnexpectedAnswerError: it says yes, but not where to look.
        BulkServerError: everything else that can go wrong on the way.

    """
    answer = server.ask(_kick_off_request(order), "kick-off")
    where = answer.headers.get("Content-Location") or answer.headers.get("Location")
    if answer.is_good and where:
        return link(answer.url, where, "Content-Location")
    if answer.is_good:
        raise UnexpectedAnswerError(f"kick-off: {answer.shown}, no Content-Location")
    if answer.status == NOT_ALLOWED:
        other = KickOff.POST if order.export.kick_off is KickOff.GET else KickOff.GET
        raise UnexpectedAnswerError(f'kick-off: status 405; set export.kick_off = "{other}"')
    raise refusal(answer, "kick-off")


def wait_until_done(
    server: BulkServer, job_url: str, tell: Callable[[str], None]
) -> ServerManifest:
    """Look at the status until the export is done, and return its manifest.

    Raises:
        ExportFailedError: the server gave it up.
        ExportExpiredError: the server no longer knows it.
        OutOfTimeError: it is not done in the time allowed; it may still be, later.
        BulkServerError: everything else that can go wrong on the way.

    """
    looks = 0
    shown = ""
    while True:
        answer = _status(server, job_url)
        if answer.status == OK:
            return read_manifest(answer)
        if answer.status != ACCEPTED:
            raise _ending(answer)
        progress = _progress(answer)
        if progress not in ("", shown):
            tell(f"the server says: {progress}")
        shown = progress or shown
        looks += 1
        server.waiter.wait(server.waiter.delay(answer.headers, looks), "the export")


def delete_job(server: BulkServer, job_url: str) -> bool:
    """Tell the server that its files are no longer needed; return whether it heard.

    The server need not know DELETE, and throws the files away by itself sooner or later.
    """
    try:
        return server.ask_once(Request("DELETE", job_url, _STATUS_HEADERS), "delete").is_good
    except BulkServerError:
        return False


def _kick_off_request(order: ExportOrder) -> Request:
    if order.export.kick_off is KickOff.GET:
        return Request("GET", f"{order.url}?{urlencode(order.parameters)}", _HEADERS)
    headers = {**_HEADERS, "Content-Type": "application/fhir+json"}
    parameters = [
        {"name": name, "valueInstant" if name == "_since" else "valueString": one}
        for name, value in order.parameters.items()
        # The newest edition wants a parameter for each type; the older ones allow it.
        for one in (value.split(",") if name == "_type" else [value])
    ]
    document = {"resourceType": "Parameters", "parameter": parameters}
    return Request("POST", order.url, headers, orjson.dumps(document))


def _status(server: BulkServer, job_url: str) -> Answer:
    """Ask for the status; newer servers may put that of the export beside that of the request."""
    answer = server.ask(Request("GET", job_url, _STATUS_HEADERS), "status")
    export_status = answer.headers.get("X-Export-Status", "")[:3]
    if answer.status == OK and re.fullmatch(r"[2-5][0-9]{2}", export_status):
        return replace(answer, status=int(export_status))
    return answer


def _ending(answer: Answer) -> BulkServerError:
    if answer.status in GONE:
        return ExportExpiredError(f"the export: {answer.shown}")
    if answer.outcome is not None:
        return ExportFailedError(answer.shown)
    return refusal(answer, "status")


def _progress(answer: Answer) -> str:
    given = answer.headers.get("X-Progress", "").strip()
    is_plain = _PLAIN.fullmatch(given) and not _LONG_NUMBER.search(given)
    return given if is_plain else ""
