"""The boxes of the vault's tests, for the commands that ask a keeper."""

from tests.appliance.vault.conftest import (  # noqa: F401  (fixtures)
    box,
    full_box,
    keeper,
    ram_dir,
    records_db,
    remembering_argon2,
    two,
    usb_box,
)
