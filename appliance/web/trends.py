"""Draw how a measurement has gone: a small line for those measured often enough. Pure.

Only values that are plain numbers are drawn, and only where all of a title have one unit; the line
is beside the figures, never instead of them. Called by the citizen's page.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from appliance.records.age import show_date_time
from appliance.records.models import Observation
from appliance.records.quantities import amount_of, format_amount

WIDTH, HEIGHT = 160, 40
_MARGIN = 4
_FEWEST, _MOST = 3, 20


@dataclass(frozen=True, slots=True)
class Trend:
    """One measurement over time; `points` are the corners of a line in WIDTH × HEIGHT."""

    title: str
    unit: str
    points: str
    first: str
    last: str
    lowest: str
    highest: str
    count: int
    since: str


def trends(observations: Iterable[Observation]) -> list[Trend]:
    """Return a line for each measurement with enough numbers, by title."""
    series: dict[tuple[str, str], list[tuple[float, Observation]]] = defaultdict(list)
    for one in observations:
        number = amount_of(one.value or "")
        if number is not None and one.observed_at is not None:
            series[one.title, one.unit or ""].append((float(number), one))
    return [
        _trend(title, unit, found)
        for (title, unit), found in sorted(series.items())
        if len(found) >= _FEWEST
    ]


def _trend(title: str, unit: str, found: list[tuple[float, Observation]]) -> Trend:
    latest = sorted(found, key=lambda pair: str(pair[1].observed_at))[-_MOST:]
    values = [value for value, _ in latest]
    times = [one.observed_at.timestamp() for _, one in latest if one.observed_at]
    corners = zip(_scaled(times, WIDTH), _scaled(values, HEIGHT), strict=True)
    texts = {value: format_amount(one.value or "", unit) for value, one in latest}
    return Trend(
        title=title,
        unit=unit,
        points=" ".join(f"{x:.1f},{HEIGHT - y:.1f}" for x, y in corners),
        first=texts[values[0]],
        last=texts[values[-1]],
        lowest=texts[min(values)],
        highest=texts[max(values)],
        count=len(values),
        since=show_date_time(latest[0][1].observed_at),
    )


def _scaled(values: list[float], room: int) -> list[float]:
    """Spread values over the room; what never changes runs through the middle."""
    low, high = min(values), max(values)
    if low == high:
        return [room / 2] * len(values)
    return [_MARGIN + (value - low) / (high - low) * (room - 2 * _MARGIN) for value in values]
