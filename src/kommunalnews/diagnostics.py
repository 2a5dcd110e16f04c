"""Problems as values: what is wrong, where, and what to do about it.

A diagnostic travels beside results; it is never a log line and never an exception. Its words are templates in English
with ``{names}``; they are filled in and translated only when shown, so a stored diagnostic speaks any language.
"""

import difflib
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from enum import Enum
from typing import NamedTuple

import msgspec


def N_(text: str) -> str:  # noqa: N802 - the name gettext tools look for
    """Mark a text for the catalogues without translating it yet."""
    return text


class Severity(Enum):
    """How bad it is: an error makes the build exit 1, a warning does so only with ``--strict``."""

    ERROR = "error"
    WARNING = "warning"


class Location(msgspec.Struct, frozen=True, order=True):
    """A place in a source file, as editors count: lines and columns from 1, 0 for the whole file."""

    path: str
    """Relative to the source folder, with forward slashes: ``content/articles/2017/x.md``."""
    line: int = 0
    column: int = 0
    length: int = 0
    """Characters that the caret underlines; 0 or 1 draws one caret."""
    excerpt: str = ""
    """The faulty line as it stands in the file, without its line end."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}" if self.line else self.path


class Problem(NamedTuple):
    """What a pure parser found wrong with a text, before anyone knows where in a file it stood."""

    code: str
    message: str
    hint: str = ""
    arguments: Mapping[str, str] = {}


class Diagnostic(msgspec.Struct, frozen=True):
    """One problem in one place."""

    severity: Severity
    code: str
    """A stable kebab-case name, such as ``unknown-section``."""
    message: str
    """A template in English with ``{names}``."""
    location: Location
    hint: str = ""
    """What to do about it: a template like ``message``, or empty."""
    arguments: tuple[tuple[str, str], ...] = ()

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR


Translate = Callable[[str], str]
"""From an English template to the same in the reader's language: ``gettext``."""


def error(code: str, message: str, location: Location, hint: str = "", /, **arguments: str) -> Diagnostic:
    """An error at ``location``; ``arguments`` fill the names in ``message`` and ``hint``."""
    return Diagnostic(Severity.ERROR, code, message, location, hint, tuple(sorted(arguments.items())))


def warning(code: str, message: str, location: Location, hint: str = "", /, **arguments: str) -> Diagnostic:
    """A warning at ``location``; ``arguments`` fill the names in ``message`` and ``hint``."""
    return Diagnostic(Severity.WARNING, code, message, location, hint, tuple(sorted(arguments.items())))


def from_problem(problem: Problem, location: Location, severity: Severity = Severity.ERROR) -> Diagnostic:
    """Put a problem in its place."""
    arguments = tuple(sorted(problem.arguments.items()))
    return Diagnostic(severity, problem.code, problem.message, location, problem.hint, arguments)


def ordered(diagnostics: Iterable[Diagnostic], *, strict: bool = False) -> tuple[Diagnostic, ...]:
    """Sorted by place and without doubles; with ``strict`` each warning has become an error."""
    unique = dict.fromkeys(msgspec.structs.replace(d, severity=Severity.ERROR) if strict else d for d in diagnostics)
    return tuple(sorted(unique, key=lambda d: (d.location, d.severity.value, d.code, d.arguments)))


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """The candidate most like ``word``, whatever their case, or empty where none is like it."""
    folded = {candidate.casefold(): candidate for candidate in sorted(candidates)}
    if word.casefold() in folded:
        return folded[word.casefold()]
    close = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    return folded[close[0]] if close else ""


def words(diagnostic: Diagnostic, translate: Translate) -> tuple[str, str]:
    """The message and the hint, translated and filled in."""
    arguments = dict(diagnostic.arguments)
    return filled(diagnostic.message, arguments, translate), filled(diagnostic.hint, arguments, translate)


def filled(template: str, arguments: Mapping[str, str], translate: Translate) -> str:
    """A template translated and filled in; long arguments are cut, a ``day`` is written as in a sentence."""
    shown = {name: value if len(value) <= 200 else f"{value[:200]}…" for name, value in arguments.items()}
    if reason := shown.get("reason"):
        shown["reason"] = translate(reason)
    if day := shown.get("day"):
        shown["day"] = _in_a_sentence(day, translate)
    return translate(template).format(**shown) if template else ""


def _in_a_sentence(day: str, translate: Translate) -> str:
    from kommunalnews.i18n import long_day  # which needs N_ from here

    return long_day(date.fromisoformat(day), translate)


FOREIGN_FILE = N_("a file that this program did not write stands there")
REASONS = (
    FOREIGN_FILE,
    N_("Permission denied"),
    N_("Operation not permitted"),
    N_("No such file or directory"),
    N_("File exists"),
    N_("Is a directory"),
    N_("Not a directory"),
    N_("File name too long"),
    N_("Too many levels of symbolic links"),
    N_("Too many open files"),
    N_("Read-only file system"),
    N_("No space left on device"),
    N_("Disk quota exceeded"),
    N_("Input/output error"),
    N_("Cannot assign requested address"),
    N_("not a regular file"),
    N_("leads out of the source folder"),
)
"""What the system says as the ``reason`` of a problem, where editors may meet it."""


def human(diagnostic: Diagnostic, translate: Translate) -> str:
    """Several lines for people: place, severity, message, the faulty line with a caret under the fault, the hint."""
    message, hint = words(diagnostic, translate)
    place = diagnostic.location
    severity = translate(N_("error")) if diagnostic.is_error else translate(N_("warning"))
    lines = [f"{place}: {severity}: {message} [{diagnostic.code}]"]
    if place.line and place.excerpt:
        shown, column = _window(place.excerpt, max(place.column, 1))
        margin = f"{place.line:>5} | "
        caret = "^" * max(1, min(place.length, len(shown) - column + 1))
        lines += [margin + shown, " " * len(margin) + " " * (column - 1) + caret]
    if hint:
        lines.append(f"      = {hint}")
    return "\n".join(lines)


def _window(line: str, column: int, width: int = 110) -> tuple[str, int]:
    """The part of a long line around the column, and the column within that part; nothing that moves the cursor."""
    line = "".join(c if c.isprintable() else " " for c in line)
    if len(line) <= width:
        return line, min(column, len(line) + 1)
    start = max(0, min(column - width // 3, len(line) - width))
    lead, tail = "…" if start else "", "…" if start + width < len(line) else ""
    return lead + line[start : start + width] + tail, column - start + len(lead)


def github(diagnostic: Diagnostic, translate: Translate) -> str:
    """A workflow command, so that the problem shows in the changed file of a pull request.

    https://docs.github.com/actions/reference/workflow-commands-for-github-actions
    """
    message, hint = words(diagnostic, translate)
    place = diagnostic.location
    properties = [f"file={_escaped(place.path)}"]
    if place.line:
        properties += [f"line={place.line}", f"col={max(place.column, 1)}"]
    properties.append(f"title={_escaped(diagnostic.code)}")
    text = f"{message}. {hint}" if hint else message
    return f"::{diagnostic.severity.value} {','.join(properties)}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escaped(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def builtins(diagnostic: Diagnostic, translate: Translate) -> dict[str, object]:
    """The same as plain data for ``--format json``."""
    message, hint = words(diagnostic, translate)
    place = diagnostic.location
    return {
        "severity": diagnostic.severity.value,
        "code": diagnostic.code,
        "message": message,
        "hint": hint,
        "path": place.path,
        "line": place.line,
        "column": place.column,
        "length": place.length,
        "excerpt": place.excerpt,
    }
