"""An issue as one PDF: accessible as a whole, with contents whose page numbers are right."""

import io
import re
from pathlib import Path

import pytest
from pikepdf import OutlineItem
from PIL import Image
from sites import SiteFolder, Text, article

from kommunalnews.executors import ProcessExecutor

from . import gate, paper
from .structure import Reading

pytestmark = pytest.mark.pdf

CONFIG = """\
title: Der Stadtbote
base_url: https://stadtbote.example.org/
language: de
publisher: Verlag am Wehr
sections: [Rat, Markt]
"""
WORDS = "Der Rat der Stadt hat am Dienstag über den Haushalt beraten und ihn nach langer Aussprache beschlossen. "
TABLE = "| Amt | Leitung |\n|---|---|\n" + "".join(f"| Amt {n} | Leitung {n} |\n" for n in range(90))
BASE_URL = "https://stadtbote.example.org/"
PDF = "ausgaben/2026-11/der-stadtbote-2026-11.pdf"
BODIES = {
    "Haushalt": f"{WORDS * 60}\n\n## Zahlen\n\n{TABLE}\n\nMehr[^1] bei den [Schulen](schulen.md).\n\n[^1]: Anmerkung.",
    "Schulen": f"{WORDS * 20}\n\n- eins\n    - zwei\n\n> {WORDS}",
    "Weihnachtsmarkt": f'{WORDS * 8}\n\n![Buden](/images/buden.png "Buden am Fluss")',
}


def picture() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (90, 60), "teal").save(stream, "PNG")
    return stream.getvalue()


def files(cover: str) -> dict[str, Text]:
    return {
        **{
            f"content/articles/{title.lower()}.md": article(
                title, body, date=f"2026-11-{10 - number}", section="Markt" if "markt" in title else "Rat",
                lead="Vorspann.", author="bs",
            )
            for number, (title, body) in enumerate(BODIES.items())
        },
        "content/authors.yaml": "bs: {name: Berta Stein}\n",
        "content/images/buden.png": picture(),
        "content/issues/2026-11.yaml": "title: Herbst in der Stadt\nnumber: 11/2026\ndate: 2026-11-20\n"
        f"from: 2026-11-01\nuntil: 2026-11-30\n{cover}author: bs\neditorial: |\n  Liebe Leserin,\n\n  lesen Sie!\n",
    }  # fmt: skip


HARD = {
    "Fußnoten": f"{WORDS * 9}Erst[^a], dann[^b].\n\n{WORDS * 9}Und[^a].\n\n[^a]: {WORDS}\n[^b]: Mit `Code`.",
    "Noch mehr Fußnoten": f"{WORDS * 40}Auch hier[^1].\n\n{TABLE}\n\n{WORDS}Und hier[^2].\n\n[^1]: Eins.\n[^2]: Zwei.",
    "Listen": f"1. eins\n    - eins a\n        1. tief\n    - {WORDS * 30}\n2. zwei\n\n{WORDS}\n\n- lose\n\n    mehr\n",
    "Ohne Unterschrift": f"{WORDS}\n\n![Buden](/images/buden.png)\n\n{WORDS * 12}\n\n![Zweite](/images/buden.png)",
    "Schriften": '<blockquote lang="he" dir="rtl">שלום לכולם.</blockquote>\n\n📅 𝑥² ∑ 坑\n\nDas OZG.\n\n*[OZG]: Gesetz',
    "Überschriften": f"### Zu tief\n\n{WORDS * 7}\n\n##### Tiefer\n\n{WORDS}\n\n# Oben\n\n> {WORDS}\n> - a\n\n{TABLE}",
}
"""What has broken tag trees, one article after the other: notes of several with the same names, and so on."""


def hard() -> dict[str, Text]:
    return {
        **{
            f"content/articles/{number}.md": article(title, body, date=f"2026-11-{9 - number}", section="Rat")
            for number, (title, body) in enumerate(HARD.items())
        },
        "content/images/buden.png": picture(),
        "content/issues/2026-11.yaml": "title: Alles Schwere\ndate: 2026-11-20\nfrom: 2026-11-01\nuntil: 2026-11-30\n",
    }


def test_whatever_its_articles_hold_an_issue_says_the_same(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", hard(), theme="packaged", config=CONFIG)
    report = site.build(pdf=True, executor=ProcessExecutor(2))
    assert not [found for found in report.diagnostics if found.is_error]
    published = site.published()
    html = published["ausgaben/2026-11/druck.html"].decode()
    styles = re.findall(r'<link rel="stylesheet" href="/([^"]+)"', html)
    looks = tuple(published[style.partition("?")[0]].decode() for style in styles)
    assert len(looks) == 2
    data = published[PDF]
    assert gate.faults_against(data, html, looks, f"{BASE_URL}ausgaben/2026-11/druck.html") == []
    tags = [element.tag for element in Reading(data).outline.elements()]
    assert [tags.count(tag) for tag in ("Note", "Reference", "Table", "Art")] == [4, 5 + len(HARD), 2, len(HARD)]


def test_an_article_with_notes_has_one_column_as_by_itself(tmp_path: Path) -> None:
    note = f"{WORDS * 20}Hier[^1] endet es.\n\n[^1]: Anmerkung."
    files = {f"content/articles/{name}.md": article(name, body) for name, body in {"a": note, "b": WORDS * 20}.items()}
    files["content/issues/2026-11.yaml"] = "title: T\ndate: 2026-11-20\narticles: [a, b]\n"
    site = SiteFolder(tmp_path / "site", files, theme="packaged", config=CONFIG.replace("Rat", "Town"))
    assert site.build(pdf=True, executor=ProcessExecutor(1)).diagnostics == ()
    found = [word for word in paper.words(site.published()[PDF], tmp_path) if word.page > 2]
    border = next(index for index, word in enumerate(found) if word.text.endswith("/meldungen/2026/a/"))
    across = [sum(word.left < 297 < word.right for word in part) for part in (found[:border], found[border + 1 :])]
    assert across[0] > 5
    assert across[1] == 0


@pytest.fixture(scope="module")
def pdfs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The same issue with a picture on its cover and without."""
    made = {}
    for name, cover in {"pictured": "cover: {src: /images/buden.png, alt: Buden, credit: bs}\n", "plain": ""}.items():
        site = SiteFolder(tmp_path_factory.mktemp(name) / "site", files(cover), theme="packaged", config=CONFIG)
        assert site.build(pdf=True, executor=ProcessExecutor(1)).diagnostics == ()
        made[name] = site.published()[PDF]
    return made


LONG = "Wie Kommunen ihre Verwaltungsdienstleistungen bis Ende des Jahres ins Netz bringen und warum viele Räte zögern"
TITLES = (
    "Herbst in der Stadt",
    "Verwaltungsdigitalisierungsbeschleunigungsgesetz verzögert",
    LONG,
    f"{LONG}, während Landkreise vorangehen und Verwaltungsgemeinschaften abwarten, was sich am Ende bewährt",
)


@pytest.mark.parametrize(
    "name",
    [
        "Der Stadtbote",
        "Lindenbrücker Nachrichten",
        "Amts- und Mitteilungsblatt der Verwaltungsgemeinschaft Oberlindenbrück",
        "WWWW MMMM WWWW",
    ],
)
def test_nothing_on_a_cover_is_cut_off_or_lies_on_anything_else(name: str, tmp_path: Path) -> None:
    files: dict[str, Text] = {
        "content/articles/a.md": article("A", section="Rat"),
        "content/images/buden.png": picture(),
    }
    for number, title in enumerate(TITLES):
        for month, cover in ((1, "cover: {src: /images/buden.png, alt: Buden, credit: bs}\n"), (6, "")):
            matter = f"title: {title}\ndate: 2026-11-20\narticles: [a]\n{cover}"
            files[f"content/issues/2026-{month + number:02}.yaml"] = matter
    config = CONFIG.replace("Der Stadtbote", name)
    site = SiteFolder(tmp_path / "site", files, theme="packaged", config=config)
    assert site.build(pdf=True, executor=ProcessExecutor(2)).diagnostics == ()
    published = {path: data for path, data in site.published().items() if re.fullmatch("ausgaben/.*[.]pdf", path)}
    assert len(published) == 2 * len(TITLES)
    for path, data in published.items():
        title = TITLES[(int(path[14:16]) - 1) % 5]
        found = [word for word in paper.words(data, tmp_path) if word.page == 1]
        letters = "".join(word.text for word in found).translate(dict.fromkeys(map(ord, "-\xad\u2010")))
        assert name.replace("-", "").replace(" ", "") in letters
        assert title.replace(" ", "") in letters
        assert min(word.left for word in found) > 45
        assert max(word.right for word in found) < 595 - 45
        lowest = max(word.bottom for word in found)
        [top] = [842 - box[3] for box in boxes(data, tmp_path)] or [842]
        assert lowest < top - 10, (title, top)
        for left, bottom, right, above in boxes(data, tmp_path):
            assert (left, bottom, right) == pytest.approx((0, 0, 595.3), abs=0.5)
            assert above > 400


def boxes(data: bytes, folder: Path) -> list[tuple[float, ...]]:
    """The places of all pictures that are read: left, bottom, right, top."""
    lines = [line.partition("[")[2].rstrip("]") for line in paper.tags(data, folder) if "/BBox" in line]
    return [tuple(map(float, line.split())) for line in lines]


@pytest.mark.parametrize("name", ["pictured", "plain"])
def test_an_issue_is_accessible_as_a_whole(name: str, pdfs: dict[str, bytes]) -> None:
    assert paper.faults(pdfs[name]) == []


def test_an_issue_says_what_it_is(pdfs: dict[str, bytes], tmp_path: Path) -> None:
    facts = paper.facts(pdfs["plain"], tmp_path)
    assert facts["Title"] == "Der Stadtbote, Ausgabe 11/2026: Herbst in der Stadt"
    assert facts["Author"] == "Verlag am Wehr"
    assert facts["CreationDate"].startswith("2026-11-20")
    assert facts["Tagged"] == "yes"
    assert "(A4)" in facts["Page size"]


def test_the_contents_name_the_page_on_which_each_article_begins(pdfs: dict[str, bytes], tmp_path: Path) -> None:
    pages = paper.text(pdfs["plain"], tmp_path).split("\f")[:-1]
    contents = re.findall(r"^(?:.*? )?(\d+) +(Editorial|Haushalt|Schulen|Weihnachtsmarkt)$", pages[1], re.MULTILINE)
    assert [title for _, title in contents] == ["Editorial", "Haushalt", "Schulen", "Weihnachtsmarkt"]
    for number, title in contents:
        begins = [n for n, page in enumerate(pages, 1) if n > 2 and re.search(rf"^{title}$", page, re.MULTILINE)]
        assert int(number) in begins
    assert len(pages) > 6


@pytest.mark.parametrize("count", [26, 41])
def test_no_entry_of_the_contents_has_a_page_for_itself(count: int, tmp_path: Path) -> None:
    files = {f"content/articles/{n}.md": article(f"Kurze Meldung {n}", "W.", section="Rat") for n in range(count)}
    files["content/issues/2026-11.yaml"] = "title: T\ndate: 2026-11-20\nfrom: 2026-11-01\nuntil: 2026-11-30\n"
    site = SiteFolder(tmp_path / "site", files, theme="packaged", config=CONFIG)
    assert site.build(pdf=True, executor=ProcessExecutor(1)).diagnostics == ()
    pages = paper.text(site.published()[PDF], tmp_path).split("\f")
    listed = [len(re.findall(r"^.*\d+ +Kurze Meldung \d+$", page, re.MULTILINE)) for page in pages]
    assert sum(listed) == count
    assert 1 not in listed
    assert count > 30 or sum(map(bool, listed)) == 1


def test_the_contents_are_one_list_of_lists_that_says_titles_before_pages(pdfs: dict[str, bytes]) -> None:
    [whole, *inner] = [element for element in Reading(pdfs["plain"]).outline.elements() if element.tag == "TOC"]
    assert [re.sub("[0-9]+”", "N”", line) for line in whole.lines() if "Link" not in line] == [
        "TOC",
        "  TOCI",
        "    Reference",
        "        “Editorial N”",
        "  TOCI",
        "    P",
        "      “Rat”",
        "    TOC",
        "      TOCI",
        "        Reference",
        "            “Haushalt N”",
        "      TOCI",
        "        Reference",
        "            “Schulen N”",
        "  TOCI",
        "    P",
        "      “Markt”",
        "    TOC",
        "      TOCI",
        "        Reference",
        "            “Weihnachtsmarkt N”",
    ]
    assert len(inner) == 2


def test_running_heads_say_the_section_and_feet_the_page(pdfs: dict[str, bytes], tmp_path: Path) -> None:
    pages = paper.text(pdfs["plain"], tmp_path).split("\f")[:-1]
    for number, page in enumerate(pages[1:], 2):
        lines = [line for line in page.splitlines() if line.strip()]
        assert lines[0].startswith("Der Stadtbote")
        assert lines[0].split()[-1] in ("Inhalt", "Editorial", "Rat", "Markt")
        assert re.fullmatch(rf"Ausgabe 11/2026 · November 2026 +{number}", lines[-1])
    assert "Seite" not in pages[0]


def test_bookmarks_follow_the_sections(pdfs: dict[str, bytes]) -> None:
    inside = paper.objects(pdfs["plain"])
    for title in (b"Herbst in der Stadt", b"Inhalt", b"Editorial", b"Rat", b"Haushalt", b"Zahlen", b"Weihnachtsmarkt"):
        assert b"/Title (%b)" % title in inside


def test_bookmarks_open_down_to_the_articles(pdfs: dict[str, bytes]) -> None:
    def listed(items: list[OutlineItem]) -> list[tuple[str, bool]]:
        return [pair for item in items for pair in [(item.title, bool(item.is_closed)), *listed(item.children)]]

    with Reading(pdfs["plain"]).pdf.open_outline() as outline:
        closed = dict(listed(list(outline.root)))
    assert closed["Haushalt"]
    assert not closed["Herbst in der Stadt"]
    assert not closed["Rat"]


def test_headings_of_the_editorial_stand_below_it_in_the_bookmarks(tmp_path: Path) -> None:
    editorial = "".join(f"  {line}\n\n  Worte.\n\n" for line in ("Vorab.", "## Dank", "### Besonders", "## Ausblick"))
    issue = f"title: Herbst\ndate: 2026-11-20\narticles: [a]\neditorial: |\n{editorial}"
    files = {"content/articles/a.md": article("A", section="Rat"), "content/issues/2026-11.yaml": issue}
    site = SiteFolder(tmp_path / "site", files, theme="packaged", config=CONFIG)
    assert site.build(pdf=True, executor=ProcessExecutor(1)).diagnostics == ()
    assert list(gate.bookmarks(Reading(site.published()[PDF]).pdf)) == [
        (1, "Herbst"), (2, "Inhalt"), (2, "Editorial"), (3, "Dank"), (4, "Besonders"), (3, "Ausblick"), (2, "Rat"),
        (3, "A"),
    ]  # fmt: skip


def test_the_tags_are_the_outline_and_nothing_is_split(pdfs: dict[str, bytes], tmp_path: Path) -> None:
    lines = paper.tags(pdfs["pictured"], tmp_path)
    tags = [line.strip() for line in lines if not line.strip().startswith(('"', "/"))]
    assert [tag for tag in tags if re.fullmatch("H[1-6]", tag)] == [
        "H1", "H2", "H2", "H2", "H3", "H4", "H3", "H2", "H3",
    ]  # fmt: skip
    assert tags.count("Table") == 1
    assert tags.count("TR") == 91
    assert tags.count("Art") == 3
    assert tags.count("Figure") == 2


def test_links_between_articles_lead_inside_the_pdf(pdfs: dict[str, bytes]) -> None:
    inside = paper.objects(pdfs["plain"]).decode("latin-1")
    inner = re.findall(r"/Dest \((kn-[^)]+)\)", inside)
    outer = re.findall(r"/URI \(([^)]+)\)", inside)
    assert [inner.count(f"kn-{number}") for number in (1, 2, 3)] == [1, 2, 1]  # the contents, and a link in a text
    assert [link for link in outer if link.endswith("/schulen/")] == [f"{BASE_URL}meldungen/2026/schulen/"]
