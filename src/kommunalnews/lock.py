"""A folder → held by one process: builds that share it run one after the other.

What counts is a lock of the operating system on the file ``lock`` in the folder, never the file itself: the system
frees it when its holder ends, however it ends, ``kill -9`` and power cuts included. What the file says is for people.

On POSIX it is ``flock``. Its lock belongs to the opened file, which forked workers would inherit, so that one that
outlives its killed parent would hold on to it; hence each forked child closes it first of all
(``os.register_at_fork``).
Record locks (``lockf``) are not inherited, but they are lost as soon as anything in the process opens and closes the
file, and do not keep two builds of one process apart.
"""

import contextlib
import errno
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

NAME = "lock"
_PAUSE = 0.1
"""Seconds between two tries: waiting in the system itself could not be given up."""
_AFAR = 1 << 30
"""Windows forbids to read what is locked, so that is a byte far behind what the file says."""
_held: set[int] = set()
"""Descriptors of lock files that this process has opened."""


class Holder(NamedTuple):
    """A process that holds a folder."""

    pid: int
    """0 where it is not known."""
    host: str

    @property
    def is_here(self) -> bool:
        """Whether it runs on this machine; another may share the folder over the network."""
        return self.host in ("", platform.node())

    @property
    def text(self) -> str:
        """As it is written in a lock file."""
        return f"{self.pid} {self.host}\n"


_NOBODY = Holder(0, "")


class Busy(Exception):
    """Another process holds the folder."""

    def __init__(self, holder: Holder) -> None:
        super().__init__(holder)
        self.holder = holder


@contextlib.contextmanager
def held(
    folder: Path, *, wait: float = 0.0, waiting: Callable[[Holder], object] = lambda holder: None
) -> Iterator[bool]:
    """Hold ``folder`` meanwhile. Gives False where nothing can be locked there, as where nothing can be written.

    Waits up to ``wait`` seconds for another process, having called ``waiting`` with it once. Raises Busy after that.
    """
    file = _acquired(folder, wait, waiting)
    if file is None:
        yield False
        return
    try:
        _write(file, _here().text)
        yield True
    finally:
        if file in _held:  # a forked child has closed it, and must not free what is its parent's
            _write(file, "")
            _unlock(file)
            _shut(file)


@contextlib.contextmanager
def held_itself(
    folder: Path, note: str, *, wait: float = 0.0, waiting: Callable[[Holder], object] = lambda holder: None
) -> Iterator[bool]:
    """The same for a folder into which a file may not be put as yet: it is locked itself.

    It is made if need be. Gives False where folders cannot be locked, as on Windows. Who holds it is known where they
    could ``sign`` the file ``note`` in it.
    """
    file = _opened_folder(folder)
    if file is None:
        yield False
        return
    signed = folder / note
    try:
        is_held = _waited_for(file, signed, wait, waiting)
        sign(signed)
        yield is_held
    finally:
        if file in _held:
            if _signatory(signed) == _here():
                with contextlib.suppress(OSError):
                    signed.unlink()
            _unlock(file)
            _shut(file)


def sign(note: Path) -> None:
    """Say in a file, if that is possible, that this process holds its folder."""
    with contextlib.suppress(OSError):
        file = os.open(note, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0), 0o666)
        try:
            os.write(file, _here().text.encode())
        finally:
            os.close(file)


def _here() -> Holder:
    return Holder(os.getpid(), platform.node())


def _signatory(note: Path) -> Holder:
    try:
        return _read(note.read_bytes())
    except OSError:
        return _NOBODY


def _opened_folder(folder: Path) -> int | None:
    if sys.platform == "win32":
        return None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        return None
    _held.add(file)
    return file


def _waited_for(file: int, note: Path, wait: float, waiting: Callable[[Holder], object]) -> bool:
    """Lock an opened folder; False where the file system has no locks. Raises Busy."""
    end, told = time.monotonic() + wait, False
    while True:
        try:
            if _lock(file):
                return True
        except OSError:
            return False
        if time.monotonic() >= end:
            raise Busy(_signatory(note))
        if not told:
            waiting(_signatory(note))
            told = True
        time.sleep(min(_PAUSE, max(0.0, end - time.monotonic())))


def _acquired(folder: Path, wait: float, waiting: Callable[[Holder], object]) -> int | None:
    """The locked file; None where there cannot be one. Raises Busy."""
    end = time.monotonic() + wait
    path, told = folder / NAME, False
    while True:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o666)
        except OSError:
            return None
        _held.add(file)
        try:
            is_locked = _lock(file)
        except OSError:  # a file system without locks
            _shut(file)
            return None
        if is_locked and _is_at(path, file):
            return file
        holder = _holder(file)
        _shut(file)
        if is_locked:  # somebody deleted the file meanwhile: what was locked is not what others will find
            continue
        if time.monotonic() >= end:
            raise Busy(holder)
        if not told:
            waiting(holder)
            told = True
        time.sleep(min(_PAUSE, max(0.0, end - time.monotonic())))


def _shut(file: int) -> None:
    _held.discard(file)
    os.close(file)


def _is_at(path: Path, file: int) -> bool:
    try:
        return os.path.samestat(os.stat(path), os.fstat(file))
    except OSError:
        return False


def _holder(file: int) -> Holder:
    """Who says to hold the file; it may not yet have come to say it."""
    try:
        os.lseek(file, 0, os.SEEK_SET)
        return _read(os.read(file, 500))
    except OSError:
        return _NOBODY


def _read(text: bytes) -> Holder:
    pid, _, host = text.decode("utf-8", "replace").strip().partition(" ")
    return Holder(int(pid), host) if pid.isascii() and pid.isdigit() else _NOBODY


def _write(file: int, text: str) -> None:
    with contextlib.suppress(OSError):  # a full disk does not matter here
        os.ftruncate(file, 0)
        os.lseek(file, 0, os.SEEK_SET)
        os.write(file, text.encode())


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> bool:
        os.lseek(file, _AFAR, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError as fault:
            if fault.errno in (errno.EACCES, errno.EDEADLK):
                return False
            raise
        return True

    def _unlock(file: int) -> None:
        with contextlib.suppress(OSError):
            os.lseek(file, _AFAR, os.SEEK_SET)
            msvcrt.locking(file, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(file: int) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)

    def _let_go() -> None:
        for file in _held:
            with contextlib.suppress(OSError):
                os.close(file)
        _held.clear()

    os.register_at_fork(after_in_child=_let_go)
