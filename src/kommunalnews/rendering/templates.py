"""Template files → a Jinja environment, and for each template the digest of everything it can reach.

A site's own template stands before the packaged one of the same name. Templates are code, written by the theme's
author; what they show is escaped unless a page model says that it is sanitised HTML.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Literal, NamedTuple

import jinja2
import msgspec
from jinja2 import nodes

from kommunalnews.diagnostics import N_
from kommunalnews.digest import Digest, of_bytes, of_parts
from kommunalnews.i18n import translations
from kommunalnews.rendering import filters
from kommunalnews.rendering.compiling import CodeCache, Environment
from kommunalnews.toolchain import toolchain

TEMPLATE_REMEDY = N_("Correct it; where a template of your own is deleted, the packaged one of its name is used")


class TemplateFault(Exception):
    """A template that cannot be used: ``message`` says why, ``reason`` in Jinja's words where it was Jinja's fault."""

    def __init__(self, template: str, line: int, message: str, reason: str = "") -> None:
        super().__init__(message, reason)
        self.template = template
        self.line = line
        self.message = message
        self.reason = reason


class Closures(msgspec.Struct, frozen=True, array_like=True):
    """The closures of templates, and the templates that they were made of."""

    sources: dict[str, Digest] = {}
    """Name → digest; empty for one that is referred to and missing."""
    digests: dict[str, Digest] = {}


class Templates:
    """The templates of a site: its own folder, then the packaged one, which comes last."""

    def __init__(self, folders: tuple[Path, ...], language: str, code: Path | None = None) -> None:
        """``code`` is a folder for compiled templates."""
        self.folders = folders
        self.language = language
        self._code = code

    @cached_property
    def environment(self) -> jinja2.Environment:
        """The environment, with filters and the site's language."""
        catalogue = translations(self.language)
        environment = Environment(
            catalogue.gettext,
            loader=self._loader(),
            autoescape=jinja2.select_autoescape(("html", "xml"), default=False),
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            extensions=["jinja2.ext.i18n"],
            auto_reload=False,
            cache_size=-1,
            bytecode_cache=CodeCache(self._code, f"{toolchain()} {self.language}"),
        )
        environment.install_gettext_translations(catalogue, newstyle=True)  # type: ignore[attr-defined]
        environment.filters.update(filters.for_language(self.language))
        return environment

    def _loader(self) -> jinja2.BaseLoader:
        """Own templates before packaged ones, which an own one of the same name reaches as ``packaged/…``."""
        own_first = jinja2.FileSystemLoader([str(folder) for folder in self.folders])
        packaged = jinja2.FileSystemLoader(str(self.folders[-1]))
        return jinja2.ChoiceLoader([own_first, jinja2.PrefixLoader({"packaged": packaged})])

    @cached_property
    def _references(self) -> dict[str, tuple[Digest, tuple["_Reference", ...]]]:
        return {}

    def closure(self, template: str) -> Digest:
        """The digest of a template and all that it extends, includes or imports. Raises TemplateFault."""
        if template not in self._closures:
            reached = sorted(self._reach(template, set()))
            self._closures[template] = of_parts(*(f"{name}:{self._look(name)[0]}" for name in reached))
        return self._closures[template]

    @property
    def closures(self) -> Closures:
        """What is known by now, for the next time."""
        read = {name: digest for name, (digest, _) in self._references.items()}
        return Closures({**self._recalled, **read}, dict(self._closures))

    def recall(self, closures: "Closures") -> None:
        """Take over what was known, if it was known of the same templates."""
        if all(self._digest(name) == digest for name, digest in closures.sources.items()):
            self._recalled.update(closures.sources)
            self._closures.update(closures.digests)

    def _digest(self, template: str) -> Digest:
        loader = self.environment.loader
        assert loader is not None
        with suppress(jinja2.TemplateNotFound, UnicodeDecodeError):
            return of_bytes(loader.get_source(self.environment, template)[0].encode())
        return Digest("")

    @cached_property
    def _recalled(self) -> dict[str, Digest]:
        return {}

    @cached_property
    def _closures(self) -> dict[str, Digest]:
        return {}

    def _reach(self, template: str, seen: set[str]) -> set[str]:
        if template not in seen:
            seen.add(template)
            for reference in self._look(template)[1]:
                self._follow(template, reference, seen)
        return seen

    def _follow(self, template: str, reference: "_Reference", seen: set[str]) -> None:
        if self._exists(reference.name):
            self._reach(reference.name, seen)
        elif reference.is_required:
            message = N_("There is no template “{reason}”")
            raise TemplateFault(template, reference.line, message, reference.name)
        else:  # it may come to be, which changes what refers to it
            seen.add(reference.name)
            self._references[reference.name] = Digest(""), ()

    def _exists(self, template: str) -> bool:
        loader = self.environment.loader
        assert loader is not None
        with suppress(jinja2.TemplateNotFound, UnicodeDecodeError):  # what is not UTF-8 is there, and told when read
            loader.get_source(self.environment, template)
            return True
        return any((folder / template).is_file() for folder in self.folders)

    def _look(self, template: str) -> tuple[Digest, tuple["_Reference", ...]]:
        if template not in self._references:
            self._references[template] = self._read(template)
        return self._references[template]

    def _read(self, template: str) -> tuple[Digest, tuple["_Reference", ...]]:
        loader = self.environment.loader
        assert loader is not None
        try:
            source, _, _ = loader.get_source(self.environment, template)
            digest = of_bytes(source.encode())
            if digest not in _REFERENCES:
                _REFERENCES[digest] = tuple(_references_in(self.environment.parse(source, template)))
        except jinja2.TemplateSyntaxError as fault:
            message = N_("This template cannot be used: {reason}")
            raise TemplateFault(fault.name or template, fault.lineno, message, fault.message or "") from fault
        except jinja2.TemplateNotFound as fault:
            raise TemplateFault(template, 0, N_("There is no template of this name")) from fault
        except UnicodeDecodeError as fault:
            raise TemplateFault(template, 0, N_("This template is not stored as UTF-8")) from fault
        for reference in _REFERENCES[digest]:
            if reference.name == template:
                message = N_("This template extends or includes itself; the packaged one of its name is “{reason}”")
                raise TemplateFault(template, reference.line, message, f"packaged/{template}")
            if not reference.name:
                message = N_("This template includes or extends another whose name is not written out")
                raise TemplateFault(template, reference.line, message)
        return digest, tuple(sorted(set(_REFERENCES[digest])))


class _Reference(NamedTuple):
    """Another template that a template extends, includes or imports."""

    name: str
    """Empty where it is computed."""
    line: int
    is_required: bool
    """False where the template may be missing, or is one of several to choose from."""


_REFERENCES: dict[Digest, tuple[_Reference, ...]] = {}
"""What the sources that this process has parsed refer to."""


def _references_in(tree: nodes.Template) -> Iterator[_Reference]:
    for node in tree.find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)):
        match getattr(node, "template", None):
            case nodes.Const(value=str(name)):
                yield _Reference(name, node.lineno, not getattr(node, "ignore_missing", False))
            case nodes.List(items=items) | nodes.Tuple(items=items):
                for item in items:
                    name = item.value if isinstance(item, nodes.Const) and isinstance(item.value, str) else ""
                    yield _Reference(name, node.lineno, False)
            case _:
                yield _Reference("", node.lineno, False)


def find_files(folders: tuple[Path, ...]) -> Mapping[str, Path]:
    """Relative path → file, for all files below the folders; an earlier folder's file stands before a later one's."""
    found: dict[str, Path] = {}
    for folder in folders:
        for path in _regular_files(folder):
            found.setdefault(path.relative_to(folder).as_posix(), path)
    return found


def unfit_files(folder: Path) -> Iterator[tuple[str, Literal["name", "outside", "irregular"]]]:
    """Relative paths below ``folder`` that ``find_files`` passes over although nobody would expect it, and why."""
    top = folder.resolve()
    for path in _visible(folder):
        name = path.relative_to(folder).as_posix()
        if not name.isprintable():
            yield name, "name"
        elif path.is_symlink() and (path.is_dir() or not path.resolve().is_relative_to(top)):
            yield name, "outside"
        elif not path.is_dir() and not path.is_file():
            yield name, "irregular"


def _regular_files(folder: Path) -> Iterator[Path]:
    top = folder.resolve()
    for path in _visible(folder):
        if path.name.isprintable() and path.is_file() and path.resolve().is_relative_to(top):
            yield path


def _visible(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") and part != ".well-known" for part in path.relative_to(folder).parts)
        if not hidden and not path.name.endswith("~"):
            yield path
