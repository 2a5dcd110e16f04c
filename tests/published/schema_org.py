"""What https://schema.org/ says of its types, as ``msgspec-schemaorg`` was generated from it, and what we want besides.

A value is judged by its type: every property must be one of the type or of what it is a kind of, and every value in
the property's range.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import msgspec_schemaorg.models as models  # “from …” would ask the package for itself for ever

_RANGES = {
    "str": "Text",
    "int": "Integer",
    "float": "Number",
    "bool": "Boolean",
    "datetime": "DateTime",
    "date": "DateTime",
}
"""What the package calls the types of plain values."""
_ALSO: Mapping[str, set[str]] = {"item": {"URL"}, "width": {"Integer"}, "height": {"Integer"}}
"""What search engines ask for besides: a thing by its address alone, a picture's size in pixels."""
REQUIRED: Mapping[str, set[str]] = {
    "NewsArticle": {"headline", "datePublished", "dateModified", "author", "publisher", "articleSection", "url"},
    "PublicationIssue": {"name", "url", "datePublished", "isPartOf", "publisher", "encoding"},
    "Periodical": {"name", "url", "publisher"},
    "BreadcrumbList": {"itemListElement"},
    "ListItem": {"position", "name", "item"},
    "WebSite": {"name", "url", "publisher"},
    "NewsMediaOrganization": {"name", "url", "logo"},
    "Person": {"name"},
    "ImageObject": {"url"},
    "CorrectionComment": {"datePublished", "text"},
    "MediaObject": {"contentUrl", "encodingFormat"},
    "GeoCoordinates": {"latitude", "longitude"},
}
"""What is wanted of them here, and by those who read news."""
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")


def lineage(kind: str) -> tuple[str, ...]:
    """A type and all that it is a kind of; nothing where there is no such type."""
    model = getattr(models, kind, None)
    return tuple(one.__name__ for one in model.__mro__ if one.__module__.startswith(models.__name__)) if model else ()


@cache
def properties(kind: str) -> Mapping[str, frozenset[str]]:
    """What can be said of a type, and of which types each may be."""
    found: dict[str, frozenset[str]] = {}
    for ancestor in lineage(kind):
        for name, written in getattr(models, ancestor).__annotations__.items():
            ranges = set(re.findall(r"\w+", written)) - {"Union", "List", "None"}
            found[name] = found.get(name, frozenset()) | {_RANGES.get(one, one) for one in ranges}
    return found


def faults(value: Mapping[str, Any], where: str = "") -> Iterator[str]:
    """What is wrong with a value, by the path of its properties."""
    kind = value.get("@type", "")
    if not lineage(kind):
        yield f"{where}: no type “{kind}” is known"
        return
    known = properties(kind)
    for missing in sorted(REQUIRED.get(kind, set()) - value.keys()):
        yield f"{where}: {kind} without {missing}"
    for name, found in value.items():
        if name.startswith("@"):
            continue
        if name not in known:
            yield f"{where}.{name}: {kind} has no such property"
            continue
        for one in found if isinstance(found, list) else [found]:
            yield from _misfits(one, known[name] | _ALSO.get(name, set()), f"{where}.{name}")


def _misfits(value: Any, ranges: frozenset[str], where: str) -> Iterator[str]:
    if isinstance(value, dict):
        if not ranges.intersection(lineage(value.get("@type", "Thing"))):
            yield f"{where}: {value.get('@type')} is not of {sorted(ranges)}"
        yield from faults(value, where)
        return
    fits = {
        "Text": isinstance(value, str) and bool(value.strip()),
        "URL": isinstance(value, str) and re.match(r"https?://[^\s/]+/", value) is not None,
        "DateTime": isinstance(value, str) and _DATE.fullmatch(value) is not None,
        "Boolean": isinstance(value, bool),
        "Number": isinstance(value, int | float) and not isinstance(value, bool),
        "Integer": isinstance(value, int) and not isinstance(value, bool) and value > 0,
    }
    if not any(fits.get(one, False) for one in ranges):
        yield f"{where}: {value!r} is not of {sorted(ranges)}"
