"""Links and pictures of a text → the start tags that stand for them, with a Reference for each inner one.

An inner address is written ``kn-link:N`` or ``kn-picture:N`` right behind ``<a href=`` or ``<img src=``, so that a
plain substitution puts in what the whole site knows. Authors cannot write these schemes: nh3 takes them out.
"""

import re
from collections import Counter
from html import unescape
from typing import NamedTuple

from kommunalnews.content.addresses import External, Internal, read_address
from kommunalnews.content.alternatives import ALT_IS_FILE_NAME, ALT_OF_DECORATION, is_file_name
from kommunalnews.content.identifiers import footnote_number
from kommunalnews.content.model import Reference
from kommunalnews.content.positions import Positions
from kommunalnews.content.sanitising import addresses
from kommunalnews.content.tags import attribute, classes, escaped
from kommunalnews.content.typography import typeset
from kommunalnews.diagnostics import N_, Diagnostic, warning

_CREDIT = re.compile(
    r"\(\s*((?:Fotos?|Bild(?:er)?|Illustration(?:en)?|Grafik(?:en)?|Karte|Quelle|Photo|Picture|Image|Credit)"
    r"\s*:\s*[^()]+(?:\([^()]*\)[^()]*)*)\)\s*$",
    re.I,
)
DECORATIVE = "decorative"
"""The class that says that a picture without alternative text is meant so."""


class Shown(NamedTuple):
    """What stands in the place of a picture."""

    html: str
    is_picture: bool
    caption: str = ""
    """HTML of the caption and the credit."""
    text: str = ""
    """The same in plain text, or what stands instead of the picture."""


class References:
    """The links and pictures of one text, met in document order."""

    def __init__(self, own_hosts: tuple[str, ...], language: str, positions: Positions | None) -> None:
        self._own_hosts = own_hosts
        self._language = language
        self._positions = positions
        """None for a line of text, which has inner links no more than pictures."""
        self.found: list[Reference] = []
        self.problems: list[Diagnostic] = []
        self._count = {"link": 0, "picture": 0}
        self.met: Counter[tuple[str, str]] = Counter()
        """Element and address of whatever came through sanitising."""

    def link(self, href: str, attributes: dict[str, str]) -> str:
        """The start tag of a link without its ``>``; empty where it leads nowhere and its text stands alone."""
        self.met["a", href.strip()] += 1
        if not href.strip():
            self._warn_empty()
            return ""
        title = attribute("title", attributes["title"]) if attributes.get("title") else ""
        match read_address(href, self._own_hosts):
            case External(url, leaves=True):
                return f'<a{attribute("href", url)}{classes(attributes, "external")} rel="noopener external"{title}'
            case External(url):
                return f"<a{attribute('href', url)}{classes(attributes)}{title}"
            case Internal(target, anchor) if self._positions:
                number = self._add("link", href, target, anchor)
                address = f"kn-link:{number}" if target or anchor else "#"
                return f"<a{attribute('href', address)}{classes(attributes)}{title}"
            case Internal():
                return ""
        self._warn_address(href)
        return ""

    def picture(self, attributes: dict[str, str], *, in_link: bool, credit: str = "") -> Shown:
        """The picture itself, or a link to it where it lies on another server.

        ``credit`` is for a picture whose title is no caption that may name one.
        """
        src, alt = attributes.get("src", "").strip(), attributes.get("alt", "").strip()
        self.met["img", src] += 1
        match read_address(src, self._own_hosts) if src else None:
            case Internal(target, anchor) if target:
                if not alt and DECORATIVE not in attributes.get("class", "").split():
                    self._warn_alt(src)
                elif alt:
                    self._warn_unfit(src, alt, is_decoration=DECORATIVE in attributes.get("class", "").split())
                caption, text, named = self._caption(attributes.get("title", ""))
                number = self._add("picture", src, target, anchor, credit or named)
                html = f'<img src="kn-picture:{number}"{attribute("alt", alt)} loading="lazy" decoding="async"'
                return Shown(html, True, caption, text)
            case External(url, leaves=True):
                return self._remote(url, src, alt, in_link=in_link)
        if src:
            self._warn_address(src)
        elif "src" in attributes:
            self._warn_empty()
        return Shown(escaped(alt), False, text=alt)

    def lost(self, unsanitised: str) -> None:
        """Say which addresses sanitising took away: those that were not met."""
        for element, raw in addresses(unsanitised):
            written = unescape(raw).strip()
            if self.met[element, written] > 0:
                self.met[element, written] -= 1
            elif written and not footnote_number(written):
                self._warn_address(written)

    def _add(self, kind: str, written: str, target: str, anchor: str, credit: str = "") -> int:
        assert self._positions
        number = self._count[kind]
        self._count[kind] += 1
        location = self._positions.of_target(written)
        self.found.append(Reference("link" if kind == "link" else "picture", target, location, anchor, credit))
        return number

    def _caption(self, title: str) -> tuple[str, str, str]:
        """A caption as HTML and as text, and the credit: ``(Foto: Name)`` at its end."""
        words = typeset(" ".join(title.split()), self._language)
        credit = _CREDIT.search(words)
        if credit is None:
            return escaped(words), words, ""
        caption, name = words[: credit.start()].rstrip(), credit[1].strip()
        html = f'{escaped(caption)} <span class="credit">{escaped(name)}</span>'.strip()
        return html, f"{caption} {name}".strip(), name

    def _remote(self, url: str, src: str, alt: str, *, in_link: bool) -> Shown:
        self._warn(
            "picture-remote",
            N_("The picture “{target}” lies on another server, which would learn who reads this page"),
            src,
            N_("Copy it into the content folder, if its licence allows; until then it is shown as a link"),
        )
        words = alt or url
        if in_link:
            return Shown(escaped(words), False, text=words)
        start = f'<a{attribute("href", url)} class="external" rel="noopener external">'
        return Shown(f"{start}{escaped(words)}</a>", False, text=words)

    def _warn_alt(self, src: str) -> None:
        self._warn(
            "picture-without-alt",
            N_("The picture “{target}” has no alternative text"),
            src,
            N_("Say between ![ and ] what it shows, or write {{: .decorative}} behind it if it only decorates"),
            goes_on=False,
        )

    def _warn_unfit(self, src: str, alt: str, *, is_decoration: bool) -> None:
        if is_decoration or is_file_name(alt):
            message = ALT_OF_DECORATION if is_decoration else ALT_IS_FILE_NAME
            hint = N_("Keep one of the two: the text, or {{: .decorative}}")
            hint = hint if is_decoration else N_("Say between ![ and ] what the picture shows")
            self._warn("alt-unfit", message, src, hint, goes_on=False, alt=short(alt))

    def _warn_empty(self) -> None:
        self._warn("link-empty", N_("A link without a target"), "", N_("Put the address between ( and )"))

    def _warn_address(self, written: str) -> None:
        hint = N_("Allowed are http, https, mailto, tel, and paths inside the site")
        if self._positions is None:
            return
        scheme = re.match(r"[a-z][a-z0-9+.-]*:", re.sub(r"[\x00-\x20]", "", unescape(written)), re.I)
        if scheme and scheme[0].lower() not in ("http:", "https:", "mailto:", "tel:"):
            self._warn("link-scheme", N_("A link or picture may not lead to “{target}”"), written, hint)
        else:
            self._warn("link-invalid", N_("“{target}” is not an address"), written, hint)

    def _warn(self, code: str, message: str, written: str, hint: str, *, goes_on: bool = True, **more: str) -> None:
        if self._positions is None:
            return
        place = self._positions.of_target(written) if goes_on else self._positions.peek(written)
        self.problems.append(warning(code, message, place, hint, target=short(written), **more))


def short(address: str) -> str:
    """An address as a message shows it."""
    return address if len(address) <= 80 else f"{address[:79]}…"
