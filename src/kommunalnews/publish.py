"""Bytes → files of the published site. The only place that writes there.

A file is written into a folder of ours inside the destination and moved into place, so a reader never meets half a
file. Only files that an earlier build's manifest lists are ever deleted; a folder with files of somebody else and no
manifest is refused.

Where a file stands already, the two change places if the system can do that, and the old one is deleted later. That
is one move like any other, but it neither waits for the disk, as ext4 does when a file is replaced, nor makes the next
file dear, as it does after many deletions (it looks for an inode past all that were freed in the last minutes). After
a power failure such files may be empty, like all new ones; their size tells, and the next build makes them again.
"""

import contextlib
import errno
import os
import secrets
import shutil
import stat
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple

from kommunalnews import kernel
from kommunalnews.diagnostics import FOREIGN_FILE
from kommunalnews.digest import Digest
from kommunalnews.disk import MANIFEST, OWN_FOLDER, make
from kommunalnews.spares import Spares

_BESIDE = f"{OWN_FOLDER}/new"
_JOURNAL = f"{OWN_FOLDER}/journal"
"""Paths that this build writes and the manifest does not know yet: if it is cut short, the next one knows them."""
_HEADER = "kommunalnews manifest 1"
_FULL = (errno.ENOSPC, errno.EDQUOT)
_MANY = 200
"""Files that are worth a process to delete them."""
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2
"""As renameat2(2) has them."""


class ForeignFolder(Exception):
    """The destination holds files that no build of ours wrote."""


class Written(NamedTuple):
    """A file as it was put in its place."""

    size: int
    mtime_ns: int
    is_new: bool
    """False where it already had these bytes."""


class Destination:
    """The folder that a site is published into."""

    def __init__(self, root: Path, spares: Spares | None = None, relief: Callable[[], object] | None = None) -> None:
        """``relief`` deletes what may be deleted elsewhere, for a disk that is full."""
        self.root = root
        self._spares = spares
        self._relief = relief
        self._folders: set[str] = set()
        self._known: frozenset[str] = frozenset()
        self._announced: set[str] = set()
        self._number = 0
        self._replaced: list[str] = []
        """Files that this process has put others in the place of; they lie beside, under the names of those."""

    def read_manifest(self) -> dict[str, Digest]:
        """Path → digest of what the last build published. Raises ForeignFolder."""
        try:
            text = (self.root / MANIFEST).read_text(encoding="utf-8")
        except (FileNotFoundError, NotADirectoryError):
            text = ""
        except (OSError, UnicodeDecodeError) as fault:
            raise ForeignFolder(str(self.root)) from fault
        header, _, listed = text.partition("\n")
        if header == _HEADER:
            text = self._journal() + listed
            entries = [line.partition("  ") for line in text.split("\n")]
            found = {path: Digest(digest) for digest, _, path in entries if path}
            if ".." in text or "  /" in text:  # as none of ours has: it costs less to see so at once
                found = {path: digest for path, digest in found.items() if _is_inside(path)}
            self._known = frozenset(found)
            return found
        if self.root.exists() and not (self.root.is_dir() and _is_ours_or_empty(self.root)):
            raise ForeignFolder(str(self.root))
        return {}

    def _journal(self) -> str:
        """What a build that was cut short has written, as lines of a manifest without digests."""
        try:
            return (self.root / _JOURNAL).read_text(encoding="utf-8") + "\n"
        except (OSError, UnicodeDecodeError):
            return ""

    def open(self, manifest: Mapping[str, Digest]) -> None:
        """Make the folder ours, so that a build which is cut short can be taken up again."""
        shutil.rmtree(self.root / _BESIDE, ignore_errors=True)
        os.makedirs(self.root / _BESIDE, exist_ok=True)
        if not (self.root / MANIFEST).exists():
            self.write_manifest(manifest, lastingly=True)

    def announce(self, paths: Iterable[str]) -> None:
        """Say what will be written, in the journal: if this build is cut short, the next one knows its files.

        A file that is there already and that no build of ours has written is not announced.
        """
        new = [path for path in paths if path not in self._known and not os.path.isfile(f"{self.root}/{path}")]
        if new:  # at one go: workers may announce at the same time
            with open(self.root / _JOURNAL, "ab", buffering=0) as journal:
                journal.write("".join(f"  {path}\n" for path in new).encode())
        self._announced.update(new)

    def sweeping(self) -> Callable[[], None] | None:
        """What deletes the files that others have taken the place of; None where they are not worth a process.

        It is to be asked for when nothing is being written. While it works, new files may be.
        """
        beside = f"{self.root}/{_BESIDE}"
        try:
            replaced = [f"{beside}/{name}" for name in os.listdir(beside)]
        except FileNotFoundError:
            return None
        return partial(_delete, replaced) if len(replaced) > _MANY else None

    def close(self) -> None:
        """Remove the folder that new files were written in, and the journal: the manifest says it all now."""
        shutil.rmtree(self.root / _BESIDE, ignore_errors=True)
        (self.root / _JOURNAL).unlink(missing_ok=True)

    def write(self, path: str, data: bytes, old: bytes | None = None) -> "Written":
        """Put the file at ``path``, which must have been announced if it is new. Raises OSError.

        ``old`` is what stands there, where that has just been read: a page that is mended, as it will be again.
        """
        target = f"{self.root}/{path}"
        is_known = path in self._known
        if is_known:
            if _has_bytes(target, data) if old is None else old == data:
                size, mtime_ns = self.stat(path) or (0, 0)
                return Written(size, mtime_ns, is_new=False)
            if old is not None and (rewritten := self._rewritten(path, target, data)):
                return rewritten
        elif path not in self._announced and os.path.isfile(target):
            raise FileExistsError(errno.EEXIST, FOREIGN_FILE)
        try:
            beside, found = self._put_beside(data)
        except OSError as fault:
            if fault.errno not in _FULL or not self._has_made_room():
                raise
            beside, found = self._put_beside(data)
        try:
            self._move(beside, target, is_known=is_known)
        except (FileExistsError, NotADirectoryError, IsADirectoryError):
            self._clear_way(path)
            self._move(beside, target, is_known=False)
        return Written(found.st_size, found.st_mtime_ns, is_new=True)

    def _has_made_room(self) -> bool:
        """Delete what can be spared; False where there was nothing."""
        if not (self._replaced or self._spares or self._relief):
            return False
        _delete(self._replaced)
        self._replaced.clear()
        if self._spares is not None:
            self._spares.clear()
            self._spares = None
        if self._relief is not None:
            self._relief()
            self._relief = None
        return True

    def _rewritten(self, path: str, target: str, data: bytes) -> "Written | None":
        """What became of the file where it could change places with its spare one."""
        if self._spares is None or (spare := self._spares.written(path, data)) is None:
            return None
        beside, found = spare
        if _exchanged(beside, target):
            return Written(found.st_size, found.st_mtime_ns, is_new=True)
        self._spares.remove(path)
        self._spares = None  # most likely, it will not do so with the others either
        return None

    def _put_beside(self, data: bytes) -> tuple[str, os.stat_result]:
        self._number += 1
        beside = f"{self.root}/{_BESIDE}/{os.getpid()}-{self._number}"
        return beside, make(beside, data)

    def _move(self, beside: str, target: str, *, is_known: bool) -> None:
        if is_known:  # then its folder is there, unless somebody has removed it
            if _exchanged(beside, target):
                self._replaced.append(beside)
                return
            with contextlib.suppress(FileNotFoundError):
                os.replace(beside, target)
                return
        folder = os.path.dirname(target)
        if folder not in self._folders:
            try:
                os.mkdir(folder)
            except OSError:  # it is there, or its own folder is not
                os.makedirs(folder, exist_ok=True)
            self._folders.add(folder)
        os.replace(beside, target)

    def _clear_way(self, path: str) -> None:
        """Delete what an earlier build left where a file or its folder must now be.

        In a plan no file is another's folder, so what stands in the way of a wanted file is not wanted itself.
        """
        folders = {str(parent) for parent in Path(path).parents}
        self.remove(old for old in self._known if old in folders or old.startswith(f"{path}/"))

    def read(self, path: str) -> bytes:
        """The bytes published at ``path``. Raises OSError."""
        with open(f"{self.root}/{path}", "rb", buffering=0) as stream:
            return stream.readall()

    def stat(self, path: str) -> tuple[int, int] | None:
        """Size and mtime in nanoseconds, or None where nothing is published at ``path``."""
        try:
            found = os.lstat(f"{self.root}/{path}")
        except (FileNotFoundError, NotADirectoryError):
            return None
        return found.st_size, found.st_mtime_ns

    def remove(self, paths: Iterable[str]) -> tuple[str, ...]:
        """Delete files that we wrote, and the folders that this leaves empty."""
        removed = []
        folders: set[str] = set()
        for path in sorted(paths):
            with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                if not stat.S_ISDIR(os.lstat(self.root / path).st_mode):
                    os.unlink(self.root / path)
                    removed.append(path)
            if self._spares is not None:
                self._spares.remove(path)
            folders.update(str(parent) for parent in Path(path).parents if parent != Path("."))
        for folder in sorted(folders, key=len, reverse=True):
            with contextlib.suppress(OSError):
                os.rmdir(self.root / folder)
        return tuple(removed)

    def write_manifest(self, entries: Mapping[str, Digest], *, lastingly: bool = False) -> None:
        """Say in one move what is published now; ``lastingly``, so that a power failure does not undo it."""
        lines = [_HEADER, *[f"{entries[path]}  {path}" for path in sorted(entries)]]
        beside = self.root / OWN_FOLDER / f"manifest.{secrets.token_hex(6)}"
        with beside.open("w", encoding="utf-8", newline="\n") as stream:
            stream.write("\n".join(lines) + "\n")
            if lastingly:
                stream.flush()
                os.fsync(stream.fileno())
        os.replace(beside, self.root / MANIFEST)


def _delete(paths: Iterable[str]) -> None:
    for path in paths:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)


def _exchanged(beside: str, target: str) -> bool:
    """Whether a file has changed places with the file at ``target``; where it has not, all is as it was."""
    rename = kernel.function("renameat2")  # since glibc 2.28
    try:
        if rename is None or not stat.S_ISREG(os.lstat(target).st_mode):
            return False
    except OSError:
        return False
    failed: int = rename(_AT_FDCWD, os.fsencode(beside), _AT_FDCWD, os.fsencode(target), _RENAME_EXCHANGE)
    return not failed


def _is_ours_or_empty(folder: Path) -> bool:
    """Whether nothing is in it but what a build leaves that is cut short before all else."""
    return all(path.name == OWN_FOLDER and path.is_dir() for path in folder.iterdir())


def _has_bytes(path: str, data: bytes) -> bool:
    try:
        if os.lstat(path).st_size != len(data):
            return False
        with open(path, "rb") as stream:
            return stream.read() == data
    except OSError:
        return False


def _is_inside(path: str) -> bool:
    return not path.startswith("/") and (".." not in path or ".." not in path.split("/"))
