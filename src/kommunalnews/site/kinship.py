"""Tags → those that are often written beside them.

Two tags are the closer, the larger the share of their articles that name both: so the commonest tag of a site is not
everybody's friend. The share is taken in whole hundredths, so that one article more seldom changes an order.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from heapq import nsmallest
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
    sizes = {name: len(term.entries) for name, term in terms.items()}
    found = {}
    for name, others in together.items():
        own = sizes[name]
        ranked = [(-round(100 * count / math.sqrt(own * sizes[other])), other) for other, count in others.items()]
        found[terms[name].slug] = tuple([terms[other] for _, other in nsmallest(LONGEST, ranked)])
    return found
