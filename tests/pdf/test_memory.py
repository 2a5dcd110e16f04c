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
sizes = "".join(f'<p style="font-size: {size}pt">Die <b>große</b> <i>Stadt</i></p>' for size in range(8, 48))
job = pdf.PdfJob(f'<html lang="de"><body><h1>Nachricht</h1>{sizes}'.encode(), "https://example.org/", {})
fontconfig = pdf.write_fontconfig(Path(sys.argv[1]))

def used(pdfs):
    for _ in range(pdfs):
        pdf.typeset(job, fontconfig)
    gc.collect()
    return libc.mallinfo2().used

before = used(6)
print((used(24) - before) / 24)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc says what is in use")
def test_a_pdf_of_many_fonts_leaves_no_memory_of_c_behind(tmp_path: Path) -> None:
    """Bytes in use, as the allocator counts them: no clock, and no page of memory that is kept for later."""
    words = [sys.executable, "-c", _MEASURE, str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    done = subprocess.run(words, capture_output=True, text=True, check=True, env=environment)
    assert float(done.stdout) < 400


def test_a_worker_that_typesets_is_replaced_now_and_then() -> None:
    """Words that it has learnt to hyphenate are kept for good; ``test_sealed_tasks`` holds that its memory goes."""
    assert TYPESETTING.lifetime <= 500
