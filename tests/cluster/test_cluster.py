"""A Dask cluster does sealed work as one process does, and what it loses costs a retry, never the build."""

import os
import shutil
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kommunalnews.diagnostics import Problem
from kommunalnews.executors import ProcessExecutor, SerialExecutor, open_executor

from . import jobs
from .conftest import SOURCE, Cluster, is_alive, kill, wait_until

ITEMS = ["a", "known b", "c", "wait 0.1", "d", "e", "known f"]


def executor(cluster: Cluster, *, seconds: float = 60, **more: float) -> Any:
    """An executor for the cluster, whose lost work is done by two processes here. It waits for slow machines."""
    from kommunalnews.executors.cluster import ClusterExecutor
    from kommunalnews.executors.tasks import Limits

    return ClusterExecutor(
        cluster.address,
        ProcessExecutor(2),
        2,
        limits=Limits(seconds, 1 << 30),
        **{"grace": 600, "patience": 600, **more},
    )


def run(executor: Any, items: list[str], shared: list[str] | None = None) -> list[str]:
    counts: list[int] = []
    results: list[str] = executor.run_sealed(jobs.TASK, [] if shared is None else shared, items, advance=counts.append)
    assert counts == sorted(counts)
    assert counts[-1:] == [len(items)][: len(items)]
    return results


def codes(executor: Any) -> list[str]:
    return [said.code for said in executor.problems()]


def meanwhile(task: Callable[[], None]) -> threading.Thread:
    """Do something while a cluster works."""
    thread = threading.Thread(target=task)
    thread.start()
    return thread


def test_a_cluster_finds_what_one_process_finds(cluster: Cluster) -> None:
    working = executor(cluster)
    assert run(working, ITEMS) == jobs.expected(ITEMS) == run(SerialExecutor(), ITEMS)
    assert codes(working) == []
    assert run(working, []) == []


def test_a_process_of_a_worker_is_replaced_when_it_has_done_enough(cluster: Cluster) -> None:
    items = [str(number) for number in range(40)]
    results = executor(cluster).run_sealed(jobs.SHORT_LIVED, list[str](), items, advance=lambda done: None)
    told = [result.removesuffix("!").split() for result in results]
    assert [item for _, item, _, _ in told] == items
    assert max(int(kept) for *_, kept in told) == jobs.SHORT_LIVED.lifetime


def test_a_cluster_is_not_asked_where_all_is_known(cluster: Cluster) -> None:
    from kommunalnews.executors.cluster import ClusterExecutor

    nowhere = ClusterExecutor("tcp://127.0.0.1:1", SerialExecutor(), 2)
    assert run(nowhere, ["known a", "known b"]) == ["known known a", "known known b"]
    assert codes(nowhere) == []


def test_few_jobs_are_under_way_at_a_time(cluster: Cluster) -> None:
    shared: list[str] = []
    run(executor(cluster), [str(number) for number in range(40)], shared)
    sealed = [1 if event.startswith("seal") else -1 for event in shared]
    assert max(sum(sealed[:end]) for end in range(len(sealed))) <= 2 * 2


def test_a_worker_that_is_killed_in_the_middle_of_a_job_costs_a_retry(cluster: Cluster, tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    items = ["a", f"once {marker}", *map(str, range(8))]
    apart, worker = 0, 0

    def strike() -> None:
        nonlocal apart, worker
        wait_until(marker.exists)
        wait_until(lambda: " " in marker.read_text())
        apart, worker = map(int, marker.read_text().split())
        kill(worker)

    thread = meanwhile(strike)
    working = executor(cluster)
    assert run(working, items) == jobs.expected(items)
    thread.join()
    assert codes(working) == []
    assert worker in {process.pid for process in cluster.workers}
    wait_until(lambda: not is_alive(worker) and not is_alive(apart))  # what it had started goes with it


def test_a_job_that_kills_its_process_costs_itself_alone(cluster: Cluster) -> None:
    working = executor(cluster)
    assert run(working, ["a", "die", "b"]) == ["done a!", "die died", "done b!"]
    assert codes(working) == []
    assert all(worker.poll() is None for worker in cluster.workers)


def test_what_is_larger_may_take_longer(cluster: Cluster) -> None:
    working = executor(cluster, seconds=4)
    results = working.run_sealed(jobs.PATIENT, [], ["wait 6", "a", "hang"], advance=lambda done: None)
    assert results == ["done wait 6!", "done a!", "hang hung"]


def test_a_cluster_is_not_given_up_while_a_job_may_still_take_its_time(cluster: Cluster) -> None:
    working = executor(cluster, seconds=4, patience=1)
    results = working.run_sealed(jobs.PATIENT, [], ["wait 6"], advance=lambda done: None)
    assert results == ["done wait 6!"]
    assert codes(working) == []


def test_a_cluster_that_no_longer_answers_is_given_up(own_cluster: Cluster, tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    own_cluster.add_workers(1)

    def strike() -> None:
        wait_until(marker.exists)
        os.kill(own_cluster.workers[0].pid, signal.SIGSTOP)

    items = [f"once {marker}", "b"]
    thread = meanwhile(strike)
    working = executor(own_cluster, seconds=6, patience=1)
    assert run(working, items) == jobs.expected(items)
    thread.join()
    assert codes(working) == ["cluster-lost"]


def test_a_job_that_hangs_costs_itself_alone(cluster: Cluster) -> None:
    working = executor(cluster, seconds=4)
    assert run(working, ["a", "hang", "b"]) == ["done a!", "hang hung", "done b!"]
    assert codes(working) == []


def test_a_fault_in_a_job_is_ours_and_is_raised(cluster: Cluster) -> None:
    with pytest.raises(ValueError, match="on purpose"):
        run(executor(cluster), ["a", "raise on purpose"])


def test_a_worker_that_cannot_do_such_work_leaves_it_to_this_machine(cluster: Cluster) -> None:
    working = executor(cluster)
    assert run(working, ["a", "unfit", "b"]) == ["done a!", "done unfit!", "done b!"]
    assert codes(working) == ["cluster-lost"]


def test_a_job_that_costs_worker_after_worker_is_left_to_this_machine(own_cluster: Cluster) -> None:
    own_cluster.add_workers(6)
    working = executor(own_cluster)
    items = ["a", "murder", *map(str, range(20))]
    assert run(working, items) == jobs.expected(items)
    assert codes(working) == []
    wait_until(lambda: sum(worker.poll() is not None for worker in own_cluster.workers) == 4)


def test_without_its_scheduler_the_work_is_finished_here(own_cluster: Cluster, tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    own_cluster.add_workers(2)

    def strike() -> None:
        wait_until(marker.exists)
        kill(own_cluster.scheduler.pid)

    items = ["a", f"once {marker}", "b", "c"]
    thread = meanwhile(strike)
    working = executor(own_cluster)
    assert run(working, items) == jobs.expected(items)
    thread.join()
    assert codes(working) == ["cluster-lost"]
    assert run(working, ["x"]) == ["done x!"]  # and is not looked for again
    assert codes(working) == ["cluster-lost"]


def test_without_any_worker_the_work_is_finished_here(own_cluster: Cluster, tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    own_cluster.add_workers(1)

    def strike() -> None:
        wait_until(marker.exists)
        kill(own_cluster.workers[0].pid)

    items = [f"once {marker}", "b", "c"]
    thread = meanwhile(strike)
    working = executor(own_cluster, grace=1)
    assert run(working, items) == jobs.expected(items)
    thread.join()
    assert codes(working) == ["cluster-lost"]


def test_a_cluster_of_our_own_finds_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    from kommunalnews.executors.cluster import ClusterExecutor

    monkeypatch.setenv("DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED", "False")
    working = ClusterExecutor("local", SerialExecutor(), 2)
    assert run(working, ITEMS) == jobs.expected(ITEMS)
    assert codes(working) == []


# ── what is refused at the start ─────────────────────────────────────────────────────────────────────────────────────


def refusal(cluster: Cluster) -> Problem:
    from kommunalnews.executors.cluster import ClusterUnusable

    with pytest.raises(ClusterUnusable) as caught, executor(cluster, connect=10).connected():
        pass
    return caught.value.problem


def test_a_worker_of_another_version_is_refused(own_cluster: Cluster, tmp_path: Path) -> None:
    from kommunalnews.executors import apart

    shutil.copytree(SOURCE / "kommunalnews", tmp_path / "other/kommunalnews")
    with (tmp_path / "other/kommunalnews/urls.py").open("a") as module:
        module.write("# another version\n")
    own_cluster.add_workers(1, source=tmp_path / "other")
    problem = refusal(own_cluster)
    assert problem.code == "cluster-version"
    assert problem.arguments["ours"] == apart.version()
    assert problem.arguments["theirs"].split()[0] == apart.version().split()[0]
    assert problem.arguments["theirs"] != problem.arguments["ours"]
    assert problem.arguments["worker"].startswith("tcp://127.0.0.1:")


def test_a_worker_without_the_program_is_refused(own_cluster: Cluster, tmp_path: Path) -> None:
    (tmp_path / "none/kommunalnews").mkdir(parents=True)
    (tmp_path / "none/kommunalnews/__init__.py").write_text("raise ImportError('no such program')")
    own_cluster.add_workers(1, source=tmp_path / "none")
    problem = refusal(own_cluster)
    assert problem.code == "cluster-version"
    assert problem.arguments["theirs"] == "–"


def test_a_cluster_without_workers_is_refused(own_cluster: Cluster) -> None:
    from kommunalnews.executors.cluster import ClusterUnusable

    with pytest.raises(ClusterUnusable) as caught, executor(own_cluster, connect=1).connected():
        pass
    assert caught.value.problem.code == "cluster-empty"


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("127.0.0.1:8786", "cluster-address"),
        ("http://127.0.0.1", "cluster-address"),
        ("tcp://", "cluster-address"),
    ],
)
def test_an_address_where_no_scheduler_can_be_is_refused(address: str, code: str) -> None:
    found = open_executor(2, address)
    assert isinstance(found, Problem)
    assert found.code == code
    assert found.arguments["address"] == address
