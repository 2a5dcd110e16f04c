"""``build`` and ``check`` as editors and pipelines call them."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kommunalnews import lock
from kommunalnews.disk import HOLDER

from .portal import NOW, SITE, article, command, environment, make_portal, put_compiled_templates, run, write

FAST = ("--no-pdf", "--now", NOW, "-j", "1")
BAD = {"content/articles/2026/bad.md": article("A bad one").replace("section: Town", "section: Twon")}


def build(folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Build. Its lines are not counted: a build leaves at once (``cli._leave``), and what was counted would be lost."""
    return run(folder, "build", *FAST, *arguments, COVERAGE_PROCESS_CONFIG="", **more)


def test_no_command_builds_into_public(tmp_path: Path) -> None:
    done = run(make_portal(tmp_path))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "public" / "index.html").is_file()


def test_summary_counts_what_a_build_wrote_and_left_alone(tmp_path: Path) -> None:
    first = build(make_portal(tmp_path))
    assert first.returncode == 0, first.stderr
    assert first.stdout.startswith("Built: 1 article, ")
    assert " 0 unchanged, 0 removed) in " in first.stdout
    assert "(0 written, " in build(tmp_path).stdout


def test_summary_speaks_the_language_of_the_site(tmp_path: Path) -> None:
    make_portal(tmp_path, {"content/site.yaml": SITE.replace("language: en", "language: de")})
    assert build(tmp_path).stdout.startswith("Gebaut: 1 Meldung, ")


def test_summary_says_what_was_withheld_and_what_comes_next(tmp_path: Path) -> None:
    make_portal(
        tmp_path,
        {
            "content/articles/2026/a.md": article("A", draft="true"),
            "content/articles/2026/b.md": article("B", draft="true"),
            "content/articles/2026/c.md": article("C", publish_at="2026-11-24 08:00"),
            "content/articles/2026/d.md": article("D", expires_at="2026-11-22 08:00"),
        },
    )
    lines = build(tmp_path).stdout.splitlines()
    assert "4 withheld: 2 drafts, 1 until 2026-11-24 08:00, 1 expired" in lines
    assert "Next change: 2026-11-24 08:00" in lines


def test_drafts_future_and_expired_show_what_is_withheld(tmp_path: Path) -> None:
    make_portal(tmp_path, {"content/articles/2026/a.md": article("A", draft="true")})
    assert build(tmp_path, "-D", "-F", "-E").stdout.startswith("Built: 2 articles")


def test_a_bad_article_exits_1_and_the_rest_is_built(tmp_path: Path) -> None:
    done = build(make_portal(tmp_path, BAD))
    assert done.returncode == 1
    assert "content/articles/2026/bad.md:4:10: error: " in done.stderr
    assert "1 error" in done.stdout.splitlines()[-1]
    assert (tmp_path / "public" / "index.html").is_file()


def test_strict_turns_warnings_into_exit_1(tmp_path: Path) -> None:
    make_portal(tmp_path, {"content/articles/2026/a.md": article("A") + "\n[gone](missing.md)\n"})
    lenient, strict = build(tmp_path), build(tmp_path, "--strict")
    assert "warning: " in lenient.stderr + strict.stderr or "error: " in strict.stderr
    assert strict.returncode == 1


def test_a_folder_without_a_site_exits_1_with_a_remedy(tmp_path: Path) -> None:
    done = run(tmp_path, "build", *FAST)
    assert done.returncode == 1
    assert "content/site.yaml: " in done.stderr
    assert "kommunalnews init" in done.stderr


def test_a_foreign_destination_is_refused(tmp_path: Path) -> None:
    make_portal(tmp_path, {"public/letter.txt": "mine"})
    assert run(tmp_path, "build", *FAST).returncode == 1
    assert [path.name for path in (tmp_path / "public").iterdir()] == ["letter.txt"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("--wrong",),
        ("--source", "nowhere"),
        ("--base-url", "example.org"),
        ("--now", "yesterday"),
        ("--now", "2026-03-29 02:30"),
        ("--jobs", "0"),
        ("--format", "xml"),
        ("--store", "s4://bucket/place"),
        ("--store", "s3://"),
        ("--store", "gs://bucket/needs/another/driver"),
        ("--store", "file://elsewhere.example.org/place"),
        ("--store", "kept", "--no-cache"),
        ("--explain", "no/such/page"),
    ],
    ids=" ".join,
)
def test_usage_errors_exit_2_with_one_clear_sentence(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = run(make_portal(tmp_path), "build", *arguments)
    assert done.returncode == 2
    assert "Error: " in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "public").exists()


def test_json_is_one_document_with_diagnostics_and_summary(tmp_path: Path) -> None:
    done = build(make_portal(tmp_path, BAD), "--format", "json")
    document = json.loads(done.stdout)
    assert (done.returncode, done.stderr, document["ok"]) == (1, "", False)
    (diagnostic,) = document["diagnostics"]
    assert diagnostic["path"] == "content/articles/2026/bad.md"
    assert (diagnostic["line"], diagnostic["column"]) == (4, 10)
    assert "Town" in diagnostic["hint"]
    assert document["summary"]["articles"] == 1
    assert "index.html" in document["summary"]["written"]


def test_json_says_why_nothing_was_built(tmp_path: Path) -> None:
    document = json.loads(run(tmp_path, "build", *FAST, "--format", "json").stdout)
    assert document["summary"] is None
    assert document["diagnostics"][0]["path"] == "content/site.yaml"


def test_github_annotations_name_files_from_the_root_of_the_repository(tmp_path: Path) -> None:
    make_portal(tmp_path / "portal", BAD)
    done = build(tmp_path, "-s", "portal", "--format", "github", GITHUB_WORKSPACE=str(tmp_path))
    assert done.stdout.startswith("::error file=portal/content/articles/2026/bad.md,line=4,col=10,title=")
    assert done.stderr == ""


def test_now_is_read_on_the_clock_of_the_site_unless_an_offset_is_written(tmp_path: Path) -> None:
    make_portal(tmp_path, {"content/articles/2026/a.md": article("A", publish_at="2026-11-24 08:00")})

    def articles(now: str) -> int:
        done = run(tmp_path, "check", "--now", now, "--format", "json", TZ="America/New_York")
        count: int = json.loads(done.stdout)["summary"]["articles"]
        return count

    assert articles("2026-11-24T07:59") == 1
    assert articles("2026-11-24T08:00") == 2
    assert articles("2026-11-24T07:30Z") == 2


def test_results_are_kept_where_the_caller_says(tmp_path: Path) -> None:
    make_portal(tmp_path / "portal")
    for options, variables, place in [
        ((), {}, tmp_path / "portal" / ".cache" / "kommunalnews"),
        (("--store", str(tmp_path / "one")), {}, tmp_path / "one"),
        ((), {"KOMMUNALNEWS_STORE": str(tmp_path / "three")}, tmp_path / "three"),
    ]:
        if not place.exists():
            put_compiled_templates(place)
        assert not (place / "texts").exists()
        assert build(tmp_path, "-s", "portal", *options, **variables).returncode == 0
        assert (place / "texts").is_dir(), options


def test_no_cache_keeps_nothing(tmp_path: Path) -> None:
    assert build(make_portal(tmp_path, is_new=True), "--no-cache").returncode == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["content", "public"]


def test_check_finds_what_build_finds_and_publishes_nothing(tmp_path: Path) -> None:
    done = run(make_portal(tmp_path, BAD), "check", "--now", NOW)
    assert done.returncode == 1
    assert "bad.md:4:10" in done.stderr
    assert done.stdout.startswith("Checked: 1 article in ")
    assert not (tmp_path / "public").exists()


def test_explain_says_what_a_file_is_made_of(tmp_path: Path) -> None:
    done = build(make_portal(tmp_path), "--explain", "index.html")
    assert done.returncode == 0
    assert "index.html" in done.stdout
    assert not (tmp_path / "public").exists()


def test_control_characters_in_content_do_not_reach_the_terminal(tmp_path: Path) -> None:
    write(make_portal(tmp_path), {"content/articles/2026/a.md": article("A").replace("Town", '"To\\ewn"')})
    assert "\x1b" not in build(tmp_path).stderr


def impatient(*arguments: str) -> list[str]:
    """The command line that takes all work for long."""
    program = "from kommunalnews.cli import main, progress\nprogress.PATIENCE = 0\nmain()"
    return [sys.executable, "-P", "-c", program, *arguments]


def test_the_progress_of_a_build_speaks_the_language_of_its_portal(tmp_path: Path) -> None:
    german = {f"content/articles/2026/{n}.md": article(f"Number {n}") for n in range(60)}
    make_portal(tmp_path, {**german, "content/site.yaml": SITE.replace("language: en", "language: de")})
    command = impatient("check", "--now", NOW, "-j", "1")
    done = subprocess.run(command, cwd=tmp_path, env=environment(), capture_output=True, encoding="utf-8", check=False)
    assert done.stderr.startswith("Texte lesen: "), done.stderr


def test_ctrl_c_exits_130_without_a_traceback(tmp_path: Path) -> None:
    text = "\n\n".join(
        f"Paragraph {number} with *some* words and a [link](https://a.example.org/)." for number in range(60)
    )
    make_portal(tmp_path, {f"content/articles/2026/{n}.md": article(f"Number {n}") + text for n in range(600)})
    with subprocess.Popen(
        impatient("build", *FAST), cwd=tmp_path, env=environment(), stderr=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stderr is not None
        assert process.stderr.readline()  # long work tells how far it is
        os.kill(process.pid, signal.SIGINT)
        _, complaint = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Traceback" not in complaint


def test_a_closed_pipe_is_no_complaint(tmp_path: Path) -> None:
    make_portal(tmp_path, {f"content/articles/2026/{n}.md": article(f"Number {n}") for n in range(30)})
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        command("list"),
        cwd=tmp_path,
        env=environment(),
        stdout=writing,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")


def test_long_work_draws_a_bar_on_a_terminal_and_wipes_it(tmp_path: Path) -> None:
    pty = pytest.importorskip("pty")
    make_portal(tmp_path, {f"content/articles/2026/{n}.md": article(f"Number {n}") for n in range(40)})
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        impatient("check", "-j", "1", "--now", NOW),
        cwd=tmp_path,
        env=environment(TERM="xterm"),
        stdout=subprocess.PIPE,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        drawn = b""
        while chunk := _read(ours):
            drawn += chunk
        told, _ = process.communicate(timeout=60)
    os.close(ours)
    assert b"Reading" in drawn
    assert drawn.endswith(b"\x1b[2K")
    assert told.startswith(b"Checked: 41 articles in ")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux says so where the other side has gone
        return b""


def test_profile_says_where_the_time_goes(tmp_path: Path) -> None:
    done = build(make_portal(tmp_path), "--profile")
    assert done.returncode == 0, done.stderr
    stages = {line.split()[0] for line in done.stderr.splitlines() if line}
    assert stages >= {"parse", "plan", "render", "article.html", "print.html"}


def test_verify_compares_with_a_build_from_nothing(tmp_path: Path) -> None:
    done = build(make_portal(tmp_path), "--verify")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (
        0, "Verified: a build from nothing gives the same bytes.",
    )  # fmt: skip
    assert sorted(path.name for path in tmp_path.iterdir()) == [".cache", "content", "public"]


def test_profile_of_a_build_that_still_stands_is_of_what_it_did(tmp_path: Path) -> None:
    assert build(make_portal(tmp_path)).returncode == 0
    done = build(tmp_path, "--profile")
    assert [line.split()[0] for line in done.stderr.splitlines()] == ["look"]
    assert "(0 written, " in done.stdout


def test_a_build_that_shares_only_the_published_folder_is_named(tmp_path: Path) -> None:
    assert build(make_portal(tmp_path)).returncode == 0
    with lock.held_itself(tmp_path / "public", HOLDER):
        done = build(tmp_path, "--wait", "0", "--no-cache")
    assert done.returncode == 75
    assert f"process {os.getpid()}" in done.stderr


def test_a_second_build_gives_up_and_names_the_first(tmp_path: Path) -> None:
    make_portal(tmp_path)
    with lock.held(tmp_path / ".cache/kommunalnews"):
        done = build(tmp_path, "--wait", "0")
    assert done.returncode == 75
    assert f"process {os.getpid()}" in done.stderr
    assert build(tmp_path).returncode == 0


def test_explain_tells_that_only_a_block_has_changed(tmp_path: Path) -> None:
    make_portal(tmp_path)
    assert build(tmp_path).returncode == 0
    write(tmp_path, {"content/articles/2026/new.md": article("Something new")})
    told = build(tmp_path, "--explain", "/meldungen/2026/the-fair-is-open/").stdout
    assert "will be mended: a block that other articles change has changed" in told
