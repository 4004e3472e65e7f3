"""Hold the words the plan's screens choose by: answers, and names of what is looked at.

Danish source text, translated where it is shown; in the log they stand as codes. Called by the
screens, the templates and the catalogue.
"""

from appliance.outage import answer_words
from appliance.outage.probe_status import Probed

ROUND, CALL_IN = answer_words.ROUND, answer_words.CALL_IN
PROBED = {
    Probed.LINK: "Boksens egen forbindelse",
    Probed.GATEWAY: "Kommunens netværk",
    Probed.INTERNET: "Internettet",
    Probed.HUB: "Kommunens server",
    Probed.CARE_SYSTEM: "Omsorgssystemet",
}
# How long ago it began, as people know it, in minutes.
AGO = {
    0: "Lige nu", 15: "For et kvarter siden", 30: "For en halv time siden",
    60: "For en time siden", 120: "For to timer siden", 240: "For fire timer siden",
}  # fmt: skip


def every_word() -> set[str]:
    """Return all of them, for the catalogue."""
    return {*ROUND.values(), *CALL_IN.values(), *PROBED.values(), *AGO.values()}
