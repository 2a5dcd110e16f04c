"""A sealed task that can be told what happens to it: imported by the tests and by their workers."""

import os
import signal
import time
from pathlib import Path

from kommunalnews.executors import Done, Loss, Parted, SealedTask


def seal(shared: list[str], item: str) -> tuple[str, str] | Done[str]:
    shared.append(f"seal {item}")
    return Done(f"known {item}") if item.startswith("known") else ("common", item)


def work(job: tuple[str, str], folder: Path) -> str:
    common, item = job
    assert common == "common"
    assert folder.is_dir()
    verb, _, rest = item.partition(" ")
    match verb:
        case "die":
            os.kill(os.getpid(), signal.SIGKILL)
        case "hang":
            time.sleep(3600)
        case "murder":  # kills the worker of a cluster each time, and nobody else
            if b"dask_worker" in Path(f"/proc/{os.getppid()}/cmdline").read_bytes():
                os.kill(os.getppid(), signal.SIGKILL)
                time.sleep(3600)
        case "who":
            marker = folder / "prepared"
            known = marker.read_text(encoding="utf-8") if marker.exists() else ""
            return f"prepared by {'itself' if known == str(os.getpid()) else 'nobody'}"
        case "raise":
            raise ValueError(rest)
        case "wait":
            time.sleep(float(rest))
        case "once":  # the first time it says who does it and takes for ever
            marker = Path(rest)
            if not marker.exists():
                marker.write_text(f"{os.getpid()} {os.getppid()}", encoding="utf-8")
                time.sleep(3600)
    return f"done {item}"


def publish(shared: list[str], item: str, job: tuple[str, str], answer: str) -> str:
    shared.append(f"publish {item}")
    return f"{answer}!"


def lost(item: str, loss: Loss) -> str:
    return f"{item} {loss}"


def prepare(folder: Path) -> None:
    (folder / "prepared").write_text(str(os.getpid()), encoding="utf-8")


def part(job: tuple[str, str]) -> Parted[tuple[str, str]]:
    return Parted(job[0], ("", job[1]))


def join(parted: Parted[tuple[str, str]]) -> tuple[str, str]:
    return parted.common, parted.job[1]


def is_unfit(answer: str) -> bool:
    return answer == "done unfit"


TASK = SealedTask(seal, work, publish, lost, prepare, part, join, is_unfit)


def expected(items: list[str]) -> list[str]:
    """What comes of items that do no harm."""
    return [f"known {item}" if item.startswith("known") else f"done {item}!" for item in items]


def patience(item: str) -> float:
    return 8.0 if item.startswith("wait") else 1.0


PATIENT = TASK._replace(patience=patience)
"""The same, where what waits is given more time than what hangs."""


_KEPT: list[str] = []
"""What a careless library keeps of each job that its process has done."""


def hoard(job: tuple[str, str], folder: Path) -> str:
    """Do the work, and say who has done how much by now."""
    answer = work(job, folder)
    _KEPT.append(answer)
    return f"{answer} {os.getpid()} {len(_KEPT)}"


SHORT_LIVED = TASK._replace(work=hoard, lifetime=7)
