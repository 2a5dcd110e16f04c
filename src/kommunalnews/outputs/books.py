"""Issue → EPUB: the recipe of every file in it, in the order of reading.

EPUB 3.3 (https://www.w3.org/TR/epub-33/) and EPUB Accessibility 1.1 (https://www.w3.org/TR/epub-a11y-11/). A picture of
a kind that readers need not know is left out, and its description stands there.
"""

from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

import msgspec

from kommunalnews import scales
from kommunalnews.content.model import Asset
from kommunalnews.moments import Moment
from kommunalnews.outputs import files
from kommunalnews.outputs.bound import article, bound, places
from kommunalnews.outputs.views import Views
from kommunalnews.pages import Author, Body, Book, BookArticle, BookFile, BoundChapter, IssueCard, Page, Picture
from kommunalnews.recipes import CopyRecipe, DrawingRecipe, EntryRecipe, EpubRecipe, PictureRecipe, TemplateRecipe
from kommunalnews.site import Issue

_FOLDER = "EPUB/"
_TEXT = "application/xhtml+xml"
_TYPES = {
    ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".gif": "image/gif", ".svg": "image/svg+xml",
    ".webp": "image/webp",
}  # fmt: skip
"""Pictures that every reading system shows (https://www.w3.org/TR/epub-33/#sec-core-media-types)."""
_MOVING = (".svg",)
"""What may hold an animation; other pictures are published still."""
_STYLE = "css/epub.css"


def recipe(
    views: Views, issue: Issue, card: IssueCard, editorial: Body | None, editors: tuple[Author, ...]
) -> EpubRecipe:
    """What the EPUB of an issue is made of."""
    where = places(views, issue, lambda number, entry: f"{number:02}-{entry.article.slug}.xhtml")
    album = _Album(views)

    def link(href: str) -> str:
        target, mark, anchor = href.partition("#")
        if target in where:
            return f"{where[target]}{mark}{anchor}"
        return views.base.origin + href if href.startswith("/") else href

    card = msgspec.structs.replace(card, cover=album.picture(card.cover) if card.cover else None)
    editorial = editorial and bound(editorial, link, album.picture)
    chapters = tuple(
        BoundChapter(
            chapter.section,
            "",
            tuple(
                article(views, entry, where[views.base.href(entry.address)], link, album.picture)
                for entry in chapter.entries
            ),
        )
        for chapter in issue.chapters
    )
    texts = [BookFile("cover", "cover.xhtml", _TEXT), BookFile("nav", "nav.xhtml", _TEXT, "nav")]
    if editorial is not None:
        texts.append(BookFile("editorial", "editorial.xhtml", _TEXT))
    texts += [BookFile(f"a{number}", place, _TEXT) for number, place in enumerate(where.values(), 1)]
    book = Book(
        issue=card,
        identifier=f"urn:uuid:{uuid5(NAMESPACE_URL, card.url)}",
        modified=datetime.fromtimestamp(updated(issue).seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        description=issue.text.description,
        editorial=editorial,
        editors=editors,
        chapters=chapters,
        files=(*texts, BookFile("style", "book.css", "text/css"), *album.files(card.cover)),
        texts=tuple(text.id for text in texts),
        has_pictures=bool(album.assets),
        may_flash=any(href.endswith(_MOVING) for href in album.assets),
        is_described=_is_described(issue),
    )
    return EpubRecipe((*_texts(views, book), *album.entries()))


def updated(issue: Issue) -> Moment:
    """When the newest of an issue's texts was written or corrected."""
    return max([issue.text.matter.date, *(entry.article.matter.changed for entry in issue.entries)])


def _is_described(issue: Issue) -> bool:
    """Whether somebody has said of the cover and of each article's picture what it shows, or that it only decorates."""
    pictures = [(issue.text.matter.cover, issue.text.place("cover.alt"))]
    pictures += [(entry.article.matter.image, entry.article.place("image.alt")) for entry in issue.entries]
    return all(picture is None or picture.alt or picture.decorative or written.line for picture, written in pictures)


def _texts(views: Views, book: Book) -> list[tuple[str, EntryRecipe]]:
    def made(path: str, template: str, page: Page) -> tuple[str, TemplateRecipe]:
        return path, TemplateRecipe(f"epub/{template}.xml", page, views.site_digest)

    found: list[tuple[str, EntryRecipe]] = [
        made("META-INF/container.xml", "container", book),
        made(f"{_FOLDER}package.opf", "package", book),
        (f"{_FOLDER}book.css", CopyRecipe(f"static/{_STYLE}", views.statics[_STYLE])),
        made(f"{_FOLDER}cover.xhtml", "cover", book),
        made(f"{_FOLDER}nav.xhtml", "navigation", book),
    ]
    if book.editorial is not None:
        found.append(made(f"{_FOLDER}editorial.xhtml", "editorial", book))
    articles = (one for chapter in book.chapters for one in chapter.articles)
    return [*found, *(made(f"{_FOLDER}{one.place}", "article", BookArticle(one)) for one in articles)]


class _Album:
    """The pictures of a book, as they come up."""

    def __init__(self, views: Views) -> None:
        self._views = views
        self.assets: dict[str, Asset] = {}
        """Path in the book → file."""

    def picture(self, picture: Picture) -> Picture | None:
        """The picture at its place in the book; None where readers could not show it."""
        asset = self._views.pictures.assets_by_href[picture.href]
        name = asset.address.rpartition("/")[2]
        if not name.endswith(tuple(_TYPES)):
            return None
        href = f"bilder/{name}"
        self.assets.setdefault(href, asset)
        size = _size(asset)
        return msgspec.structs.replace(
            picture, href=href, width=size.width, height=size.height, widths=(), plain_widths=(), formats=()
        )

    def files(self, cover: Picture | None) -> list[BookFile]:
        """What the package document says of them."""
        return [
            BookFile(
                f"p{number}",
                href,
                _TYPES[f".{href.rpartition('.')[2]}"],
                "cover-image" if cover is not None and href == cover.href else "",
            )
            for number, href in enumerate(self.assets, 1)
        ]

    def entries(self) -> list[tuple[str, PictureRecipe | CopyRecipe | DrawingRecipe]]:
        """How they are made."""
        return [(f"{_FOLDER}{href}", _recipe(asset)) for href, asset in self.assets.items()]


def _size(asset: Asset) -> scales.Size:
    """No larger than the screens that books are read on."""
    whole = scales.whole(asset.width, asset.height)
    if asset.treatment == "file" or whole.width <= scales.BOOK_WIDTH:
        return whole
    return scales.scaled(whole, scales.BOOK_WIDTH)


def _recipe(asset: Asset) -> PictureRecipe | CopyRecipe | DrawingRecipe:
    if asset.treatment == "file":
        return files.unscaled(asset)
    return files.picture(asset, _size(asset), scales.plain_format(asset.treatment))
