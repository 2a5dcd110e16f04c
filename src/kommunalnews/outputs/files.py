"""Pictures, attachments and what lies in ``static/`` → copies."""

from collections.abc import Iterator

from kommunalnews import urls
from kommunalnews.outputs.views import Views
from kommunalnews.recipes import CopyRecipe, Output


def assets(views: Views) -> Iterator[Output]:
    """Pictures and attachments that something public shows; two files with the same name and bytes are one."""
    seen = set()
    for path, asset in sorted(views.files.assets.items()):
        if asset.address not in seen:
            seen.add(asset.address)
            yield Output(urls.output_path(asset.address), CopyRecipe(path, asset.digest), path)


def statics(views: Views) -> Iterator[Output]:
    """Everything in ``static/``, the packaged files and those of the site."""
    for path, digest in sorted(views.statics.items()):
        yield Output(path, CopyRecipe(f"static/{path}", digest), f"static/{path}")
