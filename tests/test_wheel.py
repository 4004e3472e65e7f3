"""Build the wheel, look inside, install it where this checkout is out of sight, and run it."""

import subprocess
import sys
import sysconfig
import venv
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("appliance", "printers", "provisioning")
# What the program reads at run time, beside its own modules.
CARRIED = {
    "pages": "appliance/web/templates/*.html",
    "style": "appliance/web/static/app.css",
    "English catalogue": "appliance/web/translations/en/LC_MESSAGES/messages.mo",
    "sheets": "appliance/paper/templates/*.typ",
    "fonts": "appliance/paper/fonts/*.[ot]tf",
    "licences of the fonts": "appliance/paper/fonts/LICENSE*",
    "invented medicines": "appliance/demo/*.csv",
    "known printers": "printers/models.toml",
    "snapshot format": "appliance/snapshot/FORMAT.md",
    "response plan": "appliance/plan/default/plan.toml",
    "action cards": "appliance/plan/default/cards/*.md",
    "format of a plan": "appliance/plan/FORMAT.md",
    "settings": "appliance/CONFIG.md",
    "change log": "appliance/CHANGELOG.md",
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel, built without a network from what is in the checkout."""
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, ROOT]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    (wheel,) = out.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the programs' folder of a new environment that holds the wheel and its libraries."""
    home = tmp_path_factory.mktemp("installed")
    venv.create(home, with_pip=False, symlinks=True)
    python = home / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check"]
    options = ["install", "--quiet", "--no-index", "--no-deps", wheel]
    subprocess.run([*pip, *options], check=True, cwd=home)
    (packages,) = home.glob("lib/python*/site-packages")
    # The libraries of this environment, not its .pth files: the checkout stays out of sight.
    libraries = sysconfig.get_path("purelib")
    (packages / "libraries.pth").write_text(f"{libraries}\n", encoding="utf-8")
    return python.parent


def run(*command: str | Path) -> str:
    """Run a program away from the checkout and return what it printed."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("what", CARRIED)
def test_the_wheel_carries(wheel: Path, what: str) -> None:
    with zipfile.ZipFile(wheel) as opened:
        found = [name for name in opened.namelist() if Path(name).match(CARRIED[what])]

    assert found, f"no {CARRIED[what]} in the wheel"


def test_the_wheel_carries_every_file_of_the_packages_and_nothing_else(wheel: Path) -> None:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", *PACKAGES]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    expected = {name for name in listed.splitlines() if (ROOT / name).is_file()}
    with zipfile.ZipFile(wheel) as opened:
        carried = {name for name in opened.namelist() if ".dist-info/" not in name}

    assert carried - {"appliance/CHANGELOG.md"} == expected


def test_the_installed_program_is_not_the_checkout(installed: Path) -> None:
    program = "import appliance, printers, provisioning as p; print(appliance.__file__, p.__file__)"

    files = run(installed / "python", "-c", program)

    assert all(Path(file).is_relative_to(installed.parent) for file in files.split())


def test_the_installed_programs_run(installed: Path) -> None:
    assert version("nodboks") in run(installed / "nodboks", "--version")
    assert "publish" in run(installed / "nodboks-provision", "--help")


@pytest.mark.parametrize(
    "program", ["appliance.web.app", "appliance.paper.pack", "appliance.demo.night"]
)
def test_the_installed_parts_can_be_imported(installed: Path, program: str) -> None:
    run(installed / "python", "-W", "error", "-c", f"import {program}")
