"""Frame what hangs on the wall: poster, label and card, and the words they share. Pure.

Danish first and large, English below and small. Holds nothing of a record. Called by the modules of
the three.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from appliance.paper import frame
from appliance.paper.document import Document, PrintContext, View
from appliance.paper.place import Place
from appliance.paper.sheet_kind import Design, Material, SheetKind, Subject, Wanted

GROUP = "Til væggen"
NOTHING_PERSONAL = "Her står intet om borgere"


@dataclass(frozen=True, slots=True)
class Saying:
    """One sentence in both languages."""

    danish: str
    english: str


# Where the portal says the same, a test holds the two to one wording.
WHERE_THE_CARD_IS = Saying(
    "Kortet ligger i den forseglede kuvert i medicinrummet.",
    "The card is in the sealed envelope in the medicine room.",
)
LEAVE_WIFI = Saying(
    "Slå Wi-Fi fra igen, når du har dit papir.",
    "Turn Wi-Fi off again when you have your paper.",
)
LEAVE_PLUGGED_IN = Saying("Træk ikke stikket ud.", "Do not unplug.")


@dataclass(frozen=True, slots=True)
class Step:
    """A heading and what belongs under it; `rows` are label → text."""

    heading: Saying
    rows: tuple[View, ...] = field(default=())


def told(label: str, text: str) -> View:
    """Return a fact under its label; a fact nobody has set up is a line to write it on."""
    return {"label": label, "text": text} if text else {"blanks": [label]}


def said(saying: Saying, label: str = "") -> View:
    """Return a sentence in both languages."""
    return {"label": label, "text": saying.danish, "english": saying.english}


def help_row(place: Place) -> View:
    """Return whom to phone."""
    return told("IT-vagten", place.help_phone)


def wall_view(
    heading: Saying, place: Place, how: tuple[PrintContext, str], steps: Iterable[Step]
) -> View:
    """Return a view with a head of its own and no code but those that phones shall read."""
    context, serial = how
    box_name = frame.one_line(place.box_name or context.box_name)
    alerts = [alert for alert in (frame.clock_alert(context),) if alert]
    return {
        **frame.basic_view(heading.danish, context),
        "mark": "",
        "header": {"name": box_name, "unit": "", "alerts": alerts, "english": heading.english},
        "footer": {**frame.footer(context, serial, ()), "ages": [NOTHING_PERSONAL]},
        "sections": [_section(step) for step in steps],
        "pictures": {},
        "has_page_code": False,
        "likely_pages": 1,
    }


def with_pictures(view: View, pictures: Mapping[str, str]) -> View:
    """Return the view with codes for phones; the plain renderer has their texts instead."""
    return {**view, "pictures": dict(pictures)}


def wall_kind(design: Design, view: Callable[[Place, PrintContext, str], View]) -> SheetKind:
    """Return a sheet of the registry that is made from where the box stands, and from no record."""

    def build(material: Material, _wanted: Wanted, context: PrintContext) -> Iterator[Document]:
        (serial,) = context.serials.take()
        yield design.document(view(material.place, context, serial), context)

    return SheetKind(
        name=design.name,
        title=design.title,
        subjects=(Subject.NOBODY,),
        build=build,
        group=GROUP,
        comes_back=False,
    )


def _section(step: Step) -> View:
    return {
        "kind": "step",
        "title": step.heading.danish,
        "english": step.heading.english,
        "rows": [dict(row) for row in step.rows],
    }
