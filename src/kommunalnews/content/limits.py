"""Work on one hostile text → an exception in time, instead of a build that hangs or a machine that swaps.

The processor's time is measured, not the clock on the wall, so a busy machine refuses no more texts than an idle one.
The signal of an interval timer reaches even Python's regular expression engine in the middle of a match
(https://docs.python.org/3/library/signal.html#signal.setitimer).
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_AGAIN = 0.05
"""Seconds after which the signal comes again, should some ``except Exception`` have swallowed it."""


class TimeLimitExceeded(Exception):
    """The work inside ``time_limit`` took longer than it may."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise TimeLimitExceeded in the block when it has used ``seconds`` of processor time.

    Only a main thread of a POSIX system can be stopped; elsewhere the block runs without a limit. Limits do not nest:
    inside another one the block is left to the outer limit.
    """
    if (
        not hasattr(signal, "setitimer")
        or threading.current_thread() is not threading.main_thread()
        or signal.getitimer(signal.ITIMER_PROF)[0] > 0
    ):
        yield
        return
    armed = True

    def stop(_number: int, _frame: FrameType | None) -> None:
        if armed:
            raise TimeLimitExceeded(f"more than {seconds} s of processor time")

    previous = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds, _AGAIN)
    try:
        yield
    finally:
        armed = False
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, previous)


def limit_memory(size: int) -> None:
    """Let this process have at most ``size`` bytes of address space; beyond it Python raises MemoryError.

    For worker processes: it cannot be taken back. Without effect where the system knows no such limit (Windows), and
    never above a limit that is set already.
    """
    try:
        import resource  # POSIX only
    except ImportError:
        return
    _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    allowed = size if hard == resource.RLIM_INFINITY else min(size, hard)
    try:
        resource.setrlimit(resource.RLIMIT_AS, (allowed, hard))
    except (ValueError, OSError):  # macOS refuses to limit address space
        return
