"""Stats of everything a build reads and writes → whether the last build still stands.

The common case is that nothing has changed, so this asks the disk as little as proves that, and imports nothing heavy.
The account that it compares holds the name, size, times and inode of every source file, template, static file and file
of the program; files that were written as late as they were looked at are read again. Whatever differs, the line is
walked in full.
"""

import contextlib
import os
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec

from kommunalnews import spares
from kommunalnews.digest import Digest, of_bytes, of_value
from kommunalnews.disk import MANIFEST, clock_of, decoded, of_destination, proves_nothing, read_whole, write_whole
from kommunalnews.requests import BuildReport, BuildRequest
from kommunalnews.resources import packaged, program_folder

_FOLDERS = ("content", "templates", "static")
_NO_FILE = os.stat_result((0,) * 10, {"st_mtime_ns": 0, "st_ctime_ns": 0})
"""The status of what cannot be looked at: a link that leads nowhere."""
_MANY = 500
"""Files that are not worth being read again to prove that nothing has changed."""


class Sight(msgspec.Struct, frozen=True, array_like=True):
    """Everything that a build reads, as it was found."""

    account: Digest
    doubtful: tuple[tuple[str, Digest], ...]
    """Files whose stat proves nothing, with the digests of their bytes."""


class Standing(msgspec.Struct, frozen=True, array_like=True):
    """A build that may still stand."""

    question: Digest
    """Of what was asked."""
    libraries: tuple[tuple[str, int, int], ...]
    """Path, size and mtime of the folders that libraries are installed into."""
    since: int
    until: int | None
    """From the moment of the build to that when anything may be different, though nobody edits anything."""
    sight: Sight
    manifest: tuple[int, int]
    """Size and mtime in nanoseconds."""
    outputs: bytes
    """Path, size and mtime of every published file; encoded, as is the report, for neither is wanted at once."""
    report: bytes


class Seen(NamedTuple):
    """What a look has found."""

    sight: Sight
    files: Mapping[str, os.stat_result]
    """Every path that is no folder."""


class Answer(NamedTuple):
    """What can be said without a build."""

    report: BuildReport | None = None
    """What the last build has to say, where it still stands: the same, and nothing written."""
    seen: "Seen | None" = None
    """Where there was anything to look for: it serves the build that is to come."""


def last_report(request: BuildRequest) -> Answer:
    """Whether the last build still stands."""
    standing = _load(request)
    if standing is None or standing.question != _question(request):
        return Answer()
    if request.now < standing.since or (standing.until is not None and request.now >= standing.until):
        return Answer()
    if not _are_as_left("", standing.libraries):
        return Answer()
    seen = look(request)
    sight = seen.sight
    if sight.account != standing.sight.account or any(_digest(path) != was for path, was in standing.sight.doubtful):
        return Answer(seen=seen)
    outputs = decoded(standing.outputs, list[tuple[str, int, int]]) or []
    if not _are_as_left(f"{request.destination}/", [(MANIFEST, *standing.manifest), *outputs]):
        return Answer(seen=seen)
    return Answer(decoded(standing.report, BuildReport), seen)


def look(request: BuildRequest) -> Seen:
    """Everything a build reads, as it is now."""
    looked_ns = clock_of(Path(request.cache)) if request.cache else 0
    found: list[tuple[str, int, int, int, int]] = []
    files: dict[str, os.stat_result] = {}
    uncertain: list[str] = []
    folders = [os.path.join(request.source, name) for name in _FOLDERS]
    program = str(program_folder())
    templates = {os.path.join(request.source, "templates")}  # elsewhere, a linked folder is refused
    for folder in (*folders, str(packaged("templates")), str(packaged("static")), program):
        skipped = "__pycache__" if folder == program else ""
        for path, status in _files(folder, skipped, follows=folder in templates):
            if status.st_mode:
                files[path] = status
            ctime_ns = 0 if os.name == "nt" else status.st_ctime_ns
            found.append((path, status.st_size, status.st_mtime_ns, ctime_ns, status.st_ino))
            if proves_nothing(status.st_mtime_ns, looked_ns) or proves_nothing(ctime_ns, looked_ns):
                uncertain.append(path)
    sight = Sight(of_value(found), tuple((path, _digest(path)) for path in uncertain[: _MANY + 1]))
    return Seen(sight, files)


def keep(
    request: BuildRequest, sight: Sight, report: BuildReport, until: int | None, outputs: "Outputs", *, may_stand: bool
) -> None:
    """Remember a build, if it can stand."""
    path = _path(request)
    if not may_stand or report.failed or len(sight.doubtful) > _MANY:
        with contextlib.suppress(OSError):
            path.unlink()
        return
    report = msgspec.structs.replace(report, written=(), removed=(), unchanged=len(outputs))
    try:
        manifest = os.lstat(f"{request.destination}/{MANIFEST}")
    except OSError:
        return
    standing = Standing(
        _question(request),
        tuple(_libraries()),
        request.now,
        until,
        sight,
        (manifest.st_size, manifest.st_mtime_ns),
        msgspec.msgpack.encode(outputs),
        msgspec.msgpack.encode(report),
    )
    write_whole(path, msgspec.msgpack.encode(standing))


Outputs = list[tuple[str, int, int]]


def _load(request: BuildRequest) -> Standing | None:
    if not request.cache:
        return None
    return decoded(read_whole(_path(request)), Standing)


def _path(request: BuildRequest) -> Path:
    return Path(request.cache, of_destination("standing", request.destination))


def _question(request: BuildRequest) -> Digest:
    """The digest of what is asked, but for what changes no byte of the answer."""
    asked = msgspec.structs.replace(request, now=0, jobs=0, clock=0, store="", store_limit=0, patience=0.0, cluster="")
    run = spares.run(Path(request.cache), Path(request.destination)) if request.cache else ""
    return of_value((asked, run, sys.version, sys.prefix, str(program_folder())))


def _libraries() -> Iterator[tuple[str, int, int]]:
    from kommunalnews.toolchain import library_folders

    for path in library_folders():
        with contextlib.suppress(OSError):
            found = os.lstat(path)
            yield str(path), found.st_size, found.st_mtime_ns


def _are_as_left(prefix: str, files: Iterable[tuple[str, int, int]]) -> bool:
    lstat = os.lstat
    try:
        for path, size, mtime_ns in files:
            found = lstat(prefix + path)
            if found.st_mtime_ns != mtime_ns or found.st_size != size:
                return False
    except OSError:
        return False
    return True


def _files(folder: str, skipped: str = "", *, follows: bool) -> Iterator[tuple[str, os.stat_result]]:
    """Every entry below a folder, folders excepted; for a link also what it leads to, and what is found below that
    where linked folders are followed.
    """
    folders = [folder]
    linked: set[str] = set()
    while folders:
        top = folders.pop()
        try:
            with os.scandir(top) as listing:
                entries = sorted(listing, key=_name)
        except OSError:
            continue
        for entry in entries:
            try:
                if entry.is_dir(follow_symlinks=False):
                    if entry.name != skipped:
                        folders.append(entry.path)
                    continue
                status = entry.stat(follow_symlinks=False)
                yield entry.path, status
                if stat.S_ISLNK(status.st_mode):
                    yield f"{entry.path}/", os.stat(entry.path)
                    if not follows or not entry.is_dir():
                        continue
                    real = os.path.realpath(entry.path)
                    if real not in linked:  # else a link to its own folder would never end
                        linked.add(real)
                        folders.append(entry.path)
            except OSError:
                yield entry.path, _NO_FILE


def _name(entry: os.DirEntry[str]) -> str:
    return entry.name


def _digest(path: str) -> Digest:
    """Of a file's bytes; empty where it is none, or cannot be read."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return Digest("")
        with open(path, "rb") as stream:
            return of_bytes(stream.read())
    except OSError:
        return Digest("")
