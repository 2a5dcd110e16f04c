"""``content/site.yaml`` → Config, typed."""

from typing import Literal

import msgspec


class SectionConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A section (Bereich); ``- Panorama`` alone is short for ``- {name: Panorama}``."""

    name: str
    description: str = ""
    slug: str = ""


class MenuEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An entry of a menu: a page of this site by its path under ``content/pages/``, or an address."""

    label: str
    page: str = ""
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
    page_size: int = 20
    """Articles on a list page."""
    feed_size: int = 20
    pdf: bool = True
    authors: Literal["name", "mark"] = "mark"
    """What stands under an article: the mark with the name behind it, or the name alone."""
