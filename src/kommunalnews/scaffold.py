"""What an editor names → new source files: a first portal, an article to fill in. Nothing is ever overwritten."""

import contextlib
import json
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import msgspec

from kommunalnews import urls
from kommunalnews.config import Config, parse_config
from kommunalnews.content.decoding import text_of
from kommunalnews.content.sources import SITE_FILE, TEXT_LIMIT, open_source
from kommunalnews.diagnostics import N_, Diagnostic, Location, Problem, did_you_mean, error
from kommunalnews.moments import Moment

_FILES = Path(__file__).with_name("scaffold_files")
_HIDDEN = {"gitignore": ".gitignore", "github": ".github", "gitlab-ci.yml": ".gitlab-ci.yml"}
"""Files that begin with a dot on the other side: here they would already have their effect."""
_DAY = re.compile(r"@day-(\d+)@")
"""In a text: the day so many days ago. In a path: the year of that day."""
_PLAIN = re.compile(r"[A-Za-zÄÖÜäöüß][\w .,;()/+„“”‚‘’–—?!§-]*")
"""Texts that YAML takes as they stand; everything else gets quotes."""
_YAML_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})


class NewArticle(msgspec.Struct, frozen=True, kw_only=True):
    """What an editor knows of an article before writing it."""

    title: str
    date: Moment
    section: str = ""
    kicker: str = ""
    location: str = ""
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


def site_config(source: Path) -> tuple[Config | None, tuple[Diagnostic, ...]]:
    """The settings of the site in ``source``, or what is wrong with them."""
    try:
        with open_source(source, SITE_FILE) as stream:
            text = text_of(stream.read(TEXT_LIMIT), SITE_FILE)
    except OSError as fault:
        hint = N_("Start in the folder of the site, or name it with -s; “kommunalnews init” makes a new one")
        message = N_("The site’s settings cannot be read: {reason}")
        reason = fault.strerror or str(fault)
        return None, (error("site-missing", message, Location(SITE_FILE), hint, reason=reason),)
    return (None, (text,)) if isinstance(text, Diagnostic) else parse_config(text, SITE_FILE)


def new_article(source: Path, config: Config, article: NewArticle) -> Path | Problem:
    """Write an article to be filled in, as a draft; its path, or why there is none."""
    section = _section(article.section, config)
    if isinstance(section, Problem):
        return section
    if not _one_line(article.title):
        return Problem("title-missing", N_("An article needs a title"))
    slug = urls.article_slug(_one_line(article.kicker), _one_line(article.title))
    path = source / "content" / "articles" / f"{article.date.year:04}" / f"{slug}.md"
    if path.with_suffix("").is_dir():
        return _exists(path.with_suffix(""), source)
    text = article_text(msgspec.structs.replace(article, section=section))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except FileExistsError:
        return _exists(path, source)
    except OSError as fault:
        return Problem("unwritable", N_("{path} cannot be written: {reason}"), "", _fault(path, fault))
    return path


def new_page(source: Path, name: str) -> Path | Problem:
    """Write a standing page that most portals need, to be filled in; its path, or why there is none."""
    models = {path.stem: path for path in sorted((_FILES / "content" / "pages").glob("*.md"))}
    if name not in models:
        known = {"name": name, "known": ", ".join(models)}
        return Problem("page-unknown", N_("There is no model of a page “{name}”"), N_("Known are: {known}"), known)
    path = source / "content" / "pages" / f"{name}.md"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "xb") as stream:
            stream.write(models[name].read_bytes())
    except FileExistsError:
        return Problem("file-exists", N_("{path} exists already"), "", {"path": path.relative_to(source).as_posix()})
    except OSError as fault:
        return Problem("unwritable", N_("{path} cannot be written: {reason}"), "", _fault(path, fault))
    return path


def _exists(path: Path, source: Path) -> Problem:
    arguments = {"path": path.relative_to(source).as_posix()}
    return Problem("file-exists", N_("{path} exists already"), N_("Choose another title"), arguments)


def _fault(path: Path, fault: OSError) -> Mapping[str, str]:
    return {"path": str(path), "reason": fault.strerror or str(fault)}


def _section(wanted: str, config: Config) -> str | Problem:
    names = [section.name for section in config.sections]
    known = {"sections": ", ".join(names)}
    if wanted in names:
        return wanted
    if not wanted:
        if len(names) == 1:
            return names[0]
        return Problem("section-missing", N_("An article needs a section"), N_("Sections are: {sections}"), known)
    message = N_("There is no section “{section}”")
    if meant := did_you_mean(wanted, names):
        return Problem("section-unknown", message, N_("Did you mean “{meant}”?"), {"section": wanted, "meant": meant})
    return Problem("section-unknown", message, N_("Sections are: {sections}"), {"section": wanted, **known})


def article_text(article: NewArticle) -> str:
    """The source file of an article that has a head and no body yet."""
    fields: dict[str, str | Moment | tuple[str, ...]] = {
        "kicker": article.kicker,
        "title": article.title,
        "date": article.date,
        "lead": "",
        "section": article.section,
        "tags": article.tags,
        "location": article.location,
        "author": article.authors[0] if len(article.authors) == 1 else article.authors,
    }
    lines = [f"{name}: {_value(value)}".rstrip() for name, value in fields.items()]
    return "\n".join(["---", *lines, "draft: true", "---", "", ""])


def _value(value: str | Moment | tuple[str, ...]) -> str:
    match value:
        case Moment():
            return f"{value.local:%Y-%m-%d %H:%M}" if value.has_time else value.day
        case tuple():
            return f"[{', '.join(_quoted(item) for item in value)}]" if value else ""
        case _:
            return yaml_scalar(value) if value else ""


def yaml_scalar(text: str) -> str:
    """The text as YAML reads it back: plain where that is safe, else in double quotes (YAML 1.2.2, 7.3.1)."""
    line = _one_line(text)
    return line if _PLAIN.fullmatch(line) and line.casefold() not in _YAML_WORDS else _quoted(line)


def _quoted(text: str) -> str:
    return json.dumps(_one_line(text), ensure_ascii=False)


def _one_line(text: str) -> str:
    """White space folded, and nothing that YAML or a screen cannot show."""
    return "".join(character for character in " ".join(text.split()) if character.isprintable())


def init(folder: Path, today: Moment) -> tuple[Path, ...] | Problem:
    """Write a small portal into a new or empty folder; the files written, or why there are none."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        return Problem(
            "folder-not-empty",
            N_("{path} is not empty"),
            N_("Name a folder that does not exist yet, or an empty one"),
            {"path": str(folder)},
        )
    written: list[Path] = []
    try:
        for origin, target in _scaffold(folder, today):
            target.parent.mkdir(parents=True, exist_ok=True)
            with open(target, "xb") as stream:
                stream.write(_filled(origin, today))
            written.append(target)
    except OSError as fault:
        _undo(folder, written)
        return Problem("unwritable", N_("{path} cannot be written: {reason}"), "", _fault(folder, fault))
    return tuple(written)


def _scaffold(folder: Path, today: Moment) -> Iterator[tuple[Path, Path]]:
    for origin in sorted(_FILES.rglob("*")):
        if origin.is_file():
            first, *rest = (
                _DAY.sub(lambda match: _day(today, match)[:4], part) for part in origin.relative_to(_FILES).parts
            )
            yield origin, folder.joinpath(_HIDDEN.get(first, first), *rest)


def _filled(origin: Path, today: Moment) -> bytes:
    data = origin.read_bytes()
    if origin.suffix not in (".md", ".yaml"):
        return data
    return _DAY.sub(lambda match: _day(today, match), data.decode("utf-8")).encode("utf-8")


def _day(today: Moment, match: re.Match[str]) -> str:
    return (today.local.date() - timedelta(days=int(match[1]))).isoformat()


def _undo(folder: Path, written: list[Path]) -> None:
    """A full disk leaves no half portal behind."""
    with contextlib.suppress(OSError):
        for path in written:
            path.unlink()
        for below in sorted(folder.rglob("*"), reverse=True):
            below.rmdir()
