"""Find the runner packs on the USB stick: the one place of the keeper where a stick is read.

A stick that is broken or hostile may answer slowly, or hold a million files: what is looked at is
bounded, and whoever calls holds no lock that others need. Judges a head by the neighbours it is
handed. Called by the runner desk.
"""

import itertools
import logging
import os
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

from appliance.config import BoxConfig
from appliance.errors import NodboksError, SlotMissingError
from appliance.files import explaining_disk_errors, open_plain_file
from appliance.snapshot.neighbours import Neighbour
from appliance.snapshot.runner_file import SUFFIX, Statement, read_head

_LOG = logging.getLogger(__name__)
_MOST_OFFERED = 20
_MOST_NAMES = 5000


class RunnerStick:
    """The USB stick of one box."""

    def __init__(self, config: BoxConfig) -> None:
        self._config = config

    def folder(self) -> Path:
        """Return where the USB stick is.

        Raises:
            SlotMissingError: there is none.

        """
        stick = self._config.hub.usb_dir
        if stick is None:
            raise SlotMissingError("hub.usb_dir does not say where a USB stick is mounted")
        if not stick.is_dir():
            raise SlotMissingError("there is no USB stick")
        return stick

    def offered(self, neighbours: Sequence[Neighbour]) -> tuple[Statement, ...]:
        """Return the packs on the stick that are for this box, the newest first.

        Raises:
            SlotMissingError: there is no stick.
            StorageError: it cannot be read.

        """
        stick = self.folder()
        with explaining_disk_errors("reading the stick"), os.scandir(stick) as entries:
            some = [each.name for each in itertools.islice(entries, _MOST_NAMES)]
        names = sorted(name for name in some if name.endswith(SUFFIX))[-_MOST_OFFERED:]
        found = [each for name in names if (each := self._judged(stick, name, neighbours))]
        return tuple(sorted(found, key=lambda one: one.made_at, reverse=True))

    def open(self, name: str) -> BinaryIO:
        """Open a pack by the name of its file.

        Raises:
            SlotMissingError: there is no stick, or no such file on it.

        """
        try:
            return open_plain_file(self.folder(), Path(name).name)
        except OSError as error:
            raise SlotMissingError(f"the pack on the stick: {error.strerror}") from error
        except ValueError as error:
            raise SlotMissingError("the pack on the stick: no name of a file") from error

    def _judged(self, stick: Path, name: str, neighbours: Sequence[Neighbour]) -> Statement | None:
        try:
            with closing(open_plain_file(stick, name)) as source:
                return read_head(source, self._config.box.id, neighbours)
        except (OSError, NodboksError) as error:
            _LOG.info("a pack on the stick is not for this box: %s", type(error).__name__)
            return None
