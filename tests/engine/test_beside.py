"""Small work beside the rest, and a worker that stands by: the same results, sooner."""

import os
import signal
import time
from collections.abc import Callable
from functools import partial

import pytest

from kommunalnews.executors import Beside, Executor, Loss, ProcessExecutor, SerialExecutor

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="workers are forked")

EXECUTORS = [SerialExecutor(), ProcessExecutor(1), ProcessExecutor(2)]


def children() -> set[str]:
    with open(f"/proc/{os.getpid()}/task/{os.getpid()}/children", encoding="ascii") as listed:
        return set(listed.read().split())


@pytest.mark.parametrize("executor", EXECUTORS)
def test_work_beside_has_its_result(executor: Executor) -> None:
    with executor.beside() as beside:
        results = [beside(partial(pow, number, 2)) for number in range(5)]
        assert [result() for result in results] == [0, 1, 4, 9, 16]


def test_work_beside_is_done_by_another_process_while_this_one_goes_on() -> None:
    with ProcessExecutor(2).beside() as beside:
        result = beside(os.getpid)
        assert result() != os.getpid()
    with ProcessExecutor(1).beside() as beside:
        assert beside(os.getpid)() == os.getpid()


def test_work_that_is_lost_is_done_here() -> None:
    here = os.getpid()

    def work() -> str:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return "done here"

    with ProcessExecutor(2).beside() as beside:
        assert beside(work)() == "done here"


@pytest.mark.parametrize("executor", EXECUTORS)
def test_a_fault_in_work_beside_is_raised(executor: Executor) -> None:
    def work() -> str:
        raise ValueError("plug")

    with pytest.raises(ValueError, match="plug"), executor.beside() as beside:
        beside(work)()


def test_nobody_is_left_behind() -> None:
    before = children()
    with ProcessExecutor(2).beside() as beside:
        beside(os.getpid)
    assert children() == before
    with pytest.raises(ZeroDivisionError), ProcessExecutor(2).beside() as beside:
        _fail_with(beside)
    assert children() == before


def _fail_with(beside: Beside) -> None:
    beside(lambda: time.sleep(3600))
    raise ZeroDivisionError


def test_what_nobody_asks_for_is_done_all_the_same(tmp_path: os.PathLike[str]) -> None:
    mark = os.path.join(tmp_path, "mark")
    with ProcessExecutor(2).beside() as beside:
        beside(lambda: open(mark, "w", encoding="ascii").close())
    assert os.path.exists(mark)


READY: list[str] = []


def prepare() -> None:
    READY.append("ready")


def task(shared: str, item: str) -> str:
    if item == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    return f"{shared} {item} {len(READY)}"


def lost(item: str, loss: Loss) -> str:
    return f"{item} {loss}"


def run(executor: Executor, *items: str, work: Callable[[str, str], str] = task) -> list[str]:
    return executor.run(work, "a", items, lost=lost, advance=lambda done: None)


def test_a_worker_that_stands_by_has_prepared_itself_and_does_a_few_items() -> None:
    executor = ProcessExecutor(2)
    with executor.ready(task, prepare):
        assert run(executor, "x") == ["a x 1"]
        assert run(executor, "x") == ["a x 0"]
    with executor.ready(task, prepare):
        many = run(executor, *map(str, range(200)))
        assert many == [f"a {number} 0" for number in range(200)]
    with executor.ready(task, prepare):
        assert run(executor, "x", work=lambda shared, item: f"{shared}{item}") == ["ax"]
    assert READY == []


def test_a_worker_that_stands_by_may_die() -> None:
    executor = ProcessExecutor(2)
    with executor.ready(task, prepare):
        assert run(executor, "die", "x")[0] == "die died"
    with executor.ready(task, lambda: os.kill(os.getpid(), signal.SIGKILL)):
        time.sleep(0.2)
        assert run(executor, "x") == ["a x 0"]
    before = children()
    with executor.ready(task, prepare):
        assert len(children() - before) == 1
    assert children() == before


@pytest.mark.parametrize("executor", EXECUTORS)
def test_ready_or_not_the_results_are_the_same(executor: Executor) -> None:
    with executor.ready(task, lambda: None):
        assert run(executor) == []
        assert run(executor, "x", "y") == ["a x 0", "a y 0"]
