"""Write and read the emergency key on a USB stick: one small text file for each box.

The file is an age identity file, so that stock `age -i` takes it as it is. A stick comes from
anywhere: nothing is followed, nothing but a small plain file is read, nothing on it is believed but
the one line that looks like a key. Called by the key ring and the command line.
"""

import re
from pathlib import Path

from appliance.errors import SlotMissingError
from appliance.files import open_plain_file

# A key file has three lines; whatever is longer is not ours.
_LONGEST_BYTES = 4096
_IDENTITY = re.compile(r"^AGE-SECRET-KEY-1[0-9A-Z]{58}$", re.MULTILINE)


def usb_key_name(box_id: str) -> str:
    """Return what the key file of a box is called; one stick may hold those of several boxes."""
    return f"nodboks-key-{box_id}.txt"


def format_usb_key(box_id: str, box_name: str, slot_name: str, identity: str) -> bytes:
    """Return the content of a key file."""
    shown = " ".join(box_name.split())
    lines = (
        f"# Nødboks: nødnøgle til {shown} ({box_id}). Opbevares forseglet, væk fra boksen.",
        f"# slot: {slot_name}",
        identity,
    )
    return "".join(f"{line}\n" for line in lines).encode()


def read_usb_key(folder: Path | None, box_id: str) -> str:
    """Return the age identity on the stick mounted at the folder.

    Raises:
        SlotMissingError: there is no stick, no key for this box on it, or it cannot be read.

    """
    if folder is None:
        raise SlotMissingError("hub.usb_dir does not say where a USB stick is mounted")
    name = usb_key_name(box_id)
    try:
        with open_plain_file(folder, name) as source:
            content = source.read(_LONGEST_BYTES)
    except OSError as error:
        raise SlotMissingError(f"{name} on the stick: {error.strerror}") from error
    found = _IDENTITY.findall(content.decode("utf-8", "replace").replace("\r", ""))
    if len(found) != 1:
        raise SlotMissingError(f"{name} on the stick holds {len(found)} keys, not one")
    return str(found[0])
