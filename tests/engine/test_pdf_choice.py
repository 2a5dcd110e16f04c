"""Which articles have a PDF: the site says, the article may say otherwise, and one new article moves one old PDF."""

from pathlib import Path

import pytest
from sites import CONFIG, SiteFolder, Text, article

from kommunalnews.config import parse_config
from kommunalnews.pages import ArticlePage, Feed
from kommunalnews.recipes import Output, PdfRecipe, TemplateRecipe


def dated(day: int, **matter: str) -> str:
    return article(f"Day {day}", f"Words of day {day}.", date=f"2026-10-{day:02}", **matter)


FILES: dict[str, Text] = {f"content/articles/{day}.md": dated(day) for day in range(1, 9)}


def site(folder: Path, choice: str, **more: str) -> SiteFolder:
    files = {**FILES, **{f"content/articles/{name}.md": text for name, text in more.items()}}
    return SiteFolder(folder / "site", files, config=CONFIG + (f"pdf: {choice}\n" if choice else ""))


def days(made: SiteFolder) -> set[int]:
    """The days whose article has a PDF."""
    found = made.plan(pdf=True).values()
    return {int(output.source.rpartition("/")[2][:-3]) for output in found if isinstance(output.recipe, PdfRecipe)}


def page(output: Output) -> object:
    assert isinstance(output.recipe, TemplateRecipe)
    return output.recipe.page


@pytest.mark.parametrize(
    ("choice", "wanted"),
    [
        ("", range(1, 9)),
        ("on", range(1, 9)),
        ("true", range(1, 9)),
        ("off", ()),
        ("false", ()),
        ("recent 3", (6, 7, 8)),
        ("Recent 100", range(1, 9)),
        ("recent 0", ()),
    ],
)
def test_the_site_chooses_all_articles_the_newest_or_none(tmp_path: Path, choice: str, wanted: range) -> None:
    assert days(site(tmp_path, choice)) == set(wanted)


def test_an_article_stands_above_the_site(tmp_path: Path) -> None:
    made = site(tmp_path, "recent 2", **{"1": dated(1, pdf="on"), "8": dated(8, pdf="off")})
    assert days(made) == {1, 7}
    made.write({"content/site.yaml": CONFIG + "pdf: off\n"})
    assert days(made) == {1}
    assert not [path for path in made.plan(pdf=False) if path.endswith(".pdf")]


@pytest.mark.parametrize("choice", ["recent", "recent -1", "recent many", "500", "ja", "[on]"])
def test_what_is_no_choice_is_told_with_its_line(choice: str) -> None:
    config, [found] = parse_config(CONFIG + f"pdf: {choice}\n", "content/site.yaml")
    assert config is None
    assert (found.location.path, found.location.line) == ("content/site.yaml", CONFIG.count("\n") + 1)


def test_in_an_article_there_is_nothing_between_on_and_off(tmp_path: Path) -> None:
    [told] = site(tmp_path, "", **{"9": dated(9, pdf="recent 5")}).diagnostics()
    assert "“pdf” cannot be “recent 5”" in told
    assert "on / off" in told


def test_a_new_article_takes_the_pdf_from_one_other_and_moves_besides_only_its_neighbour(tmp_path: Path) -> None:
    made = site(tmp_path, "recent 3")
    before = made.plan(pdf=True)
    made.write({"content/articles/9.md": dated(9)})
    after = made.plan(pdf=True)
    assert days(made) == {7, 8, 9}
    moved = {
        output.source
        for path, output in after.items()
        if path.endswith("index.html") and path.startswith("meldungen/")
        if path not in before or page(output) != page(before[path])
    }
    lost, neighbour, new = (f"content/articles/{day}.md" for day in (6, 8, 9))
    assert moved == {lost, neighbour, new}
    views = [path for path in before if path.endswith("druck.html")]
    assert [path for path in views if after[path].recipe != before[path].recipe] == []


def test_pages_and_feeds_name_the_pdfs_that_there_are(tmp_path: Path) -> None:
    plan = site(tmp_path, "recent 3").plan(pdf=True)
    for path, output in plan.items():
        match output.recipe:
            case TemplateRecipe(page=ArticlePage(pdf=href)):
                assert (href.lstrip("/") in plan) == bool(href), path
            case TemplateRecipe(page=Feed(items=items)):
                assert [bool(item.pdf) for item in items] == [number < 3 for number in range(len(items))], path


def test_a_feed_lets_go_of_a_pdf_without_being_given_a_new_article(tmp_path: Path) -> None:
    made = site(tmp_path, "recent 3", **{"6": dated(6, section="Country")})
    [item] = made.plan(pdf=True)["bereiche/country/atom.xml"].recipe.page.items  # type: ignore[union-attr]
    assert item.pdf
    made.planned(pdf=True)
    made.write({"content/articles/9.md": dated(9)})
    [item] = made.plan(pdf=True)["bereiche/country/atom.xml"].recipe.page.items  # type: ignore[union-attr]
    assert not item.pdf
