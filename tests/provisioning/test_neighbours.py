from appliance.records.terms import UnitId
from appliance.snapshot.neighbours import LONGEST_NAME, decode_neighbours
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


def test_name_no_box_could_read_costs_nobody_the_list() -> None:
    long = FleetBox("box-5", "x" * 400, "age1e", ("*",), "0e" * 32)
    units = {UnitId("u-1"): "y" * 400}
    fleet = Fleet(Municipality("Prøveby", trust=None), (SYD, long))

    (told_of,) = decode_neighbours(neighbours_of(SYD, fleet, units))

    assert (len(told_of.name), len(told_of.units[0])) == (LONGEST_NAME, LONGEST_NAME)
