"""Source files as the last build found them → what need not be read again.

As in Git's index, a file whose size, times and inode are what they were is taken to be what it was. Where that proves
nothing, since the file was written as late as the index was, or times are new after a checkout, the file is read, and
its digest tells.
"""

import contextlib
import secrets
from collections.abc import Mapping
from pathlib import Path

import msgspec

from kommunalnews.content.model import Asset, Parsed, SourceFile
from kommunalnews.diagnostics import Diagnostic
from kommunalnews.digest import Digest
from kommunalnews.disk import clock_of, decoded, proves_nothing, read_whole, write_whole
from kommunalnews.packs import Packs, Place

_KEPT = 4
"""Indexes of as many contexts are kept: languages, previews with another base URL."""
_FEW = 8
_SHARE = 8
"""An index is written anew when more than a few of its readings, and more than one in so many, have changed."""
_HOUR_NS = 3_600_000_000_000


class Reading(msgspec.Struct, frozen=True, array_like=True):
    """A source file and what it was parsed to."""

    source: SourceFile
    digest: Digest
    """Of its bytes; empty where it could not be read."""
    parsed: Parsed
    place: Place | None = None
    """Where its text lies."""
    text: Digest | None = None
    """The digest of its text; None where it has none."""


class Measure(msgspec.Struct, frozen=True, array_like=True):
    """A picture or an attachment and what was found of it."""

    source: SourceFile
    digest: Digest
    asset: Asset | None
    diagnostics: tuple[Diagnostic, ...]


class Index(msgspec.Struct, frozen=True, array_like=True):
    """All that is known of the source files."""

    packs: tuple[str, ...] = ()
    """The packs that hold the texts."""
    looked_ns: int = 0
    """When the folder was searched, by the clock of the disk."""
    readings: tuple[Reading, ...] = ()
    measures: tuple[Measure, ...] = ()
    name: str = ""
    """Of this index and no other."""


class _Revision(msgspec.Struct, frozen=True, array_like=True):
    """What has changed since a larger index was written."""

    packs: tuple[str, ...]
    """All that the revised index needs."""
    of: str
    """The name of the index that is revised."""
    index: Index
    """The readings that are new or changed, and all else as it is now."""
    gone: tuple[str, ...]
    """The paths of readings that are no more."""


class _Packs(msgspec.Struct, frozen=True, array_like=True):
    """As much of an index or a revision as tells which packs it needs."""

    packs: tuple[str, ...]


class Library:
    """The index and the texts of a site, below the folder of the store."""

    def __init__(self, folder: Path, *, is_doubted: bool = False) -> None:
        """Where it ``is_doubted``, a text counts as lost unless every byte of it is right."""
        self.folder = folder
        self._is_doubted = is_doubted
        self.texts = Packs(folder / "texts", ".texts")
        self._written: tuple[str, Mapping[str, Reading]] = ("", {})
        """The index that was loaded, without its revision."""

    def look(self) -> int:
        """What time it is on the disk, in nanoseconds; 0 where nothing can be kept."""
        return clock_of(self.folder)

    def load(self, context: Digest) -> Index:
        """What is known in this context; readings whose text is lost are left out."""
        written = decoded(read_whole(self._path(context)), Index) or Index()
        self._written = written.name, {one.source.path: one for one in written.readings}
        revision = decoded(read_whole(self._revision(context)), _Revision)
        index = _revised(written, revision) if revision is not None and revision.of == written.name else written
        lengths = self.texts.lengths()
        whole = (one for one in index.readings if one.text is None or self._has(one.text, one.place, lengths))
        return msgspec.structs.replace(index, readings=tuple(whole))

    def _has(self, text: Digest, place: Place | None, lengths: Mapping[str, int]) -> bool:
        if place is None or place.offset + place.length > lengths.get(place.pack, 0):
            return False
        return not self._is_doubted or self.texts.get(place, text) is not None

    def gathered(self, index: Index) -> Index:
        """The index with its texts in few packs."""
        readings = index.readings
        places = self.texts.together({one.text: one.place for one in readings if one.text and one.place})
        if places:
            readings = tuple(
                msgspec.structs.replace(one, place=places[one.text]) if one.text and one.text in places else one
                for one in readings
            )
        packs = tuple(sorted({one.place.pack for one in readings if one.place}))
        return Index(packs, index.looked_ns, readings, index.measures)

    def save(self, context: Digest, index: Index) -> None:
        """Keep an index if possible, and remove the texts that none names any more."""
        name, known = self._written
        changed = tuple([one for one in index.readings if known.get(one.source.path) is not one])
        if name and len(changed) <= max(_FEW, len(known) // _SHARE):
            gone = tuple(sorted(known.keys() - {one.source.path for one in index.readings}))
            revision = _Revision(index.packs, name, msgspec.structs.replace(index, readings=changed), gone)
            write_whole(self._revision(context), msgspec.msgpack.encode(revision))
        else:
            index = msgspec.structs.replace(index, name=secrets.token_hex(8))
            write_whole(self._path(context), msgspec.msgpack.encode(index))
            with contextlib.suppress(OSError):
                self._revision(context).unlink()
        with contextlib.suppress(OSError):
            self._clear(context, index)

    def _clear(self, context: Digest, index: Index) -> None:
        """Remove the oldest indexes, and the packs that no index names; young ones may be another build's."""
        unnamed = self.texts.packs(before_ns=index.looked_ns - _HOUR_NS) - set(index.packs)
        if not unnamed:
            return
        own = self._path(context)
        others = [path for path in self.folder.glob("index-*") if path != own and "." not in path.name]
        others.sort(key=lambda path: path.stat().st_mtime_ns, reverse=True)
        for path in others[_KEPT - 1 :]:
            path.unlink()
            _revision_of(path).unlink(missing_ok=True)
        for path in (own, *others[: _KEPT - 1]):
            for file in (path, _revision_of(path)):
                needed = decoded(read_whole(file), _Packs)
                unnamed -= set(needed.packs if needed else ())
        self.texts.remove(unnamed)

    def _path(self, context: Digest) -> Path:
        return self.folder / f"index-{context[:16]}"

    def _revision(self, context: Digest) -> Path:
        return _revision_of(self._path(context))


def _revision_of(path: Path) -> Path:
    return path.with_name(path.name.replace("index-", "revision-"))


def _revised(index: Index, revision: _Revision) -> Index:
    readings = {one.source.path: one for one in index.readings}
    for path in revision.gone:
        readings.pop(path, None)
    readings |= {one.source.path: one for one in revision.index.readings}
    return msgspec.structs.replace(revision.index, readings=tuple(readings.values()))


def is_as_it_was(source: SourceFile, known: Reading | Measure | None, looked_ns: int) -> bool:
    """Whether a file was read and is sure to have the bytes it had when the folder was searched at ``looked_ns``."""
    if known is None or not known.digest or source != known.source:
        return False
    return not (proves_nothing(source.mtime_ns, looked_ns) or proves_nothing(source.ctime_ns, looked_ns))
