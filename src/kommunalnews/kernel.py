"""System calls that Python has no function for, by the C library that this process runs with. Linux only."""

import sys
from contextlib import suppress
from functools import cache
from typing import Any


@cache
def function(name: str) -> Any:
    """The function of this name, as ``ctypes`` calls it; None where the system has none."""
    if not sys.platform.startswith("linux"):
        return None
    import ctypes  # costs a short build more than it needs

    with suppress(OSError):
        return getattr(ctypes.CDLL(None), name, None)
    return None
