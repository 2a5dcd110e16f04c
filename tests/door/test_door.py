"""A fresh checkout → the running program, tried with real processes.

The checkouts are small: the real `build.py`, locks that pin nothing, and a package that only says how it was called.
They ask for no PDFs, so that nothing is installed on the machine that runs the tests.
"""

import ast
import hashlib
import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest

REPOSITORY = Path(__file__).parents[2]
DOOR = REPOSITORY / "build.py"

ECHO = """
import json, os, sys
called = os.environ.get("KOMMUNALNEWS_CALLED")
told = {"arguments": sys.argv[1:], "folder": os.getcwd(), "python": sys.executable, "called": called}
print(json.dumps(told))
sys.exit(7 if "seven" in sys.argv else 0)
"""

UNKNOWN_PACKAGE = f"kommunalnews-has-no-such-package==1.0 --hash=sha256:{'0' * 64}\n"


@dataclass(frozen=True)
class Checkout:
    """A folder with a door in it."""

    root: Path

    def write(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def start(self, *arguments: str, folder: Path | None = None, **environment: str) -> "subprocess.Popen[str]":
        """Begin a start that the test wants to watch or disturb."""
        return subprocess.Popen(
            [sys.executable, str(self.root / "build.py"), *arguments],
            cwd=folder or self.root,
            env=clean_environment() | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            start_new_session=True,  # so that a signal can go to the whole group, as from a terminal
        )

    def run(self, *arguments: str, folder: Path | None = None, **environment: str) -> "Answer":
        return Answer.of(self.start(*arguments, folder=folder, **environment))

    @property
    def stamp(self) -> Path:
        return self.root / ".venv/.lock-digest"


@dataclass(frozen=True)
class Answer:
    """What a start said, and how it ended."""

    code: int
    told: tuple[str, ...]
    """The lines for the person (standard error)."""

    output: str

    @classmethod
    def of(cls, process: "subprocess.Popen[str]") -> "Answer":
        output, told = process.communicate(timeout=120)
        return cls(process.returncode, tuple(told.splitlines()), output)

    @property
    def arguments(self) -> list[str]:
        """What arrived behind the door."""
        arguments: list[str] = json.loads(self.output)["arguments"]
        return arguments


def clean_environment() -> dict[str, str]:
    """Ours without what would reach into the small checkout: coverage's hooks, Python's own settings."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("COV", "PYTHON"))}


def new_checkout(root: Path) -> Checkout:
    """A checkout in which nothing was started yet."""
    checkout = Checkout(root)
    checkout.write("build.py", DOOR.read_text(encoding="utf-8"))
    checkout.write("requirements.lock", "# nothing is pinned\n")
    checkout.write("requirements-dev.lock", "# nothing is pinned, for tests\n")
    checkout.write("src/kommunalnews/__init__.py", "")
    checkout.write("src/kommunalnews/__main__.py", ECHO)
    return checkout


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A checkout in which nothing was started yet."""
    return new_checkout(tmp_path / "a checkout")


@pytest.fixture(scope="module")
def once_installed(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A checkout after a first start, and a copy of it beside it, called ``kept``."""
    checkout = new_checkout(tmp_path_factory.mktemp("installed") / "a checkout")
    assert checkout.run("check").code == 0
    shutil.copytree(checkout.root, checkout.root.with_name("kept"), symlinks=True)
    return checkout


@pytest.fixture
def installed(once_installed: Checkout) -> Checkout:
    """A checkout after a first start, as that left it whatever other tests did: a `.venv` cannot be moved."""
    shutil.rmtree(once_installed.root)
    shutil.copytree(once_installed.root.with_name("kept"), once_installed.root, symlinks=True)
    return once_installed


@pytest.fixture(scope="module")
def door() -> ModuleType:
    """`build.py` as a module, for its pure functions."""
    spec = importlib.util.spec_from_file_location("door_of_kommunalnews", DOOR)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# ── an old Python ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_python_3_6_can_read_the_file_up_to_the_refusal() -> None:
    tree = ast.parse(DOOR.read_text(encoding="utf-8"), feature_version=(3, 6))
    docstring, *imports, check = tree.body[:4]
    assert isinstance(docstring, ast.Expr)
    assert all(isinstance(statement, ast.Import) for statement in imports)
    assert isinstance(check, ast.If)
    assert "version_info" in ast.unparse(check.test)


def test_an_old_python_is_refused_in_one_sentence() -> None:
    program = (
        "import runpy, sys; sys.version_info = (3, 10, 4, 'final', 0); "
        f"runpy.run_path({str(DOOR)!r}, run_name='__main__')"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert answer.returncode == 2
    assert answer.stderr == "kommunalnews needs Python 3.11 or newer, and this is 3.10.\n"


# ── what is handed over ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("typed", "handed_over"),
    [
        ("", "build -s HOME"),
        ("--strict", "build -s HOME --strict"),
        ("-s elsewhere", "build -s elsewhere"),
        ("build -selsewhere", "build -selsewhere"),
        ("build --source=elsewhere", "build --source=elsewhere"),
        ("check --strict", "check -s HOME --strict"),
        ("serve", "serve -s HOME"),
        ("list drafts", "list -s HOME drafts"),
        ("new article Titel --section Panorama", "new article -s HOME Titel --section Panorama"),
        ("new --help", "new --help"),
        ("init my-portal", "init my-portal"),
        ("--version", "--version"),
        ("--help", "--help"),
    ],
)
def test_the_source_is_the_doors_folder_unless_one_is_named(door: ModuleType, typed: str, handed_over: str) -> None:
    assert door.with_defaults(typed.split()) == [
        str(REPOSITORY) if word == "HOME" else word for word in handed_over.split()
    ]


def test_arguments_folder_and_exit_code_pass_through(installed: Checkout, tmp_path: Path) -> None:
    answer = installed.run("check", "-s", "relative", "seven", "ä ö", folder=tmp_path)
    assert answer.arguments == ["check", "-s", "relative", "seven", "ä ö"]
    assert json.loads(answer.output)["folder"] == str(tmp_path)
    assert answer.code == 7


def test_init_is_told_what_was_typed(installed: Checkout, tmp_path: Path) -> None:
    called = json.loads(installed.run("init", "portal", folder=tmp_path).output)["called"]
    assert called == f"python3 '{installed.root / 'build.py'}'"


def test_modules_in_the_callers_folder_are_not_imported(installed: Checkout, tmp_path: Path) -> None:
    (tmp_path / "kommunalnews").mkdir()
    (tmp_path / "kommunalnews/__main__.py").write_text("raise SystemExit('the wrong one')")
    assert installed.run("check", folder=tmp_path).arguments == ["check", "-s", str(installed.root)]


# ── .venv ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_second_start_installs_nothing_and_says_nothing(checkout: Checkout) -> None:
    first, second = checkout.run("check"), checkout.run("check")
    assert first.told == ("Installing the packages of requirements.lock into .venv (only once) …",)
    assert second.told == ()
    assert second.output == first.output
    assert json.loads(second.output)["python"].startswith(str(checkout.root / ".venv"))


def test_a_changed_lock_makes_the_environment_anew(installed: Checkout) -> None:
    (installed.root / ".venv/left-over").touch()
    installed.write("requirements.lock", "# still nothing\n")
    assert installed.run("check").code == 0
    assert not (installed.root / ".venv/left-over").exists()


def test_an_interrupted_install_is_redone(checkout: Checkout) -> None:
    process = checkout.start("check")
    while not (checkout.root / ".venv/pyvenv.cfg").exists():
        assert process.poll() is None
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    interrupted = Answer.of(process)
    assert interrupted.code == 130
    assert interrupted.told[-1] == "Interrupted."
    assert not checkout.stamp.exists()

    assert checkout.run("check").arguments == ["check", "-s", str(checkout.root)]


def test_an_environment_whose_python_is_gone_is_redone(installed: Checkout) -> None:
    (installed.root / ".venv/bin/python").unlink()
    assert installed.run("check").code == 0


def test_a_damaged_stamp_is_no_stamp(installed: Checkout) -> None:
    installed.stamp.write_bytes(b"\xff\x00")
    assert installed.run("check").code == 0


def test_two_first_starts_at_once_share_one_environment(checkout: Checkout) -> None:
    starts = [checkout.start("check") for _ in range(2)]
    answers = [Answer.of(start) for start in starts]
    assert [answer.code for answer in answers] == [0, 0]
    told = sorted(line for answer in answers for line in answer.told)
    assert told == [
        "Another start is installing: waiting for it …",
        "Installing the packages of requirements.lock into .venv (only once) …",
    ]


# ── what can be missing ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_missing_lock_is_named(checkout: Checkout) -> None:
    (checkout.root / "requirements.lock").unlink()
    answer = checkout.run("check")
    assert answer.code == 2
    assert answer.told == (
        "requirements.lock is missing beside build.py: get it back with `git checkout requirements.lock`.",
    )


def test_no_network_is_said_in_one_sentence(checkout: Checkout) -> None:
    checkout.write("requirements.lock", UNKNOWN_PACKAGE)
    answer = checkout.run("check", PIP_NO_INDEX="1", PIP_FIND_LINKS="")
    assert answer.code == 2
    assert len(answer.told) == 2
    assert answer.told[1].startswith("The packages of requirements.lock could not be fetched: is there a network?")
    assert "kommunalnews-has-no-such-package" in (checkout.root / ".venv/install.log").read_text(encoding="utf-8")
    assert not checkout.stamp.exists()


def test_a_package_with_another_hash_is_refused(checkout: Checkout) -> None:
    wheel = checkout.root / "wheels/tiny-1.0-py3-none-any.whl"
    wheel.parent.mkdir()
    with zipfile.ZipFile(wheel, "w") as file:
        file.writestr("tiny.py", "")
        file.writestr("tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        file.writestr("tiny-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        file.writestr("tiny-1.0.dist-info/RECORD", "")
    checkout.write("requirements.lock", f"tiny==1.0 --hash=sha256:{'0' * 64}\n")
    answer = checkout.run("check", PIP_NO_INDEX="1", PIP_FIND_LINKS=wheel.parent.as_uri())
    assert answer.code == 2
    assert "THESE PACKAGES DO NOT MATCH THE HASHES" in answer.told[1]

    checkout.write("requirements.lock", f"tiny==1.0 --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n")
    assert checkout.run("check", PIP_NO_INDEX="1", PIP_FIND_LINKS=wheel.parent.as_uri()).code == 0


# ── the tests' own command ───────────────────────────────────────────────────────────────────────────────────────────


def test_the_test_command_sums_up_every_judge_and_fails_if_one_does(installed: Checkout) -> None:
    answer = installed.run("test", PATH="")  # the locks pin nothing, so every judge is missing
    assert answer.code == 1
    assert [line.split("  ")[0] for line in answer.told[-5:]] == [
        "ruff check",
        "ruff format",
        "mypy",
        "lint-imports",
        "pytest",
    ]
    assert all(line.endswith("failed (exit code 1)") for line in answer.told[-5:])


def test_what_the_tests_need_comes_on_top_and_serves_builds_too(installed: Checkout) -> None:
    (installed.root / ".venv/kept").touch()
    installed.run("test", PATH="")
    assert (installed.root / ".venv/kept").exists()
    assert installed.run("check").told == ()


def test_the_locks_agree() -> None:
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^[a-z0-9-]+==[^ ]+", (REPOSITORY / name).read_text(encoding="utf-8"), re.MULTILINE))

    assert pins("requirements.lock")
    assert pins("requirements.lock") <= pins("requirements-dev.lock")
