"""Declarations → computed styles, with less work than WeasyPrint takes for the same styles.

Most properties of most elements are inherited or initial, and say so at once; marks of lists and notes have styles only
where there are lists and notes; and what a variable of CSS stands for is written in its place before a stylesheet is
read, where it always stands for the same.

https://www.w3.org/TR/css-cascade-4/#defaulting; https://www.w3.org/TR/css-variables-1/.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from typing import Any

_SELF_DEPENDENT = {"display", "float", "page", "position"}
"""Properties whose value depends on more than what is declared or inherited."""
_NOTES = {"note-call", "note-marker", "note-callback"}
_FOOTNOTES = {"footnote-call", "footnote-marker"}
_SET = re.compile(r"(--[\w-]+)\s*:\s*([^;{}]*?)\s*(?=[;}])")
_CUT = re.compile(r"var\(|^[^\"]*\"[^\"]*$|^[^']*'[^']*$")
"""A value that depends on others, or that ends amid a string."""
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_BRACE = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'|([{}])")
_MEDIA = re.compile(r"@media (?:all|print)(?: ?, ?(?:all|print))*", re.IGNORECASE)
_OTHER_MEDIA = re.compile(r"\s*(?:only )?(?!all\b|print\b|not\b|only\b|and\b)[a-z]")
_USED = re.compile(r"var\(\s*(--[\w-]+)\s*\)")


def quick(missing: Callable[[Any, str], Any]) -> Callable[[Any, str], Any]:
    """``ComputedStyle.__missing__`` with a short way to what is inherited or initial; ``missing`` is its own."""
    from weasyprint.css import INHERITED, INITIAL_NOT_COMPUTED, INITIAL_VALUES, PHYSICAL_FUNCTIONS
    from weasyprint.css.functions import check_math

    logical = frozenset(
        name(block="ttb", inline=inline) for name in PHYSICAL_FUNCTIONS.values() for inline in ("ltr", "rtl")
    )

    def is_plain(style: Any, key: str) -> bool:
        if key in style.cascaded or key in _SELF_DEPENDENT or key.startswith("text_decoration_"):
            return False
        if key not in PHYSICAL_FUNCTIONS:
            return True
        if not hasattr(style, "has_logical"):
            style.has_logical = not logical.isdisjoint(style.cascaded)
        return not style.has_logical

    @wraps(missing)
    def find(style: Any, key: str) -> Any:
        parent = style.parent_style
        if parent is not None and is_plain(style, key):
            if key in INHERITED or key[:2] == "__":
                if not check_math(value := parent[key]):
                    style[key] = value
                    return value
            elif key not in INITIAL_NOT_COMPUTED:
                value = style[key] = INITIAL_VALUES[key]
                return value
        return missing(style, key)

    return find


def for_marks_that_are(set_computed_styles: Callable[..., None]) -> Callable[..., None]:
    """``StyleFor.set_computed_styles``, for marks of lists and notes only where there are such.

    The stylesheet of all documents gives each element six of them.
    """

    @wraps(set_computed_styles)
    def set_styles(style_for: Any, element: Any, *args: Any, pseudo_type: str | None = None, **more: Any) -> None:
        if pseudo_type == "marker" or pseudo_type in _FOOTNOTES or pseudo_type in _NOTES:
            own = style_for.get_computed_styles()[element, None]
            if pseudo_type == "marker":
                is_one = "list-item" in own["display"]
            elif pseudo_type in _FOOTNOTES:
                is_one = own["float"] == "footnote"
            else:
                is_one = own["position"][0] == "note()"
            if not is_one:
                return
        set_computed_styles(style_for, element, *args, pseudo_type=pseudo_type, **more)

    return set_styles


def without_variables(stylesheets: Sequence[str]) -> list[str]:
    """The stylesheets with the values of those variables that are set once for print, for the whole document."""
    whole = "\n".join(stylesheets)
    if "@import" in whole:
        return list(stylesheets)
    times: Counter[str] = Counter()
    values: dict[str, str] = {}
    for around, text in _declarations(whole):
        if any(_is_elsewhere(condition) for condition in around):
            continue
        found = _SET.findall(f"{text};")
        times.update(name for name, _ in found)
        if around[-1:] == (":root",) and all(_MEDIA.fullmatch(condition) for condition in around[:-1]):
            values.update(found)
    known = {name: value for name, value in values.items() if times[name] == 1 and not _CUT.search(value)}
    return [_USED.sub(lambda used: known.get(used[1], used[0]), text) for text in stylesheets]


def _declarations(stylesheet: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Text of a stylesheet between two braces, with the selectors and conditions around it, outermost first."""
    around: list[str] = []
    last = 0
    text = _COMMENT.sub(" ", stylesheet)
    for brace in _BRACE.finditer(text):
        if not brace[1]:
            continue
        before, _, prelude = text[last : brace.start()].rpartition(";")
        last = brace.end()
        if brace[1] == "{":
            yield tuple(around), before
            around.append(" ".join(prelude.split()))
        else:
            yield tuple(around), f"{before};{prelude}"
            del around[-1:]


def _is_elsewhere(condition: str) -> bool:
    """Whether a rule concerns other media than paper, whatever else it asks for."""
    kind, _, queries = condition.lower().partition(" ")
    return kind == "@media" and all(_OTHER_MEDIA.match(query) for query in queries.split(","))
