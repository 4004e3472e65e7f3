"""What people do at the response plan, on a phone without scripts: start, tick, ring, decide."""

import re

from tests.journeys.phone import Phone, plain

PLAN = "/indsatsplan"
FIRST_POINTS = ("ring-it", "ring-brand-redning", "udskriv")
ROUND = {
    "Nærmeste plejecenter": "hit",
    "Hjemmeplejen, vagttelefon": "hit",
    "Botilbud, vagttelefon": "silent",
    "Sygeplejen, vagttelefon": "spared",
    "Madservice": "hit",
    "Hjælpemiddelservice": "silent",
    "Botilbud Øst": "hit",  # not in the plan
}
LEADERS = "Chef Holm og direktør Krag"


def read(phone: Phone, path: str = "") -> str:
    """Return the words of a page of the plan."""
    return plain(phone.open(f"{PLAN}{path}"))


def sign(phone: Phone, path: str, action: str = "", **fields: str) -> str:
    """Open a page, fill in its form, and return the words of the answer."""
    phone.open(f"{PLAN}{path}")
    return plain(phone.submit(f"{PLAN}{action or path}", **fields))


def tick_first_points(phone: Phone) -> str:
    """Tick the first three points of the checklist, and return the last answer."""
    answers = [sign(phone, "", "/gjort", trin=point) for point in FIRST_POINTS]
    return answers[-1]


def ring_all(phone: Phone) -> str:
    """Note the answers of the round of seven, and return its page."""
    for name, answer in ROUND.items():
        page = phone.open(f"{PLAN}/kontaktrunde")
        row = re.search(rf'<h2>{name}</h2>.*?name="hvem" value="(\w+)"', page, re.DOTALL)
        who = {"hvem": row[1]} if row else {"hvem": "", "navn": name}
        phone.submit(f"{PLAN}/kontaktrunde", svar=answer, **who)
    return read(phone, "/kontaktrunde")


def decide(phone: Phone) -> str:
    """Answer both questions of the eighth hour, and return the last answer."""
    answers = [
        sign(phone, "/beslutninger", om=which, valg=choice, navne=LEADERS)
        for which, choice in (("krisestab", "0"), ("kommunikation", "1"))
    ]
    return answers[-1]
