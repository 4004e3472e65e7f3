"""Warn in time that the root runs out: two people and two safes are not found in a day.

Pure. Called by `root show`, which a monitor runs, and by each night's publish.
"""

from datetime import datetime, timedelta

from tuf.api.metadata import Root

from appliance.snapshot.roots import load

WARNED_BEFORE = timedelta(days=90)


def days_left(root: bytes, now: datetime) -> int:
    """Return the whole days for which boxes will still follow the root; negative after it."""
    return (load(Root, root).signed.expires - now).days


def expiry_warning(root: bytes, now: datetime) -> str:
    """Return what to say of a root that has run out or soon will, or nothing."""
    signed = load(Root, root).signed
    if now + WARNED_BEFORE < signed.expires:
        return ""
    left = days_left(root, now)
    when = f"in {left} days, on" if left >= 0 else "on"
    verb = "expires" if left >= 0 else "expired"
    return (
        f"root {signed.version} {verb} {when} {signed.expires:%Y-%m-%d}; after that no box takes"
        " a new copy: renew it (provisioning/TRUST.md)"
    )
