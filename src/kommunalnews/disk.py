"""The clock of a disk, which the times of its files are read from.

It is no clock of the program's: what time it is is asked only to tell whether a file could have been written after it
was looked at.
"""

import secrets
from pathlib import Path

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
