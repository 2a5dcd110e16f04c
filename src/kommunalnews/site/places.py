"""Places → where they lie, and which lie near each other.

site.yaml says it first, then the newest article that does, then the gazetteer; of equal names it knows the largest.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from kommunalnews import geography
from kommunalnews.diagnostics import Problem
from kommunalnews.geography import Spot
from kommunalnews.site.model import Term
from kommunalnews.site.names import Known

NEAR = 30.0
"""Kilometres."""
_ROWS, _COLUMNS = 0.3, 0.6
"""Degrees of a cell in which neighbours are looked for: up to 60° north it is higher and wider than ``NEAR``."""


def spot_of(place: Term, known: Known | None) -> Spot | None:
    """Where a place lies; None where nobody says it."""
    said = known.place if known else None
    state = said.state if said else ""
    if said is not None and said.lat is not None and said.lon is not None:
        return Spot(said.lat, said.lon, state or geography.state_at(said.lat, said.lon))
    for entry in place.entries:
        written = entry.article.matter.coordinates
        found = geography.coordinates(written) if written else None
        if found is not None and not isinstance(found, Problem):
            return Spot(*found, state=state or geography.state_at(*found))
    return geography.found(place.slug)


def neighbours(places: Iterable[Term]) -> Mapping[str, tuple[tuple[int, Term], ...]]:
    """For each place by slug those within ``NEAR``, nearest first, with whole kilometres (at least one)."""
    cells: dict[tuple[int, int], list[tuple[Term, Spot]]] = defaultdict(list)
    for place in places:
        if place.spot is not None:
            cells[_cell(place.spot)].append((place, place.spot))
    found: dict[str, tuple[tuple[int, Term], ...]] = {}
    for (row, column), members in cells.items():
        around = [one for r in (-1, 0, 1) for c in (-1, 0, 1) for one in cells.get((row + r, column + c), ())]
        for place, spot in members:
            near = [
                (away, other)
                for other, at in around
                if abs(at.latitude - spot.latitude) <= _ROWS  # most are told apart by this
                and other is not place
                and (away := geography.distance(spot, at)) <= NEAR
            ]
            near.sort(key=lambda one: (one[0], one[1].slug))
            found[place.slug] = tuple((max(1, round(away)), other) for away, other in near)
    return found


def _cell(spot: Spot) -> tuple[int, int]:
    return int(spot.latitude // _ROWS), int(spot.longitude // _COLUMNS)
