"""A small portal on disk, and the command line as a real process."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import kommunalnews

SITE = """\
title: Hilltown Herald
base_url: https://herald.example.org/
language: en
sections: [Town, Country]
"""
ARTICLE = """\
---
title: {title}
date: {date}
section: Town
{more}---

Some words about it.
"""
NOW = "2026-11-23T12:00"
CACHE = ".cache/kommunalnews"
_CLEARED = ("KOMMUNALNEWS_STORE", "CI", "NO_COLOR", "GITHUB_WORKSPACE", "LANGUAGE", "LC_ALL", "LC_MESSAGES")


def article(title: str, date: str = "2026-11-20", **more: str) -> str:
    """The source of an article."""
    return ARTICLE.format(title=title, date=date, more="".join(f"{name}: {value}\n" for name, value in more.items()))


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """Write files below ``folder``."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def make_portal(folder: Path, files: Mapping[str, str] | None = None, *, is_new: bool = False) -> Path:
    """A portal with one article, and with ``files`` beside it.

    Its templates have been compiled before, which takes most of a first build; not so when it ``is_new``.
    """
    first = {"content/site.yaml": SITE, "content/articles/2026/fair.md": article("The fair is open")}
    if not is_new:
        put_compiled_templates(folder / CACHE)
    return write(folder, {**first, **(files or {})})


def put_compiled_templates(cache: Path) -> None:
    """Put into a new cache the compiled templates that the first build of a portal in English would keep there."""
    folder = cache / "templates"
    folder.mkdir(parents=True)
    for name, code in _compiled().items():
        (folder / name).write_bytes(code)


@lru_cache
def _compiled() -> Mapping[str, bytes]:
    """The compiled templates by name, once in a process."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = make_portal(Path(temporary), is_new=True)
        done = run(folder, "build", "--no-pdf", "--now", NOW, "-j", "1")
        assert done.returncode == 0, done.stderr
        return {path.name: path.read_bytes() for path in (folder / CACHE / "templates").iterdir()}


def environment(**more: str) -> dict[str, str]:
    """The same environment on every machine, English and without a terminal."""
    kept = {name: value for name, value in os.environ.items() if name not in _CLEARED}
    package = str(Path(kommunalnews.__file__).parent.parent)
    return {**kept, "LANG": "C.UTF-8", "PYTHONPATH": package, **more}


def command(*arguments: str) -> list[str]:
    """The command line of ``kommunalnews`` with these arguments."""
    return [sys.executable, "-P", "-m", "kommunalnews", *arguments]


def run(folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run ``kommunalnews`` in ``folder``."""
    return subprocess.run(
        command(*arguments),
        cwd=folder,
        env=environment(**more),
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
