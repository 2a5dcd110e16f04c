"""Published site → the files that a build from nothing would make otherwise.

There should never be any: an incremental build is to equal a clean one, byte for byte. Whoever doubts it can look.
"""

import tempfile
from pathlib import Path

import msgspec

from kommunalnews.build import build
from kommunalnews.disk import OWN_FOLDER
from kommunalnews.executors import Executor
from kommunalnews.requests import BuildRequest


def differences(request: BuildRequest, executor: Executor | None = None) -> tuple[str, ...]:
    """Output paths whose bytes differ from a clean build's, or that only one of the two has; sorted."""
    published = Path(request.destination)
    with tempfile.TemporaryDirectory(prefix=f".{published.name}-verify-", dir=published.parent) as folder:
        clean = Path(folder, "clean")
        build(msgspec.structs.replace(request, destination=str(clean), cache="", store=""), executor=executor)
        paths = _files(published) | _files(clean)
        return tuple(sorted(path for path in paths if _bytes(published / path) != _bytes(clean / path)))


def _files(folder: Path) -> set[str]:
    """Everything in a published folder, whether a manifest lists it or not, but for what is ours."""
    paths = (path.relative_to(folder) for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    return {path.as_posix() for path in paths if path.parts[0] != OWN_FOLDER}


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
