"""Bytes of a source file → Parsed: an article, a page, a vendor or the authors, or what is wrong with it.

A pure function of the bytes, the path and the settings below; it never raises.
"""

import msgspec

from kommunalnews.content.model import Parsed, SourceFile


class ParseSettings(msgspec.Struct, frozen=True):
    """The part of the config that parsing reads, and so a part of its key in the store."""

    language: str
    timezone: str
    """IANA name, known to exist."""
    own_hosts: tuple[str, ...] = ()
    """Hosts whose addresses are this site's own."""


def parse(source: SourceFile, data: bytes, settings: ParseSettings) -> Parsed:
    """Turn a text (any kind but ``asset``) into its value."""
    raise NotImplementedError
