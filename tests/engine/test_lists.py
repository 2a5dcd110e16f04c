"""List pages that stay what they are, whatever is added after them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from sites import CONFIG, SiteFolder, article

from kommunalnews.content.model import Article, BodySummary, FrontMatter
from kommunalnews.digest import Digest
from kommunalnews.moments import Moment
from kommunalnews.outputs.lists import Slice, pages
from kommunalnews.pages import ListPage
from kommunalnews.recipes import TemplateRecipe
from kommunalnews.site import Entry


def entries(count: int) -> tuple[Entry, ...]:
    """Articles, newest first; number 0 is the oldest."""
    return tuple(_entry(number) for number in reversed(range(count)))


def _entry(number: int) -> Entry:
    matter = FrontMatter(title=f"Story {number}", date=Moment(number), section="Town")
    made = Article(
        f"content/articles/{number}.md",
        Digest(str(number)),
        Digest(str(number)),
        matter,
        f"story-{number}",
        "",
        "",
        BodySummary(Digest("")),
    )
    return Entry(made, made.path, f"/meldungen/2026/story-{number}/", "Town")


def numbers(page: Slice) -> list[int]:
    return [int(entry.article.slug.removeprefix("story-")) for entry in page.entries]


sizes = st.integers(1, 7)
counts = st.integers(0, 40)


@given(counts, counts, sizes)
def test_a_numbered_page_keeps_its_articles_for_ever(count: int, more: int, size: int) -> None:
    before = {page.address: numbers(page) for page in pages("/x/", entries(count), size) if page.number}
    after = {page.address: numbers(page) for page in pages("/x/", entries(count + more), size) if page.number}
    assert {address: after[address] for address in before} == before


@given(counts, counts, sizes)
def test_a_numbered_page_changes_at_most_once_when_it_gets_a_newer_neighbour(count: int, more: int, size: int) -> None:
    before = {page.address: page for page in pages("/x/", entries(count), size) if page.number}
    after = {page.address: page for page in pages("/x/", entries(count + more), size) if page.number}
    moved = [page.number for address, page in before.items() if after[address] != page]
    assert moved in ([], [len(before)])


@given(counts, sizes)
def test_pages_hold_every_article_once_newest_first(count: int, size: int) -> None:
    found = [number for page in pages("/x/", entries(count), size) for number in numbers(page)]
    assert found == list(reversed(range(count)))


@given(counts, sizes)
def test_no_page_is_empty_or_too_long(count: int, size: int) -> None:
    newest, *numbered = pages("/x/", entries(count), size)
    assert all(len(page.entries) == size for page in numbered)
    assert len(newest.entries) < 2 * size
    assert len(newest.entries) >= min(count, size)


@given(counts, sizes)
def test_neighbours_lead_to_each_other_and_end_at_the_oldest(count: int, size: int) -> None:
    found = list(pages("/x/", entries(count), size))
    by_address = {page.address: page for page in found}
    assert len(by_address) == len(found)
    assert found[0].newer == ""
    assert found[-1].older == ""
    for page in found[:-1]:
        assert by_address[page.older].newer == page.address


def test_list_pages_of_the_plan_hold_what_they_held(tmp_path: Path) -> None:
    start = datetime(2025, 1, 1, tzinfo=UTC)

    def write(first: int, last: int) -> None:
        site.write(
            {
                f"content/articles/{number:02}.md": article(
                    f"Story {number}", date=(start + timedelta(days=9 * number)).strftime("%Y-%m-%d"),
                    tags="[Tag]", location="Place", author="bs",
                )
                for number in range(first, last)
            }
        )  # fmt: skip

    def shown() -> dict[str, tuple[str, ...]]:
        recipes = {path: output.recipe for path, output in site.plan().items() if "/seite/" in path}
        return {
            path: tuple(teaser.title for teaser in recipe.page.teasers)
            for path, recipe in recipes.items()
            if isinstance(recipe, TemplateRecipe) and isinstance(recipe.page, ListPage)
        }

    site = SiteFolder(tmp_path / "site", config=CONFIG + "page_size: 3\n")
    write(0, 14)
    before = shown()
    write(14, 31)
    after = shown()
    assert len(before) >= 12
    assert {path: after[path] for path in before} == before
