"""Bytes of a text file → composed text (UTF-8, NFC, one kind of line end), or where it is not text.

The bytes decide, nothing is guessed: a file in another encoding is an error that names its first wrong byte. Marks are
put in order with the first ones counted, for putting a long run of them in order takes its length squared
(https://www.unicode.org/reports/tr15/#Stream_Safe_Text_Format).
"""

import re
import unicodedata

from kommunalnews.diagnostics import N_, Diagnostic, Location, error

MARKS = 64
"""Combining marks on one letter; Unicode's own stream-safe form has 30."""

_BOM = b"\xef\xbb\xbf"
_LINE_END = re.compile(r"\r\n?")
_UNSEEN = ("\x85", "\u2028", "\u2029")
"""Line ends that neither YAML nor Markdown nor an editor agree on: a blank, so that columns stay."""
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_TWO_SAMPLES = re.compile("[\u0300-\U0010ffff]{2}")
_MARKED = re.compile(f"[\u0300-\U0010ffff]{{{MARKS + 1},}}")


def is_printable(text: str) -> bool:
    """Whether a text holds nothing but what can be seen, spaces and line ends: most do, and this is told fast."""
    return text.replace("\n", "").isprintable()


def text_of(data: bytes, path: str) -> str | Diagnostic:
    """The text of a file, without a byte order mark."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        message = N_("This file is stored as UTF-16")
        return error("encoding", message, Location(path), N_("Save it as UTF-8"))
    data = data.removeprefix(_BOM)
    try:
        text = data.decode()
    except UnicodeDecodeError as problem:
        return _wrong_byte(data, problem.start, path)
    text = _LINE_END.sub("\n", text) if "\r" in text else text
    if text.isascii() is False:
        if (too_many := _run_of_marks(text)) is not None:
            message = N_("More than {limit} marks stand on one letter here")
            return error("combining-marks", message, _place(text, too_many, path), N_("Remove them"), limit=str(MARKS))
        text = unicodedata.normalize("NFC", text)
        for line_end in _UNSEEN:
            text = text.replace(line_end, " ")
    if not is_printable(text) and (control := _CONTROL.search(text)):
        message = N_("There is an invisible control character here ({name})")
        name = f"U+{ord(control[0]):04X}"
        return error(
            "control-character", message, _place(text, control.start(), path), N_("Delete it and save again"), name=name
        )
    return text


def _wrong_byte(data: bytes, offset: int, path: str) -> Diagnostic:
    before = _LINE_END.sub("\n", data[:offset].decode())
    rest = re.split(rb"[\r\n]", data[offset : offset + 400], maxsplit=1)[0].decode(errors="replace")
    line = before.rpartition("\n")[2]
    place = Location(path, before.count("\n") + 1, len(line) + 1, 1, line + rest)
    guess = data[offset : offset + 1].decode("cp1252", errors="replace")
    message = N_("This file is not stored as UTF-8: byte {byte} does not belong here")
    if guess.isalpha():
        message = N_("This file is not stored as UTF-8: byte {byte} does not belong here (in Latin-1 it is “{guess}”)")
    hint = N_("Open it in your editor and save it as UTF-8")
    return error("encoding", message, place, hint, byte=f"0x{data[offset]:02X}", guess=guess)


def _run_of_marks(text: str) -> int | None:
    """Where more than ``MARKS`` combining marks follow one another."""
    if not _TWO_SAMPLES.search(text[:: MARKS // 2]):
        return None  # a run that long would hold two samples in a row
    for run in _MARKED.finditer(text):
        length = 0
        for offset, character in enumerate(run[0]):
            length = length + 1 if unicodedata.combining(character) else 0
            if length > MARKS:
                return run.start() + offset
    return None


def _place(text: str, offset: int, path: str) -> Location:
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    line = text[start : end if end >= 0 else len(text)]
    return Location(path, text.count("\n", 0, offset) + 1, offset - start + 1, 1, line)
