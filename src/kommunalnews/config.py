"""``content/site.yaml`` → Config, typed."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

import msgspec

from kommunalnews import typed_yaml, urls
from kommunalnews.choices import SiteCards, SitePdf
from kommunalnews.diagnostics import N_, Diagnostic, Location, Problem, did_you_mean, error
from kommunalnews.geography import STATES
from kommunalnews.moments import Moment


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


class PlaceConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the editors say of a place (Ort), before what articles and the gazetteer say."""

    name: str
    lat: Annotated[float, msgspec.Meta(ge=-90, le=90)] | None = None
    lon: Annotated[float, msgspec.Meta(ge=-180, le=180)] | None = None
    """Degrees; both or neither."""
    state: str = ""
    """Short sign of its federal state, ``HE``; where it is empty, the map tells."""
    description: str = ""
    aliases: tuple[str, ...] = ()
    """Other names that articles may give it."""


class TagConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the editors say of a tag (Stichwort)."""

    name: str
    slug: str = ""
    description: str = ""
    synonyms: tuple[str, ...] = ()
    """Other words for the same: articles may write them, readers see ``name``."""


class SecurityContact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to tell of a weakness, for ``security.txt`` (https://www.rfc-editor.org/rfc/rfc9116)."""

    contact: tuple[str, ...]
    """E-mail addresses, https addresses or ``tel:``, the preferred one first."""
    expires: Moment
    """From when on nobody should rely on it."""
    encryption: tuple[str, ...] = ()
    acknowledgments: tuple[str, ...] = ()
    policy: tuple[str, ...] = ()
    hiring: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    """BCP 47; none means any."""


class Embeds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose videos and maps a reader's browser may load, after a click."""

    hosts: tuple[str, ...] = ()
    """``www.youtube-nocookie.com``: what the content policy names as ``frame-src``."""


class Newsletter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A newsletter of each week, for the editors to send."""

    title: str
    description: str = ""
    """What subscribers get, in a sentence or two."""
    subscribe: str = ""
    """Where one subscribes: an address on the web, or ``mailto:``."""
    unsubscribe: str = ""
    """What stands in the mail for that: an address, or the placeholder of the program that sends it."""


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
    places: tuple[PlaceConfig, ...] = ()
    tags: tuple[TagConfig, ...] = ()
    thin_tags: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 2
    """A tag with fewer articles is not offered to search engines."""
    social_cards: SiteCards = SiteCards()
    """Which articles without a picture have a social card of their own."""
    servers: tuple[Literal["netlify", "nginx", "apache"], ...] = ("netlify",)
    """For which servers there are files with headers."""
    precompress: tuple[Literal["br", "gz"], ...] = ()
    """Codings in which text files are there a second time."""
    websub: str = ""
    """The hub that tells readers' programs of new articles (https://www.w3.org/TR/websub/)."""
    security: SecurityContact | None = None
    embeds: Embeds = Embeds()
    newsletter: Newsletter | None = None
    """None where there is none."""
    search: Literal["on", "off"] = "on"
    """Whether readers may search the full text."""


_SYNONYMS = {"titel": "title", "sprache": "language", "bereiche": "sections", "baseurl": "base_url", "url": "base_url"}
_URI = r"(?:[A-Za-z0-9._~:/?#@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})"
"""A character of an address (RFC 3986)."""
_SECURE = re.compile(rf"https://[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(:[0-9]{{1,5}})?([/?#]{_URI}*)?")
_TELEPHONE = re.compile(r"tel:\+?[0-9().-]*[0-9][0-9().-]*")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_LANGUAGE_LINE = re.compile(rf"""^language:\s*["']?({_LANGUAGE.pattern})["']?\s*(#|$)""", re.MULTILINE)


def parse_config(text: str, path: str) -> tuple[Config | None, tuple[Diagnostic, ...]]:
    """The settings in ``site.yaml``, or all that is wrong with them."""
    document, diagnostics = typed_yaml.read(text, path=path)
    if document is None:
        return None, diagnostics
    decoded = typed_yaml.decode(document, Config, zone=ZoneInfo("UTC"), synonyms=_SYNONYMS, checks=_CHECKS)
    if decoded.value and decoded.value.security and not _time_zone_problem(decoded.value.timezone):
        zone = ZoneInfo(decoded.value.timezone)  # known only now, and moments are told by its clock
        decoded = typed_yaml.decode(document, Config, zone=zone, synonyms=_SYNONYMS, checks=_CHECKS)
    diagnostics += decoded.diagnostics
    config, places = decoded.value, decoded.places
    if config is None:
        return None, diagnostics
    diagnostics += (
        *_section_faults(config, places),
        *_menu_faults(config.menus, places),
        *_place_faults(config.places, places),
        *_name_faults(config, places),
    )
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


def _state_problem(text: str) -> Problem | None:
    if text in STATES:
        return None
    hint = N_("Choose one of: {known}")
    known = ", ".join(STATES)
    return Problem("unknown-state", N_("There is no federal state “{value}”"), hint, {"value": text, "known": known})


def _contact_problem(text: str) -> Problem | None:
    """What is wrong with a contact, which may be a bare e-mail address."""
    scheme, colon, rest = text.partition(":")
    if "@" in text and (not colon or scheme == "mailto"):
        return urls.email_problem(rest.partition("?")[0] if colon else text)
    return None if _TELEPHONE.fullmatch(text) else _secure_problem(text)


def _key_problem(text: str) -> Problem | None:
    """What is wrong with the address of a key, which may be no page (RFC 9116, 2.5.4)."""
    return None if re.fullmatch(rf"(openpgp4fpr|dns):{_URI}+", text) else _secure_problem(text)


def _secure_problem(text: str) -> Problem | None:
    if _SECURE.fullmatch(text):
        return None
    hint = N_("Write it in full, like https://www.example.org/page")
    return Problem("security-address", N_("“{value}” is no secure address"), hint, {"value": text})


def _host_problem(text: str) -> Problem | None:
    if re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", text):
        return None
    message = N_("“{value}” is not the name of a host")
    return Problem("embed-host", message, N_("Write it like www.youtube-nocookie.com, in lower case"), {"value": text})


def _unsubscribe_problem(text: str) -> Problem | None:
    """An address, or a placeholder such as ``{{unsubscribe}}``, ``*|UNSUB|*`` and ``[unsubscribe]``."""
    return None if re.fullmatch(r"[\[{%*<|#]+[\w .-]+[\]}%*>|#]+", text) else urls.link_problem(text)


_CHECKS: typed_yaml.Checks = {
    Config: {
        "base_url": _base_url_problem,
        "language": _language_problem,
        "timezone": _time_zone_problem,
        "email": urls.email_problem,
        "websub": _secure_problem,
    },
    SecurityContact: {
        "contact": _contact_problem,
        "encryption": _key_problem,
        "acknowledgments": _secure_problem,
        "policy": _secure_problem,
        "hiring": _secure_problem,
        "languages": _language_problem,
    },
    SectionConfig: {"slug": urls.slug_problem},
    MenuEntry: {"url": _menu_address_problem},
    PlaceConfig: {"state": _state_problem},
    TagConfig: {"slug": urls.slug_problem},
    Embeds: {"hosts": _host_problem},
    Newsletter: {"subscribe": urls.link_problem, "unsubscribe": _unsubscribe_problem},
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


def _place_faults(config: tuple[PlaceConfig, ...], places: Mapping[str, Location]) -> Iterator[Diagnostic]:
    for number, place in enumerate(config):
        if (place.lat is None) != (place.lon is None):
            message, hint = N_("The place “{name}” needs both “lat” and “lon”"), N_("Write both, or leave both out")
            yield error("coordinates-form", message, places[f"places.{number}"], hint, name=place.name)


def _name_faults(config: Config, places: Mapping[str, Location]) -> Iterator[Diagnostic]:
    """Names that would stand for two places, or for two tags."""
    named = {
        "places": [("aliases", place.name, "", place.aliases) for place in config.places],
        "tags": [("synonyms", tag.name, tag.slug, tag.synonyms) for tag in config.tags],
    }
    for kind, entries in named.items():
        owners: dict[str, int] = {}
        for number, (others, name, slug, synonyms) in enumerate(entries):
            at = f"{kind}.{number}"
            found = [(at, name), (at, slug), *((f"{at}.{others}.{n}", other) for n, other in enumerate(synonyms))]
            for field, text in found:
                if text and owners.setdefault(urls.slugify(text), number) != number:
                    message = N_("“{name}” already belongs to “{other}”")
                    other = entries[owners[urls.slugify(text)]][1]
                    hint = N_("Keep it in one of the two entries")
                    yield error("term-twice", message, places[field], hint, name=text, other=other)
