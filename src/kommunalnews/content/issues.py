"""``content/issues/2018-07.yaml`` → IssueText, its editorial rendered like any text.

What is wrong in the editorial is told at its place in the YAML, if it was written as a block (``editorial: |``);
otherwise at the field, for then lines are not where they seem.
"""

import re
from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo

import msgspec

from kommunalnews import digest, typed_yaml, urls
from kommunalnews.content import fields, lines
from kommunalnews.content.excerpts import beginning
from kommunalnews.content.markup import BodyRefused, Line, render_body, render_inline
from kommunalnews.content.model import (
    BodySummary,
    IssueMatter,
    IssueText,
    Parsed,
    ParseSettings,
    RenderedBody,
)
from kommunalnews.diagnostics import Diagnostic, Location
from kommunalnews.typed_yaml import Document

_DESCRIPTION_LENGTH = 300
"""Characters of the editorial that others show of an issue."""
_BLOCK = re.compile(r"\|[-+0-9]*\s*(#.*)?$")


def parse(text: str, path: str, settings: ParseSettings) -> Parsed:
    """Turn the text of an issue's file into its value."""
    document, diagnostics = typed_yaml.read(text, path=path)
    if document is None:
        return Parsed(None, None, diagnostics)
    decoded = typed_yaml.decode(
        document, IssueMatter, zone=ZoneInfo(settings.timezone), synonyms=fields.ISSUE_SYNONYMS, checks=fields.CHECKS
    )
    diagnostics += decoded.diagnostics
    matter, places = decoded.value, decoded.places
    if matter is None:
        return Parsed(None, None, diagnostics)
    diagnostics += tuple(fields.issue_faults(matter, places))
    try:
        body, found = _editorial(matter, document, places, settings)
    except BodyRefused as refused:
        return Parsed(None, None, (*diagnostics, refused.diagnostic))
    diagnostics += found
    cover = matter.cover
    caption = render_inline(cover.caption, settings=lines.of_text(settings)) if cover and cover.caption else Line()
    diagnostics += tuple(lines.dropped({"cover.caption": caption}, places))
    if any(diagnostic.is_error for diagnostic in diagnostics):
        return Parsed(None, None, diagnostics)
    matter = msgspec.structs.replace(
        matter,
        title=lines.set_line(matter.title, settings.language),
        number=lines.one_line(matter.number),
        editorial="",
    )
    issue = IssueText(
        path=path,
        matter=matter,
        slug=urls.slugify(path.rpartition("/")[2].rpartition(".")[0]),
        description=beginning(body.text, _DESCRIPTION_LENGTH),
        body=BodySummary(digest.of_value(body), body.references, body.anchors, body.words),
        places=lines.kept(places),
        caption_html=caption.html,
    )
    return Parsed(issue, body, diagnostics)


def _editorial(
    matter: IssueMatter, document: Document, places: Mapping[str, Location], settings: ParseSettings
) -> tuple[RenderedBody, tuple[Diagnostic, ...]]:
    """The editorial rendered, and its diagnostics, all at their places in the file. Raises BodyRefused."""
    first, put = _placing(document, places.get("editorial"))
    try:
        body, found = render_body(
            matter.editorial, path=document.path, first_line=first, title=matter.title, settings=lines.of_text(settings)
        )
    except BodyRefused as refused:
        raise BodyRefused(_moved(refused.diagnostic, put)) from None
    references = tuple(
        msgspec.structs.replace(reference, location=put(reference.location)) for reference in body.references
    )
    return msgspec.structs.replace(body, references=references), tuple(_moved(one, put) for one in found)


def _moved(diagnostic: Diagnostic, put: Callable[[Location], Location]) -> Diagnostic:
    return msgspec.structs.replace(diagnostic, location=put(diagnostic.location))


def _placing(document: Document, field: Location | None) -> tuple[int, Callable[[Location], Location]]:
    """The line on which the editorial begins, and what puts a place in it to where it is in the file."""
    if field is None:
        return 1, lambda location: location
    written, at = document.lines, field.line - document.first_line
    if not _BLOCK.match(written[at][field.column - 1 :]):
        return 1, lambda location: field
    start = next((number for number in range(at + 1, len(written)) if written[number].strip()), at)
    indent = len(written[start]) - len(written[start].lstrip(" "))

    def put(location: Location) -> Location:
        number = location.line - document.first_line
        if not location.line or number >= len(written):
            return location
        column = location.column + indent if location.column else 0
        return msgspec.structs.replace(location, column=column, excerpt=written[number])

    return document.first_line + start, put
