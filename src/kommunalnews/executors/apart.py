"""A sealed job → its answer, in a process that does nothing else.

For workers of a cluster: their processes have threads, live long, and answer a scheduler meanwhile. What typesets must
have a main thread of its own, may be stopped when it takes too long, and may die. So each thread of a worker has a
process apart, which is kept for the next job, and ends when its worker does or when it has been idle for a while.
"""

import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

import kommunalnews
from kommunalnews.content.limits import limit_memory
from kommunalnews.digest import Digest
from kommunalnews.executors.processes import address_space
from kommunalnews.executors.tasks import Limits, Loss, Parted, SealedTask
from kommunalnews.toolchain import pdf_toolchain

_PATIENCE = 120.0
"""Seconds that a process waits for its next job."""


class Answered(NamedTuple):
    """What came of a job."""

    answer: Any


class Lost(NamedTuple):
    """The process did not come back, twice if it died."""

    loss: Loss


class Failed(NamedTuple):
    """A fault in the work itself: a bug of ours."""

    fault: Exception


class Foreign(NamedTuple):
    """This machine has another kommunalnews, or sets type with other libraries."""

    toolchain: Digest


Answer = Answered | Lost | Failed | Foreign


class _Told(NamedTuple):
    """What the process is told: a job, and what it has in common with others, if that is new."""

    task: SealedTask[Any, Any, Any, Any, Any]
    job: Any
    common: tuple[Any] | None


def version() -> str:
    """The version of kommunalnews on this machine, as people and machines tell it from others."""
    return f"{kommunalnews.__version__} ({pdf_toolchain()[:12]})"


def work(task: SealedTask[Any, Any, Any, Any, Any], job: Any, common: Any, wanted: Digest, limits: Limits) -> Answer:
    """Do a job on this machine, for somebody whose toolchain is ``wanted``."""
    if pdf_toolchain() != wanted:
        return Foreign(pdf_toolchain())
    for _ in range(2):
        process = _taken(limits)
        try:
            answer = process.ask(task, job, common)
        except BaseException:
            process.end()
            raise
        if isinstance(answer, Answered | Failed):
            if process.served < task.lifetime:
                _RESTING.append(process)
            else:
                process.end()
            return answer
        process.end()
        if answer == Lost("hung"):
            break
    return answer


class _Process:
    """The process, seen by the worker."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.folder = tempfile.mkdtemp(prefix="kommunalnews-")
        self.common: Any = None
        self.served = 0
        self.pipe, there = Pipe()
        code = f"import sys; sys.path[:] = {sys.path!r}; from {__name__} import live; live()"
        words = [sys.executable, "-c", code, str(there.fileno()), self.folder, str(limits.memory)]
        with there:
            self.popen = subprocess.Popen(words, stdin=subprocess.DEVNULL, pass_fds=[there.fileno()])

    def ask(self, task: SealedTask[Any, Any, Any, Any, Any], job: Any, common: Any) -> Answered | Failed | Lost:
        """What the process has to say of a job."""
        known = self.common is common
        self.served += 1
        try:
            self.pipe.send(_Told(task, job, None if known else (common,)))
            self.common = common
            if not self.pipe.poll(self.limits.seconds):
                return Lost("hung")
            answer: Answered | Failed = self.pipe.recv()
        except (EOFError, OSError):
            return Lost("died")
        return answer

    def end(self) -> None:
        """End it, whatever it is at."""
        self.pipe.close()
        self.popen.kill()
        self.popen.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


_RESTING: deque[_Process] = deque()
"""Processes of this worker without a job."""


def _taken(limits: Limits) -> _Process:
    while True:
        try:
            process = _RESTING.popleft()
        except IndexError:
            return _Process(limits)
        if process.popen.poll() is None and process.limits == limits:
            return process
        process.end()


def live() -> None:
    """The life of the process: take a job, answer, until the worker goes, which may happen in the middle of a job."""
    number, folder, memory = int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    pipe = Connection(number)
    os.set_inheritable(number, False)
    if taken := address_space():
        limit_memory(taken + memory)
    jobs: queue.SimpleQueue[_Told] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(pipe, jobs, lambda: _leave(folder)), daemon=True).start()
    common: Any = None
    while True:
        try:
            told = jobs.get(timeout=_PATIENCE)
        except queue.Empty:
            _leave(folder)
        common = told.common[0] if told.common else common
        with suppress(OSError):
            pipe.send(_answer(told, common, folder))


def _answer(told: _Told, common: Any, folder: Path) -> Answered | Failed:
    try:
        return Answered(told.task.work(told.task.join(Parted(common, told.job)), folder))
    except Exception as fault:
        return Failed(fault)


def _listen(pipe: Connection, jobs: "queue.SimpleQueue[_Told]", leave: Callable[[], None]) -> None:
    while True:
        try:
            jobs.put(pipe.recv())
        except (EOFError, OSError):
            leave()


def _leave(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)
