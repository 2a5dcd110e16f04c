"""What an author wrote as a link's target → inside the site, outside, or neither.

Schemes are a list of the allowed, never of the forbidden (https://url.spec.whatwg.org/#concept-basic-url-parser says
how many ways there are to write ``javascript:``).
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from html import escape
from typing import NamedTuple
from unicodedata import normalize
from urllib.parse import SplitResult, unquote, urlsplit

import nh3

SCHEMES = frozenset({"http", "https", "mailto", "tel"})

_BARE = re.compile(r"(?<![\w@/.:-])(?:https?://|www\.)(?=\w)[^\s<>\"„“”‚‘’«»‹›\x00-\x1f]+", re.I)
_HOST = re.compile(r"(?:https?://)?[^\s/?#:]*\w(?:[:/?#]|$)", re.I)
_NOT_IN_URLS = re.compile(r"[\x00-\x20\x7f\"<>\\^`{|}\u00a0]|%(?![0-9A-Fa-f]{2})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

_judge = nh3.Cleaner(tags={"a"}, attributes={"a": {"href"}}, url_schemes={"http", "https"}, link_rel=None)


class Internal(NamedTuple):
    """A place in this site, to be found by whoever knows the site."""

    target: str
    anchor: str


class External(NamedTuple):
    """An address outside, ready for ``href``."""

    url: str
    leaves: bool
    """True for http and https: readers leave the site."""


@lru_cache(maxsize=4096)
def read_address(written: str, own_hosts: tuple[str, ...]) -> Internal | External | None:
    """Tell where ``written`` leads; None where it may not or cannot lead anywhere."""
    written = written.strip()
    if written[:4].lower() == "www." and len(written) > 4:
        written = f"https://{written}"
    try:
        parts = urlsplit(written)
        host = (parts.hostname or "").lower()
    except ValueError:
        return None
    if parts.scheme in ("mailto", "tel"):
        return External(_encoded(written), leaves=False) if parts.path else None
    if parts.scheme not in ("", "http", "https") or bool(host) != bool(parts.scheme or parts.netloc):
        return None
    if not host or host in own_hosts or parts.netloc.lower() in own_hosts:
        return _internal(parts, bool(host))
    url = _encoded(f"https:{written}" if not parts.scheme else written)
    return External(url, leaves=True) if _is_host(_encoded(f"https://{parts.netloc}")) else None


@lru_cache(maxsize=4096)
def _is_host(origin: str) -> bool:
    """Whether a parser as strict as a browser's takes host and port."""
    return "href" in _judge.clean(f'<a href="{escape(origin)}">')


def _internal(parts: SplitResult, has_host: bool) -> Internal:
    path = parts.path or ("/" if has_host else "")
    target = normalize("NFC", unquote(path)) + (f"?{parts.query}" if parts.query else "")
    return Internal(_CONTROL.sub("\ufffd", target), _CONTROL.sub("\ufffd", normalize("NFC", unquote(parts.fragment))))


def _encoded(url: str) -> str:
    """Percent-encode what may not stand in a URL as it is; leave all else as written."""
    url = _NOT_IN_URLS.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), url)
    start = url.find("/", url.find("//") + 2) if "//" in url else 0
    if start < 0:
        return url
    head, hash_sign, fragment = url[start:].partition("#")
    rest = head + hash_sign + fragment.replace("#", "%23")
    return url[:start] + rest.replace("[", "%5B").replace("]", "%5D")


def bare_addresses(text: str) -> Iterator[tuple[int, int]]:
    """Where web addresses stand in a text that are not links yet, the punctuation after them left out."""
    for match in _BARE.finditer(text):
        address = _trimmed(match[0])
        if "." in address[4:] and _HOST.match(address):
            yield match.start(), match.start() + len(address)


def _trimmed(address: str) -> str:
    end = len(address)
    surplus = address.count(")") - address.count("(")
    while end:
        last = address[end - 1]
        if last == ")" and surplus > 0:
            surplus -= 1
        elif last not in ".,;:!?'*_…]}–—\x01":
            break
        end -= 1
    return address[:end]
