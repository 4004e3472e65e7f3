"""Play the municipality: keys, fleet, publishing, and a static server in front.

Runs the real `nodboks-provision` as its own program; the box side never imports the hub side.
"""

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from appliance.demo.processes import run_program
from appliance.files import write_atomically
from appliance.vault.enrolment_file import EnrolmentFile

MUNICIPALITY = "Prøvekøbing Kommune"
HELP_PHONE = "87 00 00 00"


@dataclass(frozen=True, slots=True)
class Hub:
    """The folders of one municipality's hub."""

    folder: Path

    @property
    def trust(self) -> Path:
        """Where the signing keys lie."""
        return self.folder / "trust"

    @property
    def fleet(self) -> Path:
        """The list of boxes."""
        return self.folder / "fleet.toml"

    @property
    def public(self) -> Path:
        """What the static server shows."""
        return self.folder / "public"

    def create(self) -> None:
        """Make the municipality's keys."""
        owner = ["--name", MUNICIPALITY, "--help-phone", HELP_PHONE]
        run_program("provisioning", "init", "--out", str(self.folder), *owner)

    def accept(self, enrolment: EnrolmentFile, name: str, *units: str) -> None:
        """Take a box into the fleet, from the file it wrote."""
        file = self.folder / f"{enrolment.box_id}.json"
        write_atomically(file, enrolment.to_bytes(), mode=0o644)
        served = [word for unit in units for word in ("--unit", unit)]
        run_program(
            "provisioning", "accept", str(file), "--fleet", str(self.fleet), "--name", name,
            "--fingerprint", enrolment.fingerprint, *served,
        )  # fmt: skip

    def publish(self, *feeds: Path) -> str:
        """Publish the feeds to every box; return what the program printed."""
        places = ["--fleet", str(self.fleet), "--out", str(self.public)]
        given = [word for feed in feeds for word in ("--feed", str(feed))]
        return run_program("provisioning", "publish", *given, *places)


class _QuietHandler(SimpleHTTPRequestHandler):
    """A static file server that keeps its log to itself."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (the base class's name)
        """Say nothing."""


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve a folder on a free loopback port; yield its address."""
    folder.mkdir(parents=True, exist_ok=True)
    handler = partial(_QuietHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
