"""Sketches of all articles → for each article the few that an editor would set beside it (“Zum Thema”).

Two articles are compared by what they share, a place or tags. A term says the more the rarer it is, and nearness in
time scales the sum. All is counted in integers, so that every machine finds the same.

Publishing must not stir the whole site, so whatever a list depends on is near to its article:

- *Candidates* are the ``WINDOW`` nearest on either side among the articles of each of its terms, and of each pair of
  its first terms: so what has the same place and the same subject is met, however busy both are. (Tried: no pairs. In
  10,000 articles with tags of 300 and places of 50 each, a third of the five best of all was met; now they all are.)
- *Rarity* is the share of articles that have the term, counted from the oldest up to the article and its window, as
  list pages are numbered. (A count of all that have it would be simpler, and would move the lists of all of them at
  once whenever it passes a power of two.)

The bound: let ``t`` be the number of an article's terms and pairs, 10 for a place and three tags. A new newest article
changes at most ``WINDOW * t`` older lists. One that is put in elsewhere or taken out changes at most twice as many,
besides, for each term and for the site, one for each power of two that a rank passes, and the newest ``WINDOW`` of the
term; one that is edited is taken out and put in.

Time and memory are linear in the number of articles, for an article meets at most ``2 * WINDOW * t`` others.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, takewhile
from operator import eq

import msgspec

LONGEST = 5
"""Articles in a list."""
WINDOW = 5
"""Neighbours on either side that are candidates, in each term and pair; as many as a list holds, so that an article
with one term finds those next to it."""
PAIRED = 4
"""Terms that are paired with each other: the place and the first three tags."""

_TAG = 4
_PLACE = 3
"""What a halving of the share is worth: the same subject elsewhere says a little more than another subject here."""
_SECTION = 3
"""What the same section adds to what is shared already; alone it is nothing."""
_RAREST = 8
"""Halvings that count: what one article in 256 has is rare enough."""
_UNKNOWN = 64
"""Articles thought before the oldest, without any term: in a young site no tag has yet shown how common it is."""
_FEW = 3
"""Articles thought to have a term besides: three or four that have it are equally few."""
_NEARNESS = tuple(max(4, 20 - length) for length in range(64))
"""By the bit length of the distance in days: 20 on the same day, 15 in a month, 11 in 17 months, 8 after ten years."""
_LEAST = 100
"""The least that is shown: a tag of every second article lasts a month at best, one of every tenth some years."""

_DAY = 86400
_BITS = 32
_LOW_BITS = (1 << _BITS) - 1


class Sketch(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What is compared of a published article."""

    path: str
    """Its source path; no two alike."""
    seconds: int
    """Its date, in seconds since 1970-01-01T00:00:00Z."""
    section: str
    """A slug, as are place and tags."""
    place: str = ""
    """Empty where it has none."""
    tags: tuple[str, ...] = ()
    """No two alike, in the order that the editor wrote: the first three are paired."""


class Related(msgspec.Struct, frozen=True, array_like=True):
    """What belongs to each article, and all that an update needs to know. Whoever keeps it must throw it away when
    the program changes: an update trusts that the lists were made by the same rule."""

    sketches: tuple[Sketch, ...] = ()
    """Newest first."""
    lists: tuple[tuple[str, ...], ...] = ()
    """For each sketch the paths of up to ``LONGEST`` others, best first."""

    @property
    def by_path(self) -> dict[str, tuple[str, ...]]:
        """The list of each article, by its path."""
        return {sketch.path: found for sketch, found in zip(self.sketches, self.lists, strict=True)}


_Term = str
"""A tag's slug, or a place's slug after a slash."""


def related(sketches: Iterable[Sketch]) -> Related:
    """The lists of all articles, whatever order these come in."""
    return update(Related(), sketches)


def update(old: Related, sketches: Iterable[Sketch]) -> Related:
    """What ``related(sketches)`` returns, with lists taken from ``old`` where nothing near them has changed."""
    ordered = tuple(sorted(sketches, key=_order))
    lists, come, gone = _difference(old, ordered)
    if come or gone:
        index = _Index(ordered)
        many = len(come) + len(gone) > len(ordered) // 4  # to make all anew is always right, and then cheaper
        for number in range(len(ordered)) if many else _stale(index, come, gone):
            lists[number] = index.list_of(number)
    return Related(ordered, tuple(lists))


def _order(sketch: Sketch) -> tuple[int, str]:
    return (-sketch.seconds, sketch.path)


def _difference(old: Related, ordered: tuple[Sketch, ...]) -> tuple[list[tuple[str, ...]], list[int], list[Sketch]]:
    """Known lists in the new order, the numbers of new or changed sketches, and the old ones that are no more."""
    head = _alike(old.sketches, ordered)
    longest_tail = min(len(old.sketches), len(ordered)) - head
    tail = min(longest_tail, _alike(reversed(old.sketches), reversed(ordered)))
    end_of_old, end = len(old.sketches) - tail, len(ordered) - tail
    known = dict(zip(old.sketches[head:end_of_old], old.lists[head:end_of_old], strict=True))
    come = [number for number in range(head, end) if ordered[number] not in known]
    between = [known.pop(sketch, ()) for sketch in ordered[head:end]]
    return [*old.lists[:head], *between, *old.lists[end_of_old:]], come, list(known)


def _alike(left: Iterable[Sketch], right: Iterable[Sketch]) -> int:
    """How many are equal before the first that are not."""
    return sum(1 for _ in takewhile(bool, map(eq, left, right)))


def _stale(index: "_Index", come: list[int], gone: list[Sketch]) -> set[int]:
    """Numbers of the articles whose candidates or weights may have changed.

    What has gone left a gap, and whoever met it before is near to the gap now, or near to what has come between.
    """
    steps = [(number, 1, index.sketches[number]) for number in come]
    steps += [(bisect_left(index.sketches, _order(sketch), key=_order), -1, sketch) for sketch in gone]
    stale = set(come)
    by_term: dict[_Term, list[tuple[int, int]]] = defaultdict(list)
    for number, step, sketch in steps:
        terms = _terms(sketch)
        for term in terms:
            by_term[term].append((number, step))
            stale.update(_around(index.members(term), number))
        for one, other in combinations(terms[:PAIRED], 2):
            stale.update(_around(index.members_of_both(one, other), number))
    for term, taken in by_term.items():
        stale.update(_reweighed(index.members(term), taken, WINDOW, _FEW))
    everywhere = [(number, step) for number, step, _ in steps]
    stale.update(_reweighed(range(len(index.sketches)), everywhere, 0, _UNKNOWN))
    return stale


def _reweighed(members: Sequence[int], steps: list[tuple[int, int]], ahead: int, besides: int) -> Iterator[int]:
    """Members that see another bit length of what there is up to ``ahead`` places before them, unless near to a step.

    A step is +1 at the number of an article that has come, -1 at the number before which one has gone.
    """
    steps = sorted(steps, reverse=True)
    count = len(members)
    count_before = count - sum(step for _, step in steps)
    shift = 0
    for place, number in enumerate(members):
        while steps and steps[-1][0] <= number:
            shift += steps.pop()[1]
        if not steps:
            return  # all others are as far from the oldest as before
        seen = count - max(0, place - ahead) + besides
        seen_before = count_before - max(0, place - shift - ahead) + besides
        if seen.bit_length() != seen_before.bit_length():
            yield number


def _around(members: Sequence[int], number: int) -> Sequence[int]:
    """The members near to ``number``, whether it is one of them or only has a place among them."""
    place = bisect_left(members, number)
    return members[max(0, place - WINDOW) : place + WINDOW + 1]


def _terms(sketch: Sketch) -> tuple[_Term, ...]:
    """The place, then the tags."""
    return ("/" + sketch.place, *sketch.tags) if sketch.place else sketch.tags


class _Index:
    """Terms with the numbers of their articles; articles are numbered from the newest."""

    def __init__(self, sketches: tuple[Sketch, ...]) -> None:
        self.sketches = sketches
        self._terms = [_terms(sketch) for sketch in sketches]
        self._members: dict[_Term, list[int]] = defaultdict(list)
        for number, terms in enumerate(self._terms):
            for term in terms:
                self._members[term].append(number)
        self._of_both: dict[_Term, dict[_Term, list[int]]] = {}
        self._days = [sketch.seconds // _DAY for sketch in sketches]
        self._sections = [sketch.section for sketch in sketches]

    def members(self, term: _Term) -> Sequence[int]:
        """Numbers of the articles that have a term."""
        return self._members.get(term, ())

    def members_of_both(self, one: _Term, other: _Term) -> Sequence[int]:
        """Numbers of the articles that have both among their first terms; split up when a term is first asked for."""
        if other < one:
            one, other = other, one
        split = self._of_both.get(one)
        if split is None:
            split = self._of_both[one] = defaultdict(list)
            for number in self.members(one):
                first = self._terms[number][:PAIRED]
                if one in first:
                    for term in first:
                        if term > one:
                            split[term].append(number)
        return split.get(other, ())

    def list_of(self, number: int) -> tuple[str, ...]:
        """Paths of what belongs to an article, best first, of equals the newest.

        What shares a pair comes first, for then most of what shares one term only need not be looked at.
        """
        terms = self._terms[number]
        weights = {term: self._weight(number, term) for term in terms}
        met: set[int] = set()
        for one, other in combinations(terms[:PAIRED], 2):
            met.update(_around(self.members_of_both(one, other), number))
        met.discard(number)
        ranked = self._ranked(number, weights, met)
        enough = -(ranked[LONGEST - 1] >> _BITS) if len(ranked) >= LONGEST else _LEAST
        more = {other for term in terms for other in self._next_to(number, term, weights[term], enough)} - met
        if more:
            ranked = sorted(ranked + self._ranked(number, weights, more))
        return tuple([self.sketches[rank & _LOW_BITS].path for rank in ranked[:LONGEST]])

    def _weight(self, number: int, term: _Term) -> int:
        """How much a term says about an article."""
        members = self._members[term]
        having = len(members) - max(0, bisect_left(members, number) - WINDOW) + _FEW
        articles = len(self.sketches) - number + _UNKNOWN
        halvings = articles.bit_length() - having.bit_length()
        return (_PLACE if term[0] == "/" else _TAG) * min(_RAREST, max(0, halvings))

    def _next_to(self, number: int, term: _Term, weight: int, enough: int) -> Iterator[int]:
        """Neighbours in a term, outwards on either side, as long as the term alone could make the score ``enough``."""
        members, days, day = self._members[term], self._days, self._days[number]
        place = bisect_left(members, number)
        for side in (members[max(0, place - WINDOW) : place][::-1], members[place + 1 : place + 1 + WINDOW]):
            for other in side:
                if (weight + _SECTION) * _NEARNESS[abs(days[other] - day).bit_length()] < enough:
                    break
                yield other

    def _ranked(self, number: int, weights: dict[_Term, int], others: Iterable[int]) -> list[int]:
        """Others that are alike enough, best first, each as its number minus its score shifted left."""
        days, sections, all_terms = self._days, self._sections, self._terms
        day, section = days[number], sections[number]
        ranked = []
        for other in others:
            score = _SECTION if sections[other] == section else 0
            for term in all_terms[other]:
                if term in weights:
                    score += weights[term]
            score *= _NEARNESS[abs(days[other] - day).bit_length()]
            if score >= _LEAST:
                ranked.append(other - (score << _BITS))
        ranked.sort()
        return ranked
