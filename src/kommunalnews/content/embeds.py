"""A fenced block ``video`` or ``map`` → what stands in the text for it: an Embed, never the foreign thing itself.

The block holds YAML, typed by one schema. What a page shows of it is a picture, if there is one, and a plain link.
Whether a browser may load the player, after a click and a word about what that means, is the site's choice by host.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import msgspec

from kommunalnews import typed_yaml
from kommunalnews.content.addresses import External, Internal, read_address
from kommunalnews.content.positions import Positions
from kommunalnews.diagnostics import N_, Diagnostic, error

Kind = Literal["video", "map"]
EMBEDS: Mapping[str, Kind] = MappingProxyType({"video": "video", "map": "map", "karte": "map"})
"""What such a block may be called, in any case."""
_CODE = re.compile(rf'<code class="language-({"|".join(EMBEDS)})">', re.I)
_FENCE = re.compile(rf"^(?:`{{3,}}|~{{3,}})[ ]*(?:{'|'.join(EMBEDS)})[ ]*$", re.MULTILINE | re.I)
_IDENTIFIER = re.compile(r"[A-Za-z0-9_-]{4,64}")
_YOUTUBE = frozenset({"www.youtube.com", "youtube.com", "m.youtube.com", "youtu.be", "www.youtube-nocookie.com"})


class EmbedMatter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands in the block."""

    url: str
    """Where people find it: an address, or a file beside the text."""
    title: str
    picture: str = ""
    alt: str = ""
    caption: str = ""
    credit: str = ""
    frame: str = ""
    """The player's address, where ``url`` does not tell it."""
    transcript: str = ""
    """The same in words, for those who do not hear or see it."""
    subtitles: str = ""
    """A ``.vtt`` file, for a video of one's own."""


class Embed(NamedTuple):
    """A video or a map, sound."""

    kind: Kind
    matter: EmbedMatter
    frame: str
    """What a browser may load after a click; empty where it may not."""
    host: str
    """The one that would learn of it."""


def kind_of(tag: str) -> Kind | None:
    """Which kind of block begins with the tag ``<code …>``."""
    match = _CODE.fullmatch(tag)
    return EMBEDS[match[1].lower()] if match else None


def embed(
    kind: Kind, text: str, number: int, positions: Positions, own_hosts: tuple[str, ...], hosts: tuple[str, ...]
) -> tuple[Embed | None, tuple[Diagnostic, ...]]:
    """Read the block ``number`` (from 0) of a text; None where a diagnostic is an error."""
    fences = list(_FENCE.finditer(positions.text))
    fence = positions.at(fences[number].start(), len(fences[number][0])) if number < len(fences) else positions.at(0, 0)
    document, diagnostics = typed_yaml.read(text, path=fence.path, first_line=fence.line + 1, opening=fence.excerpt)
    if document is None:
        return None, diagnostics
    decoded = typed_yaml.decode(document, EmbedMatter, zone=ZoneInfo("UTC"))
    diagnostics += decoded.diagnostics
    matter, places = decoded.value, decoded.places
    if matter is None:
        return None, diagnostics
    address = read_address(matter.url, own_hosts)
    is_sound = isinstance(address, Internal) or (isinstance(address, External) and address.leaves)
    faults = [] if is_sound else [("url", matter.url)]
    frame = matter.frame or (player(address.url) if isinstance(address, External) else "")
    host = (urlsplit(frame).hostname or "") if frame.startswith("https://") and _is_address(frame) else ""
    faults += [("frame", matter.frame)] if matter.frame and not host else []
    if faults:
        message = N_("“{value}” is not the address of a video or a map")
        hint = N_("Write it in full, like https://www.example.org/video, or name a file beside the text")
        return None, (*diagnostics, *(error("embed-address", message, places[at], hint, value=v) for at, v in faults))
    allowed = frame if host in hosts else ""
    return Embed(kind, matter, allowed, host), diagnostics


def _is_address(url: str) -> bool:
    found = read_address(url, ())
    return isinstance(found, External) and found.leaves


def player(url: str) -> str:
    """The player of a video by the address of its page; empty where that does not tell it."""
    parts = urlsplit(url)
    host, path = (parts.hostname or "").lower(), [part for part in parts.path.split("/") if part]
    last = path[-1] if path else ""
    if host in _YOUTUBE:
        last = (parse_qs(parts.query).get("v") or [""])[0] or (last if last != "watch" else "")
        return f"https://www.youtube-nocookie.com/embed/{last}" if _IDENTIFIER.fullmatch(last) else ""
    if not _IDENTIFIER.fullmatch(last):
        return ""
    if host in ("vimeo.com", "www.vimeo.com"):
        return f"https://player.vimeo.com/video/{last}?dnt=1"
    if path[:-1] in (["w"], ["videos", "watch"]):  # PeerTube, wherever it lives
        return f"https://{host}/videos/embed/{last}"
    return ""
