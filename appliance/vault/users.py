"""Name the users the box's programs run as; `systemd/nodboks.sysusers` makes them."""

import pwd

KEEPER_USER = "nodboks-keeper"
WORKER_USER = "nodboks-worker"
WEB_USER = "nodboks-web"
PANEL_USER = "nodboks-panel"


def user_exists(name: str) -> bool:
    """Tell whether this machine has the user: a box has, a laptop with the demo has not."""
    return bool(uids_of(name))


def uids_of(name: str) -> frozenset[int]:
    """Return the user's id; none on a machine that has no such user."""
    try:
        return frozenset({pwd.getpwnam(name).pw_uid})
    except KeyError:
        return frozenset()
