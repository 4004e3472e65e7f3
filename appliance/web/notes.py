"""Remember for minutes what must not stand in an address: words searched for, a shown CPR.

A name in a URL would stay in the history of a private phone, and a page made by a POST would
answer "Back" with a browser's warning. So the POST leaves a note here and redirects. In memory
only, gone with the session. Called by the search, the lists and the medication screen.
"""

import threading
from collections import OrderedDict
from collections.abc import Hashable

from appliance.clock import Clock
from appliance.records.terms import CitizenId
from appliance.vault.sessions import MOST_SESSIONS

CPR_SHOWN_S = 20


class Notes:
    """What each session asked for last, by session token."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._words: OrderedDict[tuple[str, str], str] = OrderedDict()
        self._cpr_until: OrderedDict[str, tuple[CitizenId, float]] = OrderedDict()
        self._looks: OrderedDict[tuple[str, Hashable], None] = OrderedDict()

    def keep_words(self, token: str, screen: str, words: str) -> None:
        """Note the words a session typed on a screen; no words forget them."""
        with self._lock:
            self._words.pop((token, screen), None)
            if words:
                self._words[token, screen] = words
            while len(self._words) > MOST_SESSIONS:
                self._words.popitem(last=False)

    def words(self, token: str, screen: str) -> str:
        """Return the words a session typed on a screen, or nothing."""
        with self._lock:
            return self._words.get((token, screen), "")

    def show_cpr(self, token: str, citizen_id: CitizenId) -> None:
        """Let a session see one citizen's CPR for the next seconds."""
        with self._lock:
            self._cpr_until[token] = (citizen_id, self._clock.monotonic() + CPR_SHOWN_S)
            while len(self._cpr_until) > MOST_SESSIONS:
                self._cpr_until.popitem(last=False)

    def is_cpr_shown(self, token: str, citizen_id: CitizenId) -> bool:
        """Tell whether a session may see that citizen's CPR now."""
        with self._lock:
            shown, until_s = self._cpr_until.get(token, (None, 0.0))
        return shown == citizen_id and self._clock.monotonic() < until_s

    def is_known_look(self, token: str, look: Hashable) -> bool:
        """Tell whether a session has been shown the same before; note that it has now."""
        with self._lock:
            is_known = (token, look) in self._looks
            self._looks[token, look] = None
            while len(self._looks) > MOST_SESSIONS:
                self._looks.popitem(last=False)
        return is_known

    def forget(self, token: str) -> None:
        """Drop everything of a session that ended."""
        with self._lock:
            self._cpr_until.pop(token, None)
            for look in [look for look in self._looks if look[0] == token]:
                del self._looks[look]
            for key in [key for key in self._words if key[0] == token]:
                del self._words[key]

    def forget_all(self) -> None:
        """Drop everything: the box was locked."""
        with self._lock:
            self._words.clear()
            self._looks.clear()
            self._cpr_until.clear()
