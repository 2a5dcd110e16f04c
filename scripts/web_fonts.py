"""The variable faces in ``static/fonts`` → the ``-de`` files there, which a page loads first.

    python scripts/web_fonts.py

Each is one static cut with the characters that German takes and the commonest others. Kerning is kept as one matrix of
classes without the smallest values: that takes 800 bytes less than the tables that the faces bring along.
"""

import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from fontTools.otlLib.builder import buildCoverage
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables import otTables
from fontTools.ttLib.tables.otBase import ValueRecord
from fontTools.varLib.instancer import instantiateVariableFont

FONTS = Path(__file__).parents[1] / "static" / "fonts"
TOKENS = FONTS.parent / "css" / "tokens.css"
_ADVANCE = 4
"""The bit of a value record that says how far the next glyph is moved."""

Pairs = Mapping[tuple[str, str], int]


class Cut(NamedTuple):
    """A file to make."""

    name: str
    source: str
    weight: int
    feature: str
    """What it can do beside kerning."""
    least: float
    """The smallest kerning that is kept, in em …"""
    step: float
    """… and how finely, in em."""


CUTS = (
    Cut("archivo-headline-de", "archivo-headline", 650, "liga", 0.008, 0.002),
    Cut("archivo-text-de", "archivo-text", 400, "tnum", 0.008, 0.002),
    Cut("archivo-text-semibold-de", "archivo-text", 600, "tnum", 0.008, 0.002),
    Cut("newsreader-de", "newsreader", 400, "liga", 0.015, 0.004),
    Cut("newsreader-semibold-de", "newsreader", 650, "liga", 0.015, 0.004),
    Cut("newsreader-italic-de", "newsreader-italic", 400, "liga", 0.015, 0.004),
)


def characters(name: str) -> set[int]:
    """Those that the style sheet asks the file ``name`` for."""
    found = re.search(rf'{name}\.woff2"[^}}]*unicode-range: ([^;]*)', TOKENS.read_text(encoding="utf-8"))
    assert found, name
    spans = [span.strip()[2:].split("-") for span in found[1].split(",")]
    return {code for span in spans for code in range(int(span[0], 16), int(span[-1], 16) + 1)}


def made(cut: Cut) -> TTFont:
    """The cut, with the characters that the style sheet names."""
    font = instantiateVariableFont(TTFont(FONTS / f"{cut.source}.woff2", recalcTimestamp=False), {"wght": cut.weight})
    options = Options(layout_features=["kern", cut.feature], name_IDs=[1, 2], notdef_outline=True, hinting=False)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters(cut.name))
    subsetter.subset(font)
    if "STAT" in font:
        del font["STAT"]
    em = font["head"].unitsPerEm
    kept = {pair: value for pair, value in kerning(font).items() if abs(value) >= cut.least * em}
    step = cut.step * em
    write_kerning(font, {pair: round(round(value / step) * step) for pair, value in kept.items()})
    return font


def kerning(font: TTFont) -> Pairs:
    """By how much each pair of glyphs is moved together or apart."""
    glyphs = font.getGlyphOrder()
    found: dict[tuple[str, str], int] = {}
    for lookup in font["GPOS"].table.LookupList.Lookup:
        seen: dict[tuple[str, str], int] = {}
        for table in lookup.SubTable:
            pairs = table.ExtSubTable if lookup.LookupType == 9 else table
            for left in set(pairs.Coverage.glyphs):
                for right, value in _row(pairs, left, glyphs):
                    seen.setdefault((left, right), value)
        for pair, value in seen.items():
            found[pair] = found.get(pair, 0) + value
    return {pair: value for pair, value in found.items() if value}


def _row(pairs: Any, left: str, glyphs: Iterable[str]) -> Iterable[tuple[str, int]]:
    """What a table of pairs says of those that begin with ``left``."""
    if pairs.Format == 1:
        for record in pairs.PairSet[pairs.Coverage.glyphs.index(left)].PairValueRecord:
            yield record.SecondGlyph, _advance(record.Value1)
        return
    row = pairs.Class1Record[pairs.ClassDef1.classDefs.get(left, 0)].Class2Record
    for right in glyphs:
        yield right, _advance(row[pairs.ClassDef2.classDefs.get(right, 0)].Value1)


def _advance(value: Any) -> int:
    return getattr(value, "XAdvance", 0) or 0


def write_kerning(font: TTFont, pairs: Pairs) -> None:
    """Say it as one matrix of classes: glyphs with equal rows, glyphs with equal columns."""
    glyphs = font.getGlyphOrder()
    rows: dict[tuple[int, ...], list[str]] = {}
    columns: dict[tuple[int, ...], list[str]] = {}
    for glyph in glyphs:
        rows.setdefault(tuple(pairs.get((glyph, other), 0) for other in glyphs), []).append(glyph)
        columns.setdefault(tuple(pairs.get((other, glyph), 0) for other in glyphs), []).append(glyph)
    first = sorted((same for row, same in rows.items() if any(row)), key=len, reverse=True)
    second = sorted((same for column, same in columns.items() if any(column)), key=len, reverse=True)
    table: Any = otTables.PairPos()
    table.Format, table.ValueFormat1, table.ValueFormat2 = 2, _ADVANCE, 0
    table.Coverage = buildCoverage([glyph for same in first for glyph in same], font.getReverseGlyphMap())
    table.ClassDef1, table.ClassDef2 = otTables.ClassDef(), otTables.ClassDef()
    table.ClassDef1.classDefs = {glyph: number for number, same in enumerate(first) if number for glyph in same}
    table.ClassDef2.classDefs = {glyph: number for number, same in enumerate(second, 1) for glyph in same}
    table.Class1Count, table.Class2Count, table.Class1Record = len(first), len(second) + 1, []
    for left in first:
        record: Any = otTables.Class1Record()
        record.Class2Record = [_value(0), *(_value(pairs.get((left[0], right[0]), 0)) for right in second)]
        table.Class1Record.append(record)
    positions = font["GPOS"].table
    lookup: Any = otTables.Lookup()
    lookup.LookupType, lookup.LookupFlag, lookup.SubTable, lookup.SubTableCount = 2, 0, [table], 1
    positions.LookupList.Lookup, positions.LookupList.LookupCount = [lookup], 1
    for feature in positions.FeatureList.FeatureRecord:
        feature.Feature.LookupListIndex, feature.Feature.LookupCount = [0], 1


def _value(advance: int) -> Any:
    record: Any = otTables.Class2Record()
    record.Value1, record.Value2 = ValueRecord(), None
    record.Value1.XAdvance = advance
    return record


def main() -> None:
    """Write all of them; say what each weighs."""
    for cut in CUTS:
        font = made(cut)
        font.flavor = "woff2"
        path = FONTS / f"{cut.name}.woff2"
        font.save(path)
        sys.stdout.write(f"{path.name}: {path.stat().st_size} bytes, {len(font.getBestCmap())} characters\n")


if __name__ == "__main__":
    main()
