"""WeasyPrint → WeasyPrint whose private parts do what a newspaper's PDF needs.

Everything that touches what WeasyPrint does not promise to keep stands here, and only for the version that it was
written for and tested with. Under any other, PDFs are refused with a clear word: a tag tree that is silently wrong
would be worse.
"""

import ctypes.util
import inspect
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from copy import copy
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

VERSION = "70.0"
"""The one version that these patches fit."""


class UnknownVersion(Exception):
    """Another WeasyPrint than the one that is patched here."""


@cache
def install() -> Any:
    """Import WeasyPrint, patch it once, and return it. Raises UnknownVersion, and what a missing Pango raises."""
    weasyprint = _imported()
    if weasyprint.__version__ != VERSION:
        raise UnknownVersion(f"WeasyPrint {weasyprint.__version__} is installed, {VERSION} is needed")
    from weasyprint import pdf
    from weasyprint.pdf.stream import Stream

    from kommunalnews.rendering import pdf_tags

    # Upstream splits every element at page breaks (#2903), puts paragraphs into LI and skips heading levels.
    pdf.add_tags = pdf_tags.add_tags
    Stream.marked = _marked
    _break_lines_once()
    _balance_columns_in_few_steps()
    return weasyprint


def _break_lines_once() -> None:
    """Let the layout of a document remember its lines: columns and page numbers have pages laid out several times."""
    from weasyprint.layout import inline, preferred

    split = inline.split_first_line

    def split_first_line(
        text: str,
        style: Any,
        context: Any,
        max_width: Any,
        justification_spacing: Any,
        is_line_start: bool = True,
        minimum: bool = False,
    ) -> Any:
        lines = vars(context).setdefault("lines", {})
        key = text, id(style), max_width, justification_spacing, is_line_start, minimum
        if key not in lines:
            line = split(text, style, context, max_width, justification_spacing, is_line_start, minimum)
            lines[key] = line, style  # the style, for its id must stay its own
        (layout, *rest), _ = lines[key]
        return copy(layout), *rest

    inline.split_first_line = preferred.split_first_line = split_first_line


def _balance_columns_in_few_steps() -> None:
    """Let columns grow by a line where upstream tries pixel after pixel, and begin with a line more than the mean."""
    from weasyprint.layout import block, column

    line = "style['font_size'] * 4 / 3"
    source = inspect.getsource(column.columns_layout)
    for was, now in (
        ("height = sum(consumed_heights) / count", f"height = sum(consumed_heights) / count + {line}"),
        ("add_height = 1 if lost_space == inf else lost_space", f"add_height = {line}"),
    ):
        if source.count(was) != 1:
            raise UnknownVersion("WeasyPrint balances columns in another way than the one that is patched here")
        source = source.replace(was, now)
    exec(source, vars(column))  # its own source, two numbers changed
    block.columns_layout = column.columns_layout


def _imported() -> Any:
    """WeasyPrint. Raises ImportError and OSError.

    It asks for each of its libraries by up to six names, and Python asks a linker and a compiler about each: a third of
    the time that the import takes. On Linux one of the names is always the library's file, which the system finds.
    """
    if sys.platform == "linux":
        find_library = ctypes.util.find_library
        ctypes.util.find_library = lambda name: None
        try:
            with redirect_stdout(StringIO()):  # on a failure WeasyPrint prints advice
                import weasyprint
            return weasyprint
        except OSError:
            pass
        finally:
            ctypes.util.find_library = find_library
    import weasyprint

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
