"""``build`` and ``check``: options → a request, a report → words and an exit code."""

import gc
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from kommunalnews.cli.edge import _
from kommunalnews.cli.options import Asked, Style, executor, options
from kommunalnews.profiling import Profile
from kommunalnews.requests import BuildRequest

if TYPE_CHECKING:
    from kommunalnews.lock import Holder

BUSY = 75
"""Exit code where another build is at work: what temporary failures exit with (EX_TEMPFAIL of sysexits.h)."""
_HELD: list[object] = []
"""What the build knew. The process ends soon: to take it to pieces would cost more than it is worth."""
_EXPLAIN = click.option(
    "--explain", metavar=_("PATH"), help=_("Build nothing; say what the file PATH of the site is made of.")
)
_PROFILE = click.option("--profile", is_flag=True, help=_("Say where the time goes, by stage and by template."))
_VERIFY = click.option(
    "--verify", is_flag=True, help=_("Build a second time from nothing, compare, and name what differs.")
)


@click.command(help=_("Build the portal."))
@options("source", "destination", "base_url", "now", "drafts", "future", "expired", "jobs", "cluster")
@options("pdf", "search", "strict")
@_EXPLAIN
@_PROFILE
@_VERIFY
@options("store", "store_limit", "patience", "cache", "style")
def build(explain: str | None, profile: bool, verify: bool, style: Style, **asked: Any) -> int:
    """Build the site, or say what one of its files is made of."""
    request = Asked(**asked).request()
    if explain is not None:
        return _explain(request, explain, style)
    if not profile:
        code = _run("build", request, style)
    else:
        measured = Profile(time.perf_counter)
        code = _run("build", request, style, measured)
        _show_profile(measured)
    return _verify(request, style) if verify and code != BUSY else code


@click.command(help=_("Check all content and links; write nothing."))
@options("source", "base_url", "now", "drafts", "future", "expired", "jobs", "pdf", "strict", "store", "cache", "style")
def check(style: Style, **asked: Any) -> int:
    """Everything that a build would complain of."""
    return _run("check", Asked(**asked).request(), style)


def _run(action: Literal["build", "check"], request: BuildRequest, style: Style, profile: Profile | None = None) -> int:
    from kommunalnews import standing
    from kommunalnews.cli import report

    if not request.cluster:
        gc.disable()  # a build makes millions of objects that live to its end, and few that hang in circles
    source = Path(request.source)
    start = time.monotonic()
    known = standing.last_report(request) if action == "build" else standing.Answer()
    if profile is not None:
        profile.lap("look")
    if known.report is not None:
        report.show(known.report, style, action=action, seconds=time.monotonic() - start, source=source)
        return 0
    from kommunalnews import build as engine
    from kommunalnews import lock
    from kommunalnews.cli import progress

    running = executor(request) if action == "build" else None
    try:
        with progress.shown(style, source) as shown:
            done = (
                engine.check(request, shown)
                if action == "check"
                else engine.build(request, shown, running, _wait, profile, known.seen, _HELD.append)
            )
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


def _show_profile(profile: Profile) -> None:
    total = sum(profile.stages.values()) or 1.0
    for stage, seconds in profile.stages.items():
        click.echo(f"{stage:24} {seconds:8.3f} s {seconds / total:6.1%}", err=True)
    for template, cost in sorted(profile.templates.items(), key=lambda found: -found[1].seconds):
        each = cost.seconds / cost.outputs * 1000
        click.echo(f"{template:24} {cost.seconds:8.3f} s {cost.outputs:7} × {each:.2f} ms", err=True)


def _verify(request: BuildRequest, style: Style) -> int:
    from kommunalnews.cli import report
    from kommunalnews.planning import BuildStopped
    from kommunalnews.verifying import differences

    _HELD.clear()
    try:
        found = differences(request)
    except BuildStopped:  # the build before has said why
        return 1
    if style == "json":
        report.show_json({"verified": not found, "differences": found})
    elif not found:
        click.echo(_("Verified: a build from nothing gives the same bytes."))
    else:
        told = _("{path} differs from what a build from nothing gives.")
        click.echo("\n".join(told.format(path=report.visible(path)) for path in found), err=True)
    return 1 if found else 0


def _explain(request: BuildRequest, path: str, style: Style) -> int:
    from kommunalnews.cli import report
    from kommunalnews.explaining import explain
    from kommunalnews.planning import BuildStopped

    try:
        lines = explain(request, path)
    except BuildStopped as stopped:
        report.show_stopped(stopped, style, Path(request.source))
        return 1
    if not lines:
        raise click.BadParameter(_("The site has no file {path}.").format(path=path), param_hint="--explain")
    if style == "json":
        report.show_json({"path": path, "lines": lines})
    else:
        click.echo(report.visible("\n".join(lines)))
    return 0
