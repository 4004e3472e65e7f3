"""Let `python -m appliance` be `nodboks`; the demo starts its processes this way."""

from appliance.cli import main

main()
