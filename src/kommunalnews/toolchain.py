"""The program and its libraries → one digest that is part of every key: never a number raised by hand."""

import os
import re
import sys
from functools import cache
from pathlib import Path

from kommunalnews.digest import Digest, of_bytes, of_parts
from kommunalnews.resources import package_files, program_folder

_LIBRARIES = (
    "brotli",
    "jinja2",
    "markdown",
    "msgspec",
    "nh3",
    "python-slugify",
    "pyyaml",
    "weasyprint",
    "pydyf",
    "pyphen",
    "pillow",
)
_OPTIONAL = ("pagefind", "pagefind-bin")
"""Without them there is no search."""


_INSTALLED = re.compile(r"(.+)-([^-]+)\.dist-info")
"""https://packaging.python.org/en/latest/specifications/recording-installed-packages/"""


@cache
def _installed() -> dict[str, tuple[str, str]]:
    """Normalised name → version and folder of every installed library, as the names of their records have it.

    ``importlib.metadata`` would open and parse each record: thirteen cost as much as a quarter of a short build.
    """
    found: dict[str, tuple[str, str]] = {}
    for folder in sys.path:
        try:
            names = sorted(os.listdir(folder or "."))
        except OSError:
            continue
        for name in names:
            if record := _INSTALLED.fullmatch(name):
                found.setdefault(re.sub(r"[-_.]+", "-", record[1]).lower(), (record[2], folder))
    return found


@cache
def _library(name: str) -> tuple[str, str] | None:
    """Version and folder of a library; None where it is not installed."""
    if name in _installed():
        return _installed()[name]
    from importlib import metadata  # an old kind of installation

    try:
        found = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return None
    return found.version, str(found.locate_file(""))


def _needed(name: str) -> tuple[str, str]:
    found = _library(name)
    if found is None:
        raise ModuleNotFoundError(f"{name} is not installed", name=name)
    return found


def library_folders() -> tuple[Path, ...]:
    """The folders that these libraries were installed into: their times change with what is installed."""
    return tuple(sorted({Path(_needed(name)[1]) for name in _LIBRARIES}))


@cache
def toolchain() -> Digest:
    """The digest of this program and of the libraries that shape what it makes."""
    versions = (f"{name} {_needed(name)[0]}" for name in (*_LIBRARIES, *filter(_library, _OPTIONAL)))
    return of_parts(*versions, *(of_bytes(path.read_bytes()) for path in package_files()))


@cache
def picture_toolchain() -> Digest:
    """The digest of what encodes pictures and draws cards: the rest of the program may change without a new one."""
    names = ("rasters.py", "rendering/pictures.py", "rendering/cards.py")
    folder = program_folder()
    versions = (f"{name} {_needed(name)[0]}" for name in ("fonttools", "pillow", "pyphen"))
    return of_parts(*versions, *(of_bytes((folder / name).read_bytes()) for name in names))
