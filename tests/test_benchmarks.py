"""The benchmarks: the same articles for every tool, a table, a picture. Nothing is asserted about time."""

import importlib
import re
import sys
from datetime import date
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

FOLDER = Path(__file__).parents[1] / "benchmarks"
sys.path.insert(0, str(FOLDER))

corpus = importlib.import_module("corpus")
measure = importlib.import_module("measure")
plot = importlib.import_module("plot")
results = importlib.import_module("results")
portals = importlib.import_module("portals")
tables = importlib.import_module("tables")
tools = importlib.import_module("tools")

TOOLS = [tool.key for tool in tools.TOOLS]
SVG = "{http://www.w3.org/2000/svg}"


def written(folder: Path) -> dict[str, bytes]:
    """All files below the folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def site(folder: Path, count: int) -> dict[str, bytes]:
    """Our own site of so many articles, as the command writes it."""
    sys_argv, sys.argv = sys.argv, ["corpus.py", str(folder), str(count)]
    try:
        corpus.main()
    finally:
        sys.argv = sys_argv
    return written(folder)


def run(*sizes: int) -> object:
    """A run in which the n-th tool takes n seconds for each thousand articles, and a tenth for a new one."""
    found = results.begin(None, MACHINE, {"kommunalnews": "1.0", "hugo": "0.168.0"}, 1)
    for articles in sizes:
        measured = found.of(articles)
        for number, key in enumerate(TOOLS, 1):
            taken = number * articles / 1000
            measured.seconds.setdefault("cold", {})[key] = [taken]
            measured.seconds.setdefault("article", {})[key] = [taken / 10]
    return found


MACHINE = results.Machine(cores=2, memory=8.0, system="Linux", python="3.11.7", node="", load=0.0)


# ── the articles ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_same_number_gives_the_same_files(tmp_path: Path) -> None:
    first, second = site(tmp_path / "first", 30), site(tmp_path / "second", 30)
    assert first == second
    assert len([path for path in first if path.startswith("content/articles/")]) == 30


def test_another_number_gives_other_articles() -> None:
    assert next(corpus.articles(30)).title != next(corpus.articles(31)).title


@pytest.mark.parametrize("form", list(corpus.FORMS))
def test_every_form_holds_every_title_and_text(tmp_path: Path, form: str) -> None:
    for article in corpus.articles(12):
        corpus.write(tmp_path, article, form)
        text = (tmp_path / corpus.path_of(article, form)).read_text(encoding="utf-8")
        assert article.title in text
        assert article.lead in text
        assert article.body in text
        assert article.section in text
        assert all(tag in text for tag in article.tags)
    assert len(written(tmp_path)) == 12


def test_articles_published_later_are_newer_than_all_and_use_their_words() -> None:
    old = list(corpus.articles(40))
    new = [corpus.more(40, number) for number in range(3)]
    days = [article.day for article in (*old, *new)]
    assert days == sorted(days)
    assert len({article.title for article in (*old, *new)}) == 43
    assert set(new[0].tags) <= {tag for article in old for tag in article.tags}
    assert new == [corpus.more(40, number) for number in range(3)]


def test_each_tool_gets_a_site_of_its_own(tmp_path: Path) -> None:
    made = portals.make((*tools.TOOLS, *tools.PDF_TOOLS), tmp_path, 3, tools.ROOT)
    for tool, place in made.items():
        folder = place.folder / corpus.FORMS[tool.form][0]
        assert len(list(folder.rglob("artikel-*.md"))) == 3
    ssi = next(place for tool, place in made.items() if tool.key == "kommunalnews-ssi")
    assert "fragments: ssi" in (ssi.folder / "content" / "site.yaml").read_text(encoding="utf-8")


def test_every_edit_is_a_real_one(tmp_path: Path) -> None:
    (place,) = portals.make(tools.TOOLS[:1], tmp_path, 4, tools.ROOT).values()
    seen = [written(place.folder)]
    for repetition in range(2):
        portals.ROWS["body"].change(place, repetition)
        seen.append(written(place.folder))
    assert [len(before.items() ^ after.items()) for before, after in pairwise(seen)] == [2, 2]


def test_a_corpus_that_reaches_into_the_future_is_built_after_its_last_day(tmp_path: Path) -> None:
    shop = tools.Workshop(tmp_path, tools.ROOT)
    ours, hugo = (next(tool for tool in tools.TOOLS if tool.form == form) for form in ("kommunalnews", "hugo"))
    assert "2073-06-15T12:00:00" in shop.words(ours, tmp_path, date(2073, 6, 14))
    assert "2073-06-15T12:00:00Z" in shop.words(hugo, tmp_path, date(2073, 6, 14))
    assert "--now" not in shop.words(ours, tmp_path, date(2011, 6, 14))


# ── the memory and the end of a process ──────────────────────────────────────────────────────────────────────────────


def command(folder: Path, code: str, limit: float = 60) -> object:
    """A Python program as something to measure."""
    return measure.Command((sys.executable, "-c", code), folder, {}, limit)


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="only Linux tells of memory in this way")
def test_memory_counts_children_too(tmp_path: Path) -> None:
    held = "x = bytes(60_000_000).replace(b'\\0', b'\\1'); import time; time.sleep(1)"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {held!r}])"
    assert measure.memory(command(tmp_path, code)) > 60_000_000


def test_a_build_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(measure.Failed, match=r"exit code 3: no$"):
        measure.seconds(command(tmp_path, "print('no'); raise SystemExit(3)"))


def test_a_build_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    with pytest.raises(measure.Failed, match="took longer than 0 s"):
        measure.seconds(command(tmp_path, "import time; time.sleep(60)", limit=0.2))


# ── the table ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("seconds", "text"), [(0.384, "0.38"), (9.99, "9.99"), (9.999, "10.0"), (99.96, "100")])
def test_three_figures_are_enough(seconds: float, text: str) -> None:
    assert tables.number(seconds) == text


@pytest.mark.parametrize(
    ("ours", "theirs", "text"), [(1.0, 34.0, "1/34"), (1.0, 10.0, "1/10"), (5.0, 10.0, "0.50"), (12.0, 10.0, "1.20")]
)
def test_a_ratio_says_how_many_times_faster(ours: float, theirs: float, text: str) -> None:
    assert tables.ratio(ours, theirs) == text


def test_a_cell_holds_median_least_and_most() -> None:
    assert tables.time_cell([2.6, 2.4, 2.5]) == "2.50 s (2.40–2.60)"
    assert tables.time_cell([2.6]) == "2.60 s"
    assert tables.time_cell([]) == "–"


def test_the_table_has_a_column_for_each_tool_and_a_line_for_each_row() -> None:
    text = tables.markdown(run(1000))
    lines = [line for line in text.splitlines() if line.startswith("|")]
    assert len({line.count("|") for line in lines}) == 1
    assert lines[0].startswith("| 1,000 articles | kommunalnews | kommunalnews, ssi | Hugo, related | Hugo |")
    assert lines[2].startswith("| cold | 1.00 s | 2.00 s | 3.00 s | 4.00 s |")
    assert lines[2].endswith("| 0.33 · 0.67 | 0.25 · 0.50 |")


def test_the_table_says_what_failed() -> None:
    found = run(1000)
    found.of(1000).failed["hugo"] = "cold: took longer than 5 s"  # type: ignore[attr-defined]
    assert "Hugo failed: cold: took longer than 5 s." in tables.markdown(found)


def test_results_are_the_same_after_writing_and_reading(tmp_path: Path) -> None:
    found = run(1000, 10_000)
    results.write(found, tmp_path / "results.json")
    assert results.read(tmp_path / "results.json") == found


# ── the picture ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("sizes", [(1000,), (1000, 10_000), (1000, 10_000, 100_000), ()])
def test_the_picture_is_xml_and_names_every_tool(sizes: tuple[int, ...]) -> None:
    root = ElementTree.fromstring(plot.draw(run(*sizes)))
    assert root.get("role") == "img"
    told = {element.get("id"): element.text for element in root.iter() if element.tag in (f"{SVG}title", f"{SVG}desc")}
    assert root.get("aria-labelledby") == " ".join(name for name in told if name)
    shown = ["".join(element.itertext()) for element in root.iter(f"{SVG}text")]
    for key in TOOLS if sizes else ():
        name = plot.LOOKS[key].name
        assert len([text for text in shown if text.startswith(name)]) >= 2, name
        assert name in (told["description"] or "")


def test_labels_of_the_picture_do_not_overlap() -> None:
    assert plot.spread([10.0, 11.0, 12.0, 80.0], 5, 0, 100) == [6.0, 11.0, 16.0, 80.0]
    assert plot.spread([1.0, 1.0], 10, 0, 100) == [0.0, 10.0]
    assert plot.spread([99.0, 100.0], 10, 0, 100) == [90.0, 100.0]


# ── what stands in the repository ────────────────────────────────────────────────────────────────────────────────────


def test_the_locks_pin_by_digest_and_name_no_registry() -> None:
    npm = (FOLDER / "package-lock.json").read_text(encoding="utf-8")
    pip = (FOLDER / "requirements.lock").read_text(encoding="utf-8")
    assert '"resolved"' not in npm
    assert "://" not in pip
    pinned = re.findall(r"(?m)^[a-z0-9-]+==\S+ \\\n    --hash=sha256:", pip)
    assert len(pinned) == len(re.findall(r"(?m)^[a-z0-9-]+==", pip)) > 0


def test_the_peers_load_style_sheets_and_scripts_that_there_are() -> None:
    static = FOLDER.parent / "static"
    named = {"css/tokens.css"}
    for path in (FOLDER / "peers").rglob("*.*"):
        if path.suffix in (".html", ".js") and "node_modules" not in path.parts:
            text = path.read_text(encoding="utf-8")
            named |= {found[1] for found in re.finditer(r'"/?((?:css|js)/[a-z-]+\.(?:css|js))"', text)}
            for names in re.findall(r'"tokens"[ ,"a-z]*', text):
                named |= {f"css/{name}.css" for name in re.findall(r'"([a-z]+)"', names)}
    assert len(named) > 5
    assert {name for name in named if not (static / name).is_file()} == set()
