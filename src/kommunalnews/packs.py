"""Small pieces of data → packs: files that hold one piece after the other, found again by pack, offset and length.

A small file for each text would cost more to write and to find than the text costs to parse. Every process writes
packs of its own; a piece is whole where its digest is right. Packs may be deleted at any time: what was in them is
made again.
"""

import contextlib
import os
import secrets
import weakref
from collections.abc import Iterable, Iterator, Mapping, Set
from pathlib import Path

import msgspec

from kommunalnews.digest import Digest, of_bytes

_MANY = 12
"""Packs that are not worth putting together."""
_BINARY = getattr(os, "O_BINARY", 0)


class Place(msgspec.Struct, frozen=True, array_like=True):
    """Where a piece lies."""

    pack: str
    offset: int
    length: int


class Packs:
    """The packs in a folder, whose names end with a suffix. Safe to share between processes."""

    def __init__(self, folder: Path, suffix: str) -> None:
        self.folder = folder
        self._suffix = suffix
        self._writer: tuple[int, int, str, int] | None = None
        """Process, descriptor, pack and its length; a forked process begins its own."""
        self._readers: dict[str, int] = {}
        self._open: list[int] = []
        """All descriptors; a preview opens some with every build."""
        weakref.finalize(self, _close, self._open).atexit = False

    def __reduce__(self) -> tuple[type["Packs"], tuple[Path, str]]:
        """What is open stays here."""
        return Packs, (self.folder, self._suffix)

    def put(self, data: bytes) -> Place | None:
        """Keep a piece; None where that is not possible."""
        try:
            if self._writer is None or self._writer[0] != os.getpid():
                self._writer = self._begin()
            process, descriptor, pack, offset = self._writer
            written = os.write(descriptor, data)
        except OSError:
            return None
        if written < len(data):
            self._close(pack)  # nothing follows half a piece
            return None
        self._writer = (process, descriptor, pack, offset + written)
        return Place(pack, offset, len(data))

    def _begin(self) -> tuple[int, int, str, int]:
        os.makedirs(self.folder, exist_ok=True)
        pack = secrets.token_hex(8)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | _BINARY
        descriptor = os.open(self._path(pack), flags, 0o666)
        self._open.append(descriptor)
        return os.getpid(), descriptor, pack, 0

    @property
    def is_removed(self) -> bool:
        """Whether somebody has removed the pack that this process writes."""
        return self._writer is not None and os.fstat(self._writer[1]).st_nlink == 0

    def get(self, place: Place, digest: Digest) -> bytes | None:
        """The piece, or None where it is not there any more, or damaged."""
        data = self.read(place)
        return data if data is not None and of_bytes(data) == digest else None

    def read(self, place: Place) -> bytes | None:
        """What lies at a place, whole or not; None where nothing can be read."""
        try:
            if place.pack not in self._readers:
                self._readers[place.pack] = os.open(self._path(place.pack), os.O_RDONLY | os.O_CLOEXEC | _BINARY)
                self._open.append(self._readers[place.pack])
            return _read_at(self._readers[place.pack], place.length, place.offset)
        except OSError:
            return None

    def lengths(self) -> Mapping[str, int]:
        """Each pack and its length in bytes."""
        try:
            with os.scandir(self.folder) as found:
                return {
                    entry.name.removesuffix(self._suffix): entry.stat().st_size
                    for entry in found
                    if entry.name.endswith(self._suffix)
                }
        except OSError:
            return {}

    def by_age(self) -> list[str]:
        """The packs, that which was written to last at the end."""
        return [pack for _, pack in sorted(self._stamped())]

    def together(self, places: Mapping[Digest, Place]) -> Mapping[Digest, Place]:
        """The new places of those pieces that had to be moved, where there are many packs or much of them is not
        wanted any more."""
        poor = self.poor(places.values(), _MANY)
        return {digest: self._moved(digest, place) for digest, place in places.items() if place.pack in poor}

    def poor(self, wanted: Iterable[Place], many: int) -> Set[str]:
        """Packs of which less than half is wanted; and where there are ``many``, all but the largest."""
        held: dict[str, int] = {}
        for place in wanted:
            held[place.pack] = held.get(place.pack, 0) + place.length
        lengths = self.lengths()
        found = {pack for pack, length in held.items() if length * 2 < lengths.get(pack, 0)}
        if len(held) > many:
            found.update(sorted(held, key=lambda pack: (held[pack], pack))[: len(held) - many // 3])
        return found

    def _moved(self, digest: Digest, place: Place) -> Place:
        data = self.get(place, digest)
        return (self.put(data) if data is not None else None) or place

    def packs(self, *, before_ns: int) -> set[str]:
        """Packs that nobody has written to since ``before_ns``."""
        return {pack for stamp_ns, pack in self._stamped() if stamp_ns < before_ns}

    def _stamped(self) -> Iterator[tuple[int, str]]:
        """When each pack was written to last, and the pack."""
        for pack in self.lengths():
            with contextlib.suppress(OSError):
                yield os.stat(self._path(pack)).st_mtime_ns, pack

    def remove(self, packs: Iterable[str]) -> None:
        """Remove packs."""
        for pack in packs:
            self._close(pack)
            with contextlib.suppress(OSError):
                os.unlink(self._path(pack))

    def free(self, packs: Iterable[str]) -> None:
        """Remove packs, whose room is free at once, whoever has them open."""
        for pack in packs:
            with contextlib.suppress(OSError):
                if os.stat(self._path(pack)).st_nlink == 1:  # what has a second name is somebody's copy
                    os.truncate(self._path(pack), 0)
            self.remove([pack])

    def _close(self, pack: str) -> None:
        descriptors = [self._readers.pop(pack)] if pack in self._readers else []
        if self._writer is not None and self._writer[2] == pack:
            descriptors.append(self._writer[1])
            self._writer = None
        for descriptor in descriptors:
            self._open.remove(descriptor)
        _close(descriptors)

    def _path(self, pack: str) -> str:
        return f"{self.folder}/{pack}{self._suffix}"


def _close(descriptors: list[int]) -> None:
    for descriptor in descriptors:
        with contextlib.suppress(OSError):
            os.close(descriptor)


def _read_at(descriptor: int, length: int, offset: int) -> bytes:
    if hasattr(os, "pread"):
        return os.pread(descriptor, length, offset)
    os.lseek(descriptor, offset, os.SEEK_SET)
    return os.read(descriptor, length)
