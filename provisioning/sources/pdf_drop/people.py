"""Find the unit or citizen a document is about, among those the other feeds have told of.

A citizen only known by CPR number is staged without a name, and joined to the one another feed
knows when everything is read (`provisioning.merging`). Refuses a document that names two citizens,
or one nobody delivered. Called by `drop`.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from appliance.records.models import Citizen, Unit
from appliance.records.terms import CitizenId, UnitId, UnitKind
from provisioning.errors import DanglingReferenceError
from provisioning.sources.base import Intake
from provisioning.sources.fhir.index import UNITLESS
from provisioning.sources.fhir.people import NAME_MISSING, NO_NAME
from provisioning.sources.lists.people import PLAIN_ID
from provisioning.sources.pdf_drop.index import IndexRow
from provisioning.sources.pdf_drop.whose import Whose

_WAYS = "<unit>/file.pdf, a CPR number in the name, or a line in index.csv"


class UnknownHomeError(DanglingReferenceError):
    """Nobody can tell whose a document is; never leaves the source."""

    code = DanglingReferenceError.code

    def __init__(self, reason: str, expected: str = "") -> None:
        super().__init__(reason)
        self.expected = expected


@dataclass(frozen=True, slots=True)
class Home:
    """Whom a document is about; `unit` and `citizen` are there where nobody else told of them."""

    unit_id: UnitId
    citizen_id: CitizenId | None = None
    unit: Unit | None = None
    citizen: Citizen | None = None
    is_pointer: bool = False
    is_new_unit: bool = False


@dataclass(slots=True)
class Homes:
    """The units and citizens of one night."""

    intake: Intake
    _units: dict[str, set[UnitId]] = field(default_factory=lambda: defaultdict(set))
    _citizens: dict[str, tuple[UnitId, str | None]] = field(default_factory=dict)
    _new: dict[str, Unit] = field(default_factory=dict)
    _others_know_units: bool = False

    def learn(self) -> None:
        """Take note of what the other feeds have told; asked once, after them."""
        staging = self.intake.staging
        for row in staging.rows("SELECT id, name FROM units"):
            for said in (row["id"], row["name"]):
                self._units[said.casefold()].add(UnitId(row["id"]))
            self._others_know_units = True
        for row in staging.rows("SELECT id, unit_id, cpr FROM citizens"):
            self._citizens[row["id"]] = (UnitId(row["unit_id"]), row["cpr"])

    def of(self, whose: Whose, row: IndexRow | None) -> Home:
        """Return whom a document is about; the index goes before the path.

        Raises:
            UnknownHomeError: it names nobody, somebody nobody knows, or two.

        """
        if row and row.citizen:
            return self._known(row)
        cprs = (row.cpr,) if row and row.cpr else whose.cprs
        if len(cprs) > 1:
            raise UnknownHomeError("names two citizens", "one CPR number")
        unit = self._unit(whose.unit) if whose.unit else None
        if cprs:
            return self._by_cpr(cprs[0], unit)
        if unit is None:
            raise UnknownHomeError("lies in no unit's folder and names no citizen", _WAYS)
        return unit

    def _known(self, row: IndexRow) -> Home:
        """Return the citizen whom the index names by the vendor's id."""
        citizen_id = self.intake.ids.citizen(row.citizen or "")
        found = self._citizens.get(citizen_id)
        if found is None:
            raise UnknownHomeError(
                "the index names a citizen who is in no feed", "an id another feed uses, or a CPR"
            )
        unit_id, cpr = found
        if row.cpr and cpr and row.cpr != cpr:
            raise UnknownHomeError("the index names a citizen by id who has another CPR number")
        return Home(unit_id, citizen_id)

    def _by_cpr(self, cpr: str, unit: Home | None) -> Home:
        """Return a citizen without a name, of the unit whose folder says so."""
        unit_id = unit.unit_id if unit else UNITLESS.id
        citizen = Citizen(
            # Never the id another source makes of the same number: those are citizens of their own.
            id=self.intake.ids.citizen(f"PDF/{cpr}"),
            unit_id=unit_id,
            family_name=NO_NAME,
            given_name="",
            cpr=cpr,
            identity_doubts=(NAME_MISSING,),
        )
        new_unit = unit.unit if unit else UNITLESS
        is_new = unit is not None and unit.is_new_unit
        return Home(unit_id, citizen.id, new_unit, citizen, unit is None, is_new)

    def _unit(self, said: str) -> Home:
        found = self._units.get(said.casefold(), set())
        if len(found) > 1:
            raise UnknownHomeError("its folder is the name of two units", "the unit's id")
        if found:
            return Home(next(iter(found)), unit=self._new.get(said.casefold()))
        unit_id = UnitId(
            said if PLAIN_ID.fullmatch(said) else self.intake.ids.record(f"PDF/{said}")
        )
        unit = Unit(unit_id, said, UnitKind.CARE_CENTRE)
        self._units[said.casefold()].add(unit_id)
        self._new[said.casefold()] = unit
        return Home(unit_id, unit=unit, is_new_unit=self._others_know_units)
