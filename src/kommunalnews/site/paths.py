"""What an editor wrote as a file's name → the source path it means."""

import posixpath
from collections.abc import Iterable

from kommunalnews.diagnostics import did_you_mean


def source_path(base: str, name: str) -> str:
    """The source path that ``name`` means in the file ``base``: relative to it, or below content/ with a slash."""
    if name.startswith("/"):
        return "content" + posixpath.normpath(name)
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), name))


def nearest_path(path: str, candidates: Iterable[str]) -> str:
    """The candidate whose file is named most like that of ``path``, whatever folder it lies in; empty if none is."""
    by_name: dict[str, str] = {}
    for candidate in sorted(candidates):
        by_name.setdefault(_name(candidate), candidate)
    return by_name.get(did_you_mean(_name(path), by_name), "")


def nearest_address(address: str, candidates: Iterable[str]) -> str:
    """The candidate whose last part is most like that of ``address``; empty if none is.

    What stands before it is alike with many, and says nothing.
    """
    by_name: dict[str, str] = {}
    for candidate in sorted(candidates):
        by_name.setdefault(posixpath.basename(candidate.rstrip("/")), candidate)
    name = posixpath.basename(address.rstrip("/"))
    return by_name.get(did_you_mean(name, by_name), "") if name else ""


def _name(path: str) -> str:
    """The file's name without its ending, or that of the folder that an ``index.md`` stands for."""
    return posixpath.splitext(posixpath.basename(path.removesuffix("/index.md")))[0]
