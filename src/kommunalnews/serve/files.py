"""Path of a request → a file below the served folder, a redirect, or nothing.

A path is taken apart before it touches the disk, and what it leads to is resolved and checked afterwards: nothing
outside the folder is ever read, whatever is linked there.
"""

import mimetypes
import re
from pathlib import Path
from urllib.parse import quote

import msgspec

_HIDDEN_SEPARATOR = re.compile(rb"%(?:2f|5c|00)|[\\\x00]", re.IGNORECASE)
_BUILT_IN = mimetypes.MimeTypes()
"""Python's own table: what the machine thinks of types must not matter."""
_TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".json": "application/json",
    ".map": "application/json",
    ".xml": "application/xml",
    ".txt": "text/plain",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".ico": "image/vnd.microsoft.icon",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
}
_NAMES = {
    "atom.xml": "application/atom+xml",
    "rss.xml": "application/rss+xml",
    "feed.json": "application/feed+json",
    "_redirects": "text/plain",
}


class Redirect(msgspec.Struct, frozen=True):
    """The folder's own address ends with a slash."""

    location: str
    """Path, percent-encoded."""


def find(root: Path, path: str, raw: bytes) -> Path | Redirect | None:
    """What stands at ``path`` (decoded); ``raw`` is the same as it came over the wire."""
    if _HIDDEN_SEPARATOR.search(raw) or not path.startswith("/"):
        return None
    names = path[1:].split("/")
    is_folder = names[-1] == ""
    if is_folder:
        names.pop()
    if not all(_is_name(name) for name in names):
        return None
    file = _inside(root, (*names, "index.html") if is_folder else tuple(names))
    if file is not None or is_folder:
        return file
    if _inside(root, (*names, "index.html")) is not None:
        return Redirect(quote(path) + "/")
    return None


def _is_name(name: str) -> bool:
    # ".kommunalnews" is the build's own; ".well-known" belongs to the site
    return bool(name) and name.isprintable() and (not name.startswith(".") or name == ".well-known")


def _inside(root: Path, names: tuple[str, ...]) -> Path | None:
    try:
        top = root.resolve(strict=True)
        file = top.joinpath(*names).resolve(strict=True)
    except (OSError, RuntimeError, ValueError):  # missing, too long, a loop of links
        return None
    return file if file.is_relative_to(top) and file.is_file() else None


def media_type(name: str) -> str:
    """The content type of a file by its name."""
    suffix = Path(name).suffix.lower()
    found = _NAMES.get(name) or _TYPES.get(suffix) or _BUILT_IN.guess_type(name)[0] or "application/octet-stream"
    is_text = found.startswith("text/") or found.endswith(("xml", "json", "javascript"))
    return f"{found}; charset=utf-8" if is_text else found
