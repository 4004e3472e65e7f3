"""Name everything that can go wrong on the box, once, with the words a person needs.

The tree follows *who can fix it*. Screen, sheet, log and command line all take the code, the
sentence and the next step from here; no other file writes them again. Sentences are Danish.

    NodboksError
    ├── ConfigError                 N-1xx  municipal IT: a setting is wrong
    │   ├── CertificateError        N-102  a certificate of the screens cannot be used
    │   └── PlanError               N-103  the municipality's response plan cannot be read
    ├── SnapshotError               N-2xx  the sender: what arrived cannot be used
    │   ├── UntrustedSnapshotError  N-201  a signature does not hold
    │   ├── TamperedSnapshotError   N-202  bytes differ from what was signed
    │   ├── OlderSnapshotError      N-203  older than what the box already has
    │   ├── ForeignSnapshotError    N-204  made for another box
    │   ├── ExpiredMetadataError    N-205  the hub's signature is too old (or the clock is wrong)
    │   ├── UnreadableSnapshotError N-206  does not decrypt, unpack or open
    │   ├── NewerFormatError        N-207  written for newer software
    │   ├── ImplausibleSnapshotError N-208 far fewer citizens or medicines than yesterday
    │   ├── NoSnapshotError         N-209  nothing has been installed yet
    │   ├── DocumentLostError       N-210  one photo or document is not on the box
    │   └── OtherMakeError          N-211  a runner pack of older or newer software
    ├── FetchError                  N-3xx  the network
    │   ├── HubUnreachableError     N-301  no answer
    │   ├── HubRefusedError         N-302  an answer, but not the file
    │   ├── CutShortError           N-303  the transfer stopped half-way
    │   ├── NotAdmittedError        N-304  the hub does not accept this box's certificate
    │   ├── ProxyRefusedError       N-305  the proxy does not let the box through
    │   └── StickError              N-306  the USB stick cannot be read
    ├── VaultError                  N-4xx  the reader
    │   ├── WrongCodeError          N-401  the code does not fit
    │   ├── MistypedCodeError       N-402  the check digit does not fit
    │   ├── WaitBeforeRetryError    N-403  too many wrong codes; a short wait
    │   ├── LockedError             N-404  the box is locked
    │   ├── UnsafeMemoryError       N-405  plaintext could reach a disk
    │   ├── KeeperDownError         N-406  the keeper does not answer
    │   ├── SlotMissingError        N-407  no such key slot on this box
    │   ├── ClockNotSetError        N-408  the box's clock cannot be set to that time
    │   ├── LastKeyError            N-409  the last key a person can use is not revoked
    │   ├── OwnUnitError            N-410  a runner pack of a unit the box has of its own
    │   └── TooManyPacksError       N-411  as many runner packs as the box takes
    ├── StorageError                N-5xx  the disk
    │   ├── DiskFullError           N-501
    │   ├── LogNotKeptError         N-502  looks are counted in memory only
    │   ├── PlanLogFullError        N-503  no more fits into the log of an outage
    │   ├── PlanLogBusyError        N-504  too much was written into it within an hour
    │   └── JournalUnreadError      N-505  the care journal is kept, but cannot be shown
    └── PaperError                  N-6xx  a sheet cannot be made
        └── UnprintableError        N-601  a character or field no font can show

`provisioning/errors.py` adds FeedError (N-7xx); `printers/errors.py` has its own root (N-8xx).
"""

from typing import ClassVar


class NodboksError(Exception):
    """Something a person can act on went wrong; `detail` says exactly what, in English."""

    code: ClassVar[str] = "N-000"
    sentence: ClassVar[str] = "Det gik ikke. Dine data er der stadig."
    next_step: ClassVar[str] = "Prøv igen."

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or type(self).sentence)
        self.detail = detail


class ConfigError(NodboksError):
    """A setting is missing, unknown or impossible."""

    code = "N-101"
    sentence = "Boksens indstillinger er forkerte."
    next_step = "Ring til IT-vagten."


class CertificateError(ConfigError):
    """A certificate for the screens, or the request for one, cannot be used; http goes on."""

    code = "N-102"
    sentence = "Certifikatet til den sikre forbindelse kan ikke bruges."
    next_step = "Siderne virker uden. IT kan se i provisioning/CERTIFICATES.md."


class PlanError(ConfigError):
    """The folder of the response plan is missing or wrong; the shipped plan stands in for it."""

    code = "N-103"
    sentence = "Kommunens egen indsatsplan kan ikke læses. Standardplanen bruges i stedet."
    next_step = "IT skal rette planens filer. De kan prøves med: nodboks plan check."


class SnapshotError(NodboksError):
    """A snapshot cannot be used; the one already installed stays."""

    code = "N-200"
    sentence = "Den nye kopi kan ikke bruges. Boksen beholder den gamle."
    next_step = "Brug boksen, som den er. IT får besked."


class UntrustedSnapshotError(SnapshotError):
    """A signature is missing, wrong or made with an unknown key."""

    code = "N-201"
    sentence = "Den nye kopi er ikke underskrevet af kommunen. Boksen beholder den gamle."


class TamperedSnapshotError(SnapshotError):
    """The bytes differ from what the municipality signed, or stop too early."""

    code = "N-202"
    sentence = "Den nye kopi er ændret eller ufuldstændig. Boksen beholder den gamle."


class OlderSnapshotError(SnapshotError):
    """What is offered is older than what the box has already accepted."""

    code = "N-203"
    sentence = "Der blev tilbudt en ældre kopi. Boksen beholder den nyere."


class ForeignSnapshotError(SnapshotError):
    """The snapshot was made for another box."""

    code = "N-204"
    sentence = "Kopien hører til en anden boks. Boksen beholder sin egen."


class ExpiredMetadataError(SnapshotError):
    """The hub's signature has run out, or the box's clock is ahead."""

    code = "N-205"
    sentence = "Kopiens underskrift er udløbet, eller boksens ur går forkert."
    next_step = "Brug boksen, som den er. IT kan tjekke ur og hub."


class UnreadableSnapshotError(SnapshotError):
    """The snapshot is trusted but does not decrypt, unpack or open."""

    code = "N-206"
    sentence = "Kopien kan ikke åbnes."
    next_step = "Ring til IT-vagten."


class NewerFormatError(SnapshotError):
    """The snapshot was written for newer software than this box runs."""

    code = "N-207"
    sentence = "Kopien er lavet til en nyere udgave af boksen."
    next_step = "IT skal opdatere boksen. Den gamle kopi kan stadig bruges."


class ImplausibleSnapshotError(SnapshotError):
    """The snapshot lost more citizens or medicines than one night can explain."""

    code = "N-208"
    sentence = "Den nye kopi mangler usædvanligt mange oplysninger. Boksen beholder den gamle."
    next_step = "IT skal se på kopien og frigive den, hvis den er rigtig."


class NoSnapshotError(SnapshotError):
    """Nothing has been installed on this box yet."""

    code = "N-209"
    sentence = "Der er ingen data i boksen."
    next_step = "Ring til IT-vagten."


class DocumentLostError(SnapshotError):
    """A photo or document the records name is missing or damaged; the records are not."""

    code = "N-210"
    sentence = "Billedet eller dokumentet ligger ikke på boksen lige nu."
    next_step = "Resten af journalen virker. Boksen henter det igen, når der er forbindelse."


class OtherMakeError(SnapshotError):
    """A runner pack was made by software of another make, so its records cannot stand here."""

    code = "N-211"
    sentence = "Løberpakken er lavet med en anden udgave af boksens program."
    next_step = "IT skal opdatere den ældste af de to bokse. Boksens egne journaler virker."


class FetchError(NodboksError):
    """The hub's files could not be fetched; the installed snapshot stays."""

    code = "N-300"
    sentence = "Data blev ikke hentet."
    next_step = "Boksen prøver selv igen. Brug den kopi, der er."


class HubUnreachableError(FetchError):
    """The hub does not answer."""

    code = "N-301"
    sentence = "Boksen kan ikke få forbindelse til kommunens server."


class HubRefusedError(FetchError):
    """The hub answered, but not with the file."""

    code = "N-302"
    sentence = "Kommunens server svarer, men filen er der ikke."
    next_step = "Boksen prøver selv igen. IT kan se i serverens log."


class CutShortError(FetchError):
    """The transfer stopped half-way."""

    code = "N-303"
    sentence = "Forbindelsen blev afbrudt midt i overførslen."
    next_step = "Boksen går selv videre, hvor den slap. Brug den kopi, der er."


class NotAdmittedError(FetchError):
    """The hub does not accept the box's certificate, or has no such box."""

    code = "N-304"
    sentence = "Kommunens server lukker ikke boksen ind."
    next_step = "IT skal se på boksens certifikat (hub.client_cert). Brug den kopi, der er."


class ProxyRefusedError(FetchError):
    """The proxy does not answer, or does not let the box through."""

    code = "N-305"
    sentence = "Kommunens proxy slipper ikke boksen igennem."
    next_step = "IT skal se på hub.proxy og på proxyens regler. Brug den kopi, der er."


class StickError(FetchError):
    """The USB stick cannot be read, was taken out, or holds nothing for this box."""

    code = "N-306"
    sentence = "Der kunne ikke hentes data fra USB-stikket."
    next_step = "Sæt det i igen, eller brug et andet. Boksen beholder den kopi, den har."


class VaultError(NodboksError):
    """The records cannot be opened."""

    code = "N-400"
    sentence = "Nødboksen kan ikke låses op."
    next_step = "Prøv igen, eller ring til IT-vagten."


class WrongCodeError(VaultError):
    """The code is well formed but opens nothing here."""

    code = "N-401"
    sentence = "Koden passer ikke. Tjek tallene."
    next_step = "Brug koden fra nødkortet i kuverten i medicinrummet."


class MistypedCodeError(VaultError):
    """The code has the wrong length or its check digit does not fit."""

    code = "N-402"
    sentence = "Koden er skrevet forkert. Tjek de 20 cifre."
    next_step = "Skriv de fem grupper med fire cifre, som de står på kortet."


class WaitBeforeRetryError(VaultError):
    """Too many wrong codes; `wait_s` seconds must pass. Never a hard lock."""

    code = "N-403"
    sentence = "Der har været for mange forkerte koder. Vent lidt, og prøv igen."
    next_step = "Nødkortet virker med det samme."

    def __init__(self, wait_s: float) -> None:
        super().__init__(f"wait {wait_s:.0f} s before the next try")
        self.wait_s = wait_s


class LockedError(VaultError):
    """The box is locked."""

    code = "N-404"
    sentence = "Nødboksen er låst."
    next_step = "Skriv koden fra nødkortet."


class UnsafeMemoryError(VaultError):
    """The RAM folder is not in RAM, or the machine swaps to a disk."""

    code = "N-405"
    sentence = "Boksen låser ikke op, fordi data kan havne på disken."
    next_step = "Ring til IT-vagten: der er et disk-swap, eller RAM-mappen er forkert."


class KeeperDownError(VaultError):
    """The keeper process does not answer."""

    code = "N-406"
    sentence = "Boksens nøgleprogram svarer ikke."
    next_step = "Vent et minut, og prøv igen. Sluk og tænd boksen, hvis det bliver ved."


class SlotMissingError(VaultError):
    """This box has no slot of the kind asked for."""

    code = "N-407"
    sentence = "Den nøgle findes ikke, eller boksen kan ikke læse den."
    next_step = "Prøv nødkortet, eller ring til IT-vagten."


class ClockNotSetError(VaultError):
    """The time cannot be right, or the network keeps the clock already."""

    code = "N-408"
    sentence = "Boksens ur blev ikke stillet. Den tid kan ikke passe."
    next_step = "Se på et andet ur, og skriv dato og klokkeslæt igen."


class LastKeyError(VaultError):
    """The key is the last one a person can open the box with."""

    code = "N-409"
    sentence = "Det er den sidste nøgle til boksen. Den bliver ikke spærret."
    next_step = "Lav først et nyt nødkort eller en ny USB-nøgle."


class OwnUnitError(VaultError):
    """A runner pack is of a unit whose records the box has of its own; those stand."""

    code = "N-410"
    sentence = "Afsnittet i løberpakken er et, som boksen selv har."
    next_step = "Brug boksens egne journaler for afsnittet."


class TooManyPacksError(VaultError):
    """The box keeps as many runner packs as it takes."""

    code = "N-411"
    sentence = "Der er ikke plads til flere løberpakker i boksen."
    next_step = "Fjern en, der ikke er brug for mere, og prøv igen."


class StorageError(NodboksError):
    """The disk refuses; nothing that was there is lost."""

    code = "N-500"
    sentence = "Boksens lager svarer ikke rigtigt."
    next_step = "Ring til IT-vagten."


class DiskFullError(StorageError):
    """There is no room left on the disk or in the RAM folder."""

    code = "N-501"
    sentence = "Der er ikke plads nok på boksen."
    next_step = "Det gamle er der stadig. IT skal gøre plads."


class LogNotKeptError(StorageError):
    """The sealed log cannot be written; everything else goes on."""

    code = "N-502"
    sentence = "Boksen kan ikke gemme sin log lige nu. Opslag huskes kun, mens den er tændt."
    next_step = "Brug boksen, som den er, og ring til IT-vagten."


class PlanLogFullError(StorageError):
    """The log of the outage has reached its largest size; what is in it stays."""

    code = "N-503"
    sentence = "Der er ikke plads til mere i planens log."
    next_step = "Skriv videre på papir, og ring til IT-vagten."


class PlanLogBusyError(StorageError):
    """More was written within an hour than people do; what is in it stays."""

    code = "N-504"
    sentence = "Der er skrevet meget i planen den sidste time."
    next_step = "Vent lidt, og skriv imens på papir."


class JournalUnreadError(StorageError):
    """The care journal could not be read when the box was opened; what is in it is not lost."""

    code = "N-505"
    sentence = "Nødjournalen kan ikke vises lige nu. Det, der er gemt i den, er der stadig."
    next_step = "Skriv på papir, og prøv igen om lidt. Ring til IT-vagten, hvis det bliver ved."


class PaperError(NodboksError):
    """A sheet cannot be made."""

    code = "N-600"
    sentence = "Arket kunne ikke laves."
    next_step = "Prøv igen, eller se oplysningerne på skærmen."


class UnprintableError(PaperError):
    """A character or field cannot be shown by the shipped fonts."""

    code = "N-601"
    sentence = "Et tegn i oplysningerne kan ikke skrives på papir."
    next_step = "Se oplysningerne på skærmen."
