"""A folder → a store: ``KIND/AB/ABCDEF…``, each entry moved into its place in one step."""

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from kommunalnews.store.entries import KEY, sealed, unsealed

DAY = 86_400
BLOCK = 4096
"""Bytes that disks hand out at once: what even the smallest entry takes."""
GROWTH = "growth"
"""A file with one byte for each block that was written since the last upkeep."""


class FolderStore:
    """A store in a folder. Safe to share between processes, and to delete at any time."""

    def __init__(self, folder: Path, *, now: int = 0) -> None:
        """``now``, in seconds since 1970, dates what is read; without it nothing is dated."""
        self.folder = folder
        self.now = now

    def _path(self, kind: str, key: str) -> str:
        return f"{self.folder}/{kind}/{key[:2]}/{key}"

    def get(self, kind: str, key: str) -> bytes | None:
        path = self._path(kind, key)
        try:
            with open(path, "rb", buffering=0) as stream:
                entry = stream.read()
                changed = os.fstat(stream.fileno()).st_mtime
        except OSError:
            return None
        data = unsealed(kind, key, entry)
        if data is None:
            self.remove(kind, key)
        else:
            self._date(path, changed)
        return data

    def put(self, kind: str, key: str, data: bytes) -> None:
        path = self._path(kind, key)
        beside = f"{path}.{secrets.token_hex(6)}"
        entry = sealed(kind, key, data)
        try:
            try:
                _write(beside, entry)
            except FileNotFoundError:
                os.makedirs(os.path.dirname(path), exist_ok=True)
                _write(beside, entry)
            os.replace(beside, path)
            self._grow(len(entry))
        except OSError:
            with contextlib.suppress(OSError):  # a full disk has kept the first part of it
                os.unlink(beside)

    def has(self, kind: str, key: str) -> bool:
        path = self._path(kind, key)
        try:
            changed = os.stat(path).st_mtime
        except OSError:
            return False
        self._date(path, changed)
        return True

    def names(self, kind: str) -> tuple[str, ...]:
        return tuple(sorted(entry.name for entry in entries(f"{self.folder}/{kind}") if KEY.fullmatch(entry.name)))

    def remove(self, kind: str, key: str) -> None:
        with contextlib.suppress(OSError):
            os.unlink(self._path(kind, key))

    def _date(self, path: str, changed: float) -> None:
        """Note the use of an entry, once a day: age-out takes first what was not used for longest."""
        if changed < self.now - DAY:
            with contextlib.suppress(OSError):
                os.utime(path, ns=(self.now * 10**9, self.now * 10**9))

    def _grow(self, size: int) -> None:
        file = os.open(f"{self.folder}/{GROWTH}", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
        try:
            os.write(file, b"." * blocks(size))
        finally:
            os.close(file)


def blocks(size: int) -> int:
    """Blocks that a file of ``size`` bytes takes."""
    return -(-size // BLOCK)


def entries(folder: str) -> Iterator[os.DirEntry[str]]:
    """The files in the folders of a kind that are called as a put calls them, and what puts left behind."""
    for shelf in scanned(folder):
        if len(shelf.name) == 2 and shelf.is_dir(follow_symlinks=False):
            for entry in scanned(shelf.path):
                if entry.name.startswith(shelf.name) and entry.is_file(follow_symlinks=False):
                    yield entry


def scanned(folder: str) -> list[os.DirEntry[str]]:
    """What is in a folder; nothing where it cannot be read."""
    try:
        with os.scandir(folder) as found:
            return list(found)
    except OSError:
        return []


def _write(path: str, data: bytes) -> None:
    with open(path, "xb") as stream:
        stream.write(data)
