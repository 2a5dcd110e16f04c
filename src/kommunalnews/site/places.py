"""Places → where they lie, and which lie near each other.

site.yaml says it first, then the newest article that does, then the gazetteer: of equal names it takes the largest, or
the one in the state that site.yaml names, and where that is a guess, it says so.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from kommunalnews import geography
from kommunalnews.diagnostics import Diagnostic, Problem, Severity, from_problem
from kommunalnews.geography import Spot
from kommunalnews.site.model import Entry, Term
from kommunalnews.site.names import Known
from kommunalnews.site.problems import place_ambiguous, place_twice

NEAR = 30.0
"""Kilometres."""
_ROWS, _COLUMNS = 0.3, 0.6
"""Degrees of a cell in which neighbours are looked for: up to 60° north it is higher and wider than ``NEAR``."""


def spot_of(place: Term, known: Known | None, diagnostics: list[Diagnostic]) -> Spot | None:
    """Where a place lies; None where nobody says it."""
    said = known.place if known else None
    state = said.state if said else ""
    if said is not None and said.lat is not None and said.lon is not None:
        return Spot(said.lat, said.lon, state or geography.state_at(said.lat, said.lon))
    if written := _written(place, diagnostics):
        return Spot(*written, state=state or geography.state_at(*written))
    spot = geography.found(place.slug, state)
    if spot is not None and not state and (states := geography.rivals(place.slug)):
        diagnostics.append(place_ambiguous(place.entries[0], place.name, spot, states))
    return spot


def _written(place: Term, diagnostics: list[Diagnostic]) -> tuple[float, float] | None:
    """What the newest article says that gives coordinates; others should not say something else."""
    first: tuple[Entry, tuple[float, float]] | None = None
    for entry in place.entries:
        found = geography.coordinates(text) if (text := entry.article.matter.coordinates) else None
        if found is None or isinstance(found, Problem):
            continue
        if problem := geography.outside_problem(place.slug, *found):
            diagnostics.append(from_problem(problem, entry.article.place("coordinates"), Severity.WARNING))
        if first is None:
            first = entry, found
        elif (away := geography.distance(Spot(*first[1]), Spot(*found))) > NEAR:
            diagnostics.append(place_twice(entry, place.name, round(away), first[0]))
    return first and first[1]


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
