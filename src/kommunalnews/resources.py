"""Names of packaged folders → where they lie: in an installed package, or in a checkout."""

from pathlib import Path
from typing import Literal

_PACKAGE = Path(__file__).parent


def packaged(folder: Literal["templates", "static"]) -> Path:
    """The packaged templates or static files."""
    installed = _PACKAGE / "_packaged" / folder
    return installed if installed.is_dir() else _PACKAGE.parent.parent / folder


def program_folder() -> Path:
    """Where the program itself lies."""
    return _PACKAGE


def package_files() -> tuple[Path, ...]:
    """Every file of the program itself, sorted: what the toolchain's digest is made of."""
    return tuple(
        sorted(
            path
            for path in _PACKAGE.rglob("*")
            if path.suffix in (".py", ".mo", ".ttf", ".tsv", ".json") and path.is_file()
        )
    )
