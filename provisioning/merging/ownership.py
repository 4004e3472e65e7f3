"""Say which feed's word counts for each section, and what makes two rows tell the same. Pure.

What decides over tonight's care has one owner, so that nobody reads two lists; what warns is
added up, so that nothing is missed. Called by `join` and `section_claims`.
"""

from collections.abc import Mapping, Sequence

from appliance.records.terms import Section

# Where a list must not be pieced together from two systems.
OWNED = frozenset(
    {
        Section.MEDICATION,
        Section.CARE_PLAN,
        Section.INTERVENTIONS,
        Section.VISITS,
        Section.SERVICE_ORDERS,
        Section.KEY_BOXES,
    }
)
# The sources whose word on a section counts before the order of the feeds.
_AUTHORITIES = {Section.MEDICATION: ("FMK",)}

# What makes a row of a second feed the same as one of the first, by table.
SAME_ROW: Mapping[str, tuple[str, ...]] = {
    "warnings": ("lower(substance)", "is_refuted"),
    "conditions": ("lower(title)",),
    "flags": ("kind", "lower(text)"),
    "relatives": ("lower(name)",),
    "observations": ("title", "value", "unit", "observed_at"),
    "notes": ("text", "written_at"),
}
# What a row is called when it is only carried along, by table; every other table has a title.
TITLE_COLUMN: Mapping[str, str] = {
    "medication": "coalesce(brand, generic)",
    "warnings": "substance",
    "flags": "text",
    "relatives": "name",
    "notes": "title",
    "visits": "route",
    "service_orders": "service_line",
    "key_boxes": "place",
}


def owner_of(section: Section, sources: Sequence[str]) -> int | None:
    """Return whose section it is: an index into the sources that delivered it, in their order.

    None where the section has no owner, because everybody's word is added up.
    """
    if section not in OWNED or not sources:
        return None
    for authority in _AUTHORITIES.get(section, ()):
        if authority in sources:
            return sources.index(authority)
    return 0
