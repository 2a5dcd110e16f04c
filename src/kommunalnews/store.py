"""Digest → bytes that cost more to make than to read.

An entry is its checksum followed by its bytes. The store may be deleted, cut short or shared at any time: what does
not match its checksum is a miss, and a write that fails makes the next build slower, never wrong.
"""

import contextlib
import os
import secrets
from collections.abc import MutableMapping
from hashlib import blake2b
from pathlib import Path
from typing import Protocol

_CHECKSUM = 16


class Store(Protocol):
    """Where results are kept between builds. Kinds are kept apart: ``parsed``, ``body``, ``pdf``."""

    def get(self, kind: str, key: str) -> bytes | None:
        """The bytes, or None where they are not known or no longer whole."""

    def put(self, kind: str, key: str, data: bytes) -> None:
        """Keep the bytes if possible."""

    def has(self, kind: str, key: str) -> bool:
        """Whether an entry seems to be there, without reading it."""


class MemoryStore:
    """A store that lasts as long as the process."""

    def __init__(self) -> None:
        self._entries: MutableMapping[tuple[str, str], bytes] = {}

    def get(self, kind: str, key: str) -> bytes | None:
        return self._entries.get((kind, key))

    def put(self, kind: str, key: str, data: bytes) -> None:
        self._entries[kind, key] = data

    def has(self, kind: str, key: str) -> bool:
        return (kind, key) in self._entries


class FolderStore:
    """A store in a folder: ``KIND/AB/ABCDEF…``. Safe to share between processes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _path(self, kind: str, key: str) -> str:
        return f"{self.folder}/{kind}/{key[:2]}/{key}"

    def get(self, kind: str, key: str) -> bytes | None:
        try:
            with open(self._path(kind, key), "rb") as stream:
                entry = stream.read()
        except OSError:
            return None
        data = entry[_CHECKSUM:]
        return data if entry[:_CHECKSUM] == _checksum(data) else None

    def put(self, kind: str, key: str, data: bytes) -> None:
        path = self._path(kind, key)
        beside = f"{path}.{secrets.token_hex(6)}"
        entry = _checksum(data) + data
        with contextlib.suppress(OSError):
            try:
                _write(beside, entry)
            except FileNotFoundError:
                os.makedirs(os.path.dirname(path), exist_ok=True)
                _write(beside, entry)
            os.replace(beside, path)

    def has(self, kind: str, key: str) -> bool:
        return os.path.exists(self._path(kind, key))


def _checksum(data: bytes) -> bytes:
    return blake2b(data, digest_size=_CHECKSUM).digest()


def _write(path: str, data: bytes) -> None:
    with open(path, "xb") as stream:
        stream.write(data)
