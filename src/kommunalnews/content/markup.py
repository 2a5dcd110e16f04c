"""Markdown text → RenderedBody: safe, valid, typeset HTML, and all that was learnt on the way.

::

    text ─check_form→ ─convert→ HTML of anyone ─sanitise→ canonical HTML ─finish→ RenderedBody + diagnostics

Nothing an author writes is trusted after Python-Markdown: sanitising comes last of all that reads what was written,
and finishing adds only what is ours.
"""

import re
from html import unescape
from typing import NamedTuple

import msgspec

from kommunalnews.content import refusals
from kommunalnews.content.addresses import External, read_address
from kommunalnews.content.decoding import is_printable
from kommunalnews.content.dialect import Converted, convert, convert_inline
from kommunalnews.content.finishing import Finished, finish
from kommunalnews.content.limits import TimeLimitExceeded, time_limit
from kommunalnews.content.model import RenderedBody
from kommunalnews.content.positions import Positions
from kommunalnews.content.references import short
from kommunalnews.content.refusals import BodyRefused
from kommunalnews.content.sanitising import (
    INLINE,
    addresses,
    goes_with_content,
    is_empty,
    removed,
    sanitise,
    sanitise_inline,
)
from kommunalnews.content.slips import slips
from kommunalnews.content.tags import escaped
from kommunalnews.diagnostics import N_, Diagnostic, warning

__all__ = ["PLAIN_LINE", "SECONDS", "BodyRefused", "Line", "TextSettings", "render_body", "render_inline"]

SECONDS = 1.5
"""Processor time that one text may take. The longest real article we know, 118,000 characters, takes 0.15 s."""

PLAIN_LINE = re.compile(r"""[^\W\d_](?:[^\W_]|[ ,.;:?()„“”‚‘’»«"'–—-])*(?<! )""")
"""A line that says nothing to Markdown and HTML: both give it back as it is."""
_LONGEST_LINE = 10_000
"""Characters of a lead or caption; a longer one is shown as typed."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class TextSettings(msgspec.Struct, frozen=True):
    """What rendering a text may depend on, besides the text."""

    language: str
    """BCP 47: which quotation marks."""
    own_hosts: tuple[str, ...] = ()
    """Hosts, in lower case, whose absolute links lead into this site: ``("www.example.org",)``."""
    embed_hosts: tuple[str, ...] = ()
    """Hosts whose players a browser may load, after a click."""


def render_body(
    text: str, *, path: str, first_line: int, title: str, settings: TextSettings
) -> tuple[RenderedBody, tuple[Diagnostic, ...]]:
    """Render the text of the file ``path`` that begins on ``first_line`` under the headline ``title``.

    Returns warnings. Raises BodyRefused, with an error inside, for a text that is too long, too deep or too slow.
    """
    text = _without_controls(text)
    positions = Positions(text, path, first_line)
    try:
        with time_limit(SECONDS):
            refusals.check_form(text, positions)
            return _rendered(text, positions, title, settings)
    except TimeLimitExceeded:
        raise refusals.too_slow(positions, SECONDS) from None
    except RecursionError:
        raise refusals.too_deep(positions) from None
    except MemoryError:
        raise refusals.too_large(positions) from None


def _without_controls(text: str) -> str:
    return text if is_printable(text) else _CONTROL.sub("", text)


def _rendered(
    text: str, positions: Positions, title: str, settings: TextSettings
) -> tuple[RenderedBody, tuple[Diagnostic, ...]]:
    converted = convert(text)
    refusals.check_raw_html(converted.raw_blocks, positions)
    elements, attributes = removed(converted.raw_blocks)
    finished = finish(
        sanitise(converted.html, has_removed=bool(elements)),
        converted.html,
        language=settings.language,
        own_hosts=settings.own_hosts,
        title=title,
        positions=positions,
        embed_hosts=settings.embed_hosts,
    )
    problems = (
        *_removals(elements, attributes, positions),
        *finished.problems,
        *_footnotes(converted, positions),
        *slips(positions, converted.footnotes),
    )
    return _body(finished), problems


def _body(finished: Finished) -> RenderedBody:
    return RenderedBody(
        html=finished.html,
        text=finished.text,
        references=finished.references,
        anchors=finished.anchors,
        headings=finished.headings,
        words=finished.text.count(" ") + 1 if finished.text else 0,
    )


class Line(NamedTuple):
    """A line of text, such as a lead or a caption, rendered."""

    html: str = ""
    """Without blocks, pictures and inner links."""
    text: str = ""
    dropped: tuple[str, ...] = ()
    """Addresses, tags and attributes that a line cannot have, as they were written: ``b.md``, ``<div>``."""


def render_inline(text: str, *, settings: TextSettings) -> Line:
    """Render a line of text. What is too long, too deep or too slow is shown as it was typed."""
    text = _without_controls(text)
    if len(text) <= _LONGEST_LINE:
        try:
            with time_limit(SECONDS):
                refusals.check_form(text, Positions(text, "", 0))
                clean, dropped = _clean_line(text, settings.own_hosts)
                finished = finish(
                    clean,
                    "",
                    language=settings.language,
                    own_hosts=settings.own_hosts,
                    title="",
                    positions=None,
                )
                return Line(" ".join(finished.html.split()), finished.text, dropped)
        except (BodyRefused, TimeLimitExceeded, RecursionError, MemoryError):
            pass
    plain = " ".join(text.split())
    return Line(escaped(plain), plain)


def _clean_line(text: str, own_hosts: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The sanitised HTML of a line, and what it does not show."""
    if PLAIN_LINE.fullmatch(text):
        return text, ()
    converted = convert_inline(text)
    dropped = _dropped(converted, own_hosts) if "](" in text or "<" in text else ()
    return sanitise_inline(converted.html), dropped


def _dropped(converted: Converted, own_hosts: tuple[str, ...]) -> tuple[str, ...]:
    """Whatever a line of text was given and does not show, each once."""
    links = [(element, unescape(raw).strip()) for element, raw in addresses(converted.html)]
    lost = [
        short(written) or "[]()"
        for element, written in links
        if element == "img" or not written or not isinstance(read_address(written, own_hosts), External)
    ]
    elements, attributes = removed(converted.raw_blocks, INLINE)
    has_pictures = any(element == "img" for element, _ in links)
    lost += [f"<{element}>" for element in elements if element != "img" or not has_pictures]
    return tuple(dict.fromkeys(lost + [f"{attribute}=" for attribute in attributes]))


def _removals(elements: list[str], attributes: list[str], positions: Positions) -> list[Diagnostic]:
    found = [
        warning(
            "html-removed",
            _removal(element),
            positions.of_tag(element),
            N_("Link to what it shows, or write &lt; where a < is meant"),
            element=element,
        )
        for element in elements
    ]
    return found + [
        warning(
            "html-removed",
            N_("The HTML attribute “{attribute}” was taken out"),
            positions.of_words(attribute),
            N_("Looks and behaviour belong to the site's style sheet"),
            attribute=attribute,
        )
        for attribute in attributes
    ]


def _removal(element: str) -> str:
    if goes_with_content(element):
        return N_("The HTML element <{element}> was taken out with all that it holds")
    if is_empty(element):
        return N_("The HTML element <{element}> was taken out")
    return N_("The HTML element <{element}> was taken out; its text stays")


def _footnotes(converted: Converted, positions: Positions) -> list[Diagnostic]:
    html = converted.html
    unused = (label for number, label in enumerate(converted.footnotes, 1) if f'id="fnref:{number}"' not in html)
    return [
        warning(
            "footnote-unused",
            N_("The text never mentions the footnote “{label}”"),
            positions.of_words(f"[^{label}]:"),
            N_("Write [^{label}] where it belongs, or leave it out"),
            label=label,
        )
        for label in unused
    ]
