"""Run one box's post as a process: `post_child FOLDER PORT NUMBER KNOWN…`; ends on SIGTERM."""

import signal
import sys
import threading
from pathlib import Path

from appliance.beacon.datagram import pack
from appliance.beacon.others import KnownBoxes, Others
from appliance.beacon.post import BeaconPost, Self
from appliance.beacon.statement import Word, sign_statement
from appliance.beacon_settings import BeaconSection
from appliance.box_clock.clock import BoxClock
from appliance.signatures import public_key_of
from tests.appliance.beacon.boxes import key_of_box, neighbour


def main() -> None:
    """Speak and hear until told to stop."""
    folder, port, number = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    known = [int(each) for each in sys.argv[4:] if int(each) != number]
    key = key_of_box(number)

    def seal(statement: bytes) -> bytes:
        return pack(public_key_of(key), sign_statement(statement, key), statement)

    others = Others(folder)
    addresses = {f"boks-{each}": f"127.0.0.{each}" for each in known}
    others.known = KnownBoxes(tuple(map(neighbour, known)), addresses)
    path = folder / f"{number}" / "heard.json"
    own = Self(f"boks-{number}", "lo", Word, seal, path)
    settings = BeaconSection(f"127.0.0.{number}", port, 2)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    BeaconPost(settings, own, others, BoxClock(folder)).run(stop)


if __name__ == "__main__":
    main()
