"""Run one fetch in a process of its own, so that a test can kill it."""

import sys
import time
from pathlib import Path

from appliance.clock import SystemClock
from provisioning.bulk_client.fetch import fetch_feed
from provisioning.bulk_client.settings import FeedServer, ServerSection
from provisioning.bulk_client.waiting import Surroundings


def main() -> None:
    settings = FeedServer(ServerSection(url=sys.argv[1]))
    around = Surroundings(SystemClock(), sleep=lambda _: time.sleep(0.01))
    report = fetch_feed(settings, Path(sys.argv[2]), around)
    sys.exit(0 if report.is_complete else 1)


if __name__ == "__main__":
    main()
