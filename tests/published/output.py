"""A built site as its readers meet it: addresses → files, pages and what they refer to."""

import re
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from cli.portal import run
from sites import tree

from published.markup import Element, parse

MANIFEST = ".kommunalnews/"
"""Where the engine keeps its own note: sizes and times of files, so never the same twice."""


class Published:
    """The output folder of one build. Addresses are root-relative: ``/suche/``."""

    def __init__(self, folder: Path, base_url: str) -> None:
        self.folder = folder
        self.base_url = base_url
        """Ends with ``/``; the site stands at the root of its host."""
        self._pages: dict[str, Element] = {}

    @cached_property
    def files(self) -> dict[str, bytes]:
        """Every published file: path → bytes."""
        return {path: data for path, data in tree(self.folder).items() if not path.startswith(MANIFEST)}

    def paths(self, ending: str) -> list[str]:
        """Paths of the files with this ending, sorted."""
        return sorted(path for path in self.files if path.endswith(ending))

    def below(self, address: str) -> list[str]:
        """Addresses of the pages right below an index, sorted."""
        found = re.compile(rf"{re.escape(address.lstrip('/'))}[^/]+/index\.html")
        return [self.address(path) for path in self.paths(".html") if found.fullmatch(path)]

    @staticmethod
    def address(path: str) -> str:
        """The address of a file."""
        return "/" + path.removesuffix("index.html")

    @staticmethod
    def path(address: str) -> str:
        """The file at an address."""
        path = unquote(urlsplit(address).path).lstrip("/")
        return f"{path}index.html" if not path or path.endswith("/") else path

    def has(self, address: str) -> bool:
        """Whether there is a file at the address."""
        return self.path(address) in self.files

    def read(self, address: str) -> str:
        """The text at an address."""
        return self.files[self.path(address)].decode("utf-8")

    def page(self, address: str) -> Element:
        """The page at an address, parsed once."""
        path = self.path(address)
        if path not in self._pages:
            self._pages[path] = parse(self.files[path].decode("utf-8"))
        return self._pages[path]

    def resolve(self, address: str, reference: str) -> str | None:
        """A reference on the page at ``address`` → an address of this site with its fragment; None if elsewhere."""
        parts = urlsplit(urljoin(self.base_url.rstrip("/") + address, reference))
        own = urlsplit(self.base_url)
        if (parts.scheme, parts.netloc) != (own.scheme, own.netloc):
            return None
        return parts.path + (f"#{parts.fragment}" if parts.fragment else "")


def build(source: Path, destination: Path, base_url: str, *options: str) -> Published:
    """Build a site with the command line as people use it, without a cache; it must have nothing to complain of."""
    done = run(destination.parent, "build", "-s", str(source), "-d", str(destination), "--no-cache", *options)
    assert done.returncode == 0, done.stdout + done.stderr
    return Published(destination, base_url)
