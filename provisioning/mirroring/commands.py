"""`nodboks-provision export-usb`: carry boxes' snapshots to where the network does not reach.

Thin: copies, and says what it did. Registered by `cli`.
"""

from pathlib import Path

import click

from appliance.command_line import DONE, FAILED, explain, say
from appliance.errors import NodboksError
from appliance.sync.hub_slot import HUB_SLOT
from provisioning.mirroring.copying import copy_box
from provisioning.mirroring.folder_store import FolderStore
from provisioning.publish import only_run

NAME = "nodboks-provision"
# What opens the box at the hub's word does not travel in somebody's pocket.
_STAYS = frozenset({HUB_SLOT})


@click.command("export-usb")
@click.argument("boxes", nargs=-1, required=True, metavar="BOX...")
@click.option(
    "--from",
    "public",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    required=True,
    help="Folder the boxes fetch from.",
)
@click.option(
    "--out",
    "stick",
    type=click.Path(path_type=Path),
    required=True,
    help="Where the stick is mounted.",
)
def export_usb(boxes: tuple[str, ...], public: Path, stick: Path) -> int:
    """Copy what is published for one or more boxes to a USB stick.

    The box takes it by itself (`hub.usb_dir`), or with: nodboks sync --from /media/usb

    Example: nodboks-provision export-usb solgaarden-1 --from hub/public --out /media/usb

    Exit codes: 0 every box copied, 1 one was not, 2 wrong use.
    """
    store = FolderStore(stick)
    failed = 0
    with only_run(public):
        for box_id in boxes:
            try:
                number = copy_box(public, box_id, store, _STAYS)
            except NodboksError as error:
                failed += 1
                explain(NAME, error)
            else:
                say(NAME, f"box {box_id}: {number} files written to {stick}")
    if failed < len(boxes):
        say(NAME, f"unmount {stick} before you take it out")
    return FAILED if failed else DONE
