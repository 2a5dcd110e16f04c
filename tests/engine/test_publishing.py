"""Files take the place of others: in one move, without a trace, and with nothing of anybody else's lost."""

import errno
import os
from pathlib import Path

import pytest

from kommunalnews import kernel, publish
from kommunalnews.digest import Digest, of_bytes
from kommunalnews.disk import OWN_FOLDER
from kommunalnews.freshness import touched
from kommunalnews.publish import Destination
from kommunalnews.spares import run, spares_of
from kommunalnews.state import Files, Key, Record

BESIDE = f"{OWN_FOLDER}/new"


@pytest.fixture(params=["exchanged", "replaced"])
def destination(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Destination:
    """A folder in which ``a.html`` and ``b/index.html`` are published, on a system of either kind."""
    if request.param == "replaced":
        monkeypatch.setattr(kernel, "function", lambda name: None)
    elif kernel.function("renameat2") is None:
        pytest.skip("this system cannot exchange files")
    first = begun(tmp_path, {})
    for path in ("a.html", "b/index.html"):
        first.write(path, b"old")
    first.close()
    first.write_manifest({"a.html": of_bytes(b"old"), "b/index.html": of_bytes(b"old")})
    return begun(tmp_path, first.read_manifest())


def begun(root: Path, manifest: dict[str, Digest]) -> Destination:
    found = Destination(root)
    found.read_manifest()
    found.open(manifest)
    found.announce(["a.html", "b/index.html"])
    return found


def test_a_reader_who_has_opened_a_file_reads_it_to_its_end(destination: Destination) -> None:
    with (destination.root / "a.html").open("rb", buffering=0) as reader:
        assert destination.write("a.html", b"new").is_new
        assert reader.read() == b"old"
    assert (destination.root / "a.html").read_bytes() == b"new"


def test_size_and_time_are_those_of_the_new_file(destination: Destination) -> None:
    written = destination.write("a.html", b"newer")
    found = os.lstat(destination.root / "a.html")
    assert (written.size, written.mtime_ns) == (found.st_size, found.st_mtime_ns) == (5, found.st_mtime_ns)


def test_nothing_is_left_beside(destination: Destination) -> None:
    destination.write("a.html", b"new")
    destination.write("b/index.html", b"new")
    destination.close()
    assert not (destination.root / BESIDE).exists()
    assert sorted(path.name for path in destination.root.iterdir()) == [OWN_FOLDER, "a.html", "b"]


def test_a_folder_that_somebody_put_in_the_way_is_not_taken(destination: Destination) -> None:
    (destination.root / "a.html").unlink()
    (destination.root / "a.html").mkdir()
    (destination.root / "a.html" / "theirs").write_text("kept")
    with pytest.raises(OSError, match=r"a\.html"):
        destination.write("a.html", b"new")
    destination.close()
    assert (destination.root / "a.html" / "theirs").read_text() == "kept"


def test_a_link_in_the_place_of_a_file_gives_way_and_what_it_leads_to_stays(
    destination: Destination, tmp_path: Path
) -> None:
    theirs = tmp_path.with_name(f"{tmp_path.name}-theirs")
    theirs.write_bytes(b"kept")
    (destination.root / "a.html").unlink()
    (destination.root / "a.html").symlink_to(theirs)
    destination.write("a.html", b"new")
    assert not (destination.root / "a.html").is_symlink()
    assert theirs.read_bytes() == b"kept"


def test_a_file_that_is_gone_is_there_again(destination: Destination) -> None:
    (destination.root / "b/index.html").unlink()
    (destination.root / "b").rmdir()
    destination.write("b/index.html", b"new")
    assert (destination.root / "b/index.html").read_bytes() == b"new"


def test_where_the_disk_is_full_old_files_make_room(destination: Destination, monkeypatch: pytest.MonkeyPatch) -> None:
    beside = destination.root / BESIDE
    put = Destination._put_beside

    def on_a_small_disk(self: Destination, data: bytes) -> tuple[str, os.stat_result]:
        if any(beside.iterdir()):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return put(self, data)

    monkeypatch.setattr(Destination, "_put_beside", on_a_small_disk)
    destination.write("a.html", b"new")
    destination.write("b/index.html", b"new")
    assert (destination.root / "b/index.html").read_bytes() == b"new"


def test_where_the_disk_is_full_and_there_is_nothing_to_delete_the_old_file_stays(
    destination: Destination, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Destination, data: bytes) -> tuple[str, os.stat_result]:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Destination, "_put_beside", full)
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        destination.write("a.html", b"new")
    assert (destination.root / "a.html").read_bytes() == b"old"


def test_where_the_disk_is_full_spare_files_make_room(mended: "Mended", monkeypatch: pytest.MonkeyPatch) -> None:
    mended.mend(b"two")
    put = Destination._put_beside

    def on_a_small_disk(self: Destination, data: bytes) -> tuple[str, os.stat_result]:
        if mended.spares.folder.is_dir():
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return put(self, data)

    monkeypatch.setattr(Destination, "_put_beside", on_a_small_disk)
    destination = Destination(mended.root, mended.spares)
    destination.open(destination.read_manifest())
    destination.write("a.html", b"three")
    assert mended.published.read_bytes() == b"three"


def test_many_old_files_are_deleted_while_the_build_goes_on(
    destination: Destination, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publish, "_MANY", 1)
    destination.write("a.html", b"new")
    destination.write("b/index.html", b"new")
    lying = list((destination.root / BESIDE).iterdir())
    sweep = destination.sweeping()
    destination.write("a.html", b"newest")  # while that works
    assert (sweep is not None) == bool(lying)
    if sweep is not None:
        sweep()
        assert not any(path.exists() for path in lying)
    assert (destination.root / "a.html").read_bytes() == b"newest"


class Mended:
    """A published page that is mended again and again, and its spare file."""

    def __init__(self, folder: Path) -> None:
        self.root, self.cache = folder / "public", folder / "cache"
        self.root.mkdir()
        self.cache.mkdir()
        found = spares_of(self.cache, self.root)
        if found is None or kernel.function("renameat2") is None:
            pytest.skip("this system keeps no spare files")
        self.spares = found
        first = begun(self.root, {})
        first.write("a.html", b"one")
        first.close()
        first.write_manifest({"a.html": of_bytes(b"one")})
        self.published = self.root / "a.html"

    def mend(self, new: bytes) -> int:
        """Publish other bytes. The inode that they stand in."""
        destination = Destination(self.root, self.spares)
        destination.read_manifest()
        destination.open({})
        written = destination.write("a.html", new, self.published.read_bytes())
        found = os.lstat(self.published)
        assert (written.size, written.mtime_ns, written.is_new) == (found.st_size, found.st_mtime_ns, True)
        assert self.published.read_bytes() == new
        destination.close()
        return found.st_ino

    @property
    def spare(self) -> Path:
        (found,) = self.spares.folder.iterdir()
        return found


@pytest.fixture
def mended(tmp_path: Path) -> Mended:
    return Mended(tmp_path)


def test_a_page_that_is_mended_stands_in_two_files_by_turns(mended: Mended) -> None:
    inodes = [mended.mend(text) for text in (b"two", b"three, which is longer", b"4", b"five")]
    assert len(set(inodes)) == 2
    assert inodes[:2] == inodes[2:]
    assert mended.spare.read_bytes() == b"4"


def test_a_reader_who_has_opened_a_mended_page_reads_it_to_its_end(mended: Mended) -> None:
    mended.mend(b"two")
    with mended.published.open("rb", buffering=0) as reader:
        mended.mend(b"three")
        mended.mend(b"four")
        mended.mend(b"five")
        assert reader.read() == b"two"


def test_another_name_of_a_mended_page_keeps_its_bytes(mended: Mended, tmp_path: Path) -> None:
    mended.mend(b"two")
    os.link(mended.published, tmp_path / "snapshot")
    mended.mend(b"three")
    mended.mend(b"four")
    assert (tmp_path / "snapshot").read_bytes() == b"two"


def test_a_link_in_the_place_of_a_spare_file_is_not_followed(mended: Mended, tmp_path: Path) -> None:
    mended.mend(b"two")
    theirs = tmp_path / "theirs"
    theirs.write_bytes(b"kept")
    spare = mended.spare
    spare.unlink()
    spare.symlink_to(theirs)
    mended.mend(b"three")
    assert theirs.read_bytes() == b"kept"


def test_where_spare_files_cannot_change_places_pages_are_mended_all_the_same(
    mended: Mended, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publish, "_exchanged", lambda beside, target: False)
    mended.mend(b"two")
    assert not any(mended.spares.folder.iterdir())


@pytest.mark.skipif(not hasattr(os, "getxattr"), reason="Linux")
def test_where_files_are_made_with_other_rights_there_are_no_spare_ones(mended: Mended) -> None:
    mended.root.chmod(0o2775)  # new files get the group of the folder
    os.chown(mended.root, -1, os.getegid())
    assert spares_of(mended.cache, mended.root) is not None
    mended.root.chmod(0o775)
    rights = bytes.fromhex("0200000001000700ffffffff04000500ffffffff20000500ffffffff")  # u::rwx, g::r-x, o::r-x
    try:
        os.setxattr(mended.root, "system.posix_acl_default", rights)
    except OSError:
        pytest.skip("this disk knows no access lists")
    assert spares_of(mended.cache, mended.root) is None


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give files away")
def test_where_files_are_made_for_another_group_there_are_no_spare_ones(mended: Mended) -> None:
    os.chown(mended.root, -1, os.getegid() + 1)
    mended.root.chmod(0o2775)
    assert spares_of(mended.cache, mended.root) is None


def test_a_spare_file_goes_with_its_page(mended: Mended) -> None:
    mended.mend(b"two")
    destination = Destination(mended.root, mended.spares)
    destination.read_manifest()
    destination.remove(["a.html"])
    assert not any(mended.spares.folder.iterdir())


def test_after_the_system_has_started_again_no_page_is_believed_unread(mended: Mended) -> None:
    mended.mend(b"two")
    found = os.lstat(mended.published)
    record = Record(Key(*map(Digest, "abc")), of_bytes(b"two"), found.st_size, found.st_mtime_ns)
    destination, left = Destination(mended.root), Files(run=run(mended.cache, mended.root), records={"a.html": record})
    assert left.run
    mended.published.write_bytes(b"one")  # as it may be after a power failure
    os.utime(mended.published, ns=(record.mtime_ns, record.mtime_ns))
    assert touched(left, destination, left.run) == frozenset()
    assert touched(left, destination, "another") == {"a.html"}
    mended.published.write_bytes(b"two")
    os.utime(mended.published, ns=(record.mtime_ns, record.mtime_ns))
    assert touched(left, destination, "another") == frozenset()
