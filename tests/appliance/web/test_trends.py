"""How a measurement has gone, as a small line."""

from datetime import UTC, datetime, timedelta

from appliance.records.models import Observation
from appliance.records.terms import CitizenId
from appliance.web.trends import HEIGHT, WIDTH, trends

START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


def measured(*values, title="Puls", unit="slag/min"):
    """Return a measurement a day, in the order of the values."""
    return [
        Observation(
            f"{title}-{unit}-{number}",
            CitizenId("c"),
            title,
            value,
            unit,
            START + timedelta(days=number),
        )
        for number, value in enumerate(values)
    ]


def test_line_goes_from_the_oldest_to_the_newest_and_says_the_extremes():
    (trend,) = trends(reversed(measured("70", "90", "80")))

    corners = [tuple(map(float, point.split(","))) for point in trend.points.split()]
    assert [x for x, _ in corners] == sorted(x for x, _ in corners)
    assert corners[1][1] < corners[2][1] < corners[0][1]  # higher values stand higher up
    assert (trend.first, trend.last) == ("70\xa0slag/min", "80\xa0slag/min")
    assert (trend.lowest, trend.highest) == ("70\xa0slag/min", "90\xa0slag/min")
    assert trend.count == 3


def test_line_stays_inside_its_picture():
    (trend,) = trends(measured("0,1", "1000", "5", "5"))

    corners = [tuple(map(float, point.split(","))) for point in trend.points.split()]
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in corners)


def test_two_measurements_are_no_trend():
    assert trends(measured("70", "80")) == []


def test_words_and_missing_times_are_not_drawn():
    words = measured("120/80", "uændret", "70", "71")
    timeless = Observation("x", CitizenId("c"), "Puls", "72", "slag/min")

    assert trends([*words, timeless]) == []


def test_values_of_another_unit_are_another_line():
    both = [*measured("70", "71", "72"), *measured("36", "37", "38", unit="°C")]

    assert [(trend.title, trend.unit) for trend in trends(both)] == [
        ("Puls", "slag/min"),
        ("Puls", "°C"),
    ]


def test_what_never_changes_is_a_level_line():
    (trend,) = trends(measured("70", "70", "70"))

    assert len({point.split(",")[1] for point in trend.points.split()}) == 1
