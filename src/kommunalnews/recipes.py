"""What outputs are: a path, and the recipe for its bytes.

A recipe is data. It can be hashed, sent to another process, compared in a test without rendering, and printed. The
renderer sees nothing else, so the recipe's digest, with that of its templates, accounts for every byte.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import ClassVar, Literal

import msgspec

from kommunalnews.digest import Digest, of_value
from kommunalnews.pages import Fragment, Page
from kommunalnews.scales import Format, Treatment

Fragments = tuple[tuple[str, Fragment], ...]
"""Name → a block that other articles change, and how it gets onto the page."""
Inserts = tuple[tuple[str, Digest], ...]
"""Name of a fragment → the part that stands in its place."""


class Hole(msgspec.Struct, frozen=True, array_like=True):
    """A place in a page's bytes where a part stands that other articles change."""

    name: str
    """Of the fragment."""
    offset: int
    length: int


class TemplateRecipe(msgspec.Struct, frozen=True, tag="template"):
    """Render one template with one page model: HTML, XML, JSON or plain text."""

    template: str
    """Path below ``templates/``: ``article.html``, ``feeds/atom.xml``."""
    page: Page
    site: Digest
    """The ``Chrome`` among the plan's parts."""
    parts: tuple[tuple[str, Digest], ...] = ()
    """Name → part rendered once for many pages: ``(("masthead", "…"), …)``."""
    fragments: Fragments = ()
    """Name → block that other articles may change."""


class CopyRecipe(msgspec.Struct, frozen=True, tag="copy"):
    """Copy a file: a picture, an attachment, something from ``static/``."""

    source: str
    """``content/images/a.png`` below the source folder; ``static/css/base.css``, from any static folder."""
    digest: Digest
    """Of the file's bytes when the plan was made."""


class PictureRecipe(msgspec.Struct, frozen=True, tag="picture"):
    """Turn, scale and encode a picture: in sRGB, without any metadata but the credit. Kept in the store."""

    source: str
    digest: Digest
    """Of the source's bytes when the plan was made."""
    width: int
    height: int
    """Pixels, never more than the source has."""
    format: Format
    treatment: Treatment
    credit: str = ""
    """What the published file says of whose it is."""


class DrawingRecipe(msgspec.Struct, frozen=True, tag="drawing"):
    """Copy an SVG picture without metadata, comments and what editors keep for themselves."""

    source: str
    digest: Digest
    """Of the source's bytes when the plan was made."""


class CardRecipe(msgspec.Struct, frozen=True, tag="card"):
    """Draw a social card: what networks show of a page without a picture. Kept in the store."""

    site: str
    """The portal's name, at the foot; empty where it is the headline."""
    kicker: str
    title: str
    language: str
    fonts: tuple[tuple[str, Digest], ...]
    """``static/fonts/…`` and the digest of each font that it is set in: headlines, furniture."""


class PdfRecipe(msgspec.Struct, frozen=True, tag="pdf"):
    """Typeset a print view as PDF. Keyed by the bytes of that print view and of what it shows, not by what they are
    made from."""

    print_view: str
    """The output path of the print view."""
    url: str
    """Absolute URL of the print view; what is relative in it is relative to this."""
    base_url: str
    """Absolute URL of the site, which ends with ``/``: the only one that the print view may load from."""
    articles: int = 0
    """How many an issue binds; 0 where the print view is that of an article."""
    words: int = 0
    """How many those have: the more, the longer it may take."""


EntryRecipe = TemplateRecipe | CopyRecipe | PictureRecipe | DrawingRecipe
"""How a file in an EPUB is made."""


class EpubRecipe(msgspec.Struct, frozen=True, tag="epub"):
    """Make several files and pack them into one, an EPUB."""

    entries: tuple[tuple[str, EntryRecipe], ...]
    """Path in the container → its recipe, in the order in which they are packed."""


Coding = Literal["br", "gz"]
"""A content coding, as file names end."""


class CompressedRecipe(msgspec.Struct, frozen=True, tag="compressed"):
    """Compress a published file. Keyed by its bytes."""

    plain: str
    """The output path of the file."""
    coding: Coding


class SearchRecord(msgspec.Struct, frozen=True):
    """A text that readers can find, and what a result shows of it."""

    href: str
    title: str
    text: Digest
    """Of the body; empty where there is none."""
    kicker: str = ""
    lead: str = ""
    """HTML."""
    teaser: str = ""
    day: str = ""
    """What results are sorted by: ``2018-07-24T09:30``; empty for what has no date."""
    section: str = ""
    tags: tuple[str, ...] = ()
    place: str = ""
    year: str = ""
    picture: str = ""
    """Href, in the size of a result."""
    focus: str = ""
    """Classes that say what of the picture must stay in view."""


class SearchRecipe(msgspec.Struct, frozen=True, tag="search"):
    """Index some texts. The output is a folder of files whose names are found by making them; its path is that of the
    file that the others are found by."""

    language: str
    records: tuple[SearchRecord, ...]
    has_program: bool = False
    """Whether the program that browsers search with lies there, too."""
    before: tuple[str, ...] = ()
    """Headlines, tags and places of the shard before: their words are known here, too."""


Recipe = (
    TemplateRecipe
    | CopyRecipe
    | PictureRecipe
    | DrawingRecipe
    | CardRecipe
    | PdfRecipe
    | EpubRecipe
    | CompressedRecipe
    | SearchRecipe
)


class Output(msgspec.Struct, frozen=True):
    """One file of the published site."""

    path: str
    """Relative to the destination, with forward slashes: ``meldungen/2017/x/index.html``."""
    recipe: Recipe
    source: str = ""
    """The source file it is chiefly made of, for diagnostics and ``list``."""
    inserts: Inserts = ()
    """What stands in its inlined fragments. No part of the recipe: where only this changes, the page is not made
    again, but mended."""


Kind = Literal["template", "copy", "picture", "pdf", "epub", "compressed", "search"]


class Known(msgspec.Struct, frozen=True, array_like=True):
    """An output as an earlier plan had it: all that tells whether its file is still right."""

    path: str
    source: str
    kind: Kind
    recipe: Digest
    templates: tuple[str, ...] = ()
    """The templates of the recipe and of its parts."""
    is_mendable: bool = False
    """Whether its group's inserts stand in it."""
    print_view: str = ""
    """For a PDF, the output path of its print view; for a compressed file, that of the file itself."""


class Group:
    """Outputs that are planned together, from the same inputs: what need not be planned again while those are equal.

    ``digest`` accounts for everything that ``make`` reads but ``inserts``. The outputs are planned whenever they are
    asked for: those of a large site together are too much to ``hold``.
    """

    _last: ClassVar[tuple["Group", tuple[Output, ...]] | None] = None
    """Whoever asks for an output most often asks for its neighbour next."""

    def __init__(self, digest: Digest, make: Callable[[Inserts], Iterable[Output]], inserts: Inserts = ()) -> None:
        self.digest = digest
        self.inserts = inserts
        self._make = make
        self._held: tuple[Output, ...] | None = None

    def hold(self) -> None:
        """Plan the outputs now, for good: where they are few, and likely to be made."""
        self._held = self.outputs

    @property
    def outputs(self) -> tuple[Output, ...]:
        """The outputs with their recipes."""
        if self._held is not None:
            return self._held
        if Group._last is None or Group._last[0] is not self:
            Group._last = self, tuple(self._make(self.inserts))
        return Group._last[1]


Memory = Mapping[Digest, tuple[Known, ...]]
"""A group's digest → its outputs, as an earlier plan had them."""


class Part(msgspec.Struct, frozen=True):
    """A piece of a page that many pages share: it is rendered once and enters them by its digest."""

    template: str
    page: Page
    site: Digest


class Slot(msgspec.Struct, frozen=True):
    """An output of a plan. Where it belongs to a group, its recipe is planned when it is asked for."""

    known: Known
    inserts: Inserts = ()
    """What stands in its inlined fragments."""
    made: Output | None = None
    group: Group | None = None

    @property
    def output(self) -> Output:
        """The output with its recipe."""
        if self.made is not None:
            return self.made
        assert self.group is not None
        return next(output for output in self.group.outputs if output.path == self.known.path)


class Plan(msgspec.Struct, frozen=True):
    """Everything that should exist."""

    slots: tuple[Slot, ...]
    """Sorted by path; no two alike."""
    parts: Mapping[Digest, Page | Part]
    """What recipes name by digest. Grows where an output is planned late."""
    memory: Memory
    """What the next plan may know."""

    @property
    def outputs(self) -> tuple[Output, ...]:
        """All of them with their recipes."""
        return tuple(slot.output for slot in self.slots)


def known(output: Output, parts: Mapping[Digest, Page | Part]) -> Known:
    """What a later plan may know of this output."""
    match output.recipe:
        case TemplateRecipe() as recipe:
            names = (recipe.template, *(template_of(parts[part]) for _, part in recipe.parts))
            return Known(output.path, output.source, "template", of_value(recipe), names, bool(output.inserts))
        case CopyRecipe() as recipe:
            return Known(output.path, output.source, "copy", recipe.digest)
        case PictureRecipe() | DrawingRecipe() | CardRecipe() as recipe:
            return Known(output.path, output.source, "picture", of_value(recipe))
        case EpubRecipe() as recipe:
            inner = (entry for _, entry in recipe.entries)
            names = tuple(sorted({entry.template for entry in inner if isinstance(entry, TemplateRecipe)}))
            return Known(output.path, output.source, "epub", of_value(recipe), names)
        case PdfRecipe() as recipe:
            return Known(output.path, output.source, "pdf", of_value(recipe), print_view=recipe.print_view)
        case CompressedRecipe() as recipe:
            return Known(output.path, output.source, "compressed", Digest(recipe.coding), print_view=recipe.plain)
        case SearchRecipe() as recipe:
            return Known(output.path, output.source, "search", of_value(recipe))


def template_of(part: Page | Part) -> str:
    """The template of a part."""
    assert isinstance(part, Part)
    return part.template
