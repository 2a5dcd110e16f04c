"""Typed text becomes set text, and what is set already stays."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kommunalnews.content.typography import ATOM, BLOCK, BREAK, INLINE, SEPARATOR, typeset


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ('"Wort"', "„Wort“"),
        ('Er sagte: "Ja."', "Er sagte: „Ja.“"),
        ("\"Das 'Haus' steht\"", "„Das ‚Haus‘ steht“"),
        ("\"'Haus'\"", "„‚Haus‘“"),
        ('("Wort")', "(„Wort“)"),
        ('"Smart City"-Projekt', "„Smart City“-Projekt"),
        ('E-"Government"', "E-„Government“"),
        ('"A" und "B"', "„A“ und „B“"),
        ('19" breit', '19" breit'),
        ("„schon“ und «so» und “englisch”", "„schon“ und «so» und “englisch”"),
        ('„halb"', "„halb“"),
        ("geht's", "geht’s"),
        ("Hans' Auto", "Hans’ Auto"),
        ("die '90er", "die ’90er"),
        ("'s ist gut", "’s ist gut"),
        ("'Wort'", "‚Wort‘"),
        (f'{INLINE}"x"{INLINE}', f"{INLINE}„x“{INLINE}"),
        (f'"{INLINE}x{INLINE}"', f"„{INLINE}x{INLINE}“"),
        (f'"{ATOM}"', f"„{ATOM}“"),
        (f'"offen{BLOCK}neu"', f'„offen{BLOCK}neu"'),
        (f'"eins{BREAK}zwei"', f"„eins{BREAK}zwei“"),
    ],
)
def test_german_quotation_marks(typed: str, expected: str) -> None:
    assert typeset(typed, "de") == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "“a ‘b’ c”"), ("en-GB", "“a ‘b’ c”"), ("de-CH", "«a ‹b› c»"), ("de-AT", "„a ‚b‘ c“"), ("xx", "“a ‘b’ c”")],
)
def test_the_language_chooses_the_marks(language: str, expected: str) -> None:
    assert typeset("\"a 'b' c\"", language) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("eins - zwei", "eins – zwei"),
        ("eins -- zwei", "eins – zwei"),
        ("2016--2018", "2016–2018"),
        ("2016-2018", "2016-2018"),
        ("eins --- zwei", "eins — zwei"),
        ("-----", "-----"),
        ("Smart-City", "Smart-City"),
        ("und so...", "und so…"),
        ("[...]", "[…]"),
        ("....", "...."),
        ("https://a.de/b--c...d", "https://a.de/b--c...d"),
        ("www.a.de/b--c -- d", "www.a.de/b--c – d"),
    ],
)
def test_dashes_and_ellipses_but_not_in_addresses(typed: str, expected: str) -> None:
    assert typeset(typed, "de") == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("z. B. hier", "z.~B. hier"),
        ("i. d. R.", "i.~d.~R."),
        ("nach § 5 und §§ 7", "nach §~5 und §§~7"),
        ("10 % und 5 €", "10~% und 5~€"),
        ("10\n%", "10~%"),
        ("3 km, 4 Mio. Euro", "3~km, 4~Mio. Euro"),
        ("um 9 Uhr", "um 9~Uhr"),
        ("Nr. 3, Abs. 2, S. 12", "Nr.~3, Abs.~2, S.~12"),
        ("Plan B. Dann", "Plan B. Dann"),
        ("5 Monate", "5 Monate"),
    ],
)
def test_what_belongs_together_does_not_break(typed: str, expected: str) -> None:
    assert typeset(typed, "de") == expected.replace("~", "\u00a0")


@settings(deadline=None)
@given(st.text(alphabet="ab \"'.-„“‚‘1§%\n\x01\x02\x03\x04"), st.sampled_from(["de", "en", "de-CH"]))
def test_separators_stay_and_setting_again_changes_nothing_more_but_marks(text: str, language: str) -> None:
    once = typeset(text, language)
    assert SEPARATOR.findall(once) == SEPARATOR.findall(text)
