"""Recipe → bytes of a page, a feed, a sitemap: everything but copies and PDFs."""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import jinja2
import msgspec
from markupsafe import Markup, escape

from kommunalnews.digest import Digest, of_parts
from kommunalnews.pages import Body, Chrome, Fragment, Page, Picture
from kommunalnews.recipes import Part, TemplateRecipe
from kommunalnews.rendering.templates import Templates

BodySource = Callable[[Digest], str | None]
"""Finds the HTML of a text by its digest; None where the store has lost it."""

_LINK = re.compile(r'<a href="kn-link:(\d+)"((?:[^">]|"[^"]*")*)>(.*?)</a>', re.DOTALL)
_PICTURE = re.compile(r'<img src="kn-picture:(\d+)"([^>]*)>')
_INNER = re.compile(r'(<a href=")#')
_ALT = re.compile(r' alt="([^"]*)"')
_ABSOLUTE = re.compile(r'(<(?:a href|img src)=")/(?!/)')


class BodyLost(Exception):
    """The store no longer has a text that was there when it was parsed."""

    def __init__(self, digest: Digest) -> None:
        super().__init__(digest)
        self.digest = digest


class MarkupRenderer:
    """Renders recipes with the parts of one plan; a part is rendered once."""

    def __init__(self, templates: Templates, parts: Mapping[Digest, Page | Part], bodies: BodySource) -> None:
        self._templates = templates
        self._parts = parts
        self._bodies = bodies
        self._rendered: dict[Digest, Markup] = {}

    @property
    def template_folders(self) -> tuple[Path, ...]:
        """Where its templates lie, for diagnostics."""
        return self._templates.folders

    def templates_of(self, recipe: TemplateRecipe) -> Digest:
        """The digest of every template that takes part. Raises TemplateFault."""
        digests = [part for _, part in recipe.parts]
        digests += [fragment.part for _, fragment in recipe.fragments if fragment.part]
        names = {recipe.template, *(self._part_template(digest) for digest in digests)}
        return of_parts(*(self._templates.closure(name) for name in sorted(names)))

    def _part_template(self, digest: Digest) -> str:
        part = self._parts[digest]
        assert isinstance(part, Part)
        return part.template

    def prepare(self, recipes: Sequence[TemplateRecipe]) -> None:
        """Compile their templates now, so that forked workers find them ready. Broken ones fail when rendered."""
        parts = {part for recipe in recipes for _, part in recipe.parts}
        fragments = {fragment.part for recipe in recipes for _, fragment in recipe.fragments if fragment.part}
        names = {recipe.template for recipe in recipes} | set(map(self._part_template, parts | fragments))
        for name in sorted(names):
            with suppress(jinja2.TemplateError):
                self._templates.environment.get_template(name)

    def render(self, recipe: TemplateRecipe) -> bytes:
        """The bytes. Raises BodyLost and Jinja's errors."""
        parts, fragments = dict(recipe.parts), dict(recipe.fragments)
        chrome = self._chrome(recipe.site)
        return self._template(
            recipe.template,
            chrome,
            recipe.page,
            part=lambda name: self._part(parts[name]),
            fragment=lambda name: self._fragment(fragments[name]),
            has_fragment=fragments.__contains__,
        ).encode()

    def _chrome(self, digest: Digest) -> Chrome:
        chrome = self._parts[digest]
        assert isinstance(chrome, Chrome)
        return chrome

    def _template(self, template: str, chrome: Chrome, page: Page, **functions: object) -> str:
        assets = dict(chrome.assets)
        origin = chrome.base_url.removesuffix(chrome.base_path)

        def body(text: Body, *, absolute: str = "") -> Markup:
            return self._body(text, origin if absolute else "", absolute)

        def asset(path: str) -> str:
            if path not in assets:
                raise jinja2.TemplateRuntimeError(f"static/ has no file {path}")
            return assets[path]

        def url(href: str) -> str:
            return origin + href if href.startswith("/") else href

        context: dict[str, Any] = {
            "page": page, "site": chrome, "asset": asset, "body": body, "url": url,
            "has_fragment": lambda name: False, **functions,
        }  # fmt: skip
        return self._templates.environment.get_template(template).render(context)

    def _part(self, digest: Digest) -> Markup:
        if digest not in self._rendered:
            part = self._parts[digest]
            assert isinstance(part, Part)
            self._rendered[digest] = Markup(self._template(part.template, self._chrome(part.site), part.page))
        return self._rendered[digest]

    def _fragment(self, fragment: Fragment) -> Markup:
        match fragment.mode:
            case "inline":
                assert fragment.part
                return self._part(fragment.part)
            case "ssi":
                return Markup(f'<!--#include virtual="{escape(fragment.href)}" -->')
            case "client":
                link = f'<a href="{escape(fragment.fallback)}">{escape(fragment.label)}</a>'
                return Markup(f'<kn-fragment src="{escape(fragment.href)}">{link}</kn-fragment>')

    def _body(self, text: Body, origin: str, url: str) -> Markup:
        """A text; with ``origin`` and ``url`` of its page, links lead there from anywhere."""
        html = self._bodies(text.digest)
        if html is None:
            raise BodyLost(text.digest)
        html = _LINK.sub(lambda found: _link(text.links, int(found[1]), found[2], found[3]), html)
        html = _PICTURE.sub(lambda found: _picture(text.pictures, int(found[1]), found[2]), html)
        if origin:
            html = _INNER.sub(rf"\1{escape(url)}#", _ABSOLUTE.sub(rf"\1{origin}/", html))
        return Markup(html)


def _link(links: tuple[str, ...], number: int, attributes: str, text: str) -> str:
    href = links[number] if number < len(links) else ""
    return f'<a href="{escape(href)}"{attributes}>{text}</a>' if href else text


def _picture(pictures: tuple[Picture | None, ...], number: int, attributes: str) -> str:
    picture = pictures[number] if number < len(pictures) else None
    if picture is None:
        alt = _ALT.search(attributes)
        return f'<span class="missing-picture">{alt[1] if alt else ""}</span>'
    size = f' width="{picture.width}" height="{picture.height}"' if picture.width and picture.height else ""
    return f'<img src="{escape(picture.href)}"{size}{attributes}>'


def decode_body(data: bytes | None) -> str | None:
    """The HTML in the bytes that the store keeps of a text."""
    return msgspec.msgpack.decode(data, type=_StoredBody).html if data is not None else None


class _StoredBody(msgspec.Struct):
    """As much of a stored text as a page shows."""

    html: str
