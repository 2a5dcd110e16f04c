"""A worker that did not come back → a diagnostic for what it was at."""

from kommunalnews.diagnostics import N_, Diagnostic, Location, error
from kommunalnews.executors import Loss


def told(loss: Loss, path: str) -> Diagnostic:
    """What became of the work on ``path``."""
    hint = N_("Look for something unusual in this file; shorten or split it")
    if loss == "hung":
        return error("work-hung", N_("Working on this took too long and was stopped"), Location(path), hint)
    return error(
        "work-died", N_("The process that worked on this died, perhaps for lack of memory"), Location(path), hint
    )
