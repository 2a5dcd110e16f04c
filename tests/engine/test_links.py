"""Claims about links: what readers are given of them, wherever the text is shown."""

from pathlib import Path

import pytest
from sites import SiteFolder, article

from kommunalnews.outputs.views import external_link
from kommunalnews.pages import Link

BODY = "## Über uns\n\nSee [the top](#ueber-uns), [nowhere](#nope) and a note[^1].\n\n[^1]: The note."


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> SiteFolder:
    made = SiteFolder(tmp_path_factory.mktemp("links") / "site", {"content/articles/a.md": article("A", BODY)})
    made.build()
    return made


@pytest.mark.parametrize("path", ["meldungen/2026/a/index.html", "meldungen/2026/a/druck.html"])
def test_a_link_within_a_text_stays_on_its_page(site: SiteFolder, path: str) -> None:
    page = site.read(path)
    assert '<a href="#ueber-uns">the top</a>, nowhere and' in page
    assert '<a href="#kn-fn-1"' in page


@pytest.mark.parametrize("feed", ["feed.json", "atom.xml"])
def test_a_link_within_a_text_leads_from_a_feed_to_its_page(site: SiteFolder, feed: str) -> None:
    url = "https://herald.example.org/meldungen/2026/a/"
    text = site.read(feed).replace("\\u003c", "<").replace("\\u003e", ">").replace('\\"', '"').replace("\\u0026", "&")
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&#34;", '"').replace("&quot;", '"')
    assert f'<a href="{url}#ueber-uns">the top</a>, nowhere and' in text
    assert f'<a href="{url}#kn-fn-1"' in text


def test_a_link_to_a_faulty_text_points_at_its_fault(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", {"content/articles/a.md": article("A", "See [it](b.md).")})
    assert site.codes() == ["link-broken"]
    site.write({"content/articles/b.md": article("B", section="Nowhere")})
    assert sorted(site.codes()) == ["file-unusable", "unknown-section"]
    site.write({"content/articles/b.md": "no front matter"})
    assert sorted(site.codes()) == ["file-unusable", "front-matter-missing"]


@pytest.mark.parametrize(
    ("written", "link"),
    [
        ("www.stadt.example", Link("www.stadt.example", "https://www.stadt.example")),
        ("http://stadt.example/a?b", Link("stadt.example/a", "http://stadt.example/a?b")),
        ("tel:+49 631 / 12-34", Link("+49 631 / 12-34", "tel:+4963112-34")),
        ("Mailto:a@stadt.example?subject=B", Link("a@stadt.example", "mailto:a@stadt.example?subject=B")),
    ],
)
def test_links_beside_an_article_show_no_scheme(written: str, link: Link) -> None:
    assert external_link(written) == link


def test_only_links_to_websites_are_marked_as_leaving(tmp_path: Path) -> None:
    links = "[www.stadt.example, 'tel:+49 1']"
    site = SiteFolder(tmp_path / "site", {"content/articles/a.md": article("A", links=links)}, theme="packaged")
    site.build()
    page = site.read("meldungen/2026/a/index.html")
    assert '<a class="external" href="https://www.stadt.example" rel="external noopener">' in page
    assert '<a href="tel:+491">+49 1</a>' in page
