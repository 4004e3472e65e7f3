"""Tell which version this is; the change log's newest heading is the one source."""

from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version


def version() -> str:
    """Return the version, as "0.1.0"; "unknown" where the package was never installed."""
    try:
        return installed_version("nodboks")
    except PackageNotFoundError:
        return "unknown"
