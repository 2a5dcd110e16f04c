"""What executors are asked: tasks over items, and sealed tasks, whose costly middle may run on any machine.

A task is a pure function of what all tasks share and of one item. A sealed task falls into three steps: *seal* where
the files are, *work* anywhere, *publish* where the files are. What goes from one step to the next says everything, so
that the middle needs neither a disk nor a setting of ours.
"""

import math
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Generic, Literal, NamedTuple, Protocol, TypeVar

from kommunalnews.diagnostics import Diagnostic

S = TypeVar("S")
T = TypeVar("T")
R = TypeVar("R")
J = TypeVar("J")
A = TypeVar("A")

Loss = Literal["died", "hung"]
Advance = Callable[[int], None]
"""Called with the number of items that are done."""


class Limits(NamedTuple):
    """What a job may take."""

    seconds: float
    memory: int
    """Bytes, beyond what the process has when it starts."""


class Done(NamedTuple, Generic[R]):
    """The result of an item that needs no work."""

    result: R


class Parted(NamedTuple, Generic[J]):
    """A job for a journey: what many jobs have in common goes along once, not with each."""

    common: Any
    job: J


def _one(_: object) -> float:
    return 1.0


class SealedTask(NamedTuple, Generic[S, T, J, A, R]):
    """A task in three steps. All of them are functions of a module, so that they can be named to another process."""

    seal: Callable[[S, T], J | Done[R]]
    """Everything the work needs; or the result, where it is known already."""
    work: Callable[[J, Path], A]
    """The answer. The folder is the worker's own, kept between its jobs and removed with it."""
    publish: Callable[[S, T, J, A], R]
    lost: Callable[[T, Loss], R]
    """The result of an item whose worker did not come back."""
    prepare: Callable[[Path], None]
    """What a worker may do before its first job, in the folder that the job will be given."""
    part: Callable[[J], Parted[J]]
    join: Callable[[Parted[J]], J]
    """The inverse of ``part``."""
    is_unfit: Callable[[A], bool]
    """Whether an answer says that the worker's machine cannot do such work at all."""
    patience: Callable[[T], float] = _one
    """How many times as long as others an item may take."""
    lifetime: float = math.inf
    """Items after which a fresh worker takes the place of one: what its libraries never give back goes with it."""


class Beside(Protocol):
    """Begins small work of its own accord: no more is shared with it than what there is at that moment."""

    def __call__(self, work: Callable[[], R]) -> Callable[[], R]:
        """What is returned waits for the result; where that is lost, the work is done here."""


class Executor(Protocol):
    """Something that runs tasks."""

    def run(
        self,
        task: Callable[[S, T], R],
        shared: S,
        items: Sequence[T],
        *,
        lost: Callable[[T, Loss], R],
        advance: Advance,
    ) -> list[R]:
        """Each item's result, in order. ``lost`` gives the result of an item whose worker did not come back."""

    def run_sealed(
        self, task: SealedTask[S, T, J, A, R], shared: S, items: Sequence[T], *, advance: Advance
    ) -> list[R]:
        """The same for a sealed task."""

    def early(self, task: SealedTask[S, T, J, A, R]) -> AbstractContextManager[None]:
        """While this is open, a worker for sealed tasks may stand by that has prepared itself."""

    def ready(self, task: Callable[[S, T], R], prepare: Callable[[], object]) -> AbstractContextManager[None]:
        """While this is open, a worker for a few items of ``task`` may stand by that has prepared itself."""

    def beside(self) -> AbstractContextManager["Beside"]:
        """While this is open, small work may go on beside what this process does."""

    def problems(self) -> tuple[Diagnostic, ...]:
        """What to say of the executor after a build."""


def at_once(work: Callable[[], R]) -> Callable[[], R]:
    """Do the work before anything else."""
    result = work()
    return lambda: result


def complete(sharing: tuple[SealedTask[S, T, J, A, R], S, Path], item: T) -> R:
    """All three steps in one place. What is shared: the task, what its own steps share, and the worker's folder."""
    task, shared, folder = sharing
    job = task.seal(shared, item)
    if isinstance(job, Done):
        result: R = job.result
        return result
    return task.publish(shared, item, job, task.work(job, folder))
