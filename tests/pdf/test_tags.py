"""What the tag tree is like, seen by Poppler; ``test_gate`` compares whole trees."""

from pathlib import Path

import pytest

from kommunalnews.rendering import pdf, print_fonts

from . import paper
from .collection import ASSETS, COLLECTION, WORDS, table

pytestmark = pytest.mark.pdf

TABLE = table(90)


def tree(body: str, fontconfig: Path, folder: Path) -> list[str]:
    return paper.tags(pdf.typeset(paper.job(body, ASSETS), fontconfig), folder)


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
        "P": 1, "L": 1, "LI": 40, "Lbl": 40, "LBody": 40, "Table": 1, "THead": 1, "TBody": 1, "TH": 2, "TD": 182,
    }  # fmt: skip


def test_a_table_head_is_seen_on_each_page_and_read_once(fontconfig: Path, tmp_path: Path) -> None:
    data = pdf.typeset(paper.job(TABLE), fontconfig)
    assert paper.text(data, tmp_path).count("Leitung\n") > 1
    lines = paper.tags(data, tmp_path)
    assert [line.strip() for line in lines].count('"Leitung "') == 1
    assert "/Scope /Column" in [line.strip() for line in lines]


def test_nested_lists_are_inside_their_item(fontconfig: Path, tmp_path: Path) -> None:
    shape = [
        (len(line) - len(line.lstrip()), line.strip())
        for line in tree(COLLECTION["nested lists"], fontconfig, tmp_path)
    ]
    lists = [depth for depth, name in shape if name == "L"]
    assert lists[0] < lists[1] < lists[2]
    assert lists[3:] == [lists[0], lists[1]]


def test_heading_levels_are_never_skipped(fontconfig: Path, tmp_path: Path) -> None:
    found = names(tree(COLLECTION["skipped levels"], fontconfig, tmp_path))
    assert [name for name in found if name.startswith("H")] == ["H1", "H2", "H3", "H3", "H2"]


def test_terms_are_labels_of_what_describes_them(fontconfig: Path, tmp_path: Path) -> None:
    found = names(tree(COLLECTION["terms"], fontconfig, tmp_path))
    assert found[found.index("L") :] == ["L", "LI", "Lbl", "Lbl", "LBody", "P", "LI", "Lbl", "LBody", "P"]


def test_decoration_is_not_read(fontconfig: Path, tmp_path: Path) -> None:
    assert "Figure" not in names(tree(COLLECTION["decoration"], fontconfig, tmp_path))


def test_only_what_is_read_has_a_caption(fontconfig: Path, tmp_path: Path) -> None:
    assert "Caption" in names(tree(COLLECTION["picture"], fontconfig, tmp_path))
    assert "Caption" not in names(tree(COLLECTION["film without a picture"], fontconfig, tmp_path))


def test_a_picture_has_its_text_and_its_place_on_the_page(fontconfig: Path, tmp_path: Path) -> None:
    job = paper.job(COLLECTION["picture"], ASSETS)
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


def test_a_link_that_has_a_name_is_called_by_it(fontconfig: Path) -> None:
    mention = '<p id="x">Beschlossen.<sup><a href="#x" aria-label="Anmerkung 1">1</a></sup></p>'
    assert b"/Contents (Anmerkung 1)" in paper.objects(pdf.typeset(paper.job(mention), fontconfig))


def test_a_character_that_no_font_has_is_still_read(fontconfig: Path, tmp_path: Path) -> None:
    data = pdf.typeset(paper.job("<p>vor 人 nach <b>坑</b> Ende</p>"), fontconfig)
    assert "vor 人 nach 坑 Ende" in " ".join(paper.text(data, tmp_path).split())
    assert b"/actualtext <feff4eba>" in paper.objects(data).lower()


def test_what_stands_for_a_missing_character_is_near_to_it() -> None:
    missing = print_fonts.missing(())
    assert print_fonts.stand_in("人", missing) == (print_fonts.SUBSTITUTE, "span")
    assert print_fonts.stand_in("\u33a1", missing) == ("m2", "span")
    assert print_fonts.stand_in("\u2028", missing) == (" ", "span")


def test_what_our_neighbours_write_is_shown() -> None:
    missing = print_fonts.missing(())
    for text in ("Česká Łódź İstanbul", "Ελληνικά", "Київ Москва", "שלום", "السلام", "∑ √ ≤ ∞", "📅 ✔ ☎", "H₂O"):
        assert missing.search(text) is None, text


def test_a_hyphen_at_the_end_of_a_line_is_soft_and_words_stay_apart(fontconfig: Path, tmp_path: Path) -> None:
    words = "Ein Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz hat niemand gewollt. " * 9
    data = pdf.typeset(paper.job(f'<p style="width: 50mm">{words}</p>'), fontconfig)
    assert b"/ActualText <feff00ad>" in paper.objects(data)
    lines = [line.strip() for line in paper.tags(data, tmp_path)]
    read = "".join(line.strip('"') for line in lines[lines.index("P") + 1 :])
    assert read.replace("\u2010", "").strip() == words.strip()


def test_an_abbreviation_says_what_it_stands_for(fontconfig: Path) -> None:
    assert b"/E (Onlinezugangsgesetz)" in paper.objects(pdf.typeset(paper.job(COLLECTION["abbreviation"]), fontconfig))


def test_a_table_of_contents_says_page_numbers_and_no_dots(fontconfig: Path, tmp_path: Path) -> None:
    style = '<style>.kn-toc a::after { content: leader(".") target-counter(attr(href), page) }</style>'
    data = pdf.typeset(paper.job(style + COLLECTION["contents"]), fontconfig)
    lines = [line.strip() for line in paper.tags(data, tmp_path)]
    found = names(lines)
    assert found[found.index("TOC") :][:5] == ["TOC", "TOCI", "Lbl", "Reference", "Link"]
    assert found.count("TOC") == 2
    words = " ".join("".join(line.strip('"') for line in lines if line.startswith('"')).split())
    assert "1. Erstens 1 2. Zweitens 1 1. Darunter 1" in words
    assert paper.faults(data) == []
