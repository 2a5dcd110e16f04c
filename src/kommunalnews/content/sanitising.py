"""HTML from anywhere → HTML that is safe, well formed and canonical.

nh3 parses as browsers do and lets through what is listed here and nothing else
(https://docs.rs/ammonia/, https://html.spec.whatwg.org/multipage/dom.html#content-models). Its output has every
attribute in double quotes and every ``<`` of a text escaped, so what follows may split it at ``<…>``.
"""

import re
from collections.abc import Set

import nh3

from kommunalnews.content.addresses import SCHEMES

INLINE = frozenset(
    "a abbr b bdi br cite code del dfn em i ins kbd mark q s samp small span strong sub sup u var wbr".split()
)
"""Elements of a line of text."""
BLOCKS = frozenset(
    "aside blockquote caption dd details div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 hr li ol p pre summary "
    "table tbody td tfoot th thead tr ul".split()
)
ALLOWED = INLINE | BLOCKS | {"img"}
_GONE_WITH_CONTENT = frozenset({"script", "style", "iframe", "template", "svg", "math"})
"""Elements whose content is no text, or is the text of a program."""
_EMPTY = frozenset("area base basefont bgsound col embed frame input keygen link meta param source track".split())
"""Elements that hold nothing (https://html.spec.whatwg.org/multipage/syntax.html#void-elements)."""

_COMMON = {"class", "id", "lang", "dir"}
_ATTRIBUTES = {
    "*": _COMMON,
    "a": {"href", "name", "title"},
    "abbr": {"title"},
    "dfn": {"title"},
    "details": {"open"},
    "img": {"src", "alt", "title"},
    "li": {"value"},
    "ol": {"start", "reversed", "type"},
    "td": {"colspan", "rowspan", "align"},
    "th": {"colspan", "rowspan", "align", "scope"},
}

_body = nh3.Cleaner(
    tags=set(ALLOWED),
    clean_content_tags=set(_GONE_WITH_CONTENT),
    attributes=_ATTRIBUTES,
    url_schemes=set(SCHEMES),
    link_rel=None,
)
_line = nh3.Cleaner(
    tags=set(INLINE),
    clean_content_tags=set(_GONE_WITH_CONTENT),
    attributes={"a": {"href"}, "abbr": {"title"}, "*": {"lang"}},
    url_schemes=set(SCHEMES),
    link_rel=None,
)

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_SWALLOWING = re.compile(
    r"</?(?:noscript|textarea|title|xmp|plaintext|noembed|noframes|select|datalist)\b[^<>]*>", re.I
)
"""Tags that would turn the HTML after them into plain text, up to an end tag that may never come."""
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)([^<>]*)")
_BAD_ATTRIBUTE = re.compile(r"[\s\"'/](on[a-z]+|style|srcset)\s*=", re.I)
_ADDRESS = re.compile(r"<(a|img)\s(?:[^<>]*?[\s\"'/])?(?:href|src)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.I)


def sanitise(html: str, *, has_removed: bool) -> str:
    """Clean the HTML of a body; ``has_removed`` says that ``removed`` found elements, which may bare bad nesting."""
    clean = _body.clean(_SWALLOWING.sub("", html) if has_removed else html)
    for _ in range(3 if has_removed else 0):
        again = _body.clean(clean)
        if again == clean:
            break
        clean = again
    return clean


def sanitise_inline(html: str) -> str:
    """Clean the HTML of a line of text: no blocks, no pictures."""
    return _line.clean(_line.clean(_SWALLOWING.sub("", html)))


def removed(raw_blocks: tuple[str, ...], allowed: Set[str] = ALLOWED) -> tuple[list[str], list[str]]:
    """The names of the elements and attributes in raw HTML that sanitising takes out, each once, in order."""
    elements: dict[str, None] = {}
    attributes: dict[str, None] = {}
    around = ""  # an element that takes what it holds with it
    for block in raw_blocks:
        if "-->" in block:
            block = _COMMENT.sub("", block)
        for end, written, rest in _TAG.findall(block):
            name = written.lower()
            if around:
                around = "" if end and name == around else around
            elif name not in allowed:
                elements[name] = None
                around = name if name in _GONE_WITH_CONTENT and not end and not rest.endswith("/") else ""
            elif rest:
                attributes.update((found.lower(), None) for found in _BAD_ATTRIBUTE.findall(rest))
    return list(elements), list(attributes)


def goes_with_content(element: str) -> bool:
    """Whether the content of a removed element is removed with it."""
    return element in _GONE_WITH_CONTENT


def is_empty(element: str) -> bool:
    """Whether an element never has any content."""
    return element in _EMPTY


def addresses(html: str) -> list[tuple[str, str]]:
    """Element and address, still escaped, of all links and pictures in HTML that is not yet sanitised."""
    if "-->" in html:
        html = _COMMENT.sub("", html)
    return [(name.lower(), double or single or bare) for name, double, single, bare in _ADDRESS.findall(html)]
