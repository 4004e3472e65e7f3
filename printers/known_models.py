"""Judge a printer by its make and model: what it needs, what is odd, what never works.

The list is `models.toml` beside this file; each entry says where it is known from and whether
anybody has stood beside the printer. Refuses a list it does not understand, naming entry and key.
Called by the doctor, the discovery and the commands that add a printer.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, dataclass, fields
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from printers.errors import ModelListError

MODELS_FILE = Path(__file__).with_name("models.toml")
# The classic drivers that are cheap enough to ship: Debian's printer-driver-<name>.
DRIVERS = frozenset(
    {"brlaser", "dymo", "escpr", "gutenprint", "hpcups", "postscript-hp", "ptouch", "splix"}
)
_USB_ID = re.compile(r"[0-9a-f]{4}:([0-9a-f]{4}|\*)")


class Way(StrEnum):
    """How a printer is printed on."""

    DRIVERLESS = "driverless"
    DRIVER = "driver"
    UNSUPPORTED = "unsupported"


class Duplex(StrEnum):
    """Whether the printers of a family turn the sheet."""

    YES = "yes"
    NO = "no"
    SOME = "some"


class Counts(StrEnum):
    """What a printer counts while it prints."""

    SIDES = "sides"
    SHEETS = "sheets"
    UNKNOWN = "unknown"


class Proof(StrEnum):
    """Who has seen it print. A third word comes when somebody has stood beside the printer."""

    SIMULATOR = "simulator"
    NEVER = "never on hardware"


@dataclass(frozen=True, slots=True)
class KnownModel:
    """One family of printers; the keys of `models.toml`, in its words."""

    name: str
    way: Way
    duplex: Duplex
    counts: Counts
    tested: Proof
    source: str
    match: tuple[str, ...] = ()
    usb: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    driver: str = ""
    a4: bool = True
    quirk: str = ""
    advice: str = ""

    def is_for(self, make_and_model: str, usb_id: str = "") -> bool:
        """Tell whether a printer that calls itself so belongs to this family."""
        named = any(_fits(make_and_model, pattern) for pattern in self.match)
        return named or any(_fits(usb_id, pattern) for pattern in self.usb)

    @property
    def prints_lists(self) -> bool:
        """Tell whether the box can bring out its A4 sheets on it."""
        return self.a4 and self.way is not Way.UNSUPPORTED


def judge(models: Iterable[KnownModel], make_and_model: str, usb_id: str = "") -> KnownModel | None:
    """Return the first family the printer belongs to, or None for a printer nobody knows."""
    return next((each for each in models if each.is_for(make_and_model, usb_id)), None)


def load_models(path: Path = MODELS_FILE) -> tuple[KnownModel, ...]:
    """Read the list of known printers.

    Raises: ModelListError names the file, the entry and the key, and says what was expected.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ModelListError(f"{path.name}: {error.strerror}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ModelListError(f"{path.name}: {error}") from error
    entries = raw.get("printer")
    if set(raw) != {"printer"} or not isinstance(entries, list):
        raise ModelListError(f"{path.name}: expected nothing but [[printer]] entries")
    models = tuple(_model(entry, f"{path.name}: {_called(entry)}") for entry in entries)
    _refuse_twins(models, path)
    return models


def _fits(text: str, pattern: str) -> bool:
    return bool(text) and fnmatchcase(text.lower(), pattern.lower())


def _called(entry: Any) -> str:
    name = entry.get("name") if isinstance(entry, dict) else None
    return repr(name) if isinstance(name, str) else "an entry without a name"


def _model(entry: Any, where: str) -> KnownModel:
    if not isinstance(entry, dict):
        raise ModelListError(f"{where}: expected a table")
    _refuse_keys(entry, where)
    values = {key: _value(key, given, where) for key, given in entry.items()}
    model = KnownModel(**values)
    for is_wrong, expected in _contradictions(model):
        if is_wrong:
            raise ModelListError(f"{where}: {expected}")
    return model


def _refuse_keys(entry: Mapping[str, Any], where: str) -> None:
    known = {item.name: item.default is MISSING for item in fields(KnownModel)}
    for key in entry:
        if key not in known:
            raise ModelListError(f"{where}: unknown key {key}; expected {', '.join(known)}")
    for key, is_required in known.items():
        if is_required and key not in entry:
            raise ModelListError(f"{where}: {key} is missing")


def _value(key: str, given: Any, where: str) -> Any:
    read, expected = _KINDS.get(key, (_text, "text that says something"))
    try:
        return read(given)
    except ValueError as error:
        raise ModelListError(f"{where}: {key} = {given!r}; expected {expected}") from error


def _text(given: Any) -> str:
    if not isinstance(given, str) or not given.strip():
        raise ValueError(given)
    return given


def _texts(given: Any) -> tuple[str, ...]:
    if not isinstance(given, list) or not given:
        raise ValueError(given)
    return tuple(_text(each) for each in given)


def _usb_ids(given: Any) -> tuple[str, ...]:
    found = _texts(given)
    if not all(_USB_ID.fullmatch(each) for each in found):
        raise ValueError(given)
    return found


def _driver(given: Any) -> str:
    if given not in DRIVERS:
        raise ValueError(given)
    return str(given)


def _flag(given: Any) -> bool:
    if not isinstance(given, bool):
        raise ValueError(given)  # noqa: TRY004  (one kind of error for every wrong value)
    return given


def _words(kind: type[StrEnum]) -> tuple[Callable[[Any], Any], str]:
    return kind, " or ".join(f'"{word}"' for word in kind)


_LISTED = "a list of texts, not empty"
_KINDS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "match": (_texts, _LISTED),
    "examples": (_texts, _LISTED),
    "usb": (_usb_ids, 'ids such as "04f9:*" or "0924:42e8"'),
    "driver": (_driver, f"one of {', '.join(sorted(DRIVERS))}"),
    "a4": (_flag, "true or false"),
    "way": _words(Way),
    "duplex": _words(Duplex),
    "counts": _words(Counts),
    "tested": _words(Proof),
}


def _contradictions(model: KnownModel) -> Iterable[tuple[bool, str]]:
    yield not (model.match or model.usb), "expected match or usb"
    yield (
        bool(model.driver) != (model.way is Way.DRIVER),
        'driver goes with way = "driver", and only with it',
    )
    yield not model.prints_lists and not model.advice, "expected advice: what to do instead"


def _refuse_twins(models: tuple[KnownModel, ...], path: Path) -> None:
    names = [model.name for model in models]
    for name in names:
        if names.count(name) > 1:
            raise ModelListError(f"{path.name}: {name!r} stands twice; expected each name once")
