"""What commands that look at a site have in common: their options, and the request that these make."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import click
import msgspec

from kommunalnews.cli import edge
from kommunalnews.cli.edge import _
from kommunalnews.diagnostics import Problem, filled
from kommunalnews.moments import Moment, from_datetime, parse_moment
from kommunalnews.requests import STORE_LIMIT, BuildRequest
from kommunalnews.store import checked_store_url
from kommunalnews.urls import checked_base_url

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from kommunalnews.executors import Executor

Style = Literal["human", "json", "github"]
Command = TypeVar("Command", bound=Callable[..., Any])

_SIZE = re.compile(r"(\d+(?:[.,]\d+)?) ?(?:([kmgt])(i?))?b?", re.IGNORECASE)
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}


def _size(text: str) -> int:
    """Bytes in ``500MB``, ``2GiB`` or bytes alone. Raises click.BadParameter."""
    parts = _SIZE.fullmatch(text.strip())
    if parts is None:
        raise click.BadParameter(_("“{size}” is no size. Write it like 500MB or 2GiB.").format(size=text))
    number, unit, binary = parts.groups(default="")
    return int(float(number.replace(",", ".")) * (1024 if binary else 1000) ** _POWERS[unit.lower()])


_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_OPTIONS: dict[str, Callable[[Command], Command]] = {
    "source": click.option(
        "-s", "--source", type=_FOLDER, default=".", metavar=_("FOLDER"), help=_("The folder that holds content/.")
    ),
    "destination": click.option(
        *("-d", "--destination"),
        type=click.Path(file_okay=False, path_type=Path),
        metavar=_("FOLDER"),
        help=_("The folder to publish into (public/ in the source folder)."),
    ),
    "base_url": click.option("-b", "--base-url", metavar="URL", help=_("The address the site will live at.")),
    "now": click.option("--now", metavar="ISO", help=_("Build as if it were this moment: 2026-11-24T08:00.")),
    "drafts": click.option("-D", "--drafts", is_flag=True, help=_("Show drafts, with a badge.")),
    "future": click.option("-F", "--future", is_flag=True, help=_("Show what is scheduled, with a badge.")),
    "expired": click.option("-E", "--expired", is_flag=True, help=_("Show what has expired, with a badge.")),
    "jobs": click.option(
        "-j", "--jobs", type=click.IntRange(min=1), metavar="N", help=_("Worker processes (one a usable core).")
    ),
    "cluster": click.option(
        "--cluster",
        metavar=_("ADDRESS"),
        help=_("Let the Dask cluster at this address make the PDFs (tcp://host:8786, or local for one of its own)."),
    ),
    "pdf": click.option("--no-pdf", "pdf", flag_value=False, default=True, help=_("Make no PDFs.")),
    "search": click.option("--no-search", "search", flag_value=False, default=True, help=_("Make no search index.")),
    "strict": click.option("--strict", is_flag=True, help=_("Treat warnings as errors.")),
    "store": click.option(
        "--store",
        metavar="URL",
        help=_("Where results are kept: a folder (.cache/kommunalnews in the source folder) or a URL like s3://…"),
    ),
    "store_limit": click.option(
        "--store-limit",
        type=_size,
        metavar=_("SIZE"),
        default="2GB",
        show_default=True,
        help=_("How much is kept there; what was not used for longest goes first."),
    ),
    "patience": click.option(
        "--wait",
        "patience",
        type=click.FloatRange(min=0),
        default=60.0,
        show_default=True,
        metavar=_("SECONDS"),
        help=_("How long to wait for another build of this site."),
    ),
    "cache": click.option("--no-cache", "cache", flag_value=False, default=True, help=_("Keep no results.")),
    "style": click.option(
        *("--format", "style"),
        type=click.Choice(["human", "json", "github"]),
        default="human",
        show_default=True,
        help=_("How to answer: for people, programs, or as GitHub annotations."),
    ),
}


def options(*names: str) -> Callable[[Command], Command]:
    """Give a command the options of these names, shown in this order."""

    def decorate(command: Command) -> Command:
        for name in reversed(names):
            command = _OPTIONS[name](command)
        return command

    return decorate


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What stood on the command line."""

    source: Path
    destination: Path | None = None
    base_url: str | None = None
    now: str | None = None
    drafts: bool = False
    future: bool = False
    expired: bool = False
    jobs: int | None = None
    cluster: str | None = None
    pdf: bool = True
    strict: bool = False
    store: str | None = None
    store_limit: int = STORE_LIMIT
    patience: float = 0.0
    cache: bool = True
    search: bool = True

    def request(self) -> BuildRequest:
        """The same with every default filled in. Raises click.UsageError."""
        source = self.source.absolute()
        kept = _kept(source, self.store, cache=self.cache)
        return BuildRequest(
            source=str(source),
            destination=str((self.destination or source / "public").absolute()),
            now=edge.now() if self.now is None else moment(self.now, source).seconds,
            base_url=_base_url(self.base_url),
            drafts=self.drafts,
            future=self.future,
            expired=self.expired,
            jobs=self.jobs or edge.usable_cores(),
            cluster=self.cluster or "",
            pdf=self.pdf,
            strict=self.strict,
            cache=kept.folder,
            store=kept.url,
            store_limit=self.store_limit,
            patience=self.patience,
            clock=edge.now(),
            search=self.search,
        )


def executor(request: BuildRequest) -> "Executor":
    """What runs the tasks of a build. Raises click.BadParameter where the cluster that is asked for is not fit."""
    from kommunalnews.executors import open_executor

    found = open_executor(request.jobs, request.cluster if request.pdf else "")
    if isinstance(found, Problem):
        raise click.BadParameter(sentence(found), param_hint="--cluster")
    return found


def moment(text: str | None, source: Path, *, option: str = "--now") -> Moment:
    """The moment that an option names on the clock of the site in ``source``, or now. Raises click.BadParameter."""
    zone = _zone(source)
    if text is None:
        return from_datetime(datetime.fromtimestamp(edge.now(), UTC), zone)
    found = parse_moment(text, zone)
    if isinstance(found, Problem):
        raise click.BadParameter(sentence(found), param_hint=option)
    return found


def _zone(source: Path) -> "ZoneInfo":
    from zoneinfo import ZoneInfo

    from kommunalnews.scaffold import site_config

    config, _diagnostics = site_config(source)
    return ZoneInfo(config.timezone if config else "Europe/Berlin")


def _base_url(text: str | None) -> str:
    if text is None:
        return ""
    checked = checked_base_url(text)
    if isinstance(checked, Problem):
        raise click.BadParameter(sentence(checked), param_hint="--base-url")
    return checked


def _kept(source: Path, store: str | None, *, cache: bool) -> edge.Kept:
    if store and not cache:
        raise click.UsageError(_("--store and --no-cache exclude each other."))
    kept = edge.cache_folder(source, store, kept=cache)
    checked = checked_store_url(kept.url) if kept.url else ""
    if isinstance(checked, Problem):
        raise click.BadParameter(sentence(checked), param_hint="--store" if store else "KOMMUNALNEWS_STORE")
    return kept


def sentence(problem: Problem) -> str:
    """A problem in the words of the terminal's language."""
    parts = [filled(text, problem.arguments, _) for text in (problem.message, problem.hint) if text]
    return " ".join(part if part.endswith(("?", ".", "!")) else f"{part}." for part in parts)
