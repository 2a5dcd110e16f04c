"""Recipe → bytes of a page, a feed, a sitemap: everything but copies and PDFs."""

import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import jinja2
import msgspec
from markupsafe import Markup, escape

from kommunalnews.digest import Digest
from kommunalnews.pages import Body, Chrome, Fragment, Page, Picture
from kommunalnews.recipes import Hole, Inserts, Part, TemplateRecipe
from kommunalnews.rendering.filters import srcset
from kommunalnews.rendering.placing import among_others
from kommunalnews.rendering.structured_data import breadcrumb_list, news_article, publication_issue, website
from kommunalnews.rendering.templates import Templates

BodySource = Callable[[Digest], str | None]
"""Finds the HTML of a text by its digest; None where the store has lost it."""

_LINK = re.compile(r'<a href="kn-link:(\d+)"((?:[^">]|"[^"]*")*)>(.*?)</a>', re.DOTALL)
_PICTURE = re.compile(
    r'<img src="kn-picture:(\d+)"([^>]*)>((?:</a>)?)'
    r'(?:(?:<figcaption>(.*?)</figcaption>)?(</figure>)|(</div><figcaption>(?:<span class="caption">[^<]*</span> )?))?',
    re.DOTALL,
)
"""A picture in a text, and its caption where it is a figure, or the beginning of one that is an embed's."""
_BODY_SIZES = "(min-width: 42rem) 37.5rem, calc(93.6vw - .5rem)"
"""How wide a picture in a text stands on screens: as wide as the text."""
_MISSING = '<span class="missing-picture">'
_FIGURE_OF_NOTHING = re.compile(rf"<figure[^>]*>\s*(?:<a [^>]*>)?({_MISSING}[^<]*</span>)(?:</a>)?\s*</figure>\n?")
_INNER = re.compile(r'(<a href=")#')
_ALT = re.compile(r' alt="([^"]*)"')
_LARGE = 2_000
"""Characters of a piece of a page beyond which it is a large one, such as feeds have."""
_SMALL_ONES, _LARGE_ONES = 20_000_000, 40_000_000
"""Characters of them that a renderer holds."""
_PLAYER = re.compile(r'<figure class="kn-embed [^<]* data-frame="([^"]*)"')
_HOLE = re.compile("\0([a-z]+)\0")
_ABSOLUTE = re.compile(r'(<(?:a href|img src)=")/(?!/)')


class BodyLost(Exception):
    """The store no longer has a text that was there when it was parsed."""

    def __init__(self, digest: Digest) -> None:
        super().__init__(digest)
        self.digest = digest


class RenderedPage(NamedTuple):
    """A page's bytes."""

    data: bytes
    holes: tuple[Hole, ...] = ()


class _Pieces:
    """What macros have made of items, as much as may be held: the oldest is given up first."""

    def __init__(self, most: int) -> None:
        """As many as ``most`` characters."""
        self._most = most
        self._made: OrderedDict[tuple[object, ...], tuple[Markup, object]] = OrderedDict()
        self._held = 0
        """Characters of them."""

    def get(self, key: tuple[object, ...]) -> Markup | None:
        found = self._made.get(key)
        return found[0] if found else None

    def keep(self, key: tuple[object, ...], made: Markup, item: object) -> None:
        """``item``, whose id is in the key, is held with it: so no other has that id."""
        self._made[key] = made, item
        self._held += len(made)
        while self._held > self._most:
            _, (oldest, _) = self._made.popitem(last=False)
            self._held -= len(oldest)


class MarkupRenderer:
    """Renders recipes with the parts of one plan; a part is rendered once."""

    def __init__(self, templates: Templates, parts: Mapping[Digest, Page | Part], bodies: BodySource) -> None:
        self._templates = templates
        self._parts = parts
        self._bodies = bodies
        self._rendered: dict[Digest, Markup] = {}
        self._fillings: dict[Digest, bytes] = {}
        self._made_once = _Pieces(_SMALL_ONES), _Pieces(_LARGE_ONES)
        """The small ones, which many pages show, are not given up for large ones."""
        self._sites: dict[Digest, Mapping[str, object]] = {}

    @property
    def template_folders(self) -> tuple[Path, ...]:
        """Where its templates lie, for diagnostics."""
        return self._templates.folders

    def prepare(self, templates: Iterable[str], inserts: Iterable[Digest]) -> None:
        """Compile templates and render inserts now, so that forked workers find them ready.

        What is broken fails where it is rendered.
        """
        for name in sorted(templates):
            with suppress(jinja2.TemplateError):
                self._templates.environment.get_template(name)
        for digest in sorted(inserts):
            with suppress(Exception):  # a template may stumble over anything
                self.part(digest)

    def render(self, recipe: TemplateRecipe, inserts: Inserts = ()) -> RenderedPage:
        """The bytes, and where in them the inserts stand. Raises BodyLost and Jinja's errors."""
        parts, fragments, parts_inserted = dict(recipe.parts), dict(recipe.fragments), dict(inserts)
        text = self._template(
            recipe.template,
            self._shared(recipe.site),
            recipe.page,
            part=lambda name: self.part(parts[name]),
            fragment=lambda name: _fragment(name, fragments[name]),
            has_fragment=fragments.__contains__,
            has_late_fragments=any(fragment.mode == "client" for fragment in fragments.values()),
        )
        if not inserts:
            return RenderedPage(text.encode())
        pieces = _HOLE.split(text)
        data, holes = [], []
        offset = 0
        for number, piece in enumerate(pieces):
            encoded = piece.encode() if number % 2 == 0 else self._filling(parts_inserted[piece])
            if number % 2:
                holes.append(Hole(piece, offset, len(encoded)))
            elif "\0" in piece:
                raise jinja2.TemplateRuntimeError("a fragment can only be printed as it is")
            data.append(encoded)
            offset += len(encoded)
        return RenderedPage(b"".join(data), tuple(holes))

    def mend(self, data: bytes, holes: tuple[Hole, ...], inserts: Inserts) -> RenderedPage:
        """A page that was rendered before, with other inserts. Raises Jinja's errors."""
        return _filled(data, holes, {name: self._filling(digest) for name, digest in inserts})

    def _filling(self, digest: Digest) -> bytes:
        """The bytes of a part, encoded once."""
        if digest not in self._fillings:
            self._fillings[digest] = self.part(digest).encode()
        return self._fillings[digest]

    def _shared(self, site: Digest) -> Mapping[str, object]:
        """What templates see on every page."""
        if site not in self._sites:
            chrome = self._parts[site]
            assert isinstance(chrome, Chrome)
            self._sites[site] = {"site": chrome, **self._shared_functions(chrome)}
        return self._sites[site]

    def _template(self, template: str, shared: Mapping[str, object], page: Page, **functions: object) -> str:
        return self._templates.environment.get_template(template).render(shared, page=page, **functions)

    def _shared_functions(self, chrome: Chrome) -> Mapping[str, object]:
        """What templates may call on any page of a site."""
        assets = dict(chrome.assets)
        origin = chrome.base_url.removesuffix(chrome.base_path)

        def body(text: Body, *, absolute: str = "", prefix: str = "", lower: int = 0, screen: bool = False) -> Markup:
            return self._body(text, origin if absolute else "", absolute, prefix, lower, screen=screen)

        def asset(path: str) -> str:
            if path not in assets:
                raise jinja2.TemplateRuntimeError(f"static/ has no file {path}")
            return assets[path]

        def url(href: str) -> str:
            return origin + href if href.startswith("/") else href

        def frame_hosts(text: Body) -> tuple[str, ...]:
            return self._frame_hosts(text, chrome.frame_hosts)

        return {
            "asset": asset,
            "body": body,
            "frame_hosts": frame_hosts,
            "url": url,
            "has_fragment": lambda name: False,
            "once": self._once,
            "news_article": news_article(chrome),
            "publication_issue": publication_issue(chrome),
            "website": website(chrome),
            "breadcrumb_list": breadcrumb_list(chrome),
        }

    def _once(self, macro: Callable[..., Markup], item: object, *more: object, **named: object) -> Markup:
        """What a macro makes of an item, which many pages show alike: made once.

        The macro must be imported without context, so that it sees nothing but its arguments.
        """
        key = (macro, id(item), more, tuple(named.items()))
        for pieces in self._made_once:
            found = pieces.get(key)
            if found is not None:
                return found
        made = macro(item, *more, **named)
        self._made_once[len(made) > _LARGE].keep(key, made, item)
        return made

    def part(self, digest: Digest) -> Markup:
        """A part of the plan, rendered once. Raises BodyLost and Jinja's errors."""
        if digest not in self._rendered:
            part = self._parts[digest]
            assert isinstance(part, Part)
            self._rendered[digest] = Markup(self._template(part.template, self._shared(part.site), part.page))
        return self._rendered[digest]

    def text(self, digest: Digest) -> str:
        """The HTML of a text as it was parsed, links and pictures open. Raises BodyLost."""
        html = self._bodies(digest)
        if html is None:
            raise BodyLost(digest)
        return html

    def _body(self, text: Body, origin: str, url: str, prefix: str, lower: int, *, screen: bool) -> Markup:
        """A text; with ``origin`` and ``url`` of its page, links lead there from anywhere.

        With ``prefix`` it can stand beside other texts, its headings ``lower`` levels down. On a ``screen``, pictures
        come in several sizes.
        """
        html = self.text(text.digest)
        if prefix:
            html = among_others(html, prefix, lower)
        html = _LINK.sub(lambda found: _link(text.links, int(found[1]), found[2], found[3]), html)
        html = _PICTURE.sub(partial(_picture, text.pictures, screen), html)
        if _MISSING in html:
            html = _FIGURE_OF_NOTHING.sub(_said_instead, html)
        if origin:
            html = _INNER.sub(rf"\1{escape(url)}#", _ABSOLUTE.sub(rf"\1{origin}/", html))
        return Markup(html)

    def _frame_hosts(self, text: Body, allowed: tuple[str, ...]) -> tuple[str, ...]:
        """Those of the ``allowed`` hosts whose players a text offers, in that order. Raises BodyLost."""
        if not allowed:
            return ()
        offered = {urlsplit(address).hostname for address in _PLAYER.findall(self.text(text.digest))}
        return tuple([host for host in allowed if host in offered])


def emptied(page: RenderedPage) -> RenderedPage:
    """A page with nothing in its holes."""
    return _filled(page.data, page.holes, dict.fromkeys((hole.name for hole in page.holes), b""))


def _filled(data: bytes, holes: tuple[Hole, ...], fillings: Mapping[str, bytes]) -> RenderedPage:
    pieces: list[bytes] = []
    moved: list[Hole] = []
    end = offset = 0
    for hole in holes:
        pieces += (data[end : hole.offset], fillings[hole.name])
        offset += hole.offset - end
        moved.append(Hole(hole.name, offset, len(fillings[hole.name])))
        offset += len(fillings[hole.name])
        end = hole.offset + hole.length
    return RenderedPage(b"".join([*pieces, data[end:]]), tuple(moved))


def _fragment(name: str, fragment: Fragment) -> Markup:
    match fragment.mode:
        case "inline":
            return Markup(f"\0{name}\0")
        case "ssi":
            return Markup(f'<!--#include virtual="{escape(fragment.href)}" -->')
        case "client":
            link = f'<a href="{escape(fragment.fallback)}">{escape(fragment.label)}</a>'
            return Markup(f'<kn-fragment src="{escape(fragment.href)}">{link}</kn-fragment>')


def _link(links: tuple[str, ...], number: int, attributes: str, text: str) -> str:
    href = links[number] if number < len(links) else ""
    return f'<a href="{escape(href)}"{attributes}>{text}</a>' if href else text


def _picture(pictures: tuple[Picture | None, ...], is_screen: bool, found: re.Match[str]) -> str:
    number, attributes, after, caption, end = int(found[1]), found[2], found[3], found[4] or "", found[5] or ""
    embed = found[6] or ""
    picture = pictures[number] if number < len(pictures) else None
    if picture is None:
        alt = _ALT.search(attributes)
        shown = f"{_MISSING}{alt[1] if alt else ''}</span>"
    else:
        shown = _image(picture, attributes, is_screen=is_screen)
        if end and picture.credit:
            caption = f'{caption} <span class="credit">{escape(picture.credit)}</span>'.strip()
        elif embed and picture.credit:
            embed += f'<span class="credit">{escape(picture.credit)}</span> '
    return shown + after + (f"<figcaption>{caption}</figcaption>" if caption else "") + end + embed


def _said_instead(found: re.Match[str]) -> str:
    """What stands for a figure without a picture and a caption: the words for it, if there are any."""
    return "" if found[1] == f"{_MISSING}</span>" else f"<p>{found[1]}</p>\n"


def _image(picture: Picture, attributes: str, *, is_screen: bool) -> str:
    size = f' width="{picture.width}" height="{picture.height}"' if picture.width and picture.height else ""
    if not is_screen or not picture.widths:
        return f'<img src="{escape(picture.href)}"{size}{attributes}>'
    sources = "".join(
        f'<source type="image/{kind}" srcset="{escape(srcset(picture, kind))}" sizes="{_BODY_SIZES}">'
        for kind in picture.formats
    )
    plain = f' srcset="{escape(srcset(picture))}" sizes="{_BODY_SIZES}"' if picture.plain_widths else ""
    return f'<picture>{sources}<img src="{escape(picture.href)}"{plain}{size}{attributes}></picture>'


def decode_body(data: bytes | None) -> str | None:
    """The HTML in the bytes that the store keeps of a text."""
    return msgspec.msgpack.decode(data, type=_StoredBody).html if data is not None else None


class _StoredBody(msgspec.Struct):
    """As much of a stored text as a page shows."""

    html: str
