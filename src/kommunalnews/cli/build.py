"""``build`` and ``check``: options → a request, a report → words and an exit code."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import click

from kommunalnews.cli.edge import _
from kommunalnews.cli.options import Asked, Style, options
from kommunalnews.requests import BuildReport, BuildRequest

_EXPLAIN = click.option(
    "--explain", metavar=_("PATH"), help=_("Build nothing; say what the file PATH of the site is made of.")
)


@click.command(help=_("Build the portal."))
@options("source", "destination", "base_url", "now", "drafts", "future", "expired", "jobs", "pdf", "strict")
@_EXPLAIN
@options("store", "cache", "style")
def build(explain: str | None, style: Style, **asked: Any) -> int:
    """Build the site, or say what one of its files is made of."""
    request = Asked(**asked).request()
    if explain is not None:
        return _explain(request, explain, style)
    return _run("build", request, style)


@click.command(help=_("Check all content and links; write nothing."))
@options("source", "base_url", "now", "drafts", "future", "expired", "jobs", "pdf", "strict", "store", "cache", "style")
def check(style: Style, **asked: Any) -> int:
    """Everything that a build would complain of."""
    return _run("check", Asked(**asked).request(), style)


def _run(action: Literal["build", "check"], request: BuildRequest, style: Style) -> int:
    from kommunalnews import standing
    from kommunalnews.cli import report

    source = Path(request.source)
    start = time.monotonic()
    if action == "build" and (same := standing.last_report(request)) is not None:
        report.show(same, style, action=action, seconds=time.monotonic() - start, source=source)
        return 0
    from kommunalnews import build as engine
    from kommunalnews.cli import progress

    line: Callable[..., BuildReport] = engine.build if action == "build" else engine.check
    try:
        with progress.shown(style) as shown:
            done = line(request, shown)
    except engine.BuildStopped as stopped:
        report.show_stopped(stopped, style, source)
        return 1
    report.show(done, style, action=action, seconds=time.monotonic() - start, source=source)
    return 1 if done.failed else 0


def _explain(request: BuildRequest, path: str, style: Style) -> int:
    from kommunalnews import build as engine
    from kommunalnews.cli import report

    try:
        lines = engine.explain(request, path)
    except engine.BuildStopped as stopped:
        report.show_stopped(stopped, style, Path(request.source))
        return 1
    if not lines:
        raise click.BadParameter(_("The site has no file {path}.").format(path=path), param_hint="--explain")
    if style == "json":
        report.show_json({"path": path, "lines": lines})
    else:
        click.echo(report.visible("\n".join(lines)))
    return 0
