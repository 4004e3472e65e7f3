"""Run the real worker with a timetable that begins at once; its log goes to stderr."""

import logging
import sys
from pathlib import Path

from appliance import worker
from appliance.box_clock.clock import BoxClock
from appliance.config import load_config

worker._UPLOAD_SPREAD_S = 0.2
worker._LOOK_EVERY_S = 0.2
logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
config = load_config(Path(sys.argv[1]))
clock = BoxClock(config.box.ram_dir)
logging.getLogger("child").info("the box's clock shows %s", clock.now().year)
worker.run_worker(config, clock)
