"""A place that fsspec can reach (https://filesystem-spec.readthedocs.io/) → a store that several machines share.

It may be slow or dead: every question has a time limit, and after a few that were not answered the place is left alone
(``breaker``). So it makes a build slower, never wrong, and never by more than a bounded time.
"""

import contextlib
import os
import queue
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache, partial
from typing import Any, Literal, TypeVar

import msgspec

from kommunalnews.diagnostics import N_, Problem
from kommunalnews.store import faults
from kommunalnews.store.addresses import checked_store_url, masked
from kommunalnews.store.ageing import Found, oldest
from kommunalnews.store.breaker import Breaker
from kommunalnews.store.entries import KEY, KIND, sealed, unsealed
from kommunalnews.store.faults import NoPlace
from kommunalnews.store.folder import DAY

R = TypeVar("R")
Change = Literal["put", "remove"]


class Patience(msgspec.Struct, frozen=True):
    """How long a remote store is waited for, in seconds."""

    connect: float = 3.0
    """For a connection; told to the drivers of S3."""
    read: float = 5.0
    """For the next bytes of an answer; told to the drivers of S3."""
    call: float = 12.0
    """For one answer as a whole, and for each further MiB a second: this holds for every driver."""
    prompt: float = 1.0
    """An answer within this time costs nothing of the budget."""
    listing: float = 30.0
    """For a list of all that is there."""
    upkeep: float = 15.0
    """For removing what is too much; the rest goes another day."""
    budget: float = 10.0
    """For all that was late or lost, in all processes of a build."""
    failures: int = 3
    """Failures running, not a time."""


_S3 = ("s3", "s3a")
_OBJECT_STORES = (*_S3, "abfs", "abfss", "az", "gcs", "gs", "memory", "oci", "oss", "tos")
"""Protocols that know no folders, so that none must be made."""
_MARK = "upkeep"
"""When somebody last looked through the store: a number in a file of its own."""
_MIB = 1 << 20


class _Unanswered(Exception):
    """The store was not asked, or gave no answer."""


class _OutOfTime(TimeoutError):
    """A driver did not come back."""


class RemoteStore:
    """A store at a URL. May be handed to forked workers; each opens a connection of its own when it needs one."""

    def __init__(self, url: str, patience: Patience | None = None) -> None:
        """``url`` was checked by ``checked_store_url``; nothing is asked yet."""
        self.url = url
        self.patience = patience or Patience()
        self._breaker = Breaker(self.patience.failures, self.patience.budget)
        self._opened: tuple[int, Any, str] | None = None
        self._past: list[object] = []
        """Connections of the process that this one was forked from: to close them would wait for its threads."""

    def __reduce__(self) -> tuple[Callable[..., "RemoteStore"], tuple[str, Patience]]:
        """Sent to another process it is one store there, however often it is sent."""
        return _received, (self.url, self.patience)

    def get(self, kind: str, key: str) -> bytes | None:
        try:
            entry = self._ask(lambda files, root: files.cat_file(_place(root, kind, key)))
        except (_Unanswered, FileNotFoundError):
            return None
        data = unsealed(kind, key, bytes(entry))
        if data is None:
            self.remove(kind, key)
        return data

    def put(self, kind: str, key: str, data: bytes) -> None:
        entry = sealed(kind, key, data)
        self._change(lambda files, root: _write(files, _place(root, kind, key), entry), len(entry))

    def has(self, kind: str, key: str) -> bool:
        try:
            return self._ask(lambda files, root: _exists(files, _place(root, kind, key)))
        except (_Unanswered, FileNotFoundError):
            return False

    def names(self, kind: str) -> tuple[str, ...]:
        try:
            found = self._ask(lambda files, root: _listed(files, f"{root}/{kind}"), seconds=self.patience.listing)
        except (_Unanswered, FileNotFoundError):
            return ()
        return tuple(sorted(key for path in found for key in [path.rpartition("/")[2]] if KEY.fullmatch(key)))

    def remove(self, kind: str, key: str) -> None:
        self._change(lambda files, root: files.rm_file(_place(root, kind, key)))

    def age_out(self, limit: int, now: int) -> int:
        """Bring the store below ``limit`` bytes, at most once a day; ``now`` in seconds since 1970.

        Remote places do not date what is read, so that the entries written first go first. Returns how many went.
        """
        try:
            if self._breaker.is_write_protected or 0 <= now - self._ask(_last_look) < DAY:
                return 0
            mark = str(now).encode()
            self._change(lambda files, root: _write(files, f"{root}/{_MARK}", mark), len(mark))
            found = self._ask(lambda files, root: _entries(_listed(files, root), root), seconds=self.patience.listing)
        except (_Unanswered, FileNotFoundError):
            return 0
        gone, start = 0, time.monotonic()
        for path in oldest(found, limit)[0]:
            if time.monotonic() - start > self.patience.upkeep or not self._change(partial(_remove, path=path)):
                break
            gone += 1
        return gone

    def problem(self) -> Problem | None:
        """Why the store was left alone, where it was. Workers that were forked tell it here, too."""
        if not self._breaker.is_open:
            return None
        return Problem(
            "store-unreachable",
            N_("The store at {url} does not answer: {reason}; the build goes on without it"),
            N_("Check its address, the credentials and the network; this costs time and nothing else"),
            {"url": masked(self.url), "reason": self._breaker.reason},
        )

    def _change(self, task: Callable[[Any, str], object], size: int = 0) -> bool:
        """Write ``size`` bytes, or remove something; False where that was not possible."""
        if self._breaker.is_write_protected:
            return False
        with contextlib.suppress(_Unanswered, FileNotFoundError):
            self._ask(task, size, changes="put" if size else "remove")
            return True
        return False

    def _ask(
        self, task: Callable[[Any, str], R], size: int = 0, *, seconds: float = 0, changes: Change | None = None
    ) -> R:
        """What ``task`` finds out, given the files and the root. Raises _Unanswered, FileNotFoundError.

        It may take ``seconds``, or else what is usual for one answer and for writing ``size`` bytes.
        """
        if self._breaker.is_open:
            raise _Unanswered
        is_free = bool(seconds) or not self._is_open()  # a list takes its time, and so does importing a driver
        start = time.monotonic()
        try:
            found = _within(seconds or self.patience.call + size / _MIB, lambda: task(*self._open()))
        except Exception as fault:  # drivers have no common class of faults
            self._note(fault, time.monotonic() - start, is_free=is_free, changes=changes)
            if isinstance(fault, FileNotFoundError):
                raise
            raise _Unanswered from fault
        taken = size + len(found) if isinstance(found, bytes) else size
        self._note_answer(time.monotonic() - start - taken / _MIB, is_free=is_free)
        return found

    def _note(self, fault: Exception, seconds: float, *, is_free: bool, changes: Change | None) -> None:
        if faults.is_hopeless(fault):
            self._breaker.open(faults.reason(fault, self.url))
        elif isinstance(fault, FileNotFoundError):
            self._note_answer(seconds, is_free=is_free)
        elif changes and isinstance(fault, PermissionError | NotImplementedError):
            # a runner for the branches of strangers may read only, others may not remove: neither is a problem
            if changes == "put":
                self._breaker.protect()
        else:
            if isinstance(fault, _OutOfTime) and self._opened is not None:
                self._past.append(self._opened)
                self._opened = None
            self._breaker.failed(seconds, faults.reason(fault, self.url))

    def _note_answer(self, seconds: float, *, is_free: bool) -> None:
        self._breaker.answered(0.0 if is_free else max(0.0, seconds - self.patience.prompt), faults.LATE)

    def _open(self) -> tuple[Any, str]:
        """The files at the URL, and its path there. Event loops and sockets do not survive a fork."""
        opened = self._opened
        if opened is None or not self._is_open():
            from fsspec.core import url_to_fs

            if opened is not None:
                self._past.append(opened)
            files, root = url_to_fs(self.url, **self._options())
            if hasattr(files, "retries"):
                files.retries = 1
            opened = self._opened = (os.getpid(), files, root.rstrip("/"))
        return opened[1], opened[2]

    def _is_open(self) -> bool:
        return self._opened is not None and self._opened[0] == os.getpid()

    def _options(self) -> dict[str, Any]:
        options: dict[str, Any] = {"skip_instance_cache": True}
        protocol = self.url.partition(":")[0].lower()
        if protocol in _S3:
            from fsspec.config import conf

            asked = {"connect_timeout": self.patience.connect, "read_timeout": self.patience.read}
            wanted = {"retries": {"max_attempts": 0}, **conf.get(protocol, {}).get("config_kwargs", {}), **asked}
            options |= {"config_kwargs": wanted, "max_concurrency": 1}  # one request for each entry, not two
        return options


@lru_cache(maxsize=16)
def _received(url: str, patience: Patience) -> RemoteStore:
    return RemoteStore(url, patience)


def open_remote(url: str) -> RemoteStore | Problem:
    """The store at ``url``; a problem where no driver is there for it."""
    checked = checked_store_url(url)
    return checked if isinstance(checked, Problem) else RemoteStore(checked)


def _within(seconds: float, task: Callable[[], R]) -> R:
    """What ``task`` returns. Raises what it raises, or _OutOfTime: no driver's limits hold for bytes that trickle."""
    answers: queue.SimpleQueue[tuple[R, None] | tuple[None, Exception]] = queue.SimpleQueue()

    def run() -> None:
        try:
            answers.put((task(), None))
        except Exception as fault:
            answers.put((None, fault))

    threading.Thread(target=run, daemon=True).start()
    try:
        found, fault = answers.get(timeout=seconds)
    except queue.Empty:
        raise _OutOfTime from None
    if fault is not None:
        raise fault
    return found  # type: ignore[return-value]


def _place(root: str, kind: str, key: str) -> str:
    return f"{root}/{kind}/{key[:2]}/{key}"


def _write(files: Any, path: str, data: bytes) -> None:
    try:
        files.pipe_file(path, data)
    except FileNotFoundError as fault:
        protocols = (files.protocol,) if isinstance(files.protocol, str) else files.protocol
        if set(protocols) & set(_OBJECT_STORES):
            raise NoPlace from fault
        files.makedirs(path.rpartition("/")[0], exist_ok=True)
        files.pipe_file(path, data)


def _remove(files: Any, root: str, *, path: str) -> None:
    files.rm_file(path)


def _exists(files: Any, path: str) -> bool:
    files.invalidate_cache()  # others write, too
    return bool(files.exists(path))


def _listed(files: Any, folder: str) -> Mapping[str, Mapping[str, Any]]:
    files.invalidate_cache()
    found: Mapping[str, Mapping[str, Any]] = files.find(folder, detail=True)
    return found


def _last_look(files: Any, root: str) -> int:
    try:
        return int(bytes(files.cat_file(f"{root}/{_MARK}")))
    except (FileNotFoundError, ValueError):
        return 0


def _entries(listed: Mapping[str, Mapping[str, Any]], root: str) -> list[Found]:
    """Every entry with the moment it was written, in nanoseconds; none where the place does not tell that."""
    found = []
    for path, told in listed.items():
        kind, _shelf, key = ("", "", "", *path.removeprefix(f"{root}/").split("/"))[-3:]
        if path != _place(root, kind, key) or not KIND.fullmatch(kind) or not KEY.fullmatch(key):
            continue
        written = next((told[name] for name in ("LastModified", "mtime", "updated", "created") if name in told), None)
        seconds = written.timestamp() if isinstance(written, datetime) else written
        if isinstance(seconds, int | float):
            found.append((int(seconds * 10**9), int(told.get("size") or 0), path))
    return found
