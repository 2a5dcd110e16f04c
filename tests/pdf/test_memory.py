"""A process that makes one PDF after the other gives back what each of them takes."""

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from kommunalnews.stages.typesetting import TYPESETTING

pytestmark = pytest.mark.pdf

SOURCE = Path(__file__).parents[2] / "src"
_MEASURE = """
import ctypes, gc, sys
from pathlib import Path
from kommunalnews.rendering import pdf

class Arena(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in "a b c d e f g used h i".split()]

libc = ctypes.CDLL(None)
libc.mallinfo2.restype = Arena
fontconfig = pdf.write_fontconfig(Path(sys.argv[1]))
pdf.prepare(fontconfig, "de")
from weasyprint.pdf.fonts import Font

asked = []
begin = Font.__init__
Font.__init__ = lambda font, *arguments: (asked.append(arguments), begin(font, *arguments))[1]
pdf.prepare(fontconfig, "de")
Font.__init__ = begin

def used(times):
    for _ in range(times):
        Font(*asked[0])
    gc.collect()
    return libc.mallinfo2().used

before = used(100)
print((used(5000) - before) / 5000)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc says what is in use")
def test_a_font_of_a_pdf_leaves_no_memory_of_c_behind(tmp_path: Path) -> None:
    """Bytes in use, as the allocator counts them: no clock, and no page of memory that is kept for later."""
    words = [sys.executable, "-c", _MEASURE, str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    done = subprocess.run(words, capture_output=True, text=True, check=True, env=environment)
    assert float(done.stdout) < 8


def test_a_worker_that_typesets_is_replaced_now_and_then() -> None:
    """Words that it has learnt to hyphenate are kept for good; ``test_sealed_tasks`` holds that its memory goes."""
    assert TYPESETTING.lifetime <= 500
