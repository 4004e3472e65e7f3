"""Hold the invented names, streets and doctors, and make CPR numbers that nobody can have.

Every CPR number made here fails modulus 11. Numbers for births before 2007 were all issued to
pass it, except some of 1 January, which is never used here; so none of them is a real person's.
Persons born from 1937 on get a serial 99xx and older ones 39xx, easy to recognise in a grep.
Telephone numbers begin with 01: no Danish number does. Called by the other demo modules.
"""

from dataclasses import dataclass, field
from datetime import date
from random import Random

WOMEN = (
    "Karen Inger Kirsten Else Grethe Birthe Ruth Ellen Edith Åse Lis Jytte Bodil Gerda Tove Rigmor "
    "Kirstine Ragnhild Sørine Anne-Grethe Ebba Agnete Inge-Lise Ingrid Gudrun Vibeke Hanne Solvejg "
    "Asta Dagny Elna Estrid Gunhild Herdis Johanne Kamma Laura Mary Nanna Olga Petra Signe Thyra "
    "Valborg Ulla Lilly Bente Marie Esther Ingeborg"
).split()
MEN = (
    "Jens Hans Poul Erik Børge Svend Aage Knud Egon Kaj Arne Verner Åge Søren Jørgen Preben "
    "Henning Ejnar Villy Gunnar Thorvald Niels-Erik Holger Viggo Orla Asger Leif Mogens Ove Palle "
    "Steen Carl Frode Harald Ib Johannes Kjeld Laurits Max "
    "Otto Peder Regner Tage Uffe Anders Bjarne"
).split()
FAMILIES = (
    "Jensen Nielsen Hansen Pedersen Andersen Christensen Larsen Sørensen Rasmussen Jørgensen "
    "Petersen Madsen Kristensen Olsen Thomsen Christiansen Poulsen Johansen Møller Mortensen "
    "Østergaard Ågård Kjær Bæk Nørgaard Overgaard Ørum Åkjær Thygesen Præstegaard Højlund Lund "
    "Brændgaard Lykkegård Skovgaard Bjerregaard Dahl Søndergaard Mølgaard Kjærsgaard Rømer Bøgh "
    "Tværmose Dyrløv Gråkjær Hæstrup Løgstrup Vestergård Toft Fløe"
).split()
STREETS = (
    "Kirkevej Møllebakken Åvænget Søndergade Nørregade Rådhusstræde Kærvej Birkelunden Lærkevej "
    "Østerled Højgårdsvej Ærtemarken Skovbrynet Engdraget Præstemarken Fælledvej Stationsvej "
    "Gåsetoften Bøgeparken Hyldespjældet Brønden Teglværksvej"
).split()
TOWNS = (("0901", "Nørreskov"), ("0902", "Åbrinke"), ("0903", "Kærhøj"), ("0904", "Søndervang"))
DOCTORS = (
    "Lægehuset Nørreskov",
    "Lægerne på Torvet",
    "Åbrinke Lægeklinik",
    "Læge Solveig Bjærre",
    "Lægefællesskabet Kærhøj",
    "Læge Jørn Østerlund",
)
HOSPITALS = (
    "Geriatrisk afdeling, Regionshospitalet Nørreskov",
    "Hjertemedicinsk ambulatorium, Regionshospitalet Nørreskov",
    "Neurologisk klinik, Regionshospitalet Nørreskov",
)
LONG_NAMES = (
    (
        "Anna-Margrethe Wilhelmine Cathrine",
        "Østergaard-Frederiksen af Præstholm-Bøghvad",
    ),
    (
        "Frederik Christian Ferdinand Åge",
        "von Lindenskjold-Brændgaard til Højsgård og Ærøbjerg",
    ),
)

_WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
_LAST_OF_39 = 1936  # serials 9xxx belong to 1937–1999 (and 2000–2036)


def fails_modulus_11(cpr: str) -> bool:
    """Tell whether ten digits fail the check that every number issued before 2007 passes."""
    return sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, cpr, strict=True)) % 11 != 0


@dataclass(slots=True)
class CprIssuer:
    """Hand out invented CPR numbers, each only once in a town."""

    taken: set[str] = field(default_factory=set)

    def issue(self, rng: Random, born: date, *, is_woman: bool) -> str:
        """Make a number with the right date, century and gender digit that fails modulus 11."""
        century = "39" if born.year <= _LAST_OF_39 else "99"
        start = rng.randrange(50)
        for step in range(50):
            serial = (start + step) % 50 * 2 + (0 if is_woman else 1)
            cpr = f"{born:%d%m%y}{century}{serial:02d}"
            if fails_modulus_11(cpr) and cpr not in self.taken:
                self.taken.add(cpr)
                return cpr
        raise ValueError(f"no invented CPR number is left for {born}")


def replacement_cpr(rng: Random, born: date, *, is_national: bool) -> str:
    """Make a replacement number with letters: X-eCPR (national) or D-eCPR (from one region).

    The seventh digit and the two letters follow dk-core's patterns for the two systems.
    """
    first = rng.choice("17") if is_national else rng.choice("056")
    letters = "".join(rng.choice("ABCDEFGHJKLMNPRSTUVWXYZ") for _ in range(2))
    return f"{born:%d%m%y}{first}{letters}{rng.randrange(1, 10)}"


def phone(rng: Random) -> str:
    """Make a telephone number that cannot ring anywhere."""
    return "01 " + " ".join(f"{rng.randrange(100):02d}" for _ in range(3))


def person_name(rng: Random, *, is_woman: bool) -> tuple[str, str]:
    """Draw a given and a family name; a third of the people have a middle name."""
    given = rng.choice(WOMEN if is_woman else MEN)
    middle, family = rng.sample(FAMILIES, 2)
    return given, f"{middle} {family}" if rng.random() < 0.33 else family


def street_address(rng: Random) -> str:
    """Draw a street and number, sometimes with a floor."""
    number = f"{rng.choice(STREETS)} {rng.randrange(1, 120)}"
    if rng.random() < 0.25:
        number += f", {rng.randrange(1, 5)}. {rng.choice(('tv.', 'th.', 'mf.'))}"
    return number


def doctor_phone(name: str) -> str:
    """Return the one telephone number a doctor has everywhere in the town."""
    return f"01 70 00 {DOCTORS.index(name) + 11:02d}"
