"""Run syncs in processes of their own, so that a test can kill them.

For each line on stdin forks a process that syncs, prints its id, waits for it, prints how it ended.
Forking a warm process makes a trial cost milliseconds.
"""

import json
import os
import sys
from pathlib import Path

from appliance.clock import SystemClock
from appliance.config import BoxConfig, BoxSection, HubSection
from appliance.errors import NodboksError
from appliance.sync.update import sync


def main() -> None:
    print("warm", flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if not child:
            _sync(order)
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _sync(order: dict[str, str]) -> None:
    box = BoxSection(id=order["box"], name="Solgården", state_dir=Path(order["state_dir"]))
    config = BoxConfig(box=box, hub=HubSection(url=order["url"]))
    try:
        outcome = sync(config, SystemClock())
    except NodboksError:
        os._exit(1)
    os._exit(0 if outcome.version else 3)


if __name__ == "__main__":
    main()
