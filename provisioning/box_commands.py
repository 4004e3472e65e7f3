"""`nodboks-provision accept` and `revoke`: a box comes into the fleet, a stolen one is shut out.

Thin: checks, writes, says what it did and what is left to do. Registered by `cli`.
"""

from pathlib import Path

import click

from appliance.command_line import say
from appliance.errors import ConfigError
from appliance.files import explaining_disk_errors
from appliance.snapshot.manifest import BOX_ID
from appliance.sync.hub_slot import HUB_SLOT
from appliance.vault.enrolment_file import EnrolmentFile, read_enrolment
from provisioning.certificates.shelf import Shelf
from provisioning.errors import FingerprintError, FleetError
from provisioning.fleet import Fleet, FleetBox, add_box, load_started_fleet
from provisioning.hub_slots import HubSlots
from provisioning.mirroring.copying import BOXES
from provisioning.mirroring.mirror import open_store
from provisioning.publish import only_run
from provisioning.revocations import Revocations

NAME = "nodboks-provision"
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=_FILE, metavar="FILE")
@click.option("--fleet", "fleet_file", type=_FILE, required=True, help="The list of boxes.")
@click.option("--name", help="What the box is called, for one that is not in the list yet.")
@click.option("--unit", "units", multiple=True, help="A unit it serves, or *. May be repeated.")
@click.option("--fingerprint", help="What the box printed; asked for when it is not given.")
def accept(
    file: Path, fleet_file: Path, name: str | None, units: tuple[str, ...], fingerprint: str | None
) -> None:
    """Take a newly enrolled box into the fleet, from the file `nodboks enrol` wrote.

    Example: nodboks-provision accept enrolment.json --fleet hub/fleet.toml
    --name "Solgården, medicinrum" --unit "Plejecenter Solgården"

    Exit codes: 0 accepted, 1 it is not that box's file or the list says otherwise, 2 wrong use.
    """
    box = _read(file)
    _compare(box, fingerprint)
    fleet = load_started_fleet(fleet_file)
    _refuse_revoked(box.box_id, fleet)
    listed = next((each for each in fleet.boxes if each.id == box.box_id), None)
    if listed is None:
        if not name or not units:
            raise click.UsageError(f"box {box.box_id} is new: give --name and --unit")
        names = box.tls_names
        listed = FleetBox(box.box_id, name, box.recipient, units, box.log_key, names)
        add_box(fleet_file, listed)
        say(NAME, f"box {box.box_id} is in {fleet_file.name}")
    elif (listed.recipient, listed.log_key) != (box.recipient, box.log_key):
        raise FleetError(
            f"box {box.box_id} has other keys in {fleet_file.name}. If it was enrolled again, put"
            f' recipient = "{box.recipient}" and log_key = "{box.log_key}" there and accept it anew'
        )
    if box.tls_request:
        Shelf(fleet.certificates).keep_request(listed, box.tls_request.encode())
        say(NAME, f"get its certificate: nodboks-provision certificate sign {box.box_id} …")
    HubSlots(fleet.municipality.trust).keep(box.box_id, box.hub_slot)
    say(NAME, f"box {box.box_id} may open itself by the hub after the next publish")


@click.command()
@click.argument("box_id", metavar="BOX")
@click.option("--fleet", "fleet_file", type=_FILE, required=True, help="The list of boxes.")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="Folder the boxes fetch from."
)
def revoke(box_id: str, fleet_file: Path, out: Path) -> None:
    """Shut a box out: for one that is stolen or lost.

    It opens itself by the hub no more. From the next publish on nothing is sealed to it, and no
    other box believes it.

    Example: nodboks-provision revoke solgaarden-1 --fleet hub/fleet.toml --out hub/public

    Exit codes: 0 it is shut out, 1 its half of the key could not be removed, 2 wrong use.
    """
    fleet = load_started_fleet(fleet_file)
    place = f"{BOXES}/{box_id}"
    # One that left the fleet already may still be served.
    if not BOX_ID.fullmatch(box_id) or not (out / place).exists():
        try:
            fleet.check_ids([box_id])
        except FleetError as error:
            raise click.BadParameter(str(error), param_hint="BOX") from error
    with only_run(out):
        Revocations(fleet.municipality.trust).add(box_id)
        had_one = HubSlots(fleet.municipality.trust).revoke(box_id, out / place)
        store = open_store(fleet.municipality)
        if store is not None:
            store.remove(f"{place}/{HUB_SLOT}")
    say(NAME, f"box {box_id}: {'the hub opens it no more' if had_one else 'the hub kept no key'}")
    say(NAME, "publish now: until the next list has come to them, the other boxes believe it")
    say(NAME, "its cards and USB keys still open it where it is: see provisioning/KEYS.md, Stolen")


def _read(file: Path) -> EnrolmentFile:
    with explaining_disk_errors(f"reading {file.name}"):
        content = file.read_bytes()
    try:
        return read_enrolment(content)
    except ConfigError as error:
        raise FleetError(f"{file.name}: {error.detail}") from error


def _refuse_revoked(box_id: str, fleet: Fleet) -> None:
    """Take no box in again under an id that may be in a thief's hands.

    Raises:
        FleetError: it was revoked.

    """
    revocations = Revocations(fleet.municipality.trust)
    if revocations.among([box_id]):
        raise FleetError(
            f"box {box_id} was revoked: enrol it under a new id. If that was a mistake, delete"
            f" {revocations.place(box_id)} and accept it anew"
        )


def _compare(box: EnrolmentFile, given: str | None) -> None:
    """Make sure that it is the file the box wrote.

    Raises:
        FingerprintError: it is not.

    """
    for_names = f" for {', '.join(box.tls_names)}" if box.tls_names else ""
    say(NAME, f"box {box.box_id}{for_names}, fingerprint {box.fingerprint}")
    told = given if given is not None else click.prompt("fingerprint the box printed", err=True)
    if "".join(told.split()).upper() != "".join(box.fingerprint.split()):
        raise FingerprintError("this is not the file the box wrote, or it was typed wrongly")
