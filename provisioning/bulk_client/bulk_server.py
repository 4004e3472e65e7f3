"""The server as the rest of the client sees it: logged in, and patiently asked.

A token the server no longer takes is renewed once per request. Called by `export_job` and
`download`.
"""

from provisioning.bulk_client.addresses import origin_of
from provisioning.bulk_client.asking import Asker
from provisioning.bulk_client.errors import (
    BulkServerError,
    LoginRefusedError,
    ServerRefusedError,
    ServerUnreachableError,
    UnexpectedAnswerError,
)
from provisioning.bulk_client.tokens import TokenSource
from provisioning.bulk_client.transport import SERVER_FAULT, UNAUTHORIZED, Answer, Request
from provisioning.bulk_client.waiting import Waiter


class BulkServer:
    """One server during one export."""

    def __init__(self, asker: Asker, tokens: TokenSource | None) -> None:
        self._asker = asker
        self._tokens = tokens
        self.last_refusal = b""  # the server's own words, for a file and never for a message

    @property
    def waiter(self) -> Waiter:
        """The patience of this export."""
        return self._asker.waiter

    def ask(self, request: Request, what: str, *, with_token: bool = True) -> Answer:
        """Return the answer to a request, with our token where it may go.

        Raises:
            LoginRefusedError: the server takes no token of ours.
            ServerUnreachableError, OutOfTimeError, UnexpectedAnswerError: the server.

        """
        tokens = self._tokens if with_token else None
        answer = self._ask(request, what, tokens)
        if answer.status == UNAUTHORIZED and tokens is not None:
            tokens.forget()
            answer = self._ask(request, what, tokens)
        if not answer.is_good:
            self.last_refusal = answer.body
        if answer.status == UNAUTHORIZED:
            raise LoginRefusedError(f"{what}: status 401{self._why(answer, tokens)}")
        return answer

    def ask_once(self, request: Request, what: str) -> Answer:
        """Return the answer to something that is not worth a second try.

        Raises:
            BulkServerError: there is no answer.

        """
        token = self._tokens.token(self._asker) if self._tokens is not None else None
        self.waiter.check(what)
        return self._asker.transport.ask(request, token)

    def _ask(self, request: Request, what: str, tokens: TokenSource | None) -> Answer:
        token = tokens.token(self._asker) if tokens is not None else None
        return self._asker.ask(request, what, token)

    def _why(self, answer: Answer, tokens: TokenSource | None) -> str:
        if tokens is None:
            return "; there is no [login], or the manifest says that none is needed"
        if self._asker.transport.is_trusted(answer.url):
            return " with a new token"
        origin = origin_of(answer.url)
        return f"; {origin} is not in server.trusted_origins, so it saw no token"


def refusal(answer: Answer, what: str) -> BulkServerError:
    """Return the error for an answer that is not what was asked for."""
    if answer.status >= SERVER_FAULT and answer.outcome is None:
        return ServerUnreachableError(f"{what}: {answer.shown}")
    if answer.is_html:
        return UnexpectedAnswerError(f"{what}: {answer.shown}")
    return ServerRefusedError(f"{what}: {answer.shown}")
