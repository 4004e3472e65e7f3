"""Make the fluid form: what went in, what came out, and the two sums. Called by the registry."""

from appliance.paper.forms.form import Form, Grid, Question, Questions, form_kind, write

FORM = Form(
    name="fluid",
    title="Væskeskema",
    notices=("Skriv alt i ml. Læg sammen, når døgnet er gået, eller når du går fra vagt.",),
    parts=(
        Questions(
            "", (Question("Skemaet gælder", blanks=("Fra dato, kl.", "Til dato, kl.", "Mål i ml")),)
        ),
        Grid(
            "Ind og ud",
            (
                write("when", "Kl.", 20),
                write("taken", "Ind: hvad"),
                write("taken_ml", "Ind ml", 20),
                write("taken_sum", "Ind i alt", 20),
                write("lost", "Ud: urin, opkast, dræn"),
                write("lost_ml", "Ud ml", 20),
                write("lost_sum", "Ud i alt", 20),
                write("initials", "Init.", 16),
            ),
            rows=15,
        ),
        Questions(
            "Sum",
            (
                Question(
                    "Lagt sammen", blanks=("Ind i alt ml", "Ud i alt ml", "Forskel ml", "Init.")
                ),
            ),
        ),
    ),
)
KIND = form_kind(FORM)
