from appliance.records.terms import UnitId
from appliance.snapshot.neighbours import decode_neighbours
from provisioning.fleet import Fleet, FleetBox, Municipality
from provisioning.neighbours import neighbours_of

SYD = FleetBox("box-1", "Solgården", "age1a", ("Afsnit Syd",), "0a" * 32, address="10.0.0.1")
NORD = FleetBox("box-2", "Engvej", "age1b", ("*",), "0b" * 32)
OLD = FleetBox("box-3", "Kilden", "age1c", ("Afsnit Syd",))
LOST = FleetBox("box-4", "Bakken", "age1d", ("Findes ikke",), "0d" * 32)
UNITS = {UnitId("u-1"): "Afsnit Syd", UnitId("u-2"): "Afsnit Nord"}


def told(box: FleetBox, *boxes: FleetBox) -> dict[str, tuple[str, ...]]:
    fleet = Fleet(Municipality("Prøveby", trust=None), boxes)
    return {each.box_id: each.units for each in decode_neighbours(neighbours_of(box, fleet, UNITS))}


def test_box_is_told_of_every_other_box_and_not_of_itself() -> None:
    assert told(SYD, SYD, NORD) == {"box-2": ("Afsnit Nord", "Afsnit Syd")}
    assert told(NORD, SYD, NORD) == {"box-1": ("Afsnit Syd",)}


def test_box_that_signs_nothing_is_no_neighbour() -> None:
    assert told(SYD, SYD, OLD) == {}


def test_box_whose_list_of_units_is_wrong_is_still_known() -> None:
    assert told(SYD, SYD, LOST) == {"box-4": ()}
