"""A build's report → what people, programs and GitHub read.

Diagnostics go to stderr and the summary to stdout; ``json`` is one document on stdout, ``github`` is lines on stdout.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable
from gettext import NullTranslations
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click
import msgspec

from kommunalnews import diagnostics
from kommunalnews.cli import edge
from kommunalnews.cli.options import Style
from kommunalnews.diagnostics import Diagnostic
from kommunalnews.i18n import translations
from kommunalnews.moments import Moment
from kommunalnews.requests import BuildReport, Change

if TYPE_CHECKING:
    from kommunalnews.build import BuildStopped

_MOMENTS_NAMED = 3
"""Ends of embargoes that a summary names one by one."""


def show(report: BuildReport, style: Style, *, action: Literal["build", "check"], seconds: float, source: Path) -> None:
    """Tell what a build did."""
    words = translations(report.language)
    lines = summary(report, words, action=action, seconds=seconds)
    if style == "json":
        shown = [as_data(diagnostic, words) for diagnostic in report.diagnostics]
        told_as = {**_summary_data(report), "seconds": round(seconds, 3), "lines": lines}
        show_json({"ok": not report.failed, "language": report.language, "diagnostics": shown, "summary": told_as})
        return
    show_diagnostics(report.diagnostics, words, style, source)
    for line in lines:
        click.echo(line)


def _summary_data(report: BuildReport) -> dict[str, object]:
    change = report.next_change
    return {
        "articles": report.articles,
        "written": report.written,
        "unchanged": report.unchanged,
        "removed": report.removed,
        "withheld": [
            {"path": it.path, "title": it.title, "reason": it.reason, "until": it.until.iso if it.until else None}
            for it in report.withheld
        ],
        "next_change": change_data(change) if change is not None else None,
    }


def change_data(change: Change) -> dict[str, object]:
    """A change that is due, as plain data."""
    return {"at": change.at.iso, "what": change.what, "path": change.path}


def show_stopped(stopped: "BuildStopped", style: Style, source: Path) -> None:
    """Tell why there was nothing to build."""
    found, words = stopped.diagnostics, translations(stopped.language)
    if style == "json":
        shown = [as_data(diagnostic, words) for diagnostic in found]
        show_json({"ok": False, "language": stopped.language, "diagnostics": shown, "summary": None})
    else:
        show_diagnostics(found, words, style, source)


def show_diagnostics(found: Iterable[Diagnostic], words: NullTranslations, style: Style, source: Path) -> None:
    """One after the other: for people on stderr, for GitHub on stdout."""
    for diagnostic in found:
        if style == "github":
            click.echo(diagnostics.github(_in_workspace(diagnostic, source), words.gettext))
        else:
            click.echo(_coloured(visible(diagnostics.human(diagnostic, words.gettext)), diagnostic), err=True)


def show_json(document: object) -> None:
    """One document in UTF-8 whatever the terminal speaks; a file name that is no Unicode is escaped."""
    text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    sys.stdout.buffer.write(text.encode("utf-8", errors="backslashreplace"))
    sys.stdout.buffer.flush()


def as_data(diagnostic: Diagnostic, words: NullTranslations) -> dict[str, object]:
    """A diagnostic as plain data; ``rendered`` is what people would have been shown."""
    rendered = visible(diagnostics.human(diagnostic, words.gettext))
    return {**diagnostics.builtins(diagnostic, words.gettext), "rendered": rendered}


def visible(text: str) -> str:
    """The text without characters that could move the cursor or change what stands on the screen."""
    return "".join(
        character if character.isprintable() or character == "\n" else "\N{REPLACEMENT CHARACTER}" for character in text
    )


def _coloured(text: str, diagnostic: Diagnostic) -> str:
    if not edge.has_colour():
        return text
    first, newline, rest = text.partition("\n")
    return click.style(first, fg="red" if diagnostic.is_error else "yellow", bold=True) + newline + rest


def _in_workspace(diagnostic: Diagnostic, source: Path) -> Diagnostic:
    """GitHub wants paths from the root of the repository, where the source folder may lie deeper."""
    root = edge.workspace()
    if not source.is_relative_to(root):
        return diagnostic
    path = (source.relative_to(root) / diagnostic.location.path).as_posix()
    location = msgspec.structs.replace(diagnostic.location, path=path)
    return msgspec.structs.replace(diagnostic, location=location)


def summary(
    report: BuildReport, words: NullTranslations, *, action: Literal["build", "check"], seconds: float
) -> list[str]:
    """What an editor wants to know, in a few lines."""
    values = {
        "articles": count(words.ngettext("{count} article", "{count} articles", report.articles), report.articles),
        "files": _files(words, len(report.written) + report.unchanged),
        "written": len(report.written),
        "unchanged": report.unchanged,
        "removed": len(report.removed),
        "seconds": f"{seconds:.1f}".replace(".", words.pgettext("decimal mark", ".")),
    }
    if action == "build":
        template = words.gettext(
            "Built: {articles}, {files} ({written} written, {unchanged} unchanged, {removed} removed) in {seconds} s"
        )
    else:
        template = words.gettext("Checked: {articles} in {seconds} s")
    lines = [template.format(**values)]
    if report.withheld:
        lines.append(_withheld(report, words))
    if report.next_change:
        lines.append(words.gettext("Next change: {moment}").format(moment=told(report.next_change.at, words)))
    if report.diagnostics:
        lines.append(_problems(report.diagnostics, words))
    return lines


def _files(words: NullTranslations, number: int) -> str:
    return count(words.ngettext("{count} file", "{count} files", number), number)


def _withheld(report: BuildReport, words: NullTranslations) -> str:
    reasons = Counter(item.reason for item in report.withheld)
    parts = []
    if drafts := reasons["draft"]:
        parts.append(count(words.ngettext("{count} draft", "{count} drafts", drafts), drafts))
    ends = Counter(item.until for item in report.withheld if item.reason == "scheduled" and item.until)
    for end, number in sorted(ends.items())[:_MOMENTS_NAMED]:
        parts.append(words.gettext("{count} until {moment}").format(count=number, moment=told(end, words)))
    if later := reasons["scheduled"] - sum(number for _end, number in sorted(ends.items())[:_MOMENTS_NAMED]):
        parts.append(count(words.ngettext("{count} until later", "{count} until later", later), later))
    if expired := reasons["expired"]:
        parts.append(count(words.ngettext("{count} expired", "{count} expired", expired), expired))
    number = len(report.withheld)
    head = count(words.ngettext("{count} withheld", "{count} withheld", number), number)
    return f"{head}: {', '.join(parts)}"


def _problems(found: tuple[Diagnostic, ...], words: NullTranslations) -> str:
    errors = sum(diagnostic.is_error for diagnostic in found)
    warnings = len(found) - errors
    parts = []
    if errors:
        parts.append(count(words.ngettext("{count} error", "{count} errors", errors), errors))
    if warnings:
        parts.append(count(words.ngettext("{count} warning", "{count} warnings", warnings), warnings))
    return ", ".join(parts)


def told(moment: Moment, words: NullTranslations) -> str:
    """A moment as it is written in the reader's language, on the site's clock."""
    form = words.gettext("%Y-%m-%d %H:%M") if moment.has_time else words.gettext("%Y-%m-%d")
    return moment.local.strftime(form)


def count(template: str, number: int) -> str:
    """Fill in a number."""
    return template.format(count=number)
