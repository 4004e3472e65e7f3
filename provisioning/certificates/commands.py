"""`nodboks-provision certificate`: get a box the certificate of its screens.

Thin: reads files, calls one function, says what came of it. `CERTIFICATES.md` tells both ways step
by step. Registered by `cli`.
"""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from appliance.certificates.chain import Chain
from appliance.clock import SystemClock, format_time
from appliance.command_line import say
from provisioning.certificates.authority import MOST_DAYS, load_authority
from provisioning.certificates.authority import sign as sign_request
from provisioning.certificates.shelf import Shelf
from provisioning.errors import FleetError
from provisioning.fleet import FleetBox, load_fleet

NAME = "nodboks-provision"
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def certificate() -> None:
    """Sign or take in the certificate of a box's screens; `publish` sends it.

    Example: nodboks-provision certificate accept b1 chain.pem --fleet hub/fleet.toml

    Exit codes: 0 done, 1 refused, 2 wrong use.
    """


def _for_box(command: Callable[..., Chain]) -> Callable[..., None]:
    """Give a command the box and the shelf with its request; say what it returns."""

    @click.argument("box_id", metavar="BOX")
    @click.option("--fleet", "fleet_file", type=_FILE, required=True, help="The list of boxes.")
    @click.option(
        "--request",
        "request_file",
        type=_FILE,
        help="What `nodboks certificate request` wrote on the box; kept for the next time.",
    )
    @functools.wraps(command)
    def run(box_id: str, fleet_file: Path, request_file: Path | None, **given: Any) -> None:
        fleet = load_fleet(fleet_file)
        try:
            box = fleet.box(box_id)
        except FleetError as error:
            raise click.BadParameter(str(error), param_hint="BOX") from error
        shelf = Shelf(fleet.certificates)
        if request_file and shelf.keep_request(box, request_file.read_bytes()):
            say(NAME, f"box {box.id} asks with another key than before: was it enrolled anew?")
        made = command(box, shelf, **given)
        say(NAME, f"box {box.id}: certificate for {', '.join(made.names)} by {made.issuer}")
        say(NAME, f"good until {format_time(made.ends)}; the next publish sends it")

    return run


@certificate.command()
@_for_box
@click.option(
    "--ca-cert", type=_FILE, required=True, help="The authority's certificate, PEM; then its own."
)
@click.option("--ca-key", type=_FILE, required=True, help="Its key; a passphrase is asked for.")
@click.option(
    "--days",
    type=click.IntRange(1, MOST_DAYS),
    default=365,
    show_default=True,
    help="How long it is good.",
)
def sign(box: FleetBox, shelf: Shelf, ca_cert: Path, ca_key: Path, days: int) -> Chain:
    """Sign a box's request with the municipality's own authority.

    Example: nodboks-provision certificate sign b1 --fleet fleet.toml --ca-cert ca.pem --ca-key k

    Exit codes: 0 signed, 1 refused, 2 wrong use.
    """
    request, now = shelf.request(box), SystemClock().now()
    authority = load_authority(ca_cert.read_bytes(), ca_key.read_bytes(), _ask_passphrase)
    return shelf.accept(box, sign_request(request, authority, now, days), now)


@certificate.command()
@_for_box
@click.argument("chain", type=_FILE)
def accept(box: FleetBox, shelf: Shelf, chain: Path) -> Chain:
    """Take in a certificate that was made elsewhere: an ACME client, another authority.

    Example: nodboks-provision certificate accept b1 chain.pem --fleet hub/fleet.toml

    Exit codes: 0 taken in, 1 refused, 2 wrong use.
    """
    return shelf.accept(box, chain.read_bytes(), SystemClock().now())


def _ask_passphrase() -> str:
    passphrase: str = click.prompt("passphrase of --ca-key", hide_input=True, err=True)
    return passphrase
