"""Folder ``content/`` → the source files in it, without opening one.

Nothing outside the source folder is ever read: links are resolved, then checked. Only regular files count, so a pipe
cannot make a build hang. File names are compared and shown composed (NFC); the disk may hold them decomposed.
"""

import os
import stat
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import BinaryIO
from unicodedata import normalize

from kommunalnews.content.decoding import text_of
from kommunalnews.content.model import Kind, SourceFile
from kommunalnews.diagnostics import N_, Diagnostic, Location, did_you_mean, error, warning
from kommunalnews.urls import collision_keys

FOLDER = "content"
SITE_FILE = "content/site.yaml"
AUTHORS_FILE = "content/authors.yaml"
NO_STATS: Mapping[str, os.stat_result] = MappingProxyType({})
NOTHING_KNOWN: Mapping[str, SourceFile] = MappingProxyType({})
_READING = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)
TEXT_LIMIT = 1 << 20
"""Bytes of a text; a novel has less."""
ASSET_LIMIT = 1 << 29
"""Bytes of a picture or an attachment."""

PICTURES = frozenset({".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".svg"})
ATTACHMENTS = frozenset(
    {
        *(".pdf", ".txt", ".csv", ".json", ".geojson", ".gpx", ".kml", ".ics", ".vcf", ".zip", ".epub"),
        *(".odt", ".ods", ".odp", ".docx", ".xlsx", ".pptx", ".rtf"),
        *(".mp3", ".m4a", ".ogg", ".opus", ".wav", ".mp4", ".webm", ".vtt", ".srt"),
    }
)
"""What may lie beside the texts and be linked; nothing that a browser runs as part of the site."""
_TEXT_FOLDERS: dict[str, Kind] = {"articles": "article", "pages": "page", "vendors": "vendor"}


def find(
    root: Path, stats: Mapping[str, os.stat_result] = NO_STATS, known: Mapping[str, SourceFile] = NOTHING_KNOWN
) -> tuple[tuple[SourceFile, ...], tuple[Diagnostic, ...]]:
    """All source files of a site, sorted by path, ``site.yaml`` excepted, and what was found unfit.

    ``stats`` may know the status of files by their path on the disk, links not followed; ``known``, what an earlier
    search found, by source path. The result is the same without them.
    """
    found: dict[str, SourceFile] = {}
    diagnostics: list[Diagnostic] = []
    entries: list[SourceFile] = []
    for entry in _walk(root, stats, known):
        if isinstance(entry, Diagnostic):
            diagnostics.append(entry)
        else:
            entries.append(entry)
    for entry, key in zip(entries, collision_keys([entry.path for entry in entries]), strict=True):
        if key in found:
            diagnostics.append(_collision(entry.path, found[key].path))
        else:
            found[key] = entry
    return tuple(sorted(found.values(), key=lambda source: source.path)), tuple(diagnostics)


def read_bytes(root: Path, source: SourceFile) -> bytes | Diagnostic:
    """The bytes of a source file as it is now; what has become a pipe, a link or too large since is refused."""
    limit = _limit(source.kind)
    try:
        with open_source(root, source.path) as stream:
            size = min(os.fstat(stream.fileno()).st_size, limit)
            data = stream.read(size + 1)  # not limit + 1: all that is asked for is made room for
            if len(data) > size:  # it has grown since
                data += stream.read(limit - size)
    except OSError as problem:
        return _unreadable(source.path, problem)
    return data if len(data) <= limit else _too_large(source.path, limit)


def site_text(root: Path) -> str | Diagnostic:
    """The text of ``site.yaml``, or why there is none."""
    if not os.path.lexists(root / SITE_FILE):
        message = N_("There is no “content/site.yaml” here, so this is not the folder of a site")
        hint = N_("Start in the folder of the site, or name it with -s; “kommunalnews init” makes a new one")
        return error("site-missing", message, Location(SITE_FILE), hint)
    data = read_bytes(root, SourceFile(SITE_FILE, "authors", 0, 0, 0))
    return data if isinstance(data, Diagnostic) else text_of(data, SITE_FILE)


def open_source(root: Path, path: str) -> BinaryIO:
    """Open a regular file below ``root`` for reading. Raises OSError, also where it leads outside or would block."""
    descriptor = _opened_at_once(root, path)
    if descriptor is None:
        descriptor = os.open(disk_path(root, path), _READING)
    stream = os.fdopen(descriptor, "rb")
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        stream.close()
        raise PermissionError("not a regular file")
    return stream


def _opened_at_once(root: Path, path: str) -> int | None:
    """The opened file where the system says which file that is, and it is inside: cheaper than to resolve its path."""
    top = _real_folder(root)
    try:
        descriptor = os.open(f"{top}/{path}", _READING)
    except OSError:
        return None
    try:
        if _is_inside(top, os.readlink(f"/proc/self/fd/{descriptor}")):
            return descriptor
    except OSError:
        pass
    os.close(descriptor)
    return None


@lru_cache(maxsize=16)
def _real_folder(root: Path) -> str:
    return os.path.realpath(root)


def disk_path(root: Path, path: str) -> str:
    """Where the file of a (composed) source path lies, links resolved. Raises OSError where there is none inside."""
    top = os.path.realpath(root)
    target = os.path.join(top, path)
    if not os.path.lexists(target):
        target = _as_spelled_on_disk(top, path)
    resolved = os.path.realpath(target)
    if not _is_inside(top, resolved):
        raise PermissionError("leads out of the source folder")
    return resolved


def _as_spelled_on_disk(top: str, path: str) -> str:
    """The same path in the disk's own spelling: a name may be stored decomposed."""
    for part in path.split("/"):
        names = (name for name in sorted(os.listdir(top)) if normalize("NFC", name) == part)
        top = os.path.join(top, next(names, part))
    return top


def _is_inside(top: str, resolved: str) -> bool:
    """Below the source folder and not in a hidden part of it, where secrets and Git live."""
    below = resolved.removeprefix(top.rstrip("/") + "/")
    return below != resolved and not any(part.startswith(".") for part in below.split("/"))


def _walk(
    root: Path, stats: Mapping[str, os.stat_result], known: Mapping[str, SourceFile]
) -> Iterator[SourceFile | Diagnostic]:
    """Every file below ``content/``, folder by folder; a loop, for folders may nest deeper than calls."""
    above, top = os.fspath(root), os.path.realpath(root)
    if not (root / FOLDER).is_dir() or (root / FOLDER).is_symlink():
        yield error(
            "content-missing",
            N_("There is no folder “content” here"),
            Location(FOLDER),
            N_("Start in the folder of the site, or name it with -s; “kommunalnews init” makes a new one"),
        )
        return
    folders = [FOLDER]
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(os.path.join(top, folder)) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as problem:
            yield _unreadable(folder, problem)
            continue
        for entry in entries:
            path = f"{folder}/{entry.name}"
            status = stats.get(f"{above}/{path}")
            if status is not None and (was := known.get(path)) is not None and _is_unchanged(was, status):
                yield was
                continue
            if _is_leftover(entry.name):
                continue
            if not _is_text(entry.name):
                yield bad_name(path)
            elif entry.is_dir(follow_symlinks=False):
                folders.append(path)
            elif (source := _source(top, path, entry, status)) is not None:
                yield source


def _is_unchanged(was: SourceFile, status: os.stat_result) -> bool:
    """Whether an ordinary file is what was found before: then its name is as good as it was."""
    return (
        was.mtime_ns == status.st_mtime_ns
        and was.inode == status.st_ino
        and was.size == status.st_size
        and was.ctime_ns == _ctime_ns(status)
        and stat.S_ISREG(status.st_mode)
    )


def _is_leftover(name: str) -> bool:
    """Hidden files, and what editors and desktops leave behind: ``.DS_Store``, ``x.md~``, ``#x.md#``."""
    return name.startswith((".", "#", "~$")) or name.endswith(("~", ".swp", ".bak", ".tmp")) or name == "Thumbs.db"


def _is_text(name: str) -> bool:
    """Valid UTF-8, without line breaks and other control characters."""
    if name.isascii() and name.isprintable():
        return True
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return not any(c < " " or "\x7f" <= c <= "\x9f" for c in name)


def _source(
    top: str, path: str, entry: os.DirEntry[str], status: os.stat_result | None
) -> SourceFile | Diagnostic | None:
    shown = path if path.isascii() else normalize("NFC", path)
    kind = kind_of(shown)
    if kind is None and (shown == SITE_FILE or entry.is_file()):
        return None if shown == SITE_FILE else _ignored(shown)
    try:
        status = status or entry.stat(follow_symlinks=False)
        if stat.S_ISLNK(status.st_mode):
            resolved = os.path.realpath(os.path.join(top, path), strict=True)
            if not _is_inside(top, resolved):
                return leads_outside(shown)
            status = os.lstat(resolved)
    except OSError as problem:
        return _unreadable(shown, problem)
    if kind is None or not stat.S_ISREG(status.st_mode):
        return irregular(shown)
    if status.st_size > _limit(kind):
        return _too_large(shown, _limit(kind))
    return SourceFile(shown, kind, status.st_size, status.st_mtime_ns, status.st_ino, _ctime_ns(status))


def _ctime_ns(status: os.stat_result) -> int:
    return 0 if os.name == "nt" else status.st_ctime_ns  # there it is the time of birth


def kind_of(path: str) -> Kind | None:
    """What a file below ``content/`` is, by its place and name; None where it is none of ours."""
    if path == AUTHORS_FILE:
        return "authors"
    parts = path.split("/")
    if parts[1] == "issues" and len(parts) == 3 and path.endswith(".yaml"):
        return "issue"
    name, _, ending = parts[-1].rpartition(".")
    suffix = f".{ending.lower()}" if name else ""
    if suffix in PICTURES or suffix in ATTACHMENTS:
        return "asset"
    if suffix != ".md" or len(parts) < 3:
        return None
    kind = _TEXT_FOLDERS.get(parts[1])
    if kind == "vendor" and len(parts) > 3 and not (len(parts) == 4 and parts[3] == "index.md"):
        return None
    return kind


def _limit(kind: Kind) -> int:
    return ASSET_LIMIT if kind == "asset" else TEXT_LIMIT


def _ignored(path: str) -> Diagnostic:
    name = path.rpartition("/")[2]
    if path.startswith("content/issues/"):
        hint = N_("Issues are .yaml files that lie in content/issues/ itself")
    elif PurePosixPath(name).suffix.lower() in (".md", ".markdown", ".mdown", ".txt"):
        hint = N_("Texts are .md files in content/articles/, content/pages/ or content/vendors/")
    elif meant := did_you_mean(name, ("site.yaml", "authors.yaml")):
        return warning(
            "file-ignored",
            N_("This file is not used"),
            Location(path),
            N_("Did you mean content/{meant}?"),
            meant=meant,
        )
    else:
        hint = N_("Pictures and common kinds of documents, sound and film can be published; move other files away")
    return warning("file-ignored", N_("This file is not used"), Location(path), hint)


def _collision(path: str, other: str) -> Diagnostic:
    return error(
        "file-collision",
        N_("This file’s name differs from that of “{other}” only in case or in how umlauts are stored"),
        Location(path),
        N_("Rename one of the two: many computers take them for one file"),
        other=other,
    )


def bad_name(path: str) -> Diagnostic:
    """A name that cannot be read or written down."""
    readable = path.encode(errors="surrogateescape").decode(errors="replace")
    return error(
        "file-name",
        N_("This file’s name has characters that cannot be read"),
        Location("".join(c if c.isprintable() else "�" for c in readable)),
        N_("Rename the file; letters, digits, hyphens and dots are safe everywhere"),
    )


def leads_outside(path: str) -> Diagnostic:
    """A link to somewhere else on this machine."""
    return error(
        "file-outside",
        N_("This link leads out of the source folder"),
        Location(path),
        N_("Copy the file here instead of linking to it"),
    )


def irregular(path: str) -> Diagnostic:
    """Something that is no file with content."""
    return error(
        "file-irregular",
        N_("This is not an ordinary file (but a linked folder, a pipe, a socket or a device)"),
        Location(path),
        N_("Replace it with an ordinary file, or move it away"),
    )


def _unreadable(path: str, problem: OSError) -> Diagnostic:
    return error(
        "file-unreadable",
        N_("This cannot be read: {reason}"),
        Location(path),
        N_("Check that it is still there and that you may read it"),
        reason=problem.strerror or str(problem),
    )


def _too_large(path: str, limit: int) -> Diagnostic:
    return error(
        "file-too-large",
        N_("This file is larger than {limit} MB"),
        Location(path),
        N_("Split the text, or make the file smaller"),
        limit=str(limit >> 20),
    )
