"""Gather what the doctor judges: print service, queue, printer, USB, spool. I/O only, no verdicts.

Every look may fail, and what failed is a fact like any other. Called by `nodboks printer doctor`
and `list`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from printers.asking import Said, ask
from printers.cups_printer import connect, is_reachable
from printers.cups_queues import Queue, queues
from printers.discovery import Attached, Places, look
from printers.errors import PrinterError
from printers.known_models import KnownModel, load_models
from printers.spool import MOUNTS, SPOOL, Spool, look_at_spool


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where this machine shows what is plugged in and what is spooled."""

    places: Places = field(default_factory=Places)
    spool: Path = SPOOL
    mounts: Path = MOUNTS


@dataclass(frozen=True, slots=True)
class Site:
    """Which queue to examine, of which print service, on which machine."""

    queue: str
    server: str
    around: Surroundings = field(default_factory=Surroundings)


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that was seen in one examination.

    `service` is what went wrong with the print service; `queue` is ours, or None; `said` is the
    printer's own word, `reached` whether anything listens at its address.
    """

    site: Site
    service: PrinterError | None
    queue: Queue | None
    jobs: int
    uri: str
    reached: bool
    said: Said
    attached: Attached
    spool: Spool
    models: Sequence[KnownModel]


def examine(site: Site) -> Facts:
    """Look at everything once; takes a few seconds where something does not answer.

    Raises: ModelListError: the list of known printers is damaged.
    """
    models = load_models()
    attached = look(site.around.places)
    service, queue, jobs = _service(site)
    # With a dead print service the printer is still there to be asked, if ipp-usb has it.
    uri = queue.uri if queue else next((each.uri for each in attached.printers if each.uri), "")
    return Facts(
        site=site,
        service=service,
        queue=queue,
        jobs=jobs,
        uri=uri,
        reached=bool(uri) and is_reachable(uri),
        said=ask(uri) if uri else Said(silence="no address to ask"),
        attached=attached,
        spool=look_at_spool(site.around.spool, site.around.mounts),
        models=models,
    )


def _service(site: Site) -> tuple[PrinterError | None, Queue | None, int]:
    try:
        connection: Any = connect(site.server)
        found = {each.name: each for each in queues(connection)}
        jobs = len(connection.getJobs())
    except PrinterError as error:
        return error, None, 0
    return None, found.get(site.queue), jobs
