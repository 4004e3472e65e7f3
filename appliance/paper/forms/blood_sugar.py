"""Make the form for blood sugar and the insulin given for it. Called by the registry.

Has no limits and no doses: those stand on the medication list and nowhere else.
"""

from appliance.paper.forms.form import CALL, EMERGENCY, Form, Grid, form_kind, write

FORM = Form(
    name="blood_sugar",
    title="Blodsukkerskema",
    notices=(
        "Dosis og grænser står på medicinlisten, ikke her. Skriv enheder helt ud.",
        f"Er borgeren sløv, svedende eller forvirret? Mål blodsukker nu. {CALL} {EMERGENCY}",
    ),
    parts=(
        Grid(
            "Målt og givet",
            (
                write("when", "Dato, kl.", 26),
                write("sugar", "Blodsukker mmol/l", 24),
                write("meal", "Før eller efter mad", 24),
                write("insulin", "Insulin: præparat", 36),
                write("units", "Antal enheder", 18),
                write("given", "Givet kl.", 18),
                write("remark", "Bemærkning"),
                write("initials", "Init.", 15),
            ),
            rows=16,
        ),
    ),
)
KIND = form_kind(FORM)
