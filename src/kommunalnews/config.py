"""``content/site.yaml`` → Config, typed."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

import msgspec

from kommunalnews import typed_yaml, urls
from kommunalnews.choices import SitePdf
from kommunalnews.diagnostics import N_, Diagnostic, Location, Problem, did_you_mean, error


class SectionConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A section (Bereich); ``- Panorama`` alone is short for ``- {name: Panorama}``."""

    name: str
    description: str = ""
    slug: str = ""


class MenuEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An entry of a menu: a standing page of this site, or an address."""

    label: str
    page: str = ""
    """The page's address without the slashes around it: ``impressum``, ``hilfe/suche``."""
    url: str = ""


class Menus(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Menus beside the sections. Without ``footer`` every standing page stands there."""

    main: tuple[MenuEntry, ...] = ()
    footer: tuple[MenuEntry, ...] = ()


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The settings of a site."""

    title: str
    base_url: str
    """Absolute, http or https, ends with ``/``; may have a path."""
    sections: tuple[SectionConfig, ...]
    language: str = "de"
    """BCP 47."""
    timezone: str = "Europe/Berlin"
    """IANA name."""
    tagline: str = ""
    description: str = ""
    publisher: str = ""
    email: str = ""
    menus: Menus = Menus()
    fragments: Literal["inline", "ssi", "client"] = "inline"
    lead: str = ""
    """The lead story of the home page by its path below ``content/``; the newest article where it is empty."""
    page_size: Annotated[int, msgspec.Meta(ge=1, le=500)] = 20
    """Articles on a list page."""
    feed_size: Annotated[int, msgspec.Meta(ge=1, le=200)] = 20
    pdf: SitePdf = SitePdf()
    """Which articles have a PDF, where they do not say so themselves."""
    authors: Literal["name", "mark"] = "mark"
    """What stands under an article: the mark with the name behind it, or the name alone."""
    search: Literal["on", "off"] = "on"
    """Whether readers may search the full text."""


_SYNONYMS = {"titel": "title", "sprache": "language", "bereiche": "sections", "baseurl": "base_url", "url": "base_url"}
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_LANGUAGE_LINE = re.compile(rf"""^language:\s*["']?({_LANGUAGE.pattern})["']?\s*(#|$)""", re.MULTILINE)


def parse_config(text: str, path: str) -> tuple[Config | None, tuple[Diagnostic, ...]]:
    """The settings in ``site.yaml``, or all that is wrong with them."""
    document, diagnostics = typed_yaml.read(text, path=path)
    if document is None:
        return None, diagnostics
    decoded = typed_yaml.decode(document, Config, zone=ZoneInfo("UTC"), synonyms=_SYNONYMS, checks=_CHECKS)
    diagnostics += decoded.diagnostics
    config, places = decoded.value, decoded.places
    if config is None:
        return None, diagnostics
    diagnostics += (*_section_faults(config, places), *_menu_faults(config.menus, places))
    if any(diagnostic.is_error for diagnostic in diagnostics):
        return None, diagnostics
    return msgspec.structs.replace(config, base_url=urls.checked_base_url(config.base_url)), diagnostics


def places_of(text: str, path: str) -> Mapping[str, Location]:
    """Where each setting stands in ``site.yaml``: ``menus.footer.0.page``, ``lead``."""
    document, _ = typed_yaml.read(text, path=path)
    if document is None:
        return {}
    return typed_yaml.decode(document, Config, zone=ZoneInfo("UTC"), synonyms=_SYNONYMS).places


def language_of(text: str) -> str:
    """The language that ``site.yaml`` asks for, even where the rest of it cannot be read; German otherwise."""
    match = _LANGUAGE_LINE.search(text)
    return match[1] if match else "de"


def _base_url_problem(text: str) -> Problem | None:
    base_url = urls.checked_base_url(text)
    return base_url if isinstance(base_url, Problem) else None


def _language_problem(text: str) -> Problem | None:
    if _LANGUAGE.fullmatch(text):
        return None
    return Problem("language", N_("“{value}” is not a language tag"), N_("Write de, en, de-AT, …"), {"value": text})


def _time_zone_problem(text: str) -> Problem | None:
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        meant = did_you_mean(text, available_timezones())
        hint = N_("Did you mean “{meant}”?") if meant else N_("Write a name like Europe/Berlin")
        return Problem("time-zone", N_("There is no time zone “{value}”"), hint, {"value": text, "meant": meant})
    return None


def _menu_address_problem(text: str) -> Problem | None:
    return None if re.match(r"/(?!/)", text) else urls.link_problem(text)


_CHECKS: typed_yaml.Checks = {
    Config: {
        "base_url": _base_url_problem,
        "language": _language_problem,
        "timezone": _time_zone_problem,
        "email": urls.email_problem,
    },
    SectionConfig: {"slug": urls.slug_problem},
    MenuEntry: {"url": _menu_address_problem},
}


def _section_faults(config: Config, places: Mapping[str, Location]) -> Iterator[Diagnostic]:
    seen: dict[str, str] = {}
    names: set[str] = set()
    for number, section in enumerate(config.sections):
        slug = section.slug or urls.slugify(section.name)
        if slug not in seen and urls.slugify(section.name) in names:
            message, place = N_("There are two sections “{name}”"), places[f"sections.{number}"]
            yield error("section-twice", message, place, N_("Rename one of them"), name=section.name)
        names.add(urls.slugify(section.name))
        if slug in seen:
            message = N_("The sections “{name}” and “{other}” would share one address")
            hint = N_("Rename one, or give it a slug of its own")
            place = places[f"sections.{number}"]
            yield error("section-twice", message, place, hint, name=section.name, other=seen[slug])
        seen.setdefault(slug, section.name)


def _menu_faults(menus: Menus, places: Mapping[str, Location]) -> Iterator[Diagnostic]:
    for name, entries in (("main", menus.main), ("footer", menus.footer)):
        for number, entry in enumerate(entries):
            if bool(entry.page) == bool(entry.url):
                message = N_("The menu entry “{label}” needs either “page” or “url”")
                hint = N_("“page” names a file in content/pages/, “url” an address")
                yield error("menu-entry", message, places[f"menus.{name}.{number}"], hint, label=entry.label)
