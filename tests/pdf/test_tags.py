"""The tag tree is the outline of the HTML, whatever the pages do to the boxes."""

from pathlib import Path

import pytest
from sites import PIXEL

from kommunalnews.rendering import pdf, print_fonts

from . import paper

pytestmark = pytest.mark.pdf

WORDS = "Der Rat der Stadt hat am Dienstag über den Haushalt beraten und ihn nach langer Aussprache beschlossen. "
NESTED = "<ul><li>eins<ul><li>eins a<ol><li>tief</li></ol></li></ul></li><li><p>zwei</p><p>mehr</p></li></ul>"
FOOTNOTES = (
    '<p>Text<sup id="r1"><a class="footnote-reference" href="#n1">1</a></sup></p><div class="footnotes"><ol>'
    '<li id="n1"><p>Anmerkung mit <code>Code</code> <a class="footnote-back" href="#r1">zurück</a></p></li></ol></div>'
)
TABLE = (
    '<div class="table"><table><caption>Ämter</caption><thead><tr><th>Amt</th><th>Leitung</th></tr></thead><tbody>'
    + "".join(f"<tr><td>Amt {number}</td><td>Leitung {number}</td></tr>" for number in range(90))
    + "</tbody></table></div>"
)
COLLECTION = {
    "long text": f"<p>{WORDS * 120}</p>",
    "long table": TABLE,
    "table without head": "<table><tbody><tr><td>a</td><td>b</td></tr></tbody></table>",
    "table with spans": '<table><tr><th colspan="2">A</th></tr><tr><td rowspan="2">1</td><td>2</td></tr>'
    "<tr><td>3</td></tr></table>",
    "nested lists": NESTED,
    "list without markers": '<ul style="list-style:none"><li>a</li></ul>',
    "terms": "<dl><dt>A</dt><dt>B</dt><dd>Beschreibung</dd><dd>und noch eine</dd><dt>C</dt><dd><p>x</p></dd></dl>",
    "footnotes": FOOTNOTES,
    "skipped levels": "<h4>Zu tief</h4><p>x</p><h6>Noch tiefer</h6><p>y</p><h2>Oben</h2><p>z</p>",
    "decoration": '<figure><img src="/p.png" alt=""></figure>'
    '<svg aria-hidden="true" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>',
    "picture": '<figure><img src="/p.png" alt="Rathaus"><figcaption>Das Rathaus</figcaption></figure>',
    "picture that links": '<p><a href="https://example.org/"><img src="/p.png" alt="Karte"></a></p>',
    "link around blocks": '<a href="https://example.org/"><div><p>Absatz</p></div></a>',
    "link with emphasis": '<p><a href="https://example.org/">ganz <strong><em>wichtig</em></strong></a></p>',
    "link to nowhere": '<p><a href="#nirgends">wohin</a> <a>ohne Ziel</a></p>',
    "quotation": "<blockquote><p>Nie <q>wieder</q></p>lose Worte</blockquote>",
    "code": f"<pre><code>{'x' * 300}\n  y</code></pre>",
    "emoji and signs": "<p>📅 🚀 ❤️ 👩‍🌾 H₂O ﬀ → □ ∑ √</p>",
    "other scripts": '<p lang="he">שלום</p><p dir="rtl" lang="ar">سلام</p><p>人沒有坑</p>',
    "control characters": "<p>a\u200bb\u00adc\ufeffd\u2028e\ue000f</p>",
    "abbreviation": '<p><abbr title="Onlinezugangsgesetz">OZG</abbr></p>',
    "loose text": "lose Worte<br>und mehr",
    "long address": f'<p><a href="https://example.org/{"lang" * 90}">https://example.org/{"lang" * 90}</a></p>',
}


@pytest.mark.parametrize("name", COLLECTION)
def test_whatever_an_article_holds_its_pdf_is_accessible(name: str, fontconfig: Path) -> None:
    data = pdf.typeset(paper.job(COLLECTION[name], {"p.png": PIXEL}), fontconfig)
    assert paper.faults(data) == []


def tree(body: str, fontconfig: Path, folder: Path) -> list[str]:
    return paper.tags(pdf.typeset(paper.job(body, {"p.png": PIXEL}), fontconfig), folder)


def names(lines: list[str]) -> list[str]:
    return [line.strip() for line in lines if not line.strip().startswith(('"', "/"))]


def test_an_element_is_one_tag_however_many_pages_it_spans(fontconfig: Path, tmp_path: Path) -> None:
    items = "".join(f"<li>{WORDS}</li>" for _ in range(40))
    data = pdf.typeset(paper.job(f"<p>{WORDS * 80}</p><ol>{items}</ol>{TABLE}"), fontconfig)
    assert int(paper.facts(data, tmp_path)["Pages"]) > 5
    found = names(paper.tags(data, tmp_path))
    counted = {
        name: found.count(name) for name in ("P", "L", "LI", "Lbl", "LBody", "Table", "THead", "TBody", "TH", "TD")
    }
    assert counted == {
        "P": 1, "L": 1, "LI": 40, "Lbl": 40, "LBody": 40, "Table": 1, "THead": 1, "TBody": 1, "TH": 2, "TD": 180,
    }  # fmt: skip


def test_a_table_head_is_seen_on_each_page_and_read_once(fontconfig: Path, tmp_path: Path) -> None:
    data = pdf.typeset(paper.job(TABLE), fontconfig)
    assert paper.text(data, tmp_path).count("Leitung\n") > 1
    lines = paper.tags(data, tmp_path)
    assert [line.strip() for line in lines].count('"Leitung"') == 1
    assert "/Scope /Column" in [line.strip() for line in lines]


def test_nested_lists_are_inside_their_item(fontconfig: Path, tmp_path: Path) -> None:
    shape = [(len(line) - len(line.lstrip()), line.strip()) for line in tree(NESTED, fontconfig, tmp_path)]
    lists = [depth for depth, name in shape if name == "L"]
    assert len(lists) == 3
    assert lists[0] < lists[1] < lists[2]


def test_heading_levels_are_never_skipped(fontconfig: Path, tmp_path: Path) -> None:
    found = names(tree(COLLECTION["skipped levels"], fontconfig, tmp_path))
    assert [name for name in found if name.startswith("H")] == ["H1", "H2", "H3", "H2"]


def test_terms_are_labels_of_what_describes_them(fontconfig: Path, tmp_path: Path) -> None:
    found = names(tree(COLLECTION["terms"], fontconfig, tmp_path))
    assert found[found.index("L") :] == ["L", "LI", "Lbl", "Lbl", "LBody", "P", "LI", "Lbl", "LBody", "P"]


def test_decoration_is_not_read(fontconfig: Path, tmp_path: Path) -> None:
    assert "Figure" not in names(tree(COLLECTION["decoration"], fontconfig, tmp_path))


def test_a_picture_has_its_text_and_its_place_on_the_page(fontconfig: Path, tmp_path: Path) -> None:
    job = paper.job(COLLECTION["picture"], {"p.png": PIXEL})
    data = pdf.typeset(job, fontconfig)
    assert b"/Alt (Rathaus)" in paper.objects(data)
    box = next(line for line in paper.tags(data, tmp_path) if "/BBox" in line)
    left, bottom, right, top = map(float, box.partition("[")[2].rstrip("]").split())
    assert 0 < left < right < 595
    assert 400 < bottom < top < 842


def test_a_link_is_one_tag_and_one_place_to_click_a_line(fontconfig: Path, tmp_path: Path) -> None:
    data = pdf.typeset(paper.job(COLLECTION["link with emphasis"]), fontconfig)
    assert names(paper.tags(data, tmp_path)).count("Link") == 1
    assert paper.objects(data).count(b"/Subtype /Link") == 1
    assert b"/Contents (ganz wichtig)" in paper.objects(data)


def test_a_character_that_no_font_has_is_still_read(fontconfig: Path, tmp_path: Path) -> None:
    data = pdf.typeset(paper.job("<p>vor 人 nach <b>坑</b> Ende H₂O</p>"), fontconfig)
    boxed = f"vor {print_fonts.SUBSTITUTE} nach {print_fonts.SUBSTITUTE} Ende H2O"
    assert boxed in " ".join(paper.text(data, tmp_path).split())
    assert b"/actualtext <feff4eba>" in paper.objects(data).lower()
    assert paper.faults(data) == []


def test_an_abbreviation_says_what_it_stands_for(fontconfig: Path) -> None:
    assert b"/E (Onlinezugangsgesetz)" in paper.objects(pdf.typeset(paper.job(COLLECTION["abbreviation"]), fontconfig))
