"""Files of pictures → pictures as pages show them: in which sizes, by what addresses, and whom they credit."""

from collections.abc import Mapping
from functools import cached_property

import msgspec

from kommunalnews import scales, urls
from kommunalnews.choices import Focus
from kommunalnews.content.model import Asset
from kommunalnews.diagnostics import Problem
from kommunalnews.links import Files, Resolver
from kommunalnews.pages import Picture
from kommunalnews.site import Entry

_SHARED = 1200
"""Pixels that a shared picture is wide."""
_LEAST = scales.Size(300, 157)
"""What one must measure to be shown large
(https://developer.x.com/en/docs/x-for-websites/cards/overview/summary-card-with-large-image)."""


class Pictures:
    """The pictures of a site."""

    def __init__(self, base: urls.Base, resolver: Resolver, files: Files) -> None:
        self._base = base
        self._resolver = resolver
        self._files = files

    @cached_property
    def assets_by_href(self) -> Mapping[str, Asset]:
        """The files that pages show, by the address they are shown at."""
        return {self._base.href(asset.address): asset for asset in self._files.assets.values()}

    def asset(self, origin: str, target: str) -> Asset | None:
        """What the file ``origin`` names, or None where there is no such picture."""
        found = self._resolver.picture(origin, target)
        return None if isinstance(found, Problem) else found

    def named(
        self, origin: str, target: str, alt: str = "", caption: str = "", credit: str = "", focal: Focus | None = None
    ) -> Picture | None:
        """The picture that the file ``origin`` names, or None where there is none."""
        asset = self.asset(origin, target) if target else None
        return self.shown(asset, alt, caption, credit, focal) if asset is not None else None

    def main(self, entry: Entry) -> Picture | None:
        """The picture that front matter gives an article."""
        image = entry.article.matter.image
        if image is None:
            return None
        return self.named(entry.path, image.src, image.alt, entry.article.caption_html, image.credit, image.focal)

    def shown(
        self, asset: Asset, alt: str = "", caption: str = "", credit: str = "", focal: Focus | None = None
    ) -> Picture:
        """As it is shown. Whom its metadata credits is said where nobody says otherwise."""
        href, url = self._base.href(asset.address), self._base.url(asset.address)
        credit = credit or asset.credit
        if asset.treatment == "file":
            return Picture(href, url, asset.width, asset.height, alt, caption, credit, focus=_focus(focal))
        size = scales.whole(asset.width, asset.height)
        return Picture(
            href, url, *size, alt, caption, credit,
            widths=scales.widths(asset.treatment, size),
            plain_widths=scales.plain_widths(asset.treatment, size),
            formats=scales.formats(asset.treatment),
            focus=_focus(focal),
        )  # fmt: skip


def shared(picture: Picture | None) -> Picture | None:
    """The same picture in the size that networks and messengers ask for; none of them takes SVG."""
    if picture is None or not picture.formats:
        return None
    width = next((width for width in picture.plain_widths if width >= _SHARED), 0)
    if not width:
        return picture
    suffix = f".{picture.href.rpartition('.')[2]}"
    return msgspec.structs.replace(
        picture,
        href=urls.scaled_picture(picture.href, width, suffix),
        url=urls.scaled_picture(picture.url, width, suffix),
        width=width,
        height=scales.scaled(scales.Size(picture.width, picture.height), width).height,
        widths=(), plain_widths=(), formats=(), focus="",
    )  # fmt: skip


def presentable(picture: Picture | None, name: str = "") -> Picture | None:
    """The same of a logo or portrait, called ``name`` where it has no alternative text.

    None where networks would show too little of it: what is small they leave out, what is wide they crop.
    """
    found = shared(picture)
    if found is None or found.width < _LEAST.width or found.height < _LEAST.height or found.width > 2 * found.height:
        return None
    return msgspec.structs.replace(found, alt=found.alt or name)


def _focus(focal: Focus | None) -> str:
    """The classes that hold a point in view: no page may carry a style of its own."""
    return f"kn-focus-x{focal.across} kn-focus-y{focal.down}" if focal else ""
