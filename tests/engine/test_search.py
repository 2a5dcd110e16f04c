"""The search index: a folder of files for each shard, made anew where a text in it has changed, and only there."""

import gzip
import random
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sites import SiteFolder, article

from kommunalnews.outputs.search import MOST
from kommunalnews.recipes import SearchRecipe
from kommunalnews.rendering import cbor, search_index, search_text
from kommunalnews.rendering.compounds import Vocabulary, words_of

OLD, NEW = "content/articles/old.md", "content/articles/new.md"
FILES = {
    OLD: article("Old town hall", date="2025-03-01", tags="[Rathaus, Umwelt]", location="Hilltown"),
    NEW: article("New bridge", date="2026-03-01", tags="[Umwelt]"),
    "content/articles/draft.md": article("Secret plan", draft="true", date="2026-03-01"),
    "content/pages/imprint.md": "---\ntitle: Imprint\n---\n\nWords.\n",
}


def shards(site: SiteFolder) -> dict[str, SearchRecipe]:
    """The shards that are planned, by name."""
    recipes = {path.split("/")[2]: one.recipe for path, one in site.plan(search=True).items() if "/index/" in path}
    return {name: recipe for name, recipe in recipes.items() if isinstance(recipe, SearchRecipe)}


def index(site: SiteFolder) -> dict[str, bytes]:
    """The published index."""
    return {path: data for path, data in site.published().items() if path.startswith("suche/index/")}


def texts(site: SiteFolder) -> str:
    """Everything that the published index says of texts."""
    return "".join(gzip.decompress(data).decode() for path, data in index(site).items() if path.endswith("_fragment"))


def test_one_article_moves_one_shard(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", FILES)
    before = shards(site)
    assert set(before) == {"2025-1", "2026-1", "seiten"}
    site.write({NEW: article("New bridge", "Another text.", date="2026-03-01", tags="[Umwelt]")})
    assert {name for name, recipe in shards(site).items() if recipe != before[name]} == {"2026-1"}


def test_a_shard_knows_the_headlines_tags_and_places_of_the_one_before(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", FILES)
    site.write({NEW: article("New bridge", "Das Altstadtrathaus.", date="2026-03-01")})
    before = shards(site)
    assert before["2026-1"].before == ("Old town hall Hilltown Rathaus Umwelt",)
    assert before["2025-1"].before == before["seiten"].before == ()
    body = "<p>Das Altstadtrathaus.</p>"
    ((_, page),) = search_text.pages(before["2026-1"], lambda _: body)
    assert ">rathaus<" in page
    site.write({OLD: article("Old town hall", "New words.", date="2025-03-01", tags="[Rathaus, Umwelt]",
                             location="Hilltown")})  # fmt: skip
    assert {name for name, recipe in shards(site).items() if recipe != before[name]} == {"2025-1"}
    site.write({OLD: article("Old town hall", date="2025-03-01")})
    assert {name for name, recipe in shards(site).items() if recipe != before[name]} == {"2025-1", "2026-1"}


def test_a_full_year_has_several_shards_and_a_new_article_comes_last(tmp_path: Path) -> None:
    files = {f"content/articles/{n:03}.md": article(f"No. {n}", date="2026-01-02") for n in range(MOST + 1)}
    site = SiteFolder(tmp_path / "site", files)
    before = shards(site)
    assert [len(before[name].records) for name in ("2026-1", "2026-2")] == [MOST, 1]
    site.write({"content/articles/last.md": article("Last", date="2026-02-01")})
    after = shards(site)
    assert after["2026-1"] == before["2026-1"]
    assert [record.title for record in after["2026-2"].records][-1] == "Last"


def test_what_tells_of_a_page_that_was_found_holds_what_results_show_and_not_its_text(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", {NEW: article("New bridge", "Zirbelnuss.", date="2026-03-01", lead="A lead.")})
    site.build(search=True)
    assert "A lead." in texts(site)
    assert "Zirbelnuss" not in texts(site)
    assert sorted(path for path in index(site) if path.endswith((".pf_meta", ".json", ".js"))) == [
        "suche/index/2026-1/pagefind.pf_meta", "suche/index/seiten/pagefind-entry.json",
        "suche/index/seiten/pagefind.js", "suche/index/seiten/pagefind.pf_meta",
    ]  # fmt: skip


def test_nothing_that_is_withheld_is_indexed_not_even_in_a_preview(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", FILES)
    site.build(search=True, drafts=True)
    assert "New bridge" in texts(site)
    assert "Secret" not in texts(site)


def test_an_incremental_index_is_a_clean_one_and_leaves_nothing_behind(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", FILES)
    site.build(search=True)
    edits: list[dict[str, str]] = [
        {NEW: article("New bridge", "Rathausbrücke, Brücke.", date="2026-03-01")},
        {"content/articles/third.md": article("Third", date="2024-03-01", tags="[Umwelt, Öl]")},
        {OLD: article("Old town hall", date="2026-03-01")},
        {"content/site.yaml": "title: X\nbase_url: https://example.org/a/\nsections: [Town, Country]\nlanguage: en\n"},
    ]
    for number, edit in enumerate(edits):
        site.write(edit)
        site.build(search=True)
        clean = tmp_path / f"clean-{number}"
        site.build(search=True, destination=str(clean), cache="")
        assert site.published() == site.published(clean)
    assert site.build(search=True).written == ()
    assert not any("2025" in path for path in index(site))
    site.build()
    assert index(site) == {}


def test_a_shard_that_was_touched_is_mended_from_the_store(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", FILES)
    site.build(search=True)
    before = site.published()
    victims = [path for path in before if "/2026-1/" in path and path.endswith(("_index", "_fragment"))]
    (site.destination / victims[0]).unlink()
    (site.destination / victims[1]).write_bytes(b"")
    assert set(site.build(search=True).written) == set(victims[:2])
    assert site.published() == before
    assert site.build(search=True).written == ()


def test_without_pagefind_one_diagnostic_says_so_and_the_rest_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = SiteFolder(tmp_path / "site", FILES)
    monkeypatch.setitem(__import__("sys").modules, "pagefind_bin", None)
    report = site.build(search=True)
    assert {one.code for one in report.diagnostics} == {"search-unavailable"}
    assert len(report.diagnostics) == 1
    assert "index.html" in report.written
    monkeypatch.undo()
    assert not site.build(search=True).diagnostics


def test_an_index_that_fails_costs_no_page_and_keeps_the_old_shard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = SiteFolder(tmp_path / "site", FILES)
    site.build(search=True)
    before = index(site)
    site.write({NEW: article("Newer bridge", date="2026-03-01")})
    monkeypatch.setattr("pagefind_bin.get_executable", lambda: Path("/bin/false"))
    report = site.build(search=True)
    assert [one.code for one in report.diagnostics] == ["search-failed"]
    assert index(site) == before
    monkeypatch.undo()
    site.build(search=True)
    assert "Newer bridge" in texts(site)
    assert "New bridge" not in texts(site)


def test_the_same_pages_make_the_same_files() -> None:
    rolls = random.Random(1)
    tags = "".join(f'<meta data-pagefind-filter="tag[content]" content="{rolls.random()}">' for _ in range(40))
    pages = [(f"/{n}/", f"<html><head>{tags}</head><body><main>Wort {n}</main></body></html>") for n in range(5)]
    first = search_index.index("de", pages, has_program=True)
    assert isinstance(first, dict)
    assert {"pagefind.js", "wasm.pagefind", "pagefind-entry.json", "pagefind.pf_meta"} < set(first)
    assert b"PagefindInstance=class" in first["pagefind.js"]
    assert all(search_index.index("de", pages, has_program=True) == first for _ in range(5))


VALUES: st.SearchStrategy[cbor.Value] = st.recursive(
    st.integers(0, 2**64 - 1) | st.text(), lambda inner: st.lists(inner, max_size=30), max_leaves=20
)


@given(VALUES)
def test_cbor_is_read_as_it_was_written(value: cbor.Value) -> None:
    assert cbor.decode(cbor.encode(value)) == value


@pytest.mark.parametrize("data", [b"", b"\x18", b"\x82\x01", b"\x01\x01", b"\xf5", b"\x9f\x01", b"\x78\x05abc"])
def test_other_bytes_are_no_cbor(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"CBOR|number|codec"):
        cbor.decode(data)


TEXT = (
    "Das Netzgerät, die Spannung, der Rat, die Bürger: hoch. Ein Betrieb der Wirtschaft. Ausbau und Förderung. "
    "Die Schulen haben einen Hof. Die Information, die Formation und das Land."
)


@pytest.mark.parametrize(
    ("word", "wanted"),
    [
        ("Hochspannungsnetzgerät", {"netzgerät", "spannungsnetzgerät"}),
        ("Hochspannungsnetzgeräten", {"netzgeräten", "spannungsnetzgeräten"}),
        ("Unbekanntnetzgerät", {"netzgerät"}),
        ("Abfallwirtschaftsbetrieb", {"betrieb", "wirtschaftsbetrieb"}),
        ("Ausbauförderung", {"förderung"}),
        ("Schulenhof", {"hof"}),
        ("Bürgerrat", {"rat"}),
        ("Information", set()),
        ("Informationen", set()),
        ("Verwaltungsdigitalisierung", {"digitalisierung"}),
        ("Glasfasergesellschaftsvertrag", {"vertrag"}),
        ("Wohnungsnot", set()),
        ("Landbeleuchtung", {"beleuchtung"}),
        ("Bürgerinnen", set()),
        ("Bürgerschaften", set()),
        ("Betrieb", set()),
        ("Köln", {"koeln"}),
        ("Mueller", {"müller"}),
        ("Frauen", set()),
        ("Feuer", set()),
    ],
)
def test_a_compound_is_found_by_its_parts(word: str, wanted: set[str]) -> None:
    others = set(Vocabulary(words_of(TEXT)).others([word]))
    assert {one for one in others if one in wanted or not re.search("ae|oe|ue", one)} == wanted


def test_a_seam_that_shows_needs_no_other_text(tmp_path: Path) -> None:
    files = {
        OLD: article("Alpha", "Ein Hochspannungsnetzgerät.", date="2025-03-01"),
        NEW: article("Beta", "Ein Netzgerät.", date="2026-03-01"),
    }
    site = SiteFolder(tmp_path / "site", files)
    recipe = shards(site)["2025-1"]
    page = dict(search_text.pages(recipe, lambda _: "<p>Ein Hochspannungsnetzgerät.</p>"))
    assert {"netzgerät", "netzgeraet"} < set(re.findall(r"\w+", page["/meldungen/2025/alpha/"]))
