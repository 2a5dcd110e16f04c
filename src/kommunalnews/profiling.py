"""A clock → where the time of a build goes, by stage and by template."""

from collections.abc import Callable

import msgspec

Clock = Callable[[], float]
"""Seconds, counted from anywhere."""


class Cost(msgspec.Struct):
    """What the outputs of one template took, over all processes."""

    outputs: int = 0
    seconds: float = 0.0


class Profile:
    """Times of one build."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.stages: dict[str, float] = {}
        """Name → seconds, in the order in which they began."""
        self.templates: dict[str, Cost] = {}
        self._last = clock()

    @property
    def is_wanted(self) -> bool:
        """Whether anybody will look at it."""
        return self.clock is not _stopped

    def lap(self, stage: str) -> None:
        """Put the time since the last lap down to ``stage``."""
        now = self.clock()
        self.stages[stage] = self.stages.get(stage, 0.0) + now - self._last
        self._last = now

    def count(self, template: str, seconds: float) -> None:
        """Put the time of one output down to its template."""
        cost = self.templates.setdefault(template, Cost())
        cost.outputs += 1
        cost.seconds += seconds


def unmeasured() -> Profile:
    """A profile that nobody will look at."""
    return Profile(_stopped)


def _stopped() -> float:
    return 0.0
