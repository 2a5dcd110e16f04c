"""A folder near, and a place that several machines share → one store."""

from kommunalnews.store.folder import FolderStore
from kommunalnews.store.remote import RemoteStore


class LayeredStore:
    """Asks ``near`` first, and ``far`` for what is not there."""

    def __init__(self, near: FolderStore, far: RemoteStore) -> None:
        self.near = near
        self.far = far

    def get(self, kind: str, key: str) -> bytes | None:
        data = self.near.get(kind, key)
        if data is None:
            data = self.far.get(kind, key)
            if data is not None:
                self.near.put(kind, key, data)
        return data

    def put(self, kind: str, key: str, data: bytes) -> None:
        self.near.put(kind, key, data)
        self.far.put(kind, key, data)

    def has(self, kind: str, key: str) -> bool:
        return self.near.has(kind, key) or self.far.has(kind, key)

    def names(self, kind: str) -> tuple[str, ...]:
        return tuple(sorted({*self.near.names(kind), *self.far.names(kind)}))

    def remove(self, kind: str, key: str) -> None:
        self.near.remove(kind, key)
        self.far.remove(kind, key)
