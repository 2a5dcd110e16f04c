"""Sanitised HTML → the HTML of a page's text, its plain text, headings and references.

One pass over tags and texts. It sets the typography, gives headings their level and id, makes figures of pictures,
wraps tables, marks links and names footnotes for assistive technology (https://www.w3.org/TR/dpub-aria/).
"""

import re
from typing import NamedTuple

from kommunalnews import urls
from kommunalnews.content.addresses import External, Internal, bare_addresses, read_address
from kommunalnews.content.embeds import Embed, Kind, embed, kind_of
from kommunalnews.content.identifiers import Identifiers, footnote_id, footnote_number
from kommunalnews.content.model import Heading, Reference
from kommunalnews.content.nesting import Open, TooDeep, Writer
from kommunalnews.content.outline import Planned, outline
from kommunalnews.content.positions import Positions
from kommunalnews.content.references import References, short
from kommunalnews.content.refusals import DEEPEST_HTML, too_deep
from kommunalnews.content.tags import (
    Tag,
    attribute,
    classes,
    escaped,
    languages,
    parsed,
    plain_text,
    set_texts,
    tokens_of,
)
from kommunalnews.diagnostics import N_, Diagnostic, warning
from kommunalnews.i18n import translations

_NUMBER = re.compile(r"-?\d{1,6}", re.ASCII)
_SPAN = re.compile(r"[1-9]\d{0,2}", re.ASCII)
_ID = re.compile(r'<[^>]* id="([^"]*)"')
_LONE_PICTURE = re.compile(r"\s*(?:(<a [^>]*>)\s*<img[^>]*>\s*</a>|<img[^>]*>)\s*</p>")
_SCOPES = frozenset({"row", "col", "rowgroup", "colgroup"})


class Finished(NamedTuple):
    """A text, finished."""

    html: str
    text: str
    references: tuple[Reference, ...]
    anchors: tuple[str, ...]
    headings: tuple[Heading, ...]
    problems: tuple[Diagnostic, ...]


def finish(
    clean: str,
    unsanitised: str,
    *,
    language: str,
    own_hosts: tuple[str, ...],
    title: str,
    positions: Positions | None,
    embed_hosts: tuple[str, ...] = (),
) -> Finished:
    """Finish sanitised HTML; ``positions`` is None for a line of text. Raises BodyRefused when nested too deep."""
    finisher = _Finisher(clean, language, own_hosts, title, positions, embed_hosts)
    try:
        return finisher.run(unsanitised)
    except TooDeep:
        raise too_deep(positions or Positions("", "", 0)) from None


class _Finisher:
    """The pass over one text."""

    def __init__(
        self,
        clean: str,
        language: str,
        own_hosts: tuple[str, ...],
        title: str,
        positions: Positions | None,
        embed_hosts: tuple[str, ...],
    ) -> None:
        self._tokens = tokens_of(clean)
        set_texts(self._tokens, language)
        words = "".join(self._tokens[::2])
        self._have_addresses = "://" in words or "w." in words or "W." in words
        """Whether some text may hold an address."""
        self._say = translations(language).gettext
        self._positions = positions
        self._hosts = own_hosts, embed_hosts
        self._embeds = 0
        self._writer = Writer(DEEPEST_HTML)
        self._references = References(own_hosts, language, positions)
        self._outline, problems = outline(self._tokens, title, positions)
        self._problems = list(problems)
        self._headings: list[Heading] = []
        self._label = title
        """The words that stand over what comes: the last heading."""
        self._labels: dict[str, int] = {}
        self._rows: list[int] = []
        """Rows so far of each open table."""
        self._ids = Identifiers(clean, positions)
        self._lone: tuple[int, Open] | None = None
        """A picture alone in its paragraph: its index and the paragraph."""

    def run(self, unsanitised: str) -> Finished:
        """Go through all tokens."""
        tokens, index = self._tokens, 0
        while True:
            if tokens[index]:
                self._text(tokens[index])
            index += 1
            if index >= len(tokens):
                break
            tag = tokens[index]
            if tag == "<p>" and tokens[index + 2] == "</p>" and self._is_prose(tokens[index + 1]):
                self._writer.paragraph(tokens[index + 1])
                index += 3
                continue
            index = self._start(parsed(tag), index) if tag[1] != "/" else self._end(index)
            index += 1
        if self._positions:
            self._references.lost(unsanitised)
            self._tell_misplaced(self._positions)
        html = self._writer.html
        anchors = tuple(_ID.findall(html))
        problems = (*self._problems, *self._references.problems, *self._ids.problems)
        references = tuple(self._references.found)
        return Finished(html, self._writer.text, references, anchors, tuple(self._headings), problems)

    def _tell_misplaced(self, positions: Positions) -> None:
        self._problems += (
            warning(
                "html-misplaced",
                N_("<{element}> may not stand where it stands; its content stays"),
                positions.of_tag(element),
                N_("Look whether what was opened before it is closed, and whether it stands in the right element"),
                element=element,
            )
            for element in self._writer.misplaced
        )

    def _is_prose(self, text: str) -> bool:
        """Whether the text of a paragraph stands by itself: most do, and need no more than to be written."""
        return not self._writer.stack and not text.isspace() and text != "" and not self._has_address(text)

    def _has_address(self, text: str) -> bool:
        return self._have_addresses and ("://" in text or "www." in text.lower())

    def _text(self, text: str) -> None:
        writer = self._writer
        if not self._has_address(text) or writer.links or writer.code:
            writer.write(text)
            return
        done = 0
        for start, end in bare_addresses(text):
            if tag := self._references.link(text[start:end], {}):
                writer.write(text[done:start])
                writer.open("a", tag[2:])
                writer.write(text[start:end])
                writer.close()
                done = end
        writer.write(text[done:])

    def _end(self, index: int) -> int:
        if self._writer.close().name == "table":
            self._rows.pop()
        return index

    def _start(self, tag: Tag, index: int) -> int:
        """Open an element; the index of the last token that it used up."""
        if planned := self._outline.get(index):
            return self._heading(tag, planned, index)
        match tag.name:
            case "br" | "wbr" | "hr":
                self._void(tag)
            case "img":
                self._picture(tag, index)
            case "a":
                return self._link(tag, index)
            case "p":
                self._paragraph(tag, index)
            case "table":
                self._table(tag, index)
            case "td" | "th":
                self._cell(tag, index)
            case "details" if self._writer.links or not self._follows(index, "<summary"):
                self._writer.misplaced["details"] = None
                self._writer.open("details", self._common(tag), "div")
            case "pre" if self._positions and (kind := kind_of(self._tokens[index + 2])):
                return self._embed(kind, index, self._positions)
            case "div" if tag.attributes.get("class") == "footnote":
                label = attribute("aria-label", self._say(N_("Footnotes")))
                self._writer.open("div", f' class="footnotes" role="doc-endnotes"{label}', "section")
            case name:
                if name == "tr" and self._rows:
                    self._rows[-1] += 1
                self._writer.open(name, self._common(tag) + _particular(tag) if tag.attributes else "")
        return index

    def _common(self, tag: Tag) -> str:
        """The attributes that any element may have."""
        if not tag.attributes:
            return ""
        return self._ids.attribute(tag) + classes(tag.attributes) + languages(tag.attributes)

    def _void(self, tag: Tag) -> None:
        stack = self._writer.stack
        if tag.name == "hr" and stack and stack[-1].written == "section":
            return  # the footnotes are a section of their own
        self._writer.void(tag.name, f"<{tag.name}{self._common(tag)}>")

    # ── headings ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _heading(self, tag: Tag, planned: Planned, index: int) -> int:
        if not planned.level:
            return planned.end
        identifier = self._ids.taken(tag) or self._ids.made(urls.slugify(planned.text))
        name = f"h{planned.level}"
        attributes = attribute("id", identifier) + classes(tag.attributes) + languages(tag.attributes)
        if not self._writer.open(tag.name, attributes, name).written:
            return index
        self._headings.append(Heading(planned.level, identifier, planned.text))
        self._label = planned.text or self._label
        return index

    # ── links and pictures ───────────────────────────────────────────────────────────────────────────────────────────

    def _link(self, tag: Tag, index: int) -> int:
        attributes, writer = tag.attributes, self._writer
        if footnote := footnote_number(attributes.get("href", "")):
            return self._footnote_link(tag, *footnote, index)
        if "href" not in attributes:  # an anchor of old, or an address that was taken away
            anchor = self._ids.attribute(tag) or self._ids.attribute(tag, "name")
            writer.open("span", anchor, "span" if anchor else "")
            return index
        start = "" if writer.links else self._references.link(attributes["href"], attributes)
        rest = (self._ids.attribute(tag) + languages(attributes)) if start else ""
        if start and not self._has_name(index):
            return self._nameless(f"{start[2:]}{rest}", attributes["href"], index)
        writer.open("a", f"{start[2:]}{rest}", "a" if start else "")
        return index

    def _has_name(self, index: int) -> bool:
        """Whether the link that begins here holds words, or a picture that is described."""
        for at in range(index + 1, len(self._tokens)):
            token = self._tokens[at]
            if at % 2:
                if token == "</a>":
                    return False
                if token.startswith("<img") and parsed(token).attributes.get("alt", "").strip():
                    return True
            elif token.strip():
                return True
        return False

    def _nameless(self, attributes: str, href: str, index: int) -> int:
        """A link without words. One that leaves the site is named by its address, for whoever hears it; of any other it
        is not known yet what it leads to, nor whether that is public, so it is none.
        """
        if self._positions:
            message, hint = N_("This link to “{target}” has no words"), N_("Write what it leads to: [words](address)")
            place = self._positions.of_target(href)
            self._problems.append(warning("link-nameless", message, place, hint, target=short(href)))
        leaves = isinstance(read_address(href, self._hosts[0]), External)
        end = self._after(index, "</a>")
        if any(token.startswith("<img") for token in self._tokens[index:end]):
            name = attribute("aria-label", short(href)) if leaves else ""
            self._writer.open("a", f"{attributes}{name}" if leaves else "", "a" if leaves else "")
            return index
        if leaves:
            self._writer.open("a", attributes)
            self._writer.write(short(href.removeprefix("https://").removeprefix("mailto:")))
            self._writer.close()
        return end

    def _footnote_link(self, tag: Tag, number: str, again: str, index: int) -> int:
        """A link to a footnote, or back from it, ``again`` from its second mention on."""
        target = footnote_id(tag.attributes["href"][1:])
        if not self._ids.is_written(target) or self._writer.links:
            return self._after(index, "</a>")  # a footnote that the text never mentions has no way back
        is_back = target.startswith("kn-fnref")
        label = N_("Back to reference {number} in the text") if is_back else N_("Footnote {number}")
        if is_back and again:
            number = f"{number} ({again})"
            self._writer.put(" ")
        self._writer.open(
            "a",
            attribute("href", f"#{target}")
            + attribute("class", "footnote-back" if is_back else "footnote-reference")
            + attribute("role", "doc-backlink" if is_back else "doc-noteref")
            + attribute("aria-label", self._say(label).format(number=number)),
            mutes=True,
        )
        return index

    def _after(self, index: int, end_tag: str) -> int:
        """The index of the next such tag."""
        return next((at for at in range(index, len(self._tokens)) if self._tokens[at] == end_tag), index)

    def _follows(self, index: int, tag: str) -> bool:
        """Whether such a tag comes next, with nothing but white space before it."""
        return self._tokens[index + 2].startswith(tag) and not self._tokens[index + 1].strip()

    def _paragraph(self, tag: Tag, index: int) -> None:
        opened = self._writer.open("p", self._common(tag))
        first = self._tokens[index + 1].lstrip()
        if first and first[0] != "<":
            return
        is_lone = _LONE_PICTURE.match("".join(self._tokens[index + 1 : index + 10]))
        if is_lone and not self._writer.is_within("figure"):
            self._lone = (index + (4 if is_lone[1] else 2), opened)

    def _picture(self, tag: Tag, index: int) -> None:
        writer = self._writer
        shown = self._references.picture(tag.attributes, in_link=writer.links > 0)
        if not shown.is_picture:
            writer.say(shown.text)
            writer.void("img", shown.html)
            return
        own = self._ids.attribute(tag) + classes(tag.attributes)
        if self._lone and self._lone[0] == index and self._lone[1].written == "p":
            writer.rename(self._lone[1], "figure")
            caption = f"<figcaption>{shown.caption}</figcaption>" if shown.caption else ""
            self._lone[1].before_end = caption
        elif title := tag.attributes.get("title"):
            own += attribute("title", title)
        writer.void("img", f"{shown.html}{own}>")
        writer.say(f" {shown.text} ")

    def _embed(self, kind: Kind, index: int, positions: Positions) -> int:
        """A video or a map: its picture and a plain link, and what a script needs to offer more."""
        found, problems = embed(kind, self._tokens[index + 3], self._embeds, positions, *self._hosts)
        self._embeds += 1
        self._problems += problems
        end = self._after(index, "</pre>")
        if found is None:
            return end
        matter, writer = found.matter, self._writer
        writer.open("figure", self._embed_attributes(found))
        if matter.picture:
            picture = {"src": matter.picture, "alt": matter.alt or matter.title}
            shown = self._references.picture(picture, in_link=False, credit=matter.credit)
            writer.put(f'<div class="kn-embed-stage">{shown.html}{">" if shown.is_picture else ""}</div>')
        writer.open("figcaption")
        for name, words in (("caption", matter.caption), ("credit", self._credited(matter.credit))):
            if words:
                writer.open("span", f' class="{name}"')
                writer.write(words)
                writer.close()
                writer.write(" ")
        watch = N_("Watch the video: {title}") if kind == "video" else N_("Open the map: {title}")
        self._embed_link(matter.url, "kn-embed-link", self._say(watch).format(title=matter.title))
        writer.put(f' <span class="kn-embed-address">({escaped(matter.url.removeprefix("https://"))})</span>')
        if matter.transcript:
            words = self._say(N_("The same in words: {title}")).format(title=matter.title)
            self._embed_link(matter.transcript, "kn-embed-transcript", words)
        if matter.subtitles:
            self._embed_link(matter.subtitles, "kn-embed-subtitles", self._say(N_("Subtitles")))
        writer.close()
        writer.close()
        return end

    def _credited(self, name: str) -> str:
        """As the main picture is credited; whoever wrote “Illustration: …” has said it."""
        return name if not name or ":" in name else self._say(N_("Photo: %(credit)s")) % {"credit": name}

    def _embed_attributes(self, found: Embed) -> str:
        attributes = attribute("class", f"kn-embed kn-embed-{found.kind}")
        is_own = isinstance(read_address(found.matter.url, self._hosts[0]), Internal)
        if not found.frame and not (is_own and found.kind == "video"):
            return attributes
        load = N_("Load the video") if found.kind == "video" else N_("Load the map")
        load = N_("Play the video") if is_own else load
        attributes += attribute("data-load", self._say(load)) + attribute("data-title", found.matter.title)
        if found.frame:
            note = self._say(N_("Data will then be sent to {host}.")).format(host=found.host)
            attributes += attribute("data-frame", found.frame) + attribute("data-note", note)
        return attributes

    def _embed_link(self, address: str, name: str, words: str) -> None:
        writer = self._writer
        if start := self._references.link(address, {}):
            writer.put(" ")
            writer.open("span", attribute("class", name))
            writer.open("a", start[2:])
            writer.write(words)
            writer.close()
            writer.close()
        else:
            writer.write(f" {words}")

    def _table(self, tag: Tag, index: int) -> None:
        """A table in a frame of its own that scrolls, with the keyboard too."""
        writer = self._writer
        self._rows.append(0)
        if writer.links:
            writer.open("table", self._common(tag))
            return
        label = attribute("aria-label", self._table_label(index))
        frame = f'<div class="table" role="region" tabindex="0"{label}>'
        opened = writer.open("table", self._common(tag))
        if opened.written:
            writer.enclose(opened, frame, "</div>")

    def _table_label(self, index: int) -> str:
        label = self._label
        if self._follows(index, "<caption"):
            end = next((at for at in range(index, len(self._tokens)) if self._tokens[at] == "</caption>"), index)
            label = plain_text(self._tokens[index + 3 : end : 2]) or label
        label = label or self._say(N_("Table"))
        number = self._labels[label] = self._labels.get(label, 0) + 1
        return label if number == 1 else f"{label} ({number})"

    def _cell(self, tag: Tag, index: int) -> None:
        attributes = tag.attributes
        align = attributes.get("align", "").lower()
        own = [align] if align in ("left", "center", "right") else []
        markup = self._ids.attribute(tag) + classes(attributes, *own) + languages(attributes)
        markup += "".join(
            attribute(name, attributes[name])
            for name in ("colspan", "rowspan")
            if _SPAN.fullmatch(attributes.get(name, ""))
        )
        if tag.name == "th" and self._follows(index, "</th>"):
            self._writer.open("th", markup, "td")  # an empty heading heads nothing
        elif tag.name == "th":
            scope = attributes.get("scope", "").lower()
            default = "col" if self._rows and self._rows[-1] <= 1 else "row"
            self._writer.open("th", markup + attribute("scope", scope if scope in _SCOPES else default))
        else:
            self._writer.open("td", markup)


def _particular(tag: Tag) -> str:
    """The attributes that only some elements have, where their values are valid."""
    attributes, name = tag.attributes, tag.name
    found = ""
    if name in ("abbr", "dfn") and attributes.get("title"):
        found += attribute("title", attributes["title"])
    if name == "details" and "open" in attributes:
        found += ' open=""'
    if name == "li" and _NUMBER.fullmatch(attributes.get("value", "")):
        found += attribute("value", attributes["value"])
    if name == "ol":
        if _NUMBER.fullmatch(attributes.get("start", "")):
            found += attribute("start", attributes["start"])
        if attributes.get("type") in ("1", "a", "A", "i", "I"):
            found += attribute("type", attributes["type"])
        if "reversed" in attributes:
            found += ' reversed=""'
    return found
