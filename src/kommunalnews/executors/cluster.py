"""Sealed tasks → results, by a Dask cluster (https://distributed.dask.org/); everything else stays here.

Parsing and rendering take some hundred microseconds an item and share the whole plan, which forked processes have for
nothing: to send them away would cost more than to do them. A PDF takes a thousand times longer, and its job is sealed:
so that is what travels. It is sealed here, and its answer is published here; workers need kommunalnews in the same
version, no disk of ours, and no settings.

Dask itself does a job again whose worker is lost. What it gives up is done here, and so is all that is left when the
cluster is lost: the processes here know best which item is to blame. While those are forked, no thread of Dask lives:
the connection is opened with the first job, and closed behind the last.
"""

import contextlib
import logging
import pickle
import queue
import re
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Generic

import dask
import distributed
from distributed.comm.core import CommClosedError
from distributed.scheduler import KilledWorker

from kommunalnews.diagnostics import N_, Diagnostic, Location, Problem, warning
from kommunalnews.digest import Digest, of_bytes
from kommunalnews.executors import apart
from kommunalnews.executors.tasks import (
    A,
    Advance,
    Beside,
    Done,
    Executor,
    J,
    Limits,
    Loss,
    R,
    S,
    SealedTask,
    T,
    at_once,
)
from kommunalnews.toolchain import pdf_toolchain

LOCAL = "local"
"""The address that means a cluster of our own on this machine."""
_ADDRESS = re.compile(r"(?:tcp|tls|ws|wss)://[^\s/]+")
_AHEAD = 2
"""Jobs for each thread of a worker that may be under way: one that is done, and the next."""
_TRIES = 2
"""How often a worker begins with a job whose process dies (``apart.work``)."""
_TRANSFER = 150.0
"""Seconds that an answer may take from the worker that has it to here."""
_SETTINGS = {
    "distributed.comm.retry.count": 0,
    "distributed.scheduler.active-memory-manager.start": False,
    "distributed.admin.large-graph-warning-threshold": "1 GiB",  # a picture may be large, and is sent once
}
_LIMITS = Limits(seconds=60.0, memory=2 << 30)
_client: Any = distributed.Client
_local_cluster: Any = distributed.LocalCluster
_LOST = N_("the connection was lost")
_EMPTY = N_("all its workers are gone")
_FOREIGN = N_("a new worker has another version of kommunalnews")
_MEANWHILE = {"cluster-empty": _EMPTY, "cluster-version": _FOREIGN}
"""Why a cluster that was fit is no longer: by the code of what is said of one that is unfit from the start."""
Future = Any
"""A ``distributed.Future``; Dask's types say too little to be of use."""


class ClusterUnusable(Exception):
    """The cluster cannot be worked with; the problem says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


class _ClusterLost(Exception):
    """The cluster cannot be worked with any longer."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ClusterExecutor:
    """Runs sealed tasks on a Dask cluster, and all others by another executor."""

    def __init__(
        self,
        address: str,
        here: Executor,
        jobs: int,
        *,
        limits: Limits = _LIMITS,
        patience: float = 30.0,
        grace: float = 20.0,
        connect: float = 5.0,
    ) -> None:
        """``jobs`` is the number of workers of a cluster of our own.

        A scheduler answers, and has a first worker, within ``connect`` seconds. The cluster is lost after ``grace``
        seconds without any worker, or when no answer comes for ``patience`` seconds more than the longest job under
        way may take, which is begun again once.
        """
        self.address = address
        self.here = here
        self.jobs = jobs
        self.limits = limits
        self.patience = patience
        self.grace = grace
        self.connect = connect
        self._problem: Problem | None = None

    def run(
        self,
        task: Callable[[S, T], R],
        shared: S,
        items: Sequence[T],
        *,
        lost: Callable[[T, Loss], R],
        advance: Advance,
    ) -> list[R]:
        return self.here.run(task, shared, items, lost=lost, advance=advance)

    def run_sealed(
        self, task: SealedTask[S, T, J, A, R], shared: S, items: Sequence[T], *, advance: Advance
    ) -> list[R]:
        spread = _Spread(self, task, shared, items, advance)
        if self._problem is None:
            try:
                spread.run()
            except ClusterUnusable as fault:
                self._problem = _lost(self.address, _MEANWHILE.get(fault.problem.code, _LOST))
            except _ClusterLost as loss:
                self._problem = _lost(self.address, loss.reason)
        rest = [index for index in range(len(items)) if index not in spread.done]
        count = len(spread.done)
        results = self.here.run_sealed(
            task, shared, [items[index] for index in rest], advance=lambda done: advance(count + done)
        )
        spread.done.update(zip(rest, results, strict=True))
        return [spread.done[index] for index in range(len(items))]

    def early(self, task: SealedTask[S, T, J, A, R]) -> AbstractContextManager[None]:
        """Nothing: the workers of a cluster have most often made PDFs before."""
        return contextlib.nullcontext()

    def ready(self, task: Callable[[S, T], R], prepare: Callable[[], object]) -> AbstractContextManager[None]:
        """Nothing, as above."""
        return contextlib.nullcontext()

    def beside(self) -> AbstractContextManager[Beside]:
        """Nothing: this process has threads that speak to the cluster, and those do not come along into a fork."""
        return contextlib.nullcontext(at_once)

    def problems(self) -> tuple[Diagnostic, ...]:
        if self._problem is None:
            return ()
        said = self._problem
        return (warning(said.code, said.message, Location("--cluster"), said.hint, **said.arguments),)

    @contextmanager
    def connected(self) -> Iterator[Any]:
        """A connection to the cluster, all of whose workers have our version. Raises ClusterUnusable."""
        with contextlib.ExitStack() as stack:
            stack.enter_context(_quiet())
            stack.enter_context(dask.config.set({**_SETTINGS, "distributed.comm.timeouts.connect": self.connect}))
            try:
                client = stack.enter_context(_client(**self._place(stack), set_as_default=False))
            except (OSError, ValueError, TypeError, CommClosedError) as fault:
                raise ClusterUnusable(_unreachable(self.address, str(fault) or type(fault).__name__)) from fault
            _check_workers(client, self.address, self.connect)
            yield client

    def _place(self, stack: contextlib.ExitStack) -> dict[str, Any]:
        if self.address != LOCAL:
            return {"address": self.address, "timeout": self.connect}
        own = _local_cluster(
            n_workers=self.jobs, threads_per_worker=1, processes=True, dashboard_address=None, memory_limit=None,
        )  # fmt: skip
        return {"address": stack.enter_context(own)}


class _Spread(Generic[S, T, J, A, R]):
    """One call of ``ClusterExecutor.run_sealed``."""

    def __init__(
        self,
        executor: ClusterExecutor,
        task: SealedTask[S, T, J, A, R],
        shared: S,
        items: Sequence[T],
        advance: Advance,
    ) -> None:
        self.executor, self.task, self.shared, self.items, self.advance = executor, task, shared, items, advance
        self.done: dict[int, R] = {}
        self.under_way: dict[Future, tuple[int, J]] = {}
        self.finished: queue.SimpleQueue[Future] = queue.SimpleQueue()
        self.doubtful: list[Future] = []
        self.common: dict[Digest, Future] = {}
        self.waiting = iter(range(len(items)))

    def run(self) -> None:
        """Do all items but those that killed their workers. Raises _ClusterLost, ClusterUnusable."""
        first = self._next_job()
        if first is None:
            return
        with self.executor.connected() as client:
            try:
                self._send(client, *first)
                self._go_on(client)
            finally:
                self.common.clear()
                self.under_way.clear()
                self.doubtful.clear()

    def _go_on(self, client: Any) -> None:
        room = _room(client)
        looked = answered = manned = time.monotonic()
        while True:
            while len(self.under_way) < room and (job := self._next_job()) is not None:
                self._send(client, *job)
            if not self.under_way:
                return
            taken = self._take_finished(min(1.0, self.executor.grace))
            now = time.monotonic()
            answered = now if taken else answered
            if now - looked > 1.0:
                room, looked = _room(client), now
            manned = now if room else manned
            if now - manned > self.executor.grace:
                raise _ClusterLost(_EMPTY)
            if now - answered > _TRIES * self._longest() + self.executor.patience:
                raise _ClusterLost(N_("it gave no answer for too long"))

    def _next_job(self) -> tuple[int, J] | None:
        for index in self.waiting:
            job = self.task.seal(self.shared, self.items[index])
            if not isinstance(job, Done):
                return index, job
            self._settle(index, job.result)
        return None

    def _send(self, client: Any, index: int, job: J) -> None:
        parted = self.task.part(job)
        limits = self.executor.limits._replace(seconds=self._limit(index))
        key = of_bytes(pickle.dumps(parted.common))
        try:
            if key not in self.common:
                # A task of its own, so that Dask can do it again where the worker that held its result is lost.
                self.common[key] = client.submit(_same, parted.common, key=f"kommunalnews-common-{key}", pure=True)
            future = client.submit(
                apart.work, self.task, parted.job, self.common[key], pdf_toolchain(), limits,
                pure=False, retries=2,
            )  # fmt: skip
        except Exception as fault:  # Dask has no class for a client that was closed at this moment
            raise _ClusterLost(_LOST) from fault
        self.under_way[future] = index, job
        future.add_done_callback(self.finished.put)

    def _limit(self, index: int) -> float:
        """Seconds that a job may take."""
        return self.executor.limits.seconds * self.task.patience(self.items[index])

    def _longest(self) -> float:
        """Seconds that the longest of the jobs under way may take."""
        return max((self._limit(index) for index, _ in self.under_way.values()), default=0.0)

    def _take_finished(self, seconds: float) -> bool:
        """Take what has been answered; wait so long for an answer if there is none. Whether there was one."""
        with contextlib.suppress(queue.Empty):
            self.doubtful.append(self.finished.get(timeout=seconds))
        # An answer that was lost together with the worker where it lay comes again, without another call.
        ready = [future for future in self.doubtful if future.status not in ("lost", "pending")]
        self.doubtful = [future for future in self.doubtful if future not in ready]
        for future in ready:
            self._take(future)
        return bool(ready)

    def _take(self, future: Future) -> None:
        index, job = self.under_way.pop(future)
        match _answer(future):
            case None:
                return  # left for the processes here, which know whether it was to blame
            case apart.Answered(answer=found) if self.task.is_unfit(found):
                raise _ClusterLost(N_("a worker lacks what PDFs need"))
            case apart.Answered(answer=found):
                self._settle(index, self.task.publish(self.shared, self.items[index], job, found))
            case apart.Lost(loss=loss):
                self._settle(index, self.task.lost(self.items[index], loss))
            case apart.Failed(fault=fault):
                raise fault
            case apart.Foreign():
                raise _ClusterLost(_FOREIGN)

    def _settle(self, index: int, result: R) -> None:
        self.done[index] = result
        self.advance(len(self.done))


def _answer(future: Future) -> apart.Answer | None:
    """What a worker answered; None where Dask has given up a job whose workers died. Raises _ClusterLost."""
    match future.status:
        case "finished":
            try:
                answer: apart.Answer = future.result(timeout=_TRANSFER)
                return answer
            except Exception as gone:  # it lies with a worker, and may be lost with it at this very moment
                raise _ClusterLost(_LOST) from gone
        case "error":
            if isinstance(fault := future.exception(), KilledWorker):
                return None
            raise _ClusterLost(N_("a worker could not do a job")) from fault  # faults of our own come as answers
        case _:
            raise _ClusterLost(_LOST)


def _same(value: Any) -> Any:
    return value


def _room(client: Any) -> int:
    """How many jobs may be under way, by the workers that there are now. Raises _ClusterLost."""
    try:
        threads: Mapping[str, int] = client.nthreads()
        return _AHEAD * sum(threads.values())
    except Exception as fault:  # as above
        raise _ClusterLost(_LOST) from fault


def open_cluster(address: str, here: Executor, jobs: int) -> ClusterExecutor | Problem:
    """An executor for the cluster at ``address``, or why it cannot be worked with."""
    if address != LOCAL and not _ADDRESS.fullmatch(address):
        return Problem(
            "cluster-address",
            N_("“{address}” is not the address of a Dask cluster"),
            N_("Write it like tcp://scheduler.example.org:8786, or “local” for a cluster on this machine"),
            {"address": address},
        )
    executor = ClusterExecutor(address, here, jobs)
    if address != LOCAL:
        try:
            with executor.connected():
                pass
        except ClusterUnusable as fault:
            return fault.problem
    return executor


def _check_workers(client: Any, address: str, seconds: float) -> None:
    """Raises ClusterUnusable where there is no worker, or one with another version."""
    try:
        with contextlib.suppress(TimeoutError):
            client.wait_for_workers(1, timeout=seconds)
        answers = client.run(apart.version, on_error="return")
    except Exception as fault:
        raise ClusterUnusable(_unreachable(address, str(fault) or type(fault).__name__)) from fault
    found = {worker: answer for worker, answer in answers.items() if not isinstance(answer, OSError)}  # gone meanwhile
    if not found:
        raise ClusterUnusable(
            Problem(
                "cluster-empty",
                N_("The cluster at {address} has no workers"),
                N_("Start some with “dask worker {address}”, where the same version of kommunalnews is installed"),
                {"address": address},
            )
        )
    ours = apart.version()
    for worker, theirs in sorted(found.items()):
        if theirs != ours:
            raise ClusterUnusable(
                Problem(
                    "cluster-version",
                    N_("The worker {worker} has kommunalnews {theirs}, this machine has {ours}"),
                    N_("Install the same version with the same libraries on all machines, then restart the workers"),
                    {"worker": worker, "theirs": str(theirs) if isinstance(theirs, str) else "–", "ours": ours},
                )
            )


def _unreachable(address: str, reason: str) -> Problem:
    return Problem(
        "cluster-unreachable",
        N_("No Dask scheduler answers at {address}: {reason}"),
        N_("Start one with “dask scheduler”, check the address and the network, or build without --cluster"),
        {"address": address, "reason": reason},
    )


def _lost(address: str, reason: str) -> Problem:
    return Problem(
        "cluster-lost",
        N_("The cluster at {address} was lost: {reason}; what was left was done on this machine"),
        N_("Look at the logs of its scheduler and its workers; the site is complete all the same"),
        {"address": address, "reason": reason},
    )


@contextmanager
def _quiet() -> Iterator[None]:
    """What Dask says on its own, also about what we tell better, stays away from the terminal."""
    loggers = [
        logging.getLogger(name) for name in sorted(logging.root.manager.loggerDict) if name.startswith("distrib")
    ]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)
