"""WeasyPrint → WeasyPrint whose private parts do what a newspaper's PDF needs.

Everything that touches what WeasyPrint does not promise to keep stands here, and only for the version that it was
written for and tested with. Under any other, PDFs are refused with a clear word: a tag tree that is silently wrong
would be worse.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

VERSION = "70.0"
"""The one version that these patches fit."""


class UnknownVersion(Exception):
    """Another WeasyPrint than the one that is patched here."""


@cache
def install() -> Any:
    """Import WeasyPrint, patch it once, and return it. Raises UnknownVersion, and what a missing Pango raises."""
    import weasyprint

    if weasyprint.__version__ != VERSION:
        raise UnknownVersion(f"WeasyPrint {weasyprint.__version__} is installed, {VERSION} is needed")
    from weasyprint import pdf
    from weasyprint.pdf.stream import Stream

    from kommunalnews.rendering import pdf_tags

    # Upstream splits every element at page breaks (#2903), puts paragraphs into LI and skips heading levels.
    pdf.add_tags = pdf_tags.add_tags
    Stream.marked = _marked
    return weasyprint


@contextmanager
def _marked(stream: Any, box: Any, tag: str) -> Iterator[None]:
    """``Stream.marked``, but what ``pdf_tags.mark_artifacts`` found out of the reading order becomes an artifact."""
    import pydyf

    tags = stream._tags
    if tags is None:
        yield
        return
    if getattr(box, "is_artifact", False):
        pydyf.Stream.begin_marked_content(stream, "Artifact")
    else:
        if box in tags:
            raise RuntimeError(f"drawn twice: {box}")
        tags[box] = {"tag": tag, "mcid": len(tags)}
        pydyf.Stream.begin_marked_content(stream, tag, pydyf.Dictionary({"MCID": tags[box]["mcid"]}))
    try:
        yield
    finally:
        pydyf.Stream.end_marked_content(stream)


def keep_fonts_in(font_config: Any, folder: Path) -> None:
    """Let a ``FontConfiguration`` unpack its fonts into our folder: a worker that is killed cannot tidy up its own."""
    folder.mkdir(parents=True, exist_ok=True)
    font_config._folder = folder
