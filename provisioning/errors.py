"""Name what can go wrong on the hub, and say what an imperfect feed looks like.

An *error* stops something: a feed that cannot be read at all, a box that is held. A `Problem` is
data about one line or file: it goes into the night's report, holds no personal data, and only a
`BLOCKING` one keeps a unit's boxes on yesterday's copy.

    NodboksError
    └── FeedError                   N-700  the sender or municipal IT
        ├── ManifestMissingError    N-701  no manifest.json, so nobody knows how old the data is
        ├── BrokenManifestError     N-702  manifest.json cannot be understood
        ├── UnreadableFeedError     N-703  not a folder or zip we may read
        ├── UnreadableFileError     N-704  a file stops half-way or is damaged
        ├── BrokenLineError         N-705  a line is not a resource
        │   └── ForeignDocumentError N-716  a JSON document that is something else than FHIR
        ├── DanglingReferenceError  N-706  a resource points at a citizen who is not in the feed
        ├── MiscountedError         N-707  our own books do not balance
        ├── ColumnMapError          N-708  a map of a vendor's columns is wrong, or none fits
        ├── CodeTableError          N-709  a table of codes cannot be read
        ├── FleetError              N-711  fleet.toml is wrong
        ├── BoxHeldError            N-712  a box keeps its old copy tonight
        ├── PublishError            N-713  something was rejected, held or failed
        ├── BusyError               N-714  another run is publishing to the same folder
        ├── UnfitAttachmentError    N-715  a photo or document no box can show
        ├── SealedLogError          N-717  a box's log cannot be read, or is not whole
        ├── MirrorError             N-718  a night cannot be copied to where boxes fetch it
        ├── FingerprintError        N-719  an enrolment file is not the one the box wrote
        ├── ReconciliationError     N-720  the care journal cannot be written out
        ├── RootError               N-730  a new root cannot be made, signed or installed
        └── BulkServerError         N-75x  the vendor's server (bulk_client/errors.py)
"""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from appliance.errors import NodboksError


class FeedError(NodboksError):
    """The feed cannot be used as it is; every box keeps the copy it has."""

    code = "N-700"
    sentence = "Eksporten fra omsorgssystemet kan ikke bruges."
    next_step = "Se linjen ovenfor, ret eksporten, og kør igen."


class ManifestMissingError(FeedError):
    """There is no manifest.json, so the age of the data is unknown."""

    code = "N-701"
    sentence = "Eksporten mangler manifest.json, så ingen ved, hvor gamle data er."
    next_step = "Bed om manifestet, eller sig selv tidspunktet med --as-of 2026-11-23T02:00."


class BrokenManifestError(FeedError):
    """The manifest is there but cannot be understood."""

    code = "N-702"
    sentence = "Eksportens manifest.json kan ikke læses."
    next_step = "Bed leverandøren om en ny eksport."


class UnreadableFeedError(FeedError):
    """The folder or zip cannot be opened, or holds names that point outside it."""

    code = "N-703"
    sentence = "Eksporten kan ikke åbnes."
    next_step = "Tjek mappen eller zip-filen, og hent eksporten igen."


class UnreadableFileError(FeedError):
    """One file of the feed is missing, damaged or cut short."""

    code = "N-704"
    sentence = "En fil i eksporten er beskadiget eller ufuldstændig."
    next_step = "Hent eksporten igen. Boksene beholder deres gamle kopi så længe."


class BrokenLineError(FeedError):
    """One line of the feed is not a resource."""

    code = "N-705"
    sentence = "En linje i eksporten kan ikke læses."
    next_step = "Send fil og linjenummer til leverandøren."


class ForeignDocumentError(BrokenLineError):
    """A whole JSON document is something else than FHIR; nothing of the record can be missing."""

    code = "N-716"
    sentence = "En fil i eksporten er noget andet end FHIR."
    next_step = "Tag filen ud af mappen, eller send filnavnet til leverandøren."


class DanglingReferenceError(FeedError):
    """A resource points at somebody who is not in the feed."""

    code = "N-706"
    sentence = "En oplysning peger på en borger, der ikke er i eksporten."
    next_step = "Send fil og linjenummer til leverandøren."


class MiscountedError(FeedError):
    """What was read is not what was accounted for: a fault of this software."""

    code = "N-707"
    sentence = "Regnskabet over eksporten går ikke op. Intet er sendt ud."
    next_step = "Send rapporten til dem, der vedligeholder Nødboks."


class ColumnMapError(FeedError):
    """A column map says something unknown, or no map fits the lists that were delivered."""

    code = "N-708"
    sentence = "Kolonnerne i listerne passer ikke til kolonnekortet."
    next_step = (
        "Ret kolonnekortet. Nøglerne står i provisioning/sources/lists/column_maps/README.md."
    )


class CodeTableError(FeedError):
    """A table of codes that municipal IT provides is missing or is no such table."""

    code = "N-709"
    sentence = "En kodetabel kan ikke læses."
    next_step = "Ret tabellen. Formen står i provisioning/FLEET.md under code_tables."


class FleetError(FeedError):
    """fleet.toml is missing, says something unknown or contradicts itself."""

    code = "N-711"
    sentence = "Listen over bokse er forkert."
    next_step = "Ret fleet.toml. Nøglerne står i provisioning/FLEET.md."


class FingerprintError(FeedError):
    """An enrolment file is not the one the box wrote; somebody may have put their own key in it."""

    code = "N-719"
    sentence = "Fingeraftrykkene er ikke ens. Filen kan være byttet om."
    next_step = "Hent filen igen fra boksen, og læs fingeraftrykket op fra dens skærm."


class BoxHeldError(FeedError):
    """A box keeps the copy it has; the others are not affected."""

    code = "N-712"
    sentence = "Boksen får ikke en ny kopi i nat. Den beholder den gamle."
    next_step = "Se grunden. Er tallene rigtige, så frigiv boksen med --release."


class PublishError(FeedError):
    """The run ended with something rejected, held or failed."""

    code = "N-713"
    sentence = "Ikke alt gik igennem."
    next_step = "Se tabellen og rapporten; send fil og linje til leverandøren."


class SealedLogError(FeedError):
    """The sealed log of a box cannot be read, or something in it is not as it was written."""

    code = "N-717"
    sentence = "Boksens log kan ikke læses, eller den er ikke hel."
    next_step = "Se linjerne ovenfor. Gem filerne, som de er, og spørg databeskyttelsesrådgiveren."


class MirrorError(FeedError):
    """What was published cannot be copied to the bucket, folder or stick; boxes see the old one."""

    code = "N-718"
    sentence = "Kopien blev lavet, men kunne ikke lægges ud til boksene."
    next_step = "Se, hvad publish_to eller USB-stikket svarer. Næste kørsel indhenter det selv."


class ReconciliationError(FeedError):
    """What was noted in an outage cannot be written out; nothing was written."""

    code = "N-720"
    sentence = "Journalen fra nøddriften kan ikke skrives ud. Intet er skrevet."
    next_step = "Se grunden, og giv en ny mappe i RAM eller på en krypteret disk."


class RootError(FeedError):
    """A new root cannot be drafted, signed or installed; the trusted one is as it was."""

    code = "N-730"
    sentence = "Kommunens rod kan ikke ændres sådan. Intet er ændret."
    next_step = "Se grunden, og følg trinene i provisioning/TRUST.md."


class BusyError(FeedError):
    """Another run is publishing to the same folder; two at once would spoil each other."""

    code = "N-714"
    sentence = "En anden kørsel er i gang med at sende ud."
    next_step = "Vent, til den er færdig, og kør igen."


class UnfitAttachmentError(FeedError):
    """A photo or document is of no kind the box can show, broken, locked or too large."""

    code = "N-715"
    sentence = "Et billede eller dokument kan ikke tages med."
    next_step = "Gem det som PDF, JPEG eller PNG uden adgangskode, og kør igen."


class Severity(StrEnum):
    """How much a problem weighs: only `BLOCKING` holds a box, only `NOTE` leaves exit code 0."""

    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"
    BLOCKING = "blocking"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in the feed a person should look at; never holds a value from the record."""

    severity: Severity
    file: str
    line: int | None
    type: str
    field: str
    reason: str
    expected: str = ""
    code: str = FeedError.code
    part: str = ""
    sections: tuple[str, ...] = ()  # what a blocking problem leaves incomplete; none is all

    @property
    def where(self) -> str:
        """Return file and line as compilers write them."""
        return f"{self.file}:{self.line}" if self.line is not None else self.file

    @property
    def message(self) -> str:
        """Return the whole problem in one line."""
        field = f"{self.type}.{self.field}: " if self.field else f"{self.type}: "
        expected = f" (expected {self.expected})" if self.expected else ""
        return f"{self.where}: {self.severity}: {field}{self.reason}{expected} [{self.code}]"

    def to_dict(self) -> dict[str, Any]:
        """Return the problem as plain values for the report file."""
        return {**asdict(self), "severity": self.severity.value}
