"""Keep a copy in an S3-compatible bucket, of whatever provider, through `obstore`.

A bucket shows a file only when it has arrived whole. What fails is tried again a few times, for a
bounded time. The only importer of obstore, which is an optional extra (`pip install nodboks[s3]`).
Called by `copying`.
"""

import contextlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from pathlib import Path
from typing import Any

from appliance.settings_file import read_toml, refuse_unknown
from provisioning.errors import FleetError, MirrorError

try:
    from obstore import exceptions, store
except ImportError:  # a hub that shows a folder does without it
    exceptions = store = None  # type: ignore[assignment]

_OTHERS = 0o077
_ENDPOINT = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?")
_RETRIES = 4
_RETRY_FOR = timedelta(seconds=60)
_TIMEOUT = timedelta(seconds=120)
_CONNECT = timedelta(seconds=5)
# As in provisioning/nginx: what is named by its hash never changes, signed metadata does.
_NEVER_CHANGES = "private, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class BucketKeys:
    """What `s3.toml` says; an empty `endpoint` is Amazon's own."""

    access_key_id: str
    secret_access_key: str
    region: str = "us-east-1"
    endpoint: str = ""


class BucketStore:
    """A bucket, or a part of one."""

    def __init__(self, bucket: str, prefix: str, keys: BucketKeys) -> None:
        if store is None:
            raise FleetError("publish_to is a bucket: install the extra, pip install nodboks[s3]")
        self._shown = f"s3://{bucket}/{prefix}"
        # What is left out is Amazon's own; obstore does not take None for it.
        place: dict[str, Any] = {"prefix": prefix, "endpoint": keys.endpoint}
        with self._naming_errors():
            self._store = store.S3Store(
                bucket,
                **{name: value for name, value in place.items() if value},
                region=keys.region,
                access_key_id=keys.access_key_id,
                secret_access_key=keys.secret_access_key,
                virtual_hosted_style_request=False,
                client_options={
                    "allow_http": keys.endpoint.startswith("http://"),
                    "timeout": _TIMEOUT,
                    "connect_timeout": _CONNECT,
                },
                retry_config={"max_retries": _RETRIES, "retry_timeout": _RETRY_FOR},
            )

    def sizes(self, prefix: str) -> Mapping[str, int]:
        """Return the size of everything below a prefix."""
        with self._naming_errors():
            found = self._store.list(prefix).collect()
        return {str(item["path"]).removeprefix(prefix): int(item["size"]) for item in found}

    def read(self, name: str) -> bytes | None:
        """Return a small file, or None if there is none."""
        try:
            with self._naming_errors():
                return bytes(self._store.get(name).bytes())
        except _MissingError:
            return None

    def write(self, name: str, file: Path) -> None:
        """Put a file there; it is seen when it has arrived whole."""
        cache = _NEVER_CHANGES if "/targets/" in name else "no-cache"
        attributes = {"Content-Type": "application/octet-stream", "Cache-Control": cache}
        with self._naming_errors():
            self._store.put(name, file, attributes=attributes)

    def remove(self, name: str) -> None:
        """Delete a file; it may be gone already."""
        with contextlib.suppress(_MissingError), self._naming_errors():
            self._store.delete(name)

    @contextlib.contextmanager
    def _naming_errors(self) -> Iterator[None]:
        try:
            yield
        except (exceptions.NotFoundError, FileNotFoundError) as error:
            raise _MissingError(f"{self._shown}: {_first_line(error)}") from error
        except (exceptions.BaseError, OSError, ValueError) as error:
            raise MirrorError(f"{self._shown}: {_first_line(error)}") from error


class _MissingError(MirrorError):
    """There is no such file, or no such bucket."""


def read_keys(path: Path) -> BucketKeys:
    """Read the keys of a bucket; nobody else on the machine may be able to.

    Raises:
        FleetError: the file is missing, open to others, or says something impossible.

    """
    raw: dict[str, Any] = read_toml(path, FleetError)
    if path.stat().st_mode & _OTHERS:
        raise FleetError(f"{path} can be read by others on this machine: chmod 600 {path}")
    known = {item.name: item for item in fields(BucketKeys)}
    refuse_unknown(raw, known, f"{path.name}: ", FleetError)
    for name in known:
        if name in raw and not isinstance(raw[name], str):
            raise FleetError(f"{path}: {name} is not a text")
    if raw.get("endpoint") and not _ENDPOINT.fullmatch(raw["endpoint"]):
        raise FleetError(f"{path}: endpoint must be https://name or https://name:port")
    for name in ("access_key_id", "secret_access_key"):
        if not raw.get(name):
            raise FleetError(f"{path}: {name} is missing")
    return BucketKeys(**raw)


def _first_line(error: Exception) -> str:
    """Return what went wrong without the library's pages of debugging, which may show headers."""
    return str(error).strip().partition("\n")[0][:300]
