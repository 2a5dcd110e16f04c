"""``new`` and ``init``: a title → a file to write in, a folder's name → a portal."""

import shlex
from pathlib import Path

import click

from kommunalnews.cli import edge
from kommunalnews.cli.commands import LazyGroup
from kommunalnews.cli.edge import _, terminal_words
from kommunalnews.cli.options import moment, options, sentence
from kommunalnews.diagnostics import N_, Problem


@click.command(help=_("Write a new article to fill in, as a draft, and print its path."))
@click.argument("title", metavar=_("TITLE"))
@click.option("--section", default="", metavar="NAME", help=_("One of the sections in site.yaml."))
@click.option("--kicker", default="", metavar="TEXT", help=_("The words above the headline."))
@click.option("--location", default="", metavar="NAME", help=_("The place it is about."))
@click.option(
    "--author", "authors", multiple=True, metavar=_("KEY"), help=_("As authors.yaml names them; may be repeated.")
)
@click.option("--tag", "tags", multiple=True, metavar="NAME", help=_("A subject; may be repeated."))
@click.option("--date", metavar="ISO", help=_("The date that is shown (now)."))
@options("source")
def article(
    title: str,
    section: str,
    kicker: str,
    location: str,
    authors: tuple[str, ...],
    tags: tuple[str, ...],
    date: str | None,
    source: Path,
) -> int:
    """Write the file."""
    from kommunalnews import scaffold
    from kommunalnews.cli import report

    source = source.absolute()
    config, found = scaffold.site_config(source)
    if config is None:
        report.show_diagnostics(found, terminal_words(), "human", source)
        return 1
    made = scaffold.new_article(
        source,
        config,
        scaffold.NewArticle(
            title=title,
            date=moment(date, source, option="--date"),
            section=section,
            kicker=kicker,
            location=location,
            authors=authors,
            tags=tags,
        ),
    )
    if isinstance(made, Problem):
        raise click.UsageError(sentence(made))
    click.echo(str(made))
    return 0


@click.command(help=_("Write a standing page to fill in, and print its path."))
@click.argument("name", metavar=_("NAME"))
@options("source")
def page(name: str, source: Path) -> int:
    """Write the file."""
    from kommunalnews import scaffold

    made = scaffold.new_page(source.absolute(), name)
    if isinstance(made, Problem):
        raise click.UsageError(sentence(made))
    click.echo(str(made))
    return 0


@click.group(
    "new",
    cls=LazyGroup,
    lazy={
        "article": ("new:article", N_("Write a new article to fill in, as a draft, and print its path.")),
        "page": ("new:page", N_("Write a standing page to fill in, and print its path.")),
    },
    default="--help",
    help=_("Begin something new: an article, a page."),
)
def new() -> None:
    """Everything stands in the commands."""


@click.command(help=_("Set up a small portal in FOLDER, which must not exist or be empty."))
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), metavar=_("FOLDER"))
def init(folder: Path) -> int:
    """Write the portal and say how to go on."""
    from kommunalnews import scaffold

    written = scaffold.init(folder.absolute(), moment(None, folder))
    if isinstance(written, Problem):
        raise click.UsageError(sentence(written))
    words = terminal_words()
    number = len(written)
    click.echo(
        words.ngettext("{folder}: {count} file written.", "{folder}: {count} files written.", number).format(
            folder=folder, count=number
        )
    )
    told = {"program": edge.called(), "folder": shlex.quote(str(folder))}
    click.echo(_("See it:   {program} serve -s {folder}").format(**told))
    click.echo(_("Build it: {program} build -s {folder}").format(**told))
    return 0
