"""What tests of stores may ask for."""

from collections.abc import Iterator

import pytest

from store import s3


@pytest.fixture(scope="session")
def shared_server() -> Iterator[s3.Server]:
    """One server for all tests that leave it alive."""
    with s3.served() as server:
        yield server


@pytest.fixture
def server(shared_server: s3.Server, monkeypatch: pytest.MonkeyPatch) -> s3.Server:
    """A server that the process's environment names."""
    s3.point_to(shared_server.url, monkeypatch)
    return shared_server
