"""Keep an unsigned or partly signed next root in one file that travels on a USB stick.

The file holds the trusted root beside the next one, so that a machine without a network can say
what changes; nothing in it is secret, and nothing in it is believed before both thresholds are
met. Called by the commands and by `install`.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from securesystemslib.signer import CryptoSigner
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root

from appliance.files import explaining_disk_errors, write_atomically
from appliance.snapshot.roots import follow, load
from provisioning.errors import RootError
from provisioning.root_ceremony.changes import changes_between
from provisioning.root_ceremony.keys import short

_FORMAT = "nodboks-root-draft-1"
_PUBLIC = 0o644


@dataclass(frozen=True, slots=True)
class Lacking:
    """The signatures one of the two thresholds still needs."""

    root: int
    threshold: int
    signed: int
    may_sign: tuple[str, ...]

    @property
    def is_met(self) -> bool:
        """Tell whether nothing is missing."""
        return self.signed >= self.threshold

    def __str__(self) -> str:
        told = f"{self.signed} of {self.threshold} signatures by the keys of root {self.root}"
        if self.is_met:
            return told
        missing, keys = self.threshold - self.signed, ", ".join(map(short, self.may_sign))
        return f"{told}: {missing} missing, by {keys}"


@dataclass(frozen=True, slots=True)
class Draft:
    """A next root on its way, and the one it follows."""

    trusted: Metadata[Root]
    following: Metadata[Root]

    def sign(self, signer: CryptoSigner) -> None:
        """Add a signature; the same key twice counts once.

        Raises:
            RootError: neither root knows the key.

        """
        key_id = signer.public_key.keyid
        roots = (self.trusted.signed, self.following.signed)
        if not any(key_id in root.roles[Root.type].keyids for root in roots):
            raise RootError(f"{short(key_id)} is a root key neither before nor after")
        self.following.sign(signer, append=True)

    def refuse_other_root(self, content: bytes) -> None:
        """Return if the draft follows the root a person brought along.

        A robbed hub may show another one, to make a draft look as if it changed little.

        Raises:
            RootError: it follows another, or this is no root.

        """
        try:
            trusted = load(Root, content).signed
        except RepositoryError as error:
            raise RootError(f"your copy of the root is none, or damaged ({error})") from error
        if trusted != self.trusted.signed:
            raise RootError(
                f"the draft does not follow your copy, root {trusted.version}: do not sign it"
            )

    def lacking(self) -> tuple[Lacking, Lacking]:
        """Say how far the threshold of the trusted root is met, and that of the next one."""
        before, after = (self._lacking(one.signed) for one in (self.trusted, self.following))
        return before, after

    def verify(self) -> None:
        """Return if the next root is what boxes will follow.

        Raises:
            RootError: signatures are missing, or something else than keys and lifetime changes.

        """
        changes_between(self.trusted.signed, self.following.signed)
        try:
            follow(self.trusted, (self.following.to_bytes(),))
        except RepositoryError as error:
            missing = "; ".join(str(one) for one in self.lacking() if not one.is_met)
            raise RootError(missing or f"root {self.following.signed.version}: {error}") from error

    def _lacking(self, root: Root) -> Lacking:
        signed, signatures = self.following.signed_bytes, self.following.signatures
        result = root.get_verification_result(Root.type, signed, signatures)
        may_sign = tuple(sorted(result.unsigned))
        return Lacking(root.version, result.threshold, len(result.signed), may_sign)


def write_draft(path: Path, draft: Draft) -> None:
    """Write the draft, over what was there.

    Raises:
        DiskFullError, StorageError: the disk refused; the file is as it was.

    """
    content = {
        "format": _FORMAT,
        "trusted": draft.trusted.to_dict(),
        "next": draft.following.to_dict(),
    }
    write_atomically(path, json.dumps(content, indent=1).encode() + b"\n", mode=_PUBLIC)


def read_draft(path: Path) -> Draft:
    """Read a draft whose trusted root is at least signed by its own keys.

    Raises:
        RootError: it is none, or it is damaged.
        StorageError: it cannot be read.

    """
    with explaining_disk_errors(f"reading {path.name}"):
        content = path.read_bytes()
    try:
        raw = json.loads(content)
        if raw["format"] != _FORMAT:
            raise RootError(f"{path}: a draft of format {raw['format']!r}, not {_FORMAT!r}")
        trusted, following = (
            load(Root, json.dumps(raw[one]).encode()) for one in ("trusted", "next")
        )
        follow(trusted, ())
    except (ValueError, KeyError, TypeError, RecursionError, RepositoryError) as error:
        raise RootError(f"{path}: not a draft of a root, or damaged ({error})") from error
    return Draft(trusted, following)
