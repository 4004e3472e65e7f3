"""Say what was found in a log, and end with the exit code that goes with it.

Called by the commands that read logs.
"""

from collections.abc import Iterable

from appliance.command_line import DONE, FAILED, explain, say
from provisioning.errors import SealedLogError
from provisioning.sealed_log.findings import Finding

NAME = "nodboks-provision"


def tell(findings: Iterable[Finding], *, error: bool = False) -> None:
    """Say each finding in one line; faults go to standard error in any case."""
    for finding in findings:
        line = f"{finding.kind}: {finding.where}: {finding.text}"
        say(NAME, line, error=error or finding.is_fault)


def ended(*, is_whole: bool) -> int:
    """Return the exit code, after the hint where something is not whole."""
    if is_whole:
        return DONE
    explain(NAME, SealedLogError("see the lines above"))
    return FAILED
