"""Tell which version this is; the change log's newest heading is the one source."""

from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version

# No box can run this before it was released; a test holds it to the change log's newest date.
RELEASED = datetime(2026, 11, 26, tzinfo=UTC)


def version() -> str:
    """Return the version, as "0.1.0"; "unknown" where the package was never installed."""
    try:
        return installed_version("nodboks")
    except PackageNotFoundError:
        return "unknown"
