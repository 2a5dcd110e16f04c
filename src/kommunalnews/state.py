"""What the last build into a folder left there: files and keys.

Kept beside the store, not in the published folder: times of files are this machine's own affair. Without it every
output is made again, compared, and found equal.
"""

import contextlib
import os
import secrets
from pathlib import Path

import msgspec

from kommunalnews.digest import Digest, of_bytes
from kommunalnews.recipes import Hole, Known
from kommunalnews.rendering.templates import Closures
from kommunalnews.site.related import Related


class Key(msgspec.Struct, frozen=True, array_like=True):
    """What an output depends on, in the three parts that ``--explain`` tells apart."""

    recipe: Digest
    templates: Digest
    toolchain: Digest
    inserts: Digest = Digest("")
    """Of what stands in its fragments."""


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


class Lore(msgspec.Struct, frozen=True, array_like=True):
    """What the next plan may know of the last."""

    related: Related = Related()
    memory: dict[Digest, tuple[Known, ...]] = {}
    closures: Closures = Closures()


class Published(msgspec.Struct, frozen=True, array_like=True):
    """What the last build left."""

    toolchain: Digest = Digest("")
    records: dict[str, Record] = {}
    """By output path."""
    lore: Lore = Lore()
    """True for this toolchain only."""


def load(folder: Path, destination: Path, toolchain: Digest) -> Published:
    """What the last build left in ``destination``; nothing where that is not known, or damaged."""
    try:
        data = _file(folder, destination).read_bytes()
        found = msgspec.msgpack.decode(data[16:], type=Published) if _is_whole(data) else Published()
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return Published()
    return found if found.toolchain == toolchain else Published(records=found.records)


def save(folder: Path, destination: Path, published: Published) -> None:
    """Keep it if possible."""
    path = _file(folder, destination)
    data = msgspec.msgpack.encode(published)
    beside = path.with_name(f"{path.name}.{secrets.token_hex(6)}")
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(bytes.fromhex(of_bytes(data)) + data)
        os.replace(beside, path)


def _is_whole(data: bytes) -> bool:
    return data[:16].hex() == of_bytes(data[16:])


def _file(folder: Path, destination: Path) -> Path:
    return folder / f"published-{of_bytes(os.fsencode(destination.resolve()))[:16]}"
