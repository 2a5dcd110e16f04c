"""A site's own templates: one block changed, or a clear word about why it cannot be."""

import shutil
from pathlib import Path

import pytest
from sites import SiteFolder, article

from kommunalnews.diagnostics import words
from kommunalnews.disk import read_whole
from kommunalnews.rendering import compiling


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


def test_a_faulty_line_is_told_once_with_the_number_of_pages_that_it_costs(tmp_path: Path) -> None:
    own = '{% extends "packaged/article.html" %}{% block article_actions %}\n{{ page.nothing }}{% endblock %}'
    articles = {f"content/articles/{name}.md": article(name) for name in "abc"}
    site = SiteFolder(tmp_path / "site", {**articles, "templates/article.html": own})
    [fault] = site.build().diagnostics
    assert (fault.code, str(fault.location)) == ("template-error", "templates/article.html:2:1")
    assert "3 files" in words(fault, str)[0]
    assert fault.hint


def test_a_template_that_was_compiled_elsewhere_is_told_with_its_own_line(tmp_path: Path) -> None:
    faulty = "{{ site.title }}\n\n{{ page.nothing_of_the_kind }}\n"
    for place in ("here", "there"):  # the second compiles nothing: the process knows the code
        site = SiteFolder(tmp_path / place, {"templates/robots.txt": faulty}, theme="packaged")
        [fault] = site.build().diagnostics
        assert (fault.code, fault.location.path, fault.location.line) == ("template-error", "templates/robots.txt", 3)


def test_code_that_a_cache_has_lost_is_compiled_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = SiteFolder(tmp_path / "site", {"content/articles/a.md": article("A")})
    site.build()
    code = site.cache / "templates"
    names = {path.name for path in code.iterdir()}
    for number, name in enumerate(sorted(names)):
        if number % 2:
            (code / name).unlink()
        else:
            (code / name).write_bytes((code / name).read_bytes()[:-9])
    shutil.rmtree(site.destination)
    shutil.rmtree(site.cache / "pages")  # so every template is wanted
    monkeypatch.setattr(compiling, "_COMPILED", {})  # a process of tomorrow remembers nothing
    site.write({"content/articles/b.md": article("B")})
    assert site.build().diagnostics == ()
    assert site.published() == site.clean()
    assert {path.name for path in code.iterdir() if read_whole(path) is not None} >= names
