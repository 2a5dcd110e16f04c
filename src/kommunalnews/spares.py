"""Files in which published pages stood before, kept to be written in once more.

A fragment that changes may change ten thousand pages. To make a file for each and to delete the old one costs many
times what it costs to write the bytes. So old and new file change places, the old one is kept in the cache, and the
next version of the page is written over what it says.

It is written over only if nobody else has it: neither by another name (a hard link) nor open (Linux gives no lease
then). A file that somebody has is left to them, and another one is made.

What is written over an old file may reach the disk after its size and time have. So after a power failure a page may
say what it said before, while both are right: ``run`` tells whether that can have happened.
"""

import os
import stat
import sys
from contextlib import suppress
from pathlib import Path

from kommunalnews.digest import of_bytes
from kommunalnews.disk import make, of_destination

_RUN = Path("/proc/sys/kernel/random/boot_id")
"""Another one whenever the system starts; random(4)."""
_DEFAULT_RIGHTS = "system.posix_acl_default"


class Spares:
    """The spare files of one published folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def written(self, path: str, data: bytes) -> tuple[str, os.stat_result] | None:
        """A file with these bytes that may change places with the one published at ``path``; None where there is none.

        What changes places with it is the spare file of that path from then on.
        """
        file = self._file(path)
        with suppress(OSError):
            return file, _written_over(file, data)
        with suppress(OSError):
            self.remove(path)
            self.folder.mkdir(parents=True, exist_ok=True)
            return file, make(file, data)
        return None

    def remove(self, path: str) -> None:
        """Delete the spare file of this path, if there is one and that is possible."""
        with suppress(OSError):
            os.unlink(self._file(path))

    def clear(self) -> None:
        """Delete all of them, if possible."""
        with suppress(OSError):
            for entry in os.scandir(self.folder):
                os.unlink(entry.path)
            os.rmdir(self.folder)

    def _file(self, path: str) -> str:
        return f"{self.folder}/{of_bytes(path.encode())}"


def spares_of(cache: Path, destination: Path) -> Spares | None:
    """Those of a published folder; None where the system does not tell enough to have any.

    None also where files of the cache cannot be moved there, or would have another owner or other rights than files
    that are made there.
    """
    with suppress(OSError):
        if _run() and _makes_alike(cache, destination):
            return Spares(_folder(cache, destination))
    return None


def _makes_alike(one: Path, other: Path) -> bool:
    """Whether new files of both folders lie on one disk and have the same group and rights. Raises OSError."""
    found, wanted = os.stat(one), os.stat(other)
    groups = [status.st_gid if status.st_mode & stat.S_ISGID else os.getegid() for status in (found, wanted)]
    return found.st_dev == wanted.st_dev and groups[0] == groups[1] and _default_rights(one) == _default_rights(other)


def _default_rights(folder: Path) -> bytes:
    """The rights that a folder hands on to new files, as acl(5) has them."""
    try:
        return os.getxattr(folder, _DEFAULT_RIGHTS)
    except OSError:
        return b""


def run(cache: Path, destination: Path) -> str:
    """The run of the system, where a folder has spare files, so that what is published there may not outlive it."""
    return _run() if _folder(cache, destination).is_dir() else ""


def _run() -> str:
    try:
        return _RUN.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _folder(cache: Path, destination: Path) -> Path:
    return cache / of_destination("spare", destination)


def _written_over(file: str, data: bytes) -> os.stat_result:
    """Raises OSError where there is no such file, or somebody else has it."""
    number = os.open(file, os.O_WRONLY | os.O_NOFOLLOW)
    try:
        found = os.fstat(number)
        if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1:
            raise PermissionError(file)
        _take(number)
        if os.write(number, data) != len(data):
            raise BlockingIOError(len(data))
        if len(data) < found.st_size:  # not to nothing first: ext4 would write the file to disk at once
            os.ftruncate(number, len(data))
        return os.fstat(number)
    finally:
        os.close(number)


def _take(number: int) -> None:
    """Raises OSError where the file is open a second time; fcntl(2), leases."""
    if sys.platform == "linux":
        from fcntl import F_SETLEASE, F_UNLCK, F_WRLCK, fcntl

        fcntl(number, F_SETLEASE, F_WRLCK)
        fcntl(number, F_SETLEASE, F_UNLCK)
