"""What an editor wrote as a file's name → the source path it means."""

import posixpath
from collections.abc import Callable, Iterable

from kommunalnews.diagnostics import did_you_mean


def source_path(base: str, name: str) -> str:
    """The source path that ``name`` means in the file ``base``: relative to it, or below content/ with a slash."""
    if name.startswith("/"):
        return "content" + posixpath.normpath(name)
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), name))


def nearest_path(path: str, candidates: Iterable[str]) -> str:
    """The candidate whose file is named most like that of ``path``, whatever folder it lies in; empty if none is."""
    return _nearest(path, candidates, _name)


def nearest_address(address: str, candidates: Iterable[str]) -> str:
    """The candidate whose last part is most like that of ``address``; empty if none is.

    What stands before it is alike with many, and says nothing.
    """
    return _nearest(address, candidates, lambda one: posixpath.basename(one.rstrip("/")))


def _nearest(wanted: str, candidates: Iterable[str], name_of: Callable[[str], str]) -> str:
    by_name: dict[str, str] = {}
    for candidate in sorted(candidates):
        by_name.setdefault(name_of(candidate), candidate)
    name = name_of(wanted)
    return by_name.get(did_you_mean(name, by_name), "") if name else ""


def _name(path: str) -> str:
    """The file's name without its ending, or that of the folder that an ``index.md`` stands for."""
    return posixpath.splitext(posixpath.basename(path.removesuffix("/index.md")))[0]
