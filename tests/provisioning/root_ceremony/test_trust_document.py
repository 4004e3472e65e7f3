"""The commands of TRUST.md work in the order they stand in, and a box follows every ceremony."""

import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from appliance import crypto
from appliance.clock import SystemClock
from appliance.config import BoxConfig, BoxSection, HubSection
from appliance.errors import SnapshotError
from appliance.snapshot.installed import Installed, InstalledSnapshot
from appliance.snapshot.packing import pack
from appliance.sync.stick import StickSource
from appliance.sync.update import sync
from provisioning.cli import NAME
from provisioning.repository import BoxRepository, Draft
from provisioning.signing import Trust, load_trust
from tests.appliance.snapshot.town import BOX, make_database
from tests.provisioning.feeds import organization, patient, write_feed
from tests.provisioning.root_ceremony.conftest import Run

pytestmark = pytest.mark.slow  # seconds, not milliseconds

DOCUMENT = Path(__file__).parents[3] / "provisioning" / "TRUST.md"
COMMAND = re.compile(r"^ {4,}((?:nodboks-provision|age-keygen|mv|cp|rm|rmdir) .*)$", re.MULTILINE)
HUGE = 4_000_000_000


def chapters() -> dict[str, list[str]]:
    """Return the commands of each chapter."""
    _, *parts = re.split(r"^## ", DOCUMENT.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {part.partition("\n")[0]: COMMAND.findall(part) for part in parts}


@dataclass
class Room:
    """The folders of the document, and one box that fetches from the hub by stick."""

    folder: Path
    run: Run
    identity: str = field(default_factory=crypto.new_identity)
    key_ids: dict[str, str] = field(default_factory=dict)

    @property
    def trust(self) -> Trust:
        return load_trust(self.folder / "hub" / "trust")

    @property
    def installed(self) -> InstalledSnapshot:
        current = Installed(self.folder / "box").current()
        assert current is not None
        return current

    def do(self, chapter: str, lost: str = "") -> str:
        """Run a chapter's commands, and answer with yes; return what was said."""
        commands = [one.replace("KEYID", self.key_ids.get(lost, "")) for one in chapters()[chapter]]
        return "".join(self._run(command) for command in commands)

    def _run(self, command: str) -> str:
        """Run one line, our own program in this process: it starts two dozen times."""
        program, *words = shlex.split(command)
        if program == NAME:
            code, out, err = self.run(*words, answer="y\n")
        else:
            shell = ["sh", "-c", command]
            ended = subprocess.run(shell, capture_output=True, text=True, check=False)
            code, out, err = ended.returncode, ended.stdout, ended.stderr
        assert code == 0, (command, out, err)
        self.key_ids.update(re.findall(r"(root-\d)\.pem is root key (\w{16})", out))
        return out

    def enrol(self) -> None:
        """Put a box into the fleet and the root on the box; a small export stands ready."""
        write_feed(self.folder / "export", [organization(), patient()])
        recipient = crypto.recipient_of(self.identity)
        with (self.folder / "hub" / "fleet.toml").open("a") as fleet:
            lines = f'id = "{BOX}"\nname = "Boks"\nrecipient = "{recipient}"\nunits = ["*"]\n'
            fleet.write(f"[[box]]\n{lines}")
        (self.folder / "box" / "trust").mkdir(parents=True)
        shutil.copyfile(
            self.folder / "hub" / "trust" / "root.json", self.folder / "box" / "trust" / "root.json"
        )

    def fetch(self, public: Path) -> None:
        box = BoxSection(id=BOX, name="Boks", state_dir=self.folder / "box")
        config = BoxConfig(box=box, hub=HubSection(url="http://127.0.0.1:9/"))
        sync(config, SystemClock(), StickSource(public))

    def box_follows(self) -> tuple[int, int]:
        """Let the box fetch; return the version it shows and how many roots it has walked."""
        self.fetch(self.folder / "hub" / "public")
        return self.installed.manifest.version, len(self.installed.vouching.roots)


def false_copy(trust: Trust, public: Path, recipient: str) -> None:
    """Sign false data the way a thief of the online key does."""
    db, sealed = make_database(public.with_name("false.db")), public.with_name("false.age")
    packed = pack(db, sealed, recipient)
    repository = BoxRepository(public / "boxes" / BOX, trust, SystemClock(), first_version=HUGE)
    repository.publish(Draft(1, {"citizens": 900, "medication": 0}, packed), sealed)


@pytest.fixture
def room(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Room:
    for name in ("safe-a", "safe-b", "spare", "stick"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path)
    return Room(tmp_path, run)


def test_two_people_follow_the_document_and_the_box_follows_them(room: Room):
    room.do("Once, before the first box")
    room.enrol()
    assert len(re.findall(r"root-\d\.pem is", room.do("Every year"))) == 3

    room.do("Renew the root")
    assert room.box_follows() == (1, 2)

    room.do("A root key is lost", lost="root-2")
    assert room.box_follows() == (2, 3)

    room.do("A root key is exposed", lost="root-3")
    assert room.box_follows() == (3, 4)

    thief = room.folder / "thief"
    stolen = room.trust
    false_copy(stolen, thief, crypto.recipient_of(room.identity))
    room.fetch(thief)
    assert room.installed.manifest.version == HUGE

    room.do("The online key is stolen")
    assert room.box_follows() == (1, 5)
    false_copy(stolen, thief, crypto.recipient_of(room.identity))
    with pytest.raises(SnapshotError):
        room.fetch(thief)

    assert room.installed.manifest.version == 1
    assert not list((room.folder / "stick").iterdir())
    names = {path.name for path in (room.folder / "hub" / "trust" / "online").iterdir()}
    assert not [name for name in names if name.startswith("pending")]


@pytest.mark.skipif(not shutil.which("age-keygen"), reason="install Debian's age")
def test_a_new_recovery_key_is_made_with_stock_age(room: Room):
    room.do("The recovery key is lost")

    recipient = (room.folder / "stick" / "recovery.pub").read_text().strip()
    assert crypto.encrypt(b"x", recipient)


def test_every_command_of_the_ceremony_stands_in_the_document():
    commands = " ".join(command for chapter in chapters().values() for command in chapter)

    for name in ("show", "key-id", "draft", "sign", "install", "new-key"):
        assert f"nodboks-provision root {name} " in commands
