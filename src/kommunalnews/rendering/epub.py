"""Files → an EPUB: a ZIP with the same bytes whenever and wherever it is packed.

The container's rules: https://www.w3.org/TR/epub-33/#sec-zip-container-mime. ``mimetype`` comes first, stored; what is
text is deflated, pictures are stored, and no entry knows what time it was.
"""

from collections.abc import Iterable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

MIMETYPE = b"application/epub+zip"
_TEXTS = (".xhtml", ".opf", ".xml", ".css", ".svg")
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest moment that a ZIP can name."""
_FILE = 0o100644 << 16
_UNIX = 3


def packed(entries: Iterable[tuple[str, bytes]]) -> bytes:
    """The container that holds these files, in this order."""
    stream = BytesIO()
    with ZipFile(stream, "w") as container:
        for path, data in (("mimetype", MIMETYPE), *entries):
            info = ZipInfo(path, _EPOCH)
            info.external_attr, info.create_system = _FILE, _UNIX
            kind = ZIP_DEFLATED if path.endswith(_TEXTS) else ZIP_STORED
            container.writestr(info, data, kind, compresslevel=9)
    return stream.getvalue()
