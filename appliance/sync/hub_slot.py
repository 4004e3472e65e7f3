"""Fetch the hub's half of the box's key: a small sealed object only this box can use.

The network side sees ciphertext only; the keeper opens it. A hub that has none says so by 404:
then the box stays as it is, and a person opens it. Called by the worker.
"""

from http import HTTPStatus

from tuf.api.exceptions import DownloadHTTPError

from appliance.clock import Clock
from appliance.config import BoxConfig
from appliance.sync.fetcher import HubSource
from appliance.sync.offer import naming_tuf_errors

# Beside the signed metadata of the box, in the folder only this box may read.
HUB_SLOT = "metadata/hub-slot.age"
_LONGEST_BYTES = 4096


def fetch_hub_slot(config: BoxConfig, clock: Clock) -> bytes | None:
    """Return what the hub serves for this box, or None where it serves nothing.

    Raises:
        FetchError: the network.
        TamperedSnapshotError: what came is longer than it can be.
        ConfigError: a certificate or key in box.toml cannot be used.

    """
    with naming_tuf_errors(), HubSource().opened(config, clock) as place:
        try:
            return place.fetcher.download_bytes(f"{place.url}/{HUB_SLOT}", _LONGEST_BYTES)
        except DownloadHTTPError as error:
            if error.status_code == HTTPStatus.NOT_FOUND:
                return None
            raise
