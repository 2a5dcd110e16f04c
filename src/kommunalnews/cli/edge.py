"""The machine → plain values: clock, environment and terminal are asked here and nowhere below."""

import os
import re
import sys
import time
from functools import cache
from gettext import NullTranslations
from pathlib import Path
from typing import NamedTuple

from kommunalnews.i18n import translations
from kommunalnews.store import is_url

CACHE = Path(".cache", "kommunalnews")
"""Where results are kept, below the source folder."""
_LANGUAGE_VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
_QUOTA = Path("/sys/fs/cgroup/cpu.max")


@cache
def terminal_words() -> NullTranslations:
    """The words of whoever sits at the terminal."""
    return translations(terminal_language())


def _(text: str) -> str:
    """``text`` in the language of the terminal: for help and usage errors."""
    return terminal_words().gettext(text)


def terminal_language() -> str:
    """The language of whoever sits at the terminal, as BCP 47 writes it; English where none is named."""
    for variable in _LANGUAGE_VARIABLES:
        if value := os.environ.get(variable, ""):
            tag = re.split(r"[.@:]", value)[0].replace("_", "-")
            return tag if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]+)*", tag) else "en"
    return "en"


def called() -> str:
    """What to type for this program: ``kommunalnews``, or what ``build.py`` of a checkout says."""
    return os.environ.get("KOMMUNALNEWS_CALLED") or "kommunalnews"


def now() -> int:
    """Seconds since 1970-01-01T00:00:00Z."""
    return int(time.time())


def usable_cores() -> int:
    """Cores this process may run on, as affinity and the control group allow."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = _QUOTA.read_text(encoding="ascii").split()
        cores = min(cores, max(1, round(int(quota) / int(period))))
    except (OSError, ValueError):  # no control group, or "max"
        pass
    return cores


class Kept(NamedTuple):
    """Where results are kept."""

    folder: str
    """On this machine; absolute, or empty where nothing is kept."""
    url: str = ""
    """That other machines share, or empty."""


def cache_folder(source: Path, store: str | None, *, kept: bool) -> Kept:
    """Where to keep the results of a build of ``source``, if they are to be ``kept`` and somebody wants ``store``."""
    if not kept:
        return Kept("")
    wanted = store or os.environ.get("KOMMUNALNEWS_STORE", "")
    if is_url(wanted):
        return Kept(str(source / CACHE), wanted)
    return Kept(str(Path(wanted).absolute() if wanted else source / CACHE))


def is_terminal() -> bool:
    """Whether progress can be drawn: a person looks on, at a screen that can move its cursor."""
    return sys.stderr.isatty() and "CI" not in os.environ and os.environ.get("TERM") != "dumb"


def has_colour() -> bool:
    """Whether diagnostics may be coloured (https://no-color.org)."""
    return sys.stderr.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def workspace() -> Path:
    """The folder that paths in workflow commands are relative to."""
    return Path(os.environ.get("GITHUB_WORKSPACE") or ".").absolute()
