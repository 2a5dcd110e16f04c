"""Degrees on the globe → kilometres: on the map of Germany, and between two places.

The map is a Lambert conformal conic projection of the sphere, true at 48°40′ and 52°40′ N, with 10°30′ E upright: the
parallels that German survey maps use. One unit is a kilometre; y grows downwards, as in SVG.
"""

import itertools
import math
import re
from functools import cache
from pathlib import Path

import msgspec

from kommunalnews.diagnostics import N_, Problem

_RADIUS = 6371.0088
_NORTH, _SOUTH = math.radians(52 + 40 / 60), math.radians(48 + 40 / 60)
_MERIDIAN = 10.5
_CONE = math.log(math.cos(_SOUTH) / math.cos(_NORTH)) / math.log(
    math.tan(math.pi / 4 + _NORTH / 2) / math.tan(math.pi / 4 + _SOUTH / 2)
)
_SCALE = _RADIUS * math.cos(_SOUTH) * math.tan(math.pi / 4 + _SOUTH / 2) ** _CONE / _CONE
WIDTH, HEIGHT = 654, 880
"""Of the map."""
_LEFT, _TOP = 332.0, 4720.0
"""Where the map begins, from the meridian and from the tip of the cone."""

STATES = {
    "BW": "Baden-Württemberg", "BY": "Bayern", "BE": "Berlin", "BB": "Brandenburg", "HB": "Bremen", "HH": "Hamburg",
    "HE": "Hessen", "MV": "Mecklenburg-Vorpommern", "NI": "Niedersachsen", "NW": "Nordrhein-Westfalen",
    "RP": "Rheinland-Pfalz", "SL": "Saarland", "SN": "Sachsen", "ST": "Sachsen-Anhalt", "SH": "Schleswig-Holstein",
    "TH": "Thüringen",
}  # fmt: skip
"""The federal states by the short sign of ISO 3166-2:DE, in the order of their names."""


class Spot(msgspec.Struct, frozen=True):
    """Where a place lies."""

    latitude: float
    longitude: float
    state: str = ""
    """Short sign of the federal state; empty where it lies in none."""
    is_from_gazetteer: bool = False
    """Whether GeoNames told it, which then is named beside the map."""


_PAIR = re.compile(r"(-?[0-9]{1,2}(?:\.[0-9]{1,12})?)[ ]*,[ ]*(-?[0-9]{1,3}(?:\.[0-9]{1,12})?)", re.ASCII)


def coordinates(text: str) -> tuple[float, float] | Problem:
    """``49.444, 7.769`` as latitude and longitude."""
    match = _PAIR.fullmatch(text.strip())
    latitude, longitude = map(float, match.groups()) if match else (99.0, 0.0)
    if abs(latitude) <= 90 and abs(longitude) <= 180:
        return latitude, longitude
    message = N_("“{value}” does not say where a place lies")
    hint = N_("Write latitude and longitude like 49.444, 7.769")
    return Problem("coordinates-form", message, hint, {"value": text})


def coordinates_problem(text: str) -> Problem | None:
    """What is wrong with coordinates that an editor wrote."""
    found = coordinates(text)
    return found if isinstance(found, Problem) else None


def project(latitude: float, longitude: float) -> tuple[float, float]:
    """Where a place lies on the map."""
    phi = math.radians(latitude)
    radius = _SCALE / math.tan(math.pi / 4 + phi / 2) ** _CONE
    angle = _CONE * math.radians(longitude - _MERIDIAN)
    return radius * math.sin(angle) + _LEFT, radius * math.cos(angle) - _TOP


def distance(one: Spot, other: Spot) -> float:
    """Kilometres along the great circle."""
    phi, psi = math.radians(one.latitude), math.radians(other.latitude)
    half = math.sin((psi - phi) / 2) ** 2
    half += math.cos(phi) * math.cos(psi) * math.sin(math.radians(other.longitude - one.longitude) / 2) ** 2
    return 2 * _RADIUS * math.asin(math.sqrt(min(1.0, half)))


class Outline(msgspec.Struct, frozen=True):
    """The map's lines: closed rings of whole kilometres, x and y by turns."""

    country: tuple[tuple[int, ...], ...]
    """Coarse, for small maps."""
    states: dict[str, tuple[tuple[int, ...], ...]]


@cache
def outline() -> Outline:
    """The outline of Germany and of its states."""
    return msgspec.json.decode(_data("outline.json"), type=Outline)


@cache
def gazetteer() -> dict[bytes, list[bytes]]:
    """Slug → what ``found`` and ``rivals`` read: the largest place of a name, and the largest in each other state."""
    known: dict[bytes, list[bytes]] = {}
    for line in _data("places.tsv").splitlines():
        slug, _, rest = line.partition(b"\t")
        known.setdefault(slug, []).append(rest)
    return known


def found(slug: str, state: str = "") -> Spot | None:
    """Where the largest German place of this name lies (in this state), as far as the gazetteer knows it."""
    for line in gazetteer().get(slug.encode(), ()):
        latitude, longitude, its_state = line.decode().split("\t")[:3]
        if state in ("", its_state):
            return Spot(float(latitude), float(longitude), its_state, is_from_gazetteer=True)
    return None


def rivals(slug: str) -> tuple[str, ...]:
    """The states of the places that the bare name may mean, the largest first; empty where one is meant by far."""
    lines = [line.decode().split("\t") for line in gazetteer().get(slug.encode(), ())]
    return tuple(line[2] for line in lines) if lines and len(lines[0]) > 3 else ()


def outside_problem(slug: str, latitude: float, longitude: float) -> Problem | None:
    """Coordinates beyond Germany that are hardly meant: turned round they are in it, or a place of the name is."""
    if _is_near(latitude, longitude):
        return None
    where = {"value": f"{latitude:g}, {longitude:g}", "turned": f"{longitude:g}, {latitude:g}"}
    message = N_("“{value}” lies outside Germany")
    if _is_near(longitude, latitude):
        return Problem("coordinates-outside", message, N_("Latitude comes first: perhaps {turned} is meant"), where)
    if found(slug) is not None:
        hint = N_("There is a German place of this name: check both numbers")
        return Problem("coordinates-outside", message, hint, where)
    return None


def _is_near(latitude: float, longitude: float) -> bool:
    """Whether a place lies in the square of the globe that holds Germany."""
    return 47 <= latitude <= 55.2 and 5.5 <= longitude <= 15.5


_ABOUT = ((0.0, 0.0), (2.5, 0.0), (-2.5, 0.0), (0.0, 2.5), (0.0, -2.5))
"""Kilometres: a town on a border or a shore may lie beyond the simplified line."""


def state_at(latitude: float, longitude: float) -> str:
    """The state that a place lies in, by the map's own lines; empty beyond them."""
    x, y = project(latitude, longitude)
    for right, down in _ABOUT:
        for state, rings in outline().states.items():
            if sum(_crossings(ring, x + right, y + down) for ring in rings) % 2:
                return state
    return ""


def path_of(rings: tuple[tuple[int, ...], ...]) -> str:
    """Rings as the ``d`` of an SVG path, each step from the last point."""
    parts = []
    for ring in rings:
        points = list(zip(ring[::2], ring[1::2], strict=True))
        steps = [f"{b[0] - a[0]} {b[1] - a[1]}" for a, b in itertools.pairwise(points)]
        parts.append(f"M{points[0][0]} {points[0][1]}l{' '.join(steps).replace(' -', '-')}z")
    return "".join(parts)


def _crossings(ring: tuple[int, ...], x: float, y: float) -> int:
    """How often a ray from here to the right crosses the ring."""
    count = 0
    points = list(zip(ring[::2], ring[1::2], strict=True))
    for (ax, ay), (bx, by) in zip(points, points[1:] + points[:1], strict=True):
        if (ay > y) != (by > y) and x < ax + (y - ay) / (by - ay) * (bx - ax):
            count += 1
    return count


def _data(name: str) -> bytes:
    return Path(__file__).with_name(name).read_bytes()
