"""Values and bytes → digests.

A digest is the whole account of what something depends on, so the bytes that are hashed must be canonical: msgpack
with deterministic order (https://jcristharif.com/msgspec/), never ``repr`` or ``pickle``.
"""

from hashlib import sha256
from pathlib import Path
from typing import NewType

import msgspec

Digest = NewType("Digest", str)
"""32 hexadecimal characters: the first half of SHA-256 (FIPS 180-4), for which most processors have instructions."""

_LENGTH = 32
_encoder = msgspec.msgpack.Encoder(order="deterministic")


def of_bytes(data: bytes) -> Digest:
    """The digest of bytes as they are."""
    return Digest(sha256(data).hexdigest()[:_LENGTH])


def of_value(value: object) -> Digest:
    """The digest of any value msgspec can encode: structs, tuples, mappings, text, numbers."""
    return of_bytes(_encoder.encode(value))


def of_file(path: Path) -> Digest:
    """The digest of a file's bytes, read in pieces. Raises OSError."""
    state = sha256()
    with path.open("rb") as stream:
        while piece := stream.read(1 << 20):
            state.update(piece)
    return Digest(state.hexdigest()[:_LENGTH])


def of_parts(*parts: str) -> Digest:
    """The digest of several texts in order; no two lists of texts share one."""
    return of_value(parts)
