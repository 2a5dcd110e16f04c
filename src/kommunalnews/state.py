"""What the last build into a folder left there: path → Record.

Kept beside the store, not in the published folder: times of files are this machine's own affair. Without it every
output is made again, compared, and found equal.
"""

import contextlib
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

import msgspec

from kommunalnews.digest import Digest, of_bytes


class Key(msgspec.Struct, frozen=True, array_like=True):
    """What an output depends on, in the three parts that ``--explain`` tells apart."""

    recipe: Digest
    templates: Digest
    toolchain: Digest


class Record(msgspec.Struct, frozen=True, array_like=True):
    """An output as it was published."""

    key: Key
    digest: Digest
    size: int
    mtime_ns: int
    inputs: tuple[tuple[str, Digest], ...] = ()
    """For a PDF: the published files that it was made of."""


_Records = dict[str, Record]


def load(folder: Path, destination: Path) -> Mapping[str, Record]:
    """The records of the last build into ``destination``; none where they are missing or damaged."""
    try:
        data = _file(folder, destination).read_bytes()
        return msgspec.msgpack.decode(data[16:], type=_Records) if _is_whole(data) else {}
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return {}


def save(folder: Path, destination: Path, records: Mapping[str, Record]) -> None:
    """Keep the records if possible."""
    path = _file(folder, destination)
    data = msgspec.msgpack.encode(records)
    beside = path.with_name(f"{path.name}.{secrets.token_hex(6)}")
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(bytes.fromhex(of_bytes(data)) + data)
        os.replace(beside, path)


def _is_whole(data: bytes) -> bool:
    return data[:16].hex() == of_bytes(data[16:])


def _file(folder: Path, destination: Path) -> Path:
    return folder / f"published-{of_bytes(os.fsencode(destination.resolve()))[:16]}"
