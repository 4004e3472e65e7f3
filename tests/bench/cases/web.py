"""Sixty phones at one box: how long a page takes while they all poll; Datasette beside it.

The web is the real program, gunicorn on loopback with a keeper simulated behind its socket, over
the staged municipality. Each phone follows a print job every two seconds, as the script of the page
does, and asks for a page in between. The phones run on the same machine and take their share of it.
"""

import http.client
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from appliance.clock import DANISH_TIME
from tests.bench.cases.page import StagedTown
from tests.bench.harness import Comparison, Goal, Result, result
from tests.bench.stage import busiest_citizen

_PHONES, _SECONDS, _POLL_S, _PAGE_EVERY = 60, 30.0, 2.0, 5
_MOST_MS = 30.0
_WORDS = ("hansen", "kirst", "paracet", "sove")
_TURNS = 60


@dataclass
class Phone:
    """One browser: a cookie, the token of its forms, and how long each kind of page took."""

    port: int
    took_ms: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    cookie: str = ""
    token: str = ""

    def get(self, kind: str, path: str) -> str:
        return self._ask(kind, "GET", path, {})

    def post(self, kind: str, path: str, **form: str) -> str:
        return self._ask(kind, "POST", path, {"formular": self.token, **form})

    def unlock(self, code: str) -> None:
        page = self.get("door", "/status")
        self.token = page.split('name="formular" value="')[1].split('"')[0]
        self.post("door", "/laas-op", kode=code, initialer="AB")
        page = self.get("door", "/afsnit")
        self.token = page.split('name="formular" value="')[1].split('"')[0]

    def _ask(self, kind: str, method: str, path: str, form: dict[str, str]) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Cookie": self.cookie} if self.cookie else {}
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        started = time.perf_counter()
        connection.request(method, path, urllib.parse.urlencode(form) or None, headers)
        answer = connection.getresponse()
        body = answer.read().decode()
        self.took_ms[kind].append((time.perf_counter() - started) * 1000)
        assert answer.status in (200, 303), (path, answer.status, body[:300])
        for name, value in answer.getheaders():
            if name == "Set-Cookie" and value.startswith("nodboks="):
                self.cookie = value.split(";")[0]
        connection.close()
        return body


def measure_web(folder: Path) -> list[Result]:
    """Return the slowest twentieth under load, and look-up and search beside Datasette."""
    from tests.simulators.box_state import CARD_CODE
    from tests.simulators.web_process import web_process

    citizen = busiest_citizen(folder)
    with tempfile.TemporaryDirectory() as room, web_process(Path(room)) as web:
        as_of = web.keeper.clock.now().astimezone(DANISH_TIME)
        web.keeper.town = StagedTown(folder / "records.db", as_of)  # type: ignore[assignment]
        phones = [Phone(web.config.web.port) for _ in range(_PHONES)]
        for phone in phones:
            phone.unlock(CARD_CODE)
        phones[0].post("door", f"/udskriv/medicinliste/{citizen.id}")
        paths = {
            "citizens": f"/afsnit/{citizen.unit_id}/borgere",
            "medication": f"/borgere/{citizen.id}/medicin",
            "units": "/afsnit",
        }
        _load(phones, paths)
        loaded = _merged(phones)
        beside = _beside_datasette(folder, phones[0], paths["medication"])
    goal = Goal(_MOST_MS, is_ratio=False)
    under_load = [
        result(f"web {kind} p95 at {_PHONES} phones", "", (_p95(took), None, "ms"), goal)
        for kind, took in sorted(loaded.items())
        if kind != "door"
    ]
    return [*under_load, *beside]


def _load(phones: list[Phone], paths: dict[str, str]) -> None:
    """Let every phone poll and browse for a while."""
    page = phones[0].get("door", "/udskrifter")
    job = page.split('data-poll="')[1].split('"')[0] if 'data-poll="' in page else ""
    poll = job or "/status.json"
    until = time.monotonic() + _SECONDS

    def use(number: int, phone: Phone) -> None:
        time.sleep(_POLL_S * number / len(phones))
        turn = number
        while time.monotonic() < until:
            phone.get("poll", poll)
            if turn % _PAGE_EVERY == 0:
                kind = list(paths)[turn // _PAGE_EVERY % len(paths)]
                phone.get(kind, paths[kind])
            turn += 1
            time.sleep(_POLL_S)

    threads = [threading.Thread(target=use, args=each) for each in enumerate(phones)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _merged(phones: list[Phone]) -> dict[str, list[float]]:
    took: dict[str, list[float]] = defaultdict(list)
    for phone in phones:
        for kind, each in phone.took_ms.items():
            took[kind] += each
    return took


def _p95(took: list[float]) -> float:
    return statistics.quantiles(took, n=20)[-1]


def _beside_datasette(folder: Path, phone: Phone, medication: str) -> list[Result]:
    """Time one reader's look-up and search in both, by turns."""
    words = iter(_WORDS * _TURNS)

    def search() -> None:
        phone.post("search", "/soeg", ord=next(words))
        phone.get("search", "/soeg")

    with _datasette(folder) as ask:
        citizen = medication.split("/")[2]
        theirs_look = f"/records/medication?citizen_id={citizen}&_size=100"
        query = "select citizen_id, section, snippet(found, 2, '', '', '…', 12) from found where"
        found = urllib.parse.quote(f"{query} found match :w limit 200")
        pairs = (
            ("look-up", lambda: phone.get("look", medication), lambda: ask(theirs_look)),
            ("search", search, lambda: ask(f"/search?sql={found}&w={next(words)}*")),
        )
        return [
            result(f"web {name}", "Datasette", (*_by_turns(ours, theirs), "ms"))
            for name, ours, theirs in pairs
        ]


def _by_turns(ours: Callable[[], object], theirs: Callable[[], object]) -> tuple[float, float]:
    took: tuple[list[float], list[float]] = ([], [])
    for _ in range(_TURNS):
        for work, times in zip((ours, theirs), took, strict=True):
            started = time.perf_counter()
            work()
            times.append((time.perf_counter() - started) * 1000)
    return statistics.median(took[0]), statistics.median(took[1])


@contextmanager
def _datasette(folder: Path) -> Iterator[Callable[[str], None]]:
    """Serve the same records with Datasette on loopback until the block ends."""
    from tests.simulators.web_process import free_port

    port = free_port()
    command = [sys.executable, "-m", "datasette", "serve", "--port", str(port)]
    files = [str(folder / "records.db"), str(folder / "search.db")]
    serving = subprocess.Popen(
        [*command, "-i", files[0], "-i", files[1]],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def ask(path: str) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, (path, answer.status)
        connection.close()

    try:
        _wait_for(ask)
        yield ask
    finally:
        serving.terminate()
        serving.wait(20)


def _wait_for(ask: Callable[[str], None]) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            ask("/-/versions.json")
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return


CASES = (
    Comparison(
        "web",
        "Datasette",
        "sixty phones poll and browse; then one reader's look-up and search beside a general tool",
        measure_web,
    ),
)
