"""Ask the server with patience: throttling is waited out, faults are tried again a few times.

A wait the server asks for is not counted as a try; only the deadline ends it. Called by `tokens`
and `bulk_server`.
"""

from provisioning.bulk_client.errors import ServerUnreachableError
from provisioning.bulk_client.transport import SERVER_FAULT, Answer, Request, Transport
from provisioning.bulk_client.waiting import Waiter

TRIES = 6
_TOO_MANY = 429
_ALWAYS_AGAIN = (408, _TOO_MANY, 502, 503, 504)


def may_ask_again(answer: Answer) -> bool:
    """Tell whether the same request may succeed later.

    A plain 500 may be a hiccup, but one with an OperationOutcome is the server's considered
    answer, unless it says itself that the trouble is transient.
    """
    if answer.status in _ALWAYS_AGAIN:
        return True
    if answer.outcome is not None:
        return not answer.is_good and answer.outcome.is_transient
    return answer.status == SERVER_FAULT


class Asker:
    """Somebody patient at the transport."""

    def __init__(self, transport: Transport, waiter: Waiter) -> None:
        self.transport = transport
        self.waiter = waiter

    def ask(self, request: Request, what: str, token: str | None = None) -> Answer:
        """Return the first answer that is not "later", or the last of several tries.

        An order that got no answer may have been heard, and is then placed twice: the spare
        export costs the server work and us nothing.

        Raises:
            ServerUnreachableError: no answer after several tries.
            OutOfTimeError: the server kept saying "later".
            UnexpectedAnswerError: an answer that is refused.

        """
        tries = 0
        while True:
            answer, trouble = self._try(request, token)
            if answer is not None and not may_ask_again(answer):
                return answer
            tries += not _asks_to_wait(answer)
            if tries >= TRIES:
                return _last(answer, trouble, what)
            headers = answer.headers if answer else {}
            self.waiter.wait(self.waiter.delay(headers, tries), what)

    def _try(
        self, request: Request, token: str | None
    ) -> tuple[Answer | None, ServerUnreachableError | None]:
        try:
            return self.transport.ask(request, token), None
        except ServerUnreachableError as error:
            return None, error


def _asks_to_wait(answer: Answer | None) -> bool:
    return answer is not None and (answer.status == _TOO_MANY or "Retry-After" in answer.headers)


def _last(answer: Answer | None, trouble: ServerUnreachableError | None, what: str) -> Answer:
    if answer is not None:
        return answer
    raise ServerUnreachableError(f"{what}: {trouble}, {TRIES} times") from trouble
