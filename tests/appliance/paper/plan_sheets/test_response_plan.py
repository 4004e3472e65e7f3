"""The whole plan: checklist, stages, chapters, who answers for it."""

from dataclasses import replace

from appliance.paper.plan_sheets import response_plan
from appliance.paper.sheet_kind import Material
from appliance.plan.shipped import shipped_plan
from tests.appliance.paper.pages import bare
from tests.appliance.paper.plan_sheets.conftest import pages


def test_the_checklist_stands_first_in_the_order_of_its_stages():
    first = pages(response_plan)[0]

    assert first.index("Ring til IT-vagten.") < first.index("Ring til brand og redning.")
    assert first.index("Straks") < first.index("Efter 1 time") < first.index("Efter 8 timer")
    assert "Gjort" in first
    assert "Init." in first


def test_every_chapter_stage_and_item_is_on_paper():
    plan = shipped_plan()

    text = bare(" ".join(pages(response_plan)))

    for chapter in plan.chapters:
        assert bare(chapter.title) in text
        for block in chapter.blocks:
            assert all(bare(span.text) in text for span in block.spans)
    assert all(bare(stage.text) in text for stage in plan.stages)
    assert all(bare(item.text) in text for item in plan.checklist)


def test_a_number_that_is_known_stands_beside_what_it_is_for(fjordby):
    first = pages(response_plan, Material(plan=fjordby))[0]

    assert "Ring til vagtcentralen. Fjordby vagtcentral: 01 70 99 01" in first


def test_owner_approval_and_revisions_stand_at_the_end(fjordby):
    last = pages(response_plan, Material(plan=fjordby))[-1]

    assert "Ejer Ældrechef Ida Prøve" in last
    assert "Godkendt den 02.03.2026" in last
    assert "Næste gennemgang 01.10.2026" in last
    assert "4.2 02.03.2026 Ole Prøve Nyt kort til chaufføren." in last
    assert "Slut på planen: 2 afsnit · 3 trin · 2 punkter på tjeklisten" in last


def test_a_plan_without_revisions_has_no_empty_table(fjordby):
    duty = replace(fjordby.responsibility, revisions=())

    text = " ".join(pages(response_plan, Material(plan=replace(fjordby, responsibility=duty))))

    assert "Ændringer i planen" not in text
