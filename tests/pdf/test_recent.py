"""PDFs for the newest articles only: what a new article takes away is gone, as if it had never been there."""

from pathlib import Path

import pytest
from sites import CONFIG, SiteFolder, article

pytestmark = pytest.mark.pdf


def pdfs(site: SiteFolder) -> set[str]:
    return {path.rpartition("/")[2] for path in site.published() if path.endswith(".pdf")}


def test_a_new_article_takes_the_oldest_pdf_away_as_a_clean_build_would(tmp_path: Path) -> None:
    files = {f"content/articles/{day}.md": article(f"Day {day}", date=f"2026-10-{day:02}") for day in (1, 2, 3)}
    site = SiteFolder(tmp_path / "site", {**files}, config=f"{CONFIG}pdf: recent 2\n", theme="packaged")
    site.build(pdf=True)
    assert pdfs(site) == {"day-2.pdf", "day-3.pdf"}
    kept = site.destination / "meldungen/2026/day-3/day-3.pdf"
    before = kept.stat().st_mtime_ns

    site.write({"content/articles/4.md": article("Day 4", date="2026-10-04")})
    site.build(pdf=True)
    assert pdfs(site) == {"day-3.pdf", "day-4.pdf"}
    assert kept.stat().st_mtime_ns == before
    assert site.mentions("day-2.pdf") == set()

    grown = site.published()
    site.build(pdf=True, destination=str(tmp_path / "clean"), cache="")
    assert site.published(tmp_path / "clean") == grown

    site.delete("content/articles/4.md")
    site.build(pdf=True)
    assert pdfs(site) == {"day-2.pdf", "day-3.pdf"}
