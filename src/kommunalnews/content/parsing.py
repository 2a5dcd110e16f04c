"""Bytes of a source file → Parsed: an article, a page, a vendor, an issue or the authors, or all that is wrong with it.

A pure function of the bytes, the path and the settings below. Front matter and body are read whether or not the other
is sound, so that everything a file has wrong is said at once.
"""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from kommunalnews import digest, typed_yaml, urls
from kommunalnews.content import fields, front_matter, issues
from kommunalnews.content.decoding import text_of
from kommunalnews.content.excerpts import beginning
from kommunalnews.content.limits import TimeLimitExceeded, time_limit
from kommunalnews.content.lines import dropped, kept, of_text, one_line, set_line
from kommunalnews.content.markup import BodyRefused, Line, TextSettings, render_body, render_inline
from kommunalnews.content.model import (
    Article,
    AuthorMatter,
    AuthorsFile,
    AuthorText,
    BodySummary,
    FrontMatter,
    Item,
    PageMatter,
    Parsed,
    ParseSettings,
    RenderedBody,
    SourceFile,
    StandingText,
    VendorMatter,
    VendorText,
)
from kommunalnews.diagnostics import N_, Diagnostic, Location, error

SECONDS = 1.5
"""Processor time that one text may take."""
AUTHORS_SECONDS = 10.0
"""The same for all authors together: a large house has thousands."""
DESCRIPTION_LENGTH = 160
"""Characters that search engines show of a page's description."""

_MARK = re.compile(r"[a-zäöüß]{1,4}")

M = TypeVar("M", bound=FrontMatter | PageMatter | VendorMatter)


def parse(source: SourceFile, data: bytes, settings: ParseSettings) -> Parsed:
    """Turn a source file of any kind but ``asset`` into its value."""
    text = text_of(data, source.path)
    if isinstance(text, Diagnostic):
        return Parsed(None, None, (text,))
    try:
        with time_limit(AUTHORS_SECONDS if source.kind == "authors" else SECONDS):
            if source.kind == "authors":
                return _authors(text, source.path, settings)
            if source.kind == "issue":
                return issues.parse(text, source.path, settings)
            return _text(source, text, settings)
    except BodyRefused as refused:
        return Parsed(None, None, (refused.diagnostic,))
    except (TimeLimitExceeded, RecursionError, MemoryError):
        return Parsed(None, None, (_too_costly(source.path),))


class _Source(NamedTuple):
    """A text in its parts, on its way to a value."""

    path: str
    digest: digest.Digest
    """Of its path and its text."""
    body: RenderedBody
    settings: TextSettings

    def inline(self, text: str) -> Line:
        """A field that may hold inline Markdown."""
        return render_inline(text, settings=self.settings) if text else Line()

    @property
    def summary(self) -> BodySummary:
        """What stays in memory of the body."""
        return BodySummary(digest.of_value(self.body), self.body.references, self.body.anchors, self.body.words)


def _text(source: SourceFile, text: str, settings: ParseSettings) -> Parsed:
    parts = front_matter.split(text, source.path)
    if isinstance(parts, Diagnostic):
        return Parsed(None, None, (parts,))
    match source.kind:
        case "article":
            return _parsed(source, parts, settings, FrontMatter, fields.ALIASES, _article)
        case "page":
            return _parsed(source, parts, settings, PageMatter, fields.PAGE_ALIASES, _page)
        case _:
            return _parsed(source, parts, settings, VendorMatter, {}, _vendor)


_Made = tuple[Item, tuple[Diagnostic, ...]]


def _parsed(
    source: SourceFile,
    parts: front_matter.Parts,
    settings: ParseSettings,
    kind: type[M],
    aliases: Mapping[str, str],
    make: Callable[[_Source, M, Mapping[str, Location]], _Made],
) -> Parsed:
    """Front matter and body of any text, and what ``make`` makes of them where both are sound."""
    matter, places, diagnostics = _matter(source.path, parts, settings, kind, aliases)
    title = matter.title if isinstance(matter, FrontMatter | PageMatter) else ""
    try:
        body, found = render_body(
            parts.body, path=source.path, first_line=parts.body_line, title=title, settings=of_text(settings)
        )
    except BodyRefused as refused:
        return Parsed(None, None, (*diagnostics, refused.diagnostic))
    except (TimeLimitExceeded, RecursionError, MemoryError):
        return Parsed(None, None, (*diagnostics, _too_costly(source.path)))
    diagnostics += found
    if matter is None:
        return Parsed(None, None, diagnostics)
    whole = digest.of_parts(source.path, parts.matter, parts.body)
    item, found = make(_Source(source.path, whole, body, of_text(settings)), matter, places)
    diagnostics += found
    if any(diagnostic.is_error for diagnostic in diagnostics):
        return Parsed(None, None, diagnostics)
    return Parsed(item, body, diagnostics)


def _matter(
    path: str, parts: front_matter.Parts, settings: ParseSettings, kind: type[M], aliases: Mapping[str, str]
) -> tuple[M | None, Mapping[str, Location], tuple[Diagnostic, ...]]:
    document, diagnostics = typed_yaml.read(parts.matter, path=path, first_line=parts.matter_line)
    if document is None:
        return None, {}, diagnostics
    decoded = typed_yaml.decode(
        document,
        kind,
        zone=ZoneInfo(settings.timezone),
        aliases=aliases,
        synonyms=fields.SYNONYMS,
        checks=fields.CHECKS,
    )
    return decoded.value, decoded.places, diagnostics + decoded.diagnostics


def _article(source: _Source, matter: FrontMatter, places: Mapping[str, Location]) -> _Made:
    lead, teaser = source.inline(matter.lead), source.inline(matter.teaser)
    caption = source.inline(matter.image.caption if matter.image else "")
    corrections = tuple(source.inline(correction.text) for correction in matter.corrections)
    lines = {"lead": lead, "teaser": teaser, "image.caption": caption}
    lines |= {f"corrections.{number}.text": line for number, line in enumerate(corrections)}
    slug = matter.slug or urls.article_slug(one_line(matter.kicker), one_line(matter.title))
    matter = msgspec.structs.replace(
        matter,
        title=set_line(matter.title, source.settings.language),
        kicker=set_line(matter.kicker, source.settings.language),
        aliases=_aliases(matter.aliases),
    )
    teaser_text = teaser.text or lead.text or beginning(source.body.text)
    article = Article(
        path=source.path,
        digest=source.digest,
        face=digest.of_value((source.path, msgspec.structs.replace(matter, corrections=()), teaser_text)),
        matter=matter,
        slug=slug,
        lead_html=lead.html,
        teaser=teaser_text,
        body=source.summary,
        places=kept(places),
        corrections=tuple(correction.html for correction in corrections),
        caption_html=caption.html,
    )
    return article, (*fields.article_warnings(matter, places), *dropped(lines, places))


def _page(source: _Source, matter: PageMatter, places: Mapping[str, Location]) -> _Made:
    lead = source.inline(matter.lead)
    *folders, name = _below(source.path, "pages")
    slug = matter.slug or "/".join((*(urls.slugify(folder) for folder in folders), urls.slugify(name)))
    title = set_line(matter.title, source.settings.language)
    matter = msgspec.structs.replace(matter, title=title, aliases=_aliases(matter.aliases))
    description = lead.text or beginning(source.body.text, DESCRIPTION_LENGTH)
    text = StandingText(source.path, matter, slug, lead.html, description, source.summary, kept(places))
    return text, tuple(dropped({"lead": lead}, places))


def _vendor(source: _Source, matter: VendorMatter, places: Mapping[str, Location]) -> _Made:
    slug = matter.slug or urls.slugify(_below(source.path, "vendors")[-1])
    matter = msgspec.structs.replace(matter, name=one_line(matter.name))
    vendor = VendorText(source.path, matter, slug, beginning(source.body.text), source.summary, kept(places))
    return vendor, tuple(fields.vendor_warnings(matter, places))


def _authors(text: str, path: str, settings: ParseSettings) -> Parsed:
    """The authors that are sound, beside the diagnostics of those that are not."""
    document, diagnostics = typed_yaml.read(text, path=path)
    if document is None:
        return Parsed(None, None, diagnostics)
    decoded = typed_yaml.decode_table(
        document, AuthorMatter, zone=ZoneInfo(settings.timezone), synonyms=fields.SYNONYMS, checks=fields.CHECKS
    )
    diagnostics += decoded.diagnostics
    if decoded.value is None:
        return Parsed(None, None, diagnostics)
    authors = []
    for key, matter in decoded.value.items():
        biography = render_inline(matter.bio, settings=of_text(settings)) if matter.bio else Line()
        authors.append(_author(key, matter, decoded.places[key], biography))
        diagnostics += tuple(dropped({f"{key}.bio": biography}, decoded.places))
        diagnostics += tuple(fields.author_warnings(key, matter, decoded.places))
    return Parsed(AuthorsFile(tuple(authors)), None, diagnostics)


def _author(key: str, matter: AuthorMatter, place: Location, biography: Line) -> AuthorText:
    return AuthorText(
        key=key,
        mark=matter.mark or (key if _MARK.fullmatch(key) else ""),
        slug=matter.slug or urls.slugify(matter.name),
        matter=matter,
        biography=biography.html,
        place=place,
    )


def _below(path: str, folder: str) -> list[str]:
    """The parts of a text's name below its folder; ``NAME/index.md`` is named by its folder."""
    parts = path.split("/")[path.split("/").index(folder) + 1 :]
    parts[-1] = parts[-1].rpartition(".")[0]
    return parts[:-1] if parts[-1] == "index" and len(parts) > 1 else parts


def _aliases(written: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(address for alias in written if isinstance(address := urls.safe_alias(alias), str))


def _too_costly(path: str) -> Diagnostic:
    message = N_("This text takes more time or memory to read than any ordinary text")
    return error("text-too-costly", message, Location(path), N_("Look for long runs of brackets or deep nesting"))
