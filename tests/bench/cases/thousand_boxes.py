"""A thousand boxes at one hub: real syncs over TLS, each with its own certificate, through nginx.

What a hub must manage is one sync a second (a thousand boxes, a quarter of an hour). The boxes are
simulated on the same machine, so that it is their work that is measured: the hub's share is small.
"""

import re
import shutil
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.bench.harness import Case, Goal, Rate, Skipped, Work

_BOXES = 1000
_LINE = re.compile(r'" (\d{3}) (\d+) [\d.]+ TLS')


def sync_a_thousand(folder: Path) -> Work:
    """Publish to a thousand boxes; the work is the first sync of all of them."""
    from appliance.config import HubSection
    from tests.simulators.certificates import Authority
    from tests.simulators.many_boxes import ManyBoxes, sync_all, versions
    from tests.simulators.nginx import running_nginx

    if shutil.which("nginx", path="/usr/sbin:/usr/bin") is None:
        raise Skipped("apt install nginx-light")
    base = "/dev/shm" if Path("/dev/shm").is_dir() else folder
    room = Path(tempfile.mkdtemp(prefix="nodboks-thousand-", dir=base))
    many = ManyBoxes(room, _BOXES)
    many.publish()
    authority = Authority(room / "ca")
    pairs = {box_id: authority.box(box_id) for box_id in many.ids}

    def work() -> None:
        with ExitStack() as stack:
            stack.callback(shutil.rmtree, room)
            nginx = stack.enter_context(running_nginx(room / "town", authority))
            configs = many.enrol(
                lambda box_id: HubSection(
                    url=nginx.url,
                    ca_file=authority.ca_file,
                    client_cert=pairs[box_id].cert,
                    client_key=pairs[box_id].key,
                )
            )
            for name in ("first copy", "nothing new", "next night"):
                if name == "next night":
                    many.publish()
                before = nginx.log.stat().st_size if nginx.log.exists() else 0
                done = sync_all(configs)
                assert not done.failures, done.failures[:3]
                _say(name, done.seconds, nginx.log.read_bytes()[before:].decode())
            assert versions(configs) == {2}

    return work


def _say(name: str, seconds: float, log: str) -> None:
    """Print what the server saw of one round."""
    lines = _LINE.findall(log)
    size = sum(int(sent) for _, sent in lines)
    print(
        f"bench: {name}: {_BOXES} boxes, {len(lines)} requests, {size / 1e6:.2f} MB, "
        f"{seconds:.1f} s, {len(lines) / seconds:.0f} requests/s",
        file=sys.stderr,
    )


CASES = (
    Case(
        "vault-thousand-boxes",
        "nothing",
        "three rounds of a thousand real syncs over mutual TLS; an hour has four rounds",
        sync_a_thousand,
        None,
        time_goal=Goal(600_000, is_ratio=False),
        memory_goal=Goal(400, is_ratio=False),
        rounds=1,
        rate=Rate(3 * _BOXES, "syncs/s", least=5),
        only_asked=True,
    ),
)
