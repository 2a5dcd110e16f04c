"""Text as typed → warnings for what Markdown takes for something else without a word.

A note that is defined twice, a fence that nobody closes, a table whose rows do not fit its head: whoever converts such
a text loses some of it, or shows its marks to readers. All searches are linear and pass over code and comments.
"""

import re
from collections.abc import Collection, Iterator

from kommunalnews.content.embeds import EMBEDS
from kommunalnews.content.positions import Positions
from kommunalnews.diagnostics import N_, Diagnostic, Location, did_you_mean, warning

_DEFINITION = re.compile(r"^[ ]{0,3}\[\^([^\]\n]+)\]:", re.MULTILINE)
_MENTION = re.compile(r"(?<![\\!])\[\^([\w.-]{1,40})\](?!:)")
_FENCE = re.compile(r"^[ ]{0,3}(`{3,}|~{3,})(?=[^`~\n]*$)", re.MULTILINE)
_NAMED_BLOCK = re.compile(
    r"^(?:`{3,}|~{3,})[ ]*(?P<name>[^\W\d_]{2,12})[ ]*\n[ ]*(?:url|title|picture):[ ]", re.MULTILINE
)
_RULE = re.compile(r"\|?[ ]*:?-+:?[ ]*(?:\|[ ]*:?-+:?[ ]*)*\|?")
"""Without blanks around it."""
_PIPE = re.compile(r"(?<!\\)\|")


def slips(positions: Positions, notes: Collection[str]) -> Iterator[Diagnostic]:
    """What the author hardly meant, with the place and the way out; ``notes`` are the labels that are defined."""
    text = positions.text
    if "[^" in text:
        yield from _notes(positions)
        yield from _undefined(positions, notes)
    if "```" in text or "~~~" in text:
        yield from _fences(positions)
    if "|" in text:
        yield from _tables(positions)


def _notes(positions: Positions) -> Iterator[Diagnostic]:
    defined: dict[str, int] = {}
    for match in _DEFINITION.finditer(positions.masked):
        label = match[1]
        place = positions.at(match.start(), len(match[0]))
        if label in defined:
            yield warning(
                "footnote-twice",
                N_("The footnote “{label}” is defined twice, so what line {first} says is not shown"),
                place,
                N_("Give one of the two another name, and mention it in the text"),
                label=label,
                first=str(defined[label]),
            )
        else:
            defined[label] = place.line


def _undefined(positions: Positions, defined: Collection[str]) -> Iterator[Diagnostic]:
    missing: dict[str, int] = {}
    for match in _MENTION.finditer(positions.masked):
        if match[1] not in defined:
            missing.setdefault(match[1], match.start())
    for label, start in missing.items():
        yield warning(
            "footnote-missing",
            N_("The footnote “{label}” is mentioned and stands nowhere, so readers see the brackets"),
            positions.at(start, len(label) + 3),
            N_("Write it on a line of its own: [^{label}]: …"),
            label=label,
        )


def _fences(positions: Positions) -> Iterator[Diagnostic]:
    if match := _FENCE.search(positions.masked):  # what is closed is blanked out there
        yield warning(
            "fence-open",
            N_("The block that begins here is not closed, so readers see its marks"),
            positions.at(match.start(1), len(match[1])),
            N_("End it with a line {fence}, which begins like this one at the very left"),
            fence=match[1],
        )
    for match in _NAMED_BLOCK.finditer(positions.text):
        name = match["name"]
        if name.casefold() not in EMBEDS and (meant := did_you_mean(name, EMBEDS)):
            yield warning(
                "embed-misspelt",
                N_("There is no block “{name}”, so readers see what is written in it"),
                positions.at(match.start("name"), len(name)),
                N_("Did you mean “{meant}”?"),
                name=name,
                meant=meant,
            )


def _tables(positions: Positions) -> Iterator[Diagnostic]:
    """In the words of Python-Markdown: a block whose second line rules off its first as many cells as that has."""
    start, number, columns = 0, 0, 0
    above = ""
    for line in positions.masked.split("\n"):
        content = line.strip()
        if not content:
            number = columns = 0
        else:
            if number and "|" in line and _RULE.fullmatch(content):
                head, ruled = _cells(above), _cells(line)
                if number == 1 and head == ruled:
                    columns = head
                elif not columns:
                    yield _no_table(positions, start, line, number, head, ruled)
            elif columns and _cells(line) > columns:
                yield _surplus(positions, start, line, columns)
            number += 1
        above = line
        start += len(line) + 1


def _cells(line: str) -> int:
    """Cells of a row, which may begin and end with a stroke."""
    content = line.strip()
    strokes = len(_PIPE.findall(content))
    ends_with_stroke = content.endswith("|") and not content.endswith("\\|")
    return strokes + 1 - content.startswith("|") - (ends_with_stroke and strokes > 0)


def _row(positions: Positions, start: int, line: str) -> Location:
    """Where a line that begins at ``start`` stands, without the blanks around it."""
    return positions.at(start + len(line) - len(line.lstrip()), len(line.strip()))


def _no_table(positions: Positions, start: int, line: str, number: int, head: int, ruled: int) -> Diagnostic:
    place = _row(positions, start, line)
    if number > 1:
        message = N_("No table begins here, for its head does not follow an empty line")
        return warning("table-form", message, place, N_("Leave a line empty above the head of the table"))
    return warning(
        "table-form",
        N_("This is no table, for its head has {head} cells and the line below it {ruled}"),
        place,
        N_("Give both as many cells"),
        head=str(head),
        ruled=str(ruled),
    )


def _surplus(positions: Positions, start: int, line: str, columns: int) -> Diagnostic:
    return warning(
        "table-cells",
        N_("This row has {cells} cells and the head of the table {columns}, so the last ones are not shown"),
        _row(positions, start, line),
        N_("Give the head as many cells, or write \\| for a stroke in the text"),
        cells=str(_cells(line)),
        columns=str(columns),
    )
