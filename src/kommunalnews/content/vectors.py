"""An SVG file's bytes → whether it only draws, and its size (https://www.w3.org/TR/SVG2/).

A browser that is shown the file's own address runs what stands in it. So it is read as a browser reads it, as XML with
namespaces: no prefix, character reference or encoding hides anything. A document type of its own, which could define
entities and give elements attributes, is taken for harmful.
"""

import re
from typing import NamedTuple
from xml.parsers import expat

_SVG, _XHTML = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xhtml"
_ENCODINGS = frozenset({"utf-8", "utf-16", "us-ascii", "ascii", "iso-8859-1", "iso-8859-15", "windows-1252"})
_ACTIVE = frozenset({"script", "foreignobject", "iframe", "embed", "object", "handler", "listener", "audio", "video"})
_ADDRESSES = frozenset({"href", "src", "base"})
_INSIDE = r"data:(?:image/(?:png|jpeg|gif|webp|avif)\b|(?:font/|application/(?:x-)?font))"
_HARMLESS = re.compile(rf"#|{_INSIDE}", re.IGNORECASE)
_LOADING = re.compile(rf"@import|javascript:|image-set\(|\bsrc\(|url\((?!\s*[\"']?\s*(?:#|{_INSIDE}))", re.IGNORECASE)
_CSS_ESCAPE = re.compile(r"\\(?:([0-9a-f]{1,6})\s?|(.))", re.IGNORECASE | re.DOTALL)
_LENGTH = re.compile(r"\s*([\d.]+)(?:px)?\s*")
_BOX = re.compile(r"\s*[-\d.]+[\s,]+[-\d.]+[\s,]+([\d.]+)[\s,]+([\d.]+)\s*")


class Drawing(NamedTuple):
    """An SVG file that draws and does nothing else."""

    width: int
    height: int
    """Pixels; 0 where it does not say."""


class Active(Exception):
    """The file holds a script, or loads something."""


def is_markup(data: bytes) -> bool:
    """Whether a file begins as XML does, which no other picture does."""
    return data.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n").startswith(b"<")


def drawing(data: bytes) -> Drawing:
    """What the file draws. Raises Active, and ValueError where it is no SVG file, or only a part of one."""
    reader = _Reader()
    try:
        reader.parser.Parse(data, True)
    except (expat.ExpatError, LookupError, UnicodeError) as fault:
        raise ValueError(str(fault)) from fault
    return reader.found


class _Reader:
    def __init__(self) -> None:
        self.found = Drawing(0, 0)
        self.parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.XmlDeclHandler = self._declared
        parser.StartDoctypeDeclHandler = self._typed
        parser.ProcessingInstructionHandler = self._instructed
        parser.StartElementHandler = self._opened
        parser.EndElementHandler = self._closed
        parser.CharacterDataHandler = self._said
        self._has_root = False
        self._style: list[str] | None = None

    def _declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding and encoding.lower() not in _ENCODINGS:
            raise ValueError(f"encoding {encoding}")  # others may hide a letter from one reader and not from the next

    def _typed(self, _name: str, _system: str | None, _public: str | None, has_internal_subset: int) -> None:
        if has_internal_subset:
            raise Active("document type")

    def _instructed(self, target: str, _data: str) -> None:
        if target.lower() == "xml-stylesheet":
            raise Active(target)

    def _opened(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _, local = name.rpartition(" ")
        if not self._has_root:
            if (namespace, local) != (_SVG, "svg"):
                raise ValueError(name)
            self._has_root, self.found = True, _size(attributes)
        if namespace == _XHTML or local.lower() in _ACTIVE:
            raise Active(name)
        for attribute, value in attributes.items():
            _look_at(attribute, value)
        if local.lower() == "style":
            self._style = []

    def _said(self, text: str) -> None:
        if self._style is not None:
            self._style.append(text)

    def _closed(self, _name: str) -> None:
        if self._style is not None:
            _look_at_style("".join(self._style))
            self._style = None


def _look_at(name: str, value: str) -> None:
    namespace, _, local = name.rpartition(" ")
    local = local.lower()
    if local in _ADDRESSES and not _HARMLESS.match(value.strip()):
        raise Active(name)
    if not namespace and local.startswith("on"):
        raise Active(name)
    animated = value.strip().lower().rpartition(":")[2] if local == "attributename" else ""
    if animated in _ADDRESSES or animated.startswith("on"):
        raise Active(name)
    _look_at_style(value)


def _look_at_style(text: str) -> None:
    if _LOADING.search(text) or ("\\" in text and _LOADING.search(_CSS_ESCAPE.sub(_unescaped, text))):
        raise Active(text[:40])


def _unescaped(match: re.Match[str]) -> str:
    number = int(match[1], 16) if match[1] else 0
    return match[2] or (chr(number) if number <= 0x10FFFF else "")


def _size(attributes: dict[str, str]) -> Drawing:
    width, height = (_LENGTH.fullmatch(attributes.get(name, "")) for name in ("width", "height"))
    try:
        if width and height:
            return Drawing(round(float(width[1])), round(float(height[1])))
        box = _BOX.fullmatch(attributes.get("viewBox", ""))
        return Drawing(round(float(box[1])), round(float(box[2]))) if box else Drawing(0, 0)
    except ValueError:  # “1.2.3”
        return Drawing(0, 0)
