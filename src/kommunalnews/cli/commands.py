"""A command's name → its module, imported when it is called."""

import contextlib
import gettext
import importlib
import select
import sys
from pathlib import Path
from typing import Any

import click

import kommunalnews
from kommunalnews.cli.edge import _
from kommunalnews.diagnostics import N_

# click's own words go through gettext's default catalogue: let that be ours, so that one language is spoken
gettext.bindtextdomain("kommunalnews", str(Path(kommunalnews.__file__).with_name("locale")))
gettext.textdomain("kommunalnews")


def ngettext(one: str, several: str) -> tuple[str, str]:
    """Mark words that have a plural, as ``N_`` marks those that have none."""
    return one, several


_WORDS_OF_CLICK = (
    N_("Usage:"),
    N_("Options"),
    N_("Commands"),
    N_("Positional arguments"),
    N_("default: {default}"),
    N_("Show this message and exit."),
    N_("Show the version and exit."),
    N_("Error: {message}"),
    N_("Try '{command} {option}' for help."),
    N_("Invalid value: {message}"),
    N_("Invalid value for {param_hint}: {message}"),
    N_("Missing argument"),
    N_("Missing option"),
    N_("Missing parameter"),
    N_("Missing command."),
    N_("No such option {name!r}."),
    N_("No such command {name!r}."),
    N_("Option {name!r} does not take a value."),
    ngettext("Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments."),
    ngettext("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})"),
    ngettext("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)"),
    ngettext("{value!r} is not {choice}.", "{value!r} is not one of {choices}."),
    N_("Choose from:\n\t{choices}"),
    N_("{value!r} is not a valid {number_type}."),
    N_("{value} is not in the range {range}."),
    N_("{name} {filename!r} does not exist."),
    N_("{name} {filename!r} is a file."),
    N_("{name} {filename!r} is a directory."),
    N_("{name} {filename!r} is not readable."),
    N_("{name} {filename!r} is not writable."),
    N_("file"),
    N_("directory"),
    N_("path"),
)


class Unread(Exception):
    """Nobody reads what is printed. click would leave with a code of its own at a BrokenPipeError."""


def _is_unread() -> bool:
    """Whether nobody reads standard output or the diagnostics any more."""
    if not hasattr(select, "poll"):
        return True
    poll = select.poll()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, OSError, ValueError):  # closed or replaced
            poll.register(stream.fileno(), select.POLLOUT)
    return any(told & (select.POLLERR | select.POLLHUP) for _, told in poll.poll(0))


class LazyGroup(click.Group):
    """A group that knows its commands by module and one line of help."""

    lazy: dict[str, tuple[str, str]]
    """Name → ``module:function`` and its line in ``--help``."""
    default: str
    """The command that is meant where none is named."""

    def __init__(self, name: str, *, lazy: dict[str, tuple[str, str]], default: str, **attributes: Any) -> None:
        super().__init__(name, **attributes)
        self.lazy = lazy
        self.default = default

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, args or [self.default])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError as fault:
            if _is_unread():
                raise Unread from fault
            raise

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.lazy:
            return None
        module, _colon, name = self.lazy[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(f"kommunalnews.cli.{module}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, _(line)) for name, (_target, line) in self.lazy.items()])


def _version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value:
        click.echo(f"kommunalnews {kommunalnews.__version__}")
        ctx.exit()


@click.group(
    "kommunalnews",
    cls=LazyGroup,
    lazy={
        "build": ("build:build", N_("Build the portal (also without a command).")),
        "serve": ("serve:serve", N_("Show the portal in the browser and rebuild it on every change.")),
        "check": ("build:check", N_("Check all content and links; write nothing.")),
        "new": ("new:new", N_("Begin something new: an article, a page.")),
        "init": ("new:init", N_("Set up a small portal in a new folder.")),
        "list": ("listing:list_articles", N_("List articles: drafts, scheduled, expired.")),
    },
    default="build",
    help=_("Turn Markdown into a static news portal."),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_version,
    help=_("Show the version and exit."),
)
def program() -> None:
    """Everything stands in the commands."""
