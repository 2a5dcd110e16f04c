"""What a remote store answered, and what it did not → whether to ask it again.

The count lies in memory that forked workers share, so that ten workers do not each wait for a store that is dead.
Nothing locks it: a count that is off by one costs a second.
"""

import mmap
import struct

_OPEN, _PROTECTED = 0, 1
"""Bytes that are raised once and never lowered."""
_COUNTS = struct.Struct("<id")
"""Failures without a success between them; seconds lost in all."""
_COUNTS_AT, _REASON_AT, _SIZE = 8, 32, 1024


class Breaker:
    """Opens, for good, when a store has failed ``failures`` times running or lost ``budget`` seconds in all."""

    def __init__(self, failures: int, budget: float) -> None:
        self._failures = failures
        self._budget = budget
        self._shared = mmap.mmap(-1, _SIZE)

    @property
    def is_open(self) -> bool:
        """Whether the store is to be left alone."""
        return self._shared[_OPEN] != 0

    @property
    def is_write_protected(self) -> bool:
        """Whether the store is for reading only."""
        return self._shared[_PROTECTED] != 0

    @property
    def reason(self) -> str:
        """Why it opened; empty while it did not."""
        return self._shared[_REASON_AT:].rstrip(b"\0").decode("utf-8", "replace")

    def answered(self, late: float, reason: str) -> None:
        """The store answered, ``late`` seconds later than it should have, which opens it one day, for this reason."""
        if late or self._counts[0]:
            self._count(0, self._counts[1] + late, reason)

    def failed(self, seconds: float, reason: str) -> None:
        """The store did not answer, and that took ``seconds``."""
        failures, lost = self._counts
        self._count(failures + 1, lost + seconds, reason)

    def protect(self) -> None:
        """The store refused to be written."""
        self._shared[_PROTECTED] = 1

    def open(self, reason: str) -> None:
        """Leave the store alone from now on; the first reason is kept."""
        if not self.is_open:
            data = reason.encode()[: _SIZE - _REASON_AT]
            self._shared[_REASON_AT : _REASON_AT + len(data)] = data
            self._shared[_OPEN] = 1

    @property
    def _counts(self) -> tuple[int, float]:
        failures, lost = _COUNTS.unpack_from(self._shared, _COUNTS_AT)
        return int(failures), float(lost)

    def _count(self, failures: int, lost: float, reason: str) -> None:
        _COUNTS.pack_into(self._shared, _COUNTS_AT, failures, lost)
        if failures >= self._failures or lost > self._budget:
            self.open(reason)
