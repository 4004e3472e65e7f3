"""Lay many pictures side by side, so that all of them are seen at arm's length."""

import json
from pathlib import Path

import typst

_TEMPLATE = """\
#let spec = json(bytes(sys.inputs.spec))
#set page(width: 880mm, height: 650mm, margin: 12mm)
#set text(size: 16pt)
#grid(columns: spec.columns, gutter: 8mm, ..spec.names.map(name => [
  #box(
    stroke: 0.5pt, width: spec.width * 1mm, height: spec.height * 1mm, clip: true,
    place(top, image(name + ".png", width: spec.width * 1mm)),
  ) \\ #name
]))
"""


def write_contacts(
    folder: Path, names: list[str], *, columns: int, size_mm: tuple[int, int], rows: int = 2
) -> int:
    """Write `contact-01.png` … beside the pictures; return how many.

    `names` are the pictures' names in the folder, without `.png`; taller ones are cut below.
    """
    template = folder / "contact.typ"
    template.write_text(_TEMPLATE)
    per_sheet = columns * rows
    groups = [names[start : start + per_sheet] for start in range(0, len(names), per_sheet)]
    for number, group in enumerate(groups, 1):
        spec = {"columns": columns, "width": size_mm[0], "height": size_mm[1], "names": group}
        typst.compile(
            template,
            output=folder / f"contact-{number:02}.png",
            ppi=50,
            sys_inputs={"spec": json.dumps(spec)},
        )
    template.unlink()
    return len(groups)
