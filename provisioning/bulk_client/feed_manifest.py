"""Write the manifest of the feed folder: the server's, with local names and a hash per file.

Pure. What it gives is what `sources/feed_parts.py` reads. Called by `fetch`.
"""

from typing import Any
from urllib.parse import urlencode

from provisioning.bulk_client.download import stored_name
from provisioning.bulk_client.export_job import ExportOrder
from provisioning.bulk_client.inspection import Inspection
from provisioning.bulk_client.server_manifest import Part, ServerFile, ServerManifest

Finished = dict[str, Inspection]


def feed_manifest(
    order: ExportOrder, manifest: ServerManifest, finished: Finished
) -> dict[str, Any]:
    """Return the manifest of the finished folder."""
    lists = {
        str(part): [_entry(f, finished[f.name]) for f in manifest.files if f.part is part]
        for part in Part
    }
    return {
        "transactionTime": manifest.transaction_time,
        "request": f"{order.url}?{urlencode(order.parameters)}",
        "requiresAccessToken": False,
        **lists,
    }


def _entry(file: ServerFile, found: Inspection) -> dict[str, Any]:
    return {
        "type": file.type,
        "url": stored_name(file, found),
        "count": found.count,
        "extension": {**file.extension, "sha256": found.sha256},
    }
