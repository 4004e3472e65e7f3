"""A program with the command line of raspberrypi/utils' `rpi-fw-crypto`, and a key in a file.

Its `hmac` takes the arguments, writes the bytes and fails with the words and exit codes of the real
one (read from its source, never compared with a Pi). It is a script, because the real one is a
program of its own too.
"""

import sys
from pathlib import Path

_SCRIPT = """\
#!{python} -S
import hmac, pathlib, sys
folder = pathlib.Path({folder!r})
failure = (folder / "failure").read_text() if (folder / "failure").exists() else ""
if failure == "silent":
    import time
    time.sleep(600)
if failure:
    # main() returns -1 after each error, which the shell sees as 255.
    sys.exit(print(failure, file=sys.stderr) or 255)
options = dict(zip(sys.argv[2::2], sys.argv[3::2]))
if sys.argv[1] != "hmac" or options["--key-id"] != "1" or len(options) != 2:
    sys.exit(print("Usage: rpi-fw-crypto <command> [args]", file=sys.stderr) or 1)
message = pathlib.Path(options["--in"]).read_bytes()
sys.stdout.buffer.write(hmac.digest((folder / "key").read_bytes(), message, "sha256"))
"""


class PiFirmware:
    """One Pi: its burnt key, and how its firmware fails."""

    def __init__(self, folder: Path, key: bytes) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._failure = folder / "failure"
        (folder / "key").write_bytes(key)
        path = folder / "rpi-fw-crypto"
        path.write_text(_SCRIPT.format(python=sys.executable, folder=str(folder)), encoding="utf-8")
        path.chmod(0o755)
        self.program = str(path)

    def fail(self, words: str) -> None:
        """Fail from now on with these words; empty heals it, `silent` never answers."""
        self._failure.write_text(words, encoding="utf-8")
