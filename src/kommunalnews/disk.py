"""What is kept on a disk between builds: files that say whether they are whole, and the clock of their times.

The clock is none of the program's: what time it is is asked only to tell whether a file could have been written after
it was looked at.
"""

import contextlib
import errno
import os
import re
import secrets
import zlib
from pathlib import Path
from typing import TypeVar

import msgspec

from kommunalnews.digest import of_bytes

T = TypeVar("T")

OWN_FOLDER = ".kommunalnews"
"""The folder of a published site that is the program's own."""
MANIFEST = f"{OWN_FOLDER}/manifest"
"""The list of what is published."""
HOLDER = f"{OWN_FOLDER}/holder"
"""Who publishes there at present, for people."""
_BESIDE = re.compile(r"(?:now|[a-z]+-[0-9a-f]{16})\.[0-9a-f]{12}")
"""The names of our own files while they are written."""
_ABOUT = re.compile(r"(?:published|standing|spare)-([0-9a-f]{16})")
"""The names of what is kept about one published folder."""
_MONTH = 30 * 86_400
_CHECKSUM = 4
_NOT_NOTHING = 0x6B6E
"""Where the sum begins, lest a file of zeros be taken for whole."""

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_FINE_NS = 20_000_000
"""Nanoseconds that the kernel's clock may lie behind: it is read at its ticks."""
_COARSE_NS = 2_000_000_000
"""The same where a disk counts in whole seconds, or in two, as FAT does."""


def proves_nothing(stamp_ns: int, looked_ns: int) -> bool:
    """Whether a file with this time may have been written after it was looked at, with the same time."""
    return stamp_ns >= looked_ns - (_COARSE_NS if stamp_ns % 1_000_000_000 == 0 else _FINE_NS)


def clock_of(folder: Path) -> int:
    """What time it is on the disk of a folder, in nanoseconds; 0 where nothing can be written there."""
    mark = folder / f"now.{secrets.token_hex(6)}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        mark.touch()
        found = mark.stat().st_mtime_ns
        mark.unlink()
    except OSError:
        return 0
    return found


def read_whole(path: Path) -> memoryview | None:
    """What ``write_whole`` put there; None where that is not known any more, or damaged."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    kept = memoryview(data)[_CHECKSUM:]
    return kept if data[:_CHECKSUM] == _checksum(kept) else None


def decoded(data: bytes | memoryview | None, kind: type[T]) -> T | None:
    """The value that was kept as msgpack; None where there is none, or none of this kind."""
    try:
        return msgspec.msgpack.decode(data, type=kind) if data is not None else None
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def write_whole(path: Path, data: bytes) -> None:
    """Keep the bytes in one move, if possible."""
    beside = path.with_name(f"{path.name}.{secrets.token_hex(6)}")
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("xb") as stream:
            stream.write(_checksum(data))
            stream.write(data)
        os.replace(beside, path)


def of_destination(kind: str, destination: str | Path) -> str:
    """The name of what is kept about one published folder, wherever the way to it leads."""
    return f"{kind}-{of_bytes(os.fsencode(os.path.realpath(destination)))[:16]}"


def forget(folder: Path, destination: str | Path, now: int) -> None:
    """Remove what is kept about published folders, save this one, that nothing was published into for a month.

    ``now`` in seconds since 1970. If such a folder is still there, the next build of it takes as long as a first one.
    """
    import shutil

    own = of_destination("", destination).removeprefix("-")
    about: dict[str, list[Path]] = {}
    with contextlib.suppress(OSError):
        for path in sorted(folder.iterdir()):
            if (named := _ABOUT.fullmatch(path.name)) and named[1] != own:
                about.setdefault(named[1], []).append(path)
        for paths in about.values():
            if max(path.stat().st_mtime for path in paths) < now - _MONTH:
                for path in paths:
                    shutil.rmtree(path) if path.is_dir() else path.unlink()


def make(path: str, data: bytes) -> os.stat_result:
    """Make a file, without the layers of an open one: this is done for every page. Raises OSError."""
    file = os.open(path, _NEW, 0o666)
    try:
        if os.write(file, data) != len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return os.fstat(file)
    finally:
        os.close(file)


def clear(folder: Path) -> None:
    """Remove what builds that were cut short have left beside files that they wrote. The folder must be locked."""
    with contextlib.suppress(OSError):
        for path in sorted(folder.iterdir()):
            if _BESIDE.fullmatch(path.name):
                path.unlink()


def _checksum(data: bytes | memoryview) -> bytes:
    return zlib.crc32(data, _NOT_NOTHING).to_bytes(_CHECKSUM, "big")
