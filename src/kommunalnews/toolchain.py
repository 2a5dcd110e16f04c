"""The program and its libraries → one digest that is part of every key: never a number raised by hand."""

from functools import cache
from importlib import metadata
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


def library_folders() -> tuple[Path, ...]:
    """The folders that these libraries were installed into: their times change with what is installed."""
    return tuple(sorted({Path(str(metadata.distribution(name).locate_file(""))) for name in _LIBRARIES}))


@cache
def toolchain() -> Digest:
    """The digest of this program and of the libraries that shape what it makes."""
    versions = (f"{name} {metadata.version(name)}" for name in (*_LIBRARIES, *filter(_is_here, _OPTIONAL)))
    return of_parts(*versions, *(of_bytes(path.read_bytes()) for path in package_files()))


@cache
def picture_toolchain() -> Digest:
    """The digest of what encodes pictures and draws cards: the rest of the program may change without a new one."""
    names = ("rasters.py", "rendering/pictures.py", "rendering/cards.py")
    folder = program_folder()
    versions = (f"{name} {metadata.version(name)}" for name in ("fonttools", "pillow", "pyphen"))
    return of_parts(*versions, *(of_bytes((folder / name).read_bytes()) for name in names))


def _is_here(name: str) -> bool:
    try:
        metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return False
    return True
