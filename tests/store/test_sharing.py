"""Many writers at once: a reader sees nothing or a whole value, never a mixture."""

import multiprocessing
import os
import pickle
import uuid
from pathlib import Path

import pytest

from kommunalnews.store import FolderStore, LayeredStore, MemoryStore, RemoteStore, Store, upkeep
from store.digests import KEYS
from store.s3 import Server

FORK = multiprocessing.get_context("fork")
ROUNDS = 20
NOW = 2_000_000_000


def value(writer: int, name: str, size: int) -> bytes:
    """What a writer puts: it says of itself whose it is and that it is whole."""
    return f"{writer} {name} ".encode() + bytes([writer]) * size


def write_and_read(store: Store, writer: int, rounds: int) -> None:
    """Put all keys again and again, and find each time what one of the writers put."""
    for number in range(rounds):
        for name in KEYS:
            store.put("pdf", name, value(writer, name, 50_000 + 1000 * writer))
            found = store.get("pdf", name)
            assert found in {None, *(value(each, name, 50_000 + 1000 * each) for each in (1, 2, 3))}, name
            if writer == 3 and number % 3 == 0:
                store.remove("pdf", name)


def run(*tasks: tuple[Store, int, int]) -> None:
    """Let each task run in a process of its own, all at once."""
    workers = [FORK.Process(target=write_and_read, args=task) for task in tasks]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    assert [worker.exitcode for worker in workers] == [0] * len(workers)


def test_processes_share_a_folder(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    run(*((store, writer, ROUNDS) for writer in (1, 2, 3)))
    store.put("pdf", KEYS[0], b"the last word")
    assert store.get("pdf", KEYS[0]) == b"the last word"
    kept = [path.name for path in (tmp_path / "pdf").rglob("*") if path.is_file()]
    assert set(kept) <= set(KEYS)  # nothing half written is left


def test_upkeep_while_others_write_breaks_nothing(tmp_path: Path) -> None:
    store = FolderStore(tmp_path, now=NOW)
    workers = [FORK.Process(target=write_and_read, args=(store, writer, ROUNDS)) for writer in (1, 2)]
    for worker in workers:
        worker.start()
    day = 0
    while any(worker.is_alive() for worker in workers):
        day += 1
        upkeep(store, 300_000, NOW + day * 86_400)
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0


@pytest.mark.parametrize("near", [True, False])
def test_processes_share_a_bucket(server: Server, tmp_path: Path, near: bool) -> None:
    bucket = uuid.uuid4().hex
    server.make_bucket(bucket)
    far = RemoteStore(f"s3://{bucket}/place")
    stores: list[Store] = [LayeredStore(FolderStore(tmp_path / str(writer)), far) if near else far for writer in (1, 2)]
    run(*((store, writer, 1) for writer, store in enumerate(stores, 1)))
    assert set(far.names("pdf")) == set(KEYS)
    assert all(far.get("pdf", name) for name in KEYS)
    assert far.problem() is None


def test_stores_can_be_sent_to_other_machines(tmp_path: Path) -> None:
    url = f"memory://{uuid.uuid4().hex}"
    store = LayeredStore(FolderStore(tmp_path, now=NOW), RemoteStore(url))
    store.put("pdf", KEYS[0], b"paper")
    sent = pickle.loads(pickle.dumps(store))
    assert sent.get("pdf", KEYS[0]) == b"paper"
    assert (sent.far.url, sent.near.folder, sent.near.now) == (url, tmp_path, NOW)
    assert pickle.loads(pickle.dumps(store)).far is sent.far  # it knows already whether the store answers
    assert pickle.loads(pickle.dumps(MemoryStore())).names("pdf") == ()


def test_a_copy_of_a_folder_is_as_good(tmp_path: Path) -> None:
    FolderStore(tmp_path / "one").put("pdf", KEYS[0], b"paper")
    os.rename(tmp_path / "one", tmp_path / "two")
    assert FolderStore(tmp_path / "two").get("pdf", KEYS[0]) == b"paper"
