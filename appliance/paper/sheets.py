"""List every sheet the box can make. Adding one is a module, a template and one line here."""

from appliance.paper import changes, pack
from appliance.paper.citizen_sheets import medication_list
from appliance.paper.forms import (
    blood_sugar,
    box_label,
    driving,
    fall,
    fluid,
    medication_given,
    observation,
    stool,
    turning,
    visit_note,
    wall_poster,
)
from appliance.paper.sheet_kind import SheetKind
from appliance.paper.unit_sheets import due_tonight, life_critical

# In the order people meet them on screen.
SHEETS: dict[str, SheetKind] = {
    kind.name: kind
    for kind in (
        pack.KIND,
        changes.KIND,
        medication_list.KIND,
        due_tonight.KIND,
        life_critical.KIND,
        medication_given.KIND,
        observation.KIND,
        blood_sugar.KIND,
        fluid.KIND,
        stool.KIND,
        turning.KIND,
        fall.KIND,
        visit_note.KIND,
        driving.KIND,
        wall_poster.KIND,
        box_label.KIND,
    )
}
