"""A real S3 server on loopback, which moto brings (https://docs.getmoto.org/en/latest/docs/server_mode.html)."""

import importlib.util
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from conftest import missing

SERVER = """
import sys
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
sys.stdin.read()
"""
SIGNED = "AWS4-HMAC-SHA256 Credential=owner/20261123/us-east-1/s3/aws4_request"
"""Moto believes everyone who signs at all."""
VARIABLES = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
}
"""What a runner's secrets look like; the keys are those of Amazon's own examples."""


def point_to(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Name the server in the environment, as its users do."""
    for name, value in {**VARIABLES, "AWS_ENDPOINT_URL": url}.items():
        monkeypatch.setenv(name, value)


class Server:
    """A server in a process of its own."""

    def __init__(self, process: "subprocess.Popen[str]", port: int) -> None:
        self.process = process
        self.url = f"http://127.0.0.1:{port}"

    def make_bucket(self, name: str) -> None:
        """Make a new bucket, as its owner would in a console."""
        self._ask(f"/{name}", "PUT")

    def _ask(self, path: str, method: str, data: bytes | None = None) -> bytes:
        headers = {"Content-Type": "application/octet-stream", "Authorization": SIGNED}
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=20) as answer:
            found: bytes = answer.read()
        return found

    def read(self, path: str) -> bytes:
        """The object at ``bucket/key``."""
        return self._ask(f"/{path}", "GET")

    def write(self, path: str, data: bytes) -> None:
        """Put an object in its place, as somebody else might."""
        self._ask(f"/{path}", "PUT", data)

    def kill(self) -> None:
        """Take the server away in the middle of everything."""
        self.process.kill()
        self.process.wait()


@contextmanager
def served() -> Iterator[Server]:
    """A server with no buckets."""
    for module in ("moto", "flask", "flask_cors", "s3fs"):
        if importlib.util.find_spec(module) is None:
            missing(f"the Python package “{module}” is not installed")
    with subprocess.Popen(
        [sys.executable, "-c", SERVER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        yield Server(process, int(process.stdout.readline()))
        process.kill()
