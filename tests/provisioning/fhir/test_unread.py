"""What nobody reads is counted; what is changed in meaning is not used as if it were not."""

import base64
import contextlib
from collections import defaultdict
from pathlib import Path

import orjson
import pytest

from appliance.demo.feed_fhir import feed_files
from appliance.demo.town import make_town
from appliance.records.models import (
    CareInstruction,
    Citizen,
    Condition,
    MedicationOrder,
    PlannedIntervention,
)
from provisioning.errors import FeedError
from provisioning.sources.base import Intake, Verdict
from provisioning.sources.feed_store import Line
from provisioning.sources.fhir.delivery import Origin, ResourceDelivery
from provisioning.sources.fhir.index import FeedIndex
from provisioning.sources.fhir.items import Item, read_line
from provisioning.sources.fhir.messages import MessageVersions
from provisioning.sources.fhir.read_fields import FRAME, READ_EXTENSIONS, READ_FIELDS
from provisioning.sources.fhir.shapes import Shapes
from provisioning.sources.fhir.type_rules import RULES
from provisioning.sources.fhir.values import OWN
from provisioning.sources.unread import UnreadFields
from provisioning.staging import Staging
from tests.provisioning.attachments.files import JPEG
from tests.provisioning.feeds import (
    IDS,
    about,
    condition,
    extension,
    organization,
    patient,
    statement,
    take,
    take_resources,
    write_feed,
)
from tests.shared_data import SHARED_DATA

AT = Origin("x.ndjson", "", 1)


class Asked(str):
    """The address of an extension that notes which addresses it is compared with."""

    __slots__ = ("names",)

    def __eq__(self, other):
        self.names.add(str(other))
        return False

    __hash__ = str.__hash__


INQUIRY = "http://fhir.kl.dk/core/StructureDefinition/KLCommonCareSocialServiceRequest"


class Recording(dict):
    """A resource that notes which of its fields are looked at, whether they are there or not."""

    def __init__(self, fields):
        super().__init__(fields)
        self.seen, self.urls = set(), set()
        asked = Asked("x")
        asked.names = self.urls
        self["extension"] = [{"url": asked}, *(fields.get("extension") or [])]
        self["contained"] = [Recording(one) for one in fields.get("contained") or []]

    def get(self, key, default=None):
        self.seen.add(key)
        return super().get(key, default)

    def __getitem__(self, key):
        self.seen.add(key)
        return super().__getitem__(key)


class Reading:
    """Delivers resources and keeps what was looked at in those that were used."""

    def __init__(self, folder: Path) -> None:
        self.fields, self.urls = defaultdict(set), defaultdict(set)
        self.intake = Intake(Staging(folder / "s.sqlite"), IDS)
        self.index = FeedIndex(self.intake.staging, IDS)
        versions = MessageVersions(self.intake.staging)
        self.delivery = ResourceDelivery(self.intake, self.index, versions, "FHIR")

    def read(self, resources):
        given = [Recording(one) for one in resources]
        for one in given:
            self.index.survey(one, "", is_pointer=False)
        for one in given:
            with contextlib.suppress(FeedError):
                if self.delivery.deliver(Item(one, b"x"), AT).verdict is Verdict.USED:
                    self.note(one)
                    for inside in dict.get(one, "contained"):
                        self.note(inside)

    def note(self, one):
        kind = dict.get(one, "resourceType")
        self.fields[kind] |= one.seen - {"extension", "modifierExtension"}
        self.urls[kind] |= {url.removeprefix(OWN) for url in one.urls if url.startswith(OWN)}


def hand_made():
    """Give resources that lack most fields: each field is asked for before the next is tried."""
    drug = {"resourceType": "Medication", "id": "d", "code": {}}
    yield from (organization(), patient())
    yield patient("2", generalPractitioner=[{"reference": "Practitioner/p"}])
    yield {"resourceType": "Practitioner", "id": "p", "name": [{"family": "A"}],
           "identifier": [{"system": OWN + "initials", "value": "a"}]}  # fmt: skip
    role = [{"coding": [{"system": OWN + "role", "code": "nurse"}]}]
    yield {"resourceType": "PractitionerRole", "id": "r", "code": role,
           "practitioner": {"reference": "Practitioner/p"}}  # fmt: skip
    contact = [{"coding": [{"system": OWN + "contact-role", "code": "x"}]}]
    yield {"resourceType": "Organization", "id": "o2", "name": "Vagt", "type": contact}
    yield {"resourceType": "Practitioner", "id": "p2", "name": [{"family": "B"}],
           "qualification": [{"code": contact[0]}]}  # fmt: skip
    inside = {"medicationCodeableConcept": None, "medicationReference": {"reference": "#d"}}
    yield statement("s1", contained=[drug], **inside)
    for kind in ("MedicationStatement", "MedicationRequest"):
        yield {**statement("m" + kind), "resourceType": kind}
    yield about("AllergyIntolerance", "a", code={"text": "x"})
    yield about("Condition", "c", code={"text": "x"})
    yield about("Observation", "ob", code={"text": "x"})
    yield about("Communication", "k", payload=[{"contentString": "x"}])
    yield about("DiagnosticReport", "dr", conclusion="x")
    yield about("ClinicalImpression", "ci", description="x")
    photo = {"data": base64.b64encode(JPEG).decode()}
    yield about("DocumentReference", "dref", content=[{"attachment": photo}])
    yield about("Media", "media", content=photo)
    yield about("Flag", "f", code={"text": "x"})
    yield about("Goal", "g", description={"text": "x"})
    yield about(
        "CarePlan", "cp", activity=[{"detail": {"code": {"text": "x"}, "description": "y"}}]
    )
    yield about("CarePlan", "cp2", title="x")
    yield about("ServiceRequest", "sr", code={"text": "x"})
    yield about("Appointment", "ap", start="2026-11-23T08:00:00Z")
    yield about("Encounter", "e", status="planned", period={"start": "2026-11-23T08:00:00Z"})
    yield about("Encounter", "stay", status="in-progress", **{"class": {"code": "IMP"}})
    yield about("ServiceRequest", "asked", code={"text": "x"}, meta={"profile": [INQUIRY]})
    for kind in ("NutritionOrder", "SupplyRequest", "DeviceRequest"):
        yield about(kind, kind, occurrencePeriod={"start": "2026-11-24"})
    box = {"coding": [{"system": OWN + "basic-kind", "code": "key-box"}]}
    yield about("Basic", "b", code=box, extension=[extension("place", valueString="x")])
    plan = {"coding": [{"system": OWN + "basic-kind", "code": "plan-document"}]}
    yield {"resourceType": "Basic", "id": "b2", "code": plan,
           "extension": [extension("text", valueString="x")]}  # fmt: skip
    yield about("RelatedPerson", "rp", name=[{"family": "C"}])


def town_resources():
    files = feed_files(make_town(citizens_per_centre=8), lambda code: code)
    for name, content in files.items():
        if name.endswith(".ndjson"):
            yield from map(orjson.loads, content.splitlines())


def real_resources():
    for name in ("dk-fhir-examples", "hl7-r4-examples-core", "smart-bulk-10-patients"):
        for file in sorted((SHARED_DATA / name).glob("*.ndjson")):
            for number, content in enumerate(file.read_bytes().splitlines()):
                with contextlib.suppress(FeedError):
                    yield from (
                        item.resource for item in read_line(Line(number, content), name).items
                    )


@pytest.fixture(scope="module")
def reading(tmp_path_factory):
    made = Reading(tmp_path_factory.mktemp("unread"))
    made.read(hand_made())
    for part in (town_resources(), real_resources()):
        made.read(part)
    return made


@pytest.mark.parametrize("kind", sorted(RULES))
def test_the_fields_a_type_is_said_to_read_are_exactly_those_it_asks_for(reading, kind):
    assert reading.fields[kind] - FRAME == READ_FIELDS[kind]
    assert {OWN + name for name in reading.urls[kind]} == READ_EXTENSIONS[kind]


def test_every_type_that_is_read_says_which_fields():
    assert set(READ_FIELDS) == set(RULES)


def shown(taken):
    return [one.shown for one in taken.report.unread]


def test_unread_fields_and_extensions_are_counted_by_type(tmp_path):
    more = {"partOf": [], "_effectiveDateTime": {}, "extension": [{"url": "http://x.dk/a"}]}
    given = [statement(f"m{number}", **more) for number in range(12)]
    taken = take_resources(tmp_path, *given, about("Flag", code={"text": "x"}, encounter={}))

    assert shown(taken) == [
        "unread: Flag.encounter × 1",
        "unread: MedicationStatement._effectiveDateTime × 12",
        "unread: MedicationStatement.extension(http://x.dk/a) × 12",
        "unread: MedicationStatement.partOf × 12",
    ]
    assert taken.report.is_clean


def test_what_is_read_or_kept_whole_is_not_unread(tmp_path):
    own = [extension("dose-dispensed", valueBoolean=True)]
    kept = (
        about("Procedure", outcome={}),
        condition(status="x", verificationStatus="entered-in-error"),
    )
    taken = take_resources(tmp_path, statement(extension=own, meta={}), *kept)

    assert shown(taken) == []


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"Ane Holm 0101431234": 1}, "(other)"),
        ({"x0101431234": 1}, "(other)"),
        ({"extension": [{"url": "urn:cpr:0101431234"}]}, "extension(other)"),
        ({"extension": [{"url": "Ane Holm"}]}, "extension(other)"),
        ({"extension": "x"}, "extension(other)"),
        ({"extension": [{"url": {"a": 1}}]}, "extension(other)"),
    ],
)
def test_a_name_that_may_hold_a_person_is_not_shown(tmp_path, given, name):
    taken = take_resources(tmp_path, condition(**given))

    assert shown(taken) == [f"unread: Condition.{name} × 1"]


def test_made_up_keys_are_folded_and_counted_to_the_last(tmp_path):
    given = [condition(f"c{number}", **{f"key{number}": 1}) for number in range(2500)]
    taken = take_resources(tmp_path, *given)
    unread = list(taken.report.unread)

    assert len(unread) == 61
    assert unread[0].field == "(other)"
    assert sum(one.number for one in unread) == 2500


def test_a_type_nobody_reads_has_no_unread_fields():
    unread = UnreadFields()
    shapes = Shapes(unread)
    shapes.note("Procedure", {"outcome": {}, "extension": [{"url": "http://x.dk"}]})
    shapes.settle()

    assert list(unread) == []


MODIFIED = {"modifierExtension": [{"url": "http://x.dk/m"}]}


@pytest.mark.parametrize("kind", sorted({"MedicationStatement", "MedicationRequest"}))
def test_medicine_whose_meaning_is_changed_is_kept_and_is_an_error(tmp_path, kind):
    taken = take_resources(tmp_path, {**statement(**MODIFIED), "resourceType": kind})

    assert taken.verdicts(kind) == (0, 1, 0, 0)
    assert taken.all_of(MedicationOrder) == []
    assert f"{kind}.ndjson:1: error: {kind}.modifierExtension: changes what" in taken.messages
    assert shown(taken) == [f"unread: {kind}.modifierExtension(http://x.dk/m) × 1"]
    assert not taken.report.is_clean


@pytest.mark.parametrize("where", ["contained", "feed"])
def test_order_of_a_medicine_whose_meaning_is_changed_is_kept(tmp_path, where):
    drug = {"resourceType": "Medication", "id": "d", "code": {"text": "Pamol"}, **MODIFIED}
    target = {"reference": "#d" if where == "contained" else "Medication/d"}
    inside = {"contained": [drug]} if where == "contained" else {}
    order = statement(medicationReference=target, medicationCodeableConcept=None, **inside)
    taken = take_resources(tmp_path, order, *([drug] if where == "feed" else []))

    assert taken.verdicts("MedicationStatement") == (0, 1, 0, 0)
    assert "MedicationStatement.medicationReference: points at a Medication whose" in taken.messages


@pytest.mark.parametrize(
    ("kind", "weight"), [("AllergyIntolerance", "error"), ("Flag", "error"), ("Goal", "warning")]
)
def test_any_other_resource_whose_meaning_is_changed_is_kept_with_a_remark(tmp_path, kind, weight):
    taken = take_resources(tmp_path, about(kind, code={"text": "x"}, **MODIFIED))

    assert taken.verdicts(kind) == (0, 1, 0, 0)
    assert f"{weight}: {kind}.modifierExtension" in taken.messages


def test_citizen_whose_record_is_changed_stays_with_everything_and_is_an_error(tmp_path):
    given = [organization(), patient(**MODIFIED), condition()]
    taken = take(write_feed(tmp_path / "feed", given), tmp_path)

    assert taken.one(Condition).citizen_id == taken.one(Citizen).id
    assert "error: Patient.modifierExtension" in taken.messages


def test_unit_whose_record_is_changed_is_used_with_a_remark(tmp_path):
    taken = take(write_feed(tmp_path / "f", [organization(**MODIFIED), patient()]), tmp_path)

    assert taken.verdicts("Organization") == (1, 0, 0, 0)
    assert "warning: Organization.modifierExtension" in taken.messages
    assert taken.report.is_clean


@pytest.mark.parametrize(
    ("kind", "fields", "field"),
    [
        ("ServiceRequest", {"code": {"text": "Bad"}, "doNotPerform": True}, "doNotPerform"),
        (
            "CarePlan",
            {"title": "x", "activity": [{"detail": {"description": "x", "doNotPerform": True}}]},
            "activity.detail.doNotPerform",
        ),
    ],
)
def test_what_must_not_be_done_is_never_shown_as_something_to_do(tmp_path, kind, fields, field):
    taken = take_resources(tmp_path, about(kind, status="active", **fields))

    assert taken.all_of(PlannedIntervention) == taken.all_of(CareInstruction) == []
    assert f"warning: {kind}.{field}: says" in taken.messages
