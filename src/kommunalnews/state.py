"""What the last build into a folder left there: files and keys.

Kept beside the store, not in the published folder: times of files are this machine's own affair. Without it every
output is made again, compared, and found equal.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from kommunalnews.digest import Digest, of_parts
from kommunalnews.disk import decoded, of_destination, read_whole, write_whole
from kommunalnews.recipes import Hole, Known, Slot
from kommunalnews.rendering.templates import Closures
from kommunalnews.site.related import Related

_PUBLISHED = "published"
"""What the files are called that tell what is published."""


class Key(msgspec.Struct, frozen=True, array_like=True):
    """What an output depends on, in the three parts that ``--explain`` tells apart."""

    recipe: Digest
    templates: Digest
    toolchain: Digest
    inserts: Digest = Digest("")
    """Of what stands in its fragments."""

    @property
    def without_inserts(self) -> Digest:
        """What a page depends on but for what other articles change in it."""
        return of_parts(self.recipe, self.templates, self.toolchain)


class Keyed(NamedTuple):
    """An output of a plan with its key."""

    slot: Slot
    key: Key

    @property
    def is_worth_keeping(self) -> bool:
        """Whether it is a page with masthead and footer: others, print views and feeds, are not worth their room."""
        return self.slot.known.kind == "template" and len(self.slot.known.templates) > 1


class Record(msgspec.Struct, frozen=True, array_like=True):
    """An output as it was published."""

    key: Key
    digest: Digest
    size: int
    mtime_ns: int
    inputs: tuple[tuple[str, Digest], ...] = ()
    """For a PDF: the published files that it was made of."""
    holes: tuple[Hole, ...] = ()
    """For a page: where the parts stand that other articles change."""
    why: tuple[str, ...] = ()
    """The parts of its key that were different when it was made last; empty where nothing was known before."""
    owner: str = ""
    """For a file that no plan knows: the output that it belongs to, whose key is also its own."""


def difference(record: Record | None, key: Key) -> tuple[str, ...]:
    """The parts of the key in which an output differs from what is recorded; ``("file",)`` where in none."""
    if record is None:
        return ()
    return tuple(name for name in key.__struct_fields__ if getattr(key, name) != getattr(record.key, name)) or ("file",)


class Lore(msgspec.Struct, frozen=True, array_like=True):
    """What the next plan may know of the last."""

    related: Related = Related()
    memory: dict[Digest, tuple[Known, ...]] = {}
    closures: Closures = Closures()


class Published(msgspec.Struct, frozen=True, array_like=True):
    """What the last build left."""

    toolchain: Digest = Digest("")
    run: str = ""
    """Of the system, where it must be the same: ``spares``."""
    records: dict[str, Record] = {}
    """By output path."""
    lore: Lore = Lore()
    """True for this toolchain only."""


def load(folder: Path, destination: Path, toolchain: Digest) -> Published:
    """What the last build left in ``destination``; nothing where that is not known, or damaged."""
    found = decoded(read_whole(_file(folder, destination)), Published) or Published()
    return found if found.toolchain == toolchain else Published(run=found.run, records=found.records)


class Files(msgspec.Struct, frozen=True, array_like=True):
    """As much of what was left as tells what is published."""

    toolchain: Digest = Digest("")
    run: str = ""
    records: dict[str, Record] = {}


def files(folder: Path, destination: Path) -> Files:
    """What the last build left in ``destination``, as ``load`` finds it, but nothing more of it."""
    return decoded(read_whole(_file(folder, destination)), Files) or Files()


def keys(folder: Path) -> Iterator[Key]:
    """The keys of all that was left in any destination."""
    for path in sorted(folder.glob(f"{_PUBLISHED}-*")):
        found = decoded(read_whole(path), Files) or Files()
        yield from (record.key for record in found.records.values())


def save(folder: Path, destination: Path, published: Published) -> None:
    """Keep it if possible."""
    write_whole(_file(folder, destination), msgspec.msgpack.encode(published))


def _file(folder: Path, destination: Path) -> Path:
    return folder / of_destination(_PUBLISHED, destination)
