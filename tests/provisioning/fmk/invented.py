"""Invent dosages in both of FMK's shapes, and expand them by walking the calendar day by day.

The expansion reads the raw JSON and counts on its fingers: nothing of the package is used, so an
error in the package cannot hide in it.
"""

from collections import Counter
from datetime import date, timedelta

from hypothesis import strategies as st

START = date(2026, 11, 2)  # a Monday
AMOUNTS = {0.25: "0,25", 0.5: "0,5", 1: "1", 1.5: "1,5", 2: "2", 10: "10", 100: "100"}
PARTS = {"Morning": "morgen", "Noon": "middag", "Evening": "aften", "Night": "nat"}
LABELS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
UNIT = {"unitSingular": "tablet", "unitPlural": "tabletter"}
UNITS = {"Singular": "tablet", "Plural": "tabletter"}

amounts = st.sampled_from(sorted(AMOUNTS))
clocks = st.tuples(st.integers(0, 23), st.sampled_from([0, 1, 30, 59]))


def e2(*structures, **around):
    """Wrap periods as an E2 dosage."""
    return {"structures": {"unitOrUnits": UNIT, "structures": list(structures), **around}}


def e2_period(interval, days, start=START, end=None, **more):
    """Make an E2 period out of {day number: doses}."""
    period = {
        "iterationInterval": interval,
        "startDate": start.isoformat(),
        "days": [{"dayNumber": number, "allDoses": list(doses)} for number, doses in days.items()],
        **more,
    }
    return {**period, "endDate": end.isoformat()} if end else period


def e2_dose(part=None, amount=1, *, needed=False, at=None):
    """Make an E2 dose: by part of day, by the clock, or plain."""
    kind = f"{part}DoseWrapper" if part else "TimedDoseWrapper" if at else "PlainDoseWrapper"
    dose = {"type": kind, "doseQuantity": amount, "isAccordingToNeed": needed}
    return {**dose, "time": {"hour": at[0], "minute": at[1]}} if at else dose


def e6(*periods, **around):
    """Wrap periods as an E6 dosage."""
    return {"UnitTexts": UNITS, "DosagePeriod": list(periods), **around}


def e6_days(interval, days, **more):
    """Make an E6 plan out of {index: dosage}."""
    listed = [{"Index": index, "Dosage": dosage} for index, dosage in days.items()]
    return {"IterationInterval": interval, "Day": listed, **more}


def e6_weeks(interval, *weeks, **more):
    """Make an E6 plan out of one {label: dosage} for each week."""
    listed = [
        {"Weekday": [{"Label": name, "Dosage": dosage} for name, dosage in week.items()]}
        for week in weeks
    ]
    return {"IterationInterval": interval, "Week": listed, **more}


def times(count, amount=1):
    """Say "so many times a day" the E6 way."""
    return {"TimesPerDayDosage": {"Quantity": amount, "TimesPerDay": count}}


def parts(**amounts_by_part):
    """Say amounts by part of the day the E6 way."""
    doses = {name: {"Quantity": amount} for name, amount in amounts_by_part.items()}
    return {"PartOfDayDosage": doses}


@st.composite
def e2_doses(draw):
    """Draw the doses of one E2 day; no two of a kind at one moment."""
    moments = draw(
        st.lists(
            st.one_of(
                st.tuples(st.sampled_from(sorted(PARTS)), st.none()),
                st.tuples(st.none(), clocks),
            ),
            unique=True,
            max_size=4,
        )
    )
    doses = [
        e2_dose(part, draw(amounts), needed=draw(st.booleans()), at=at) for part, at in moments
    ]
    plain = draw(st.lists(st.tuples(amounts, st.booleans()), max_size=3))
    return doses + [e2_dose(None, amount, needed=needed) for amount, needed in plain]


@st.composite
def e2_dosages(draw):
    """Draw an E2 dosage of one to three periods, each after the one before, with or without gap."""
    periods, start = [], START
    count = draw(st.integers(1, 3))
    for place in range(count):
        interval = draw(st.sampled_from([0, 1, 2, 3, 7, 14, 21, 30]))
        numbers = draw(
            st.lists(st.integers(1, interval or 10), unique=True, min_size=0, max_size=5)
        )
        days = {number: draw(e2_doses()) for number in numbers}
        is_open = place == count - 1 and draw(st.booleans())
        end = None if is_open else start + timedelta(days=draw(st.integers(0, 12)))
        periods.append(e2_period(interval, days, start, end))
        if end:
            start = end + timedelta(days=draw(st.sampled_from([1, 1, 1, 4])))
    return e2(*draw(st.permutations(periods)))


@st.composite
def e6_choices(draw):
    """Draw what E6 says of one day."""
    found = {}
    by_part = draw(st.dictionaries(st.sampled_from(sorted(PARTS)), amounts, max_size=4))
    if by_part:
        found |= parts(**by_part)
    by_clock = draw(st.lists(clocks, unique=True, max_size=2))
    if by_clock:
        found["TimeOfDayDosage"] = [
            {"Quantity": draw(amounts), "Time": {"hour": hour, "minute": minute}}
            for hour, minute in by_clock
        ]
    if not found or draw(st.booleans()):
        found |= times(draw(st.integers(1, 4)), draw(amounts))
    return found


@st.composite
def e6_plans(draw):
    """Draw an E6 plan of numbered days or of named weekdays."""
    if draw(st.booleans()):
        interval = draw(st.integers(0, 5))
        numbers = st.integers(1, interval or 10)
        return e6_days(
            interval, draw(st.dictionaries(numbers, e6_choices(), min_size=1, max_size=4))
        )
    interval = draw(st.integers(0, 3))
    week = st.dictionaries(st.sampled_from(LABELS), e6_choices(), max_size=3)
    others = draw(st.lists(week, max_size=max(interval, 1) - 1))
    first = draw(st.dictionaries(st.sampled_from(LABELS), e6_choices(), min_size=1, max_size=3))
    return e6_weeks(interval, *draw(st.permutations([first, *others])))


@st.composite
def e6_dosages(draw):
    """Draw an E6 dosage of one to three periods; only the last may go on for ever."""
    periods = []
    count = draw(st.integers(1, 3))
    for place in range(count):
        kinds = draw(st.sampled_from([("Fixed",), ("PRN",), ("Fixed", "PRN"), ()]))
        period = {kind: draw(e6_plans()) for kind in kinds} or {"Empty": True}
        if place < count - 1 or draw(st.booleans()):
            period["PeriodLength"] = draw(st.integers(1, 12))
        periods.append(period)
    return e6(*periods)


def expand_e2(raw, horizon):
    """Walk every period from its first day and note (date, moment, amount) of each fixed dose."""
    found = Counter()
    for period in raw["structures"]["structures"]:
        day, number = date.fromisoformat(period["startDate"]), 1
        last = date.fromisoformat(period["endDate"]) if "endDate" in period else horizon
        while day <= last and day <= horizon:
            for item in period["days"]:
                if item["dayNumber"] == number:
                    found.update(_e2_moments(day, item["allDoses"]))
            day, number = day + timedelta(days=1), number + 1
            if period["iterationInterval"] and number > period["iterationInterval"]:
                number = 1
    return found


def _e2_moments(day, doses):
    for dose in doses:
        if not dose["isAccordingToNeed"]:
            kind = dose["type"].removesuffix("DoseWrapper")
            at = dose.get("time")
            when = f"{at['hour']:02}.{at['minute']:02}" if at else PARTS.get(kind)
            yield day, when, _e2_amount(dose)


def _e2_amount(dose):
    if "doseQuantity" in dose:
        return _danish(dose["doseQuantity"])
    return "-".join(_danish(dose[name]) for name in ("minimalDoseQuantity", "maximalDoseQuantity"))


def _danish(number):
    return f"{number:g}".replace(".", ",")


def expand_e6(raw, first, horizon):
    """Walk the periods one after the other and note each fixed dose."""
    found = Counter()
    day = first
    for period in raw["DosagePeriod"]:
        left = period.get("PeriodLength", (horizon - day).days + 1)
        number, week, in_week = 1, 1, 0
        plan = period.get("Fixed", {"IterationInterval": 0})
        weeks = plan.get("Week", [])
        while left > 0:
            choices = [item["Dosage"] for item in plan.get("Day", []) if item["Index"] == number]
            if week <= len(weeks):
                name = LABELS[day.weekday()]
                named = weeks[week - 1]["Weekday"]
                choices += [item["Dosage"] for item in named if item["Label"] == name]
            for choice in choices:
                found.update(item for item in _e6_moments(day, choice) if day <= horizon)
            day, number, in_week, left = day + timedelta(days=1), number + 1, in_week + 1, left - 1
            if in_week == len(LABELS):
                week, in_week = week + 1, 0
            if plan["IterationInterval"] and number > plan["IterationInterval"]:
                number = 1
            if plan["IterationInterval"] and week > plan["IterationInterval"]:
                week = 1
    return found


def _e6_moments(day, choice):
    for name, dose in choice.get("PartOfDayDosage", {}).items():
        yield day, PARTS[name], AMOUNTS[dose["Quantity"]]
    for dose in choice.get("TimeOfDayDosage", []):
        at = dose["Time"]
        yield day, f"{at['hour']:02}.{at['minute']:02}", AMOUNTS[dose["Quantity"]]
    plain = choice.get("TimesPerDayDosage")
    for _ in range(plain["TimesPerDay"] if plain else 0):
        yield day, None, AMOUNTS[plain["Quantity"]]
