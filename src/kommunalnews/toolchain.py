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


def _version(name: str) -> str:
    """The version of a library. Raises PackageNotFoundError."""
    if name in _installed():
        return _installed()[name][0]
    from importlib import metadata  # an old kind of installation

    return metadata.version(name)


def library_folders() -> tuple[Path, ...]:
    """The folders that these libraries were installed into: their times change with what is installed."""
    return tuple(sorted({_folder(name) for name in _LIBRARIES}))


def _folder(name: str) -> Path:
    if name in _installed():
        return Path(_installed()[name][1])
    from importlib import metadata

    return Path(str(metadata.distribution(name).locate_file("")))


@cache
def toolchain() -> Digest:
    """The digest of this program and of the libraries that shape what it makes."""
    versions = (f"{name} {_version(name)}" for name in (*_LIBRARIES, *filter(_is_here, _OPTIONAL)))
    return of_parts(*versions, *(of_bytes(path.read_bytes()) for path in package_files()))


@cache
def picture_toolchain() -> Digest:
    """The digest of what encodes pictures and draws cards: the rest of the program may change without a new one."""
    names = ("rasters.py", "rendering/pictures.py", "rendering/cards.py")
    folder = program_folder()
    versions = (f"{name} {_version(name)}" for name in ("fonttools", "pillow", "pyphen"))
    return of_parts(*versions, *(of_bytes((folder / name).read_bytes()) for name in names))


def _is_here(name: str) -> bool:
    if name in _installed():
        return True
    from importlib import metadata

    try:
        metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return False
    return True
