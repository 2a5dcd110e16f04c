"""Drafts, embargoes and what has expired: nothing of them is published, and the moment of the next change is known."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sites import CONFIG, NOW, SiteFolder, Theme, article, at, changed

from kommunalnews.digest import of_value
from kommunalnews.requests import Change

MODES = ["inline", "ssi", "client"]
STATES = {
    "draft": {"draft": "true"},
    "scheduled": {"publish_at": "2026-11-24 08:00"},
    "dated ahead": {"date": "2026-12-01"},
    "expired": {"expires_at": "2026-11-23"},
}
SECRET_PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg"><!-- zirbelnuss --></svg>'
SECRET_PAGE = "---\ntitle: Zirbelnuss\ndraft: true\naliases: [/zirbelnuss/]\n---\nZirbelnuss"
SECRET_VENDOR = "---\nname: Zirbelnuss\nfrom: 2026-11-24\nsections: [Town]\n---\nZirbelnuss"
SECRET_ISSUE = """\
title: November
date: 2026-11-22
articles: [../articles/kranichzug/index.md, ../articles/open.md]
editorial: See [this](../articles/kranichzug/index.md#zirbelnuss).
"""
SECRET_DRAFT = "title: Zirbelnuss\ndate: 2026-11-22\ndraft: true\narticles: [../articles/open.md]\n"
SECRETS = ["Kranichzug", "kranichzug", "Zirbelnuss", "zirbelnuss"]
"""Every word that stands in something withheld and nowhere else."""


def secret_site(folder: Path, mode: str, theme: Theme, state: dict[str, str]) -> SiteFolder:
    """A site with one article whose every field is a secret, and with others that point at it."""
    secret = article(
        "Kranichzug",
        "Zirbelnuss.\n\n## Zirbelnuss {#zirbelnuss}\n\n![Zirbelnuss](zirbelnuss.svg) [file](/files/zirbelnuss.txt)",
        **{
            "kicker": "Zirbelnuss", "lead": "Zirbelnuss.", "teaser": "Zirbelnuss.", "tags": "[Zirbelnuss]",
            "location": "Zirbelnuss", "author": "zirbelnuss", "links": "[www.zirbelnuss.example]",
            "aliases": "[/zirbelnuss.html]", "image": "{src: zirbelnuss.svg, alt: Zirbelnuss}",
            "related": "[/articles/open.md]", **state,
        },
    )  # fmt: skip
    return SiteFolder(
        folder,
        {
            "content/articles/kranichzug/index.md": secret,
            "content/articles/kranichzug/zirbelnuss.svg": SECRET_PICTURE,
            "content/files/zirbelnuss.txt": "zirbelnuss",
            "content/authors.yaml": "zirbelnuss: {name: Zirbelnuss, bio: Zirbelnuss}\n",
            "content/articles/open.md": article(
                "Open",
                "[a link](kranichzug/index.md#zirbelnuss) [by address](/meldungen/2026/zirbelnuss-kranichzug/)",
                related="[kranichzug/index.md]",
            ),
            "content/pages/kranichzug.md": SECRET_PAGE,
            "content/vendors/kranichzug.md": SECRET_VENDOR,
            "content/issues/2026-11.yaml": SECRET_ISSUE,
            "content/issues/zirbelnuss.yaml": SECRET_DRAFT,
            "content/issues/all.yaml": "title: All\ndate: 2026-11-22\nfrom: 2026-01-01\nuntil: 2027-01-01\n",
        },
        theme=theme,
        config=f"{CONFIG}fragments: {mode}\nlead: articles/kranichzug/index.md\n"
        "menus: {main: [{label: Help, page: kranichzug}]}\n",
    )


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("state", STATES)
def test_nothing_of_what_is_withheld_is_in_any_published_byte_or_path(tmp_path: Path, mode: str, state: str) -> None:
    site = secret_site(tmp_path / "site", mode, "golden", STATES[state])
    site.build()
    assert site.mentions(*SECRETS) == set()
    assert "meldungen/2026/open/index.html" in site.published()


@pytest.mark.parametrize("mode", MODES)
def test_the_packaged_templates_keep_the_secret_too(tmp_path: Path, mode: str) -> None:
    site = secret_site(tmp_path / "site", mode, "packaged", STATES["draft"])
    site.build()
    assert site.mentions(*SECRETS) == set()


@pytest.mark.parametrize("mode", MODES)
def test_an_article_that_is_withdrawn_leaves_no_trace(tmp_path: Path, mode: str) -> None:
    site = secret_site(tmp_path / "site", mode, "golden", {})
    site.build(drafts=True, future=True)
    assert len(site.mentions(*SECRETS)) > 15
    site.build(now="2026-11-23 11:00")
    assert site.mentions(*SECRETS)
    text = (
        (site.source / "content/articles/kranichzug/index.md").read_text().replace("section:", "draft: true\nsection:")
    )
    site.write({"content/articles/kranichzug/index.md": text})
    site.build()
    assert site.mentions(*SECRETS) == set()
    assert not (site.destination / "meldungen/2026/zirbelnuss-kranichzug").exists()


STATUS = st.sampled_from(["public", *STATES])


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(states=st.lists(STATUS, min_size=2, max_size=6), mode=st.sampled_from(MODES))
def test_an_article_is_mentioned_if_and_only_if_it_is_public(
    tmp_path_factory: pytest.TempPathFactory, states: list[str], mode: str
) -> None:
    words = ["Amsel", "Drossel", "Elster", "Falke", "Gimpel", "Habicht"][: len(states)]
    others = ", ".join(f"{word}.md" for word in words)
    files = {
        f"content/articles/{word}.md": article(
            f"{word} x", f"{word} y", related=f"[{others}]", tags=f"[{word}]", **STATES.get(state, {})
        )
        for word, state in zip(words, states, strict=True)
    }
    site = SiteFolder(tmp_path_factory.mktemp("site") / "site", files, config=f"{CONFIG}fragments: {mode}\n")
    site.build()
    shown = [word for word in words if site.mentions(word, word.lower())]
    assert shown == [word for word, state in zip(words, states, strict=True) if state == "public"]


def test_a_preview_shows_them_with_a_badge_and_asks_not_to_be_indexed(tmp_path: Path) -> None:
    site = SiteFolder(
        tmp_path / "site",
        {f"content/articles/{n}.md": article(f"Story {n}", **state) for n, state in enumerate(STATES.values())},
    )
    site.build(drafts=True, future=True, expired=True)
    badges = [site.read(f"meldungen/2026/story-{number}/index.html").count(badge) for number, badge in
              enumerate(["draft", "scheduled", "scheduled", "expired"])]  # fmt: skip
    assert all(badges)
    assert "Disallow: /" in site.read("robots.txt")
    pages = [path for path in site.published() if path.endswith("index.html")]
    assert all('content="noindex"' in site.read(path) for path in pages)
    assert not [path for path in ("sitemap.xml", "sitemap-news.xml") if "story-" in site.read(path)]


@pytest.mark.parametrize("asked", ["drafts", "future", "expired"])
def test_a_preview_shows_only_what_it_was_asked_for(tmp_path: Path, asked: str) -> None:
    files = {f"content/articles/{name}.md".replace(" ", ""): article(name, **state) for name, state in STATES.items()}
    planned = SiteFolder(tmp_path / "site", files).planned(**{asked: True})
    expected = {"drafts": {"draft"}, "future": {"scheduled", "dated ahead"}, "expired": {"expired"}}[asked]
    assert {entry.article.matter.title for entry in planned.site.entries} == expected
    assert {found.title for found in planned.site.withheld} == set(STATES) - expected


def test_what_is_withheld_is_reported_with_its_reason(tmp_path: Path) -> None:
    files = {f"content/articles/{n}.md": article(name, **STATES[name]) for n, name in enumerate(STATES)}
    report = SiteFolder(tmp_path / "site", files).check()
    found = [(it.title, it.reason, it.until.iso[:16] if it.until else "") for it in report.withheld]
    assert found == [
        ("draft", "draft", ""),
        ("scheduled", "scheduled", "2026-11-24T08:00"),
        ("dated ahead", "scheduled", "2026-12-01T00:00"),
        ("expired", "expired", ""),
    ]


def test_a_related_draft_is_no_mistake_by_path_or_by_slug(tmp_path: Path) -> None:
    files = {
        "content/articles/a.md": article("A", related="[b.md, b-side]"),
        "content/articles/b.md": article("B side", draft="true"),
    }
    assert SiteFolder(tmp_path / "site", files).codes() == []


# ── the next change ──────────────────────────────────────────────────────────────────────────────────────────────────

TIMED = {
    "content/articles/later.md": article("Later", publish_at="2026-11-25 08:00", expires_at="2026-11-30 10:00"),
    "content/articles/ends.md": article("Ends", expires_at="2026-11-24 18:00"),
    "content/articles/draft.md": article("Draft", publish_at="2026-11-23 13:00", draft="true"),
    "content/vendors/from.md": "---\nname: From\nfrom: 2026-11-26\nuntil: 2026-11-27\n---\n",
}


def test_the_next_change_is_the_earliest_and_then_the_one_after_it(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", TIMED)
    found: list[tuple[str, str]] = []
    now = at(NOW)
    while (change := site.check(now=now).next_change) is not None:
        found.append((change.at.local.strftime("%d. %H:%M"), f"{change.what} {Path(change.path).stem}"))
        assert change.at.seconds > now
        now = change.at.seconds
    assert found == [
        ("24. 18:00", "expire ends"),
        ("25. 08:00", "publish later"),
        ("26. 00:00", "vendor from"),
        ("28. 00:00", "vendor from"),
        ("30. 10:00", "expire later"),
    ]


def test_until_the_next_change_nothing_moves_but_the_news_sitemap(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", TIMED)

    def recipes(now: int) -> dict[str, str]:
        return {path: of_value(output.recipe) for path, output in site.plan(now=now).items()}

    now = at(NOW)
    for _ in range(5):
        change = site.check(now=now).next_change
        assert isinstance(change, Change)
        before, just_before, then = recipes(now), recipes(change.at.seconds - 1), recipes(change.at.seconds)
        assert changed(before, just_before) <= {"sitemap-news.xml"}
        assert changed(just_before, then) - {"sitemap-news.xml"}
        now = change.at.seconds


@pytest.mark.parametrize(
    ("until", "last"),
    [
        ("2026-11-23", "2026-11-23 23:59"),
        ("2026-11-23 14:00", "2026-11-23 13:59"),
        ("2026-10-25", "2026-10-25 23:59"),  # 25 hours long
        ("2026-03-29", "2026-03-29 23:59"),  # 23 hours long
    ],
)
def test_a_vendor_is_shown_to_the_end_of_its_last_day(tmp_path: Path, until: str, last: str) -> None:
    text = f"---\nname: Stella\nfrom: 2025-01-01\nuntil: {until}\nsections: [Town]\n---\n"
    site = SiteFolder(tmp_path / "site", {"content/vendors/stella.md": text})
    assert "anbieter/stella/index.html" in site.plan(now=at(last) + 59)
    assert "anbieter/stella/index.html" not in site.plan(now=at(last) + 60)
    assert "anbieter/stella/index.html" not in site.plan(now="2024-12-31 23:59")


def test_files_that_only_withheld_texts_show_are_not_even_read(tmp_path: Path) -> None:
    site = secret_site(tmp_path / "site", "inline", "golden", STATES["draft"])
    (site.source / "content/articles/kranichzug/zirbelnuss.svg").write_bytes(b"no picture at all")
    assert "picture-unreadable" not in site.codes()
