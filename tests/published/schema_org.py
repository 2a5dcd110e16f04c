"""What https://schema.org/ says of the types that pages speak of, as far as they do: facts, written down by hand.

A value is judged by its type: every property must be one of the type or of what it is a kind of, and every value in
the property's range.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

PARENTS: Mapping[str, str] = {
    "NewsArticle": "Article", "Article": "CreativeWork", "CreativeWork": "Thing", "WebSite": "CreativeWork",
    "PublicationIssue": "CreativeWork", "Periodical": "CreativeWorkSeries", "CreativeWorkSeries": "CreativeWork",
    "MediaObject": "CreativeWork", "ImageObject": "MediaObject", "Comment": "CreativeWork",
    "CorrectionComment": "Comment", "BreadcrumbList": "ItemList", "ItemList": "Thing", "ListItem": "Thing",
    "NewsMediaOrganization": "Organization", "Organization": "Thing", "Person": "Thing", "Place": "Thing",
    "GeoCoordinates": "StructuredValue", "StructuredValue": "Thing", "Thing": "",
}  # fmt: skip
PROPERTIES: Mapping[str, Mapping[str, str]] = {
    "Thing": {
        "name": "Text", "description": "Text", "url": "URL", "image": "ImageObject URL", "mainEntityOfPage": "URL",
        "alternateName": "Text", "sameAs": "URL",
    },
    "CreativeWork": {
        "headline": "Text", "alternativeHeadline": "Text", "datePublished": "DateTime", "dateModified": "DateTime",
        "author": "Person Organization", "publisher": "Person Organization", "inLanguage": "Text",
        "isAccessibleForFree": "Boolean", "keywords": "Text", "contentLocation": "Place", "creditText": "Text",
        "correction": "CorrectionComment Text URL", "encoding": "MediaObject", "encodingFormat": "Text URL",
        "text": "Text", "license": "URL", "isPartOf": "CreativeWork URL", "hasPart": "CreativeWork",
    },
    "Article": {"articleSection": "Text", "articleBody": "Text", "wordCount": "Integer"},
    "PublicationIssue": {"issueNumber": "Text Integer", "pagination": "Text", "pageStart": "Text Integer"},
    "CreativeWorkSeries": {"issn": "Text"},
    "MediaObject": {"contentUrl": "URL", "width": "Integer", "height": "Integer", "contentSize": "Text"},
    "ImageObject": {"caption": "Text"},
    "Organization": {"logo": "ImageObject URL", "parentOrganization": "Organization", "email": "Text"},
    "Person": {"jobTitle": "Text", "email": "Text"},
    "Place": {"geo": "GeoCoordinates"},
    "GeoCoordinates": {"latitude": "Number", "longitude": "Number"},
    "ItemList": {"itemListElement": "ListItem"},
    "ListItem": {"position": "Integer", "item": "URL Thing"},
}  # fmt: skip
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


def lineage(kind: str) -> Iterator[str]:
    """A type and all that it is a kind of."""
    while kind:
        yield kind
        kind = PARENTS[kind]


def faults(value: Mapping[str, Any], where: str = "") -> Iterator[str]:
    """What is wrong with a value, by the path of its properties."""
    kind = value.get("@type", "")
    if kind not in PARENTS:
        yield f"{where}: no type “{kind}” is known"
        return
    known = {name: ranges for ancestor in lineage(kind) for name, ranges in PROPERTIES.get(ancestor, {}).items()}
    for missing in sorted(REQUIRED.get(kind, set()) - value.keys()):
        yield f"{where}: {kind} without {missing}"
    for name, found in value.items():
        if name.startswith("@"):
            continue
        if name not in known:
            yield f"{where}.{name}: {kind} has no such property"
            continue
        for one in found if isinstance(found, list) else [found]:
            yield from _misfits(one, known[name].split(), f"{where}.{name}")


def _misfits(value: Any, ranges: list[str], where: str) -> Iterator[str]:
    if isinstance(value, dict):
        if not set(lineage(value.get("@type", "Thing"))) & set(ranges):
            yield f"{where}: {value.get('@type')} is not of {ranges}"
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
        yield f"{where}: {value!r} is not of {ranges}"
