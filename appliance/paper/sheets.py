"""List every sheet the box can make. Adding one is a module, a template and one line here."""

from appliance.paper import changes, pack
from appliance.paper.citizen_sheets import (
    administration_grid,
    as_needed_form,
    day_sheet,
    dispensing_sheet,
    folder,
    journal_sheet,
    medication_list,
)
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
from appliance.paper.plan_sheets import (
    action_cards,
    call_in_list,
    contact_list,
    contact_round,
    decision_log,
    extent_summary,
    letters,
    plan_set,
    response_plan,
)
from appliance.paper.sheet_kind import SheetKind
from appliance.paper.unit_sheets import (
    deliveries,
    device_load,
    due_tonight,
    handover,
    key_list,
    kitchen,
    life_critical,
    overview,
    to_enter,
    visit_routes,
)

# In the order people meet them on screen.
SHEETS: dict[str, SheetKind] = {
    kind.name: kind
    for kind in (
        pack.KIND,
        changes.KIND,
        medication_list.KIND,
        administration_grid.KIND,
        as_needed_form.KIND,
        dispensing_sheet.KIND,
        folder.KIND,
        day_sheet.KIND,
        journal_sheet.KIND,
        due_tonight.KIND,
        life_critical.KIND,
        overview.KIND,
        handover.KIND,
        to_enter.KIND,
        visit_routes.KIND,
        deliveries.MEAL_KIND,
        deliveries.DEVICE_KIND,
        kitchen.KIND,
        device_load.KIND,
        key_list.KIND,
        plan_set.KIND,
        response_plan.KIND,
        action_cards.KIND,
        contact_list.KIND,
        contact_round.KIND,
        call_in_list.KIND,
        decision_log.KIND,
        extent_summary.KIND,
        letters.KIND,
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
