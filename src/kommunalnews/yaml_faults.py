"""What a YAML parser says about broken text → what an editor did, in plain words, with the way out.

A parser reports where it could not go on, which is often lines after the slip. So the lines up to there are looked at
for the slips that people make: a colon in an unquoted title, a quote that is not closed, a tab.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kommunalnews.diagnostics import N_, Diagnostic, Location, error


class _Fault(NamedTuple):
    message: str
    hint: str
    line: int
    """From 0, as the parser counts."""
    column: int
    length: int
    remedy: str = ""


_ENTRY = re.compile(r"(?P<head>\s*(?:- +)?(?:[^\s:'\"#\[{][^:#]*:\s+|- +))(?P<value>\S.*)")
_CLOSED = {'"': re.compile(r'"(?:[^"\\]|\\.)*"'), "'": re.compile(r"'(?:[^']|'')*'")}
_BLOCK = re.compile(r"\s*([\w-]+):\s+[|>][+-]?\d?[+-]?")
_NAMED = re.compile(r"\s*[\w-]+:(?:\s|$)")
_TIGHT = re.compile(r"\s*(?P<name>[\w-]+):(?P<value>[^\s:/][^:]*)")
_BARE = re.compile(r"\s*(?P<name>[\w-]+)(?P<value>(?: [^:]*)?)")


def quoted(value: str) -> str:
    """The value as YAML text in quotes that suit it."""
    if '"' in value or "\\" in value:
        return "'" + value.replace("'", "''") + "'"
    return f'"{value}"'


def syntax_error(problem: Exception, lines: Sequence[str], path: str, first_line: int) -> Diagnostic:
    """A diagnostic for what PyYAML raised on text that stands in ``lines``, the first of which is ``first_line``."""
    mark = getattr(problem, "problem_mark", None) or getattr(problem, "context_mark", None)
    row = min(mark.line, len(lines) - 1) if mark else 0
    column = mark.column if mark and mark.line == row else 0
    said = str(getattr(problem, "problem", None) or "")
    fault = next(_slips(said, lines, row, column), None) or _elsewhere(said, lines, row, column)
    excerpt = lines[fault.line] if lines else ""
    location = Location(path, first_line + fault.line, fault.column + 1, fault.length, excerpt)
    return error("yaml-syntax", fault.message, location, fault.hint, remedy=fault.remedy)


def _slips(said: str, lines: Sequence[str], row: int, column: int) -> Iterator[_Fault]:
    """The likely slips, the likeliest first."""
    if not lines:
        return
    yield from _tab(said, lines, row, column)
    yield from _quotes(lines, row)
    yield from _block(lines, row)
    yield from _entry(said, lines, row)
    yield from _no_colon(said, lines, row)


def _tab(said: str, lines: Sequence[str], row: int, column: int) -> Iterator[_Fault]:
    indentation = lines[row][: len(lines[row]) - len(lines[row].lstrip())]
    if "tab" in said or ("\t" in indentation and column <= len(indentation)):
        start = lines[row].find("\t")
        message = N_("A tab stands at the beginning of this line")
        yield _Fault(message, N_("Indent with spaces instead"), row, max(start, 0), 1)


def _quotes(lines: Sequence[str], row: int) -> Iterator[_Fault]:
    """A quote that is never closed, or that is closed before the value ends."""
    for number, line in enumerate(lines[: row + 1]):
        match = _ENTRY.fullmatch(line.rstrip())
        if match is None or match["value"][0] not in _CLOSED:
            continue
        value, start = match["value"], match.start("value")
        closed = _CLOSED[value[0]].match(value)
        if closed is None:
            following = lines[number + 1] if number + 1 < len(lines) else ""
            if not following[:1].isspace():
                hint = N_("Close it at the end of the line: {remedy}")
                message = N_("This quote is opened and not closed")
                yield _Fault(message, hint, number, start, len(value), value + value[0])
        elif (rest := value[closed.end() :].lstrip()) and not rest.startswith("#"):
            remedy = quoted(value if value[0] != "'" else value.strip("'"))
            message = N_("The quotes end before the value does")
            hint = N_("Put the whole value in quotes: {remedy}")
            yield _Fault(message, hint, number, start + closed.end(), len(value) - closed.end(), remedy)


def _block(lines: Sequence[str], row: int) -> Iterator[_Fault]:
    """A text over several lines that does not stand further to the right than its name."""
    for number in range(row, -1, -1):
        match = _BLOCK.fullmatch(lines[number].rstrip())
        if match is None:
            continue
        below = next((at for at in range(number + 1, row + 1) if lines[at].strip()), row)
        is_text = below > number and not _NAMED.match(lines[below])
        if is_text and len(lines[below]) - len(lines[below].lstrip()) <= match.start(1):
            message = N_("The text of “{remedy}” is not indented")
            hint = N_("Begin each of its lines with two spaces more than the line with its name")
            yield _Fault(message, hint, below, 0, len(lines[below]), match[1])
        return


def _entry(said: str, lines: Sequence[str], row: int) -> Iterator[_Fault]:
    """A value with characters that mean something to YAML, in the line itself or where its brackets were opened."""
    hint = N_("Put the value in quotes: {remedy}")
    for number in range(row, -1, -1):
        match = _ENTRY.fullmatch(lines[number].rstrip())
        if match is None:
            continue
        value, start = match["value"], match.start("value")
        remedy = match["head"].lstrip() + quoted(value)
        if number == row and "mapping values" in said and re.search(r":(\s|$)", value):
            yield _Fault(N_("A value with a colon in it needs quotes"), hint, row, start, len(value), remedy)
        elif number == row and value[0] in "@`%*&!|>?-":
            message = N_("A value cannot begin with this character")
            yield _Fault(message, hint, row, start, 1, remedy)
        elif value[0] in "[{" and value.count(value[0]) > value.count("]" if value[0] == "[" else "}"):
            message = N_("This bracket is opened and not closed")
            close = N_("Close it, or, if it belongs to the text, put the value in quotes: {remedy}")
            yield _Fault(message, close, number, start, 1, remedy)
        elif number == row and value[0] in "[{]},":
            message = N_("A value with brackets in its text needs quotes")
            yield _Fault(message, hint, row, start, len(value), remedy)
        elif number == row and "\\" in value and value[0] == '"':
            message = N_("A backslash has a special meaning between these quotes")
            single = N_("Use single quotes: {remedy}")
            remedy = match["head"].lstrip() + quoted(value.strip('"'))
            yield _Fault(message, single, row, start + value.index("\\"), 1, remedy)


def _no_colon(said: str, lines: Sequence[str], row: int) -> Iterator[_Fault]:
    """``title Foo`` or ``title:Foo``: the parser trips over the line after it."""
    if "expected ':'" not in said and "mapping values" not in said:
        return
    for number in (row, row - 1):
        line = lines[max(number, 0)].rstrip()
        if match := _TIGHT.fullmatch(line) or _BARE.fullmatch(line):
            message = N_("There is no space after this colon") if ":" in line else N_("There is no colon in this line")
            remedy = f"{match['name']}: {match['value'].strip()}".rstrip()
            start = match.start("name")
            yield _Fault(message, N_("Write {remedy}"), max(number, 0), start, len(line) - start, remedy)


def _elsewhere(said: str, lines: Sequence[str], row: int, column: int) -> _Fault:
    if "mapping values" in said and lines:
        column = len(lines[row]) - len(lines[row].lstrip())
    return _Fault(
        N_("This line does not fit the lines around it"),
        N_("Write “name: value”, and begin lines of the same rank in the same column; put unusual values in quotes"),
        row,
        column,
        max(1, len(lines[row]) - column) if lines else 1,
    )
