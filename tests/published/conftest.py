"""The sites that are looked at, each built once; and a browser that reads them at their real addresses."""

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from published import stadtbote
from published.output import Published, build
from published.visiting import Visits

ROOT = Path(__file__).parents[2]
DEMO_NOW = "2018-07-24T12:00"
DEMO_BASE_URL = "https://www.example.org/"
DEMO_OPTIONS = ("--now", DEMO_NOW, "--no-pdf", "-b", DEMO_BASE_URL)


def written(folder: Path, fragments: str = "inline") -> Path:
    """The source of the Stadtbote in a new folder."""
    for name, text in stadtbote.files(fragments).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
    return folder


def once(factory: pytest.TempPathFactory, name: str, source: Path, base_url: str, *options: str) -> Published:
    """A site that is built once for all processes that test, and called ``name``; nobody may change it."""
    own = factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / f"{name}-of-all"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # until whoever was first has built it
        if not (folder / "public").is_dir():
            build(source, folder / "unfinished", base_url, *options)
            (folder / "unfinished").rename(folder / "public")
    return Published(folder / "public", base_url)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """This repository's own site on a Tuesday in July 2018, without PDFs."""
    return once(tmp_path_factory, "demo", ROOT, DEMO_BASE_URL, *DEMO_OPTIONS)


@pytest.fixture(scope="session")
def small_source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source of the Stadtbote."""
    return written(tmp_path_factory.mktemp("small") / "source")


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory, small_source: Path) -> Published:
    """The Stadtbote without PDFs."""
    return once(tmp_path_factory, "small", small_source, stadtbote.BASE_URL, "--now", stadtbote.NOW, "--no-pdf")


@pytest.fixture(scope="session")
def sites(demo: Published, small: Published) -> tuple[Published, ...]:
    """Both of them."""
    return demo, small


@pytest.fixture(scope="session")
def visits(browser: Browser, demo: Published, small: Published) -> Iterator[Visits]:
    """Visits to either site in the browser; the host says which."""
    made = Visits(browser, (demo, small))
    yield made
    made.close()
