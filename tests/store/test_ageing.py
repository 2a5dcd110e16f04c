"""A store that grows too large loses what was not used for longest, and nothing that is not its own."""

import os
import time
import uuid
from pathlib import Path

import pytest
from sites import tree

from kommunalnews.store import FolderStore, LayeredStore, MemoryStore, RemoteStore, upkeep
from store.digests import KEYS, key
from store.s3 import Server

NOW = 2_000_000_000
DAY = 86_400
SIZE = 8_000
"""Bytes in an entry: with its checksum two blocks."""
BLOCKS = 8_192


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    """Ten entries, the first used ten days ago, the second nine, and so on."""
    made = FolderStore(tmp_path / "store", now=NOW)
    for number in range(10):
        made.put("pdf", key(number), bytes(SIZE))
        age(made, key(number), 10 - number)
    return made


def path_of(store: FolderStore, name: str) -> Path:
    return store.folder / "pdf" / name[:2] / name


def age(store: FolderStore, name: str, days: int) -> None:
    """As if the entry had last been used so many days ago."""
    os.utime(path_of(store, name), (NOW - days * DAY, NOW - days * DAY))


def kept(store: FolderStore) -> list[int]:
    names = store.names("pdf")
    return [number for number in range(10) if key(number) in names]


def test_below_the_limit_nothing_goes(store: FolderStore) -> None:
    assert upkeep(store, 10 * BLOCKS, NOW) == 0
    assert kept(store) == list(range(10))


def test_above_the_limit_the_oldest_go_until_there_is_room_again(store: FolderStore) -> None:
    assert upkeep(store, 8 * BLOCKS, NOW) == 3  # a tenth of the limit is left free
    assert kept(store) == [3, 4, 5, 6, 7, 8, 9]


def test_a_limit_of_nothing_leaves_nothing(store: FolderStore) -> None:
    assert upkeep(store, 0, NOW) == 10
    assert kept(store) == []


@pytest.mark.parametrize("use", ["get", "has"])
def test_what_is_used_stays(store: FolderStore, use: str) -> None:
    assert store.get("pdf", key(0)) if use == "get" else store.has("pdf", key(0))
    upkeep(store, 5 * BLOCKS, NOW)
    assert 0 in kept(store)
    assert 1 not in kept(store)


def test_use_is_noted_once_a_day(store: FolderStore) -> None:
    def used() -> float:
        store.get("pdf", key(0))
        return path_of(store, key(0)).stat().st_mtime

    assert used() == NOW
    store.now = NOW + DAY
    assert used() == NOW
    store.now = NOW + DAY + 1
    assert used() == NOW + DAY + 1


def test_without_a_clock_nothing_is_noted(store: FolderStore) -> None:
    FolderStore(store.folder).get("pdf", key(0))
    assert path_of(store, key(0)).stat().st_mtime == NOW - 10 * DAY


def test_all_kinds_share_the_limit(store: FolderStore) -> None:
    store.put("body", key(1), bytes(5 * SIZE))
    os.utime(store.folder / "body" / key(1)[:2] / key(1), (NOW, NOW))
    upkeep(store, 8 * BLOCKS, NOW)
    assert store.has("body", key(1))
    assert kept(store) == [8, 9]


def test_between_two_looks_nothing_is_looked_at_unless_enough_was_written(store: FolderStore) -> None:
    assert upkeep(store, 10 * BLOCKS, NOW) == 0
    store.put("pdf", key(10), bytes(SIZE))
    age(store, key(10), 20)
    assert upkeep(store, 11 * BLOCKS, NOW + 60) == 0
    store.put("pdf", key(11), bytes(SIZE))
    assert upkeep(store, 11 * BLOCKS, NOW + 120) == 3
    assert not store.has("pdf", key(10))


def test_what_others_did_to_the_store_is_seen_on_the_next_day(store: FolderStore) -> None:
    limit = 10 * BLOCKS
    upkeep(store, limit, NOW)
    path_of(store, key(3)).write_bytes(bytes(9 * SIZE))
    assert upkeep(store, limit, NOW + DAY - 1) == 0
    assert upkeep(store, limit, NOW + DAY) > 0


@pytest.mark.parametrize("note", [b"", b"null", b"[]", b'{"at": "x", "held": 1}', b'{"at": 1e999, "held": 1}', b"\xff"])
def test_a_damaged_note_means_looking_again(store: FolderStore, note: bytes) -> None:
    upkeep(store, 10 * BLOCKS, NOW)
    (store.folder / "upkeep.json").write_bytes(note)
    assert upkeep(store, 8 * BLOCKS, NOW) == 3


def test_leftovers_of_writes_go_when_they_are_a_day_old(store: FolderStore) -> None:
    shelf = path_of(store, key(1)).parent
    old, young = shelf / f"{key(1)}.0123456789ab", shelf / f"{key(1)}.ba9876543210"
    for path, days in ((old, 2), (young, 0)):
        path.write_bytes(b"half")
        os.utime(path, (NOW - days * DAY, NOW - days * DAY))
    assert upkeep(store, 100 * BLOCKS, NOW) == 1
    assert (old.exists(), young.exists()) == (False, True)


def test_what_is_not_called_like_an_entry_is_never_removed(store: FolderStore, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / key(1)).write_bytes(bytes(SIZE))
    mine = ["next-change.json", "pdf/notes.txt", f"pdf/{key(1)[:2]}/notes.txt", f"pdf/ab/{'cd' * 16}", "serve/1313/x/y"]
    mine += [f"Photos/ab/{'ab' * 16}", f"pdf/AB/{'AB' * 16}", f"pdf/abc/{'abc' * 8}", f"pdf/ab/{'ab' * 4}"]
    for name in mine:
        (store.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (store.folder / name).write_bytes(bytes(SIZE))
    (store.folder / "linked").symlink_to(outside.parent, target_is_directory=True)
    (store.folder / "pdf" / "zz").symlink_to(outside, target_is_directory=True)
    upkeep(store, 0, NOW)
    assert kept(store) == []
    assert set(mine) <= set(tree(store.folder))
    assert (outside / key(1)).exists()


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    assert upkeep(FolderStore(tmp_path / "nowhere"), 0, NOW) == 0
    assert list(tmp_path.iterdir()) == []


def test_a_store_in_memory_needs_no_upkeep() -> None:
    assert upkeep(MemoryStore(), 0, NOW) == 0


# ── far away ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_bucket_loses_what_was_written_first(server: Server, tmp_path: Path) -> None:
    bucket = uuid.uuid4().hex
    server.make_bucket(bucket)
    far = RemoteStore(f"s3://{bucket}/place")
    for number, name in enumerate(KEYS[:4]):
        far.put("pdf", name, bytes(SIZE))
        if number == 1:
            time.sleep(1.1)  # S3 tells the time in seconds
    server.write(f"{bucket}/place/pdf/README", bytes(9 * SIZE))
    server.write(f"{bucket}/{KEYS[0]}", bytes(9 * SIZE))
    store = LayeredStore(FolderStore(tmp_path), far)
    assert upkeep(store, 3 * BLOCKS, NOW) == 2
    assert far.names("pdf") == tuple(sorted(KEYS[2:4]))
    assert server.read(f"{bucket}/place/pdf/README")
    assert server.read(f"{bucket}/{KEYS[0]}")


def test_far_away_somebody_looks_once_a_day(server: Server) -> None:
    bucket = uuid.uuid4().hex
    server.make_bucket(bucket)
    far = RemoteStore(f"s3://{bucket}/place")
    far.put("pdf", key(1), bytes(SIZE))
    assert far.age_out(BLOCKS, NOW) == 0
    assert RemoteStore(f"s3://{bucket}/place").age_out(0, NOW + DAY - 1) == 0
    assert RemoteStore(f"s3://{bucket}/place").age_out(0, NOW + DAY) == 1


def test_any_place_that_tells_when_things_were_written_can_be_kept_up(tmp_path: Path) -> None:
    for far in (RemoteStore(tmp_path.as_uri()), RemoteStore(f"memory://{uuid.uuid4().hex}/far")):
        for name in KEYS[:5]:
            far.put("pdf", name, bytes(SIZE))
        assert far.age_out(3 * BLOCKS, NOW) == 3
        assert len(far.names("pdf")) == 2
        assert far.problem() is None
