"""What breaks over pages, columns and lines: no single line of a paragraph, no heading that comes last, no stump."""

from pathlib import Path

import pytest

from kommunalnews.rendering import pdf

from . import breaks, paper
from .outline import Element
from .structure import Reading

pytestmark = pytest.mark.pdf

LOOSE = "<style>.kn-text p { orphans: 1; widows: 1 } .kn-text h2 { break-after: auto }</style>"
"""What lets a page or a column end, or begin, with a single line, and end with a heading."""


LINES = (*range(6, 14), *range(34, 50))


def typeset(
    lines: int, fontconfig: Path, head: str = "", *, body: str = "kn-one-column", between: str = ""
) -> set[str]:
    """What is wrong with the breaks of a paragraph of ten lines behind ``lines`` others."""
    above = "<p>" + "Zeile<br>" * (lines - 1) + "Zeile</p>"
    job = paper.job(f"{above}{between}<p>{'Wort<br>' * 9}Wort</p>", head=head, body=body)
    return set(breaks.faults(Reading(pdf.typeset(job, fontconfig))))


def test_no_page_ends_or_begins_with_a_single_line_of_a_paragraph(fontconfig: Path) -> None:
    found = {lines: typeset(lines, fontconfig, LOOSE) for lines in range(34, 48)}
    assert {fault for faults in found.values() for fault in faults} == {
        "page 1 ends with a single line of a paragraph",
        "page 2 begins with a single line of a paragraph",
    }
    assert [lines for lines, faults in found.items() if faults and typeset(lines, fontconfig)] == []


def test_no_column_ends_or_begins_with_a_single_line_of_a_paragraph(fontconfig: Path) -> None:
    columns = "kn-two-columns"
    found = {lines: typeset(lines, fontconfig, LOOSE, body=columns) for lines in LINES}
    assert {fault for faults in found.values() for fault in faults} == {
        "column of page 1 ends with a single line of a paragraph",
        "column of page 1 begins with a single line of a paragraph",
    }
    assert [lines for lines, faults in found.items() if faults and typeset(lines, fontconfig, body=columns)] == []


@pytest.mark.parametrize(("body", "what"), [("kn-one-column", "page"), ("kn-two-columns", "column of page")])
def test_no_page_and_no_column_ends_with_a_heading(body: str, what: str, fontconfig: Path) -> None:
    head = "<h2>Darunter steht etwas</h2>"
    found = {lines: typeset(lines, fontconfig, LOOSE, body=body, between=head) for lines in LINES}
    fault = f"{what} 1 ends with a heading"
    assert any(fault in faults for faults in found.values())
    kept = {lines: typeset(lines, fontconfig, body=body, between=head) for lines in found if fault in found[lines]}
    assert not any(kept.values())


def test_words_are_hyphenated_far_from_their_ends(fontconfig: Path) -> None:
    words = "Die Digitalisierungsbeauftragte der Stadtverwaltung spricht heute über öffentliche Einrichtungen. "
    job = paper.job(f"<p>{words * 30}</p>", body="kn-two-columns")
    reading = Reading(pdf.typeset(job, fontconfig))
    assert sum("\xad" in text for text in reading.texts.values()) > 5
    assert breaks.stumps(reading.outline) == []


def test_stumps_of_words_are_noticed() -> None:
    lines = ["Die Eta\xad", "ge, das Rat\xad", "haus, der A\xad", "bend, die Stadt\xad", "ver\xad", "waltung."]
    text = Element("P", {}, [*lines])
    assert breaks.stumps(Element("Document", {}, [text])) == ["Eta\xadge,", "A\xadbend,"]


@pytest.mark.parametrize("end", [" ", " <b>Ende</b>", "&nbsp;<b>Ende</b>"])
def test_no_word_stands_alone_where_the_next_one_has_room(end: str, fontconfig: Path, tmp_path: Path) -> None:
    text = f"Rat und Verwaltung haben gestern über den Haushalt der Stadt beraten{end}"
    body = "".join(f'<p style="width: {width / 4}mm">{text}</p>' for width in range(200, 480))
    data = pdf.typeset(
        paper.job(body, head="<style>.kn-text { hyphens: manual; text-align: left }</style>"), fontconfig
    )
    found = paper.words(data, tmp_path)
    lonely = [
        (word.text, after.text)
        for before, word, after in zip(found, found[1:], found[2:], strict=False)
        if before.bottom < word.bottom - 5 < after.bottom - 10 and word.page == after.page and after.text != "Rat"
    ]
    assert lonely == []


def test_addresses_are_not_hyphenated(fontconfig: Path) -> None:
    address = "https://www.example.org/veranstaltungen/bibliothekswissenschaft/digitalisierungsstrategie"
    mail = '<a href="mailto:x@example.org">verwaltungsgemeinschaft@example.org</a>'
    site = '<a href="https://stadtverwaltungswerkstatt.example/">stadtverwaltungswerkstatt.example</a>'
    for width in range(30, 60, 3):
        style = f"<style>.kn-text {{ width: {width}mm }}</style>"
        job = paper.job(f'<p>Näheres: <a href="{address}">{address}</a> und {mail}, {site}</p>', head=style)
        assert "\xad" not in "".join(Reading(pdf.typeset(job, fontconfig)).texts.values())
