"""What breaks over pages and lines: no single line of a paragraph, no stump of a word."""

from pathlib import Path

import pytest

from kommunalnews.rendering import pdf

from . import breaks, paper
from .outline import Element
from .structure import Reading

pytestmark = pytest.mark.pdf

LOOSE = "<style>.kn-text p { orphans: 1; widows: 1 }</style>"
"""What lets a page end, or begin, with a single line."""


def typeset(lines: int, fontconfig: Path, head: str = "") -> list[str]:
    """What is wrong with the breaks of a paragraph of ten lines behind ``lines`` others."""
    above = "<p>" + "Zeile<br>" * (lines - 1) + "Zeile</p>"
    job = paper.job(f"{above}<p>{'Wort<br>' * 9}Wort</p>", head=head, body="kn-one-column")
    return list(breaks.faults(Reading(pdf.typeset(job, fontconfig))))


def test_no_page_ends_or_begins_with_a_single_line_of_a_paragraph(fontconfig: Path) -> None:
    found = {lines: typeset(lines, fontconfig, LOOSE) for lines in range(34, 48)}
    assert {fault for faults in found.values() for fault in faults} == {
        "page 1 ends with a single line of a paragraph",
        "page 2 begins with a single line of a paragraph",
    }
    assert [lines for lines, faults in found.items() if faults and typeset(lines, fontconfig)] == []


def test_words_are_hyphenated_far_from_their_ends(fontconfig: Path) -> None:
    words = "Die Digitalisierungsbeauftragte der Stadtverwaltung spricht heute über öffentliche Einrichtungen. "
    job = paper.job(f"<p>{words * 30}</p>", body="kn-two-columns")
    reading = Reading(pdf.typeset(job, fontconfig))
    assert sum("\xad" in text for text in reading.texts.values()) > 5
    assert breaks.stumps(reading.outline) == []


def test_stumps_of_words_are_noticed() -> None:
    text = Element(
        "P", {}, ["Die Eta\xad", "ge, das Rat\xad", "haus, der A\xad", "bend, die Stadt\xad", "ver\xad", "waltung."]
    )
    assert breaks.stumps(Element("Document", {}, [text])) == ["Eta\xadge", "A\xadbend"]
