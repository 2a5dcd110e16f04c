"""Places → the map of Germany that shows them: everything is drawn here, nothing is asked of anybody.

A mark covers a disc; places that would share one with a larger place stand with it in one mark. So no mark is ever
under another, and fingers find each, however small the map is.
"""

import math
from collections.abc import Iterable
from functools import cache

import msgspec

from kommunalnews.geography import HEIGHT, STATES, WIDTH, Spot, outline, path_of, project
from kommunalnews.outputs.views import Views
from kommunalnews.pages import Map, MapMark, MapState
from kommunalnews.site import Term

_REACH = 29
"""Kilometres around a mark that belong to it: a disc of 24 px where the map is 273 px wide, as on a page of 320."""
_APART = 2.0 * _REACH
"""Kilometres between two marks (WCAG 2.2, 2.5.8)."""
_SMALLEST, _LARGEST = 7, 21
"""Kilometres: the radius of a mark with one article, and of the largest."""
_LETTER, _LINE = 11.5, 30.0
"""Kilometres that a letter of a label takes, and a line."""
_LABELS = 14
_MARGIN = 24
"""Kilometres beyond the map that a label may take: the page has room there."""
Box = tuple[float, float, float, float]


@cache
def states() -> tuple[MapState, ...]:
    """The federal states."""
    return tuple(MapState(path_of(rings)) for rings in outline().states.values())


@cache
def _state(state: str) -> MapState:
    """One of them, told apart from the country."""
    return MapState(path_of(outline().states[state]), True)


@cache
def _country() -> MapState:
    return MapState(path_of(outline().country))


def overview(views: Views, places: Iterable[Term]) -> Map | None:
    """All places that lie on the map; None where none does."""
    located = [(place, place.spot) for place in places if place.spot is not None]
    marks = _marks(views, [(place, spot) for place, spot in located if _is_on_map(spot)])
    if not marks:
        return None
    credit = any(spot.is_from_gazetteer for _, spot in located)
    return Map(WIDTH, HEIGHT, states(), tuple(_labelled(marks)), credit, _REACH)


def locator(views: Views, place: Term, *, has_credit: bool) -> Map | None:
    """Where a single place lies; GeoNames is credited for those that are named beside it, too."""
    if place.spot is None or not _is_on_map(place.spot):
        return None
    x, y = _on_map(place.spot)
    own = (_state(place.spot.state),) if place.spot.state else ()
    mark = MapMark(place.name, views.base.href(place.address), x, y, 2 * _SMALLEST, 0)
    return Map(WIDTH, HEIGHT, (_country(), *own), (mark,), has_credit)


def by_state(places: Iterable[Term]) -> list[tuple[str, list[Term]]]:
    """Places under the names of their states, all others under no name."""
    groups: dict[str, list[Term]] = {state: [] for state in (*STATES, "")}
    for place in places:
        groups[place.spot.state if place.spot else ""].append(place)
    return [(STATES.get(state, ""), members) for state, members in groups.items() if members]


def _on_map(spot: Spot) -> tuple[int, int]:
    x, y = project(spot.latitude, spot.longitude)
    return round(x), round(y)


def _is_on_map(spot: Spot) -> bool:
    x, y = _on_map(spot)
    return 0 <= x <= WIDTH and 0 <= y <= HEIGHT


def _marks(views: Views, located: list[tuple[Term, Spot]]) -> list[MapMark]:
    """The largest places first; each of the others joins the nearest mark whose disc it is in, or founds one."""
    located.sort(key=lambda one: (-len(one[0].entries), one[0].slug))
    cells: dict[tuple[int, int], list[int]] = {}
    found: list[tuple[Term, int, int, int, int]] = []
    for place, spot in located:
        x, y = _on_map(spot)
        column, row = int(x // _APART), int(y // _APART)
        around = (n for c in (-1, 0, 1) for r in (-1, 0, 1) for n in cells.get((column + c, row + r), ()))
        near = min(((math.hypot(x - found[n][1], y - found[n][2]), n) for n in around), default=(_APART, 0))
        if near[0] < _APART:
            host, at_x, at_y, count, others = found[near[1]]
            found[near[1]] = host, at_x, at_y, count + len(place.entries), others + 1
        else:
            cells.setdefault((column, row), []).append(len(found))
            found.append((place, x, y, len(place.entries), 0))
    most = max((count for _, _, _, count, _ in found), default=1)
    return [
        MapMark(place.name, views.base.href(place.address), x, y, _radius(count, most), count, others)
        for place, x, y, count, others in found
    ]


def _radius(count: int, most: int) -> int:
    """By area, and no finer than readers can see."""
    return round(_SMALLEST + (_LARGEST - _SMALLEST) * math.sqrt((count - 1) / max(9, most - 1)))


def _labelled(marks: list[MapMark]) -> Iterable[MapMark]:
    """The same marks from north to south, the largest with their names where there is room."""
    taken: list[Box] = [_around(mark) for mark in marks]
    sides: dict[str, str] = {}
    for mark in sorted(marks, key=lambda mark: (-mark.count, mark.href)):
        for side in ("right", "left"):
            box = _label(mark, side)
            if (
                len(sides) < _LABELS
                and box[0] >= -_MARGIN
                and box[2] <= WIDTH + _MARGIN
                and not any(_meet(box, one) for one in taken)
            ):
                taken.append(box)
                sides[mark.href] = side
                break
    for mark in sorted(marks, key=lambda mark: (mark.y, mark.x, mark.href)):
        yield msgspec.structs.replace(mark, label=sides.get(mark.href, ""))


def _around(mark: MapMark) -> Box:
    return mark.x - mark.radius, mark.y - mark.radius, mark.x + mark.radius, mark.y + mark.radius


def _label(mark: MapMark, side: str) -> Box:
    length = 12 + _LETTER * len(mark.name)
    start = mark.x + mark.radius if side == "right" else mark.x - mark.radius - length
    return start, mark.y - _LINE / 2, start + length, mark.y + _LINE / 2


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
