"""A store that grew too large → the same without what was not used for longest.

Looking through a store costs time, so it is done once a day, or when what was written since may have passed the limit.
Several builds may do it at once. Files that are not called like entries are never touched.
"""

import contextlib
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

import msgspec

from kommunalnews.store.entries import KEY, KIND, LEFTOVER
from kommunalnews.store.folder import BLOCK, DAY, GROWTH, blocks, entries, scanned

LOOKED = "upkeep.json"
"""When the store was last looked through, and what it held then."""
_AIM = 0.9
"""Part of the limit that is left, so that the next build does not pass it at once."""

Found = tuple[int, int, str]
"""When an entry was used, in nanoseconds; its size in bytes; its path."""


class _Look(msgspec.Struct):
    """What was found when the store was last looked through."""

    at: int
    """Seconds since 1970."""
    held: int
    """Bytes, in whole blocks."""


def age_out(folder: Path, limit: int, now: int) -> int:
    """Bring the entries in ``folder`` below ``limit`` bytes; ``now`` in seconds since 1970. Returns how many went."""
    looked, held = _last_look(folder)
    if 0 <= now - looked < DAY and held + _growth(folder) <= limit:
        return 0
    found, leftovers = _look(folder, now)
    outdated, held = oldest(found, limit)
    with contextlib.suppress(OSError):
        os.unlink(f"{folder}/{GROWTH}")
    _note_look(folder, now, held)
    return sum(_unlink(path) for path in (*leftovers, *outdated))


def oldest(found: Iterable[Found], limit: int) -> tuple[list[str], int]:
    """The entries that are one too many, longest unused first, and the bytes that are left without them."""
    found = sorted(found)
    held = sum(size for _, size, _ in found)
    outdated = []
    if held > limit:
        for _, size, path in found:
            if held <= limit * _AIM:
                break
            held -= size
            outdated.append(path)
    return outdated, held


def _look(folder: Path, now: int) -> tuple[list[Found], list[str]]:
    """Every entry, and what writes that were cut short left behind more than a day ago."""
    found, leftovers = [], []
    for kind in scanned(str(folder)):
        if not KIND.fullmatch(kind.name) or not kind.is_dir(follow_symlinks=False):
            continue
        for file in entries(kind.path):
            try:
                stat = file.stat(follow_symlinks=False)
            except OSError:  # another build removed it
                continue
            if KEY.fullmatch(file.name):
                found.append((stat.st_mtime_ns, blocks(stat.st_size) * BLOCK, file.path))
            elif LEFTOVER.fullmatch(file.name) and stat.st_mtime < now - DAY:
                leftovers.append(file.path)
    return found, leftovers


def _unlink(path: str) -> bool:
    try:
        os.unlink(path)
    except OSError:
        return False
    return True


def _growth(folder: Path) -> int:
    try:
        return os.stat(f"{folder}/{GROWTH}").st_size * BLOCK
    except OSError:
        return 0


def _last_look(folder: Path) -> tuple[int, int]:
    """When that was, and the bytes found; long ago where nothing is known of it."""
    try:
        look = msgspec.json.decode((folder / LOOKED).read_bytes(), type=_Look)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return 0, 0
    return look.at, look.held


def _note_look(folder: Path, now: int, held: int) -> None:
    beside = folder / f"{LOOKED}.{secrets.token_hex(6)}"
    with contextlib.suppress(OSError):
        beside.write_bytes(msgspec.json.encode(_Look(now, held)))
        os.replace(beside, folder / LOOKED)
