"""Tasks → results, in forked processes.

The parent knows at any time which item each worker is at: it stands in memory that both share.
"""

import gc
import math
import multiprocessing
import os
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing.connection import Connection, wait
from multiprocessing.sharedctypes import RawArray
from pathlib import Path
from typing import Any, Generic, NamedTuple

from kommunalnews.content.limits import limit_memory
from kommunalnews.diagnostics import Diagnostic
from kommunalnews.executors.forks import Forks, follow_parent, uninterrupted
from kommunalnews.executors.tasks import A, Advance, Beside, J, Limits, Loss, R, S, SealedTask, T, at_once, complete

_CONTEXT: Any = multiprocessing.get_context("fork" if hasattr(os, "fork") else "spawn")
_IDLE = -1
_FEW = 64
"""Items that are sooner told to a worker that stands by than shared with a new one."""
_Life = Callable[[Connection, Connection, Any], tuple[Callable[..., None], tuple[Any, ...]]]
"""The worker's end of the pipe, ours, and where it notes its item → what it runs."""


class ProcessExecutor:
    """Runs tasks in forked processes, which share what there is at that moment without copying it."""

    def __init__(self, jobs: int, *, limit: float = 60.0, memory: int = 2 << 30) -> None:
        """Up to ``jobs`` workers; one that stays at an item for ``limit`` seconds hangs.

        A worker may take ``memory`` bytes more than what it shares with this process.
        """
        self.jobs = max(1, jobs)
        self.limit = limit
        self.memory = memory
        self._early: tuple[Path, _Worker] | None = None
        self._ready: dict[Callable[..., Any], _Worker] = {}

    def run(
        self,
        task: Callable[[S, T], R],
        shared: S,
        items: Sequence[T],
        *,
        lost: Callable[[T, Loss], R],
        advance: Advance,
    ) -> list[R]:
        standing_by = self._ready.pop(task, None) if 0 < len(items) <= _FEW else None
        try:
            return self._run(task, shared, items, lost, advance, standing_by, lambda _: 1.0, math.inf)
        finally:
            if standing_by:
                standing_by.end()

    def run_sealed(
        self, task: SealedTask[S, T, J, A, R], shared: S, items: Sequence[T], *, advance: Advance
    ) -> list[R]:
        """All three steps of an item in one worker: nothing large goes through a pipe."""
        early, self._early = self._early, None
        with tempfile.TemporaryDirectory(prefix="kommunalnews-") as folder:
            sharing = (task, shared, early[0] if early else Path(folder))
            try:
                standing_by = early[1] if early else None
                return self._run(
                    complete, sharing, items, task.lost, advance, standing_by, task.patience, task.lifetime
                )
            finally:
                if early:
                    early[1].end()

    def _run(
        self,
        task: Callable[[S, T], R],
        shared: S,
        items: Sequence[T],
        lost: Callable[[T, Loss], R],
        advance: Advance,
        early: "_Worker | None",
        patience: Callable[[T], float],
        lifetime: float,
    ) -> list[R]:
        if not items:
            return []
        limits = Limits(self.limit, self.memory)
        return _Run(task, shared, items, lost, advance, self.jobs, limits, early, patience, lifetime).results()

    @contextmanager
    def early(self, task: SealedTask[S, T, J, A, R]) -> Iterator[None]:
        """Fork a worker now, while this process is still small, and let it prepare itself while others read.

        It serves the first sealed tasks that are run. If there are none, it is thrown away.
        """
        with tempfile.TemporaryDirectory(prefix="kommunalnews-") as name:
            folder = Path(name)
            worker = _Worker(
                lambda pipe, other, at: (_work_early, (partial(task.prepare, folder), pipe, other, at, self.memory))
            )
            self._early = folder, worker
            try:
                yield
            finally:
                self._early = None
                worker.end()

    @contextmanager
    def ready(self, task: Callable[[S, T], R], prepare: Callable[[], object]) -> Iterator[None]:
        """The same for a plain task. What it is to do must go through a pipe, so it is asked for little only."""
        if self.jobs == 1:
            yield
            return
        worker = _Worker(lambda pipe, other, at: (_work_early, (prepare, pipe, other, at, self.memory)))
        self._ready[task] = worker
        try:
            yield
        finally:
            self._ready.pop(task, None)
            worker.end()

    @contextmanager
    def beside(self) -> Iterator[Beside]:
        """Fork a process for each such work, where there is another processor for it."""
        if self.jobs == 1 or not hasattr(os, "fork"):
            yield at_once
            return
        forks = Forks()
        try:
            yield forks
            forks.wait()
        finally:
            forks.end()

    def problems(self) -> tuple[Diagnostic, ...]:
        return ()


class _Worker:
    """A process, the pipe to it, and the item it is at."""

    def __init__(self, life: _Life) -> None:
        """``life`` says what the process does, given its end of the pipe, our end, and where it notes its item."""
        self.pipe, there = _CONTEXT.Pipe()
        self.at: Any = RawArray("q", [_IDLE])
        target, arguments = life(there, self.pipe, self.at)
        self.process = _CONTEXT.Process(target=target, args=arguments, daemon=True)
        with uninterrupted():
            self.process.start()
        there.close()
        self.range: tuple[int, int] = (0, 0)
        self.served = 0
        self.seen = (_IDLE, time.monotonic())

    def end(self) -> None:
        """End the process, whatever it is at. It may have ended already."""
        self.pipe.close()
        self.process.kill()
        self.process.join()


class _Errand(NamedTuple):
    """What an early worker is told first: all that a worker forked now would just know."""

    task: Callable[[Any, Any], Any]
    shared: Any
    items: Sequence[Any]


class _Run(Generic[S, T, R]):
    """One call of ``ProcessExecutor.run``."""

    def __init__(
        self,
        task: Callable[[S, T], R],
        shared: S,
        items: Sequence[T],
        lost: Callable[[T, Loss], R],
        advance: Advance,
        jobs: int,
        limits: Limits,
        early: _Worker | None,
        patience: Callable[[T], float],
        lifetime: float,
    ) -> None:
        self.task, self.shared, self.items, self.lost, self.advance = task, shared, items, lost, advance
        self.limits, self.patience, self.lifetime = limits, patience, lifetime
        self.done: dict[int, R] = {}
        self.deaths: dict[int, int] = {}
        size = max(1, int(min(64, len(items) // (jobs * 8), lifetime)))
        self.waiting = deque((start, min(start + size, len(items))) for start in range(0, len(items), size))
        self.jobs = min(jobs, len(self.waiting))
        self.early = early

    def results(self) -> list[R]:
        workers: list[_Worker] = []
        try:
            if self.early is not None:
                while self.waiting and len(workers) < self.jobs - 1:
                    self._start(workers)
                if self._send(self.early):  # last: it may have to wait until the worker has prepared itself
                    workers.append(self.early)
            while len(self.done) < len(self.items):
                while self.waiting and len(workers) < self.jobs:
                    self._start(workers)
                ready = wait([worker.pipe for worker in workers], timeout=min(0.5, self.limits.seconds / 4))
                for worker in list(workers):
                    alive = self._receive(worker) if worker.pipe in ready else not self._hangs(worker)
                    if not alive:
                        workers.remove(worker)
            return [self.done[index] for index in range(len(self.items))]
        finally:
            for worker in workers:
                worker.end()

    def _send(self, early: _Worker) -> bool:
        """Tell an early worker what to do; False where it is gone."""
        try:
            early.pipe.send(_Errand(self.task, self.shared, self.items))
        except OSError:
            return False
        return self._assign(early)

    def _start(self, workers: list[_Worker]) -> None:
        worker = _Worker(
            lambda pipe, other, at: (_work, (self.task, self.shared, self.items, pipe, other, at, self.limits.memory))
        )
        if self._assign(worker):
            workers.append(worker)

    def _assign(self, worker: _Worker) -> bool:
        """Give the worker the next range, if there is one; False where the worker is gone."""
        if self.waiting:
            worker.range = self.waiting.popleft()
            worker.served += worker.range[1] - worker.range[0]
            worker.seen = (_IDLE, time.monotonic())
            try:
                worker.pipe.send(worker.range)
            except OSError:
                self._bury(worker, "died")
                return False
        return True

    def _receive(self, worker: _Worker) -> bool:
        """Take a finished range of results; False where the worker is gone."""
        try:
            answer = worker.pipe.recv()
        except (EOFError, OSError):
            self._bury(worker, "died")
            return False
        if isinstance(answer, _Failure):
            raise answer.fault
        start, _ = worker.range
        self.done.update(enumerate(answer, start))
        self.advance(len(self.done))
        worker.range = (0, 0)
        if not self.waiting or self._is_spent(worker):
            with suppress(OSError):
                worker.pipe.send(None)  # a closed pipe would not tell: later workers have inherited this end of it
            worker.process.join()
            worker.pipe.close()
            return False
        return self._assign(worker)

    def _is_spent(self, worker: _Worker) -> bool:
        """Whether the next range would be more than a worker may do."""
        start, stop = self.waiting[0]
        return worker.served + stop - start > self.lifetime

    def _hangs(self, worker: _Worker) -> bool:
        now = time.monotonic()
        at = worker.at[0]
        if worker.seen[0] != at:
            worker.seen = (at, now)
        elif now - worker.seen[1] > self.limits.seconds * (self.patience(self.items[at]) if at != _IDLE else 1.0):
            worker.process.kill()
            self._bury(worker, "hung")
            return True
        return False

    def _bury(self, worker: _Worker, loss: Loss) -> None:
        """Put back the rest of the worker's range; the item it was at gets one more try, alone, unless it hung."""
        worker.pipe.close()
        worker.process.join()
        start, stop = worker.range
        at = worker.at[0]
        if not start <= at < stop:
            at = start
        self.deaths[at] = self.deaths.get(at, 0) + 1
        if loss == "hung" or self.deaths[at] > 1:
            self.done[at] = self.lost(self.items[at], loss)
            self.advance(len(self.done))
        else:
            self.waiting.append((at, at + 1))
        self.waiting.extend(piece for piece in ((start, at), (at + 1, stop)) if piece[0] < piece[1])


class _Failure:
    """A fault in a task itself: a bug of ours, to be raised in the parent."""

    def __init__(self, fault: BaseException) -> None:
        self.fault = fault


def _work_early(prepare: Callable[[], object], pipe: Connection, other_end: Connection, at: Any, memory: int) -> None:
    """The life of a worker that was forked before there was anything to do."""
    other_end.close()
    _settle(memory)
    with suppress(Exception):  # it will come again with the first job, and be told there
        prepare()
    errand = _received(pipe)
    if not isinstance(errand, _Errand):
        os._exit(0)
    _serve(errand.task, errand.shared, errand.items, pipe, at)


def _work(
    task: Callable[[S, T], R],
    shared: S,
    items: Sequence[T],
    pipe: Connection,
    other_end: Connection,
    at: Any,
    memory: int,
) -> None:
    """The life of a worker."""
    other_end.close()
    _settle(memory)
    _serve(task, shared, items, pipe, at)


def _settle(memory: int) -> None:
    follow_parent()
    if taken := address_space():
        limit_memory(taken + memory)
    gc.freeze()  # what is shared need not be searched for garbage, which would copy every page of it
    gc.enable()


def _received(pipe: Connection) -> Any:
    try:
        return pipe.recv()
    except (EOFError, OSError):
        return None


def _serve(task: Callable[[S, T], R], shared: S, items: Sequence[T], pipe: Connection, at: Any) -> None:
    """Take a range, answer with its results, until the pipe closes."""
    parent = os.getppid()
    while True:
        assigned = _received(pipe)
        if assigned is None:
            os._exit(0)
        start, stop = assigned
        results = []
        try:
            for index in range(start, stop):
                if os.getppid() != parent:  # whoever builds next must not find files that nobody knows of
                    os._exit(1)
                at[0] = index
                results.append(task(shared, items[index]))
        except Exception as fault:  # carried to the parent and raised there
            pipe.send(_Failure(fault))
            os._exit(1)
        at[0] = _IDLE
        pipe.send(results)


def address_space() -> int:
    """Bytes of address space that this process has; 0 where the system does not say."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
