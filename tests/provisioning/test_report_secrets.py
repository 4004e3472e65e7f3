"""Whatever a feed holds, no value of it stands in the report: not in JSON, HTML or the table."""

import csv
import io
import tempfile
from pathlib import Path

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.clock import HeldClock, parse_time
from appliance.errors import NodboksError
from provisioning.checking import ReportForms, check_feeds
from provisioning.night_report import books_lines
from provisioning.reading import Reading
from provisioning.sources.fhir.read_fields import READ_FIELDS
from provisioning.sources.fhir.type_rules import KNOWN
from tests.provisioning.feeds import lines_of, organization, patient
from tests.provisioning.lists.lists import CITIZEN, ORDER, VISIT, small_map, write_lists

pytestmark = pytest.mark.slow  # seconds, not milliseconds

AS_OF = parse_time("2026-11-23T02:00")
FUZZ = settings(suppress_health_check=list(HealthCheck))
CPR, NAME = "0101431234", "Hemmelige Ane Hviid"
MARKS = (CPR, NAME, "Hemmelige", "Hviid", "0101431234"[:6] + "-" + "1234")
SECRETS = st.sampled_from(
    [
        NAME, CPR, f"{CPR[:6]}-{CPR[6:]}", f"{NAME} {CPR}", f"Patient/{CPR}", f"urn:oid:{CPR}",
        f"https://eoj.example/{NAME}", f"urn:uuid:{CPR}", f"Practitioner?identifier=x|{CPR}",
        f"#{CPR}", f"<b>{NAME}</b>", f"{NAME}\u202e", f"{CPR}T08:00:00Z", f'{{"due_on": "{NAME}"}}',
    ]
)  # fmt: skip
_INSIDE = (
    "id extension modifierExtension contained subject patient participant coding system code"
    " display text url valueString reference value detail doseAndRate timing repeat when start end"
    " doNotPerform"
)
ELEMENTS = st.sampled_from(
    sorted({*_INSIDE.split(), *(field for fields in READ_FIELDS.values() for field in fields)})
)
KEYS = ELEMENTS | SECRETS
LEAVES = SECRETS | st.sampled_from([None, True, False, 1, 0.5, "active", "Patient/1", "2026-11-23"])
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
RESOURCES = st.builds(
    lambda kind, fields, subject: {
        **({"subject": {"reference": subject}} if subject else {}),
        **fields,
        "resourceType": kind,
    },
    # An Organization may be a unit, and a unit's name and id are what the report is for.
    st.sampled_from([*sorted(KNOWN - {"Organization"}), "Coverage"]),
    st.dictionaries(KEYS, VALUES, max_size=8),
    st.sampled_from(["Patient/1", None, f"Patient/{CPR}"]),
)
FILES = st.sampled_from(["alt.ndjson", f"Flag-{CPR}.ndjson", f"{CPR[:6]}-{CPR[6:]}/Flag.ndjson",
                         f"Patient {CPR}.ndjson"])  # fmt: skip


def forms_of(feed: Path, folder: Path, reading: Reading) -> str:
    """Check a feed; return everything that is written and shown of it."""
    json, html = folder / "r.json", folder / "r.html"
    shown = ""
    try:
        report = check_feeds([feed], reading, HeldClock(AS_OF), ReportForms(json, html))
    except NodboksError:
        pass  # said in the report
    else:
        total = report.books.total
        assert total.accepted + total.rejected == total.read
        shown = "\n".join(books_lines(report.books))
    assert orjson.loads(json.read_bytes())["format_version"] == 1
    return shown + json.read_text("utf-8") + html.read_text("utf-8")


def marks_in(written: str) -> list[str]:
    return [mark for mark in MARKS if mark in written]


@FUZZ
@given(st.lists(RESOURCES, max_size=10), FILES, st.booleans())
def test_no_value_key_or_file_name_of_a_resource_is_in_the_report(resources, name, has_manifest):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "feed" / name
        path.parent.mkdir(parents=True)
        path.write_bytes(lines_of([organization(), patient(), *resources]))
        if has_manifest:
            files = [{"url": name, "type": NAME}, {"url": f"{CPR}.ndjson", "count": 3}]
            manifest = {"transactionTime": "2026-11-23T02:05:00Z", "output": files}
            (Path(folder) / "feed" / "manifest.json").write_bytes(orjson.dumps(manifest))
        written = forms_of(Path(folder) / "feed", Path(folder), Reading(AS_OF))

    assert marks_in(written) == []


@FUZZ
@given(st.lists(st.binary(max_size=80) | SECRETS.map(str.encode), max_size=10))
def test_no_broken_line_is_in_the_report(pieces):
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "feed").mkdir()
        (Path(folder) / "feed" / "alt.ndjson").write_bytes(b"\n".join(pieces) + b"\n")
        written = forms_of(Path(folder) / "feed", Path(folder), Reading(AS_OF))

    assert marks_in(written) == []


LISTS = {"borgere": CITIZEN, "medicin": ORDER, "besoeg": VISIT}
CELLS = SECRETS | st.sampled_from(["", "1", "01-01-2026", "Ja", "Aktiv", "08:00"])


@FUZZ
@given(st.sampled_from(sorted(LISTS)), st.lists(st.lists(CELLS, max_size=16), max_size=6),
       st.sampled_from([CPR, f"{NAME}; {CPR}", "Bemærkning"]))  # fmt: skip
def test_no_cell_of_a_list_is_in_the_report(name, rows, header):
    sink = io.StringIO(newline="")
    writer = csv.writer(sink, delimiter=";")
    # A unit's name is what the report is for.
    unit = list(LISTS[name]).index("Enhed") if name == "borgere" else len(LISTS[name]) + 9
    rows = [[*row[:unit], *(["a"] if row[unit:] else []), *row[unit + 1 :]] for row in rows]
    writer.writerows([[*LISTS[name], header], list(LISTS[name].values()), *rows])
    with tempfile.TemporaryDirectory() as folder:
        feed = write_lists(Path(folder) / "feed", **{name: sink.getvalue().encode()})
        written = forms_of(feed, Path(folder), Reading(AS_OF, small_map()))

    assert marks_in(written) == []
