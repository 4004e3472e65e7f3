"""`nodboks-provision log`: prove a box's log whole, open it, and report from it.

Thin: reads a folder, calls one function, prints what came of it. `verify` needs no secret; the
others need the audit key from its safe, and what they write is personal data. Registered by `cli`.
"""

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from appliance.command_line import say
from appliance.files import write_atomically
from provisioning.fleet import load_fleet
from provisioning.sealed_log import reports
from provisioning.sealed_log.reading import OpenedEntry, open_log, read_identity, read_log
from provisioning.sealed_log.shown import Form, Sheet, written
from provisioning.sealed_log.told import NAME, ended, tell
from provisioning.sealed_log.verify import Verified, verify

_KEY = re.compile(r"[0-9a-f]{64}")
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class _Source:
    """The log that is meant, and whose it must be."""

    folder: Path
    public_key: bytes
    on_paper: tuple[str, ...] = ()

    def verified(self) -> Verified:
        segments, heads = read_log(self.folder)
        return verify(segments, heads, self.public_key, self.on_paper)


@click.group()
def log() -> None:
    """Prove the sealed log of a box whole, open it, and report from it.

    Example: nodboks-provision log verify logs/b1 --fleet hub/fleet.toml --box b1

    Exit codes: 0 done, 1 the log is not whole, 2 wrong use.
    """


def _takes_log(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command the folder of a log and whose it is, as one argument."""

    @click.argument("folder", type=_FOLDER)
    @click.option("--fleet", "fleet_file", type=_FILE, help="The list of boxes, with log_key.")
    @click.option("--box", "box_id", help="Which box of the fleet the log must be of.")
    @click.option("--key", help="The box's log key instead, 64 digits of 0–9 and a–f.")
    @functools.wraps(command)
    def run(folder: Path, **given: Any) -> int:
        key = _public_key(given.pop("fleet_file"), given.pop("box_id"), given.pop("key"))
        return command(_Source(folder, key), **given)

    return run


def _opens_log(command: Callable[..., Sheet]) -> Callable[..., int]:
    """Give a command the opened entries; write the sheet it returns."""

    @_takes_log
    @click.option("--identity", type=_FILE, required=True, help="The audit key: offline/audit.key.")
    @click.option(
        "--format",
        "form",
        type=click.Choice([form.value for form in Form]),
        default=Form.TABLE.value,
        show_default=True,
        help="How it is written.",
    )
    @click.option(
        "--out",
        type=click.Path(dir_okay=False, path_type=Path),
        help="File to write it to (mode 0600); it holds personal data. Else the screen.",
    )
    @functools.wraps(command)
    def run(source: _Source, *, identity: Path, form: str, out: Path | None, **given: Any) -> int:
        verified = source.verified()
        opened = open_log(verified.lines, read_identity(identity))
        sheet = command(opened.entries, verified, **given)
        _write(written(sheet, Form(form)), out)
        findings = (*verified.findings, *opened.findings)
        tell(findings, error=True)  # what is said must not stand in a sheet that goes to a file
        return ended(is_whole=not any(finding.is_fault for finding in findings))

    return run


@log.command("verify")
@_takes_log
@click.option(
    "--paper", "on_paper", multiple=True, help="What a sheet shows: 3F9A12C0. Repeatable."
)
def verify_log(source: _Source, on_paper: tuple[str, ...]) -> int:
    """Walk along the chain and compare it with every head the box signed; needs no secret.

    Example: nodboks-provision log verify logs/b1 --fleet hub/fleet.toml --box b1

    Exit codes: 0 whole, 1 something is not, 2 wrong use.
    """
    verified = _Source(source.folder, source.public_key, on_paper).verified()
    tell(verified.findings)
    say(NAME, f"{len(verified.lines)} lines, the last is {verified.end.number}")
    return ended(is_whole=verified.is_whole)


@log.command("open")
@_opens_log
def open_entries(entries: tuple[OpenedEntry, ...], verified: Verified) -> Sheet:
    """Show every entry of a log in the clear.

    Example: nodboks-provision log open logs/b1 --key 3f9a… --identity audit.key --out b1.txt

    Exit codes: 0 written, 1 the log is not whole (it is written all the same), 2 wrong use.
    """
    del verified
    return reports.all_entries(entries)


@log.command("access-report")
@_opens_log
@click.option(
    "--cpr", prompt="CPR", help="The citizen; leave it out to be asked, unseen by others."
)
def access_report(entries: tuple[OpenedEntry, ...], verified: Verified, cpr: str) -> Sheet:
    """Tell a citizen who saw or printed their data and when (GDPR art. 15).

    Example: nodboks-provision log access-report logs/b1 --key 3f9a… --identity audit.key

    Exit codes: 0 written, 1 the log is not whole (it is written all the same), 2 wrong use.
    """
    del verified
    return reports.access_report(entries, cpr)


@log.command("spot-check")
@_opens_log
@click.option("--month", required=True, help="The month to draw from, such as 2026-11.")
@click.option(
    "--count", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many."
)
@click.option("--seed", default="", help="Draw again with the key on an earlier sheet.")
def spot_check(
    entries: tuple[OpenedEntry, ...], verified: Verified, month: str, count: int, seed: str
) -> Sheet:
    """Draw looks of a month at random, for their leader to account for.

    Without --seed the end of the log is the key: nobody could know it while they looked.

    Example: nodboks-provision log spot-check logs/b1 --key 3f9… --identity a.key --month 2026-11

    Exit codes: 0 written, 1 the log is not whole (it is written all the same), 2 wrong use.
    """
    found = _MONTH.fullmatch(month)
    if found is None:
        raise click.BadParameter(f"{month!r} is not a month such as 2026-11", param_hint="--month")
    key = seed or verified.end.digest.hex()
    return reports.spot_check(entries, (int(found[1]), int(found[2])), count, key)


@log.command("break-glass")
@_opens_log
def break_glass(entries: tuple[OpenedEntry, ...], verified: Verified) -> Sheet:
    """List every time somebody broke the glass, why, and what they looked at.

    Example: nodboks-provision log break-glass logs/b1 --key 3f9a… --identity audit.key

    Exit codes: 0 written, 1 the log is not whole (it is written all the same), 2 wrong use.
    """
    del verified
    return reports.break_glass(entries)


def _public_key(fleet_file: Path | None, box_id: str | None, key: str | None) -> bytes:
    if key:
        if not _KEY.fullmatch(key):
            raise click.BadParameter("a log key has 64 digits of 0–9 and a–f", param_hint="--key")
        return bytes.fromhex(key)
    if not fleet_file or not box_id:
        raise click.UsageError("say whose log it is: --fleet and --box, or --key")
    found = load_fleet(fleet_file).box(box_id)
    if not found.log_key:
        raise click.UsageError(f"box {box_id} has no log_key in {fleet_file}; give --key")
    return bytes.fromhex(found.log_key)


def _write(text: str, out: Path | None) -> None:
    if out is None:
        click.echo(text, nl=False)
    else:
        write_atomically(out, text.encode())
