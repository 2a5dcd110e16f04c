"""``serve``: options → a server on this machine, and its builds told on the terminal."""

import contextlib
import errno
import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kommunalnews import resources
from kommunalnews.cli import edge
from kommunalnews.cli.edge import _
from kommunalnews.cli.options import Asked, options

if TYPE_CHECKING:
    from kommunalnews.serve.hub import Outcome

_STOPPED = 128
"""A shell's exit code for a signal, less its number."""


@click.command(help=_("Show the portal in the browser and rebuild it on every change."))
@options("source")
@click.option("--port", type=click.IntRange(0, 65535), default=1313, show_default=True, help=_("0 finds a free one."))
@click.option(
    "--bind", metavar=_("ADDRESS"), default="127.0.0.1", show_default=True, help=_("The address to listen on.")
)
@click.option("--open", "opens", is_flag=True, help=_("Open a browser."))
@click.option("--no-drafts", "drafts", flag_value=False, default=True, help=_("Leave out what a build would withhold."))
@click.option("--pdf", is_flag=True, help=_("Make PDFs, too."))
@click.option("--search", is_flag=True, help=_("Make the search index, too."))
@options("now", "jobs", "store", "cache")
def serve(port: int, bind: str, opens: bool, now: str | None, **asked: Any) -> int:
    """Serve until Ctrl-C."""
    request = Asked(now=now, **asked).request()  # what is wrong with an option is said before anything starts
    with _listening(bind, port) as listening:
        from kommunalnews import serve as server

        source = Path(request.source)
        packaged = (resources.packaged("templates"), resources.packaged("static"))
        chosen = listening.getsockname()[1]
        arguments = ["--jobs", str(request.jobs)]
        arguments += ["--drafts", "--future", "--expired"] if request.drafts else []
        arguments += [] if request.pdf else ["--no-pdf"]
        arguments += [] if request.search else ["--no-search"]
        arguments += ["--now", now] if now else []
        arguments += ["--store", request.store or request.cache] if request.cache else ["--no-cache"]
        wanted = server.ServeOptions(
            source=source,
            folder=source / edge.CACHE / "serve" / str(chosen),
            bind=bind,
            arguments=tuple(arguments),
            beside=tuple(folder for folder in packaged if not folder.is_relative_to(source)),
            language=edge.terminal_language(),
            opens=opens,
            keeps=port != 0,
        )
        url = server.address(wanted, listening)
        click.echo(_("The portal is at {url} (Ctrl-C ends it).").format(url=url))
        number = server.serve(wanted, listening, _tell)
    return _STOPPED + number if number else 1


def _tell(outcome: "Outcome") -> None:
    with contextlib.suppress(BrokenPipeError):  # nobody reads along, which is no reason to stop
        for diagnostic in outcome.diagnostics:
            click.echo(diagnostic.rendered, err=True)
        if outcome.crash:
            click.echo(outcome.crash, err=True)
        for line in outcome.summary.lines if outcome.summary else ():
            click.echo(line)


def _listening(bind: str, port: int) -> socket.socket:
    from kommunalnews.serve import listen

    try:
        return listen(bind, port)
    except OSError as fault:
        if fault.errno == errno.EADDRINUSE:
            text = _(
                "Port {port} is in use, perhaps by another “serve”. Name another with --port, or 0 for a free one."
            )
        else:
            text = _("Cannot listen on {bind}, port {port}: {reason}.")
        # what Python adds to the system's words only says the address again
        reason = _(os.strerror(fault.errno)) if fault.errno and fault.errno > 0 else str(fault)
        raise click.UsageError(text.format(bind=bind, port=port, reason=reason)) from fault
