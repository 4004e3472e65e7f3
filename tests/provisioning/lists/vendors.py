"""Two units of the town, written as a vendor of another habit writes its lists."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from appliance.clock import DANISH_TIME
from appliance.demo.dose_plans import WEEKDAYS
from appliance.records.dosage import Grid
from appliance.records.terms import FlagKind, MedicationStatus, ServiceLine
from tests.provisioning.lists.lists import TOWN

UNITS = tuple(TOWN.unit(slug) for slug in ("aabrinken", "hjemmepleje-nord", "madservice"))
_SEEN = Counter(one.cpr for unit in UNITS for one in unit.care.citizens if one.cpr)
# A vendor that knows people by CPR number alone can tell these apart, and no others.
TOLD_APART = {
    one.id: (one, unit) for unit in UNITS for one in unit.care.citizens if _SEEN[one.cpr] == 1
}
NO_GRID = Grid("", "", "", "", "")
Columns = Mapping[str, Callable[[Any], str]]


def dotted(value: date | None) -> str:
    return f"{value.day}.{value.month}.{value.year}" if value else ""


def dotted_moment(value: datetime | None) -> str:
    return value.astimezone(DANISH_TIME).strftime("%d.%m.%y kl. %H.%M") if value else ""


def local(value: datetime) -> datetime:
    return value.astimezone(DANISH_TIME)


def yes(value) -> str:
    return "" if value is None else ("x" if value else "Nej")


def person(row):
    return TOLD_APART[row.citizen_id][0]


def care(table: str, keep: Callable[[Any], bool] = bool) -> list[Any]:
    return [
        row
        for unit in UNITS
        for row in getattr(unit.care, table)
        if row.citizen_id in TOLD_APART and keep(row)
    ]


def grid(row) -> Grid:
    return row.dosage.grid or NO_GRID


def items(row) -> str:
    return "\n".join(
        f"{one.quantity} x {one.text}" + (f" [{one.hmi}]" if one.hmi else "") for one in row.items
    )


def ends_at(row) -> str:
    return (local(row.starts_at) + timedelta(minutes=row.minutes)).strftime("%H.%M")


CPR: Columns = {
    "CPR": lambda row: person(row).cpr,
    "Team": lambda row: TOLD_APART[row.citizen_id][1].unit.name,
}
PLAN: Columns = {
    **CPR,
    "Område": lambda row: row.title,
    "Status": lambda row: row.status or "",
    "Fra": lambda row: dotted(row.since),
}
ORDERS: Columns = {
    **CPR,
    "Mellem": lambda row: row.window or "",
    "Note": lambda row: row.remark or "",
}
CURA: dict[str, tuple[Iterable[Any], Columns]] = {
    "Klienter 23-11": (
        [one for one, _ in TOLD_APART.values()],
        {
            "Navn (efternavn, fornavn)": lambda row: f"{row.family_name}, {row.given_name}",
            "CPR": lambda row: f"{row.cpr[:6]} {row.cpr[6:]}",
            "Alder": lambda _: "80",
            "Født": lambda row: dotted(row.birth_date),
            "Køn": lambda row: {"female": "K", "male": "M"}.get(row.gender, ""),
            "Team": lambda row: TOLD_APART[row.id][1].unit.name,
            "Lejlighed": lambda row: row.dwelling or "-",
            "Vej og nr.": lambda row: row.address or "",
            "Post og by": lambda row: " ".join(filter(None, (row.postcode, row.city))),
            "Tlf.": lambda row: row.phone or "",
            "Beskyttet adresse": lambda row: yes(row.is_address_protected),
            "Læge": lambda row: row.gp_name or "null",
            "Læge tlf.": lambda row: row.gp_phone or "",
            "Aktiv": lambda _: "Ja",
        },
    ),
    "kontaktpersoner": (
        care("relatives"),
        {
            "Borgers CPR": lambda row: person(row).cpr,
            "Team": CPR["Team"],
            "Kontaktperson": lambda row: row.name,
            "Tilknytning": lambda row: row.relation or "",
            "Tlf.": lambda row: row.phone or "",
            "Ring først": lambda row: yes(row.is_primary),
            "Note": lambda row: row.note or "",
        },
    ),
    "allergier": (
        care("warnings"),
        {
            **CPR,
            "Allergen": lambda row: row.substance,
            "Reaktionsform": lambda row: row.reaction or "",
            "Grad": lambda row: {"high": "Svær", "low": "Mild"}.get(row.severity, ""),
            "Oprettet": lambda row: dotted(row.registered_on),
            "Udgået": lambda row: yes(row.is_refuted),
        },
    ),
    "medicinskema": (
        care("medication"),
        {
            **CPR,
            "Lægemiddelordination": lambda row: row.id,
            "Tilstand": lambda row: {
                MedicationStatus.ACTIVE: "Fast",
                MedicationStatus.PAUSED: "Pause",
                MedicationStatus.STOPPED: "Stoppet",
            }[row.status],
            "Tilstand fra": lambda row: dotted(row.status_since),
            "Begrundelse": lambda row: row.status_reason or "",
            "Lægemiddel": lambda row: row.brand or "",
            "Generisk navn": lambda row: row.generic or "",
            "ATC": lambda row: row.atc or "",
            "Form": lambda row: row.form or "",
            "Styrke": lambda row: row.strength or "",
            "Vej": lambda row: row.route or "",
            "Doseringstekst": lambda row: row.dosage.text or "",
            "Mo": lambda row: grid(row).morning,
            "Mi": lambda row: grid(row).noon,
            "Af": lambda row: grid(row).evening or "0",
            "Na": lambda row: grid(row).night,
            "Enh.": lambda row: grid(row).unit,
            "Kl.": lambda row: "; ".join(time.replace(".", ":") for time in row.dosage.times),
            "Dage": lambda row: ", ".join(WEEKDAYS[day - 1][:3] for day in row.dosage.weekdays),
            "Dosis pr. gang": lambda row: row.dosage.single_dose or "",
            "Dosis pr. døgn": lambda row: row.dosage.daily_dose or "",
            "P.n.": lambda row: yes(row.is_as_needed),
            "Højst pr. døgn": lambda row: row.max_daily_dose or "",
            "Gives for": lambda row: row.indication or "",
            "Bem. til indgift": lambda row: row.instruction or "",
            "Start": lambda row: dotted(row.ordered_on),
            "Slut": lambda row: dotted(row.stops_on),
            "Ordineret af": lambda row: row.prescriber or "",
            "Dosispakket": lambda row: yes(row.is_dose_dispensed),
            "Tidskritisk": lambda row: yes(row.is_time_critical),
        },
    ),
    "diagnoser": (
        care("conditions"),
        {
            **CPR,
            "Diagnose": lambda row: row.title,
            "Kode": lambda row: row.code or "",
            "Status": lambda row: row.status or "",
            "Fra": lambda row: dotted(row.since),
            "Note": lambda row: row.note or "",
        },
    ),
    "mål": (
        care("care_plan", lambda row: row.kind == "goal"),
        {**PLAN, "Mål": lambda row: row.text or ""},
    ),
    "anvisninger": (
        care("care_plan", lambda row: row.kind == "instruction"),
        {**PLAN, "Anvisning": lambda row: row.text or ""},
    ),
    "værdier": (
        care("observations"),
        {
            **CPR,
            "Målt": lambda row: row.title,
            "Værdi": lambda row: row.value or "",
            "Enhed": lambda row: row.unit or "",
            "Tidspunkt": lambda row: dotted_moment(row.observed_at),
        },
    ),
    "dagbog": (
        care("notes"),
        {
            **CPR,
            "Overskrift": lambda row: row.title or "",
            "Tekst": lambda row: row.text,
            "Af": lambda row: row.author or "",
            "Tidspunkt": lambda row: dotted_moment(row.written_at),
        },
    ),
    "bevillinger": (
        care("interventions"),
        {
            **CPR,
            "Bevilling": lambda row: row.title,
            "Gældende": lambda row: yes(row.is_granted),
            "Hvor tit": lambda row: row.frequency or "",
            "Indhold": lambda row: row.text or "",
            "Fra": lambda row: dotted(row.starts_on),
            "Til": lambda row: dotted(row.ends_on),
        },
    ),
    "dagsplan": (
        care("visits"),
        {
            **CPR,
            "Dag": lambda row: dotted(local(row.starts_at).date()),
            "Fra kl.": lambda row: local(row.starts_at).strftime("%H.%M"),
            "Til kl.": ends_at,
            "Rute": lambda row: row.route or "",
            "Nr.": lambda row: str(row.sequence or ""),
            "Udføres af": lambda row: row.staff or "",
            "Antal": lambda row: str(row.persons),
            "Opgaver": lambda row: "\n".join(row.tasks),
            "Status": lambda row: row.status or "",
        },
    ),
    "vigtigt": (
        care("flags"),
        {
            **CPR,
            "Emne": lambda row: {
                FlagKind.LIFE_CRITICAL: "Livsvigtigt",
                FlagKind.TREATMENT_LIMIT: "Genoplivning og behandling",
                FlagKind.ELECTRICITY_DEPENDENT: "El-afhængig",
                FlagKind.INFECTION: "Smitte",
                FlagKind.IN_HOSPITAL: "Indlagt",
                FlagKind.OTHER: "Andet",
            }[row.kind],
            "Besked": lambda row: row.text,
            "Fra": lambda row: dotted(row.since),
            "Af": lambda row: row.decided_by or "",
        },
    ),
    "adgang": (
        care("key_boxes"),
        {**CPR, "Sted": lambda row: row.place, "Kode": lambda row: row.code or ""},
    ),
    "mad": (
        care("service_orders", lambda row: row.service_line is ServiceLine.MEALS),
        {
            **ORDERS,
            "Leveres": lambda row: dotted(row.due_on),
            "Bestilling": items,
            "Kosttype": lambda row: row.diet or "",
            "Personer": lambda row: str(row.persons),
        },
    ),
}


def write_cura_like(folder: Path) -> Path:
    """Write lists with a title and a line of age above the headers, in cp1252 with commas."""
    folder.mkdir()
    for name, (rows, columns) in CURA.items():
        sink = io.StringIO(newline="")
        writer = csv.writer(sink)
        writer.writerow([f"{name} – alle teams"])
        writer.writerow(["Rapport dannet d. 23.11.2026 kl. 02:05"])
        writer.writerow([])
        writer.writerow(columns)
        writer.writerows([write(row) for write in columns.values()] for row in rows)
        (folder / f"{name}.csv").write_bytes(sink.getvalue().encode("cp1252"))
    return folder
