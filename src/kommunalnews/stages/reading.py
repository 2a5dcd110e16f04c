"""Source file → what it holds: texts are parsed, pictures and attachments measured.

What was read before and has the same bytes is not read again. Parsers are imported where a text is parsed, for most
builds parse none.
"""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from kommunalnews.content.model import Parsed, ParseSettings, SourceFile
from kommunalnews.content.sources import read_bytes
from kommunalnews.diagnostics import Diagnostic
from kommunalnews.digest import Digest, of_bytes
from kommunalnews.executors import Loss
from kommunalnews.index import Measure, Reading
from kommunalnews.packs import Packs
from kommunalnews.stages.losses import told


class Parsing(msgspec.Struct, frozen=True):
    """What all parse tasks share."""

    root: Path
    settings: ParseSettings
    texts: Packs
    known: Mapping[str, Reading]
    """What was read before, by path."""


def parse_source(shared: Parsing, source: SourceFile) -> bytes:
    """The encoded ``Reading`` of a source file, its text left in the packs; empty where the known one holds."""
    from kommunalnews.content.parsing import parse

    data = read_bytes(shared.root, source)
    if isinstance(data, Diagnostic):
        return _encoded(Reading(source, Digest(""), Parsed(None, None, (data,))))
    digest = of_bytes(data)
    if source.path in shared.known and shared.known[source.path].digest == digest:
        return b""
    parsed = parse(source, data, shared.settings)
    if any(diagnostic.code == "text-too-costly" for diagnostic in parsed.diagnostics):
        digest = Digest("")  # on a quicker machine it may be parsed
    place = shared.texts.put(msgspec.msgpack.encode(parsed.body)) if parsed.item and parsed.body else None
    body = getattr(parsed.item, "body", None)
    text = body.digest if body is not None else None
    return _encoded(Reading(source, digest, msgspec.structs.replace(parsed, body=None), place, text))


def prepare(settings: ParseSettings) -> None:
    """Import what parses, and let it read a word."""
    from kommunalnews.content.parsing import parse

    source = SourceFile("content/pages/prepared.md", "page", 0, 0, 0)
    parse(source, b"---\ntitle: Prepared\n---\nA word.\n", settings)


def same_bytes(root: Path, source: SourceFile, known: Reading) -> bool:
    """Whether a source file has the bytes that it had when it was read."""
    data = read_bytes(root, source)
    return not isinstance(data, Diagnostic) and of_bytes(data) == known.digest


def lost_source(source: SourceFile, loss: Loss) -> bytes:
    """The result for a source whose worker did not come back."""
    return _encoded(Reading(source, Digest(""), Parsed(None, None, (told(loss, source.path),))))


def _encoded(reading: Reading) -> bytes:
    return msgspec.msgpack.encode(reading)


def decoded(data: bytes) -> Reading:
    """The reading that a parse task answered."""
    return msgspec.msgpack.decode(data, type=Reading)


class Measuring(msgspec.Struct, frozen=True):
    """What all measuring tasks share."""

    root: Path
    known: Mapping[str, Measure]
    """What was measured before, by path."""


def measure_file(shared: Measuring, source: SourceFile) -> Measure:
    """The digest, size and address of a picture or an attachment."""
    from kommunalnews.content.pictures import measure, weight_fault

    if too_heavy := weight_fault(source.path, source.size):
        return Measure(source, Digest(""), None, (too_heavy,))
    data = read_bytes(shared.root, source)
    if isinstance(data, Diagnostic):
        return Measure(source, Digest(""), None, (data,))
    digest = of_bytes(data)
    known = shared.known.get(source.path)
    if known is not None and known.digest == digest:
        return msgspec.structs.replace(known, source=source)
    return Measure(source, digest, *measure(source, data, digest))


def lost_file(source: SourceFile, loss: Loss) -> Measure:
    """The result for a file whose worker did not come back."""
    return Measure(source, Digest(""), None, (told(loss, source.path),))
