"""A newsletter holds what became public in its week on the site's clock: no more, no less, and nothing withheld."""

import re
from pathlib import Path
from typing import Any

import pytest
from sites import CONFIG, PIXEL, SiteFolder, Text, article

ASKED = f"{CONFIG}newsletter: {{title: The week}}\n"


def newsletters(folder: Path, **articles: str) -> SiteFolder:
    """A site with a newsletter and an article for each key."""
    files: dict[str, Text] = {f"content/articles/{key}.md": text for key, text in articles.items()}
    return SiteFolder(folder / "site", files, config=ASKED, theme="packaged")


def weeks(site: SiteFolder, **asked: Any) -> list[str]:
    """The weeks that have a newsletter, ``2018-29``."""
    return sorted({path.split("/")[1] for path in site.plan(**asked) if path.endswith("/mail.html")})


@pytest.mark.parametrize(("moment", "week"), [
    ("2018-07-16 00:00", "2018-29"),
    ("2018-07-15 23:59", "2018-28"),
    ("2018-07-15T22:00:00Z", "2018-29"),  # Monday has come in Berlin
    ("2018-07-15T21:59:59Z", "2018-28"),
    ("2018-03-25 23:59", "2018-12"),  # the day on which the clocks go forward …
    ("2018-03-25T22:00:00Z", "2018-13"),  # … has an hour less
    ("2018-03-25T21:59:59Z", "2018-12"),
    ("2018-10-28T23:00:00Z", "2018-44"),  # and this one an hour more
    ("2018-10-28T22:59:59Z", "2018-43"),
    ("2021-01-03 23:59", "2020-53"),  # a year of 53 weeks
    ("2021-01-04 00:00", "2021-01"),
    ("2018-12-31 00:00", "2019-01"),  # the year's last day is in the first week of the next
    ("2017-01-01 12:00", "2016-52"),
])  # fmt: skip
def test_a_week_begins_on_monday_at_midnight_in_berlin(tmp_path: Path, moment: str, week: str) -> None:
    assert weeks(newsletters(tmp_path, a=article("A", date=moment))) == [week]


def test_what_was_embargoed_is_in_the_week_in_which_it_became_public(tmp_path: Path) -> None:
    site = newsletters(tmp_path, a=article("A", date="2018-07-11", publish_at="2018-07-18 08:00"))
    assert weeks(site) == ["2018-29"]


def test_a_week_in_which_nothing_happened_has_no_newsletter_and_is_stepped_over(tmp_path: Path) -> None:
    site = newsletters(tmp_path, a=article("A", date="2018-07-03"), b=article("B", date="2018-07-24"))
    site.build()
    assert weeks(site) == ["2018-27", "2018-30"]
    assert 'href="/newsletter/2018-27/" rel="next"' in site.read("newsletter/2018-30/index.html")
    assert 'href="/newsletter/2018-30/" rel="prev"' in site.read("newsletter/2018-27/index.html")
    assert '<link rel="next" href="/newsletter/2018-27/">' in site.read("newsletter/2018-30/index.html")
    assert site.mentions("2018-28", "2018-29") == set()


def test_a_newsletter_tells_nothing_that_is_withheld_not_even_in_a_preview(tmp_path: Path) -> None:
    site = newsletters(
        tmp_path,
        a=article("Open", date="2026-11-19"),
        b=article("Draft", date="2026-11-19", draft="true"),
        c=article("Embargo", date="2026-11-19", publish_at="2026-11-24 08:00"),
        d=article("Expired", date="2026-11-19", expires_at="2026-11-20"),
    )
    preview: dict[str, Any] = {"drafts": True, "future": True, "expired": True}
    for asked in ({}, preview):
        site.build(**asked)
        for path in ("index.html", "mail.html", "newsletter.txt"):
            text = site.read(f"newsletter/2026-47/{path}")
            main = text.partition("<main")[2].partition("</main>")[0] or text
            assert "Open" in main
            assert not re.search("Draft|Embargo|Expired", main), (asked, path)
        assert weeks(site, **asked) == ["2026-47"]


def test_the_end_of_an_embargo_puts_it_into_its_newsletter(tmp_path: Path) -> None:
    site = newsletters(tmp_path, a=article("Open", date="2026-11-19"), b=article("Later", date="2026-11-24 08:00"))
    assert weeks(site) == ["2026-47"]
    assert weeks(site, now="2026-11-24 08:00") == ["2026-47", "2026-48"]


def test_a_picture_that_says_nothing_is_no_link_without_a_name(tmp_path: Path) -> None:
    picture = "{src: /images/a.png, decorative: true}"
    site = newsletters(tmp_path, a=article("A", date="2018-07-18", image=picture))
    site.write({"content/images/a.png": PIXEL})
    site.build()
    mail = site.read("newsletter/2018-29/mail.html")
    assert '<img src="https://' in mail
    assert not re.search(r"<a [^>]*><img [^>]*alt=\"\"", mail)


def test_umlauts_and_signs_of_markup_reach_the_text_as_they_are(tmp_path: Path) -> None:
    told = article("Städte & <b>Übermaß</b>", lead="„Größe“ *zählt* & mehr", date="2018-07-18")
    site = newsletters(tmp_path, a=told)
    site.build()
    text = site.read("newsletter/2018-29/newsletter.txt")
    assert "Städte & <b>Übermaß</b>" in text
    assert "„Größe“ zählt & mehr" in text
    assert "Städte &amp; &lt;b&gt;Übermaß&lt;/b&gt;" in site.read("newsletter/2018-29/mail.html")
