"""SearchRecipe → the files of a shard, by Pagefind (https://pagefind.app), in a process of its own.

Pagefind numbers the values of a filter by chance and names files after what is in them; so filters, and what names
them, are put in order here. The rest of its files is the same each time.
"""

import base64
import gzip
import os
import subprocess
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from kommunalnews.rendering import cbor

_CHUNK = 4000
"""Bytes of a piece of the index. Pagefind's own 20,000 would be loaded from every shard, for one word each."""
_SIGNATURE = b"pagefind_dcd"
_SECONDS = 45.0
"""Less than a worker may take."""
_ENTRY = "pagefind-entry.json"
_PROGRAM = "pagefind.js"
_KINDS = ("fragment/", "index/")

Files = dict[str, bytes]
"""Path in the shard's folder → bytes, sorted."""


class IndexFault(NamedTuple):
    """Why a shard could not be made."""

    kind: Literal["unavailable", "failed"]
    reason: str


def index(language: str, pages: Iterable[tuple[str, str]], *, has_program: bool) -> Files | IndexFault:
    """The files that make these pages findable; with the program that searches them, where that is wanted."""
    try:
        from pagefind_bin import get_executable
    except ImportError as fault:
        return IndexFault("unavailable", str(fault))
    with tempfile.TemporaryDirectory(prefix="kommunalnews-") as folder:
        try:
            _run(Path(get_executable()), Path(folder), language, pages)
            return dict(sorted(_ordered(Path(folder, "index"), has_program=has_program).items()))
        except (OSError, ValueError, KeyError, msgspec.DecodeError) as fault:
            return IndexFault("failed", str(fault) or type(fault).__name__)


def _run(program: Path, folder: Path, language: str, pages: Iterable[tuple[str, str]]) -> None:
    """Let Pagefind write the index of some pages below ``folder``. Raises OSError and ValueError."""
    settings = {name: value for name, value in os.environ.items() if not name.upper().startswith("PAGEFIND_")}
    settings["PAGEFIND_UNSTABLE_INDEX_CHUNK_SIZE"] = str(_CHUNK)
    with subprocess.Popen(
        [program, "--service"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env=settings,
    ) as process:
        timer = threading.Timer(_SECONDS, process.kill)
        timer.start()
        try:
            ask = _Asking(process).ask
            ask({"type": "NewIndex", "config": {"force_language": language}})
            for url, html in pages:
                ask({"type": "AddFile", "index_id": 0, "url": url, "file_contents": html, "file_path": None})
            ask({"type": "WriteFiles", "index_id": 0, "output_path": str(folder / "index")})
        finally:
            timer.cancel()
            process.kill()


class _Asking:
    """A conversation: base64 of JSON, each followed by a comma."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._questions, self._answers = process.stdin, process.stdout
        self._number = 0
        self._read = b""

    def ask(self, payload: dict[str, object]) -> None:
        """Say something and wait for the answer. Raises OSError where none comes, ValueError where it is a complaint."""
        self._number += 1
        question = msgspec.json.encode({"message_id": self._number, "payload": payload})
        self._questions.write(base64.b64encode(question) + b",")
        self._questions.flush()
        while b"," not in self._read:
            more = os.read(self._answers.fileno(), 1 << 16)
            if not more:
                raise OSError("Pagefind ended, or took too long")
            self._read += more
        answer, _, self._read = self._read.partition(b",")
        told = msgspec.json.decode(base64.b64decode(answer), type=_Answer).payload
        if told.type == "Error":
            raise ValueError(told.message or told.original_message)


class _Payload(msgspec.Struct):
    type: str
    message: str | None = ""
    original_message: str | None = ""


class _Answer(msgspec.Struct):
    payload: _Payload


class _Language(msgspec.Struct):
    hash: str
    wasm: str | None
    page_count: int


class _Entry(msgspec.Struct):
    version: str
    languages: dict[str, _Language]
    include_characters: tuple[str, ...]


def _ordered(folder: Path, *, has_program: bool) -> Files:
    """What is in a folder that Pagefind wrote, but for its user interfaces and for chance. Raises OSError, ValueError."""
    entry = msgspec.json.decode((folder / _ENTRY).read_bytes(), type=_Entry)
    files: Files = {}
    for code, language in entry.languages.items():
        filters = dict(_filters(folder, code))
        files.update((path, data) for path, data in filters.values())
        meta = _decoded(folder / f"pagefind.{language.hash}.pf_meta")
        meta[3] = [[name, _hash_of(filters[name][0])] for name in sorted(str(row[0]) for row in _rows(meta[3]))]
        packed = _packed(meta)
        language.hash = _named(code, packed, 10)
        files[f"pagefind.{language.hash}.pf_meta"] = packed
        if has_program:
            wasm = f"wasm.{language.wasm or 'unknown'}.pagefind"
            files[wasm] = (folder / wasm).read_bytes()
    if has_program:
        files[_PROGRAM] = (folder / _PROGRAM).read_bytes()
    for kind in _KINDS:
        with suppress(FileNotFoundError):
            files.update((f"{kind}{path.name}", path.read_bytes()) for path in (folder / kind).iterdir())
    files[_ENTRY] = msgspec.json.encode(entry)
    return files


def _filters(folder: Path, language: str) -> Iterator[tuple[str, tuple[str, bytes]]]:
    """Name of each filter, its path and its bytes: the values in order."""
    with suppress(FileNotFoundError):
        for path in (folder / "filter").iterdir():
            name, values = _decoded(path)
            packed = _packed([name, [*sorted(_rows(values), key=_first)]])
            yield str(name), (f"filter/{_named(language, packed, 7)}.pf_filter", packed)


def _decoded(path: Path) -> list[cbor.Value]:
    """What a file of Pagefind's holds. Raises OSError and ValueError."""
    data = gzip.decompress(path.read_bytes())
    value = cbor.decode(data.removeprefix(_SIGNATURE)) if data.startswith(_SIGNATURE) else None
    if not isinstance(value, list):
        raise ValueError(f"{path.name} is of an unknown form")
    return value


def _rows(value: cbor.Value) -> list[list[cbor.Value]]:
    if not isinstance(value, list):
        raise ValueError("an index of an unknown form")
    return [row for row in value if isinstance(row, list)]


def _first(row: list[cbor.Value]) -> str:
    return str(row[0])


def _packed(value: list[cbor.Value]) -> bytes:
    return gzip.compress(_SIGNATURE + cbor.encode(value), 9, mtime=0)


def _named(language: str, data: bytes, length: int) -> str:
    return f"{language}_{blake2b(data).hexdigest()[:length]}"


def _hash_of(path: str) -> str:
    return path.rpartition("/")[2].partition(".")[0]
