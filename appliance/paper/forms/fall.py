"""Make the form for a fall or another unintended event. Called by the registry.

Asks in the order things are done: look after the citizen, measure, call, tell; then what happened.
"""

from appliance.paper.forms.form import EMERGENCY, Form, Question, Questions, form_kind

FORM = Form(
    name="fall",
    title="Fald og utilsigtet hændelse",
    notices=(f"Hjælp borgeren først. Skriv bagefter. {EMERGENCY}",),
    parts=(
        Questions(
            "Hvad skete der?",
            (
                Question(
                    "Hændelse",
                    choices=("Fald", "Medicin", "Andet"),
                    blanks=("Dato", "Kl.", "Sted"),
                ),
                Question("Set eller fundet af", blanks=("Navn", "Kl.")),
                Question("Beskriv, hvad du så og hørte", lines=3),
            ),
        ),
        Questions(
            "Borgeren nu",
            (
                Question(
                    "Tegn på skade",
                    choices=("Ingen set", "Smerter", "Sår", "Slag mod hovedet", "Kan ikke støtte"),
                    blanks=("Hvor på kroppen",),
                ),
                Question("Får blodfortyndende medicin", choices=("Ja", "Nej", "Ved ikke")),
                Question(
                    "Målt",
                    blanks=("BT", "Puls", "SAT", "Blodsukker"),
                ),
                Question("Hvad gjorde du, og hvad skal I holde øje med?", lines=2),
            ),
        ),
        Questions(
            "Hvem har fået besked?",
            (
                Question(
                    "Læge",
                    choices=("Ringet op", "112"),
                    blanks=("Kl.", "Navn", "Svar"),
                ),
                Question(
                    "Pårørende",
                    choices=("Har fået besked", "Nås ikke"),
                    blanks=("Kl.", "Navn"),
                ),
                Question(
                    "Leder", choices=("Har fået besked", "Indberetter"), blanks=("Kl.", "Navn")
                ),
                Question("Skrevet af", blanks=("Navn", "Init.", "Dato, kl.")),
            ),
        ),
    ),
)
KIND = form_kind(FORM)
