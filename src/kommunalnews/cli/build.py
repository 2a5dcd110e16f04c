"""``build`` and ``check``: options → a request, a report → words and an exit code."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from kommunalnews.cli.edge import _
from kommunalnews.cli.options import Asked, Style, options
from kommunalnews.requests import BuildRequest

if TYPE_CHECKING:
    from kommunalnews.lock import Holder

BUSY = 75
"""Exit code where another build is at work: what temporary failures exit with (EX_TEMPFAIL of sysexits.h)."""
_EXPLAIN = click.option(
    "--explain", metavar=_("PATH"), help=_("Build nothing; say what the file PATH of the site is made of.")
)


@click.command(help=_("Build the portal."))
@options("source", "destination", "base_url", "now", "drafts", "future", "expired", "jobs", "pdf", "strict")
@_EXPLAIN
@options("store", "store_limit", "patience", "cache", "style")
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
    from kommunalnews import lock
    from kommunalnews.cli import progress

    try:
        with progress.shown(style) as shown:
            done = engine.check(request, shown) if action == "check" else engine.build(request, shown, None, _wait)
    except lock.Busy as busy:
        click.echo(_("Another build is still at work here: {holder}.").format(holder=_named(busy.holder)), err=True)
        return BUSY
    except engine.BuildStopped as stopped:
        report.show_stopped(stopped, style, source)
        return 1
    report.show(done, style, action=action, seconds=time.monotonic() - start, source=source)
    return 1 if done.failed else 0


def _wait(holder: "Holder") -> None:
    click.echo(_("Another build is at work here: {holder}. Waiting …").format(holder=_named(holder)), err=True)


def _named(holder: "Holder") -> str:
    if not holder.pid:
        return _("process unknown")
    if holder.is_here:
        return _("process {pid}").format(pid=holder.pid)
    return _("process {pid} on {host}").format(pid=holder.pid, host=holder.host)


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
