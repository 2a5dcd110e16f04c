"""Small work → its result, from a forked process that does this and ends.

Such a process sees all that its parent knew when it began, for nothing is copied that neither of them changes.
"""

import os
import pickle
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from kommunalnews import kernel
from kommunalnews.executors.tasks import R, at_once

_PR_SET_PDEATHSIG = 1
_STOPPING = {signal.SIGINT, signal.SIGTERM}


_prctl = kernel.function("prctl")
"""Found before anything is forked, so that no process looks for it again."""


class Forks:
    """The processes that are at work."""

    def __init__(self) -> None:
        self._open: dict[int, int] = {}
        """Process → our end of its pipe."""

    def __call__(self, work: Callable[[], R]) -> Callable[[], R]:
        try:
            ours, theirs = os.pipe()
        except OSError:
            return at_once(work)
        try:
            with uninterrupted():
                process = os.fork()
                if process == 0:
                    _do(work, theirs)
        except OSError:  # too many processes, too little memory
            os.close(ours)
            os.close(theirs)
            return at_once(work)
        os.close(theirs)
        self._open[process] = ours
        return lambda: self._result(process, work)

    def _result(self, process: int, work: Callable[[], R]) -> R:
        with os.fdopen(self._open.pop(process), "rb") as stream:
            data = stream.read()
        os.waitpid(process, 0)
        try:
            result: R = pickle.loads(data)  # our own process wrote it
        except (EOFError, pickle.UnpicklingError):
            return work()
        return result

    def wait(self) -> None:
        """Wait for those whose result nobody asked for."""
        while self._open:
            process, ours = self._open.popitem()
            with os.fdopen(ours, "rb") as stream:
                stream.read()
            os.waitpid(process, 0)

    def end(self) -> None:
        """End all that are still at work."""
        for process in self._open:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self.wait()


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Let Ctrl-C and SIGTERM wait while a process is forked: raised in what libraries do at a fork, they would be lost.

    The new process begins deaf to both, until it calls ``follow_parent``.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _STOPPING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def follow_parent() -> None:
    """What a new process does first: Ctrl-C is its parent's to answer, SIGTERM ends it, and so does its parent's end.

    The last by prctl(2), on Linux only: what a build that was killed has left must not go on writing, for its lock is
    free.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPPING)
    if _prctl is not None:
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _do(work: Callable[[], Any], pipe: int) -> None:
    """The life of the process. It ends without a word to anybody: open files and handlers are its parent's."""
    try:
        follow_parent()
        with os.fdopen(pipe, "wb") as stream:
            stream.write(pickle.dumps(work()))
    finally:
        os._exit(0)
