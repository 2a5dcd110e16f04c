"""Digest → bytes that cost more to make than to read.

An entry is its checksum followed by its bytes. The store may be deleted, cut short or shared at any time: what does
not match its checksum is a miss, and a write that fails makes the next build slower, never wrong.
"""

from pathlib import Path

from kommunalnews.diagnostics import Diagnostic, Location, Problem, Severity, from_problem
from kommunalnews.store.addresses import checked_store_url, is_url, masked
from kommunalnews.store.ageing import age_out
from kommunalnews.store.entries import MemoryStore, Store
from kommunalnews.store.folder import FolderStore
from kommunalnews.store.layered import LayeredStore
from kommunalnews.store.remote import Patience, RemoteStore, open_remote

__all__ = [
    "FolderStore",
    "LayeredStore",
    "MemoryStore",
    "Patience",
    "RemoteStore",
    "Store",
    "checked_store_url",
    "is_url",
    "open_store",
    "problems",
    "upkeep",
]


def open_store(url: str, folder: Path, *, now: int = 0) -> FolderStore | LayeredStore | Problem:
    """The store in ``folder``, and behind it the one at ``url`` where that is not empty.

    ``now``, in seconds since 1970, dates what is read.
    """
    near = FolderStore(folder, now=now)
    if not url:
        return near
    far = open_remote(url)
    return far if isinstance(far, Problem) else LayeredStore(near, far)


def upkeep(store: Store, limit: int, now: int) -> int:
    """Bring each part of the store below ``limit`` bytes, longest unused first. Returns how many entries went."""
    match store:
        case FolderStore():
            return age_out(store.folder, limit, now)
        case LayeredStore():
            return age_out(store.near.folder, limit, now) + store.far.age_out(limit, now)
        case _:
            return 0


def problems(store: Store) -> tuple[Diagnostic, ...]:
    """What to say of the store after a build: a warning where its far part was left alone."""
    problem = store.far.problem() if isinstance(store, LayeredStore) else None
    if problem is None:
        return ()
    return (from_problem(problem, Location(masked(problem.arguments["url"])), Severity.WARNING),)
