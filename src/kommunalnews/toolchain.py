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
    "cssselect2",
    "fonttools",
    "jinja2",
    "markdown",
    "msgspec",
    "nh3",
    "pillow",
    "pydyf",
    "pyphen",
    "python-slugify",
    "pyyaml",
    "segno",
    "tinycss2",
    "tinyhtml5",
    "weasyprint",
)
_OPTIONAL = ("pagefind", "pagefind-bin")
"""Without them there is no search."""
_SYSTEM = (
    ("pango", ("libpango-1.0.so.0", "libpango-1.0.0.dylib"), "pango_version"),
    ("harfbuzz", ("libharfbuzz.so.0", "libharfbuzz.0.dylib"), "hb_version_string"),
    ("harfbuzz-subset", ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib"), "hb_version_string"),
    ("fontconfig", ("libfontconfig.so.1", "libfontconfig.1.dylib"), "FcGetVersion"),
)
"""The libraries of the system that choose, shape, place and embed glyphs: name, files, and what tells the version."""

_LINKED = Path("/etc/ld.so.cache")
"""Written anew whenever a library is installed on Linux: ldconfig(8). Elsewhere there is nothing that is as cheap."""
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
    """The folders that these libraries were installed into, and the list of the system's: their times change with what
    is installed."""
    return tuple(sorted({*(Path(_needed(name)[1]) for name in _LIBRARIES), _LINKED}))


@cache
def toolchain() -> Digest:
    """The digest of this program and of the libraries that shape what it makes."""
    versions = (f"{name} {_needed(name)[0]}" for name in (*_LIBRARIES, *filter(_library, _OPTIONAL)))
    return of_parts(*versions, *(of_bytes(path.read_bytes()) for path in package_files()))


@cache
def system_libraries() -> tuple[str, ...]:
    """Name and version of each library of the system that sets type: ``pango 15012``; no version where it is missing.

    It loads them, so this is asked only where there are PDFs.
    """
    import ctypes

    def version(files: tuple[str, ...], function: str) -> str:
        for file in files:
            try:
                tell = getattr(ctypes.CDLL(file), function)
            except (OSError, AttributeError):
                continue
            if function.endswith("_string"):
                tell.restype = ctypes.c_char_p
            told = tell()
            return told.decode() if isinstance(told, bytes) else str(told)
        return ""

    return tuple(f"{name} {version(files, function)}" for name, files, function in _SYSTEM)


def has_font_subsetter() -> bool:
    """Whether HarfBuzz's library is here that takes out of a font what a PDF shows of it."""
    return "harfbuzz-subset " not in system_libraries()


def pdf_toolchain() -> Digest:
    """The digest of all that sets type, of this machine's libraries, too."""
    return of_parts(toolchain(), *system_libraries())


@cache
def picture_toolchain() -> Digest:
    """The digest of what encodes pictures and draws cards: the rest of the program may change without a new one."""
    names = ("rasters.py", "rendering/pictures.py", "rendering/cards.py")
    folder = program_folder()
    versions = (f"{name} {_needed(name)[0]}" for name in ("fonttools", "pillow", "pyphen"))
    return of_parts(*versions, *(of_bytes((folder / name).read_bytes()) for name in names))
