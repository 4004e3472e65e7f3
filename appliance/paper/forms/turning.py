"""Make the turning form: how somebody who cannot turn alone has lain. Called by the registry."""

from appliance.paper.forms.form import Form, Grid, Question, Questions, form_kind, write

FORM = Form(
    name="turning",
    title="Vendeskema",
    notices=("Er der et sår eller rødme, der ikke går væk? Sig det til sygeplejersken.",),
    parts=(
        Questions(
            "", (Question("Aftalt", blanks=("Vendes hver", "Hjælpemidler", "Antal personer")),)
        ),
        Grid(
            "Vendt",
            (
                write("when", "Dato, kl.", 28),
                write("position", "Stilling: ryg, højre, venstre, stol", 42),
                write("skin", "Hud: rødme, sår, hvor"),
                write("remark", "Bemærkning", 40),
                write("initials", "Init.", 18),
            ),
            rows=16,
        ),
    ),
)
KIND = form_kind(FORM)
