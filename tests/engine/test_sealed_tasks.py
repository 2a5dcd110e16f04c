"""Sealed tasks give the same results whoever does them; a worker that stands by serves the first of them."""

import contextlib
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cluster import jobs

from kommunalnews.executors import Executor, ProcessExecutor, SealedTask, SerialExecutor

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="workers are forked")

ITEMS = ["a", "known b", "c", *map(str, range(50))]


def run(executor: Executor, items: list[str]) -> list[str]:
    counts: list[int] = []
    shared: list[str] = []
    results = executor.run_sealed(jobs.TASK, shared, items, advance=counts.append)
    assert counts == sorted(counts)
    assert counts[-1:] == [len(items)][: len(items)]
    return results


@pytest.mark.parametrize("executor", [SerialExecutor(), ProcessExecutor(1), ProcessExecutor(3)])
@pytest.mark.parametrize("count", [0, 1, 2, len(ITEMS)])
def test_early_or_not_the_results_are_the_same(executor: Executor, count: int) -> None:
    assert run(executor, ITEMS[:count]) == jobs.expected(ITEMS[:count])
    with executor.early(jobs.TASK):
        assert run(executor, ITEMS[:count]) == jobs.expected(ITEMS[:count])
        assert run(executor, ITEMS[:count]) == jobs.expected(ITEMS[:count])
    assert executor.problems() == ()


def itself(_shared: list[str], item: str) -> str:
    return item


def test_a_worker_that_stands_by_has_prepared_itself_and_does_the_first_item() -> None:
    executor, shared = ProcessExecutor(2), list[str]()
    with executor.early(jobs.TASK):
        (who,) = executor.run_sealed(jobs.TASK, shared, ["who"], advance=lambda done: None)
        assert who == "prepared by itself!"
        (who,) = executor.run_sealed(jobs.TASK, shared, ["who"], advance=lambda done: None)
        assert who == "prepared by nobody!"


def test_a_worker_that_stands_by_is_not_left_behind() -> None:
    before = _children()
    with ProcessExecutor(2).early(jobs.TASK):
        assert len(_children() - before) == 1
    assert _children() <= before
    with pytest.raises(ValueError, match="plug"), ProcessExecutor(2).early(jobs.TASK):
        raise ValueError("plug")
    assert _children() <= before


def test_other_tasks_leave_the_worker_that_stands_by_alone() -> None:
    executor = ProcessExecutor(2)
    with executor.early(jobs.TASK):
        assert executor.run(itself, [], ["a", "b"], lost=jobs.lost, advance=lambda done: None)
        assert run(executor, ["a", "b"]) == ["done a!", "done b!"]


@pytest.mark.parametrize("fate", ["die", "hang"])
def test_a_worker_that_stands_by_may_be_lost_like_any_other(fate: str) -> None:
    executor = ProcessExecutor(2, limit=3.0)
    lost = {"die": "die died", "hang": "hang hung"}[fate]
    with executor.early(jobs.TASK):
        assert run(executor, [fate, "a"]) == [lost, "done a!"]
    with executor.early(jobs.TASK):
        assert run(executor, ["a", fate]) == ["done a!", lost]


@pytest.mark.parametrize(("task", "slow"), [(jobs.PATIENT, "done wait 3!"), (jobs.TASK, "wait 3 hung")])
def test_what_is_larger_may_take_longer(task: SealedTask[list[str], str, Any, str, str], slow: str) -> None:
    shared = list[str]()
    results = ProcessExecutor(2, limit=1.0).run_sealed(task, shared, ["wait 3", "a", "hang"], advance=lambda done: None)
    assert results == [slow, "done a!", "hang hung"]


def die(_folder: Path) -> None:
    os._exit(1)


def stumble(_folder: Path) -> None:
    raise ValueError("on purpose")


@pytest.mark.parametrize("prepare", [die, stumble])
def test_preparations_that_fail_cost_nothing(prepare: Callable[[Path], None]) -> None:
    executor = ProcessExecutor(2)
    with executor.early(jobs.TASK._replace(prepare=prepare)):
        assert run(executor, ITEMS) == jobs.expected(ITEMS)


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize("is_early", [False, True])
def test_what_a_worker_keeps_goes_with_it_when_a_fresh_one_takes_its_place(workers: int, is_early: bool) -> None:
    executor, items = ProcessExecutor(workers), [*map(str, range(300))]
    with executor.early(jobs.SHORT_LIVED) if is_early else contextlib.nullcontext():
        results = executor.run_sealed(jobs.SHORT_LIVED, list[str](), items, advance=lambda done: None)
    told = [result.removesuffix("!").split() for result in results]
    assert [item for _, item, _, _ in told] == items
    assert max(int(kept) for *_, kept in told) == 7
    served = Counter(process for _, _, process, _ in told)
    assert max(served.values()) <= 7


def test_an_item_that_kills_a_worker_costs_itself_alone_while_others_take_their_place() -> None:
    items = [("die" if number % 11 == 5 else str(number)) for number in range(60)]
    results = ProcessExecutor(2).run_sealed(jobs.SHORT_LIVED, list[str](), items, advance=lambda done: None)
    assert [result.split()[:2] for result in results] == [
        ["die", "died"] if item == "die" else ["done", item] for item in items
    ]


def _children() -> set[str]:
    tasks = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    return set(tasks.read_text().split()) if tasks.exists() else set()
