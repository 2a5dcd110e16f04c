"""Tasks → results, here, in other processes, or on other machines.

Results come back in the order of the items. A worker that dies, hangs or runs out of memory costs its own item a
result from ``lost``, never the run.
"""

from kommunalnews.diagnostics import N_, Problem
from kommunalnews.executors.processes import ProcessExecutor
from kommunalnews.executors.serial import SerialExecutor
from kommunalnews.executors.tasks import Advance, Beside, Done, Executor, Loss, Parted, SealedTask

__all__ = [
    "Advance",
    "Beside",
    "Done",
    "Executor",
    "Loss",
    "Parted",
    "ProcessExecutor",
    "SealedTask",
    "SerialExecutor",
    "open_executor",
]


def open_executor(jobs: int, cluster: str = "") -> Executor | Problem:
    """Processes here; and for sealed tasks the Dask cluster at an address, or ``local`` for one of our own.

    A problem where that cluster does not answer, has no workers, or has workers of another version.
    """
    if not cluster:
        return ProcessExecutor(jobs)
    try:
        from kommunalnews.executors.cluster import open_cluster
    except ImportError as fault:
        return Problem(
            "cluster-driver-missing",
            N_("Dask, which speaks to clusters, is not installed: {reason}"),
            N_("Install it with “pip install kommunalnews[cluster]”, or build without --cluster"),
            {"reason": str(fault)},
        )
    return open_cluster(cluster, ProcessExecutor(jobs), jobs)
