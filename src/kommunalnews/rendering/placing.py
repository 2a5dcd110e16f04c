"""A text's HTML → the same inside something larger: among other texts on one page, or in a file of XML.

Only for the HTML that ``content.sanitising`` lets through: every attribute in double quotes, every ``<`` and ``>`` of
a text or an attribute escaped. So a tag is what stands between the two.
"""

import re
from functools import partial
from html import entities

from markupsafe import Markup

_TAG = re.compile(r"<[^>]*>")
_HEADING = re.compile(r"(</?h)([1-6])\b")
_ID = re.compile(r'( id="| href="#)')
_VOID = re.compile(r"<((?:br|hr|img|wbr|col)\b[^>]*?)/?>")
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
_KNOWN_TO_XML = frozenset({"amp", "lt", "gt", "quot", "apos"})
_LANGUAGE = re.compile(r' lang="([^"]*)"')


def among_others(html: str, prefix: str, lower: int) -> str:
    """The text with ``prefix`` before its ids, which others may have too, and its headings ``lower`` levels down."""
    return _TAG.sub(partial(_placed_tag, prefix, lower), html)


def _placed_tag(prefix: str, lower: int, match: re.Match[str]) -> str:
    tag = _HEADING.sub(lambda found: f"{found[1]}{min(6, int(found[2]) + lower)}", match[0])
    return _ID.sub(rf"\1{prefix}", tag)


def xhtml(html: str) -> Markup:
    """The HTML as XML knows it: no entity but XML's own, every element closed, languages said twice."""
    html = _ENTITY.sub(_character, _TAG.sub(_xml_tag, str(html)))
    return Markup(html)


def _xml_tag(match: re.Match[str]) -> str:
    return _LANGUAGE.sub(r' lang="\1" xml:lang="\1"', _VOID.sub(r"<\1/>", match[0]))


def _character(match: re.Match[str]) -> str:
    name = match[1]
    if name in _KNOWN_TO_XML:
        return match[0]
    return "".join(f"&#{ord(c)};" for c in entities.html5.get(f"{name};", match[0]))
