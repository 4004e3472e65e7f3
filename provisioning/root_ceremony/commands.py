"""`nodboks-provision root`: the ceremonies by which two people change whom every box believes.

Thin: each command calls one function and says what came of it. `sign` and `new-key` need no hub
and no network. Registered by `cli`; `TRUST.md` puts them in order.
"""

from pathlib import Path

import click

from appliance.clock import SystemClock
from appliance.command_line import DONE, FAILED, say
from appliance.files import explaining_disk_errors
from provisioning.errors import RootError
from provisioning.root_ceremony.changes import in_words
from provisioning.root_ceremony.draft import Draft, read_draft, write_draft
from provisioning.root_ceremony.install import Wanted, make_draft
from provisioning.root_ceremony.install import install as install_root
from provisioning.root_ceremony.keys import new_root_key, short
from provisioning.root_ceremony.shown import show as show_trust
from provisioning.signing import load_signer

NAME = "nodboks-provision"
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_NEW = click.Path(path_type=Path)
_DRAFT = click.argument("draft_file", metavar="DRAFT", type=_FILE)
_TRUST = click.option(
    "--trust", type=_FOLDER, required=True, help="The municipality's trust folder."
)


@click.group()
def root() -> None:
    """Renew the root, replace keys, revoke a stolen online key: provisioning/TRUST.md.

    Example: nodboks-provision root show --trust hub/trust

    Exit codes: 0 done, 1 refused, or something needs a person, 2 wrong use.
    """


@root.command()
@_TRUST
def show(trust: Path) -> int:
    """Say who may sign what and for how long, and warn.

    For a monitor: it ends with 1 from 90 days before the root expires, while root keys still lie
    on the hub, and while a new online key waits for its root.

    Example: nodboks-provision root show --trust hub/trust

    Exit codes: 0 nothing to do, 1 a warning, 2 wrong use.
    """
    shown = show_trust(trust, SystemClock().now())
    for line in shown.lines:
        say(NAME, line)
    for line in shown.warnings:
        say(NAME, f"warning: {line}", error=True)
    return FAILED if shown.warnings else DONE


@root.command()
@_TRUST
@click.option("--out", type=_NEW, required=True, help="File to write the draft to.")
@click.option("--replace-online", is_flag=True, help="Make a new online key and revoke the old.")
@click.option("--remove", "removed", multiple=True, metavar="KEYID", help="Remove a root key.")
@click.option("--add", "added", type=_FILE, multiple=True, help="Add a root key: its .pub file.")
def draft(
    trust: Path,
    out: Path,
    removed: tuple[str, ...],
    added: tuple[Path, ...],
    replace_online: bool,  # noqa: FBT001  (Click passes flags by name)
) -> None:
    """Write the next root, signed by nobody, to a file for a USB stick.

    It lasts three years from now; other keys change only if asked for. Nothing is in use before
    it is signed and installed.

    Example: nodboks-provision root draft --trust hub/trust --out stick/root.draft

    Exit codes: 0 written, 1 it cannot be so, 2 wrong use.
    """
    if out.exists():
        raise RootError(f"{out} is there already, perhaps with signatures")
    made = make_draft(trust, Wanted(removed, added, replace_online), SystemClock())
    write_draft(out, made)
    _say_changes(made)
    _say_lacking(made)


@root.command("new-key")
@click.option("--out", type=_NEW, required=True, help="Folder to make it in: a stick of a safe.")
@click.option("--name", help="Name of its two files; else root- and eight digits of its id.")
def new_key(out: Path, name: str | None) -> None:
    """Make a root key, on a machine without a network.

    Example: nodboks-provision root new-key --out safe-b --name root-4

    Exit codes: 0 made, 1 it is there already or the disk refused, 2 wrong use.
    """
    made = new_root_key(out, name)
    say(NAME, f"root key {short(made.id)}: write this on the envelope")
    say(NAME, f"{made.private} is secret and stays on this stick")
    say(NAME, f"take {made.public} to the hub for: root draft --add {made.public.name}")


@root.command("key-id")
@click.argument("key", metavar="FILE", type=_FILE)
def key_id(key: Path) -> None:
    """Say which root key a private file is, on a machine without a network.

    Once a year, for each: it can still be read, and its id is the one on the envelope.

    Example: nodboks-provision root key-id safe-a/root-1.pem

    Exit codes: 0 said, 1 it cannot be read as a key, 2 wrong use.
    """
    say(NAME, f"{key.name} is root key {short(load_signer(key).public_key.keyid)}")


@root.command()
@_DRAFT
@click.option("--key", type=_FILE, required=True, help="Private root key, such as root-1.pem.")
@click.option(
    "--trusted",
    type=_FILE,
    help="Your own copy of the root before; the draft must follow that one.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
def sign(
    draft_file: Path,
    key: Path,
    trusted: Path | None,
    yes: bool,  # noqa: FBT001  (Click passes flags by name)
) -> None:
    """Say what a draft changes, and sign it with one root key.

    Needs the draft and the key, no network and no hub.

    Example: nodboks-provision root sign --key safe-a/root-1.pem stick/root.draft

    Exit codes: 0 signed, 1 refused, 2 wrong use.
    """
    made = read_draft(draft_file)
    if trusted is not None:
        with explaining_disk_errors(f"reading {trusted.name}"):
            made.refuse_other_root(trusted.read_bytes())
    _say_changes(made)
    if not yes:
        click.confirm(f"{NAME}: is that what you want to sign?", abort=True)
    signer = load_signer(key)
    made.sign(signer)
    write_draft(draft_file, made)
    say(NAME, f"signed with root key {short(signer.public_key.keyid)}")
    _say_lacking(made)


@root.command()
@_DRAFT
@_TRUST
def install(draft_file: Path, trust: Path) -> None:
    """Make a signed draft the trusted root, and its new online key the one in use.

    May be cut and run again. The next publish signs every box with it.

    Example: nodboks-provision root install stick/root.draft --trust hub/trust

    Exit codes: 0 installed, 1 refused and nothing changed, 2 wrong use.
    """
    made = read_draft(draft_file)
    is_new = install_root(trust, made, SystemClock())
    number = made.following.signed.version
    _say_changes(made)
    say(NAME, f"root {number} is installed" if is_new else f"root {number} was installed already")
    say(NAME, f"publish; a copy of {trust / 'root.json'} belongs into each safe")


def _say_changes(made: Draft) -> None:
    for line in in_words(made.trusted.signed, made.following.signed):
        say(NAME, line)


def _say_lacking(made: Draft) -> None:
    lacking = made.lacking()
    for one in lacking:
        say(NAME, str(one))
    if all(one.is_met for one in lacking):
        say(NAME, "complete; on the hub: nodboks-provision root install")
