"""Take a folder for the demo, and never anybody else's."""

import shutil
from pathlib import Path

from appliance.errors import ConfigError

_MARK = ".nodboks-demo"


def claim_folder(folder: Path) -> None:
    """Make the folder empty and ours; a folder left by an earlier demo is cleared.

    Raises:
        ConfigError: the folder holds something that no demo put there.

    """
    if folder.exists() and any(folder.iterdir()):
        if not (folder / _MARK).exists():
            raise ConfigError(f"{folder} is not empty and not a demo's; choose another --out")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _MARK).touch()
