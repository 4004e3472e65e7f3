"""Say what a sheet is asked for with and what comes back. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from appliance.records.terms import CitizenId

# What a template is fed: strings, lists and numbers only, exactly what JSON can carry.
View = dict[str, Any]


class Serials(Protocol):
    """Where serial numbers come from."""

    def take(self, count: int = 1) -> list[str]:
        """Return so many numbers that nobody has had before."""
        ...


@dataclass(frozen=True, slots=True)
class Paper:
    """What may be on paper of a citizen's medication list: every number of it, the newest first.

    `digest` stands for what the newest said; `is_sure` tells that it is known to have come out.
    """

    serials: tuple[str, ...]
    digest: str
    printed_at: datetime
    is_sure: bool


@dataclass(frozen=True, slots=True)
class PrintContext:
    """Who prints, when, on which box; `printed_at` is aware and comes from the clock.

    With a clock nobody trusts it is the newest time that has surely been, and stands on no sheet.
    `log_head` is the end of the sealed log, so that the paper can prove what the log held.
    `is_bilingual` puts English beside the Danish headings. `replaces` is the number of the paper
    this sheet is printed instead of; `earlier` has the numbers of each kind of sheet about each
    citizen (None: about nobody) where a sheet is several documents. `papers` is what is on paper
    of each citizen.
    """

    printed_by: str
    printed_at: datetime
    box_name: str
    serials: Serials
    log_head: str = ""
    is_drill: bool = False
    is_clock_trusted: bool = True
    is_bilingual: bool = False
    replaces: str = ""
    earlier: Mapping[tuple[str, CitizenId | None], tuple[str, ...]] = field(default_factory=dict)
    papers: Mapping[CitizenId, Paper] = field(default_factory=dict)

    def about(self, kind: str, citizen_id: CitizenId | None) -> "PrintContext":
        """Return the context of one document: it names the paper it replaces, if that is one."""
        before = self.earlier.get((kind, citizen_id), ())
        return replace(self, replaces=before[0] if len(before) == 1 else "")


class Typeset(StrEnum):
    """How a document came to be; all but `STRICT` are worth a look by day."""

    STRICT = "strict"  # every character is proven to be on the paper
    REPAIRED = "repaired"  # characters no font has were replaced, and the sheet says so
    LENIENT = "lenient"  # typeset without proof, and the sheet says so
    PLAIN = "plain"  # the spare renderer of the standard library


@dataclass(frozen=True, slots=True)
class Flaw:
    """A field that holds characters no sheet can show; neither names a person."""

    field: str  # as it is called on paper
    characters: tuple[str, ...]  # "U+1F600", never the text they stand in


@dataclass(frozen=True, slots=True)
class Document:
    """A finished PDF. The title holds no person; `citizen_id` is opaque.

    `digest` stands for what the sheet says of the medicine, and for nothing else on it.
    `flaws` are what could not be shown as the record has it, `overfull` the fields that are too
    long for their place, so that they are set smaller or their row goes on over the page.
    """

    pdf: bytes
    pages: int
    serial: str
    title: str
    sheet: str
    citizen_id: CitizenId | None = None
    typeset: Typeset = Typeset.STRICT
    digest: str = ""
    replaces: str = ""
    flaws: tuple[Flaw, ...] = ()
    overfull: tuple[str, ...] = ()
