"""What an editor wrote as a file's name → the source path it means."""

import posixpath


def source_path(base: str, name: str) -> str:
    """The source path that ``name`` means in the file ``base``: relative to it, or below content/ with a slash."""
    if name.startswith("/"):
        return "content" + posixpath.normpath(name)
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), name))
