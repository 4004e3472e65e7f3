"""Hold the invented municipality's response plan, short but whole enough to act on.

Called by `town`.
"""

from datetime import date, timedelta

from appliance.records.models import PlanDocument
from appliance.records.terms import UnitId

_OWNER = "Chef for sundhed og ældre, Nørreskov Kommune"
_PLAN = """# Indsatsplan ved IT-nedbrud

## Situation
Omsorgssystemet virker ikke. Medicinlister og kørelister kan ikke hentes på normal vis.

## Gør nu
1. Ring til IT-vagten.
2. Ring til Nørreskov Brand & Redning.
3. Udskriv medicinlister og kørelister fra nødboksen.
4. Se til borgere med livsnødvendig behandling.
5. Sørg for, at visiterede borgere får deres besøg.

## Efter 8 timer
Chefen for sundhed og ældre afgør sammen med direktøren, om sundhedskrisestaben skal samles.
"""
_NIGHT_CARD = """# Aktionskort: Nattevagt

## De første fem minutter
- Lås nødboksen op med koden fra nødkortet.
- Udskriv nødpakken for din afdeling.
- Ring til vagttelefonen på de andre plejecentre: er de også ramt?

## Derefter
- Giv medicin efter de udskrevne lister. Kvittér med initialer og klokkeslæt.
- Skriv pn-medicin på pn-skemaet, og notér virkningen inden for 2 timer.
- Er du i tvivl, så ring til lægevagten.

## Gør ikke
- Brug ikke gamle medicinlister fra mappen.
- Tag ikke billeder af listerne med din egen telefon.
"""
_MEAL_CARD = """# Aktionskort: Madservice og hjælpemidler

- Udskriv dagens kørelister, pakkelisten og nøglelisten.
- Kør først til borgere, der er markeret som livsnødvendige.
- Skriv på listen, hvad der er leveret, og aflever den efter turen.
"""
_UNIT_NOTE = """# Solgården: sådan gør vi her

- Den forseglede kuvert med nødkortet ligger i medicinrummet, øverste hylde til venstre.
- Printeren står på kontoret. Papir ligger i skabet under den.
- Områdelederen ringes op, når nedbruddet har varet i 1 time.
"""


def make_plan_documents(today: date) -> tuple[PlanDocument, ...]:
    """Make the plan, two action cards and one unit's own sheet."""
    review = today + timedelta(days=150)
    solgaarden = UnitId("solgaarden")
    return (
        PlanDocument(
            "plan-1", "Indsatsplan ved IT-nedbrud", _PLAN, "plan", None, "3.1", _OWNER, review
        ),
        PlanDocument(
            "plan-2",
            "Aktionskort: Nattevagt",
            _NIGHT_CARD,
            "action_card",
            None,
            "2.0",
            _OWNER,
            review,
        ),
        PlanDocument(
            "plan-3",
            "Aktionskort: Madservice og hjælpemidler",
            _MEAL_CARD,
            "action_card",
            None,
            "1.4",
            _OWNER,
            review,
        ),
        PlanDocument(
            "plan-4",
            "Solgården: sådan gør vi her",
            _UNIT_NOTE,
            "plan",
            solgaarden,
            "1.0",
            "Bent Krogh",
        ),
    )
