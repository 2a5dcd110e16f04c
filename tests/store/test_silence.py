"""A store that is dead, slow, refusing or missing: misses, one problem that names no secret, and it is left alone."""

import contextlib
import http.server
import multiprocessing
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kommunalnews.diagnostics import Problem, Severity, filled, human
from kommunalnews.store import (
    FolderStore,
    LayeredStore,
    Patience,
    RemoteStore,
    checked_store_url,
    open_store,
    problems,
    upkeep,
)
from store import s3
from store.digests import KEYS, key

HURRIED = Patience(connect=0.5, read=0.5, call=2.0, listing=2.0)
UNHURRIED = Patience(connect=30.0, read=30.0, call=40.0, prompt=30.0)
"""For a store that answers, on a machine that has much else to do."""
FORBIDDEN = "<Error><Code>{code}</Code><Message>No, not even for {secret}.</Message></Error>"


def ask(store: RemoteStore | LayeredStore) -> list[bytes | None]:
    """What builds do with a store, many times over."""
    found = []
    for name in KEYS:
        found.append(store.get("pdf", name))
        store.put("pdf", name, b"paper")
    return found


def reason(store: RemoteStore) -> str:
    """Why the store was left alone; it must have been."""
    problem = store.problem()
    assert problem is not None
    assert problem.code == "store-unreachable"
    return problem.arguments["reason"]


def assert_given_up(store: RemoteStore) -> None:
    """The store answers nothing, says why, and is not asked again."""
    assert set(ask(store)) == {None}
    assert reason(store)
    start = time.monotonic()
    for name in KEYS * 100:
        assert store.get("pdf", name) is None
        assert not store.has("pdf", name)
    assert store.names("pdf") == ()
    assert time.monotonic() - start < HURRIED.read  # not one more question was asked


@contextmanager
def listening(answer: Callable[[socket.socket], object], monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """A server in the environment that answers each connection in its own way; the connections it has had."""
    connections: list[float] = []
    taken: list[socket.socket] = []

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                connections.append(time.monotonic())
                taken.append(connection)
                threading.Thread(target=answer, args=(connection,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        s3.point_to(f"http://127.0.0.1:{listener.getsockname()[1]}", monkeypatch)
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield connections
        listener.shutdown(socket.SHUT_RDWR)
    thread.join()
    for connection in taken:
        connection.close()


@contextmanager
def speaking(answers: dict[str, tuple[int, str]], monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A server that answers every GET alike, and so on; the requests it has had."""
    requests: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            requests.append(f"{self.command} {self.path}")
            code, text = answers[self.command]
            self.send_response(code)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(text.encode())

        do_GET = do_PUT = do_HEAD = do_DELETE = answer  # noqa: N815 - as the library calls them

        def log_message(self, *arguments: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        s3.point_to(f"http://127.0.0.1:{server.server_port}", monkeypatch)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield requests
        server.shutdown()


def _say_nothing(connection: socket.socket) -> None:
    pass


def _hang_up(connection: socket.socket) -> None:
    connection.close()


def _trickle(connection: socket.socket) -> None:
    """An answer that never stops beginning, so that no limit for a single read is ever passed."""
    with contextlib.suppress(OSError):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
        while True:
            connection.sendall(b".")
            time.sleep(0.1)


def _babble(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.recv(65536)
        connection.sendall(b"220 mail.example.org ESMTP ready\r\n")
        connection.close()


@pytest.mark.parametrize("behaviour", [_say_nothing, _hang_up, _trickle, _babble])
def test_a_server_that_makes_no_sense_is_left_alone_after_a_few_questions(
    behaviour: Callable[[socket.socket], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    with listening(behaviour, monkeypatch) as connections:
        store = RemoteStore("s3://bucket/place", HURRIED)
        assert_given_up(store)
        assert 0 < len(connections) <= 8


def test_a_closed_port_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    s3.point_to(f"http://127.0.0.1:{closed_port()}", monkeypatch)
    store = RemoteStore("s3://bucket/place", HURRIED)
    assert_given_up(store)
    assert reason(store) == "nobody listens there"


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_a_server_that_dies_in_the_middle_costs_what_was_not_fetched_yet(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with s3.served() as server:
        s3.point_to(server.url, monkeypatch)
        server.make_bucket("shared")
        store = LayeredStore(FolderStore(tmp_path), RemoteStore("s3://shared/place", HURRIED))
        for name in KEYS[:4]:
            store.far.put("pdf", name, b"paper")
        assert store.get("pdf", KEYS[0]) == b"paper"
        server.kill()
        assert ask(store) == [b"paper"] + [None] * (len(KEYS) - 1)
    assert [store.get("pdf", name) for name in KEYS] == [b"paper"] * len(KEYS)
    (warning,) = problems(store)
    assert (warning.code, warning.severity) == ("store-unreachable", Severity.WARNING)


def test_a_slow_store_is_left_alone_when_the_budget_is_spent(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while connection.recv(65536):
                time.sleep(0.2)
                connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")

    with listening(slow, monkeypatch):
        patience = Patience(connect=2, read=2, prompt=0.05, budget=0.5)
        store = RemoteStore("s3://bucket/place", patience)
        for name in KEYS:
            assert store.get("pdf", name) is None
        assert reason(store) == "it takes too long"


def test_a_bucket_that_does_not_exist_is_said_at_once(server: s3.Server) -> None:
    store = RemoteStore("s3://no-such-bucket/place", HURRIED)
    assert_given_up(store)
    assert reason(store) == "there is no such place"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("SignatureDoesNotMatch", "the credentials are not accepted"),
        ("InvalidAccessKeyId", "the credentials are not accepted"),
        ("AccessDenied", "Permission denied"),
    ],
)
def test_a_store_that_refuses_us_is_left_alone(code: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = (403, FORBIDDEN.format(code=code, secret="you"))
    with speaking(dict.fromkeys(("GET", "PUT", "HEAD", "DELETE"), refusal), monkeypatch) as requests:
        store = RemoteStore("s3://bucket/place", HURRIED)
        assert_given_up(store)
        assert reason(store) == words
        assert len(requests) <= 4


def test_a_store_for_reading_only_is_no_problem_and_is_not_written_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    missing = (404, "<Error><Code>NoSuchKey</Code></Error>")
    refusal = (403, FORBIDDEN.format(code="AccessDenied", secret="you"))
    with speaking({"GET": missing, "HEAD": missing, "PUT": refusal, "DELETE": refusal}, monkeypatch) as requests:
        store = RemoteStore("s3://bucket/place", HURRIED)
        ask(store)
        assert store.problem() is None
        assert sum(request.startswith("PUT") for request in requests) == 1
        assert sum(request.startswith("GET") for request in requests) == len(KEYS)


def test_a_store_that_lets_nobody_remove_is_written_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = (403, FORBIDDEN.format(code="AccessDenied", secret="you"))
    with speaking({"GET": (200, "damaged"), "PUT": (200, ""), "DELETE": refusal}, monkeypatch) as requests:
        store = RemoteStore("s3://bucket/place", HURRIED)
        assert set(ask(store)) == {None}
        assert store.problem() is None
        assert sum(request.startswith("PUT") for request in requests) == len(KEYS)


def test_a_few_failures_between_successes_are_forgiven(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {"GET": (404, "<Error><Code>NoSuchKey</Code></Error>"), "PUT": (200, "")}
    with speaking(answers, monkeypatch):
        store = RemoteStore("s3://bucket/place", HURRIED)
        for name in KEYS[:8]:
            answers["PUT"] = (200, "") if answers["PUT"][0] == 500 else (500, "")
            store.get("pdf", name)
            store.put("pdf", name, b"paper")
        assert store.problem() is None


def test_without_credentials_nothing_is_asked_again(server: s3.Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    store = RemoteStore("s3://bucket/place", HURRIED)
    assert_given_up(store)
    assert reason(store) == "no credentials were found"


def test_the_upkeep_of_a_dead_store_is_harmless(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    s3.point_to(f"http://127.0.0.1:{closed_port()}", monkeypatch)
    store = open_store("s3://bucket/place", tmp_path)
    assert isinstance(store, LayeredStore)
    assert upkeep(store, 1000, 2_000_000_000) == 0


# ── workers ──────────────────────────────────────────────────────────────────────────────────────────────────────────

FORK = multiprocessing.get_context("fork")


def test_what_a_worker_finds_out_all_workers_and_the_parent_know(monkeypatch: pytest.MonkeyPatch) -> None:
    with listening(_hang_up, monkeypatch) as connections:
        store = RemoteStore("s3://bucket/place", HURRIED)
        for _ in range(3):
            worker = FORK.Process(target=ask, args=(store,))
            worker.start()
            worker.join()
            assert worker.exitcode == 0
        assert reason(store)
        assert set(ask(store)) == {None}
        assert len(connections) <= 8


def test_a_store_that_was_used_survives_forks(server: s3.Server) -> None:
    bucket = uuid.uuid4().hex
    server.make_bucket(bucket)
    store = RemoteStore(f"s3://{bucket}/place", UNHURRIED)
    store.put("pdf", key(0), b"from the parent")
    workers = [FORK.Process(target=_fetch_and_put, args=(store, number)) for number in (1, 2, 3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
        assert worker.exitcode == 0
    assert store.names("pdf") == tuple(sorted(map(key, range(4))))
    assert store.get("pdf", key(3)) == b"from a worker"
    assert store.problem() is None


def _fetch_and_put(store: RemoteStore, number: int) -> None:
    assert store.get("pdf", key(0)) == b"from the parent"
    store.put("pdf", key(number), b"from a worker")


def test_a_process_that_used_a_store_ends_without_a_word(server: s3.Server) -> None:
    bucket = uuid.uuid4().hex
    server.make_bucket(bucket)
    script = f"""
from kommunalnews.store import Patience, RemoteStore
store = RemoteStore("s3://{bucket}/place", Patience(connect=30.0, read=30.0, call=40.0, prompt=30.0))
store.put("pdf", "{key(1)}", b"paper")
print(store.get("pdf", "{key(1)}"))
"""
    command = [sys.executable, "-W", "default", "-c", script]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60, check=True)
    assert (done.stdout, done.stderr) == ("b'paper'\n", "")


# ── words ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("url", "secret"),
    [
        ("s3://AKIAKEY:top/secret@bucket/place", "AKIAKEY, or top/secret,"),
        ("s3://AKIAKEY:top%2Fsecret@bucket/place", "AKIAKEY:top/secret, or top%2Fsecret,"),
        ("sftp://editor:topsecret@127.0.0.1:1/place", "editor:topsecret"),
        ("s3://bucket/place?key=topsecret", "topsecret"),
        ("s3://bucket/place", "http://a:topsecret@b/?topsecret and https://b/c?a=topsecret&b=topsecret"),
    ],
)
def test_no_problem_ever_names_a_secret(url: str, secret: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    refusal = (400, FORBIDDEN.format(code="Strange", secret=secret.replace("&", "&amp;")))
    with speaking(dict.fromkeys(("GET", "PUT", "HEAD", "DELETE"), refusal), monkeypatch):
        store = LayeredStore(FolderStore(tmp_path), RemoteStore(url, HURRIED))
        ask(store)
    (warning,) = problems(store)
    told = human(warning, str) + repr(warning)
    assert "AKIAKEY" not in told
    assert "secret" not in told
    assert "place" in told


@pytest.mark.parametrize(
    ("url", "code", "words"),
    [
        ("s3://", "store-unusable", "“s3://” names no place for a store"),
        ("s3:bucket", "store-unusable", "“s3:bucket” names no place for a store"),
        ("file://elsewhere/place", "store-unusable", "“file://elsewhere/place” names no place for a store"),
        ("simplecache::s3://a:b@c/d", "store-unusable", "“simplecache::s3://…@c/d” names no place for a store"),
        ("s3://my bucket", "store-unusable", "“s3://my bucket” names no place for a store"),
        ("s33://bucket", "store-unknown-protocol", "No store is known for “s33://”"),
        (
            "gs://a:b@bucket",
            "store-driver-missing",
            "The store at gs://…@bucket needs the Python package “gcsfs”, which is not installed",
        ),
    ],
)
def test_a_url_that_is_of_no_use_is_a_problem(url: str, code: str, words: str, tmp_path: Path) -> None:
    for problem in (checked_store_url(url), open_store(url, tmp_path)):
        assert isinstance(problem, Problem)
        assert problem.code == code
        assert filled(problem.message, problem.arguments, str) == words
        assert filled(problem.hint, problem.arguments, str)


@pytest.mark.parametrize("url", ["s3://bucket", "S3://bucket/a/b", "memory://x", "file:///tmp/x", "sftp://host/x"])
def test_a_url_that_a_driver_is_there_for_is_taken(url: str) -> None:
    assert checked_store_url(url) == url
