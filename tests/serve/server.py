"""A real server on a free port, and ways to ask it."""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from cli.portal import CACHE, put_compiled_templates

import kommunalnews

SITE = """\
title: Hilltown Herald
base_url: https://herald.example.org/
language: en
sections: [Town, Country]
"""
ARTICLE = """\
---
title: {title}
date: 2026-01-20
section: Town
---

{text}
"""
PATIENCE = 40.0
"""Seconds after which a test gives up waiting."""


class Answer(NamedTuple):
    """What the server answered."""

    status: int
    headers: Mapping[str, str]
    """By lower-case name."""
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class Server:
    """The server and the portal that it shows."""

    def __init__(self, folder: Path, process: "subprocess.Popen[str]", url: str) -> None:
        self.folder = folder
        self.process = process
        self.url = url
        self.port = urlsplit(url).port or 0

    def write(self, path: str, text: str) -> None:
        """Write a source file."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def ask(self, path: str, *, method: str = "GET", host: str | None = None) -> Answer:
        """Send a request exactly as written, without following redirects."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.putrequest(method, path, skip_host=host is not None)
            if host is not None:
                connection.putheader("Host", host)
            connection.endheaders()
            answer = connection.getresponse()
            headers = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, headers, answer.read())
        finally:
            connection.close()

    def until(self, path: str, holds: Callable[[Answer], bool]) -> Answer:
        """Ask again and again until the answer is as expected."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            answer = self.ask(path)
            if holds(answer):
                return answer
            time.sleep(0.1)
        raise AssertionError(f"{path} never became as expected; last: {answer.status} {answer.text[-2000:]}")

    def ready(self) -> None:
        """Wait for the first build."""
        end = time.monotonic() + PATIENCE
        while "Built: " not in self.log:
            assert time.monotonic() < end, self.log
            time.sleep(0.05)

    @property
    def log(self) -> str:
        """What the server has told on the terminal."""
        return (self.folder / "server.log").read_text(encoding="utf-8")

    @contextmanager
    def events(self) -> Iterator[Iterator[dict[str, str]]]:
        """The states that an open page is told."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request("GET", "/__kommunalnews__/events")
        answer = connection.getresponse()
        try:
            yield (json.loads(line[6:]) for line in answer if line.startswith(b"data: "))
        finally:
            answer.close()
            connection.close()

    def interrupt(self) -> int:
        """Ctrl-C: the exit code; a server that is slow to go fails the test."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=30)


def environment() -> dict[str, str]:
    """The same environment on every machine."""
    kept = {name: value for name, value in os.environ.items() if not re.match("LC_|LANGUAGE|KOMMUNALNEWS", name)}
    return {**kept, "LANG": "C.UTF-8", "PYTHONPATH": str(Path(kommunalnews.__file__).parent.parent)}


def command(*arguments: str) -> list[str]:
    """The command line that starts a server."""
    return [sys.executable, "-P", "-m", "kommunalnews", "serve", *arguments]


@contextmanager
def serving(folder: Path, *arguments: str, files: Mapping[str, str] | None = None) -> Iterator[Server]:
    """A server for a new portal in ``folder``."""
    first = {
        "content/site.yaml": SITE,
        "content/articles/2026/fair.md": ARTICLE.format(title="The fair is open", text="Some words."),
        **(files or {}),
    }
    server = Server(folder, None, "")  # type: ignore[arg-type]  # only to write with
    put_compiled_templates(folder / CACHE)
    for path, text in first.items():
        server.write(path, text)
    # what the server says goes into a file: a pipe that nobody reads would fill up
    with open(folder / "server.log", "w+", encoding="utf-8") as log:
        process = subprocess.Popen(
            command("--port", "0", "--jobs", "1", *arguments),
            cwd=folder,
            env=environment(),
            stdout=log,
            stderr=log,
            text=True,
        )
        try:
            yield Server(folder, process, _address(folder / "server.log", process))
        finally:
            process.terminate()
            process.wait(timeout=30)


def _address(log: Path, process: "subprocess.Popen[str]") -> str:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        if found := re.search(r"http://\S+/", log.read_text(encoding="utf-8")):
            return found[0]
        time.sleep(0.05)
    raise AssertionError(f"the server did not start: {log.read_text(encoding='utf-8')}")
