"""Make the form for vital signs: what was measured, when, and by whom.

Has no limits: what is normal differs from citizen to citizen, and an early-warning score that the
municipality has not approved would be worse than none. Called by the registry.
"""

from appliance.paper.forms.form import CALL, EMERGENCY, Form, Grid, form_kind, write

FORM = Form(
    name="observation",
    title="Observationsskema",
    notices=(
        f"Skemaet siger ikke, hvad der er normalt for borgeren. Er du bekymret? {CALL} {EMERGENCY}",
    ),
    parts=(
        Grid(
            "Målinger",
            (
                write("when", "Dato, kl.", 26),
                write("pressure", "BT mmHg", 20),
                write("pulse", "Puls pr. min.", 15),
                write("temperature", "Temp. °C", 15),
                write("breaths", "Resp. pr. min.", 15),
                write("saturation", "SAT %", 14),
                write("oxygen", "Ilt l/min.", 14),
                write("awareness", "Bevidsthed: vågen, svarer?", 27),
                write("remark", "Bemærkning"),
                write("initials", "Init.", 15),
            ),
            rows=17,
        ),
    ),
)
KIND = form_kind(FORM)
