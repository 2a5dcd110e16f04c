"""Tasks → results, here or in other processes.

A task is a pure function of what all tasks share and of one item. Results come back in the order of the items. A
worker that dies, hangs or runs out of memory costs its own item a result from ``lost``, never the run: the parent knows
at any time which item each worker is at.
"""

import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.sharedctypes import RawArray
from pathlib import Path
from typing import Any, Generic, Literal, Protocol, TypeVar

from kommunalnews.content.limits import limit_memory

S = TypeVar("S")
T = TypeVar("T")
R = TypeVar("R")

Loss = Literal["died", "hung"]
Advance = Callable[[int], None]
"""Called with the number of items that are done."""


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


class SerialExecutor:
    """Runs tasks one after the other in this process."""

    def run(
        self,
        task: Callable[[S, T], R],
        shared: S,
        items: Sequence[T],
        *,
        lost: Callable[[T, Loss], R],
        advance: Advance,
    ) -> list[R]:
        results = []
        for number, item in enumerate(items, 1):
            results.append(task(shared, item))
            advance(number)
        return results


class ProcessExecutor:
    """Runs tasks in forked processes, which share what there is at that moment without copying it."""

    def __init__(self, jobs: int, *, limit: float = 60.0, memory: int = 2 << 30) -> None:
        """Up to ``jobs`` workers; one that stays at an item for ``limit`` seconds hangs.

        A worker may take ``memory`` bytes more than what it shares with this process.
        """
        self.jobs = max(1, jobs)
        self.limit = limit
        self.memory = memory

    def run(
        self,
        task: Callable[[S, T], R],
        shared: S,
        items: Sequence[T],
        *,
        lost: Callable[[T, Loss], R],
        advance: Advance,
    ) -> list[R]:
        if not items:
            return []
        return _Run(task, shared, items, lost, advance, self.jobs, self.limit, self.memory).results()


_IDLE = -1


class _Worker:
    """A process, the pipe to it, and the item it is at."""

    def __init__(self, process: Any, pipe: Connection, at: Any) -> None:
        self.process = process
        self.pipe = pipe
        self.at = at
        self.range: tuple[int, int] = (0, 0)
        self.seen = (_IDLE, time.monotonic())


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
        limit: float,
        memory: int,
    ) -> None:
        self.memory = memory
        self.task, self.shared, self.items, self.lost, self.advance, self.limit = (
            task, shared, items, lost, advance, limit,
        )  # fmt: skip
        self.context: Any = multiprocessing.get_context("fork" if hasattr(os, "fork") else "spawn")
        self.done: dict[int, R] = {}
        self.deaths: dict[int, int] = {}
        size = max(1, min(64, len(items) // (jobs * 8)))
        self.waiting = deque((start, min(start + size, len(items))) for start in range(0, len(items), size))
        self.jobs = min(jobs, len(self.waiting))

    def results(self) -> list[R]:
        workers: list[_Worker] = []
        try:
            while len(self.done) < len(self.items):
                while self.waiting and len(workers) < self.jobs:
                    workers.append(self._start())
                ready = wait([worker.pipe for worker in workers], timeout=min(0.5, self.limit / 4))
                for worker in list(workers):
                    alive = self._receive(worker) if worker.pipe in ready else not self._hangs(worker)
                    if not alive:
                        workers.remove(worker)
            return [self.done[index] for index in range(len(self.items))]
        finally:
            for worker in workers:
                worker.pipe.close()
                worker.process.kill()
                worker.process.join()

    def _start(self) -> _Worker:
        here, there = self.context.Pipe()
        at = RawArray("q", [_IDLE])
        process = self.context.Process(
            target=_work, args=(self.task, self.shared, self.items, there, here, at, self.memory), daemon=True
        )
        process.start()
        there.close()
        worker = _Worker(process, here, at)
        self._assign(worker)
        return worker

    def _assign(self, worker: _Worker) -> None:
        if self.waiting:
            worker.range = self.waiting.popleft()
            worker.seen = (_IDLE, time.monotonic())
            worker.pipe.send(worker.range)

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
        if not self.waiting:
            worker.pipe.send(None)  # a closed pipe would not tell: later workers have inherited this end of it
            worker.process.join()
            worker.pipe.close()
            return False
        self._assign(worker)
        return True

    def _hangs(self, worker: _Worker) -> bool:
        now = time.monotonic()
        at = worker.at[0]
        if worker.seen[0] != at:
            worker.seen = (at, now)
        elif now - worker.seen[1] > self.limit:
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


def _work(
    task: Callable[[S, T], R],
    shared: S,
    items: Sequence[T],
    pipe: Connection,
    other_end: Connection,
    at: Any,
    memory: int,
) -> None:
    """The life of a worker: take a range, answer with its results, until the pipe closes."""
    other_end.close()
    if taken := _address_space():
        limit_memory(taken + memory)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    while True:
        try:
            assigned = pipe.recv()
        except (EOFError, OSError):
            assigned = None
        if assigned is None:
            os._exit(0)
        start, stop = assigned
        results = []
        try:
            for index in range(start, stop):
                at[0] = index
                results.append(task(shared, items[index]))
        except Exception as fault:  # carried to the parent and raised there
            pipe.send(_Failure(fault))
            os._exit(1)
        at[0] = _IDLE
        pipe.send(results)


def _address_space() -> int:
    """Bytes of address space that this process has; 0 where the system does not say."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
