"""Hold the policy numbers of the product, with the reason beside each.

They are not settings: a municipality that could raise them would sooner or later print a stale list
without a warning. No I/O; imported by whoever needs one.
"""

from datetime import timedelta

AMBER_AFTER = timedelta(hours=24)  # a nightly copy is at most this old when all is well
RED_AFTER = timedelta(hours=72)  # beyond a long weekend the copy is only a support
MAX_LOSS = 0.20  # a night that loses more citizens or medicines than this is held back
# Bytes of a database that may travel as a delta: applying one holds it twice in memory, and 1,000
# citizens are 69 MB. A larger one travels whole.
LARGEST_PATCHED = 96 * 1024**2
SESSION_IDLE = timedelta(minutes=15)  # a shared phone left on a table
SESSION_IDLE_LAPTOP = timedelta(minutes=30)  # it stands in the office, and people come back to it
COVERED_AFTER = 1 / 3  # of the idle time the page is covered: 5 minutes on a phone, 10 on a laptop
SESSION_LONGEST = timedelta(hours=12)  # the longest shift; whoever relieves logs in as themselves
OPENS_FOR = timedelta(hours=12)  # a card or USB key; the longest shift
QUIET_BEFORE_LOCK = timedelta(minutes=30)  # nobody is locked out in the middle of a round
SHIFT_CODE_VALID = timedelta(hours=12)  # told by word of mouth: it must not outlive the shift
GLASS_BROKEN_FOR = timedelta(minutes=60)  # one emergency in a unit that is not one's own
PRINTED_LATELY = timedelta(minutes=30)  # the same paper again within this is asked about
PRINTS_KEPT = timedelta(days=30)  # the paper of an outage is back in the record or shredded by then
# What was signed off is in the care system; so long somebody may still ask what the box had.
JOURNAL_SHOWN = timedelta(days=14)
# What was due shortly before an outage began, or before the copy was taken, may be done, or not:
# nobody could write it down, or had done so yet.
DOUBTED_BEFORE = timedelta(hours=1)
# A round begins before its hour: a dose noted so early is that of the hour. Earlier, nobody knows.
NOTED_BEFORE_DUE = timedelta(hours=1)
SEEN_BEFORE_DUE = timedelta(hours=1)  # who comes shortly before a visit was to be has made it
# A visit is never so much ahead of its time: what was ticked before was another one of that id.
TICKED_BEFORE_VISIT = timedelta(hours=12)
EFFECT_DUE_AFTER = timedelta(hours=2)  # of medicine given as needed, as the plans ask for
# A plan nobody has practised for a year is one nobody knows; half a year is when to book the next.
DRILL_OLD_AFTER, DRILL_VERY_OLD_AFTER = timedelta(days=183), timedelta(days=366)
REVIEW_AHEAD = timedelta(days=30)  # time to call those together who go through the plan
REPORTS_KEPT = 60  # reports of drills and outages: a drill a month for five years
STOPPED_SHOWN = timedelta(days=14)  # recently stopped medicine is printed as "må IKKE gives"
HANDED_OVER = timedelta(hours=24)  # what a shift tells the next one: every shift of a day and night
CHANGED_SHOWN = timedelta(days=3)  # medicine changed over a weekend is news on Monday
# Day, evening and night as most municipalities have them; a list is good for one of them.
SHIFT_STARTS = (7, 15, 23)
SHIFT_NEARLY_OVER = timedelta(hours=2)  # from then on a list also holds the next shift
# Morning, noon, evening and night: when each begins (they fit the shifts), and when it is usually
# given. Decides where a clock time stands on a sheet and which part a box is filled from.
PARTS_START = (7, 11, 15, 23)
PARTS_USUALLY_GIVEN = (8, 12, 18, 22)
# A neighbour cares for a unit for days, not weeks; then its own box is back, or a new pack is made.
RUNNER_KEPT = timedelta(days=7)
LONGEST_INITIALS = 8  # more than any care system gives; they stand in every footer and in the log
BEACON_PORT = 7710  # of the boxes' word to each other; one for all, so that one firewall rule does
# Three words lost in a row at the slowest pace: by then it is no accident.
BEACON_SILENT_AFTER = timedelta(minutes=6)
