"""What an edit moves: bounded by design, and known before anything is rendered."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sites import CONFIG, NOW, SiteFolder, article, at, changed

from kommunalnews.digest import of_value
from kommunalnews.pages import ArticlePage
from kommunalnews.site.related import WINDOW

FRAGMENTED = ["ssi", "client"]
MODES = ["inline", *FRAGMENTED]


def day(number: int) -> str:
    """A day, ``number`` days before the newest article."""
    return (datetime.fromtimestamp(at(NOW), UTC) - timedelta(days=number)).strftime("%Y-%m-%d")


def many(count: int) -> dict[str, str]:
    """Articles, one a day, each with every kind of term."""
    return {
        f"content/articles/a{number:04}.md": article(
            f"Story {number}", lead=f"Lead {number}.", date=day(number + 1), section=["Town", "Country"][number % 2],
            tags=f"[Tag {number % 3}]", location=f"Place {number % 3}", author="bs",
        )
        for number in range(count)
    }  # fmt: skip


def site_of(folder: Path, count: int, mode: str) -> SiteFolder:
    files = {**many(count), "content/authors.yaml": "bs: {name: Bettina Schulz}\n"}
    return SiteFolder(folder, files, config=f"{CONFIG}fragments: {mode}\npage_size: 5\nfeed_size: 5\n")


def recipes(site: SiteFolder) -> dict[str, str]:
    """Each output's path and the digest of what it shows."""
    return {path: of_value((output.recipe, output.inserts)) for path, output in site.plan().items()}


def moved(site: SiteFolder, files: dict[str, str]) -> set[str]:
    """Outputs that appear, vanish or change when ``files`` are written."""
    before = recipes(site)
    site.write(files)
    return changed(before, recipes(site))


NEW = article("The new one", date=day(0), section="Town", tags="[Tag 0]", location="Place 0", author="bs")


@pytest.mark.parametrize("mode", FRAGMENTED)
def test_new_article_moves_as_many_outputs_on_a_small_site_as_on_a_large_one(tmp_path: Path, mode: str) -> None:
    sizes = [
        len(moved(site_of(tmp_path / f"site{count}", count, mode), {"content/articles/new.md": NEW}))
        for count in (60, 120, 240)
    ]
    assert sizes[0] == sizes[1] == sizes[2] < 70


@pytest.mark.parametrize("mode", FRAGMENTED)
def test_new_article_moves_those_it_pushes_out_of_the_newest_and_a_few_it_belongs_to(tmp_path: Path, mode: str) -> None:
    found = moved(site_of(tmp_path / "site", 60, mode), {"content/articles/new.md": NEW})
    pages = {path for path in found if path.startswith("meldungen/")}
    assert pages > {
        "meldungen/2026/the-new-one/index.html",
        "meldungen/2026/the-new-one/druck.html",
        "meldungen/2026/story-7/index.html",  # the eighth of the site becomes the ninth
        "meldungen/2026/story-8/index.html",  # the fifth of Town becomes the sixth
    }
    belonging = pages - {f"meldungen/2026/{name}" for name in ("the-new-one/druck.html", "story-7/index.html")}
    assert len(belonging) <= 3 + WINDOW * len(("its tag", "its place", "both"))  # 3: itself, "Town", its neighbour
    assert not [path for path in belonging if path.endswith("druck.html")]


def test_new_article_moves_the_page_of_one_neighbour_and_the_links_between_them(tmp_path: Path) -> None:
    site = site_of(tmp_path / "site", 60, "ssi")
    before = recipes(site)
    between = article("In the middle", date=day(24), section="Town")  # beside stories 22 and 24, and like no other
    site.write({"content/articles/between.md": between})
    pages = {path for path in changed(before, recipes(site)) if path.startswith("meldungen/")}
    assert pages == {
        "meldungen/2026/in-the-middle/index.html",
        "meldungen/2026/in-the-middle/druck.html",
        "meldungen/2026/story-22/index.html",
        "meldungen/2026/story-24/index.html",
    }
    newest = article("The newest", date=day(0), section="Town")
    before = recipes(site)
    site.write({"content/articles/newest.md": newest})
    neighbours = [
        path for path in changed(before, recipes(site))
        if _neighbour(site, path) == "/meldungen/2026/the-newest/"
    ]  # fmt: skip
    assert neighbours == ["meldungen/2026/story-0/index.html"]


def _neighbour(site: SiteFolder, path: str) -> str:
    """What an article's page says is the newer one in its section."""
    output = site.plan().get(path)
    page = getattr(output.recipe, "page", None) if output else None
    return page.newer.href if isinstance(page, ArticlePage) and page.newer else ""


def test_new_article_moves_the_blocks_beside_every_article_where_they_are_inlined(tmp_path: Path) -> None:
    site = site_of(tmp_path / "site", 60, "inline")
    found = moved(site, {"content/articles/new.md": NEW})
    plan = site.plan()
    pages = {path for path in plan if path.startswith("meldungen/") and path.endswith("/index.html")}
    assert pages <= found
    others = found - pages
    assert not [path for path in others if "/seite/" in path and path not in _topmost(set(plan))]
    assert not [path for path in others if path.endswith("druck.html") and "the-new-one" not in path]


def test_new_article_moves_no_old_print_view_and_so_no_old_pdf(tmp_path: Path) -> None:
    for mode in MODES:
        found = moved(site_of(tmp_path / mode, 20, mode), {"content/articles/new.md": NEW})
        assert {path for path in found if path.endswith("druck.html")} == {"meldungen/2026/the-new-one/druck.html"}


def test_new_article_moves_the_newsletter_of_its_week_alone(tmp_path: Path) -> None:
    site = site_of(tmp_path / "site", 40, "ssi")
    site.write({"content/site.yaml": f"{CONFIG}newsletter: {{title: The week}}\nfragments: ssi\n"})
    found = moved(site, {"content/articles/new.md": article("New", date=day(20), section="Town")})
    weeks = {path.split("/")[1] for path in found if path.startswith("newsletter/")}
    assert len(weeks) == 1
    assert {path for path in found if path.startswith("newsletter/")} == {
        f"newsletter/{week}/{name}" for week in weeks for name in ("index.html", "mail.html", "newsletter.txt")
    }


def test_article_of_a_new_month_moves_the_newest_pages_of_its_year_alone(tmp_path: Path) -> None:
    files = {
        f"content/articles/{month}-{number}.md": article(f"Story {month} {number}", date=f"2025-{month:02}-{number:02}")
        for month in (1, 2) for number in range(1, 8)
    }  # fmt: skip
    site = SiteFolder(tmp_path / "site", files, config=CONFIG + "page_size: 2\nfragments: ssi\n")
    before = set(site.plan())
    found = moved(site, {"content/articles/new.md": article("New", date="2025-03-01")})
    numbered = {path for path in found if path.startswith("archiv/") and "/seite/" in path and path in before}
    assert numbered <= _topmost(before)


@pytest.mark.parametrize("mode", MODES)
def test_edited_body_moves_its_page_its_print_view_and_the_feeds(tmp_path: Path, mode: str) -> None:
    site = site_of(tmp_path / "site", 12, mode)
    text = many(12)["content/articles/a0003.md"]
    found = moved(site, {"content/articles/a0003.md": text.replace("Some words", "Quite other words")})
    lists = ["", "bereiche/country/", "stichworte/tag-0/", "orte/place-0/"]
    assert found == {
        "meldungen/2026/story-3/index.html",
        "meldungen/2026/story-3/druck.html",
        *(f"{base}{feed}" for base in lists for feed in ("atom.xml", "rss.xml", "feed.json")),
    }


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("number", [0, 6, 11])
def test_edited_headline_moves_exactly_the_files_that_show_it(tmp_path: Path, mode: str, number: int) -> None:
    site = site_of(tmp_path / "site", 12, mode)
    path = f"content/articles/a{number:04}.md"
    text = many(12)[path].replace("section:", "slug: fixed\nsection:")
    site.write({path: text.replace(f"Story {number}", "Zebra"), "content/articles/friend.md":
                article("A friend", date="2024-01-01", related=f"[a{number:04}.md]")})  # fmt: skip
    site.build()
    shown = site.mentions("Zebra")
    site.write({path: text.replace(f"Story {number}", "Okapi")})
    report = site.build()
    assert set(report.written) == shown == site.mentions("Okapi")
    assert "meldungen/2024/a-friend/index.html" in shown


@pytest.mark.parametrize("mode", FRAGMENTED)
def test_every_fragment_that_a_page_names_exists_and_no_other(tmp_path: Path, mode: str) -> None:
    files = {"content/vendors/stella.md": "---\nname: Stella\nsections: [Town]\n---\n"}
    site = site_of(tmp_path / "site", 30, mode)
    site.write(files)
    site.build()
    named = set()
    for path, data in site.published().items():
        if path.endswith(".html"):
            for mark in ('include virtual="/', 'fragment src="/'):
                named |= {piece.split('"')[0] for piece in data.decode().split(mark)[1:]}
    exist = {path for path in site.plan() if path.startswith("fragmente/")}
    assert named <= exist
    bases = {"fragmente/aktuelle-meldungen.html"}  # for pages that show no article of their own
    assert exist - named <= bases


def test_article_among_the_newest_is_not_offered_to_its_own_readers(tmp_path: Path) -> None:
    for mode in MODES:
        site = site_of(tmp_path / mode, 12, mode)
        site.build()
        for number in (0, 4, 7, 11):
            page = site.read(f"meldungen/2026/story-{number}/index.html")
            for fragment in (piece.split('"')[0] for piece in page.split('virtual="/')[1:] + page.split('src="/')[1:]):
                page += site.read(fragment) if fragment.startswith("fragmente/") else ""
            assert page.count(f'href="/meldungen/2026/story-{number}/"') == 0
            others = {f'href="/meldungen/2026/story-{other}/"' for other in range(9) if other != number}
            assert all(other in page for other in others if other != 'href="/meldungen/2026/story-8/"')


def test_articles_beyond_the_newest_share_one_block(tmp_path: Path) -> None:
    site = site_of(tmp_path / "site", 30, "inline")
    parts = set()
    for number in range(12, 30, 2):
        parts.add(site.plan()[f"meldungen/2026/story-{number}/index.html"].inserts)
    assert len(parts) == 1


def test_beside_an_only_article_stands_nothing_and_no_room_for_it(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", {"content/articles/a.md": article("Alpha")}, theme="packaged")
    site.build()
    assert "<aside" not in site.read("meldungen/2026/alpha/index.html")
    site.write({"content/articles/b.md": article("Beta")})
    site.build()
    assert site.read("meldungen/2026/alpha/index.html").count("<aside") == 1


def test_changed_title_of_the_site_moves_pages_but_no_sitemap(tmp_path: Path) -> None:
    site = site_of(tmp_path / "site", 5, "inline")
    found = {
        path.rpartition("/")[2] for path in _written(site, {"content/site.yaml": CONFIG.replace("Herald", "Post")})
    }
    assert "index.html" in found
    assert not found & {"sitemap.xml", "robots.txt", "_redirects"}


def _written(site: SiteFolder, files: dict[str, str]) -> tuple[str, ...]:
    site.build()
    site.write(files)
    return site.build().written


def _topmost(paths: set[str]) -> set[str]:
    """Of each list the numbered page beside the newest: its link to the newer one is all that may change."""
    pages: dict[str, int] = {}
    for path in paths:
        base, found, rest = path.partition("seite/")
        if found:
            pages[base] = max(pages.get(base, 0), int(rest.partition("/")[0]))
    return {f"{base}seite/{number + new}/index.html" for base, number in pages.items() for new in (0, -1)}
