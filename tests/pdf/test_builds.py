"""PDFs as a build makes them: their facts, the same bytes everywhere, and faults that cost one article only."""

import multiprocessing
import os
import platform
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from PIL import Image
from sites import SiteFolder, Text, article

from kommunalnews import toolchain
from kommunalnews.executors import ProcessExecutor
from kommunalnews.rendering import hyphenation, pdf, weasyprint_patches

from . import paper

pytestmark = pytest.mark.pdf

SOURCE = Path(__file__).parents[2] / "src"
CONFIG = """\
title: Der Stadtbote
base_url: https://stadtbote.example.org/
language: de
sections: [Town]
"""
LONG = "\n\n".join(["## Zwischentitel", *["Die Digitalisierungsbeauftragte der Stadtverwaltung spricht. " * 9] * 14])


def picture(width: int, height: int) -> bytes:
    """A noisy JPEG."""
    import io

    image = Image.frombytes("RGB", (width, height), bytes(range(256)) * (width * height * 3 // 256 + 1))
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=95)
    return stream.getvalue()


FILES: dict[str, Text] = {
    "content/articles/eins.md": article(
        "Tochter für die Digitalisierung", LONG, kicker="Kaiserslautern", date="2017-11-15 09:30", author="[bs, tk]",
        updated="2017-11-16", tags="[Smart City]", lead="Eine Gesellschaft entsteht.",
    ),
    "content/articles/zwei.md": article("Mit Bild", "![Rathaus](bild.jpg)\n\nWorte."),
    "content/articles/bild.jpg": picture(3000, 2000),
    "content/articles/drei.md": article("Viele Schriften", "Київ, שלום, سلام, ∑, 📅 und 坑.[^1]\n\n[^1]: Anmerkung."),
    "content/authors.yaml": "bs: {name: Berta Stein}\ntk: {name: Timo Kurz}\n",
    "content/issues/2026-11.yaml": "title: Herbst in der Stadt\nnumber: 11/2026\ndate: 2026-11-22\n"
    "cover: {src: /articles/bild.jpg, alt: Rathaus}\neditorial: Lesen Sie!\n"
    "articles: [/articles/eins.md, /articles/zwei.md, /articles/drei.md]\n",
}  # fmt: skip


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> SiteFolder:
    """A German site with three articles and an issue of them as PDFs, in the looks that readers see."""
    site = SiteFolder(tmp_path_factory.mktemp("pdf") / "site", FILES, theme="packaged", config=CONFIG)
    site.build(pdf=True, executor=ProcessExecutor(2))
    return site


def one(site: SiteFolder, word: str) -> bytes:
    [path] = [path for path in site.published() if path.endswith(".pdf") and word in path]
    return site.published()[path]


def test_a_pdf_says_what_it_is(built: SiteFolder, tmp_path: Path) -> None:
    data = one(built, "tochter")
    facts = paper.facts(data, tmp_path)
    assert facts["Title"] == "Kaiserslautern: Tochter für die Digitalisierung"
    assert facts["Author"] == "Berta Stein, Timo Kurz"
    assert facts["CreationDate"].startswith("2017-11-15T")
    assert facts["ModDate"].startswith("2017-11-1")
    assert facts["Tagged"] == "yes"
    inside = paper.objects(data)
    assert b"/Lang (de)" in inside
    assert b"/Outlines" in inside
    assert b"/Title (Zwischentitel)" in inside
    assert b"pdfuaid:part" in inside
    assert b"/ID [" in inside


def test_each_page_says_which_it_is_and_where_it_is_from(built: SiteFolder, tmp_path: Path) -> None:
    data = one(built, "tochter")
    pages = paper.text(data, tmp_path).split("\f")[:-1]
    assert len(pages) >= 2
    for number, page in enumerate(pages, 1):
        assert f"Seite {number} von {len(pages)}" in page
        assert "https://stadtbote.example.org/meldungen/2017/kaiserslautern-tochter" in page
    assert "Kaiserslautern" in pages[0]
    assert "15.11.2017" in pages[0]
    assert "Der Stadtbote" in pages[1]


def test_every_pdf_of_a_build_is_accessible(built: SiteFolder) -> None:
    assert paper.faults(one(built, "tochter")) == []
    assert paper.faults(one(built, "mit-bild")) == []
    assert paper.faults(one(built, "viele-schriften")) == []


def test_a_large_picture_is_embedded_at_the_size_it_is_printed(built: SiteFolder, tmp_path: Path) -> None:
    data = one(built, "mit-bild")
    path = tmp_path / "picture.pdf"
    path.write_bytes(data)
    listed = subprocess.run(["pdfimages", "-list", path], capture_output=True, check=True, text=True).stdout
    width, resolution = int(listed.splitlines()[2].split()[3]), int(listed.splitlines()[2].split()[12])
    assert width < 2000
    assert 290 <= resolution <= 301


FOREIGN_FONTS = """\
<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>/usr/share/fonts</dir>
<match target="pattern"><edit name="family" mode="assign" binding="strong"><string>DejaVu Sans</string></edit></match>
</fontconfig>
"""
ELSEWHERE: tuple[dict[str, str], ...] = (
    {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "1", "LC_ALL": "C", "LANGUAGE": "en", "JOBS": "1"},
    {"TZ": "America/Adak", "PYTHONHASHSEED": "77", "LC_ALL": "C.UTF-8", "LANGUAGE": "de", "JOBS": "2"},
    {"TZ": "Asia/Kathmandu", "PYTHONHASHSEED": "0", "LC_ALL": "tr_TR.UTF-8", "SOURCE_DATE_EPOCH": "1", "JOBS": "2"},
)


def test_the_same_article_and_the_same_issue_are_the_same_files_everywhere(built: SiteFolder, tmp_path: Path) -> None:
    made = []
    for number, place in enumerate(ELSEWHERE):
        folder = tmp_path / f"woanders {number}"
        site = SiteFolder(folder, FILES, theme="packaged", config=CONFIG)
        foreign = folder / ".config/fontconfig/fonts.conf"
        foreign.parent.mkdir(parents=True)
        foreign.write_text(FOREIGN_FONTS, encoding="utf-8")
        environment = {
            **os.environ, **place, "PYTHONPATH": str(SOURCE), "HOME": str(folder), "FONTCONFIG_FILE": str(foreign),
            "XDG_CONFIG_HOME": str(folder / ".config"),
        }  # fmt: skip
        options: list[str | Path] = ["-s", site.source, "-d", site.destination, "-j", place["JOBS"], "--no-cache"]
        done = subprocess.run(
            [sys.executable, "-m", "kommunalnews", "build", *options, "--now", "2026-11-23T12:00:00+01:00"],
            env=environment, cwd=folder, capture_output=True, text=True, timeout=120, umask=0o27 * number,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert "weasyprint" not in done.stderr.lower()
        assert "fontconfig" not in done.stderr.lower()
        made.append({path: data for path, data in site.published().items() if path.endswith(".pdf")})
    made.append({path: data for path, data in built.published().items() if path.endswith(".pdf")})
    assert len(made[0]) == 4
    assert all(one == made[0] for one in made)


def test_nothing_of_this_machine_is_in_a_pdf(built: SiteFolder) -> None:
    inside = paper.objects(one(built, "tochter")) + paper.objects(one(built, "mit-bild"))
    traces = {str(built.folder), str(built.folder.parent), str(SOURCE.parent), str(Path.home() / ".")}
    if len(platform.node()) > 5:  # a shorter one is found in any picture
        traces.add(platform.node())
    assert [trace for trace in traces if trace.encode() in inside and len(trace) > 5] == []


FAULTY = """\
<!doctype html><html lang="en"><head><title>x</title></head><body><h1>{{ page.title }}</h1>
{% if page.title == "Deep" %}{% for _ in range(3000) %}<div>{% endfor %}x{% endif %}
{% if page.title == "Foreign" %}<img alt="x" src="https://other.example/a.png">{% endif %}
{% if page.title == "Broken" %}<img alt="x" src="data:image/png;base64,AAAA">{% endif %}
</body></html>
"""


def test_a_pdf_that_fails_costs_its_own_article_a_diagnostic(tmp_path: Path) -> None:
    titles = ("Deep", "Foreign", "Broken", "Sound")
    files = {f"content/articles/{title.lower()}.md": article(title) for title in titles}
    site = SiteFolder(tmp_path / "site", {**files, "templates/print.html": FAULTY})
    report = site.build(pdf=True, executor=ProcessExecutor(1))
    assert {(found.code, Path(found.location.path).stem) for found in report.diagnostics} == {
        ("pdf-failed", "deep"),
        ("pdf-asset-refused", "foreign"),
        ("pdf-picture-unreadable", "broken"),
    }
    assert [path for path in site.published() if path.endswith(".pdf")] == ["meldungen/2026/sound/sound.pdf"]
    assert all(found.is_error for found in report.diagnostics)


def test_a_pdf_that_fails_is_said_to_be_an_articles_or_an_issues(tmp_path: Path) -> None:
    files = {
        "content/articles/deep.md": article("Deep"),
        "content/issues/deep.yaml": "title: Deep\ndate: 2026-11-01\narticles: [/articles/deep.md]\n",
    }
    faulty = FAULTY.replace('{% if page.title == "Deep" %}', "{% if true %}").replace("page.title", "site.title")
    views = {"templates/print.html": faulty, "templates/issue-print.html": faulty}
    site = SiteFolder(tmp_path / "site", {**files, **views})
    report = site.build(pdf=True, executor=ProcessExecutor(1))
    hints = {found.location.path: found.hint for found in report.diagnostics if found.code == "pdf-failed"}
    assert "articles of this issue" in hints["content/issues/deep.yaml"]
    assert "the article" in hints["content/articles/deep.md"]


HEAVY = """\
<!doctype html><html lang="en"><head><title>x</title></head><body><h1>{{ page.title }}</h1>
{% if page.title == "Heavy" %}{% for _ in range(PARAGRAPHS) %}<p>Some <b>words</b> to set.</p>{% endfor %}{% endif %}
</body></html>
"""


@pytest.mark.parametrize(
    ("executor", "paragraphs", "codes"),
    [
        (ProcessExecutor(2, limit=4.0), 60_000, {"work-hung"}),
        # without memory a process may also spend its time on nothing but looking for some
        (ProcessExecutor(2, memory=96 << 20), 20_000, {"work-died", "pdf-failed", "work-hung"}),
    ],
    ids=["takes too long", "takes too much memory"],
)
def test_a_pdf_that_takes_too_much_names_its_article_and_the_others_are_made(
    executor: ProcessExecutor, paragraphs: int, codes: set[str], tmp_path: Path
) -> None:
    files = {f"content/articles/{title.lower()}.md": article(title) for title in ("Heavy", "Light", "Lighter")}
    site = SiteFolder(
        tmp_path / "site", {**files, "templates/print.html": HEAVY.replace("PARAGRAPHS", str(paragraphs))}
    )
    report = site.build(pdf=True, executor=executor)
    assert [(found.code in codes, found.location.path) for found in report.diagnostics] == [
        (True, "content/articles/heavy.md")
    ]
    made = {Path(path).stem for path in site.published() if path.endswith(".pdf")}
    assert made == {"light", "lighter"}


def test_an_unchanged_print_view_needs_no_typesetter(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", {"content/articles/a.md": article("A", "Words.")})
    (tmp_path / "shadow").mkdir()
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "kommunalnews",
        "build",
        "-s",
        site.source,
        "-d",
        site.destination,
    ]

    def build(path: str) -> subprocess.CompletedProcess[str]:
        now = ["--now", "2026-11-23T12:00:00+01:00"]
        return subprocess.run(
            [*command, *now], env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, timeout=120
        )

    assert build(str(SOURCE)).returncode == 0
    [(path, before)] = [(path, data) for path, data in site.published().items() if path.endswith(".pdf")]
    (tmp_path / "shadow/weasyprint.py").write_text("raise OSError('asked for')", encoding="utf-8")
    site.write({"content/articles/b.md": article("B", "Other words.", pdf="false")})
    done = build(f"{tmp_path / 'shadow'}{os.pathsep}{SOURCE}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "asked for" not in done.stdout + done.stderr
    assert site.published()[path] == before


def test_characters_that_no_font_has_are_told(tmp_path: Path) -> None:
    files = {
        "content/articles/a.md": article("A", "vor 坑 und \U000f0000"),
        "content/articles/b.md": article("B", "שלום"),
    }
    site = SiteFolder(tmp_path / "site", files, theme="packaged", config=CONFIG)
    report = site.build(pdf=True, executor=ProcessExecutor(1))
    [found] = [found for found in report.diagnostics if found.code == "pdf-characters-missing"]
    assert str(found.location) == "content/articles/a.md:7:5"
    assert dict(found.arguments)["characters"] == "坑 (U+5751), U+F0000"
    assert not found.is_error


def test_only_what_is_printed_needs_a_font() -> None:
    text = "<p title='坑 > 人'>vor &#22353;<!-- 没 --> 3 < 4 <b data-x=\"水>\">\U000f0000</b></p>"
    unprinted = "<img src='/p.png' alt='土 > 金'><style>a::before { content: '火' }</style>"
    job = paper.job(text + unprinted, head='<meta name="description" content="木"><title>月</title>')
    assert pdf.unshown(job) == "坑\U000f0000"


def test_a_pdf_does_not_depend_on_those_before_it(fontconfig: Path) -> None:
    def columns(height: int) -> str:
        """A page on which the last block across the columns leaves no room for what comes after it."""
        across = f'<div style="column-span: all; height: {height}mm"></div>'
        return f'<p>Oben</p>{across}<div style="break-inside: avoid; height: 90mm">Hoch</div><p>Unten</p>'

    small = "@page small { size: A5 }"
    jobs = [
        *(paper.job(f"<p>{text}</p>") for text in ("eins ∑", "zwei 📅 <b>drei</b> Ж")),
        paper.job(columns(100), head=f"<style>{small} main {{ page: small }}</style>", body="kn-two-columns"),
        paper.job(columns(170), head=f"<style>{small}</style>", body="kn-two-columns"),
    ]
    # what one leaves behind may stay for good: each is compared with one from a process of its own
    spawning = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=spawning, max_tasks_per_child=1) as processes:
        alone = list(processes.map(pdf.typeset, jobs, [fontconfig] * len(jobs)))
    assert [pdf.typeset(job, fontconfig) for job in jobs] == alone
    assert [pdf.typeset(job, fontconfig) for job in jobs[::-1]] == alone[::-1]


@pytest.mark.parametrize(
    ("instead", "said"),
    [
        ("raise OSError('cannot load library libpango-1.0-0: no such file\\nmore')", "libpango"),
        ("__version__ = '71.0'", weasyprint_patches.VERSIONS["weasyprint"]),
    ],
)
def test_a_machine_that_cannot_make_pdfs_is_told_once(instead: str, said: str, tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", {f"content/articles/{n}.md": article(f"Number {n}") for n in range(4)})
    (tmp_path / "shadow").mkdir()
    (tmp_path / "shadow/weasyprint.py").write_text(instead, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path / 'shadow'}{os.pathsep}{SOURCE}"}
    done = subprocess.run(
        [sys.executable, "-m", "kommunalnews", "build", "-s", site.source, "-d", site.destination, "--no-cache"],
        env=environment, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    told = done.stdout + done.stderr
    assert done.returncode == 1
    assert told.count("[pdf-unavailable]") == 1
    assert said in told
    assert "Traceback" not in told


def test_where_fonts_are_cut_down_slowly_it_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {f"content/articles/{n}.md": article(f"Number {n}") for n in range(3)}
    site = SiteFolder(tmp_path / "site", files)
    assert site.build(pdf=True, executor=ProcessExecutor(2)).diagnostics == ()
    monkeypatch.setattr(toolchain, "system_libraries", lambda: ("pango 1", "harfbuzz-subset "))
    assert site.build(executor=ProcessExecutor(2)).diagnostics == ()
    report = site.build(pdf=True, executor=ProcessExecutor(2))
    assert [(found.code, found.is_error) for found in report.diagnostics] == [("pdf-slow", False)]
    site.write({"content/articles/other.md": article("Other", pdf="off")})
    assert site.build(pdf=True, executor=ProcessExecutor(2)).diagnostics == ()


@pytest.mark.parametrize("name", weasyprint_patches.VERSIONS)
def test_what_is_patched_is_pinned_and_no_other_version_is_worked_with(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On an upgrade: read again what is patched, and what the tags are found by; then raise the version."""
    import importlib
    import tomllib

    wanted = weasyprint_patches.VERSIONS[name]
    assert importlib.metadata.version(name) == wanted
    pinned = tomllib.loads((SOURCE.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    assert f"{name}=={wanted}" in pinned
    monkeypatch.setattr(importlib.import_module(name), "__version__", "99.0")
    with pytest.raises(weasyprint_patches.UnknownVersion, match=f"{name} 99.0 is installed, {wanted} is needed"):
        weasyprint_patches.install.__wrapped__()


def test_the_patches_are_in_their_places() -> None:
    weasyprint = weasyprint_patches.install()
    from weasyprint import css
    from weasyprint.layout import block, inline, preferred
    from weasyprint.pdf.metadata import DocumentMetadata

    assert weasyprint.pdf.add_tags.__module__ == "kommunalnews.rendering.pdf_tags"
    assert block.columns_layout.__module__ == "kommunalnews.rendering.columns"
    for replaced in (css.ComputedStyle.__missing__, css.StyleFor.set_computed_styles):
        assert replaced.__code__.co_filename.endswith("rendering/cascade.py")
    ours = (
        inline.split_first_line, preferred.split_first_line,
        weasyprint.pdf.stream.Stream.marked, inline.split_text_box, inline.remove_last_whitespace,
        DocumentMetadata.generate_rdf_metadata, DocumentMetadata.include_in_pdf, weasyprint.pdf.pydyf.Stream.data.fget,
    )  # fmt: skip
    assert {patched.__module__ for patched in ours} == {weasyprint_patches.__name__}


def test_what_is_patched_is_what_it_was() -> None:
    """The code that the patches wrap or replace, as it was when they were written; an upgrade must not go unread."""
    from hashlib import blake2b
    from importlib.metadata import distribution

    read = (
        *(
            "css/__init__.py",
            "css/html5_ua.css",
            "pdf/tags.py",
            "pdf/stream.py",
            "pdf/metadata.py",
            "pdf/pdfa.py",
            "text/fonts.py",
            "text/line_break.py",
        ),
        *(f"layout/{name}.py" for name in ("inline", "block", "column", "preferred", "percent", "absolute")),
    )
    files = [distribution("weasyprint").locate_file(f"weasyprint/{name}") for name in read]
    files += [distribution(name).locate_file(f"{name}/__init__.py") for name in ("pydyf", "pyphen")]
    assert (
        blake2b(b"".join(Path(str(file)).read_bytes() for file in files), digest_size=8).hexdigest()
        == "2578819cbaab30f9"
    )


def test_words_are_hyphenated_as_pyphen_does() -> None:
    import pyphen

    path = pyphen.LANGUAGES["de"]
    theirs, ours = pyphen.HyphDict(path), hyphenation.read(path)
    assert ours is not None
    assert ours.longest == theirs.maxlen
    assert {letters: ours.get(letters) for letters in theirs.patterns} == theirs.patterns


def test_patterns_that_replace_letters_are_left_to_pyphen() -> None:
    import pyphen

    assert hyphenation.read(pyphen.LANGUAGES["hu"]) is None
