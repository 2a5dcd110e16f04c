"""Entries that were cut, emptied, garbled, swapped or written by others are misses, and a new put heals them."""

import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from kommunalnews.store import FolderStore, LayeredStore, RemoteStore, Store
from store.digests import key
from store.s3 import Server

DAMAGES: dict[str, Callable[[bytes, bytes], bytes]] = {
    "emptied": lambda entry, other: b"",
    "shorter than a checksum": lambda entry, other: entry[:7],
    "cut behind the checksum": lambda entry, other: entry[:16],
    "cut": lambda entry, other: entry[:-1],
    "longer": lambda entry, other: entry + b"\0",
    "garbled": lambda entry, other: entry[:20] + bytes([entry[20] ^ 1]) + entry[21:],
    "with another checksum": lambda entry, other: bytes(16) + entry[16:],
    "foreign": lambda entry, other: b"somebody was here, and left a longer text than we did",
    "swapped": lambda entry, other: other,
}


class Kept:
    """A store and the place of its entries, so that they can be damaged."""

    def __init__(self, store: Store, read: Callable[[str], bytes], write: Callable[[str, bytes], object]) -> None:
        self.store, self.read, self.write = store, read, write


@pytest.fixture(params=["folder", "file://", "s3://"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Kept:
    if request.param == "s3://":
        server: Server = request.getfixturevalue("server")
        bucket = uuid.uuid4().hex
        server.make_bucket(bucket)
        return Kept(
            RemoteStore(f"s3://{bucket}/place"),
            lambda path: server.read(f"{bucket}/place/{path}"),
            lambda path, data: server.write(f"{bucket}/place/{path}", data),
        )
    store = FolderStore(tmp_path) if request.param == "folder" else RemoteStore(tmp_path.as_uri())
    return Kept(
        store, lambda path: (tmp_path / path).read_bytes(), lambda path, data: (tmp_path / path).write_bytes(data)
    )


def place(name: str, kind: str = "pdf") -> str:
    return f"{kind}/{name[:2]}/{name}"


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_entry_is_a_miss_and_goes(kept: Kept, damage: str) -> None:
    kept.store.put("pdf", key(1), b"the paper itself")
    kept.store.put("pdf", key(2), b"another paper")
    kept.write(place(key(1)), DAMAGES[damage](kept.read(place(key(1))), kept.read(place(key(2)))))
    assert kept.store.get("pdf", key(1)) is None
    assert not kept.store.has("pdf", key(1))
    kept.store.put("pdf", key(1), b"made again")
    assert kept.store.get("pdf", key(1)) == b"made again"
    assert kept.store.get("pdf", key(2)) == b"another paper"


def test_an_entry_under_the_name_of_another_kind_is_a_miss(kept: Kept) -> None:
    kept.store.put("pdf", key(1), b"paper")
    kept.store.put("body", key(1), b"words")
    kept.write(place(key(1), "body"), kept.read(place(key(1))))
    assert kept.store.get("body", key(1)) is None


def test_files_of_others_are_no_names(kept: Kept) -> None:
    kept.store.put("pdf", key(1), b"paper")
    for name in (f"{key(1)}.0123456789ab", "README", key(1).upper()):
        kept.write(f"pdf/{key(1)[:2]}/{name}", b"of somebody else")
    assert kept.store.names("pdf") == (key(1),)


def test_what_is_damaged_near_is_fetched_from_far(tmp_path: Path) -> None:
    store = LayeredStore(FolderStore(tmp_path), RemoteStore(f"memory://{uuid.uuid4().hex}"))
    store.put("pdf", key(1), b"paper")
    (tmp_path / place(key(1))).write_bytes(b"damage")
    assert store.get("pdf", key(1)) == b"paper"
    assert store.near.get("pdf", key(1)) == b"paper"


def _lock_up(folder: Path) -> None:
    folder.write_text("a file where a folder should be")


def _occupy(folder: Path) -> None:
    (folder / place(key(1)) / "inside").mkdir(parents=True)


def _dangle(folder: Path) -> None:
    folder.symlink_to(folder.with_name("nowhere") / "at all")


@pytest.mark.parametrize("spoil", [_lock_up, _occupy, _dangle])
def test_a_folder_that_cannot_be_used_keeps_nothing_and_raises_nothing(
    tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(tmp_path / "store")
    store = FolderStore(tmp_path / "store", now=2_000_000_000)
    store.put("pdf", key(1), b"paper")
    assert store.get("pdf", key(1)) is None
    store.remove("pdf", key(1))
    store.names("pdf")
    assert list(tmp_path.rglob("*.????????????")) == []


def test_a_folder_may_vanish_between_two_puts(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "store")
    store.put("pdf", key(1), b"paper")
    shutil.rmtree(tmp_path / "store")
    store.put("pdf", key(1), b"paper")
    assert store.get("pdf", key(1)) == b"paper"


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no limit of that kind")
def test_a_full_disk_leaves_no_halves_behind(tmp_path: Path) -> None:
    script = """
import resource, signal, sys
from pathlib import Path
from kommunalnews.store import FolderStore
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
store = FolderStore(Path(sys.argv[1]))
store.put("pdf", "0123456789abcdef", bytes(5000))
assert store.get("pdf", "0123456789abcdef") is None
"""
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=True, timeout=60)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_importing_stores_imports_no_driver() -> None:
    script = "import sys, kommunalnews.store; sys.exit(bool({'fsspec', 's3fs', 'aiohttp'} & set(sys.modules)))"
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
