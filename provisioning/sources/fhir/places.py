"""Read where an address lies, in the metres Danish maps use: ETRS89, UTM zone 32.

A feed may say it in degrees (FHIR's own extension, WGS84) or in metres (ours, as the address
register writes it). On land the two systems differ by less than a metre. Refuses a point outside
Denmark: a driver is better off with the street name. Called by `people`; pure.
"""

import math
from dataclasses import dataclass

import utm

from provisioning.sources.fhir.values import OWN, Json, mappings, number

_DEGREES = "http://hl7.org/fhir/StructureDefinition/geolocation"
_METRES = OWN + "etrs89"
_ZONE = 32
# From Gedser to Skagen and from Esbjerg to Christiansø, in metres of UTM zone 32.
_EAST = (430_000.0, 910_000.0)
_NORTH = (6_040_000.0, 6_410_000.0)


@dataclass(frozen=True, slots=True)
class Point:
    """A place in metres, ETRS89 / UTM zone 32 (EPSG:25832)."""

    easting: float
    northing: float


def point_of(address: Json) -> Point | None:
    """Return where an address lies, or None where it does not say or says something odd."""
    for item in mappings(address.get("extension")):
        if item.get("url") == _METRES:
            return metres(_value(item, "easting"), _value(item, "northing"))
        if item.get("url") == _DEGREES:
            return degrees(_value(item, "latitude"), _value(item, "longitude"))
    return None


def says_where(address: Json) -> bool:
    """Tell whether an address has coordinates at all, understood or not."""
    return any(it.get("url") in (_METRES, _DEGREES) for it in mappings(address.get("extension")))


def metres(easting: float | None, northing: float | None) -> Point | None:
    """Return a point given in metres, to the decimetre, if it is in Denmark."""
    if easting is None or northing is None:
        return None
    is_inside = _EAST[0] <= easting <= _EAST[1] and _NORTH[0] <= northing <= _NORTH[1]
    return Point(round(easting, 1), round(northing, 1)) if is_inside else None


def degrees(latitude: float | None, longitude: float | None) -> Point | None:
    """Return a point given in degrees, if it is in Denmark."""
    if latitude is None or longitude is None:
        return None
    try:
        east, north, *_ = utm.from_latlon(latitude, longitude, force_zone_number=_ZONE)
    except utm.OutOfRangeError:
        return None
    return metres(float(east), float(north))


def _value(extension: Json, name: str) -> float | None:
    for item in mappings(extension.get("extension")):
        if item.get("url") == name:
            given = number(item.get("valueDecimal"))
            return float(given) if given is not None and math.isfinite(given) else None
    return None
