"""Make the note of two visits: what was done and seen, who goes on. Called by the registry."""

from appliance.paper.forms.form import Form, Question, Questions, form_kind

_QUESTIONS = (
    Question("Besøget", blanks=("Dato", "Kl. fra", "Kl. til", "Init.")),
    Question(
        "Hjælpen", choices=("Givet som aftalt", "Givet delvist", "Ikke givet", "Ingen hjemme")
    ),
    Question("Hvad er gjort?", lines=2),
    Question("Hvad er anderledes hos borgeren?", lines=2),
    Question("Skal følges op", blanks=("Hvad", "Af hvem", "Hvornår")),
)
FORM = Form(
    name="visit_note",
    title="Besøgsnotat",
    notices=("Er noget galt? Ring med det samme. Et notat på papir bliver først læst senere.",),
    parts=(Questions("Første besøg", _QUESTIONS), Questions("Næste besøg", _QUESTIONS)),
)
KIND = form_kind(FORM)
