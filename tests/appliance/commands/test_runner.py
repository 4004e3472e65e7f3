"""`nodboks runner`: the same from a shell, against real keepers and a real stick."""

import pytest
from click.testing import CliRunner

from appliance.cli import nodboks
from appliance.config import to_toml
from tests.appliance.vault.boxes import serving
from tests.appliance.vault.two_boxes import Place, Two


def run(place: Place, *words: str):
    config = place.box.config
    path = config.box.state_dir.parent / "shell.toml"
    path.write_text(
        to_toml(
            {
                "box": {"id": config.box.id, "name": config.box.name,
                        "state_dir": str(config.box.state_dir),
                        "ram_dir": str(config.box.ram_dir)},
                "hub": {"url": config.hub.url, "usb_dir": str(config.hub.usb_dir)},
            }
        )
    )  # fmt: skip
    with serving(place.keeper, config.keeper_socket):
        return CliRunner().invoke(nodboks, ["runner", *words, "--config", str(path)])


def test_unit_goes_from_box_to_box_by_the_shell(two: Two):
    made = run(two.ours, "make", "u-1", "--for", "box-18", "--by", "AB")
    offered = run(two.theirs, "list")
    file = made.output.split()[-1]
    taken = run(two.theirs, "take", file, "--by", "AB", "--because", "ingen strøm")
    kept = run(two.theirs, "list")

    assert [each.exit_code for each in (made, offered, taken, kept)] == [0] * 4
    assert "on the stick: Syd of Solgården" in offered.output
    assert "in this box: Syd of Solgården" in kept.output
    assert two.theirs.units() == ["u-2", "u-1"]


def test_pack_is_forgotten_by_the_key_that_is_shown(two: Two):
    two.theirs.ask_take(two.ours.make().name)
    key = run(two.theirs, "list").output.partition("[")[2].partition("]")[0]

    dropped = run(two.theirs, "drop", key, "--by", "AB")

    assert dropped.exit_code == 0
    assert two.theirs.units() == ["u-2"]


@pytest.mark.parametrize(
    "words",
    [
        ("make", "u-1", "--for", "box-99", "--by", "AB"),
        ("take", "nothing.runner", "--by", "AB", "--because", "x"),
        ("drop", "nothing", "--by", "AB"),
    ],
)
def test_what_cannot_be_done_is_exit_code_1_and_said(two: Two, words):
    told = run(two.ours, *words)

    assert told.exit_code == 1


@pytest.mark.parametrize("by", [(), ("--by", "A" * 9)])
def test_nobody_stays_unnamed(two: Two, by):
    assert run(two.ours, "make", "u-1", "--for", "box-18", *by).exit_code == 2


def test_box_without_packs_says_so(two: Two):
    assert "no runner pack in this box" in run(two.ours, "list").output
