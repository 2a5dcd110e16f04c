"""Bytes ⇄ an entry: the same bytes behind a checksum of them and of their name.

An entry that was cut, garbled, swapped or written by somebody else does not match its checksum, and is a miss.
"""

import re
from collections.abc import MutableMapping
from hashlib import blake2b
from typing import Protocol

_CHECKSUM = 16
KIND = re.compile(r"[a-z][a-z0-9_-]{0,31}")
KEY = re.compile(r"[0-9a-f]{16,64}")
"""A key is a digest; only what is called like one is ever listed or removed."""
LEFTOVER = re.compile(rf"({KEY.pattern})\.[0-9a-f]{{12}}")
"""What a write that was cut short leaves beside its entry."""


class Store(Protocol):
    """Where results are kept between builds. Kinds, such as ``pdf``, are kept apart.

    No method ever raises for the state that a store is in: what cannot be read is a miss, what cannot be written or
    removed is let go.
    """

    def get(self, kind: str, key: str) -> bytes | None:
        """The bytes, or None where they are not known or no longer whole."""

    def put(self, kind: str, key: str, data: bytes) -> None:
        """Keep the bytes if possible."""

    def has(self, kind: str, key: str) -> bool:
        """Whether an entry seems to be there, without reading it."""

    def names(self, kind: str) -> tuple[str, ...]:
        """The keys that seem to be there, sorted."""

    def remove(self, kind: str, key: str) -> None:
        """Forget an entry if possible."""


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

    def names(self, kind: str) -> tuple[str, ...]:
        return tuple(sorted(key for kept, key in self._entries if kept == kind))

    def remove(self, kind: str, key: str) -> None:
        self._entries.pop((kind, key), None)


def sealed(kind: str, key: str, data: bytes) -> bytes:
    """The entry that keeps ``data`` under this name."""
    return _checksum(kind, key, data) + data


def unsealed(kind: str, key: str, entry: bytes) -> bytes | None:
    """What ``sealed`` was given, or None where the entry is another's or no longer whole."""
    data = entry[_CHECKSUM:]
    return data if entry[:_CHECKSUM] == _checksum(kind, key, data) else None


def _checksum(kind: str, key: str, data: bytes) -> bytes:
    return blake2b(data, digest_size=_CHECKSUM, key=f"{kind}/{key}".encode()[:64]).digest()
