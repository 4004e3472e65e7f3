"""What was noted in an outage as rows of a sheet."""

from dataclasses import replace
from datetime import timedelta

from appliance.care_journal import events
from appliance.care_journal.state import fold
from appliance.paper.journal_rows import in_one_line
from tests.appliance.care_journal.noted import PANODIL, about, noted

WELL = noted(events.EffectSeen(about(1), "Virkede"), 2, timedelta(hours=5))


def test_effect_is_of_when_somebody_looked_and_not_of_when_it_was_written() -> None:
    looked = replace(WELL, happened_at=WELL.happened_at - timedelta(hours=3))

    (entry,) = fold([noted(PANODIL, 1), looked]).entries

    assert "Effekt (anh, tors. 26. nov. 2026 kl. 06.00): Virkede" in in_one_line(entry)
