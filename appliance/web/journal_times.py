"""Ask when something happened, and take the answer: a clock time and one of a few days.

Every day since the outage began can be chosen, and yesterday. Nothing may have happened later than
now, where anybody vouches for the clock. Called by the forms of the care journal and of the plan.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import g, request

from appliance.clock import DANISH_TIME, JudgedClock
from appliance.outage.journal import OutageJournal
from appliance.policy import JOURNAL_SHOWN
from appliance.records.age import show_time
from appliance.web.errors import NOT_HAPPENED_YET, TIME_UNREAD, TOO_LONG_AGO
from appliance.web.typed_forms import FormProblem

# On the number pad of a phone there is no full stop.
_TIME = re.compile(r"([01]?[0-9]|2[0-3])[.:]?([0-5][0-9])")
_DAY = timedelta(days=1)


def asked(already: datetime | None = None) -> dict[str, Any]:
    """Return what a form shows; `already` is the moment of what is put right.

    `when` stands in the fields nobody has typed in: with a clock nobody vouches for it is read off
    a watch.
    """
    clock: JudgedClock = g.services.clock
    moment = already or clock.now()
    is_sure = already is not None or clock.judged().is_trusted
    today, day = _day_of(clock.now()), _day_of(moment)
    offered = (today - n * _DAY for n in range((today - _first_day(clock.now())).days + 1))
    return {
        "when": {"kl": show_time(moment) if is_sure else "", "dag": day.isoformat()},
        "days": sorted({*offered, day}, reverse=True),
        "today": today,
    }


def taken(already: datetime | None = None) -> datetime:
    """Return the moment that was typed.

    With a clock nobody vouches for, what was read off a watch is taken as it is. What is put right
    may stay on its day, however long ago that is.

    Raises:
        FormProblem: it is no time, in the future, or too long ago.

    """
    clock: JudgedClock = g.services.clock
    now, moment = clock.now(), _typed(clock.now())
    if not clock.judged().is_trusted:
        return moment
    if moment > now:
        raise FormProblem(NOT_HAPPENED_YET)
    # A form may have lain open over midnight.
    is_same_day = already is not None and _day_of(moment) == _day_of(already)
    if _day_of(moment) < _first_day(now) - _DAY and not is_same_day:
        raise FormProblem(TOO_LONG_AGO)
    return moment


def danish_moment(day: date, at: time, now: datetime) -> datetime:
    """Return a Danish clock time as a moment; of the hour that comes twice, the last one passed.

    The hour that is left out in March is what a watch shows that nobody has put forward: 02.30 is
    03.30 on the wall.
    """
    return max((each for each in _moments(day, at) if each <= now), default=_moments(day, at)[0])


def next_moment(at: time, now: datetime) -> datetime:
    """Return when a Danish clock time comes next; the hour left out in March as above."""
    today = _day_of(now)
    coming = (*_moments(today, at), *_moments(today + _DAY, at))
    return min(each for each in coming if each > now)


def _moments(day: date, at: time) -> list[datetime]:
    """Return the moments a clock shows this time that day: one, or two where it is put back."""
    first, second = (
        datetime.combine(day, at.replace(fold=fold), DANISH_TIME).astimezone(UTC) for fold in (0, 1)
    )
    # Of a time that is left out the second is an hour before the first, and no clock shows it.
    return [first, second] if first < second else [first]


def _first_day(now: datetime) -> date:
    """Return the day the outage began, or yesterday; never longer ago than the journal is kept."""
    outage: OutageJournal = g.services.outage
    began_at = outage.on_paper().started_at or now
    return min(_day_of(now) - _DAY, _day_of(max(began_at, now - JOURNAL_SHOWN)))


def _typed(now: datetime) -> datetime:
    found = _TIME.fullmatch(request.form.get("kl", "").strip())
    try:
        day = date.fromisoformat(request.form.get("dag", ""))
    except ValueError:
        day = None
    if found is None or day is None:
        raise FormProblem(TIME_UNREAD)
    return danish_moment(day, time(int(found[1]), int(found[2])), now)


def _day_of(moment: datetime) -> date:
    return moment.astimezone(DANISH_TIME).date()
