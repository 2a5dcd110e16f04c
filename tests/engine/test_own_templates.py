"""A site's own templates: one block changed, or a clear word about why it cannot be."""

from pathlib import Path

from sites import SiteFolder, article


def test_own_template_changes_one_block_of_the_packaged_one(tmp_path: Path) -> None:
    own = '{% extends "packaged/article.html" %}{% block article_actions %}<p>Own words</p>{% endblock %}'
    site = SiteFolder(tmp_path / "site", {"content/articles/a.md": article("A"), "templates/article.html": own})
    report = site.build()
    page = next(data for path, data in site.published().items() if path.endswith("/a/index.html"))
    assert report.diagnostics == ()
    assert b"Own words" in page
    assert b"<h1" in page


def test_template_that_extends_itself_is_told_how_the_packaged_one_is_called(tmp_path: Path) -> None:
    own = '{% extends "article.html" %}'
    site = SiteFolder(tmp_path / "site", {"content/articles/a.md": article("A"), "templates/article.html": own})
    (diagnostic,) = site.build().diagnostics
    assert (diagnostic.code, str(diagnostic.location)) == ("template-unusable", "templates/article.html:1:1")
    assert dict(diagnostic.arguments)["reason"] == "packaged/article.html"
