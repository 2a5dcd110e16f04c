"""Tags → those that are often written beside them.

Two tags are the closer, the larger the share of their articles that name both: so the commonest tag of a site is not
everybody's friend. The share is taken in whole hundredths, so that one article more seldom changes an order.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from itertools import permutations

from kommunalnews import urls
from kommunalnews.site.model import Entry, Term

LONGEST = 8
_MOST = 12
"""Tags of one article that are looked at: pairs grow with the square."""


def related_tags(entries: tuple[Entry, ...], tags: tuple[Term, ...]) -> Mapping[str, tuple[Term, ...]]:
    """For each tag by slug up to ``LONGEST`` others, the closest first, and then by slug."""
    terms = {urls.slugify(tag.name): tag for tag in tags}
    written = Counter(entry.tags for entry in entries if len(entry.tags) > 1)
    together: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for names, count in written.items():
        for name, other in permutations(list(dict.fromkeys(map(urls.slugify, names)))[:_MOST], 2):
            together[name][other] += count
    found = {}
    for name, others in together.items():
        own = len(terms[name].entries)
        closeness = {
            other: round(100 * count / math.sqrt(own * len(terms[other].entries))) for other, count in others.items()
        }
        closest = sorted(closeness, key=lambda other: (-closeness[other], other))[:LONGEST]
        found[terms[name].slug] = tuple(terms[other] for other in closest)
    return found
