"""The clock of a disk, which the times of its files are read from.

It is no clock of the program's: what time it is is asked only to tell whether a file could have been written after it
was looked at.
"""

import secrets
from pathlib import Path

COARSE_NS = 2_000_000_000
"""Nanoseconds by which the times of a file may lie: FAT counts in steps of two seconds."""


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
