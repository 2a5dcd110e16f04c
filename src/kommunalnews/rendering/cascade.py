"""Declarations → computed styles, with less work than WeasyPrint takes for the same styles.

Most properties of most elements are inherited or initial, and say so at once; marks of lists and notes have styles only
where there are lists and notes; and what a variable of CSS stands for is written in its place before a stylesheet is
read, where it always stands for the same.

https://www.w3.org/TR/css-cascade-4/#defaulting; https://www.w3.org/TR/css-variables-1/.
"""

import re
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

_SELF_DEPENDENT = {"display", "float", "page", "position"}
"""Properties whose value depends on more than what is declared or inherited."""
_NOTES = {"note-call", "note-marker", "note-callback"}
_FOOTNOTES = {"footnote-call", "footnote-marker"}
_ROOT = re.compile(r":root\s*\{([^{}]*)\}")
_SET = re.compile(r"(--[\w-]+)\s*:\s*([^;{}]*?)\s*(?=[;}])")
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
    """The stylesheets with the values of those variables that are set once in all of them, for the whole document."""
    whole = "\n".join(stylesheets)
    if "@import" in whole:
        return list(stylesheets)
    times = [name for name, _ in _SET.findall(whole)]
    values = {name: value for block in _ROOT.findall(whole) for name, value in _SET.findall(f"{block}}}")}
    known = {name: value for name, value in values.items() if times.count(name) == 1 and "var(" not in value}
    return [_USED.sub(lambda used: known.get(used[1], used[0]), text) for text in stylesheets]
