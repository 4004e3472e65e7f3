"""A municipality whose root keys lie in two safes, and what its people do with them."""

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from appliance.clock import HeldClock
from provisioning.cli import NAME, main
from provisioning.root_ceremony.draft import Draft
from provisioning.root_ceremony.install import Wanted, install, make_draft
from provisioning.signing import create_trust, load_signer

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys, monkeypatch) -> Run:
    """Run the program as a person does; `answer` is what they type."""

    def run_with(*words, answer: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", [NAME, *map(str, words)])
        monkeypatch.setattr(sys, "stdin", io.StringIO(answer))
        with pytest.raises(SystemExit) as ended:
            main()
        shown = capsys.readouterr()
        assert "Traceback" not in shown.err
        return int(ended.value.code or 0), shown.out, shown.err

    return run_with


@dataclass
class Municipality:
    """A trust folder and the sticks of its root keys."""

    folder: Path
    clock: HeldClock

    @property
    def keys(self) -> list[Path]:
        return sorted((self.folder / "offline").glob("root-*.pem"))

    def key_id(self, number: int) -> str:
        return load_signer(self.keys[number - 1]).public_key.keyid

    def draft(self, **wanted: object) -> Draft:
        return make_draft(self.folder, Wanted(**wanted), self.clock)  # type: ignore[arg-type]

    def signed(self, draft: Draft, *numbers: int) -> Draft:
        for number in numbers or (1, 2):
            draft.sign(load_signer(self.keys[number - 1]))
        return draft

    def rotate(self, **wanted: object) -> Draft:
        draft = self.signed(self.draft(**wanted))
        install(self.folder, draft, self.clock)
        return draft


@pytest.fixture
def municipality(tmp_path: Path, clock: HeldClock) -> Municipality:
    create_trust(tmp_path / "trust", clock)
    return Municipality(tmp_path / "trust", clock)
