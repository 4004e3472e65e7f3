"""Make the form for stool and urine. Called by the registry."""

from appliance.paper.forms.form import CALL, Form, Grid, form_kind, write

FORM = Form(
    name="stool",
    title="Afføring og vandladning",
    notices=(f"Er der blod, stærke smerter eller ingen vandladning? {CALL}",),
    parts=(
        Grid(
            "Set",
            (
                write("when", "Dato, kl.", 28),
                write("amount", "Afføring: mængde", 30),
                write("kind", "Bristol-type 1–7", 22),
                write("urine", "Urin ml, eller ble", 28),
                write("remark", "Bemærkning"),
                write("initials", "Init.", 18),
            ),
            rows=17,
        ),
    ),
)
KIND = form_kind(FORM)
