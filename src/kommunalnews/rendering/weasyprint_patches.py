"""WeasyPrint → WeasyPrint whose private parts do what a newspaper's PDF needs, and those of pydyf and Pyphen.

Everything that changes what these three do not promise to keep stands here, and only for the versions that it was
written for and tested with. Under any other, PDFs are refused with a clear word: a tag tree that is silently wrong
would be worse. ``pdf_reading`` and ``pdf_tags`` read its boxes, and change nothing.
"""

import ctypes.util
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from copy import copy
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

VERSIONS = {"weasyprint": "70.0", "pydyf": "0.13.0", "pyphen": "0.18.1"}
"""The versions that these patches fit; pyproject.toml pins the same."""

_LAST_GLYPH = re.compile(rb"^(\[.*<[0-9a-f]*?)((?:[0-9a-f]{4})>[-0-9.]*\] TJ)$", re.DOTALL)


class UnknownVersion(Exception):
    """Another version of a library than the one that is patched here."""


@cache
def install() -> Any:
    """Import WeasyPrint, patch it once, and return it. Raises UnknownVersion, and what a missing Pango raises."""
    weasyprint = _imported()
    import pydyf
    import pyphen

    for library in (weasyprint, pydyf, pyphen):
        name, version = library.__name__, library.__version__
        if version != VERSIONS[name]:
            raise UnknownVersion(f"{name} {version} is installed, {VERSIONS[name]} is needed")
    from weasyprint import css, pdf
    from weasyprint.layout import block, inline
    from weasyprint.pdf import fonts
    from weasyprint.pdf.metadata import DocumentMetadata
    from weasyprint.pdf.stream import Stream

    from kommunalnews.rendering import cascade, columns, pdf_tags

    # Upstream splits every element at page breaks (#2903), puts paragraphs into LI and skips heading levels.
    pdf.add_tags = pdf_tags.add_tags
    Stream.marked = _marked
    inline.split_text_box = _noting_split(inline.split_text_box)
    inline.remove_last_whitespace = _noting_removal(inline.remove_last_whitespace, inline.boxes)
    DocumentMetadata.generate_rdf_metadata = _naming_both(DocumentMetadata.generate_rdf_metadata)
    DocumentMetadata.include_in_pdf = _in_the_open(DocumentMetadata.include_in_pdf)
    pydyf.Stream.data = property(_with_plain_end(pydyf.Stream.data))
    _break_lines_once()
    fonts.pango = _GivingBack()
    block.columns_layout = columns.balanced(block.columns_layout)
    css.ComputedStyle.__missing__ = cascade.quick(css.ComputedStyle.__missing__)
    css.StyleFor.set_computed_styles = cascade.for_marks_that_are(css.StyleFor.set_computed_styles)
    return weasyprint


def _break_lines_once() -> None:
    """Let the layout of a document remember its lines: columns and page numbers have pages laid out several times."""
    from weasyprint.layout import inline, preferred

    split = _letting_spaces_hang(inline.split_first_line)

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


def _letting_spaces_hang(split: Any) -> Any:
    """``split_first_line``, for a text that fits but for the white space at its end.

    Pango lets that hang over the edge and breaks nothing. WeasyPrint counts it, finds the line too long, and takes it
    for a single word: then the first word stood on a line by itself.
    """

    def split_first_line(
        text: str, style: Any, context: Any, max_width: Any, justification_spacing: Any, *more: Any
    ) -> Any:
        def within(width: Any, piece: str = text) -> Any:
            return split(piece, style, context, width, justification_spacing, *more)

        line = within(max_width)
        end, bare = line[2], text.rstrip()
        if max_width is None or end is None or bare == text or len(text.encode()[:end].split()) > 1:
            return line
        whole, width = within(None), within(None, bare)[3]
        if whole[2] is not None or width > max_width or style["white_space"].startswith("pre"):
            return line
        return whole if text.rstrip(" ") == bare else within(max_width - (whole[3] - width))

    return split_first_line


class _GivingBack:
    """Pango, whose metrics and names of fonts are freed with what holds them: WeasyPrint forgets to free these two."""

    def __init__(self) -> None:
        from weasyprint.text.ffi import ffi, gobject, pango

        ffi.cdef("void g_free (void *);")
        self._ffi, self._free, self._pango = ffi, gobject.g_free, pango

    def __getattr__(self, name: str) -> Any:
        return getattr(self._pango, name)

    def pango_font_description_to_string(self, description: Any) -> Any:
        return self._ffi.gc(self._pango.pango_font_description_to_string(description), self._free)

    def pango_font_get_metrics(self, font: Any, language: Any) -> Any:
        metrics = self._pango.pango_font_get_metrics(font, language)
        return self._ffi.gc(metrics, self._pango.pango_font_metrics_unref)


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


def _noting_split(split_text_box: Any) -> Any:
    """``inline.split_text_box``, which notes on the piece whether its line ends between words or with a hyphen.

    Layout drops the spaces at the ends of lines and adds hyphens; afterwards nobody could tell.
    """

    def split(context: Any, box: Any, available_width: Any, skip: Any, is_line_start: bool = True) -> Any:
        piece, resume, breaks = split_text_box(context, box, available_width, skip, is_line_start)
        if piece is None or (resume is None and not skip):
            return piece, resume, breaks
        text = box.text.encode()
        start = skip or 0
        piece.is_after_space = text[start - 1 : start] == b" "
        if resume is not None:
            piece.ends_word = bool(breaks) or b" " in text[resume - 1 : resume + 1]
            hyphen = box.style["hyphenate_character"]
            piece.ends_with_hyphen = piece.text.endswith(hyphen) and not text[start:resume].decode().endswith(hyphen)
        return piece, resume, breaks

    return split


def _noting_removal(remove_last_whitespace: Any, boxes: Any) -> Any:
    """``inline.remove_last_whitespace``, which notes on the last text that there was a space behind it."""

    def remove(context: Any, line: Any) -> None:
        box = line
        while isinstance(box, boxes.LineBox | boxes.InlineBox) and box.children:
            box = box.children[-1]
        if isinstance(box, boxes.TextBox) and box.text.endswith(" "):
            box.ends_word = True
        remove_last_whitespace(context, line)

    return remove


@contextmanager
def _marked(stream: Any, box: Any, tag: str) -> Iterator[None]:
    """``Stream.marked``, but what ``pdf_reading.mark`` found out decides what is read.

    Artifacts are marked as such, running heads and feet as what they are; a line's last space is drawn, too; a hyphen
    that only the line's end asks for is marked as a soft one; and what is not read as it is drawn is told.
    """
    import pydyf

    tags = stream._tags
    if tags is None:
        yield
        return
    if getattr(box, "is_artifact", False):
        pydyf.Stream.begin_marked_content(stream, "Artifact", _pagination(getattr(box, "margin_side", "")))
        try:
            yield
        finally:
            pydyf.Stream.end_marked_content(stream)
        return
    if box in tags:
        raise RuntimeError(f"drawn twice: {box}")
    mcid = len(tags)
    tags[box] = {"tag": tag, "mcid": mcid, "stream": stream}
    properties = pydyf.Dictionary({"MCID": mcid})
    text = getattr(box, "text", "")
    has_hyphen = getattr(box, "ends_with_hyphen", False)
    ends_word = getattr(box, "ends_word", False) and bool(text) and not has_hyphen
    if said := getattr(box, "said", ""):
        properties["ActualText"] = pydyf.String(said + " " * ends_word)
    elif ends_word and box.pango_layout.text == text and not text.isspace():
        box.pango_layout.text += " "
    pydyf.Stream.begin_marked_content(stream, tag, properties)
    start = len(stream.stream)
    try:
        yield
    finally:
        if has_hyphen:
            _soften(stream.stream, start)
        pydyf.Stream.end_marked_content(stream)


def _pagination(margin: str) -> Any:
    """What an artifact in this margin of a page is (ISO 32000-1, 14.8.2.2.2); None for one on the page itself."""
    import pydyf

    if not margin:
        return None
    subtype = {"top": {"Subtype": "/Header"}, "bottom": {"Subtype": "/Footer"}}.get(margin, {})
    return pydyf.Dictionary({"Type": "/Pagination", **subtype, "Attached": pydyf.Array([f"/{margin.capitalize()}"])})


def _soften(operators: list[Any], start: int) -> None:
    """Make the last glyph that was drawn since ``start`` a soft hyphen, U+00AD."""
    for index in range(len(operators) - 1, start - 1, -1):
        if isinstance(operators[index], bytes) and operators[index].endswith(b"] TJ"):
            if found := _LAST_GLYPH.match(operators[index]):
                operators[index : index + 1] = [
                    found[1] + b">] TJ", b"/Span <</ActualText <feff00ad>>> BDC", b"[<" + found[2], b"EMC",
                ]  # fmt: skip
            return


_UA = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfuaid:part>1</pdfuaid:part>
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that this file follows</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""


def _naming_both(generate_rdf_metadata: Any) -> Any:
    """``DocumentMetadata.generate_rdf_metadata``, which says that a file is PDF/UA-1 beside PDF/A.

    WeasyPrint names one standard only. PDF/A allows no names that it does not know but those that are described.
    """

    def generate(metadata: Any, variant: str, version: Any, conformance: Any) -> bytes:
        rdf: bytes = generate_rdf_metadata(metadata, variant, version, conformance)
        return rdf.replace(b"</rdf:RDF>", _UA + b"</rdf:RDF>") if variant == "a" else rdf

    return generate


def _in_the_open(include_in_pdf: Any) -> Any:
    """``DocumentMetadata.include_in_pdf``, uncompressed: archives look for metadata without reading PDF."""

    def include(metadata: Any, pdf: Any, variant: str, version: Any, conformance: Any, compress: bool) -> None:
        include_in_pdf(metadata, pdf, variant, version, conformance, False)

    return include


def _with_plain_end(data: property) -> Any:
    """``pydyf.Stream.data`` with an unmistakable end: some judges take a last CR for a part of the line's end."""

    def plain(stream: Any) -> bytes:
        assert data.fget is not None
        written: bytes = data.fget(stream)
        return (
            written.removesuffix(b"\nendstream") + b"\r\nendstream" if written.endswith(b"\r\nendstream") else written
        )

    return plain


@cache
def hyphenate_in(language: str) -> None:
    """Give Pyphen our table for this language (BCP 47), where there is one."""
    import pyphen

    from kommunalnews.rendering import hyphenation

    found = pyphen.language_fallback(language)
    if not found:
        return
    path = pyphen.LANGUAGES[found]
    patterns = hyphenation.read(path)
    if patterns is not None and path not in pyphen.hdcache:
        dictionary: Any = pyphen.HyphDict.__new__(pyphen.HyphDict)
        dictionary.patterns, dictionary.cache, dictionary.maxlen = patterns, {}, patterns.longest
        pyphen.hdcache[path] = dictionary


def keep_fonts_in(font_config: Any, folder: Path) -> None:
    """Let a ``FontConfiguration`` unpack its fonts into our folder: a worker that is killed cannot tidy up its own."""
    folder.mkdir(parents=True, exist_ok=True)
    font_config._folder = folder
