"""Alternative texts → whether they can be meant: the name of a file tells nobody what a picture shows."""

import re

from kommunalnews.diagnostics import N_

ALT_OF_DECORATION = N_("The picture has an alternative text although it only decorates")
ALT_IS_FILE_NAME = N_("The alternative text “{alt}” is the name of a file")

_FILE_NAME = re.compile(
    r"\S.*\.(?:jpe?g|png|gif|webp|avif|svg|tiff?|heic|bmp)|(?:IMG|DSC[FN]?|DCIM|PXL|MVIMG)[-_]?\d{3,}\S*", re.I
)


def is_file_name(text: str) -> bool:
    """Whether a text is what cameras and programs call pictures: ``IMG_1234``, ``bridge.jpg``."""
    return _FILE_NAME.fullmatch(text) is not None
