"""Arguments → a command, and its exit code: 0 done, 1 problems in content, 2 usage, 130 stopped by Ctrl-C.

A command's module is imported when it is called, and the engine only when the command needs it, so that ``--help``
costs nothing.
"""

import contextlib
import gc
import os
import signal
import sys
from types import FrameType
from typing import NoReturn

from kommunalnews.cli.commands import Unread, program

USAGE = 2
INTERRUPTED = 130
TERMINATED = 143
BROKEN_PIPE = 141
"""As a shell counts a program that died of SIGPIPE."""


def main() -> None:
    """Run the command line and leave with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, OSError):  # a stream may be closed or replaced
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    signal.signal(signal.SIGTERM, _terminate)
    try:
        code = program.main(prog_name="kommunalnews", standalone_mode=False)
        sys.stdout.flush()
    except Exception as fault:
        code = _told(fault)
    except KeyboardInterrupt:
        code = INTERRUPTED
    _leave(code if isinstance(code, int) else 0)


def _leave(code: int) -> NoReturn:
    """End the program; after a build at once, for to take millions of objects to pieces takes a fifth of a second."""
    if not gc.isenabled():
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def _terminate(number: int, frame: FrameType | None) -> None:
    """Leave through every ``finally``, so that workers go too."""
    sys.exit(TERMINATED)


def _told(fault: Exception) -> int:
    """Say what was wrong with the call; anything else is a bug of ours and keeps its traceback."""
    import click

    match fault:
        case click.ClickException():
            fault.show()
            return USAGE
        case click.Abort():
            return INTERRUPTED
        case Unread() | BrokenPipeError():
            # what is left in the buffers must not complain again when Python closes them
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return BROKEN_PIPE
        case _:
            raise fault
