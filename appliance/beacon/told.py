"""Put what another box said into one Danish sentence, the same on the screen and on paper.

Judges nothing but how long ago it was. Times are this box's own: when the word came, and since when
it lasts, counted back from there. Called by the screens of the plan and by the making of sheets.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from appliance.beacon.heard import HeardBoxes, heard_path, is_silent, read_heard
from appliance.beacon.hearing import Heard
from appliance.beacon.statement import Answer, Standing
from appliance.clock import DANISH_TIME, Clock, time_at
from appliance.config import BoxConfig
from appliance.files import stamp_of
from appliance.records.age import show_date_time, show_time

# {heard}, {since}: "kl. 02.14" of today, else "man. 23. nov. 2026 kl. 02.14".
SENTENCES = (
    _OUTAGE,
    _HIT,
    _SPARED,
    _OUTAGE_UNSURE,
    _HIT_UNSURE,
    _SPARED_UNSURE,
    _NONE,
    _DRILL,
    _SILENT,
) = (
    "Meldt af boksen {heard}: nøddrift siden {since}.",
    "Meldt af boksen {heard}: ramt, nøddrift siden {since}.",
    "Meldt af boksen {heard}: ikke ramt, nøddrift siden {since}.",
    "Meldt af boksen {heard}: nøddrift.",
    "Meldt af boksen {heard}: ramt, nøddrift.",
    "Meldt af boksen {heard}: ikke ramt, nøddrift.",
    "Meldt af boksen {heard}: ingen nøddrift.",
    "Meldt af boksen {heard}: øvelse, ingen nøddrift.",
    "Boksen er ikke hørt siden {heard}. Ring.",
)
# By what people there have said; with the time it began, and without.
_BY_ANSWER: Mapping[Answer, tuple[str, str]] = {
    Answer.NOBODY_SAID: (_OUTAGE, _OUTAGE_UNSURE),
    Answer.HIT: (_HIT, _HIT_UNSURE),
    Answer.SPARED: (_SPARED, _SPARED_UNSURE),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence with the times that go into it, and what the screen tells besides."""

    sentence: str
    heard_at: datetime
    since: datetime | None
    is_silent: bool
    is_hit: bool
    heard: Heard


class BoxWords:
    """What the other boxes have said; reads the file only when it is a new one."""

    def __init__(self, config: BoxConfig, clock: Clock) -> None:
        self._path = heard_path(config)
        self._is_on = config.beacon.is_on
        self._clock = clock
        self._lock = threading.Lock()
        self._stamp: tuple[int, int] | None = None
        self._found = HeardBoxes()

    def of(self, box_id: str, name: str) -> Told | None:
        """Return what is told in a row of the contact round; None where no box speaks for it."""
        now_s = self._clock.monotonic()
        heard = self._read().still_told(now_s).of(box_id, name)
        return told_of(heard, self._clock) if heard is not None else None

    def on_paper(self, box_id: str, name: str) -> str:
        """Return the same as a Danish sentence; nothing where no box speaks for it."""
        told = self.of(box_id, name)
        if told is None:
            return ""
        return in_danish(told, self._clock.now())

    def _read(self) -> HeardBoxes:
        if not self._is_on:
            return HeardBoxes()
        with self._lock:
            stamp = stamp_of(self._path)
            if stamp != self._stamp:
                self._found, self._stamp = read_heard(self._path), stamp
            return self._found


def in_danish(told: Told, now: datetime) -> str:
    """Return the sentence with its times."""
    since = _when(told.since, now) if told.since else ""
    return told.sentence.format(heard=_when(told.heard_at, now), since=since)


def told_of(heard: Heard, clock: Clock) -> Told:
    """Return what is told of a box now."""
    heard_at, word = time_at(clock, heard.at_s), heard.word
    silent = is_silent(heard, clock.monotonic())
    since = None if word.for_min is None else heard_at - timedelta(minutes=word.for_min)
    is_hit = word.standing is Standing.OUTAGE and word.answer is not Answer.SPARED and not silent
    return Told(_sentence(heard, silent=silent), heard_at, since, silent, is_hit, heard)


def _when(moment: datetime, now: datetime) -> str:
    is_today = moment.astimezone(DANISH_TIME).date() == now.astimezone(DANISH_TIME).date()
    return f"kl. {show_time(moment)}" if is_today else show_date_time(moment)


def _sentence(heard: Heard, *, silent: bool) -> str:
    if silent:
        return _SILENT
    if heard.word.standing is Standing.OUTAGE:
        timed, untimed = _BY_ANSWER[heard.word.answer]
        return timed if heard.word.for_min is not None else untimed
    return _DRILL if heard.word.standing is Standing.DRILL else _NONE
