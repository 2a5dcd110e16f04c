"""A command → its wall time, or the most memory that it and its children held together."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_INTERVAL = 0.1
"""Seconds between two looks at the memory."""


class Failed(Exception):
    """The command did not do its work; the text says why."""


@dataclass(frozen=True)
class Command:
    """What to run, and where."""

    words: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str]
    """In place of the driver's own."""
    limit: float
    """Seconds."""


def seconds(command: Command) -> float:
    """The time from start to exit. What is still to be written to disk is written before: no one pays for others."""
    os.sync()
    with _started(command) as process:
        start = time.perf_counter()
        with _limited(process, command.limit):
            process.wait()
        return time.perf_counter() - start


def memory(command: Command) -> int:
    """The most bytes that all processes of the command held at one moment, shared ones counted once (PSS)."""
    most = 0
    with _started(command) as process, _limited(process, command.limit):
        while process.poll() is None:
            most = max(most, sum(map(_proportional_set, _session(process.pid))))
            time.sleep(_INTERVAL)
    return most


@contextmanager
def _started(command: Command) -> Iterator[subprocess.Popen[bytes]]:
    log = command.folder / "benchmark.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command.words,
            cwd=command.folder,
            env=dict(command.environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    if process.returncode:
        lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        raise Failed(f"exit code {process.returncode}: " + " | ".join(lines[-5:]))


@contextmanager
def _limited(process: subprocess.Popen[bytes], limit: float) -> Iterator[None]:
    """Kill the process when its time is up. (``Popen.wait`` with a limit looks only twenty times a second.)"""
    late = threading.Event()

    def kill() -> None:
        late.set()
        os.killpg(process.pid, signal.SIGKILL)

    timer = threading.Timer(limit, kill)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
    if late.is_set():
        raise Failed(f"took longer than {limit:.0f} s")


def _session(leader: int) -> Iterator[int]:
    """The process and all that it started: they are of its session, even where the one between has gone."""
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                with open(f"/proc/{entry.name}/stat", encoding="ascii", errors="replace") as file:
                    fields = file.read().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == leader:
                yield int(entry.name)


def _proportional_set(process: int) -> int:
    try:
        with open(f"/proc/{process}/smaps_rollup", encoding="ascii") as file:
            for line in file:
                if line.startswith("Pss:"):
                    return int(line.split()[1]) * 1024
    except OSError:  # it has gone
        pass
    return 0
