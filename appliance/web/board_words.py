"""Name the words that stand on the boards' paper and on their screens alike: written once.

The screens translate them (`|said`); the paper has them in Danish. Called by `create_app` and the
catalogue.
"""

from appliance.care_journal import ticks
from appliance.paper.unit_sheets import boards, life_critical, not_seen, visit_routes

BOARD_WORDS = {
    "seen": ticks.SEEN,
    "missed": ticks.MISSED,
    "overdue": boards.OVERDUE,
    "not_seen": not_seen.DESIGN.title,
    "cannot_wait": not_seen.CANNOT_WAIT,
    "number": life_critical.NUMBER,
    "nobody_marked": life_critical.NOBODY_MARKED,
    # In the middle of a sentence; on its own the English has "at".
    "clock": "kl. {time}",
    "doses_from": boards.DOSES_FROM[0],
    "not_all_doses_from": boards.DOSES_FROM[1],
    "visits_from": boards.VISITS_FROM[0],
    "not_all_visits_from": boards.VISITS_FROM[1],
    "seen_is_not_given": boards.SEEN_IS_NOT_GIVEN,
    "maybe_on_paper": boards.MAYBE_ON_PAPER,
    "unnoted": boards.UNNOTED,
    "no_visits": visit_routes.NO_VISITS,
    "done_in_copy": visit_routes.DONE_IN_COPY,
}
