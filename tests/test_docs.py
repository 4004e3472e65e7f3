"""Fail when the documents lag behind the program: commands, settings, error codes, version."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
import pytest

import appliance.cli
import appliance.errors
import printers.errors
import provisioning.bulk_client.errors
import provisioning.cli
import provisioning.errors
from appliance.config import SECTIONS
from appliance.version import RELEASED

ROOT = Path(__file__).resolve().parents[1]
READMES = (ROOT / "README.md", *sorted(ROOT.glob("*/README.md")))
CONFIG_MD = (ROOT / "appliance" / "CONFIG.md").read_text(encoding="utf-8")


def commands(group: click.Group, path: str) -> Iterator[tuple[str, click.Command]]:
    """Yield every command of a program with the words that call it, groups included."""
    for name, command in sorted(group.commands.items()):
        yield f"{path} {name}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")


COMMANDS = [
    *commands(appliance.cli.nodboks, "nodboks"),
    *commands(provisioning.cli.provision, "nodboks-provision"),
]
KEYS = [(name, item) for name, kind in SECTIONS.items() for item in fields(kind)]


@pytest.mark.parametrize(("words", "command"), COMMANDS, ids=[words for words, _ in COMMANDS])
def test_every_command_explains_itself_with_an_example(words: str, command: click.Command) -> None:
    text = command.help or ""

    assert text.partition("\n")[0].endswith("."), "the first line is one sentence"
    assert f"Example: {words}" in text or isinstance(command, click.Group)


@pytest.mark.parametrize(("words", "command"), COMMANDS, ids=[words for words, _ in COMMANDS])
def test_every_option_is_explained(words: str, command: click.Command) -> None:
    options = [item for item in command.params if isinstance(item, click.Option)]

    assert [option.name for option in options if not option.help] == [], words


@pytest.mark.parametrize("words", [words for words, _ in COMMANDS])
def test_every_command_stands_in_a_readme(words: str) -> None:
    assert any(re.search(rf"{words}\b", page.read_text(encoding="utf-8")) for page in READMES)


@pytest.mark.parametrize(
    ("section", "item"), KEYS, ids=[f"{section}.{item.name}" for section, item in KEYS]
)
def test_every_setting_is_documented_with_its_default(section: str, item: "Field[Any]") -> None:
    chapter = CONFIG_MD.partition(f"## `[{section}]`")[2].partition("\n## ")[0]

    assert f"| `{item.name}` | {_shown_default(item)} | " in chapter


def test_no_setting_is_documented_that_does_not_exist() -> None:
    documented = re.findall(r"^\| `(\w+)` \|", CONFIG_MD, re.MULTILINE)

    assert sorted(documented) == sorted(item.name for _, item in KEYS)


def _shown_default(item: "Field[Any]") -> str:
    if item.default is MISSING:
        return "–"
    if isinstance(item.default, tuple) and item.default:
        return ", ".join(f"`{part}`" for part in item.default)
    if isinstance(item.default, bool):
        return f"`{str(item.default).lower()}`"
    return f"`{item.default}`" if item.default not in ("", None, ()) else "empty"


def kinds_of_errors() -> list[Any]:
    """List every error a person can meet, each once."""
    modules = (
        appliance.errors,
        provisioning.errors,
        provisioning.bulk_client.errors,
        printers.errors,
    )
    found = [item for module in modules for item in vars(module).values()]
    kinds = [item for item in found if isinstance(item, type) and issubclass(item, Exception)]
    return list(dict.fromkeys(kinds))


def test_every_error_code_means_one_thing() -> None:
    codes = Counter(kind.code for kind in kinds_of_errors())

    assert [code for code, times in codes.items() if times > 1] == []


@pytest.mark.parametrize("kind", kinds_of_errors(), ids=lambda kind: kind.__name__)
def test_every_error_tells_what_happened_and_what_to_do(kind: Any) -> None:
    assert re.fullmatch(r"N-\d{3}", kind.code)
    assert kind.sentence.endswith((".", "?"))
    assert kind.next_step.endswith((".", "?"))


def test_readme_can_be_read_in_one_go() -> None:
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()

    assert len(lines) <= 120
    assert {"make demo", "make test"} <= set(re.findall(r"make \w+", "\n".join(lines)))


def test_every_test_the_threat_model_names_exists() -> None:
    claims = (ROOT / "THREATS.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(test_\w+)`", claims))
    code = [path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py")]
    there = set(re.findall(r"^(?:async )?def (test_\w+)", "\n".join(code), re.MULTILINE))

    assert len(named) > 20
    assert sorted(named - there) == []


def test_the_version_is_the_newest_heading_of_the_change_log() -> None:
    log = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d{2}-\d{2})$", log, re.MULTILINE)

    assert newest
    assert version("nodboks") == newest[1]
    assert RELEASED.date().isoformat() == newest[2]  # no clock may be before it
