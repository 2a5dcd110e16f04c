"""Rendered pages → packs, from which a fresh checkout, or a folder that was lost, has them again without rendering.

Those with a masthead are kept: the others, print views and feeds, take a third of the room for a quarter of the time. A
page is found by the digest of all that it was made of, so it is right for whatever folder it is wanted in. It is
kept without its inserts, which the plan knows, and not compressed: that would cost a fifth of what it costs to render
it, and what keeps a cache from one CI run to the next compresses it anyway. An entry of a pack says itself what it
is, so no index is written where a page changes; the packs are looked through where many pages are missing.

The shelf may be deleted, cut short or damaged at any time: what is not whole is rendered.
"""

from collections.abc import Iterator, Mapping, Set
from pathlib import Path
from struct import Struct
from typing import NamedTuple
from zlib import crc32

import msgspec

from kommunalnews.digest import Digest
from kommunalnews.disk import decoded, read_whole, write_whole
from kommunalnews.packs import Packs, Place
from kommunalnews.recipes import Hole

_SUFFIX = ".pages"
_FRONT = Struct(">II")
"""What an entry begins with: the length of its head and a checksum of that."""
_LONGEST = 1 << 20
"""Bytes of a head and what comes before it; none of ours is longer."""
_MOST_HEADS = 512
"""Bytes that are enough for most."""
_MANY = 48
"""Packs that are worth putting together."""
_SPARE = 16 << 20
"""Bytes that the packs may always grow by before they are looked through for what nobody wants any more."""
_SWEPT = "swept"
"""The file that says how many bytes were left then."""


class _Head(msgspec.Struct, frozen=True, array_like=True):
    """What an entry says of the page that follows it."""

    key: Digest
    digest: Digest
    """Of the page without its inserts."""
    holes: tuple[Hole, ...]
    length: int
    """Of the page, in bytes."""


class _Read(NamedTuple):
    """A head and what comes before it."""

    says: _Head
    size: int
    """Bytes of both."""


class Kept(NamedTuple):
    """A page on the shelf."""

    digest: Digest
    """Of the page without its inserts."""
    holes: tuple[Hole, ...]
    """Where they belong; all are empty."""
    place: Place
    """Where its bytes lie."""


class _Entry(NamedTuple):
    """A page and all that is written of it."""

    key: Digest
    kept: Kept
    whole: Place
    """Of head and page together."""


class Shelf:
    """The pages that are kept in a folder. Safe to share between processes; who sweeps it must be alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._packs = Packs(folder, _SUFFIX)
        self._is_given_up = False

    def put(self, key: Digest, data: bytes, digest: Digest, holes: tuple[Hole, ...] = ()) -> None:
        """Keep a page with its digest if possible. All ``holes`` must be empty."""
        if self._is_given_up or self._packs.is_removed:
            return
        head = msgspec.msgpack.encode(_Head(key, digest, holes, len(data)))
        if self._packs.put(b"".join((_FRONT.pack(len(head), crc32(head)), head, data))) is None:
            self.give_up()

    def get(self, kept: Kept) -> bytes | None:
        """A page without its inserts; None where it is not there any more, or damaged."""
        return self._packs.get(kept.place, kept.digest)

    def found(self, wanted: Set[Digest]) -> Mapping[Digest, Kept]:
        """Of the pages ``wanted`` those that are kept, by key. What cannot be read is left out."""
        return {entry.key: entry.kept for entry in self._all() if entry.key in wanted}

    def _all(self) -> Iterator[_Entry]:
        """Every entry, what was kept last at the end."""
        lengths = self._packs.lengths()
        for pack in self._packs.by_age():
            yield from self._entries(pack, lengths.get(pack, 0))

    def _entries(self, pack: str, length: int) -> Iterator[_Entry]:
        """The entries of a pack, up to the first that is not whole. Of the pages nothing is read."""
        offset = 0
        while head := self._head(pack, offset):
            body = offset + head.size
            following = body + head.says.length
            if not body <= following <= length:
                return
            kept = Kept(head.says.digest, head.says.holes, Place(pack, body, head.says.length))
            yield _Entry(head.says.key, kept, Place(pack, offset, following - offset))
            offset = following

    def _head(self, pack: str, offset: int) -> "_Read | None":
        """What an entry begins with; None where nothing of ours begins."""
        front = self._packs.read(Place(pack, offset, _MOST_HEADS)) or b""
        if len(front) < _FRONT.size:
            return None
        length, checksum = _FRONT.unpack_from(front)
        size = _FRONT.size + length
        if size > len(front):
            front = self._packs.read(Place(pack, offset, min(size, _LONGEST))) or b""
        encoded = front[_FRONT.size : size]
        if crc32(encoded) != checksum:
            return None
        says = decoded(encoded, _Head)
        return _Read(says, size) if says is not None else None

    def needs_sweeping(self) -> bool:
        """Whether there are many packs, or they have grown by half of what was left when they were swept last."""
        lengths = self._packs.lengths()
        return len(lengths) > _MANY or sum(lengths.values()) > self._swept() * 3 // 2 + _SPARE

    def sweep(self, wanted: Set[Digest]) -> None:
        """Remove pages that are not ``wanted``, where they are many in a pack; put many packs together."""
        entries = {entry.key: entry for entry in self._all()}
        kept = [entries[key] for key in sorted(entries.keys() & wanted)]
        poor = self._packs.poor([entry.whole for entry in kept], _MANY)
        rest = self._packs.lengths().keys() - {entry.whole.pack for entry in kept}
        self._packs.remove(rest)
        fresh = Packs(self._folder, _SUFFIX)
        if all(self._is_copied(entry, fresh) for entry in kept if entry.whole.pack in poor):
            self._packs.remove(poor)
        for leftover in self._folder.glob(f"{_SWEPT}.*"):
            leftover.unlink(missing_ok=True)
        write_whole(self._folder / _SWEPT, msgspec.msgpack.encode(sum(self._packs.lengths().values())))

    def _is_copied(self, entry: _Entry, into: Packs) -> bool:
        """Copy an entry if it is whole; False where there is no room for it."""
        data = self._packs.read(entry.whole) if self.get(entry.kept) is not None else None
        return data is None or into.put(data) is not None

    def give_up(self) -> None:
        """Remove all of it, and keep nothing more: the disk is full."""
        self._is_given_up = True
        self._packs.free(self._packs.lengths())

    def _swept(self) -> int:
        return decoded(read_whole(self._folder / _SWEPT), int) or 0
