"""Plain text → its beginning, cut where a reader would pause."""

import re

LENGTH = 250
"""Characters of a teaser that is made from the body."""

_END = re.compile(r"(\S*?)[.!?…][“”»«’\")]* (?=[\W\d]*[A-ZÄÖÜ])")
_ABBREVIATIONS = frozenset(
    {
        *("abs", "art", "bzw", "ca", "dr", "etc", "evtl", "ggf", "hrsg", "inkl", "mio"),
        *("mrd", "nr", "prof", "rd", "sog", "st", "str", "tel", "usw", "vgl", "zzgl"),
    }
)


def beginning(text: str, length: int = LENGTH) -> str:
    """The whole text if it is short, else its first sentences, else its first words with an ellipsis."""
    if len(text) <= length:
        return text
    ends = [match.end() - 1 for match in _END.finditer(text[: length + 2]) if _is_sentence_end(match)]
    if ends and ends[-1] >= length // 2:
        return text[: ends[-1]]
    cut = text.rfind(" ", 0, length)
    return text[: cut if cut > 0 else length - 1].rstrip(" ,;:–—-") + " …"


def _is_sentence_end(match: re.Match[str]) -> bool:
    """Not after an ordinal (“1. November”), an initial or an abbreviation (“z. B.”, “Dr.”)."""
    word = match[1].lower().lstrip("(„“»«\"'")
    return len(word) > 1 and not word.isdigit() and word not in _ABBREVIATIONS and not re.search(r"\.\w$", word)
