"""How much paper a pack will be is said before it is printed; what the last one came to counts."""

import pytest

from appliance.web.pack_size import PackSize, size_of
from tests.appliance.web.conftest import Phone, WebBox


@pytest.mark.parametrize(
    ("citizens", "size"),
    # The two whole packs that were measured: 187 and 211 pages.
    [(96, PackSize(96, 180, 7)), (120, PackSize(120, 220, 8)), (1, PackSize(1, 10, 1))],
)
def test_size_is_reckoned_from_how_many_live_there(citizens: int, size: PackSize) -> None:
    assert size_of(citizens) == size


def test_what_the_last_pack_came_to_counts() -> None:
    assert size_of(96, 187) == PackSize(96, 190, 7)


def test_button_and_question_say_how_much_comes_out(box: WebBox, agnes: Phone) -> None:
    before = agnes.get("/afsnit").text
    agnes.post("/udskriv/pakke/u-syd")
    box.print_all()
    (job,) = box.services.desk.queue.jobs()

    asked = agnes.post("/udskriv/pakke/u-syd").text

    assert "borgere, ca. " in before
    assert f"ca. {round(job.pages, -1)} sider" in asked
