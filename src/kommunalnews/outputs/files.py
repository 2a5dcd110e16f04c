"""Pictures, attachments and what lies in ``static/`` → pictures in several sizes, and copies."""

from collections.abc import Iterator
from functools import partial

from kommunalnews import scales, urls
from kommunalnews.content.model import Asset
from kommunalnews.digest import of_value
from kommunalnews.outputs.views import Views
from kommunalnews.recipes import CopyRecipe, DrawingRecipe, Group, Inserts, Output, PictureRecipe


def assets(views: Views) -> Iterator[Group]:
    """Pictures and attachments that something public shows; two files with the same name and bytes are one."""
    seen = set()
    for _, asset in sorted(views.files.assets.items()):
        if asset.address not in seen:
            seen.add(asset.address)
            yield Group(of_value(("file", asset)), partial(_of_asset, asset))


def _of_asset(asset: Asset, _: Inserts) -> Iterator[Output]:
    """A copy; of a picture, itself without its metadata, and in all its sizes and formats."""
    whole = urls.output_path(asset.address)
    if asset.treatment == "file":
        yield Output(whole, unscaled(asset), asset.path)
        return
    size = scales.whole(asset.width, asset.height)
    plain = scales.plain_format(asset.treatment)
    yield Output(whole, picture(asset, size, plain), asset.path)
    offered = [(kind, width) for kind in scales.formats(asset.treatment) for width in _widths(asset, size)]
    offered += [(plain, width) for width in scales.plain_widths(asset.treatment, size)]
    for kind, width in offered:
        address = urls.scaled_picture(asset.address, width, scales.SUFFIXES[kind])
        yield Output(urls.output_path(address), picture(asset, scales.scaled(size, width), kind), asset.path)


def _widths(asset: Asset, size: scales.Size) -> tuple[int, ...]:
    return scales.widths(asset.treatment, size)


def picture(asset: Asset, size: scales.Size, kind: scales.Format) -> PictureRecipe:
    """How one size of a picture is made."""
    return PictureRecipe(asset.path, asset.digest, *size, kind, asset.treatment, asset.credit)


def unscaled(asset: Asset) -> CopyRecipe | DrawingRecipe:
    """How what has no sizes is published: as it is, but for drawings."""
    if asset.address.endswith(".svg"):
        return DrawingRecipe(asset.path, asset.digest)
    return CopyRecipe(asset.path, asset.digest)


def statics(views: Views) -> Iterator[Output]:
    """Everything in ``static/``, the packaged files and those of the site."""
    for path, digest in sorted(views.statics.items()):
        yield Output(path, CopyRecipe(f"static/{path}", digest), f"static/{path}")
