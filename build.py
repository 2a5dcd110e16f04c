#!/usr/bin/env python3
"""A fresh machine → the running program: `python3 build.py [command …]`, standard library only.

Makes `.venv` from the hash-pinned lock, sees to the native libraries that PDFs need, then becomes `kommunalnews`
with the same arguments; without a command it builds the site that stands in this folder. `python3 build.py test
[pytest arguments]` judges the source and runs the tests. The door's own refusals are one sentence and exit code 2.

A second start reads one stamp and replaces this process: what is slow to import is imported where it is needed.
The file must parse on Python 3.6, or nobody there would ever read the sentence below.
"""

import os
import sys

if sys.version_info < (3, 11):
    print("kommunalnews needs Python 3.11 or newer, and this is {}.{}.".format(*sys.version_info), file=sys.stderr)
    sys.exit(2)

TYPE_CHECKING = False  # as the type checkers know it, without the time to import typing
if TYPE_CHECKING:
    from typing import NoReturn

HOME = os.path.dirname(os.path.realpath(__file__))
VENV = os.path.join(HOME, ".venv")
BIN = os.path.join(VENV, "Scripts" if os.name == "nt" else "bin")
PYTHON = os.path.join(BIN, "python.exe" if os.name == "nt" else "python")
STAMP = os.path.join(VENV, ".lock-digest")
LOG = os.path.join(VENV, "install.log")
RUNTIME, DEVELOPMENT = "requirements.lock", "requirements-dev.lock"

LIBRARIES = {
    "linux": ["libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz.so.0", "libharfbuzz-subset.so.0"],
    "darwin": ["libpango-1.0.dylib", "libpangoft2-1.0.dylib", "libharfbuzz.0.dylib", "libharfbuzz-subset.0.dylib"],
}
DEBIAN_LIBRARIES = ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fontconfig"]
INSTALL_LIBRARIES = {
    "Debian, Ubuntu": "sudo apt-get install " + " ".join(DEBIAN_LIBRARIES),
    "Fedora": "sudo dnf install pango harfbuzz fontconfig",
    "macOS": "brew install pango && export DYLD_FALLBACK_LIBRARY_PATH=$(brew --prefix)/lib",
}
TEST_TOOLS = {
    "chromium": "chromium",
    "pdftotext": "poppler-utils",
    "java": "default-jre-headless",
    "nginx": "nginx-light",
    "apache2": "apache2-bin",
}
"""The program that a test calls, and the Debian package that brings it."""
TEST_FACES = ("/usr/share/fonts/truetype/liberation", "fonts-liberation")
"""As wide as Arial and Times: what a browser shows until the site's own faces have come. Folder and Debian package."""

NO_NETWORK = ["from versions: none", "NewConnectionError", "ConnectionError", "Timeout", "ProxyError", "SSLError"]
"""What pip's log says where the packages could not be fetched at all."""


def main() -> None:
    """Make ready what the command needs, then become it."""
    arguments = with_defaults(sys.argv[1:])
    command = arguments[0]
    lock = DEVELOPMENT if command == "test" else RUNTIME
    if key(lock) not in stamp():
        install(lock)
    wants_pdfs = command in ("build", "serve", "test") and not {"--no-pdf", "--help"} & set(arguments)
    if wants_pdfs and "native" not in stamp():
        see_to_libraries(required=command == "build")
    if command == "test":
        see_to_test_tools()
        sys.exit(test(arguments[1:]))
    if command == "init":
        from shlex import quote

        os.environ["KOMMUNALNEWS_CALLED"] = f"python3 {quote(sys.argv[0])}"  # what it advises is to work here, too
    become([PYTHON, "-P", "-m", "kommunalnews", *arguments])


def with_defaults(arguments: list[str]) -> list[str]:
    """Nothing or only options mean `build`; the source is this folder unless another one is named."""
    if not arguments or (arguments[0].startswith("-") and arguments[0] not in ("-h", "--help", "--version")):
        arguments = ["build", *arguments]
    if any(word.startswith("-s") or word.split("=")[0] == "--source" for word in arguments):
        return arguments
    if arguments[0] in ("build", "serve", "check", "list"):
        return [arguments[0], "-s", HOME, *arguments[1:]]
    if arguments[0] == "new" and len(arguments) > 1 and not arguments[1].startswith("-"):  # new article …
        return [*arguments[:2], "-s", HOME, *arguments[2:]]
    return arguments


# ── the virtual environment ──────────────────────────────────────────────────────────────────────────────────────────


def key(lock: str) -> str:
    """What a finished `.venv` came from: the lock's bytes, this Python, and this folder (a venv cannot be moved)."""
    import hashlib

    try:
        with open(os.path.join(HOME, lock), "rb") as file:
            content = file.read()
    except FileNotFoundError:
        refuse(f"{lock} is missing beside build.py: get it back with `git checkout {lock}`.")
    origin = f"{sys.implementation.cache_tag}\0{HOME}\0".encode("utf-8", "surrogateescape")
    return hashlib.blake2b(origin + content, digest_size=16).hexdigest()


def stamp() -> set[str]:
    """The keys of the locks that `.venv` holds in full, and `native` where the libraries were found."""
    try:
        with open(STAMP, encoding="ascii", errors="replace") as file:
            return set(file.read().split()) if os.path.exists(PYTHON) else set()
    except (FileNotFoundError, NotADirectoryError):
        return set()


def write_stamp(facts: set[str]) -> None:
    """Replace the stamp in one step: it is there in full or not at all."""
    with open(STAMP + ".new", "w", encoding="ascii") as file:
        file.write("\n".join(sorted(facts)) + "\n")
    os.replace(STAMP + ".new", STAMP)


def alone() -> int:
    """Wait until no other start is installing; to close the returned descriptor lets the next one in.

    The installers that we start inherit it, so even after this process was killed nobody clears `.venv` under them.
    """
    descriptor = os.open(VENV + ".lock", os.O_CREAT | os.O_RDWR)
    if os.name != "nt":  # there two first starts at once are not kept apart
        import fcntl

        os.set_inheritable(descriptor, True)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another start is installing: waiting for it …")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
    return descriptor


def install(lock: str) -> None:
    """Bring `.venv` to what `lock` says. It has no stamp meanwhile, so the next start redoes what was interrupted."""
    import subprocess
    import sysconfig

    descriptor = alone()
    known = stamp()
    if key(lock) not in known:
        if key(RUNTIME) in known:  # only the tools for the tests are added: a running `serve` may go on
            os.remove(STAMP)
        else:
            make_venv()
        say(f"Installing the packages of {lock} into .venv (only once) …")
        pip = [PYTHON, "-m", "pip", "install", "--require-hashes", "--no-input", "--disable-pip-version-check"]
        options = ["--retries", "2", "--progress-bar", "off", "-r", os.path.join(HOME, lock)]
        with open(LOG, "wb") as log:
            code = subprocess.call(pip + options, stdin=subprocess.DEVNULL, stdout=log, stderr=log, close_fds=False)
        if code:
            refuse_install(lock)
        packages = sysconfig.get_path("purelib", "venv", {"base": VENV, "platbase": VENV})
        with open(os.path.join(packages, "kommunalnews.pth"), "w", encoding="ascii") as file:
            file.write(os.path.relpath(os.path.join(HOME, "src"), packages) + "\n")
        write_stamp({key(RUNTIME), key(lock)} | (known & {"native"}))
    os.close(descriptor)


def make_venv() -> None:
    """Make `.venv` anew, whatever half of one is there."""
    import subprocess
    from importlib.util import find_spec

    if find_spec("ensurepip") is None:
        package = f"python3.{sys.version_info[1]}-venv"
        if not apt_install([package], "to make virtual environments"):
            refuse(f"This Python cannot make virtual environments: install that with `sudo apt-get install {package}`.")
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], close_fds=False, capture_output=True)
    if made.returncode:
        lines = (made.stdout + made.stderr).decode(errors="replace").split("\n")
        refuse("The virtual environment .venv could not be made: " + " ".join(filter(None, lines[-4:])))


def refuse_install(lock: str) -> None:
    """Say in one sentence why pip failed."""
    with open(LOG, encoding="utf-8", errors="replace") as file:
        lines = [line.strip() for line in file if not line.startswith("WARNING")]  # a retry may have helped
    if any(sign in line for line in lines for sign in NO_NETWORK):
        refuse(f"The packages of {lock} could not be fetched: is there a network? (pip's own words: {LOG})")
    errors = [line for line in lines if line.startswith("ERROR")] or lines[-1:]
    refuse(f"pip could not install the packages of {lock}: {' '.join(errors[:2])} (in full: {LOG})")


# ── what pip cannot bring ────────────────────────────────────────────────────────────────────────────────────────────


def see_to_libraries(*, required: bool) -> None:
    """Find the libraries that PDFs need, or install them, or say how; remember in the stamp that they are there."""
    missing = missing_libraries()
    if missing and apt_install(DEBIAN_LIBRARIES, "for the PDFs"):
        missing = missing_libraries()
    if missing:
        say(f"PDFs need {', '.join(missing)}. They come with:")
        for system, line in INSTALL_LIBRARIES.items():
            say(f"    {system}: {line}")
        if required:
            refuse("Until then, the site can be built without PDFs: python3 build.py build --no-pdf")
        return
    descriptor = alone()
    write_stamp(stamp() | {"native"})
    os.close(descriptor)


def missing_libraries() -> list[str]:
    """The names that the loader does not find (`ctypes.util.find_library` would start a compiler to tell)."""
    import ctypes

    missing = []
    for name in LIBRARIES.get(sys.platform, []):
        try:
            ctypes.CDLL(name)
        except OSError:
            missing.append(name)
    return missing


def see_to_test_tools() -> None:
    """Install the programs that tests call, or name those that are missing: their tests skip, or fail in CI."""
    from shutil import which

    missing = [package for program, package in TEST_TOOLS.items() if not which(program)]
    folder, faces = TEST_FACES
    if os.path.exists("/etc/debian_version") and not os.path.isdir(folder):
        missing.append(faces)
    if missing and not apt_install(missing, "for the tests"):
        say(f"Not all tests can run: {', '.join(missing)} missing (Debian: sudo apt-get install {' '.join(missing)}).")


def apt_install(packages: list[str], purpose: str) -> bool:
    """Install Debian packages if we may, and say so; false where we may not or it failed."""
    import shutil
    import subprocess

    if not shutil.which("apt-get") or os.geteuid() != 0:
        return False
    say(f"Installing {', '.join(packages)} {purpose} (as root, with apt-get) …")
    apt_get = ["apt-get", "-q", "-o", "DPkg::Lock::Timeout=300"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        done = subprocess.run(apt_get + step, env=environment, stdin=subprocess.DEVNULL, capture_output=True)
    if done.returncode:
        say("apt-get failed: " + done.stderr.decode(errors="replace").strip())
    return done.returncode == 0


# ── the tests ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test(arguments: list[str]) -> int:
    """Run every judge to its end and sum up; arguments go to pytest, and then coverage is not asked for."""
    import subprocess

    python = [PYTHON, "-P", "-m"]
    judges = {
        "ruff check": [*python, "ruff", "check", "."],
        "ruff format": [*python, "ruff", "format", "--check", "."],
        "mypy": [*python, "mypy"],
        "lint-imports": [PYTHON, "-P", "-c", "from importlinter.cli import *; lint_imports_command()"],
        "pytest": [*python, "pytest", "-n", "2", *(arguments or ["--cov"])],
    }
    results = {}
    for name, command in judges.items():
        say(f"\n── {name}")
        results[name] = subprocess.call(command, cwd=HOME)
    say("")
    for name, code in results.items():
        say(f"{name:<13} {f'failed (exit code {code})' if code else 'passed'}")
    return int(any(results.values()))


# ── words ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def say(sentence: str) -> None:
    """Tell the person, and leave standard output to the program behind the door."""
    print(sentence, file=sys.stderr, flush=True)


def refuse(sentence: str) -> "NoReturn":
    """Stop with one sentence."""
    say(sentence)
    sys.exit(2)


def become(command: list[str]) -> None:
    """Replace this process, so that signals and the exit code need no relay (Windows can only imitate that)."""
    if os.name == "nt":
        import subprocess

        sys.exit(subprocess.call(command))
    os.execv(command[0], command)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        say("Interrupted.")
        sys.exit(130)
    except OSError as error:
        refuse(str(error))
