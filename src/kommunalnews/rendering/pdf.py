"""Print view → PDF, typeset by WeasyPrint from a sealed job.

A job holds the HTML and every byte that it may load. The fetcher serves those and nothing else: whatever else a print
view asks for is a fatal error, not a warning. WeasyPrint is imported in the worker that needs it, nowhere else.
"""

import logging
import os
import re
import warnings
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from html import unescape
from itertools import count
from mimetypes import MimeTypes
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote, unquote_to_bytes, urljoin, urlsplit

import msgspec

from kommunalnews.digest import Digest, of_bytes, of_parts
from kommunalnews.recipes import PdfRecipe
from kommunalnews.rendering import (
    cascade,
    paper,
    print_fonts,
    print_pictures,
    print_view,
    weasyprint_patches,
)

Read = Callable[[str], bytes]
"""Output path → published bytes. Raises OSError."""

RESOLUTION = 300
"""Pixels per inch at which pictures are embedded, at most."""

VARIANT = "pdf/a-3a"
"""What WeasyPrint makes; that it is PDF/UA-1 as well, ``weasyprint_patches`` adds."""

_LOADED = re.compile(r"<(?:img\b[^>]*?\ssrc|link\b[^>]*?\shref)=\"([^\"]*)\"")
_STYLESHEET = re.compile(r"<link\b[^>]*\brel=\"stylesheet\"[^>]*>")
_CSS_URL = re.compile(r"url\(\s*[\"']?([^\"')]+)[\"']?\s*\)|@import\s+[\"']([^\"']+)[\"']")
_UNPRINTED = re.compile(
    r"<(head|title|style|script|template)\b.*?</\1\s*>|<!--.*?-->|<[!/?a-z](?:[^>\"']|\"[^\"]*\"|'[^']*')*>",
    re.DOTALL | re.IGNORECASE,
)
"""Elements that are not shown, and tags with their attributes: descriptions of pictures, say."""
_FONTS = (".ttf", ".otf", ".woff", ".woff2")
_LOST_PICTURE = re.compile(r"Failed to (?:load (?:image at|inline SVG:?)|render SVG image) '?([^']*)")
"""What WeasyPrint says of a picture that it leaves out."""
_TYPES = MimeTypes()
"""The types that Python knows, never those of this machine."""


class PdfJob(msgspec.Struct, frozen=True):
    """Everything a PDF is made of."""

    html: bytes
    url: str
    assets: Mapping[str, bytes]
    """URL without query → bytes."""

    @property
    def key(self) -> Digest:
        """The digest of all of it."""
        assets = (f"{url} {of_bytes(data)}" for url, data in sorted(self.assets.items()))
        return of_parts(of_bytes(self.html), self.url, *assets)


class PdfFault(msgspec.Struct, frozen=True):
    """Why there is no PDF."""

    kind: Literal["refused", "picture", "unavailable", "failed"]
    """``unavailable`` says nothing of the job, but of the machine."""
    reason: str


class AssetRefused(Exception):
    """A print view asked for something that is not part of its job."""


class PictureLost(Exception):
    """A picture of the print view could not be read or drawn; the text is its address."""


class PdfUnavailable(Exception):
    """WeasyPrint cannot work on this machine, whatever the article."""


def seal(recipe: PdfRecipe, read: Read) -> PdfJob:
    """Collect the print view and what it shows from what was published. What is not there stays out."""
    html = read(recipe.print_view)
    assets: dict[str, bytes] = {}
    text = html.decode()
    for link in _STYLESHEET.findall(text):
        for href in _LOADED.findall(link):
            _collect(recipe, urljoin(recipe.url, unescape(href)), assets, read)
    for href in _LOADED.findall(re.sub(r"<link\b[^>]*>", "", text)):
        _collect(recipe, urljoin(recipe.url, unescape(href)), assets, read)
    return PdfJob(html, recipe.url, assets)


def _collect(recipe: PdfRecipe, url: str, assets: dict[str, bytes], read: Read) -> None:
    bare = _without_query(url)
    if bare in assets or not bare.startswith(recipe.base_url):
        return
    path = unquote(bare.removeprefix(recipe.base_url))
    if ".." in path.split("/"):
        return
    try:
        assets[bare] = read(path)
    except OSError:
        return
    if path.endswith(".css"):
        for found in _CSS_URL.findall(assets[bare].decode("utf-8", "replace")):
            _collect(recipe, urljoin(bare, found[0] or found[1]), assets, read)


def _without_query(url: str) -> str:
    return url.partition("#")[0].partition("?")[0]


def unshown(job: PdfJob) -> str:
    """The characters that the print view prints, each once, that no font of the job and none of ours can show."""
    fonts = tuple(data for url, data in sorted(job.assets.items()) if url.endswith(_FONTS))
    found = _missing(fonts).findall(unescape(_UNPRINTED.sub("", job.html.decode())))
    return "".join(sorted(set(found)))


@lru_cache(maxsize=2)
def _missing(fonts: tuple[bytes, ...]) -> re.Pattern[str]:
    return print_fonts.missing(fonts)


def parted(job: PdfJob) -> tuple[Mapping[str, bytes], PdfJob]:
    """The stylesheets and fonts of a job, and the job without them."""
    looks = {url: data for url, data in job.assets.items() if _is_look(url)}
    rest = {url: data for url, data in job.assets.items() if not _is_look(url)}
    return looks, msgspec.structs.replace(job, assets=rest)


def joined(looks: Mapping[str, bytes], job: PdfJob) -> PdfJob:
    """The inverse of ``parted``."""
    return msgspec.structs.replace(job, assets={**looks, **job.assets})


def _is_look(url: str) -> bool:
    return url.endswith((*_FONTS, ".css"))


_PROBE = (
    '<html lang="{language}"><body><h1>Ä</h1><p>Stadtverwaltung <b>a</b> <i>a</i></p><ul><li>a</ul><a href="#a">a</a>'
    "<table><tr><td>a</table></body></html>"
)
"""A little of everything."""


def prepare(fontconfig: Path, language: str) -> None:
    """Import WeasyPrint and let it make a PDF for nothing: the first one takes ten times as long as the second."""
    typeset(PdfJob(_PROBE.format(language=language).encode(), "https://example.org/", {}), fontconfig)


def attempt(job: PdfJob, fontconfig: Path) -> bytes | PdfFault:
    """The PDF, or why there is none."""
    try:
        return typeset(job, fontconfig)
    except AssetRefused as fault:
        return PdfFault("refused", str(fault))
    except PictureLost as fault:
        return PdfFault("picture", str(fault))
    except PdfUnavailable as fault:
        return PdfFault("unavailable", str(fault))
    except Exception as fault:  # WeasyPrint has no error class of its own; deep nesting is a RecursionError
        return PdfFault("failed", f"{type(fault).__name__}: {fault}")


def typeset(job: PdfJob, fontconfig: Path) -> bytes:
    """The PDF. Raises PdfUnavailable, AssetRefused, PictureLost, and whatever WeasyPrint stumbles over."""
    weasyprint = _weasyprint(fontconfig)
    fetcher = _Fetcher(job, weasyprint)
    with _quiet() as problems:
        try:
            document = weasyprint.HTML(string=job.html.decode(), base_url=job.url, url_fetcher=fetcher)
            data = _write(document, job, fetcher, fontconfig)
        except weasyprint.urls.FatalURLFetchingError as refusal:
            raise AssetRefused(str(refusal)) from refusal
    if fetcher.refused:  # WeasyPrint swallows even fatal errors while it draws an SVG
        raise AssetRefused(fetcher.refused[0])
    for problem in problems:
        if lost := _LOST_PICTURE.match(problem):
            raise PictureLost(lost.group(1))
    return data


def _write(document: Any, job: PdfJob, fetcher: "_Fetcher", fontconfig: Path) -> bytes:
    from kommunalnews.rendering import pdf_reading

    root = document.etree_element
    paper.complete(root)
    weasyprint_patches.hyphenate_in(root.get("lang") or "en")
    stylesheets = print_view.take_stylesheets(root, document.base_url)
    faces = _faces(stylesheets, _Assets(job.assets, fetcher), fontconfig, has_own=print_view.sets_variables(root))
    print_view.replace_missing(root, faces.missing)
    print_view.number_lists(root)
    print_view.spell_hosts(root)
    print_view.keep_addresses(root)
    print_view.part_lines(root)
    options = {"pdf_variant": VARIANT, "pdf_identifier": True, "dpi": RESOLUTION}

    def laid_out() -> Any:
        return document.render(
            font_config=faces.font_config,
            counter_style=faces.counter_style.copy(),
            stylesheets=faces.stylesheets,
            **options,
        )

    def sparing() -> Any:
        rendered = tighter = laid_out()
        for tried, step in enumerate(paper.TIGHTER):
            if len(tighter.pages) < len(rendered.pages) or not paper.is_wasteful(tighter.pages, tried):
                break
            paper.tighten(root, step)
            tighter = laid_out()
        return min(rendered, tighter, key=lambda one: len(one.pages))

    rendered = sparing()
    if len(rendered.pages) > 1 and paper.without_rail(root):  # it would stand on the last page, beside anything
        rendered = sparing()
    pdf_reading.mark(rendered)
    data: bytes = rendered.write_pdf(**options)
    return data


class _Fetcher:
    """Serves a job's own assets, and what a ``data:`` URL holds itself."""

    _fail_on_errors = True

    def __init__(self, job: PdfJob, weasyprint: Any) -> None:
        self.assets = job.assets
        self.urls = weasyprint.urls
        self.refused: list[str] = []

    def __call__(self, url: str) -> Any:
        if url.startswith("data:"):
            header, _, text = url.removeprefix("data:").partition(",")
            body = unquote_to_bytes(text)
            data, kind = (b64decode(body) if header.endswith(";base64") else body), header.partition(";")[0]
        else:
            known = self.assets.get(_without_query(url))
            if known is None:
                self.refused.append(url)
                raise self.urls.FatalURLFetchingError(url)
            data, kind = known, _TYPES.guess_type(urlsplit(url).path)[0] or "application/octet-stream"
        data = print_pictures.in_rgb(data)
        return self.urls.URLFetcherResponse(url, data, headers={"Content-Type": kind or "text/plain"})


class _Assets:
    """A job's assets and their fetcher, as a key: equal where the stylesheets and fonts are."""

    def __init__(self, assets: Mapping[str, bytes], fetcher: _Fetcher) -> None:
        self.fetcher = fetcher
        self.fonts = tuple(data for url, data in sorted(assets.items()) if url.endswith(_FONTS))
        looks = ((url, data) for url, data in sorted(assets.items()) if _is_look(url))
        self._key = tuple(looks)

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Assets) and self._key == other._key


_COUNT = count()


class _Faces:
    """Stylesheets, parsed, and the fonts that they name, loaded: the same for nearly all print views of a site."""

    def __init__(self, urls: tuple[str, ...], assets: _Assets, fontconfig: Path, *, has_own: bool) -> None:
        """``has_own``: whether a print view sets variables itself."""
        from weasyprint import CSS
        from weasyprint.css.counters import CounterStyle
        from weasyprint.text.fonts import FontConfiguration

        self.font_config = FontConfiguration()
        # a folder of its own: one that is given up takes its folder along, sometimes long after
        folder = fontconfig.parent / f"faces-{os.getpid()}-{next(_COUNT)}"
        weasyprint_patches.keep_fonts_in(self.font_config, folder)
        self.counter_style = CounterStyle()
        texts = [assets.fetcher(url).read().decode("utf-8-sig", "replace") for url in urls]
        self.stylesheets = [
            CSS(
                string=text, base_url=url, url_fetcher=assets.fetcher, font_config=self.font_config,
                counter_style=self.counter_style,
            )
            for url, text in zip(urls, texts if has_own else cascade.without_variables(texts), strict=True)
        ]  # fmt: skip
        self.missing = _missing(assets.fonts)


@lru_cache(maxsize=2)
def _faces(urls: tuple[str, ...], assets: _Assets, fontconfig: Path, *, has_own: bool) -> _Faces:
    return _Faces(urls, assets, fontconfig, has_own=has_own)


@contextmanager
def _quiet() -> Iterator[list[str]]:
    """Collect what WeasyPrint and its libraries have to say, instead of letting it reach the terminal."""
    problems: list[str] = []

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            problems.append(record.getMessage())

    collector = Collector(logging.WARNING)
    loggers = [logging.getLogger(name) for name in ("weasyprint", "fontTools", "PIL")]
    before = [logger.propagate for logger in loggers]
    for logger in loggers:
        logger.addHandler(collector)
        logger.propagate = False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield problems
    finally:
        for logger, propagates in zip(loggers, before, strict=True):
            logger.removeHandler(collector)
            logger.propagate = propagates


def write_fontconfig(folder: Path) -> Path:
    """A fontconfig that knows only our own fonts, which PDFs are made with."""
    return print_fonts.write_fontconfig(folder)


def _weasyprint(fontconfig: Path) -> Any:
    """WeasyPrint, patched; it asks for its fontconfig when it is imported and whenever it loads fonts."""
    os.environ["FONTCONFIG_FILE"] = str(fontconfig)
    reason = _unavailable()
    if reason:
        raise PdfUnavailable(reason)
    return weasyprint_patches.install()


@lru_cache(maxsize=1)
def _unavailable() -> str:
    """Why PDFs cannot be made, empty where they can. Asked once in a process: a vain import is slow."""
    try:
        with _quiet():
            weasyprint_patches.install()
    except (ImportError, OSError, weasyprint_patches.UnknownVersion) as fault:
        return str(fault).strip().splitlines()[0] if str(fault).strip() else type(fault).__name__
    return ""
