"""Name what can go wrong between the hub and the care record system's FHIR server.

The details never hold a token, a key, a whole address (links to files can be secrets) or a text
the server wrote, which could name a citizen; the server's own words lie in the working folder.

    FeedError
    └── BulkServerError             N-750  the export was not fetched
        ├── ServerSettingsError     N-751  municipal IT: feed-server.toml or the key file
        ├── LoginRefusedError       N-752  the server does not know our key, or gave no access
        ├── ServerUnreachableError  N-753  no answer, or only faults
        ├── ServerRefusedError      N-754  an answer, and it is no
        ├── ExportFailedError       N-755  the server gave the export up
        ├── ExportExpiredError      N-756  the export or its files are gone
        ├── OutOfTimeError          N-757  the export never ends
        ├── DamagedDownloadError    N-758  a file arrives cut short or spoilt, again and again
        └── UnexpectedAnswerError   N-759  not what the standard says, such as a login page
"""

from provisioning.errors import FeedError


class BulkServerError(FeedError):
    """The export was not fetched; the feed folder keeps what it has."""

    code = "N-750"
    sentence = "Eksporten er ikke hentet fra omsorgssystemets server."
    next_step = "Se linjen ovenfor, og kør igen. Mappen med den forrige eksport er urørt."


class ServerSettingsError(BulkServerError):
    """feed-server.toml or a file it names is missing, wrong or too narrow."""

    code = "N-751"
    sentence = "Indstillingerne for omsorgssystemets server er forkerte."
    next_step = "Ret feed-server.toml. Nøglerne står i provisioning/bulk_client/README.md."


class LoginRefusedError(BulkServerError):
    """The server does not accept our key, client id or scope."""

    code = "N-752"
    sentence = "Omsorgssystemets server afviser vores login."
    next_step = (
        "Tjek client_id, nøgle, key_id og scope sammen med leverandøren, og tjek hubbens ur."
    )


class ServerUnreachableError(BulkServerError):
    """The server does not answer, or answers only with faults of its own."""

    code = "N-753"
    sentence = "Omsorgssystemets server svarer ikke."
    next_step = "Tjek netværk, proxy og certifikat, og kør igen. Det hentede bruges videre."


class ServerRefusedError(BulkServerError):
    """The server understood and said no."""

    code = "N-754"
    sentence = "Omsorgssystemets server afviser at levere eksporten."
    next_step = "Send linjen ovenfor til leverandøren. Serverens eget svar ligger i arbejdsmappen."


class ExportFailedError(BulkServerError):
    """The server started the export and gave it up."""

    code = "N-755"
    sentence = "Omsorgssystemet kunne ikke gøre eksporten færdig."
    next_step = "Kør igen. Sker det igen, så send linjen ovenfor til leverandøren."


class ExportExpiredError(BulkServerError):
    """The server has thrown the export or its files away before they were fetched."""

    code = "N-756"
    sentence = "Eksporten er udløbet hos omsorgssystemet, før alt var hentet."
    next_step = "Kør igen; så bestilles en ny. Sker det igen, så bed om længere frist på filerne."


class OutOfTimeError(BulkServerError):
    """The time allowed ran out."""

    code = "N-757"
    sentence = "Eksporten blev ikke færdig i tide."
    next_step = "Kør igen; så ventes der videre på samme eksport. Eller hæv limits.total_min."


class DamagedDownloadError(BulkServerError):
    """A file arrived cut short, spoilt or not as the manifest describes it, more than once."""

    code = "N-758"
    sentence = "En fil fra omsorgssystemet er ufuldstændig eller beskadiget."
    next_step = "Kør igen. Sker det igen, så send linjen ovenfor til leverandøren."


class UnexpectedAnswerError(BulkServerError):
    """The answer is not what the standard says."""

    code = "N-759"
    sentence = "Serveren svarer ikke, som en FHIR Bulk Data-server skal."
    next_step = "Tjek server.url og proxy. Svarer en loginside, så send linjen til leverandøren."
