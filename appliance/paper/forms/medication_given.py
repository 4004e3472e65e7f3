"""Make the blank record of medicine given, for doses no other sheet has room for.

It is no order: what may be given stands on the medication list or was said by a doctor, whose name
is asked for. Medicine given as needed has a form of its own. Called by the registry.
"""

from appliance.paper.forms.form import CALL, Form, Grid, form_kind, write
from appliance.paper.signing import ONLY_THE_REST

FORM = Form(
    name="medication_given",
    title="Medicin givet",
    notices=(
        ONLY_THE_REST,
        "Giv kun det, der står på medicinlisten, eller det, en læge siger. Skriv lægens navn.",
        f"Blev medicinen ikke givet? Skriv hvorfor. {CALL}",
    ),
    parts=(
        Grid(
            "Givet",
            (
                write("when", "Dato, kl.", 22),
                write("product", "Præparat, styrke, form"),
                write("dose", "Dosis", 20),
                write("route", "Hvordan", 18),
                write("source", "Fra medicinlisten eller læge: navn, kl.", 37),
                write("remark", "Virkning, eller hvorfor ikke", 28),
                write("initials", "Init.", 14),
            ),
            rows=11,
            row_mm=13,
        ),
    ),
)
KIND = form_kind(FORM)
