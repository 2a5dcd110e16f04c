"""What paper looks like: notes at the foot of their page, columns, running heads, and nothing torn apart or cut off."""

import re
from pathlib import Path

import msgspec
import pytest
from sites import PIXEL, SiteFolder, article

from kommunalnews.content.model import BodySummary
from kommunalnews.digest import Digest
from kommunalnews.outputs.articles import layout
from kommunalnews.rendering import paper as completing
from kommunalnews.rendering import pdf

from . import gate, paper
from .structure import Reading

pytestmark = pytest.mark.pdf

WORDS = "Der Rat der Stadt hat am Dienstag über den Haushalt beraten und ihn nach langer Aussprache beschlossen. "
STADTBOTE = "title: Der Stadtbote\nbase_url: https://stadtbote.example.org/\nlanguage: de\nsections: [Town]\n"
ROOT = Path(__file__).parents[2]
LEFT, RIGHT, TOP, BOTTOM = 62, 595 - 62, 50, 842 - 71
"""The edges of the text on a page, in points, without running heads."""


def typeset(body: str, fontconfig: Path, kind: str = "kn-one-column") -> bytes:
    return pdf.typeset(paper.job(body, {"p.png": PIXEL}, body=kind), fontconfig)


def mention(number: int) -> str:
    link = f'<a href="#kn-fn-{number}" class="footnote-reference" role="doc-noteref">{number}</a>'
    return f'<sup id="kn-fnref-{number}">{link}</sup>'


def notes(*numbers: int, text: str = "") -> str:
    """The end of a text, as Markdown's footnotes come out."""
    items = "\n".join(
        f'<li id="kn-fn-{number}">\n<p>Anmerkung{number} dazu. {text}&nbsp;'
        f'<a href="#kn-fnref-{number}" class="footnote-back" role="doc-backlink">↩</a></p>\n</li>'
        for number in numbers
    )
    return f'<section class="footnotes" role="doc-endnotes">\n<ol>\n{items}\n</ol>\n</section>'


def test_a_note_stands_at_the_foot_of_the_page_that_mentions_it(fontconfig: Path, tmp_path: Path) -> None:
    numbers = range(1, 16)
    body = "".join(f"<p>{WORDS * 3}Stelle{number}.{mention(number)} {WORDS * 2}</p>" for number in numbers)
    data = typeset(body + notes(*numbers, text=WORDS), fontconfig)
    found = {word.text.rstrip("."): word for word in paper.words(data, tmp_path)}
    assert max(word.page for word in found.values()) > 2
    late = []
    for number in numbers:
        place, note = found[f"Stelle{number}"], found[f"Anmerkung{number}"]
        if place.page == note.page:
            assert place.bottom < note.top
        else:
            late.append((number, note.page - place.page))
        assert note.bottom < BOTTOM + 2
    assert late in ([], [(9, 1)])  # GCPM: where a page is full, its last note comes first on the next
    assert "↩" not in found
    assert paper.faults(data) == []


def test_a_note_is_read_where_it_is_mentioned(fontconfig: Path, tmp_path: Path) -> None:
    lines = [
        line.strip()
        for line in paper.tags(typeset(f"<p>Vorn.{mention(1)} Hinten.</p>{notes(1)}", fontconfig), tmp_path)
    ]
    lines = [line for line in lines if not line.startswith(("/", "Object"))]
    at = lines.index('"Vorn."')
    assert lines[at - 1 : at + 10] == [
        "P", '"Vorn."', "Reference", "Link", '"1"', "Note <kn-fn-1>", "Lbl", '"1 "', "P", '"Anmerkung1 dazu."',
        '" Hinten. "',
    ]  # fmt: skip


def test_two_notes_share_no_number_and_a_second_mention_leads_to_the_first(fontconfig: Path, tmp_path: Path) -> None:
    data = typeset(f"<p>A{mention(1)} B{mention(2)} C{mention(1)}</p>{notes(1, 2)}", fontconfig)
    tags = [line.strip() for line in paper.tags(data, tmp_path)]
    assert [line for line in tags if line.startswith("Note")] == ["Note <kn-fn-1>", "Note <kn-fn-2>"]
    assert paper.faults(data) == []


@pytest.mark.parametrize(
    "body",
    [
        f"<p>Ohne.</p>{notes(1)}",
        f"<table><thead><tr><th>Kopf{mention(1)}</th></tr></thead><tbody><tr><td>x</td></tr></tbody></table>{notes(1)}",
    ],
    ids=["mentioned nowhere", "mentioned in a head that pages repeat"],
)
def test_other_notes_stay_at_the_end_of_the_text(body: str, fontconfig: Path, tmp_path: Path) -> None:
    data = typeset(body, fontconfig)
    tags = [line.strip() for line in paper.tags(data, tmp_path)]
    assert "LBody" in tags
    assert not [line for line in tags if line.startswith("Note")]
    assert paper.faults(data) == []


@pytest.mark.parametrize("kind", ["kn-one-column", "kn-two-columns"])
@pytest.mark.parametrize("start", [1, 2])
def test_no_headline_stands_at_the_foot_of_a_column(kind: str, start: int, fontconfig: Path, tmp_path: Path) -> None:
    body = "".join(f"<p>{WORDS * (number % 5 + start)}</p><h2>Zwischentitel</h2>" for number in range(16))
    found = [
        word
        for word in paper.words(typeset(f"{body}<p>{WORDS}</p>", fontconfig, kind), tmp_path)
        if TOP < word.top < BOTTOM
    ]
    middle = 297 if kind == "kn-two-columns" else RIGHT
    assert max(word.page for word in found) > 1
    lowest: dict[tuple[int, bool], paper.Word] = {}
    for word in found:
        column = word.page, word.left > middle
        lowest[column] = max(lowest.get(column, word), word, key=lambda one: one.bottom)
    assert "Zwischentitel" not in {word.text for word in lowest.values()}


def columns(found: list[paper.Word], page: int) -> tuple[list[paper.Word], list[paper.Word]]:
    """The words of the left and of the right column."""
    here = [word for word in found if word.page == page and TOP < word.top < BOTTOM and word.text != "Probe"]
    return [word for word in here if word.left < 297], [word for word in here if word.left > 297]


@pytest.mark.parametrize("paragraphs", [2, 3, 5, 8, 13, 16, 21, 34])
def test_columns_are_full_or_end_level(paragraphs: int, fontconfig: Path, tmp_path: Path) -> None:
    body = "".join(f"<p>{WORDS * (number % 4 + 2)} Schluss{number}</p>" for number in range(paragraphs))
    found = paper.words(typeset(body, fontconfig, "kn-two-columns"), tmp_path)
    ends = [word.text for word in found if word.text.startswith("Schluss")]
    assert ends == [f"Schluss{number}" for number in range(paragraphs)]
    pages = max(word.page for word in found)
    for page in range(1, pages + 1):
        left, right = (max(word.bottom for word in column) for column in columns(found, page))
        # three lines stay together at either end of a paragraph
        assert abs(left - right) < 5.5 * 13
        assert page == pages or min(left, right) > BOTTOM - 5.5 * 13


@pytest.mark.parametrize("rows", [3, 60])
def test_what_goes_across_parts_the_columns(rows: int, fontconfig: Path, tmp_path: Path) -> None:
    cells = "".join(f"<tr><td>Zeile{number}</td>{'<td>x</td>' * 4}</tr>" for number in range(rows))
    table = f"<div class='table'><table><tbody>{cells}</tbody></table></div>"
    body = "".join(f"<p>{WORDS * 3} {name}{number}</p>" for name in ("Vor", "Nach") for number in range(4))
    body = body.replace(f"<p>{WORDS * 3} Nach0", f"{table}<p>{WORDS * 3} Nach0")
    found = paper.words(typeset(body, fontconfig, "kn-two-columns"), tmp_path)
    told = [word.text for word in found if re.fullmatch(r"(Vor|Nach|Zeile)\d+", word.text)]
    assert told == [
        *(f"Vor{n}" for n in range(4)),
        *(f"Zeile{n}" for n in range(rows)),
        *(f"Nach{n}" for n in range(4)),
    ]
    [before] = [word for word in found if word.text == "Vor3"]
    [after] = [word for word in found if word.text == "Zeile0"]
    assert (before.page, before.bottom) < (after.page, after.top)
    assert max(word.bottom for word in found if word.text.startswith("Zeile")) < BOTTOM


@pytest.mark.parametrize("high", range(150, 236, 12))
@pytest.mark.parametrize("what", ["table", "pre"])
def test_no_headline_is_left_behind_by_what_goes_across(what: str, high: int, fontconfig: Path, tmp_path: Path) -> None:
    row = f"<tr><td>Erste</td>{'<td>x</td>' * 4}</tr>"
    table = f"<div class='table'><table><tbody>{row * 3}</tbody></table></div>"
    across = table if what == "table" else '<pre style="break-inside: avoid"><code>Erste\n\n\n\nx</code></pre>'
    room = f'<div style="column-span: all; height: {high}mm"></div>'
    body = f"{room}<p>{WORDS * 3}</p><h2>Zwischentitel</h2>{across}<p>{WORDS}</p>"
    found = paper.words(typeset(body, fontconfig, "kn-two-columns"), tmp_path)
    [title] = [word for word in found if word.text == "Zwischentitel"]
    first = next(word for word in found if word.text == "Erste")
    assert title.page == first.page
    assert title.bottom < first.top
    assert sum(word.text == "beschlossen." for word in found) == 4


@pytest.mark.parametrize("height", [40, 120, 230])
def test_what_is_too_high_for_the_room_left_goes_on_the_next_page(
    height: int, fontconfig: Path, tmp_path: Path
) -> None:
    picture = f'<figure><img src="/p.png" alt="Rat" style="width:60mm;height:{height}mm;max-height:none"></figure>'
    body = f"<p>{WORDS * 26}Davor</p>{picture}<p>Danach {WORDS * 5}</p>"
    found = paper.words(typeset(body, fontconfig, "kn-two-columns"), tmp_path)
    assert [word.text for word in found if word.text in ("Davor", "Danach")] == ["Davor", "Danach"]
    assert max(word.bottom for word in found) < BOTTOM + 60


@pytest.mark.parametrize("kind", ["kn-one-column", "kn-two-columns"])
@pytest.mark.parametrize("columns", [3, 9, 14])
def test_tables_addresses_and_code_stay_on_the_page(kind: str, columns: int, fontconfig: Path, tmp_path: Path) -> None:
    row = "".join(f"<td>Verwaltungsvorgang {number}</td>" for number in range(columns))
    address = f"https://example.org/{'verwaltung/' * 30}{'x' * 300}"
    body = (
        f"<p>{WORDS * 4}</p><div class='table'><table><tbody>{f'<tr>{row}</tr>' * 12}</tbody></table></div>"
        f'<p><a href="{address}">{address}</a></p><pre><code>{"y" * 400}</code></pre><p>{WORDS}</p>'
    )
    found = paper.words(typeset(body, fontconfig, kind), tmp_path)
    assert min(word.left for word in found) > LEFT - 1
    assert max(word.right for word in found) < RIGHT + 1


def test_a_caption_stays_with_its_picture(fontconfig: Path, tmp_path: Path) -> None:
    for lines in (14, 20, 26, 32):
        picture = '<img src="/p.png" alt="Rat" style="width:60mm;height:60mm">'
        figure = f"<figure>{picture}<figcaption>Unterschrift</figcaption></figure>"
        data = typeset(f"<p>{'Zeile<br>' * lines}</p>{figure}<p>Danach</p>", fontconfig)
        [caption] = [word for word in paper.words(data, tmp_path) if word.text == "Unterschrift"]
        assert caption.top > 170 + 40, lines


def test_a_few_lines_too_many_are_won_back(fontconfig: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def pages(count: int) -> int:
        data = typeset(f"<p>{'Zeile<br>' * count}Ende</p>", fontconfig)
        return int(paper.facts(data, tmp_path)["Pages"])

    most = next(count for count in range(44, 60) if pages(count + 1) == 2)
    monkeypatch.setattr(completing, "is_wasteful", lambda pages, tried: False)
    assert pages(most) == 2


@pytest.mark.parametrize("kind", ["kn-one-column", "kn-one-column kn-with-rail", "kn-two-columns"])
def test_an_imprint_has_no_page_for_itself(kind: str, fontconfig: Path, tmp_path: Path) -> None:
    def printed(count: int) -> list[paper.Word]:
        job = paper.job(f"<p>{WORDS * 3}</p>{f'<p>{WORDS * 4}</p>' * count}", body=kind)
        foot = '<footer class="kn-print-footer"><div class="kn-code"><img src="/p.png" alt=""></div><p>Impressum</p>'
        html = job.html.decode().replace("</div></article>", f"</div>{foot}</footer></article>")
        job = msgspec.structs.replace(job, html=html.encode(), assets={**job.assets, f"{paper.BASE}p.png": PIXEL})
        return paper.words(pdf.typeset(job, fontconfig), tmp_path)

    for count in range(14, 20):
        found = printed(count)
        last = max(word.page for word in found)
        on_it = [word.text for word in found if word.page == last and TOP < word.top < BOTTOM]
        assert len(on_it) > 1, count


def test_what_calls_a_note_does_not_raise_its_line(fontconfig: Path, tmp_path: Path) -> None:
    body = f"<p>Erste.<br>Zweite{mention(1)}.<br>Dritte.<br>Vierte.</p>{notes(1)}"
    found = paper.words(typeset(body, fontconfig), tmp_path)
    first, third, fourth = (
        next(word.top for word in found if word.text == text) for text in ("Erste.", "Dritte.", "Vierte.")
    )
    assert third - first == pytest.approx(2 * (fourth - third), abs=0.05)


@pytest.mark.parametrize("kind", ["kn-one-column", "kn-two-columns"])
def test_a_short_table_stays_whole(kind: str, fontconfig: Path, tmp_path: Path) -> None:
    rows = "".join(f"<tr><td>Zeile{number}</td>{'<td>x</td>' * 4}</tr>" for number in range(7))
    table = f"<div class='table'><table><tbody>{rows}</tbody></table></div>"
    for high in (190, 205, 220):
        body = f'<div style="column-span: all; height: {high}mm"></div><p>{WORDS}</p>{table}<p>{WORDS}</p>'
        found = paper.words(typeset(body, fontconfig, kind), tmp_path)
        assert len({word.page for word in found if word.text.startswith("Zeile")}) == 1, high


def test_two_pages_without_a_picture_are_a_small_file(tmp_path: Path) -> None:
    """An article as it is published, with all that stands around it; real texts use every letter of every face."""
    paragraphs = [
        line
        for path in sorted((ROOT / "content" / "articles").rglob("*.md"))
        for line in path.read_text(encoding="utf-8").split("---", 2)[2].splitlines()
        if len(line) > 200 and line[0].isalpha() and "](" not in line and "[^" not in line
    ]
    body = "\n\n".join(
        ["## Worum es geht", *paragraphs[1:10], "## Wie es weitergeht", *paragraphs[10:13], "*Kursiv*, **fett**"]
    )
    matter = {
        "kicker": "Kreis Beispielland", "lead": paragraphs[0], "tags": "[Haushalt, Glasfaser, Ehrenamt]",
        "location": "Musterhausen", "links": "[www.example.org]", "slug": "a", "author": "bs", "updated": "2026-11-21",
    }  # fmt: skip
    site = SiteFolder(
        tmp_path / "site",
        {
            "content/articles/a.md": article("Was der Kreis weiß", body, **matter),
            "content/authors.yaml": "bs: {name: B S}\n",
        },
        theme="packaged",
        config=STADTBOTE,
    )
    assert site.build(pdf=True).diagnostics == ()
    data = site.published()["meldungen/2026/a/a.pdf"]
    assert paper.facts(data, tmp_path)["Pages"] == "2"
    assert paper.objects(data).count(b"/Subtype /Image") == 1  # the code
    assert len(data) <= 60_000


def text_of(words: int, *anchors: str) -> BodySummary:
    return BodySummary(Digest("x"), words=words, anchors=anchors)


def test_length_picture_and_notes_choose_the_columns() -> None:
    assert layout(text_of(299), has_picture=False) == "column"
    assert layout(text_of(300), has_picture=False) == "columns"
    assert layout(text_of(170), has_picture=True) == "column"
    assert layout(text_of(250), has_picture=True) == "page"
    assert layout(text_of(800), has_picture=True) == "columns"
    assert layout(text_of(800, "einleitung", "kn-fn-1"), has_picture=True) == "column"


@pytest.mark.parametrize("count", [0, 12, 24, 40, 200])
@pytest.mark.parametrize("body", [WORDS * 6, f"{WORDS * 70}Hier[^1].\n\n[^1]: Anmerkung.", WORDS * 40])
def test_no_link_is_cut_off_however_many_there_are(count: int, body: str, tmp_path: Path) -> None:
    links = [f"www.dorf{number}.example.org" for number in range(count)]
    tags = [f"Stichwort {number}" for number in range(count // 4)]
    title = "Die Verwaltungsgemeinschaft verabschiedet ihren Haushalt nach langer Aussprache einstimmig " * 2
    matter = {"links": f"[{', '.join(links)}]", "tags": f"[{', '.join(tags)}]", "slug": "a"}
    site = SiteFolder(tmp_path / "site", {"content/articles/a.md": article(title, body, **matter)}, theme="packaged")
    site.build(pdf=True)
    data = site.published()["meldungen/2026/a/a.pdf"]
    found = paper.words(data, tmp_path)
    text = "".join(word.text for word in found)
    assert [link for link in links if link not in text] == []
    assert paper.faults(data) == []
    assert max(word.bottom for word in found if not word.text.startswith(("https:", "Page", "of"))) < BOTTOM + 30


def test_only_a_text_of_one_page_has_a_rail(tmp_path: Path) -> None:
    """On several pages the rail would stand on the last, beside what it does not belong to."""
    note = "Hier[^1].\n\n[^1]: Anmerkung."
    files = {f"content/articles/{words}.md": article(f"N {words}", f"{WORDS * words}{note}") for words in (2, 90)}
    site = SiteFolder(tmp_path / "site", files, theme="packaged")
    site.build()
    has_rail = {words: "kn-with-rail" in site.read(f"meldungen/2026/n-{words}/druck.html") for words in (2, 90)}
    assert has_rail == {2: True, 90: False}


@pytest.mark.parametrize("paragraphs", [2, 12])
def test_where_a_short_text_has_several_pages_its_rail_stands_below_it(
    paragraphs: int, fontconfig: Path, tmp_path: Path
) -> None:
    foot = '<footer class="kn-print-footer"><dl class="kn-imprint"><dt>Quelle</dt><dd>Stadtbote</dd></dl></footer>'
    job = paper.job(f"<p>{WORDS * 9}</p>" * paragraphs, body="kn-one-column kn-with-rail")
    html = job.html.decode().replace("<h1>Probe</h1>", '<h1>Probe</h1><div class="kn-story">')
    html = html.replace("</div></article>", f"</div>{foot}</div></article>")
    found = paper.words(pdf.typeset(msgspec.structs.replace(job, html=html.encode()), fontconfig), tmp_path)
    source = next(word for word in found if word.text == "Quelle")
    text = [word for word in found if word.page == source.page and word.text in WORDS and word.top < BOTTOM]
    assert (source.page > 1) == (paragraphs > 2)
    assert (source.top > max(word.bottom for word in text)) == (paragraphs > 2)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> SiteFolder:
    """A long article and its PDF, in the looks that readers see."""
    body = "\n\n".join([WORDS * 6] * 14)
    matter = {"date": "2026-11-15 09:30", "kicker": "Rat", "slug": "rat", "links": "[www.example.org]", "author": "bs"}
    site = SiteFolder(
        tmp_path_factory.mktemp("paper") / "site",
        {"content/articles/a.md": article("Haushalt", body, **matter), "content/authors.yaml": "bs: {name: B S}\n"},
        theme="packaged",
        config=STADTBOTE,
    )
    site.build(pdf=True)
    return site


def test_the_second_page_says_where_it_comes_from(built: SiteFolder, tmp_path: Path) -> None:
    data = (built.destination / "meldungen/2026/rat/rat.pdf").read_bytes()
    pages: dict[int, str] = {}
    for word in paper.words(data, tmp_path):
        pages[word.page] = f"{pages.get(word.page, '')} {word.text}"
    assert len(pages) > 1
    for page, text in pages.items():
        assert f"Seite {page} von {len(pages)}" in text
        assert "https://stadtbote.example.org/meldungen/2026/rat/" in text
    assert pages[1].startswith(" Der Stadtbote Town 15. November 2026")
    head = [word for word in paper.words(data, tmp_path) if word.page == 2 and word.top < TOP + 20]
    assert {word.text for word in head} >= {"Stadtbote", "Town", "November"}


def test_the_code_is_seen_beside_the_address_and_not_read(built: SiteFolder, tmp_path: Path) -> None:
    data = (built.destination / "meldungen/2026/rat/rat.pdf").read_bytes()
    assert b"/Subtype /Image" in paper.objects(data)
    assert "Figure" not in [line.strip() for line in paper.tags(data, tmp_path)]
    assert paper.faults(data) == []
    assert completing.code("https://a.example/") != completing.code("https://b.example/")


def test_kicker_and_headline_are_parted_for_ears(built: SiteFolder) -> None:
    reading = Reading((built.destination / "meldungen/2026/rat/rat.pdf").read_bytes())
    [title] = [element.text() for element in reading.outline.elements() if element.tag == "H1"]
    assert title == "Rat: Haushalt"
    assert next(gate.bookmarks(reading.pdf)) == (1, title)
    assert reading.pdf.docinfo["/Title"] == title


def test_what_parts_kicker_and_headline_is_not_seen(fontconfig: Path, tmp_path: Path) -> None:
    title = '<span class="kn-kicker">Rat<span class="kn-colon">:</span></span> Haushalt'
    shown = {
        style: paper.picture(
            pdf.typeset(paper.job(f"<h2>{title}</h2>", head=f"<style>.kn-colon {{ {style} }}</style>"), fontconfig),
            tmp_path,
        )
        for style in ("", "display: none", "color: inherit")
    }
    assert shown[""] == shown["display: none"] != shown["color: inherit"]
