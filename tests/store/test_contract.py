"""What holds for every store, wherever it keeps its entries."""

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kommunalnews.store import FolderStore, LayeredStore, MemoryStore, RemoteStore, Store, open_store, problems
from store.digests import KEYS, key
from store.s3 import Server

KINDS = ("memory", "folder", "memory://", "file://", "layered", "s3://")
Maker = Callable[[], Store]


@pytest.fixture(params=KINDS)
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Maker:
    """Makes a new empty store of one sort."""

    def make() -> Store:
        name = uuid.uuid4().hex
        far = RemoteStore(f"memory://{name}/far")
        match request.param:
            case "memory":
                return MemoryStore()
            case "folder":
                return FolderStore(tmp_path / name)
            case "memory://":
                return far
            case "file://":
                return RemoteStore((tmp_path / name).as_uri())
            case "layered":
                return LayeredStore(FolderStore(tmp_path / name), far)
            case _:
                server: Server = request.getfixturevalue("server")
                server.make_bucket(name)
                return RemoteStore(f"s3://{name}/some/folder")

    return make


@pytest.fixture
def store(make: Maker) -> Iterator[Store]:
    made = make()
    yield made
    assert problems(made) == ()
    if isinstance(made, RemoteStore):
        assert made.problem() is None


def test_what_was_never_put_is_a_miss(store: Store) -> None:
    assert store.get("pdf", key(1)) is None
    assert not store.has("pdf", key(1))
    assert store.names("pdf") == ()


@pytest.mark.parametrize("data", [b"", b"words", bytes(range(256)) * 4096], ids=["empty", "short", "a MiB"])
def test_what_was_put_is_found_again(store: Store, data: bytes) -> None:
    store.put("pdf", key(1), data)
    assert store.get("pdf", key(1)) == data
    assert store.has("pdf", key(1))


def test_the_last_put_counts(store: Store) -> None:
    store.put("pdf", key(1), b"a long first attempt")
    store.put("pdf", key(1), b"shorter")
    assert store.get("pdf", key(1)) == b"shorter"
    assert store.names("pdf") == (key(1),)


def test_kinds_are_kept_apart(store: Store) -> None:
    store.put("pdf", key(1), b"paper")
    assert store.get("body", key(1)) is None
    assert not store.has("body", key(1))
    assert store.names("body") == ()


def test_names_are_sorted(store: Store) -> None:
    for number in range(9):
        store.put("pdf", key(number), b"paper")
    assert store.names("pdf") == tuple(sorted(key(number) for number in range(9)))


def test_what_is_removed_is_a_miss(store: Store) -> None:
    store.put("pdf", key(1), b"one")
    store.put("pdf", key(2), b"two")
    store.remove("pdf", key(1))
    store.remove("pdf", key(3))
    assert store.get("pdf", key(1)) is None
    assert store.get("pdf", key(2)) == b"two"
    assert store.names("pdf") == (key(2),)


Step = tuple[Literal["put", "get", "has", "remove", "names"], str, str, bytes]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["put", "put", "get", "has", "remove", "names"]),
        st.sampled_from(["pdf", "body"]),
        st.sampled_from(KEYS[:4]),
        st.binary(max_size=64),
    ),
    max_size=12,
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(steps=STEPS)
def test_any_history_reads_like_that_of_a_dictionary(make: Maker, steps: list[Step]) -> None:
    store, model = make(), dict[tuple[str, str], bytes]()
    for step, kind, name, data in steps:
        match step:
            case "put":
                store.put(kind, name, data)
                model[kind, name] = data
            case "remove":
                store.remove(kind, name)
                model.pop((kind, name), None)
            case "get":
                assert store.get(kind, name) == model.get((kind, name))
            case "has":
                assert store.has(kind, name) == ((kind, name) in model)
            case "names":
                assert store.names(kind) == tuple(sorted(key for found, key in model if found == kind))


# ── two layers ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def layers(tmp_path: Path) -> LayeredStore:
    made = open_store(f"memory://{uuid.uuid4().hex}", tmp_path / "near")
    assert isinstance(made, LayeredStore)
    return made


def test_what_is_far_is_fetched_once_and_then_near(layers: LayeredStore) -> None:
    layers.far.put("pdf", key(1), b"paper")
    assert layers.names("pdf") == (key(1),)
    assert layers.has("pdf", key(1))
    assert layers.get("pdf", key(1)) == b"paper"
    assert layers.near.get("pdf", key(1)) == b"paper"


def test_two_machines_share_what_is_far(layers: LayeredStore, tmp_path: Path) -> None:
    layers.put("pdf", key(1), b"paper")
    assert LayeredStore(FolderStore(tmp_path / "other"), layers.far).get("pdf", key(1)) == b"paper"


def test_without_a_url_the_store_is_the_folder(tmp_path: Path) -> None:
    store = open_store("", tmp_path)
    assert isinstance(store, FolderStore)
    assert problems(store) == ()
