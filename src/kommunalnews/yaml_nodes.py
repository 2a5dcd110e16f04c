"""YAML text → a tree of nodes that know where they stood, every scalar still text.

Only the plain part of YAML 1.1 (https://yaml.org/spec/1.1/) that people write by hand: no anchors, aliases or tags,
no second document, no key twice, no nesting deeper than anyone needs. Nothing is expanded, so nothing can explode.
"""

import re
import unicodedata
from collections.abc import Iterator

import msgspec
import yaml

from kommunalnews.diagnostics import N_, Diagnostic, Location, error, warning
from kommunalnews.yaml_faults import quoted, syntax_error

DEPTH = 12
"""Levels of lists and mappings within each other."""
SCALAR_LIMIT = 1 << 16
"""Characters of one value."""
_PATIENCE = 20
"""Problems after which the rest of a text is not looked at."""

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_INVISIBLE = re.compile("[\u200b\u202a-\u202e\u2066-\u2069]")
"""What nobody sees and what turns words round or parts them; a soft hyphen and joiners are meant (UAX 9, UAX 31)."""
_NO_BREAK = re.compile(r"^[ \u00a0]*(?:- *)?[\w-]*:?\u00a0+", re.MULTILINE)
"""No-break spaces where a space has a meaning: they come with text copied from elsewhere and nobody sees them."""
_COMMENT = re.compile(r"\s+#[^\s#]")


class Scalar(msgspec.Struct, frozen=True, gc=False):
    """One value as text. Places count from 0."""

    line: int
    column: int
    length: int
    value: str
    plain: bool
    """Without quotes."""

    @property
    def is_absent(self) -> bool:
        """True for ``key:`` with nothing behind it, and for what programs write instead."""
        return self.plain and self.value in ("", "~", "null")


class Sequence(msgspec.Struct, frozen=True):
    """A list."""

    line: int
    column: int
    length: int
    items: tuple["Node", ...]


class Mapping(msgspec.Struct, frozen=True):
    """Named values, each name once."""

    line: int
    column: int
    length: int
    entries: tuple[tuple[Scalar, "Node"], ...]


Node = Scalar | Sequence | Mapping


class Document(msgspec.Struct, frozen=True):
    """A YAML text that was read."""

    path: str
    first_line: int
    """Line of the file that the text's first line is."""
    lines: tuple[str, ...]
    root: Node
    opening: str = "---"
    """The line above the text, where there is one: what is missing is told to be missing there."""

    def location(self, node: Node) -> Location:
        """Where a node stands in its file."""
        excerpt = self.lines[node.line] if node.line < len(self.lines) else ""
        return Location(self.path, self.first_line + node.line, node.column + 1, node.length, excerpt)

    @property
    def top(self) -> Location:
        """The place of what is missing: the line that opens the front matter, or the file."""
        if self.first_line == 1:
            return Location(self.path)
        return Location(self.path, self.first_line - 1, 1, len(self.opening), self.opening)


def read(
    text: str, *, path: str, first_line: int = 1, opening: str = "---"
) -> tuple[Document | None, tuple[Diagnostic, ...]]:
    """Read one YAML document, which the line ``opening`` stands above; None where it cannot be told what it says.

    With a document there may be errors too: it then shows what is left, so that the rest can be checked in one go.
    """
    reading = _Reading(text, path, first_line)
    try:
        root = reading.document()
    except (yaml.YAMLError, UnicodeError) as problem:
        return None, (*reading.diagnostics, syntax_error(problem, reading.lines, path, first_line))
    except _Enough:
        return None, tuple(reading.diagnostics)
    return Document(path, first_line, tuple(reading.lines), root, opening), tuple(reading.diagnostics)


class _Enough(Exception):
    """There is no use in reading on."""


class _Reading:
    """One pass over the events of a text, and the problems met on the way."""

    def __init__(self, text: str, path: str, first_line: int) -> None:
        text = _NO_BREAK.sub(lambda match: match[0].replace("\u00a0", " "), text) if "\u00a0" in text else text
        self.lines = text.split("\n")
        self.path = path
        self.first_line = first_line
        self.diagnostics: list[Diagnostic] = []
        self.events: Iterator[yaml.Event] = yaml.parse(text, Loader=_Loader)

    def document(self) -> Node:
        """The only document's root; an empty text is a mapping without entries."""
        root: Node = Mapping(0, 0, 0, ())
        documents = 0
        for event in self.events:
            match event:
                case yaml.DocumentStartEvent():
                    documents += 1
                    if documents > 1:
                        message = N_("A second document begins here")
                        self._stop("yaml-documents", message, event, N_("Keep only the first; remove this line"))
                    if event.version or event.tags:
                        message = N_("Directives such as %YAML have no place here")
                        self._stop("yaml-tag", message, event, N_("Remove the line"))
                case yaml.NodeEvent():
                    root = self._node(event, 1)
                case _:
                    pass
        return root

    def _node(self, event: yaml.Event, depth: int) -> Node:
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, yaml.AliasEvent):
            return self._reference(event)
        assert isinstance(event, yaml.CollectionStartEvent)
        self._check_plainness(event)
        if depth > DEPTH:
            message = N_("Lists and mappings are nested too deeply here")
            self._stop("yaml-too-deep", message, event, N_("A text in brackets needs quotes around it"))
        branch = self._sequence if isinstance(event, yaml.SequenceStartEvent) else self._mapping
        return branch(event, depth)

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        (line, column), (end_line, end), value = _start(event), _end(event), event.value
        text = self.lines[line] if line < len(self.lines) else ""
        length = (end if end_line == line else len(text)) - column
        plain = not event.style
        scalar = Scalar(line, column, length, value, plain)
        if event.anchor or event.tag:
            self._check_plainness(event)
        if len(value) > SCALAR_LIMIT:
            message = N_("This value is too long: {length} characters")
            hint = N_("Long text belongs below the front matter")
            self._add("value-too-long", message, scalar, hint, length=str(len(value)))
        if _CONTROL.search(value):
            message = N_("This value has a control character in it")
            self._add("control-character", message, scalar, N_("Remove the backslash sequence, or write it as text"))
        elif found := _INVISIBLE.search(value):
            self._note_invisible(found[0], scalar, end_line)
        if plain and "#" in text and end_line == line and _COMMENT.match(text, end):
            self._cut_off(scalar, text[end:])
        return scalar

    def _note_invisible(self, character: str, scalar: Scalar, last: int) -> None:
        place = self._location(scalar.line, scalar.column, scalar.length)
        for line in range(scalar.line, min(last + 1, len(self.lines))):
            column = self.lines[line].find(character, scalar.column if line == scalar.line else 0)
            if column >= 0:
                place = self._location(line, column, 1)
                break
        message = N_("An invisible character stands here: {name}")
        hint = N_("Delete it: such characters come with copied text, and nobody sees what they do")
        name = f"U+{ord(character):04X} {unicodedata.name(character)}"
        self.diagnostics.append(warning("invisible-character", message, place, hint, name=name))

    def _sequence(self, event: yaml.Event, depth: int) -> Sequence:
        items = []
        while not isinstance(item := next(self.events), yaml.SequenceEndEvent):
            items.append(self._node(item, depth + 1))
        return Sequence(*self._span(event, item), tuple(items))

    def _mapping(self, event: yaml.Event, depth: int) -> Mapping:
        entries: dict[str, tuple[Scalar, Node]] = {}
        while not isinstance(item := next(self.events), yaml.MappingEndEvent):
            key = self._node(item, depth + 1)
            value = self._node(next(self.events), depth + 1)
            if not isinstance(key, Scalar):
                message = N_("A name is expected here, not a list or a mapping")
                self._add("yaml-syntax", message, key, N_("A text in brackets needs quotes around it"))
            elif key.value in entries:
                first = str(self.first_line + entries[key.value][0].line)
                message = N_("“{name}” stands here a second time (first in line {line})")
                self._add("yaml-duplicate-key", message, key, N_("Keep one of the two"), name=key.value, line=first)
            else:
                entries[key.value] = (key, value)
        return Mapping(*self._span(event, item), tuple(entries.values()))

    def _span(self, start: yaml.Event, end: yaml.Event) -> tuple[int, int, int]:
        (line, column), (last_line, last) = _start(start), _end(end)
        if line == last_line:
            return line, column, last - column
        text = self.lines[line] if line < len(self.lines) else ""
        return line, column, max(0, len(text) - column)

    def _check_plainness(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        if event.anchor:
            self._reference(event)
        elif event.tag:
            at, raw = self._raw(event)
            message = N_("A value cannot begin with “!” here")
            self._add("yaml-tag", message, at, N_("Put the value in quotes: {remedy}"), remedy=quoted(raw))

    def _reference(self, event: yaml.Event) -> Scalar:
        at, raw = self._raw(event)
        message = N_("A value cannot begin with “{sign}” here")
        hint = N_("Put the value in quotes: {remedy}")
        self._add("yaml-reference", message, at, hint, sign=raw[:1], remedy=quoted(raw))
        return at

    def _raw(self, event: yaml.Event) -> tuple[Scalar, str]:
        """The place and the rest of the line from where an event begins."""
        line, column = _start(event)
        raw = self.lines[line][column:].strip()
        return Scalar(line, column, len(raw), raw, False), raw

    def _cut_off(self, scalar: Scalar, comment: str) -> None:
        message = N_("Everything from “#” on is a comment, so it is missing from the value")
        hint = N_("Put the value in quotes: {remedy}")
        remedy = quoted((scalar.value + comment).strip())
        location = self._location(scalar.line, scalar.column, scalar.length + len(comment))
        self.diagnostics.append(warning("value-cut", message, location, hint, remedy=remedy))

    def _location(self, line: int, column: int, length: int) -> Location:
        excerpt = self.lines[line] if line < len(self.lines) else ""
        return Location(self.path, self.first_line + line, column + 1, length, excerpt)

    def _add(self, code: str, message: str, node: Node, hint: str, /, **arguments: str) -> None:
        location = self._location(node.line, node.column, node.length)
        self.diagnostics.append(error(code, message, location, hint, **arguments))
        if len(self.diagnostics) >= _PATIENCE:
            raise _Enough

    def _stop(self, code: str, message: str, event: yaml.Event, hint: str) -> None:
        at, _ = self._raw(event)
        self._add(code, message, Scalar(at.line, at.column, 1, "", True), hint)
        raise _Enough


def _start(event: yaml.Event) -> tuple[int, int]:
    """Line and column where an event begins, from 0."""
    mark = event.start_mark
    return (mark.line, mark.column) if mark else (0, 0)


def _end(event: yaml.Event) -> tuple[int, int]:
    """Line and column where an event ends, from 0."""
    mark = event.end_mark
    return (mark.line, mark.column) if mark else (0, 0)
