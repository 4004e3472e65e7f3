"""Invent the photos and documents of the town: letters, wound photos, what hangs on the wall.

Made on the spot, the same bytes for the same town: a letter by the spare typesetter, a photo by
code. Nothing is drawn from a real picture. Called by the writers of the feeds.
"""

import functools
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from appliance.clock import DANISH_TIME
from appliance.demo.town_models import Town, UnitRecords
from appliance.files import write_atomically
from appliance.paper import plain_pdf
from appliance.records.models import Citizen
from appliance.records.terms import CitizenId, UnitKind

PDF, PNG = "application/pdf", "image/png"
_WITH_LETTER = 3  # the first citizens of each centre: a nurse who looks finds one at once
_WITH_PHOTO = (0, 3)
_WIDTH, _HEIGHT = 240, 180
_SKIN, _WOUND = (222, 184, 160), (150, 48, 52)
_LETTER = (
    "Indlagt med lungebetændelse, behandlet i syv dage. Udskrevet i habituel tilstand.",
    "Kontrol hos egen læge om 14 dage. Blodprøver tages samme dag.",
    "Obs. væskeindtag. Vejes hver mandag før morgenmad.",
)
_LIFE = (
    "Født på Mors, gift i 52 år, to børn. Har kørt lastbil hele livet.",
    "Vil helst vækkes sent og have kaffe, før der bliver talt.",
)
_SHIFTS = (
    "Dag 07.00-15.00: to sygeplejersker, fire assistenter.",
    "Aften 15.00-23.00: en sygeplejerske, tre assistenter.",
    "Nat 23.00-07.00: en assistent. Sygeplejerske på vagt i byen.",
)


@dataclass(frozen=True, slots=True)
class InventedDocument:
    """One photo or document; `citizen_id` is None for what is about the whole unit."""

    id: str
    title: str
    media_type: str
    content: bytes
    created_at: datetime
    citizen_id: CitizenId | None = None


def documents_of(unit: UnitRecords) -> Iterator[InventedDocument]:
    """Give the photos and documents of a centre's first citizens; other units have none."""
    if unit.unit.kind is not UnitKind.CARE_CENTRE:
        return
    for index, citizen in enumerate(unit.care.citizens[: max(_WITH_PHOTO) + 1]):
        made_at = unit.as_of - timedelta(days=2 + index)
        if index < _WITH_LETTER:
            content = _letter(citizen, "Udskrivningsbrev", _LETTER, made_at)
            yield InventedDocument(
                f"brev-{citizen.id}", "Udskrivningsbrev", PDF, content, made_at, citizen.id
            )
        if index in _WITH_PHOTO:
            yield InventedDocument(
                f"foto-{citizen.id}", "Sår på højre hæl", PNG, photo(index), made_at, citizen.id
            )


def dropped_files(town: Town) -> Iterator[tuple[str, bytes]]:
    """Give a drop of ready-made prints: per centre a rota and one citizen's own words, by name."""
    for unit in town.units:
        if unit.unit.kind is not UnitKind.CARE_CENTRE:
            continue
        folder = unit.unit.name
        yield f"{folder}/Vagtplan.pdf", _sheet(folder, "Vagtplan", _SHIFTS, unit.as_of)
        citizen = next(one for one in unit.care.citizens if one.cpr and not _is_shared(one, town))
        story = _letter(citizen, "Livshistorie", _LIFE, unit.as_of)
        yield f"{folder}/{citizen.cpr} Livshistorie.pdf", story


def write_pdf_drop(town: Town, folder: Path) -> None:
    """Write the drop below the folder.

    Raises:
        StorageError: the disk refused or is full.

    """
    for name, content in dropped_files(town):
        write_atomically(folder / name, content)


@functools.cache
def photo(number: int) -> bytes:
    """Return a picture of nobody's heel: a dark spot on a light ground."""
    rows = bytearray()
    for y in range(_HEIGHT):
        rows.append(0)  # the row is as it is, not as a difference to the one above
        for x in range(_WIDTH):
            rows += bytes(_colour(x, y, radius=30 + 8 * number))
    head = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, content) for name, content in parts)


def _colour(x: int, y: int, radius: int) -> tuple[int, int, int]:
    distance = ((x - _WIDTH / 2) ** 2 + (y - _HEIGHT / 2) ** 2) ** 0.5
    share = min(distance / (2 * radius), 1.0)
    red, green, blue = (
        int(dark + (light - dark) * share) for dark, light in zip(_WOUND, _SKIN, strict=True)
    )
    return red, green, blue


def _chunk(name: bytes, content: bytes) -> bytes:
    body = name + content
    return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))


def _letter(citizen: Citizen, title: str, lines: tuple[str, ...], made_at: datetime) -> bytes:
    return _sheet(citizen.name, title, lines, made_at)


def _sheet(name: str, title: str, lines: tuple[str, ...], made_at: datetime) -> bytes:
    day = f"{made_at.astimezone(DANISH_TIME):%d.%m.%Y}"
    view = {
        "title": title,
        "mark": "",
        "drill": "Opfundet",
        "header": {"name": name, "alerts": []},
        "footer": {
            "ages": [],
            "printed": day,
            "box": "Nørreskov Kommune",
            "serial": "opfundet",
            "log": "brev fra kommunen",
        },
        "needs": [],
        "notices": list(lines),
        "sections": [],
        "ending": [],
    }
    content, _pages = plain_pdf.render(view, made_at)
    return content


def _is_shared(citizen: Citizen, town: Town) -> bool:
    return sum(one.cpr == citizen.cpr for one in town.citizens) > 1
