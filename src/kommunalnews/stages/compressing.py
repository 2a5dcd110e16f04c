"""Published file → the same, compressed: what a server sends to whoever can read it.

The bytes depend on the file alone: a header of gzip holds neither name nor time.
"""

import gzip

from kommunalnews.digest import of_bytes
from kommunalnews.executors import Loss
from kommunalnews.recipes import Coding, CompressedRecipe, Output
from kommunalnews.stages.losses import told
from kommunalnews.stages.making import Rendered, Rendering, not_written, timed

_LASTING = (".css", ".js", ".mjs", ".svg")
"""Files that change so seldom that the last percent is worth thirty times the time."""


def compress_output(shared: Rendering, output: Output) -> Rendered:
    """Compress a published file, and publish that beside it."""
    return timed(shared.clock, "(compressed)", lambda: _compressed(shared, output))


def _compressed(shared: Rendering, output: Output) -> Rendered:
    recipe = output.recipe
    assert isinstance(recipe, CompressedRecipe)
    try:
        plain = shared.destination.read(recipe.plain)
        data = compressed(plain, recipe.coding, thoroughly=recipe.plain.endswith(_LASTING))
        size, mtime_ns, is_new = shared.destination.write(output.path, data)
    except OSError as fault:
        return Rendered(output.path, diagnostics=(not_written(output, fault),))
    inputs = ((recipe.plain, of_bytes(plain)),)
    return Rendered(output.path, of_bytes(data), size, mtime_ns, is_new, inputs=inputs)


def compressed(data: bytes, coding: Coding, *, thoroughly: bool) -> bytes:
    """The bytes in a coding; the same for the same."""
    if coding == "gz":
        return gzip.compress(data, 9, mtime=0)
    import brotli  # most portals do without

    found: bytes = brotli.compress(data, mode=brotli.MODE_TEXT, quality=11 if thoroughly else 7)
    return found


def lost_output(output: Output, loss: Loss) -> Rendered:
    """The result for a file whose worker did not come back."""
    return Rendered(output.path, diagnostics=(told(loss, output.source or output.path),))
