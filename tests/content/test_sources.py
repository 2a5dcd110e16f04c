"""Claims about finding and reading source files, whatever lies in the folder."""

import os
import shutil
import socket
import tempfile
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from kommunalnews.content import sources
from kommunalnews.content.model import SourceFile
from kommunalnews.diagnostics import Diagnostic


def site(root: Path, files: Mapping[str, str]) -> Path:
    """A source folder with these files below ``content/``."""
    (root / "content").mkdir(exist_ok=True)
    for name, text in files.items():
        path = root / "content" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def kinds(root: Path) -> dict[str, str]:
    found, diagnostics = sources.find(root)
    assert diagnostics == ()
    return {source.path.removeprefix("content/"): source.kind for source in found}


def faults(root: Path) -> dict[str, str]:
    _, diagnostics = sources.find(root)
    return {diagnostic.location.path.removeprefix("content/"): diagnostic.code for diagnostic in diagnostics}


def one(root: Path, path: str) -> SourceFile:
    return next(source for source in sources.find(root)[0] if source.path == f"content/{path}")


def code(result: bytes | str | Diagnostic) -> str:
    assert isinstance(result, Diagnostic)
    return result.code


def test_place_and_name_say_what_a_file_is(tmp_path: Path) -> None:
    expected = {
        "articles/2017/a.md": "article",
        "articles/2017/b/index.md": "article",
        "articles/2017/b/bild.JPG": "asset",
        "articles/c.MD": "article",
        "authors.yaml": "authors",
        "files/satzung.pdf": "asset",
        "images/a.png": "asset",
        "pages/hilfe/suche.md": "page",
        "pages/impressum.md": "page",
        "vendors/stella.md": "vendor",
        "vendors/zwei/index.md": "vendor",
    }
    root = site(tmp_path, dict.fromkeys((*expected, "site.yaml"), ""))
    assert kinds(root) == expected


def test_files_come_sorted_by_path_with_what_tells_them_apart(tmp_path: Path) -> None:
    root = site(tmp_path, {"pages/b.md": "12345", "pages/a/z.md": "", "pages/B.txt": ""})
    found, _ = sources.find(root)
    assert [source.path for source in found] == sorted(source.path for source in found)
    status = (root / "content/pages/b.md").stat()
    source = one(root, "pages/b.md")
    assert (source.size, source.mtime_ns, source.inode) == (5, status.st_mtime_ns, status.st_ino)


def test_hidden_files_and_leftovers_of_editors_are_passed_over(tmp_path: Path) -> None:
    names = (".DS_Store", ".git/x.md", "articles/.#a.md", "articles/a.md~", "articles/#a.md#", "articles/.a.md.swp")
    assert kinds(site(tmp_path, dict.fromkeys(names, ""))) == {}


def test_other_files_are_named_and_not_used(tmp_path: Path) -> None:
    names = ("README.md", "site.yml", "articles/a.markdown", "x.html", "a.php", "vendors/a/b/c.md", "authors.yml")
    root = site(tmp_path, dict.fromkeys(names, ""))
    assert faults(root) == dict.fromkeys(names, "file-ignored")
    assert all(not diagnostic.is_error for diagnostic in sources.find(root)[1])


def test_odd_names_are_no_problem(tmp_path: Path) -> None:
    names = ("articles/CON.md", "articles/a b:c?*.md", "articles/Ü$%&'\".md", "articles/-rf.md", "articles/a\\b.md")
    assert set(kinds(site(tmp_path, dict.fromkeys(names, "")))) == set(names)


def test_a_missing_content_folder_is_said(tmp_path: Path) -> None:
    assert faults(tmp_path) == {"content": "content-missing"}
    (tmp_path / "content").write_text("")
    assert faults(tmp_path) == {"content": "content-missing"}


def test_names_stored_decomposed_are_found_and_read(tmp_path: Path) -> None:
    root = site(tmp_path, {unicodedata.normalize("NFD", "pages/Köln/Über.md"): "text"})
    source = one(root, "pages/Köln/Über.md")
    assert sources.read_bytes(root, source) == b"text"


def test_names_that_differ_only_in_case_or_composition_collide(tmp_path: Path) -> None:
    names = ("pages/Impressum.md", "pages/impressum.md", "pages/k\u00f6ln.md", "pages/ko\u0308ln.md")
    root = site(tmp_path, dict.fromkeys(names, ""))
    if len(list((root / "content/pages").iterdir())) < 4:
        pytest.skip("this file system takes them for one itself")
    found, diagnostics = sources.find(root)
    assert [diagnostic.code for diagnostic in diagnostics] == ["file-collision"] * 2
    assert dict(diagnostics[0].arguments)["other"] == "content/pages/Impressum.md"
    assert len(found) == 2


def test_links_inside_are_followed_to_files_only(tmp_path: Path) -> None:
    root = site(tmp_path, {"articles/a.md": "text", "images/x/y.png": ""})
    (root / "content/articles/b.md").symlink_to("a.md")
    (root / "content/articles/bilder").symlink_to("../images/x")
    (root / "content/articles/loop").symlink_to("..")
    assert sources.read_bytes(root, one(root, "articles/b.md")) == b"text"
    assert faults(root) == {"articles/bilder": "file-irregular", "articles/loop": "file-irregular"}


def test_links_that_lead_outside_are_never_read(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    root = site(tmp_path / "site", {"articles/a.md": ""})
    (tmp_path / "secret.md").write_text("secret")
    (tmp_path / "site2").mkdir()
    (tmp_path / "site2/x.md").write_text("secret")
    (root / ".env.md").write_text("secret")
    for name, target in (
        ("up", "../../../secret.md"),
        ("absolute", tmp_path / "secret.md"),
        ("sibling", tmp_path / "site2/x.md"),
        ("hidden", "../../.env.md"),
    ):
        (root / f"content/articles/{name}.md").symlink_to(target)
    expected = {f"articles/{name}.md": "file-outside" for name in ("up", "absolute", "sibling", "hidden")}
    assert faults(root) == expected


def test_broken_and_circular_links_are_unreadable(tmp_path: Path) -> None:
    root = site(tmp_path, {})
    (root / "content/broken.png").symlink_to("nothing.png")
    (root / "content/circle.png").symlink_to("circle.png")
    assert faults(root) == {"broken.png": "file-unreadable", "circle.png": "file-unreadable"}


@pytest.fixture
def short_path() -> Iterator[Path]:
    """A folder whose path is short enough for a socket's name."""
    folder = Path(tempfile.mkdtemp())
    yield folder
    shutil.rmtree(folder)


def test_pipes_and_sockets_never_make_it_wait(short_path: Path) -> None:
    root = site(short_path, {"articles/a.md": ""})
    os.mkfifo(root / "content/articles/pipe.md")
    os.mkfifo(root / "content/pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(root / "content/s.png"))
        expected = {"articles/pipe.md": "file-irregular", "pipe": "file-irregular", "s.png": "file-irregular"}
        assert faults(root) == expected


def test_a_file_that_became_a_pipe_since_is_refused(tmp_path: Path) -> None:
    root = site(tmp_path, {"articles/a.md": ""})
    source = one(root, "articles/a.md")
    (root / source.path).unlink()
    os.mkfifo(root / source.path)
    assert code(sources.read_bytes(root, source)) == "file-unreadable"


def test_a_file_that_became_a_link_outside_since_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "site").mkdir()
    root = site(tmp_path / "site", {"articles/a.md": ""})
    source = one(root, "articles/a.md")
    (root / source.path).unlink()
    (root / source.path).symlink_to(tmp_path / "secret")
    assert code(sources.read_bytes(root, source)) == "file-unreadable"


def test_a_file_that_is_gone_or_grew_since_is_refused(tmp_path: Path) -> None:
    root = site(tmp_path, {"articles/a.md": "", "articles/b.md": ""})
    gone, grown = one(root, "articles/a.md"), one(root, "articles/b.md")
    (root / gone.path).unlink()
    (root / grown.path).write_bytes(b"x" * (sources.TEXT_LIMIT + 1))
    assert code(sources.read_bytes(root, gone)) == "file-unreadable"
    assert code(sources.read_bytes(root, grown)) == "file-too-large"


def test_texts_larger_than_a_megabyte_are_refused(tmp_path: Path) -> None:
    root = site(tmp_path, {"articles/a.md": "x" * (sources.TEXT_LIMIT + 1), "images/a.png": "x" * (2 << 20)})
    assert faults(root) == {"articles/a.md": "file-too-large"}


@pytest.mark.parametrize("name", [b"k\xf6ln.md", b"a\nb.md", b"a\x7f.md"])
def test_names_that_cannot_be_shown_are_refused(tmp_path: Path, name: bytes) -> None:
    root = site(tmp_path, {})
    try:
        Path(os.fsdecode(bytes(root / "content") + b"/" + name)).write_text("")
    except OSError:
        pytest.skip("this file system has no such names")
    (found,) = sources.find(root)[1]
    assert found.code == "file-name"
    assert found.location.path.isprintable()


def test_folders_nested_deeper_than_calls_are_walked(tmp_path: Path) -> None:
    root = site(tmp_path, {})
    here = os.getcwd()
    try:
        os.chdir(root / "content")
        for _ in range(1200):
            os.mkdir("a")
            os.chdir("a")
    finally:
        os.chdir(here)
    assert set(faults(root).values()) <= {"file-unreadable"}
    remove_deep(root / "content")


def remove_deep(folder: Path) -> None:
    """Remove a chain of folders that is longer than shutil's recursion."""
    here = os.getcwd()
    os.chdir(folder)
    depth = 0
    while os.path.isdir("a"):
        os.chdir("a")
        depth += 1
    for _ in range(depth):
        os.chdir("..")
        os.rmdir("a")
    os.chdir(here)


def test_the_settings_are_read_with_the_same_care(tmp_path: Path) -> None:
    root = site(tmp_path, {"site.yaml": "\ufefftitle: Ko\u0308ln\r\n"})
    assert sources.site_text(root) == "title: Köln\n"
    (root / "content/site.yaml").write_bytes("title: Köln".encode("latin-1"))
    assert code(sources.site_text(root)) == "encoding"
    (root / "content/site.yaml").unlink()
    assert code(sources.site_text(root)) == "site-missing"
    os.mkfifo(root / "content/site.yaml")
    assert code(sources.site_text(root)) == "file-unreadable"
