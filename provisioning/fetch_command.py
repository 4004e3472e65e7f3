"""`nodboks-provision fetch`: bring tonight's export home from a FHIR Bulk Data server.

Thin: reads the settings, runs one fetch, prints what came of it. Errors of single groups are said
here, the others end in `command_line.run_program`. Registered by `cli`.
"""

from pathlib import Path

import click

from appliance.clock import SystemClock
from appliance.command_line import DONE, FAILED, explain, say
from provisioning.bulk_client.export import ExportResult
from provisioning.bulk_client.fetch import fetch_feed
from provisioning.bulk_client.settings import load_feed_server
from provisioning.bulk_client.waiting import Surroundings

NAME = "nodboks-provision"


@click.command()
@click.option(
    "--server",
    "server_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="feed-server.toml: which server, and how to log in.",
)
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="Feed folder to fill or renew."
)
@click.option("--afresh", is_flag=True, help="Order anew instead of going on with a cut run.")
def fetch(server_file: Path, out: Path, *, afresh: bool) -> int:
    """Fetch an export from a FHIR Bulk Data server as a feed folder.

    Example: nodboks-provision fetch --server feed-server.toml --out export

    Exit codes: 0 everything fetched, 1 something was not, 2 wrong use.
    """
    around = Surroundings(SystemClock(), tell=lambda line: say(NAME, line))
    report = fetch_feed(load_feed_server(server_file), out, around, afresh=afresh)
    for result in report.results:
        _say_result(result)
    for stray in report.strays:
        say(NAME, f"warning: {stray} in {out} was not fetched tonight; delete it", error=True)
    return DONE if report.is_complete else FAILED


def _say_result(result: ExportResult) -> None:
    if result.error is not None:
        say(NAME, f"{result.name}: not fetched; {result.folder} is as it was", error=True)
        explain(NAME, result.error)
        return
    size = result.size_bytes / 1_000_000
    say(
        NAME,
        f"{result.name}: {result.files} files, {result.resources} resources, {size:.1f} MB, "
        f"true as of {result.transaction_time}, in {result.folder}",
    )
    for severity, number in sorted(result.said.items()):
        say(NAME, f"{result.name}: the server noted {number} × {severity} (in error/)")
    if result.deleted_files:
        say(NAME, f"{result.name}: {result.deleted_files} files of deleted resources, kept apart")
