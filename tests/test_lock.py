"""One build at a time: a second one waits or gives up, and no death of the first keeps it waiting."""

import os
import platform
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kommunalnews.lock import NAME, Busy, Holder, held

HOLD = """
import sys
from pathlib import Path
from kommunalnews.lock import held
with held(Path(sys.argv[1])) as is_held:
    print(is_held, flush=True)
    sys.stdin.readline()
print("freed", flush=True)
"""
HOLD_WITH_WORKERS = """
import multiprocessing, os, subprocess, sys, time
from pathlib import Path
from kommunalnews.lock import held
with held(Path(sys.argv[1])):
    workers = [multiprocessing.get_context("fork").Process(target=time.sleep, args=(60,)) for _ in range(3)]
    for worker in workers:
        worker.start()
    asleep = subprocess.Popen(["sleep", "60"])
    children = [worker.pid for worker in workers] + [asleep.pid]
    if not (raw := os.fork()):
        time.sleep(60)
        os._exit(0)
    print(*children, raw, flush=True)
    sys.stdin.readline()
"""


@contextmanager
def holder(folder: Path, script: str = HOLD) -> Iterator["subprocess.Popen[str]"]:
    """Another process that holds the folder until it is told to go on."""
    command = [sys.executable, "-c", script, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


def said(process: "subprocess.Popen[str]") -> str:
    """The next line of the other process."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def go_on(process: "subprocess.Popen[str]") -> None:
    """Let the other process go on."""
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def test_a_free_folder_is_held_and_freed(tmp_path: Path) -> None:
    for _ in range(2):
        with held(tmp_path / "new" / "folder") as is_held:
            assert is_held
            assert (tmp_path / "new" / "folder" / NAME).read_text().split() == [str(os.getpid()), platform.node()]
        assert (tmp_path / "new" / "folder" / NAME).read_text() == ""


def test_a_fault_frees_the_folder(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), held(tmp_path):
        raise RuntimeError
    with held(tmp_path) as is_held:
        assert is_held


def test_a_second_process_gives_up_and_names_the_first(tmp_path: Path) -> None:
    with holder(tmp_path) as first:
        assert said(first) == "True"
        for wait in (0.0, 0.3):
            with pytest.raises(Busy) as busy, held(tmp_path, wait=wait):
                pass
            assert busy.value.holder == Holder(first.pid, platform.node())
            assert busy.value.holder.is_here


def test_a_second_process_waits_and_gets_it(tmp_path: Path) -> None:
    told: list[Holder] = []

    def waiting(holder: Holder) -> None:
        told.append(holder)
        go_on(first)

    with holder(tmp_path) as first:
        assert said(first) == "True"
        with held(tmp_path, wait=60, waiting=waiting) as is_held:
            assert is_held
            assert said(first) == "freed"
    assert told == [Holder(first.pid, platform.node())]


def test_two_builds_of_one_process_exclude_each_other_too(tmp_path: Path) -> None:
    with held(tmp_path):
        with pytest.raises(Busy) as busy, held(tmp_path):
            pass
        assert busy.value.holder.pid == os.getpid()
        with pytest.raises(Busy), held(tmp_path):  # the try above has freed nothing
            pass
        with held(tmp_path / "another") as is_held:
            assert is_held


def test_reading_the_file_frees_nothing(tmp_path: Path) -> None:
    with held(tmp_path):
        (tmp_path / NAME).read_text()
        with pytest.raises(Busy), held(tmp_path):
            pass


def test_kill_9_frees_the_folder(tmp_path: Path) -> None:
    with holder(tmp_path) as first:
        assert said(first) == "True"
        first.send_signal(signal.SIGKILL)
        first.wait()
        with held(tmp_path) as is_held:
            assert is_held


def test_kill_9_frees_the_folder_while_children_live_on(tmp_path: Path) -> None:
    with holder(tmp_path, HOLD_WITH_WORKERS) as first:
        children = [int(word) for word in said(first).split()]
        first.send_signal(signal.SIGKILL)
        first.wait()
        try:
            with held(tmp_path, wait=30) as is_held:  # a child that never ran yet lets go with its first step
                assert is_held
                for child in children:
                    os.kill(child, 0)  # raises where it is gone
        finally:
            for child in children:
                os.kill(child, signal.SIGKILL)


def test_a_child_that_ends_frees_nothing(tmp_path: Path) -> None:
    with held(tmp_path):
        child = os.fork()
        if not child:
            os._exit(0)
        os.waitpid(child, 0)
        with pytest.raises(Busy), held(tmp_path):
            pass
        assert (tmp_path / NAME).read_text().split()[0] == str(os.getpid())


def test_a_file_that_was_left_behind_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text("1 elsewhere.example.org\n")
    with held(tmp_path) as is_held:
        assert is_held


@pytest.mark.parametrize("text", ["", "nobody\n", "12", "\0\0", "²³ host\n", "7" * 400])
def test_a_file_that_says_nonsense_names_nobody_or_whom_it_can(tmp_path: Path, text: str) -> None:
    with holder(tmp_path) as first:
        said(first)
        (tmp_path / NAME).write_text(text, encoding="utf-8")
        with pytest.raises(Busy), held(tmp_path):
            pass


def test_a_deleted_file_does_not_let_two_in_who_come_later(tmp_path: Path) -> None:
    with holder(tmp_path) as first:
        said(first)
        (tmp_path / NAME).unlink()
        with held(tmp_path) as is_held, pytest.raises(Busy), held(tmp_path):
            assert is_held


def test_where_nothing_can_be_written_nothing_is_held(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with held(tmp_path / "file") as is_held:
        assert not is_held
    (tmp_path / NAME).mkdir()
    with held(tmp_path) as is_held:
        assert not is_held


def test_many_at_once_go_in_one_by_one(tmp_path: Path) -> None:
    inside, seen = [0], []

    def enter() -> None:
        with held(tmp_path, wait=60):
            inside[0] += 1
            seen.append(inside[0])
            inside[0] -= 1

    threads = [threading.Thread(target=enter) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [1] * 8
