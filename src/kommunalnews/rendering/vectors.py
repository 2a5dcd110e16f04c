"""An SVG file's bytes → the same drawing without comments and metadata, and without what editors keep for themselves.

Nothing is written anew: pieces are cut out, so all that draws stays byte for byte, ids, titles, descriptions and styles
too. What is left is read once more; where it would not say the same, the file stays as it is.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple
from xml.parsers import expat

_SVG = "http://www.w3.org/2000/svg"
_RDF = ("http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://purl.org/dc/", "http://creativecommons.org/ns#",
        "http://web.resource.org/cc/", "adobe:ns:meta/")  # fmt: skip
_EDITORS = (
    "http://www.inkscape.org/", "http://sodipodi.sourceforge.net/", "http://inkscape.sourceforge.net/",
    "http://ns.adobe.com/", "http://www.bohemiancoding.com/sketch/", "http://www.figma.com/", "http://www.serif.com/",
    "http://www.corel.com/", "http://schemas.microsoft.com/visio/", "http://krita.org/", "https://boxy-svg.com",
    "http://vectornator.io", "http://xml.openoffice.org/svg/export",
)  # fmt: skip
_SILENT = (*_RDF, *_EDITORS)
"""How the names of namespaces begin that draw nothing."""
_DECLARED = re.compile(rb"""<\?xml[^>]*\sencoding\s*=\s*["']([A-Za-z0-9._-]+)""")
_TAG = re.compile(rb"""<(?:[^"'>]|"[^"]*"|'[^']*')*>""")
_ATTRIBUTE = re.compile(rb"""\s+(?:([^\s:=>]+):)?([^\s:=>]+)\s*=\s*("[^"]*"|'[^']*')""")
_INERT = re.compile(r"""url\([^)]*\)|"[^"]*"|'[^']*'""")
_PLACES = re.compile(r":(?:nth|first|last|only|empty|has|not|is|where)|[+~\[]|@namespace")
"""What in a style sheet may ask which elements and attributes stand around one."""

Cut = tuple[int, int]
"""From where to where, in bytes."""


def bare(data: bytes) -> bytes:
    """The drawing alone. What cannot be read, or not without a doubt, comes back as it is."""
    try:
        text, codec = _decoded(data)
        told = _Reader(text)
        shorter = _without(text, told.cuts)
        shorter = _without(shorter, _idle_declarations(shorter))
        if _Reader(shorter).drawn == told.drawn:
            return shorter.decode().encode(codec)
    except (expat.ExpatError, ValueError, LookupError):
        pass
    return data


def _decoded(data: bytes) -> tuple[bytes, str]:
    """The file in UTF-8, and what it was written in. Raises ValueError where it would not come back as it was."""
    codec = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}.get(data[:2], "")
    if not codec:
        declared = _DECLARED.match(data.removeprefix(b"\xef\xbb\xbf"))
        codec = declared[1].decode() if declared else "utf-8"
    text = data.decode(codec)
    if text.encode(codec) != data:
        raise ValueError(codec)
    return text.encode(), codec


def _without(data: bytes, cuts: Iterable[Cut]) -> bytes:
    kept, end = [], 0
    for start, stop in sorted(cuts):
        if stop > end:
            kept.append(data[end : max(end, start)])
            end = stop
    return b"".join((*kept, data[end:]))


def _idle_declarations(data: bytes) -> list[Cut]:
    """Silent namespaces that no element and no attribute is in any more."""
    found = []
    for tag in _TAG.finditer(data):
        for attribute in _ATTRIBUTE.finditer(tag[0]):
            is_silent = attribute[1] == b"xmlns" and attribute[3][1:-1].decode().startswith(_SILENT)
            if is_silent and not re.search(rb"[<\s/]" + re.escape(attribute[2]) + rb":", data):
                found.append((tag.start() + attribute.start(), tag.start() + attribute.end()))
    return found


class _Open(NamedTuple):
    """An element that is open."""

    name: str
    start: int
    inside: int
    """Where its start tag ends."""
    is_closed: bool
    """Whether that is all of it: ``<a/>``."""
    is_silent: bool
    mark: int
    """How much was drawn before it."""


class _Reader:
    """What a file draws, and what else is in it."""

    def __init__(self, data: bytes) -> None:
        """Read UTF-8. Raises ExpatError."""
        self.drawn: list[object] = []
        """Start tags, texts, and None for each end, in order."""
        self._data = data
        self._comments: list[Cut] = []
        self._attributes: list[Cut] = []
        self._elements: list[tuple[Cut, Cut]] = []
        """Each whole, and what is in it."""
        self._open: list[_Open] = []
        self._lasting = 0
        """Of the open elements, so many hold something that draws."""
        self._prefixes: list[tuple[str, str]] = []
        self._styles: list[str] = []
        self._parser = parser = expat.ParserCreate("utf-8", namespace_separator=" ")
        parser.buffer_text = True
        parser.StartNamespaceDeclHandler = lambda prefix, uri: self._prefixes.append((prefix or "", uri or ""))
        parser.EndNamespaceDeclHandler = lambda prefix: self._prefixes.pop()
        parser.StartElementHandler = self._opened
        parser.EndElementHandler = self._closed
        parser.CharacterDataHandler = self._said
        parser.CommentHandler = self._commented
        parser.Parse(data, True)

    @property
    def cuts(self) -> list[Cut]:
        """What may go. Elements and attributes stay, empty, where a style sheet may ask for them."""
        if _PLACES.search(_INERT.sub("", "".join(self._styles))):
            return [*self._comments, *(inside for _, inside in self._elements)]
        return [*self._comments, *self._attributes, *(whole for whole, _ in self._elements)]

    def _opened(self, name: str, attributes: dict[str, str]) -> None:
        start = self._parser.CurrentByteIndex
        tag = _TAG.match(self._data, start)
        if tag is None:
            raise ValueError(name)
        namespace, _, local = name.rpartition(" ")
        is_silent = namespace.startswith(_SILENT) or (namespace, local) == (_SVG, "metadata")
        self._open.append(_Open(name, start, tag.end(), tag[0].endswith(b"/>"), is_silent, len(self.drawn)))
        if namespace == _SVG and not is_silent:
            self._lasting = len(self._open)
        kept = {key: value for key, value in attributes.items() if not key.rpartition(" ")[0].startswith(_SILENT)}
        self.drawn.append((name, sorted(kept.items())))
        for attribute in _ATTRIBUTE.finditer(tag[0]) if len(kept) < len(attributes) else ():
            if attribute[1] and self._namespace(attribute[1].decode()).startswith(_SILENT):
                self._attributes.append((start + attribute.start(), start + attribute.end()))

    def _namespace(self, prefix: str) -> str:
        return next((uri for known, uri in reversed(self._prefixes) if known == prefix), "")

    def _closed(self, _name: str) -> None:
        element, end = self._open.pop(), self._parser.CurrentByteIndex
        self.drawn.append(None)
        if element.is_silent and self._lasting <= len(self._open):
            del self.drawn[element.mark :]
            inside = (element.inside, element.inside if element.is_closed else end)
            stop = element.inside if element.is_closed else self._data.index(b">", end) + 1
            self._elements.append(((element.start, stop), inside))
        self._lasting = min(self._lasting, len(self._open))

    def _said(self, text: str) -> None:
        last = self.drawn[-1]
        if isinstance(last, str):
            self.drawn[-1] = last + text
        else:
            self.drawn.append(text)
        if self._open[-1].name.rpartition(" ")[2].lower() == "style":
            self._styles.append(text)

    def _commented(self, _text: str) -> None:
        start = self._parser.CurrentByteIndex
        self._comments.append((start, self._data.index(b"-->", start) + 3))
