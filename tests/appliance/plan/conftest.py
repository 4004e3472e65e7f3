"""A copy of the shipped plan, to be broken; and another municipality's, to be read as it is."""

import shutil
from pathlib import Path

import pytest

from appliance.plan.loader import read_plan
from appliance.plan.shipped import SHIPPED

FJORDBY = Path(__file__).parent / "fjordby"
SUNDHAVN = Path(__file__).parent / "sundhavn"


class PlanFolder:
    """A plan's folder that a test changes and reads."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def change(self, name: str, before: str, after: str) -> None:
        """Replace what stands in a file; it must be there."""
        file = self.path / name
        text = file.read_text()
        assert before in text
        file.write_text(text.replace(before, after, 1))

    def findings(self) -> list[str]:
        """Return what is wrong with the plan now."""
        return [str(finding) for finding in read_plan(self.path).findings]


@pytest.fixture
def folder(tmp_path):
    return PlanFolder(shutil.copytree(SHIPPED, tmp_path / "plan"))


@pytest.fixture
def fjordby(tmp_path):
    return PlanFolder(shutil.copytree(FJORDBY, tmp_path / "fjordby"))
