"""What front matter means beyond its types: other names for fields, checks of single values, and fields at odds."""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from kommunalnews import urls
from kommunalnews.content.alternatives import ALT_IS_FILE_NAME, ALT_OF_DECORATION, is_file_name
from kommunalnews.content.model import AuthorMatter, FrontMatter, IssueMatter, PageMatter, PictureMatter, VendorMatter
from kommunalnews.diagnostics import N_, Diagnostic, Location, Problem, error, warning
from kommunalnews.geography import coordinates_problem
from kommunalnews.moments import Moment
from kommunalnews.typed_yaml import Checks

ALIASES: Mapping[str, str] = MappingProxyType(
    {
        **{"lastmod": "updated", "summary": "teaser"},
        **{"publishDate": "publish_at", "publishdate": "publish_at"},
        **{"expiryDate": "expires_at", "expirydate": "expires_at"},
    }
)
"""Hugo's names, which are accepted (https://gohugo.io/content-management/front-matter/)."""
PAGE_ALIASES: Mapping[str, str] = MappingProxyType({"lastmod": "updated"})

SYNONYMS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("titel", "headline", "überschrift", "ueberschrift"), "title"),
        **dict.fromkeys(("dachzeile", "stichzeile", "ortsmarke"), "kicker"),
        **dict.fromkeys(("vorspann", "description", "intro", "subtitle"), "lead"),
        **dict.fromkeys(("bereich", "ressort", "rubrik", "category", "categories", "sektion"), "section"),
        **dict.fromkeys(("stichwort", "stichworte", "stichwörter", "keywords", "schlagworte", "tag"), "tags"),
        **dict.fromkeys(("ort", "place", "city", "stadt"), "location"),
        **dict.fromkeys(("autor", "autorin", "autoren", "authors", "verfasser"), "author"),
        **dict.fromkeys(("bild", "picture", "cover", "images", "foto"), "image"),
        **dict.fromkeys(("datum", "published"), "date"),
        **dict.fromkeys(("sperrfrist", "embargo", "freigabe"), "publish_at"),
        **dict.fromkeys(("aktualisiert", "modified", "geändert"), "updated"),
        **dict.fromkeys(("entwurf",), "draft"),
        **dict.fromkeys(("link", "verweise"), "links"),
        **dict.fromkeys(("alias", "redirect_from"), "aliases"),
        **dict.fromkeys(("anreißer", "anriss"), "teaser"),
        **dict.fromkeys(("korrektur", "korrekturen", "berichtigung"), "corrections"),
        **dict.fromkeys(("plz", "zip"), "postcode"),
        **dict.fromkeys(("bildunterschrift", "unterschrift"), "caption"),
        **dict.fromkeys(("nachweis", "bildnachweis", "quelle", "copyright", "fotograf"), "credit"),
        **dict.fromkeys(("alternativtext", "alt_text", "alttext"), "alt"),
    }
)
"""Names that people try: the hint names the field they mean."""
ISSUE_SYNONYMS: Mapping[str, str] = MappingProxyType(
    {
        **SYNONYMS,
        **dict.fromkeys(("bild", "picture", "image", "titelbild", "umschlag"), "cover"),
        **dict.fromkeys(("nummer", "ausgabe", "issue", "nr"), "number"),
        **dict.fromkeys(("artikel", "meldungen", "beiträge", "inhalt", "contents"), "articles"),
        **dict.fromkeys(("vorwort", "foreword", "text", "lead", "vorspann"), "editorial"),
        **{"von": "from", "ab": "from", "bis": "until", "to": "until"},
    }
)


def _page_slug_problem(text: str) -> Problem | None:
    if all(part and urls.slug_problem(part) is None for part in text.split("/")):
        return None
    remedy = "/".join(urls.slugify(part, longest=200) for part in text.split("/") if part)
    message = N_("“{value}” cannot be part of an address")
    return Problem("slug-form", message, N_("Write {remedy}"), {"value": text, "remedy": remedy or "impressum"})


CHECKS: Checks = MappingProxyType(
    {
        FrontMatter: {
            "slug": urls.slug_problem,
            "links": urls.link_problem,
            "aliases": urls.alias_problem,
            "coordinates": coordinates_problem,
        },
        PageMatter: {"slug": _page_slug_problem, "aliases": urls.alias_problem},
        VendorMatter: {"slug": urls.slug_problem, "url": urls.link_problem},
        AuthorMatter: {"slug": urls.slug_problem, "email": urls.email_problem, "links": urls.link_problem},
    }
)

_EARLIEST, _LATEST = 1900, 2100


def article_warnings(matter: FrontMatter, places: Mapping[str, Location]) -> Iterator[Diagnostic]:
    """What is possible in an article but hardly meant."""
    moments = {
        "date": matter.date,
        "updated": matter.updated,
        "publish_at": matter.publish_at,
        "expires_at": matter.expires_at,
    }
    yield from _implausible(moments, places)
    if matter.updated is not None and _is_before(matter.updated, matter.date):
        message = N_("“updated” is before “date”")
        yield warning("updated-before-date", message, places["updated"], N_("Check both"))
    public = matter.publish_at or matter.date
    if matter.expires_at is not None and not public < matter.expires_at:
        message = N_("The article expires before it is published, so nobody will see it")
        yield warning("expires-before-publication", message, places["expires_at"], N_("Check “expires_at”"))
    yield from _silent_picture("image", matter.image, places)
    yield from _joined_tags(matter.tags, places)


def author_warnings(key: str, matter: AuthorMatter, places: Mapping[str, Location]) -> Iterator[Diagnostic]:
    """What is possible in the entry of an author but hardly meant."""
    yield from _silent_picture(f"{key}.image", matter.image, places)


def vendor_warnings(matter: VendorMatter, places: Mapping[str, Location]) -> Iterator[Diagnostic]:
    """What is possible in a vendor's entry but hardly meant."""
    yield from _implausible({"from": matter.from_, "until": matter.until}, places)
    if matter.from_ is not None and matter.until is not None and _is_before(matter.until, matter.from_):
        message = N_("The entry ends before it begins, so nobody will see it")
        yield warning("expires-before-publication", message, places["until"], N_("Check “from” and “until”"))


def issue_faults(matter: IssueMatter, places: Mapping[str, Location]) -> Iterator[Diagnostic]:
    """What makes an issue unfit, or is hardly meant in it."""
    yield from _implausible({"date": matter.date, "from": matter.from_, "until": matter.until}, places)
    yield from _silent_picture("cover", matter.cover, places)
    if matter.articles and (matter.from_ or matter.until):
        message = N_("The issue names its articles and a range of dates")
        yield error("issue-selection", message, places["articles"], N_("Keep one: “articles”, or “from” and “until”"))
    elif not matter.articles and not (matter.from_ and matter.until):
        message = N_("The issue does not say which articles belong to it")
        hint = N_("Write “from” and “until”, the first and the last day, or name the files in “articles”")
        yield error("issue-selection", message, places["title"], hint)
    elif matter.from_ and matter.until and _is_before(matter.until, matter.from_):
        message = N_("The range ends before it begins, so no article is in it")
        yield error("issue-selection", message, places["until"], N_("Check “from” and “until”"))


def _silent_picture(field: str, picture: PictureMatter | None, places: Mapping[str, Location]) -> Iterator[Diagnostic]:
    if picture is not None and not picture.alt and not picture.decorative and f"{field}.alt" not in places:
        message = N_("The picture has no alternative text")
        hint = N_("Say in “alt” what it shows, or write “decorative: true” if it only decorates")
        yield warning("picture-without-alt", message, places.get(f"{field}.src", places[field]), hint)
    if picture is not None and picture.alt and picture.decorative:
        hint = N_("Keep one of the two: “alt”, or “decorative: true”")
        yield warning("alt-unfit", ALT_OF_DECORATION, places[f"{field}.alt"], hint)
    elif picture is not None and is_file_name(picture.alt):
        hint = N_("Say in “alt” what the picture shows")
        yield warning("alt-unfit", ALT_IS_FILE_NAME, places[f"{field}.alt"], hint, alt=picture.alt)


def _is_before(moment: Moment, other: Moment) -> bool:
    """Earlier; within a day only where both say the time."""
    return moment < other if moment.has_time and other.has_time else moment.day < other.day


def _implausible(moments: Mapping[str, Moment | None], places: Mapping[str, Location]) -> Iterator[Diagnostic]:
    for name, moment in moments.items():
        if moment is not None and not _EARLIEST <= moment.year <= _LATEST:
            message = N_("The year {year} is hardly meant")
            yield warning("date-implausible", message, places[name], N_("Check the year"), year=str(moment.year))


def _joined_tags(tags: tuple[str, ...], places: Mapping[str, Location]) -> Iterator[Diagnostic]:
    for number, tag in enumerate(tags):
        parts = [part.strip() for part in re.split("[,;]", tag) if part.strip()]
        if len(parts) > 1:
            hint = N_("If these are several, write [{remedy}]")
            message = N_("This is one tag with a comma in it")
            yield warning("tag-joined", message, places[f"tags.{number}"], hint, remedy=", ".join(parts))
