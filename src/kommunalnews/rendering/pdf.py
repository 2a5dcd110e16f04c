"""Print view → PDF, typeset by WeasyPrint from a sealed job.

A job holds the HTML and every byte that it may load. The fetcher serves those and nothing else: whatever else a print
view asks for is a fatal error, not a warning. WeasyPrint is imported in the worker that needs it, nowhere else.
"""

import os
import re
from collections.abc import Callable, Mapping
from functools import cache
from html import escape, unescape
from mimetypes import guess_type
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import msgspec

from kommunalnews.digest import Digest, of_bytes, of_parts
from kommunalnews.recipes import PdfRecipe
from kommunalnews.resources import packaged

Read = Callable[[str], bytes]
"""Output path → published bytes. Raises OSError."""

_LOADED = re.compile(r"<(?:img\b[^>]*?\ssrc|link\b[^>]*?\shref)=\"([^\"]*)\"")
_STYLESHEET = re.compile(r"<link\b[^>]*\brel=\"stylesheet\"[^>]*>")
_CSS_URL = re.compile(r"url\(\s*[\"']?([^\"')]+)[\"']?\s*\)|@import\s+[\"']([^\"']+)[\"']")


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


class AssetRefused(Exception):
    """A print view asked for something that is not part of its job."""


def seal(recipe: PdfRecipe, read: Read) -> PdfJob:
    """Collect the print view and what it shows from what was published. What is not there stays out."""
    html = read(recipe.print_view)
    assets: dict[str, bytes] = {}
    text = html.decode()
    for link in _STYLESHEET.findall(text):
        _collect(recipe, urljoin(recipe.url, unescape(_LOADED.findall(link)[0])), assets, read)
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


def typeset(job: PdfJob, fontconfig: Path) -> bytes:
    """The PDF. Raises AssetRefused, and whatever WeasyPrint stumbles over."""
    weasyprint = _weasyprint(fontconfig)
    fatal = weasyprint.urls.FatalURLFetchingError

    def fetch(url: str) -> Any:
        data = job.assets.get(_without_query(url))
        if data is None:
            raise fatal(url)
        kind = guess_type(urlsplit(url).path)[0] or "application/octet-stream"
        return weasyprint.urls.URLFetcherResponse(url, data, headers={"Content-Type": kind})

    try:
        document = weasyprint.HTML(string=job.html.decode(), base_url=job.url, url_fetcher=fetch)
        data: bytes = document.write_pdf(pdf_variant="pdf/ua-1")
    except fatal as refusal:
        raise AssetRefused(str(refusal)) from refusal
    return data


def write_fontconfig(folder: Path) -> Path:
    """A fontconfig that knows only our own fonts: the same PDF on every machine, and a quick start."""
    config = folder / "fonts.conf"
    config.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"<dir>{escape(str(packaged('static') / 'fonts'))}</dir>"
        f"<cachedir>{escape(str(folder))}</cachedir></fontconfig>",
        encoding="utf-8",
    )
    return config


@cache
def _weasyprint(fontconfig: Path) -> Any:
    """WeasyPrint, which asks for its fontconfig once, when it is imported."""
    os.environ["FONTCONFIG_FILE"] = str(fontconfig)
    import weasyprint

    return weasyprint
