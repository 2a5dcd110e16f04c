"""What is computed more quickly comes out as WeasyPrint computes it."""

from pathlib import Path

import pytest

from kommunalnews.rendering import cascade, pdf, weasyprint_patches

from . import paper
from .collection import ASSETS, COLLECTION

pytestmark = pytest.mark.pdf

LOGICAL = "<style>.kn-text p { margin-block: 9pt; padding-inline-start: 1em; width: calc(50% + 1em) }</style>"
TEXTS = {
    **{name: COLLECTION[name] for name in ("columns", "footnotes", "nested lists", "contents", "quotation", "terms")},
    "logical properties": f"{LOGICAL}<p>eins</p><div>zwei<p>drei</p></div>",
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_pdf_is_what_it_is_without_short_ways(name: str, fontconfig: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    weasyprint_patches.install()
    from weasyprint import css

    job = paper.job(TEXTS[name], ASSETS)
    quick = pdf.typeset(job, fontconfig)
    for kind, method in ((css.ComputedStyle, "__missing__"), (css.StyleFor, "set_computed_styles")):
        monkeypatch.setattr(kind, method, getattr(kind, method).__wrapped__)
    pdf._faces.cache_clear()
    monkeypatch.setattr(cascade, "without_variables", list)
    plain = pdf.typeset(job, fontconfig)
    pdf._faces.cache_clear()
    assert quick == plain


def test_a_variable_that_is_set_once_is_written_out() -> None:
    first = ":root { --ink: #123456; --line: 14pt; --soft: var(--ink); }\np { color: var(--ink); margin: var(--line) }"
    second = ".long { --line: 13pt; }\nb { color: var( --ink ); top: var(--none); background: var(--soft) }"
    written = cascade.without_variables([first, second])
    assert written[0].endswith("p { color: #123456; margin: var(--line) }")
    assert written[1].endswith("b { color: #123456; top: var(--none); background: var(--soft) }")


def test_only_what_holds_on_paper_is_written_out() -> None:
    sheet = """
        :root { --ink: #111; --twice: a; /* --ink: #222; } */ }
        @media print { :root { --paper: "p"; --maybe: "}" } }
        @media screen { :root { --ink: #333; --glass: #444 } .a { --paper: x } }
        @media only screen and (width > 9cm), speech { :root { --ink: #555 } }
        @media (width > 9cm) { :root { --wide: 1 } }
        @media screen, print and (width > 9cm) { :root { --twice: b } }
        @supports (x: y) { :root { --sure: 1 } }
        .dark:root { --dark: 1 }
        p { a: var(--ink); b: var(--paper) }
        b { c: var(--glass) var(--wide) var(--twice) var(--dark) var(--maybe) var(--sure) }
    """
    [written] = cascade.without_variables([sheet])
    kept = "var(--glass) var(--wide) var(--twice) var(--dark) var(--maybe) var(--sure)"
    assert written.rstrip().endswith(f'p {{ a: #111; b: "p" }}\n        b {{ c: {kept} }}')


def test_what_may_be_set_elsewhere_stays_a_variable(fontconfig: Path) -> None:
    sheets = ['@import "more.css";', ":root { --ink: #123456 } p { color: var(--ink) }"]
    assert cascade.without_variables(sheets) == sheets
    plain = paper.job("<p>rot</p>")
    own = paper.job("<p>rot</p>", head="<style>p { --serif: 'Archivo Print' } p { font-family: var(--serif) }</style>")
    assert b"Archivo" in paper.objects(pdf.typeset(own, fontconfig))
    assert pdf.typeset(plain, fontconfig) != pdf.typeset(own, fontconfig)
