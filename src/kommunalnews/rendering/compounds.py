"""Words of some texts → how else readers may ask for them: parts of compounds, “ae” for “ä” and the reverse.

A part is a word that stands by itself in the same texts. What follows a noun of these texts is taken for one, too,
where it is long and begins like no suffix (“Straßenbeleuchtung”, but not “Bürgerschaft”), and so is what follows an
ending that only a seam follows: the s in “Spannungsnetz” or “Sicherheitsamt”. Search finds the beginnings of words
anyhow; so of “Hochspannungsnetzgerät” nothing is added but what begins at its seams: “Spannungsnetzgerät”, “Netzgerät”,
“Gerät”.
"""

import re
from collections.abc import Iterable
from functools import cache

_WORD = re.compile(r"[^\W\d_]+")
_LONG = 8
"""Letters of the shortest compound that is looked at: “Rathaus” is found by its beginning."""
_PART = 4
"""Letters of the shortest part that needs no proof; one of three letters must be a noun."""
_SURE = 5
"""Letters of a part that may follow something unknown."""
_LINKS = ("", "s", "es", "n", "en", "er", "e", "ens", "ns")
"""What may stand between two parts (Fugenelemente)."""
_SEAM = re.compile(r"(?<=[^\W\d_]{2})(?:ung|heit|keit|schaft|ion|tät|ling|tum)s(?=[^\W\d_]{4})")
"""What hardly ever stands but at the end of a part: the suffixes that take an s, before a word of four letters."""
_LATE = 6
"""Letters of what follows a noun and is taken for a word."""
_SUFFIX = re.compile(
    r"s?(?:ung|heit|keit|s?chaft|lich|isch|ling|ition|ation|ieren?|iert|ist|ismus|innen|chen|lein|haft|sam|bar|los|voll"
    r"|mäßig|eren|ende|erin|ern)"
)
"""How what follows a noun begins where it is only an ending."""
_ENDINGS = ("ern", "en", "er", "es", "em", "e", "n", "s")
_FOLDED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_UMLAUT = re.compile("[äöüß]")
_DIGRAPH = re.compile("ae|oe|(?<![aeoq])ue")
"""What may stand for an umlaut; not the “ue” of “neue”, “Frauen” or “Quelle”."""
_UMLAUTS = {"ae": "ä", "oe": "ö", "ue": "ü"}


def words_of(text: str) -> list[str]:
    """The words of a text, as written."""
    return _WORD.findall(text)


class Vocabulary:
    """The words of some texts."""

    def __init__(self, words: Iterable[str]) -> None:
        """``words`` as written: what is never written small is a noun."""
        written = set(words)
        small = {word for word in written if word.islower()}
        lowered = small | {word.lower() for word in written}
        known = {word for word in lowered if len(word) >= _PART or (len(word) == _PART - 1 and word not in small)}
        nouns = {word.lower() for word in written if word[:1].isupper()} - small
        self._nouns = frozenset(word for word in nouns if len(word) >= _PART)
        self._known = frozenset(known | {stem for word in known if len(stem := _stem(word)) >= _PART})
        self._others = cache(self._others_of)

    def others(self, words: Iterable[str]) -> list[str]:
        """What else these words may be asked for by, sorted."""
        return sorted({other for word in set(words) for other in self._others(word)})

    def _others_of(self, word: str) -> tuple[str, ...]:
        word = word.lower()
        tails = self._tails(word) if len(word) >= _LONG else ()
        found = [*tails, *(one.translate(_FOLDED) for one in (word, *tails) if _UMLAUT.search(one))]
        if _DIGRAPH.search(word):
            found.append(_DIGRAPH.sub(lambda pair: _UMLAUTS[pair[0]], word))
        return tuple(found)

    def _tails(self, word: str) -> tuple[str, ...]:
        """What begins at the seams of a compound, the longest first."""
        size = len(word)
        certain = {match.end() for match in _SEAM.finditer(word)} | self._behind_nouns(word)
        whole = {size, *certain}
        """Where parts begin that reach to the end."""
        seams = []
        for start in range(size - _PART + 1, _PART - 2, -1):
            first = self._first_part(word, start, whole)
            if first:
                whole.add(start)
            if start in certain or (first and (first >= _SURE or self._is_whole(word[:start]))):
                seams.append(start)
        return tuple(word[start:] for start in reversed(seams))

    def _behind_nouns(self, word: str) -> set[int]:
        """Where what follows the longest noun at the beginning begins, if that is likely to be a word."""
        for start in range(len(word) - _LATE, _PART - 1, -1):
            heads = (word[: start - len(link)] for link in _LINKS if word.endswith(link, 0, start))
            if not _SUFFIX.match(word, start) and any(self._is_noun(head) for head in heads):
                return {start}
        return set()

    def _is_noun(self, head: str) -> bool:
        return head in self._nouns or f"{head}e" in self._nouns

    def _first_part(self, word: str, start: int, whole: set[int]) -> int:
        """Letters of the longest known part that begins at ``start`` and that known parts follow, if any."""
        size = len(word)
        if self._knows(word[start:]):
            return size - start
        for end in sorted(whole - {size}, reverse=True):
            for link in _LINKS:
                stop = end - len(link)
                if stop - start >= _PART - 1 and word.startswith(link, stop) and word[start:stop] in self._known:
                    return stop - start
        return 0

    def _is_whole(self, head: str) -> bool:
        """Whether what stands before a seam is a known word."""
        return any(head.endswith(link) and head[: len(head) - len(link)] in self._known for link in _LINKS)

    def _knows(self, word: str) -> bool:
        return word in self._known or (len(stem := _stem(word)) >= _PART and stem in self._known)


def _stem(word: str) -> str:
    """A word without its ending, roughly."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _PART:
            return word[: -len(ending)]
    return word
