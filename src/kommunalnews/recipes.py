"""What outputs are: a path, and the recipe for its bytes.

A recipe is data. It can be hashed, sent to another process, compared in a test without rendering, and printed. The
renderer sees nothing else, so the recipe's digest, with that of its templates, accounts for every byte.
"""

from collections.abc import Mapping

import msgspec

from kommunalnews.digest import Digest
from kommunalnews.pages import Fragment, Page


class TemplateRecipe(msgspec.Struct, frozen=True, tag="template"):
    """Render one template with one page model: HTML, XML, JSON or plain text."""

    template: str
    """Path below ``templates/``: ``article.html``, ``feeds/atom.xml``."""
    page: Page
    site: Digest
    """The ``Chrome`` among the plan's parts."""
    parts: tuple[tuple[str, Digest], ...] = ()
    """Name → part rendered once for many pages: ``(("masthead", "…"), …)``."""
    fragments: tuple[tuple[str, Fragment], ...] = ()
    """Name → block that other articles may change."""


class CopyRecipe(msgspec.Struct, frozen=True, tag="copy"):
    """Copy a file: a picture, an attachment, something from ``static/``."""

    source: str
    """``content/images/a.png`` below the source folder; ``static/css/base.css``, from any static folder."""
    digest: Digest
    """Of the file's bytes when the plan was made."""


class PdfRecipe(msgspec.Struct, frozen=True, tag="pdf"):
    """Typeset a print view as PDF. Keyed by the bytes of that print view and of what it shows, not by what they are
    made from."""

    print_view: str
    """The output path of the print view."""
    url: str
    """Absolute URL of the print view; what is relative in it is relative to this."""
    base_url: str
    """Absolute URL of the site, which ends with ``/``: the only one that the print view may load from."""


Recipe = TemplateRecipe | CopyRecipe | PdfRecipe


class Output(msgspec.Struct, frozen=True):
    """One file of the published site."""

    path: str
    """Relative to the destination, with forward slashes: ``meldungen/2017/x/index.html``."""
    recipe: Recipe
    source: str = ""
    """The source file it is chiefly made of, for diagnostics and ``list``."""


class Part(msgspec.Struct, frozen=True):
    """A piece of a page that many pages share: it is rendered once and enters them by its digest."""

    template: str
    page: Page
    site: Digest


class Plan(msgspec.Struct, frozen=True):
    """Everything that should exist."""

    outputs: tuple[Output, ...]
    """Sorted by path; no two alike."""
    parts: Mapping[Digest, Page | Part]
    """What recipes name by digest."""
