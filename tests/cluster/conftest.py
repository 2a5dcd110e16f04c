"""A real scheduler and real workers on loopback."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import missing

import kommunalnews

TESTS = Path(__file__).parents[1]
SOURCE = Path(kommunalnews.__file__).parents[1]


class Cluster:
    """A Dask scheduler and its workers, each a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.workers: list[subprocess.Popen[bytes]] = []
        self._file = folder / "scheduler.json"
        words = ("dask_scheduler", "--port", "0", "--no-dashboard", "--scheduler-file", str(self._file))
        self.scheduler = self._start(*words)
        self.address = ""
        wait_until(self._has_an_address)

    def _has_an_address(self) -> bool:
        """Whether the scheduler has told where it is. Its file is there before it is written."""
        with contextlib.suppress(OSError, ValueError):
            self.address = json.loads(self._file.read_bytes())["address"]
        return bool(self.address)

    def add_workers(self, count: int, source: Path = SOURCE) -> None:
        """Start workers that have the program in ``source``."""
        words = ("dask_worker", "--nthreads", "1", "--no-nanny", "--no-dashboard", "--scheduler-file", str(self._file))
        started = [self._start(*words, "--local-directory", str(self.folder), source=source) for _ in range(count)]
        self.workers += started
        from distributed import Client

        with Client(self.address, timeout=30) as client:  # type: ignore[no-untyped-call]
            client.wait_for_workers(sum(worker.poll() is None for worker in self.workers), timeout=60)

    def man(self, count: int) -> None:
        """See to it that there are so many workers."""
        self.workers = [worker for worker in self.workers if worker.poll() is None]
        self.add_workers(count - len(self.workers))

    def _start(self, module: str, *words: str, source: Path = SOURCE) -> subprocess.Popen[bytes]:
        path = os.pathsep.join(map(str, (source, TESTS)))
        environment = {**os.environ, "PYTHONPATH": path, "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False"}
        return subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.{module}", "--host", "127.0.0.1", *words],
            env=environment, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def close(self) -> None:
        """End all of it."""
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()


def wait_until(is_so: Callable[[], bool], seconds: float = 30) -> None:
    """Look until something is so. Fails where it does not become so."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)


def is_alive(process: int) -> bool:
    """Whether a process is there and not a zombie."""
    try:
        os.kill(process, 0)
        return "\nState:\tZ" not in Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False


def kill(process: int) -> None:
    """Kill a process as the system does when memory is short."""
    os.kill(process, signal.SIGKILL)


@pytest.fixture(scope="package", autouse=True)
def dask() -> None:
    """Skip where Dask is missing."""
    try:
        import distributed  # noqa: F401
    except ImportError as fault:
        missing(f"Dask is not installed: {fault}")


@pytest.fixture(scope="package")
def scheduler(dask: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster for all tests of a process."""
    made = Cluster(tmp_path_factory.mktemp("cluster"))
    yield made
    made.close()


@pytest.fixture
def cluster(scheduler: Cluster) -> Cluster:
    """A scheduler with two workers, whatever tests have done to them."""
    scheduler.man(2)
    return scheduler


@pytest.fixture
def own_cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A scheduler that one test may spoil, without workers."""
    made = Cluster(tmp_path)
    yield made
    made.close()
