"""A picture's metadata → whom it credits: IPTC, XMP or Exif, as agencies and cameras write them.

IPTC Photo Metadata Standard (https://iptc.org/std/photometadata/specification/), read as hostile: XMP with a document
type is left alone, so that no entity can expand, and what is too large is not looked at.
"""

import re
from typing import Any
from xml.etree import ElementTree

from PIL import ExifTags, IptcImagePlugin

_LONGEST = 160
_XMP_LIMIT = 1 << 18
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_XMP = (
    "{http://ns.adobe.com/photoshop/1.0/}Credit",
    "{http://purl.org/dc/elements/1.1/}creator",
    "{http://purl.org/dc/elements/1.1/}rights",
)
_IPTC = ((2, 110), (2, 80), (2, 116))
"""Credit line, by-line, copyright notice (https://www.iptc.org/std/IIM/4.2/specification/IIMV4.2.pdf)."""
_UTF_8 = b"\x1b%G"
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")


def embedded_credit(picture: Any) -> str:
    """Whom an opened picture credits, in one line; empty where it does not say, or not readably."""
    for read in (_from_iptc, _from_xmp, _from_exif):
        try:
            found = next((line for line in map(_one_line, read(picture)) if line), "")
        except Exception:  # metadata is made by anybody's program, and readers stumble over it in their own ways
            continue
        if found:
            return found
    return ""


def _one_line(text: str) -> str:
    line = " ".join(_INVISIBLE.sub(" ", text).split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def _from_iptc(picture: Any) -> list[str]:
    fields = IptcImagePlugin.getiptcinfo(picture) or {}
    is_utf_8 = fields.get((1, 90)) == _UTF_8
    return [_decoded(fields[name], is_utf_8=is_utf_8) for name in _IPTC if name in fields]


def _decoded(value: bytes | list[bytes], *, is_utf_8: bool) -> str:
    names = value if isinstance(value, list) else [value]
    return ", ".join(_text(name, is_utf_8=is_utf_8) for name in names)


def _text(data: bytes, *, is_utf_8: bool) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("utf-8" if is_utf_8 else "latin-1", "replace")


def _from_xmp(picture: Any) -> list[str]:
    data = picture.info.get("xmp") or picture.info.get("XML:com.adobe.xmp") or b""
    data = data.encode() if isinstance(data, str) else bytes(data)
    data = data.rstrip(b"\0")
    if not data or len(data) > _XMP_LIMIT or b"<!" in data.replace(b"<!--", b""):
        return []
    root = ElementTree.fromstring(data)
    found = []
    for name in _XMP:
        for element in root.iter():
            if name in element.attrib:
                found.append(element.attrib[name])
            elif element.tag == name:
                names = [item.text or "" for item in element.iter(f"{_RDF}li")] or [element.text or ""]
                found.append(", ".join(filter(None, (item.strip() for item in names))))
    return found


def _from_exif(picture: Any) -> list[str]:
    exif = picture.getexif()
    values = (exif.get(ExifTags.Base.Artist), exif.get(ExifTags.Base.Copyright))
    return [_respelled(str(value)) for value in values if value]


def _respelled(text: str) -> str:
    """Exif is ASCII by its standard; cameras write UTF-8, which Pillow takes for Latin-1."""
    try:
        return text.encode("latin-1").decode()
    except UnicodeError:
        return text
