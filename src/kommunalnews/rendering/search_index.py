"""SearchRecipe → the files of a shard, by Pagefind (https://pagefind.app), in a process of its own.

Pagefind numbers the values of a filter by chance and names files after what is in them; so filters, and what names
them, are put in order here. The rest of its files is the same each time. What ``search.js`` opens first has names that
it knows (``META``, ``PROGRAM``, ``STEMMER``, ``ENTRY``), so that all of it can be fetched at once.
"""

import base64
import gzip
import os
import subprocess
import tempfile
import threading
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from kommunalnews.rendering import cbor

_CHUNK = 2500
"""Bytes of a piece of the index. Pagefind's own 20,000 would be loaded from every shard, for one word each."""
_SIGNATURE = b"pagefind_dcd"
_SECONDS = 45.0
"""Less than a worker may take."""
META = "pagefind.pf_meta"
"""What a shard is opened by."""
ENTRY = "pagefind-entry.json"
PROGRAM = "pagefind.js"
STEMMER = "wasm.pagefind"
_MANY = b"var Pagefind=class"
_EXPORT = b"export{PagefindInstance};"
"""One index of the several that it searches at once: ``search.js`` merges what they find itself, so what stands behind
is a quarter of the bytes for nothing."""
_FRAGMENT, _PIECE = "fragment/", "index/"

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
            made = _run(Path(get_executable()), folder, language, pages)
            return dict(sorted(_ordered(made, has_program=has_program).items()))
        except (OSError, ValueError, KeyError, IndexError, EOFError, msgspec.DecodeError) as fault:
            return IndexFault("failed", str(fault) or type(fault).__name__)


def _run(program: Path, folder: str, language: str, pages: Iterable[tuple[str, str]]) -> Files:
    """What Pagefind makes of some pages, run in an empty folder. Raises OSError and ValueError.

    The files come through the pipe: those that it writes may not be whole yet when it says so.
    """
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
            talk = _Conversation(process)
            talk.say({"type": "NewIndex", "config": {"force_language": language}})
            for url, html in pages:
                talk.say({"type": "AddFile", "index_id": 0, "url": url, "file_contents": html, "file_path": None})
            talk.say({"type": "GetFiles", "index_id": 0})
            return {file.path: base64.b64decode(file.content) for file in talk.last_answer().files}
        finally:
            timer.cancel()
            process.kill()


class _Conversation:
    """Questions and answers: base64 of JSON, each followed by a comma.

    All is said before anything is heard: Pagefind reads on while it works, so that one page is made while another is
    indexed. It keeps the order.
    """

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._questions, self._answers = process.stdin, process.stdout
        self._said = 0

    def say(self, payload: dict[str, object]) -> None:
        """Say something. Raises OSError where nobody listens."""
        self._said += 1
        question = msgspec.json.encode({"message_id": self._said, "payload": payload})
        self._questions.write(base64.b64encode(question) + b",")
        self._questions.flush()

    def last_answer(self) -> "_Payload":
        """The answer to what was said last. Raises OSError where one does not come, ValueError for a complaint."""
        rest = b""
        while True:
            *whole, rest = self._heard(rest).split(b",")
            for answer in whole:
                told = msgspec.json.decode(base64.b64decode(answer), type=_Answer)
                if told.payload.type == "Error":
                    raise ValueError(told.payload.message or told.payload.original_message)
                if told.message_id == self._said:
                    return told.payload

    def _heard(self, rest: bytes) -> bytes:
        """What has come since, up to the end of an answer, behind ``rest``."""
        pieces = [rest]
        while b"," not in pieces[-1]:
            pieces.append(os.read(self._answers.fileno(), 1 << 20))
            if not pieces[-1]:
                raise OSError("Pagefind ended, or took too long")
        return b"".join(pieces)


class _File(msgspec.Struct):
    path: str
    content: str


class _Payload(msgspec.Struct):
    type: str
    message: str | None = ""
    original_message: str | None = ""
    files: tuple[_File, ...] = ()


class _Answer(msgspec.Struct):
    payload: _Payload
    message_id: int | None = None


class _Language(msgspec.Struct):
    hash: str
    wasm: str | None
    page_count: int


class _Entry(msgspec.Struct):
    version: str
    languages: dict[str, _Language]
    include_characters: tuple[str, ...]


class _Fragment(msgspec.Struct):
    """What results show of a page, of all that Pagefind knows of it."""

    url: str
    filters: dict[str, tuple[str, ...]]
    meta: dict[str, str]


def _ordered(made: Files, *, has_program: bool) -> Files:
    """What Pagefind made, but for its user interfaces and for chance. Raises KeyError and ValueError."""
    entry = msgspec.json.decode(made[ENTRY], type=_Entry)
    (code, language), *others = entry.languages.items()
    if others:
        raise ValueError("an index of several languages")
    files = {path: data for path, data in made.items() if path.startswith(_PIECE)}
    files |= {path: _shortened(data) for path, data in made.items() if path.startswith(_FRAGMENT)}
    filters = dict(_filters(made, code))
    files.update((path, data) for path, data in filters.values())
    meta = _decoded(made[f"pagefind.{language.hash}.pf_meta"])
    names = sorted(str(row[0]) for row in _rows(meta[3]))
    meta[3] = [[name, _hash_of(filters[name][0])] for name in names]
    files[META] = _packed(_SIGNATURE + cbor.encode(meta))
    if has_program:
        language.hash = ""
        files[STEMMER] = made[f"wasm.{language.wasm or 'unknown'}.pagefind"]
        files[PROGRAM] = made[PROGRAM][: made[PROGRAM].index(_MANY)] + _EXPORT
        files[ENTRY] = msgspec.json.encode(entry)
    return files


def _shortened(data: bytes) -> bytes:
    """A fragment without the text, which is for excerpts: ten of them come with every search."""
    fragment = msgspec.json.decode(gzip.decompress(data).removeprefix(_SIGNATURE), type=_Fragment)
    return _packed(_SIGNATURE + msgspec.json.encode({**msgspec.structs.asdict(fragment), "content": "", "anchors": ()}))


def _filters(made: Files, language: str) -> Iterator[tuple[str, tuple[str, bytes]]]:
    """Name of each filter, its path and its bytes: the values in order."""
    for path, data in sorted(made.items()):
        if path.startswith("filter/"):
            name, values = _decoded(data)
            packed = _packed(_SIGNATURE + cbor.encode([name, [*sorted(_rows(values), key=_first)]]))
            yield str(name), (f"filter/{_named(language, packed, 7)}.pf_filter", packed)


def _decoded(data: bytes) -> list[cbor.Value]:
    """What a file of Pagefind's holds. Raises ValueError, or what gzip raises."""
    data = gzip.decompress(data)
    value = cbor.decode(data.removeprefix(_SIGNATURE)) if data.startswith(_SIGNATURE) else None
    if not isinstance(value, list):
        raise ValueError("an index of an unknown form")
    return value


def _rows(value: cbor.Value) -> list[list[cbor.Value]]:
    if not isinstance(value, list):
        raise ValueError("an index of an unknown form")
    return [row for row in value if isinstance(row, list)]


def _first(row: list[cbor.Value]) -> str:
    return str(row[0])


def _packed(data: bytes) -> bytes:
    return gzip.compress(data, 9, mtime=0)


def _named(language: str, data: bytes, length: int) -> str:
    return f"{language}_{blake2b(data).hexdigest()[:length]}"


def _hash_of(path: str) -> str:
    return path.rpartition("/")[2].partition(".")[0]
