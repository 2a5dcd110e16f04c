"""Workers that die, kill themselves or hang cost their own item, never the run; results come in order."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from sites import GOLDEN, SiteFolder, article, changed, told

from kommunalnews.executors import Executor, Loss, ProcessExecutor, SerialExecutor, processes

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="workers are forked")


def lost(item: str, loss: Loss) -> str:
    return f"{item} {loss}"


def work(shared: str, item: str) -> str:
    """What a task may do to its process."""
    match item:
        case "exit":
            os._exit(0)
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "leave":
            sys.exit(3)
        case "sleep":
            time.sleep(3600)
        case "stop":
            os.kill(os.getpid(), signal.SIGSTOP)
        case "raise":
            raise ValueError(item)
    return f"{shared}{item}"


def run(executor: Executor, items: list[str]) -> list[str]:
    counts: list[int] = []
    results = executor.run(work, "done ", items, lost=lost, advance=counts.append)
    assert counts == sorted(counts)
    assert counts[-1:] == [len(items)][: len(items)]
    return results


@pytest.mark.parametrize("executor", [SerialExecutor(), ProcessExecutor(1), ProcessExecutor(3)])
@pytest.mark.parametrize("count", [0, 1, 2, 3, 100, 1000])
def test_results_come_in_the_order_of_the_items(executor: Executor, count: int) -> None:
    items = [str(number) for number in range(count)]
    assert run(executor, items) == [f"done {item}" for item in items]


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("fate", ["exit", "kill", "leave"])
@pytest.mark.parametrize("place", [0, 30, 59])
def test_a_worker_that_dies_costs_its_item_alone(jobs: int, fate: str, place: int) -> None:
    items = [str(number) for number in range(60)]
    items[place] = fate
    expected = [f"done {item}" for item in items]
    expected[place] = f"{fate} died"
    assert run(ProcessExecutor(jobs), items) == expected


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_worker_that_dies_between_two_ranges_is_replaced(jobs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """As one does that the system ends for want of memory while it waits."""
    assign = processes._Run._assign
    deaths = iter([False, True, False, True])

    def assign_to_the_dead(self: Any, worker: Any) -> bool:
        if next(deaths, False):
            worker.process.kill()
            worker.process.join()
        return assign(self, worker)

    monkeypatch.setattr(processes._Run, "_assign", assign_to_the_dead)
    items = [str(number) for number in range(200)]
    assert run(ProcessExecutor(jobs), items) == [f"done {item}" for item in items]
    assert next(deaths, None) is None


def test_many_deaths_cost_as_many_items() -> None:
    items = [("kill" if number % 7 == 0 else str(number)) for number in range(50)]
    found = run(ProcessExecutor(2), items)
    assert found == [("kill died" if item == "kill" else f"done {item}") for item in items]


@pytest.mark.parametrize("fate", ["sleep", "stop"])
def test_a_worker_that_hangs_is_ended_and_costs_its_item_alone(fate: str) -> None:
    items = ["a", fate, "b", "c"]
    assert run(ProcessExecutor(2, limit=2.0), items) == ["done a", f"{fate} hung", "done b", "done c"]


@pytest.mark.parametrize("executor", [SerialExecutor(), ProcessExecutor(2)])
def test_a_fault_in_a_task_is_ours_and_is_raised(executor: Executor) -> None:
    with pytest.raises(ValueError, match="raise"):
        run(executor, ["a", "raise", "b"])


def test_no_worker_is_left_behind() -> None:
    before = _children()
    run(ProcessExecutor(3), [str(number) for number in range(200)])
    with pytest.raises(ValueError, match="raise"):
        run(ProcessExecutor(3), ["raise", *map(str, range(200))])
    run(ProcessExecutor(2, limit=1.0), ["sleep", "kill", "a"])
    assert _children() <= before


def _children() -> set[str]:
    tasks = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    return set(tasks.read_text().split()) if tasks.exists() else set()


def test_a_page_that_kills_its_worker_costs_that_page_a_named_diagnostic(tmp_path: Path) -> None:
    """A template that takes more memory than there is ends its worker, or is told as a fault of its own."""
    files = {f"content/articles/{n}.md": article(f"Story {n}") for n in range(8)}
    site = SiteFolder(tmp_path / "site", files)
    text = (GOLDEN / "templates/article.html").read_text()
    greedy = "{% if page.title == 'Story 3' %}{{ (page.title * 4000000000)|length }}{% endif %}"
    site.write({"templates/article.html": text.replace("{% block main %}", "{% block main %}" + greedy)})
    report = site.build(executor=ProcessExecutor(2, memory=1 << 28))
    (found,) = told(report.diagnostics, "en")
    assert "content/articles/3.md" in found or "meldungen/2026/story-3/" in found
    assert "meldungen/2026/story-4/index.html" in site.published()
    assert "meldungen/2026/story-3/index.html" not in site.published()


def test_a_page_that_never_ends_costs_that_page_a_named_diagnostic(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", {f"content/articles/{n}.md": article(f"Story {n}") for n in range(4)})
    text = (GOLDEN / "templates/article.html").read_text()
    endless = (
        "{% if page.title == 'Story 3' %}" + "{% for a in range(99999) %}" * 2 + "{% endfor %}" * 2 + "{% endif %}"
    )
    site.write({"templates/article.html": text.replace("{% block main %}", "{% block main %}" + endless)})
    report = site.build(executor=ProcessExecutor(2, limit=3.0))
    assert [(d.code, d.location.path) for d in report.diagnostics] == [("work-hung", "content/articles/3.md")]
    assert "meldungen/2026/story-2/index.html" in site.published()


def test_processes_publish_the_same_bytes_as_one(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", {f"content/articles/{n}.md": article(f"Story {n}") for n in range(12)})
    site.build(executor=ProcessExecutor(3))
    assert changed(site.published(), site.clean()) == set()


_INTERRUPTED_AT_FORK = """\
import os, signal, sys
from kommunalnews.executors import ProcessExecutor
from kommunalnews.executors.forks import Forks

def double(shared, item):
    return 2 * item

def with_workers():
    ProcessExecutor(1).run(double, None, [1], lost=lambda item, loss: None, advance=lambda done: None)

number = signal.Signals[sys.argv[1]]
signal.signal(number, signal.default_int_handler)
os.register_at_fork(after_in_parent=lambda: os.kill(os.getpid(), number))
for fork in (with_workers, lambda: Forks()(lambda: 1)()):
    try:
        fork()
    except KeyboardInterrupt:
        print("heard")
"""


@pytest.mark.parametrize("signal", ["SIGINT", "SIGTERM"])
def test_a_signal_while_a_process_is_forked_is_heard(signal: str) -> None:
    words = [sys.executable, "-c", _INTERRUPTED_AT_FORK, signal]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("heard\nheard\n", "")


_ENDED_BY_ASKING = """\
import os, signal, sys, time
from kommunalnews.executors import ProcessExecutor

def task(shared, item):
    if item == 2 and os.getpid() != shared:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(30)
    return item

signal.signal(signal.SIGTERM, lambda number, frame: sys.exit("a worker took the handler of its parent"))
print(ProcessExecutor(1).run(task, os.getpid(), [1, 2, 3], lost=lambda item, loss: loss, advance=lambda done: None))
"""


def test_a_worker_that_is_asked_to_end_does_so_at_once() -> None:
    words = [sys.executable, "-c", _ENDED_BY_ASKING]
    done = subprocess.run(words, capture_output=True, text=True, timeout=20, check=True)
    assert (done.stdout, done.stderr) == ("[1, 'died', 3]\n", "")
