"""Make the driving record: when, from where to where, how far. Called by the registry.

It follows the car, not a citizen, and lies in it: a name and a CPR have no place on it.
"""

from appliance.paper.forms.form import Form, Grid, Question, Questions, form_kind, write

FORM = Form(
    name="driving",
    title="Kørsel",
    notices=("Skriv borgerens initialer, ikke navn eller CPR. Skemaet ligger i bilen.",),
    parts=(
        Questions(
            "",
            (
                Question("Hvem kører", blanks=("Navn", "Init.", "Dato")),
                Question("Bilen", blanks=("Nummerplade", "Km ved start", "Km ved slut")),
            ),
        ),
        Grid(
            "Ture",
            (
                write("starts", "Kl. fra", 18),
                write("ends", "Kl. til", 18),
                write("from", "Fra"),
                write("to", "Til"),
                write("errand", "Ærinde", 34),
                write("km", "Km", 16),
                write("initials", "Init.", 16),
            ),
            rows=17,
        ),
        Questions("Sum", (Question("Kørt i alt", blanks=("Km", "Underskrift")),)),
    ),
    is_about_somebody=False,
)
KIND = form_kind(FORM)
