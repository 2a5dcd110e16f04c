"""What editors write, and worse: bodies of articles that have broken tag trees, here or elsewhere."""

from sites import PIXEL

ASSETS = {"p.png": PIXEL}
WORDS = "Der Rat der Stadt hat am Dienstag über den Haushalt beraten und ihn nach langer Aussprache beschlossen. "
COLUMNS = "<style>.kn-text { columns: 2; column-gap: 8mm } .kn-text table, .kn-text h2 { column-span: none }</style>"
NOTES = "<style>.note { float: footnote } @page { @footnote { border-top: .5pt solid } }</style>"


def table(rows: int) -> str:
    """A table with a head, a foot and a caption."""
    body = "".join(f"<tr><td>Amt {number}</td><td>Leitung {number}</td></tr>" for number in range(rows))
    return (
        "<table><caption>Ämter</caption><thead><tr><th>Amt</th><th>Leitung</th></tr></thead>"
        f"<tfoot><tr><td>Summe</td><td>{rows}</td></tr></tfoot><tbody>{body}</tbody></table>"
    )


def notes(count: int) -> str:
    """Paragraphs with footnotes, which take several pages."""
    return "".join(
        f'<p>{WORDS}Anmerkung<span class="note">Zu {number}: {WORDS}<a href="https://example.org/{number}">Quelle</a>'
        f"</span> und weiter. {WORDS}</p>"
        for number in range(count)
    )


ITEMS = "".join(f"<li>{WORDS * 2}</li>" for _ in range(30))
COLLECTION = {
    "long text": f"<p>{WORDS * 120}</p>",
    "thirty pages": "".join(f"<h2>Teil {n}</h2><p>{WORDS * 30}</p><p>{WORDS * 17}</p>" for n in range(30)),
    "long table": f'<div class="table">{table(90)}</div>',
    "table with row heads": "<table><thead><tr><td></td><th>2025</th><th>2026</th></tr></thead><tbody>"
    "<tr><th>Ausgaben</th><td>1</td><td>2</td></tr><tr><th scope='row'>Einnahmen</th><td>3</td><td></td></tr></tbody>"
    "</table>",
    "table without head": "<table><tbody><tr><td>a</td><td>b</td></tr></tbody></table>",
    "table with spans": '<table><tr><th colspan="2">A</th></tr><tr><td rowspan="2">1</td><td>2</td></tr>'
    "<tr><td>3</td></tr></table>",
    "table with much in it": f"<table><tr><th>Amt</th><td><p>{WORDS}</p><ul><li>a</li><li>b</li></ul></td></tr>"
    f'<tr><th>Bild</th><td>davor <img src="/p.png" alt="Karte"> dahinter</td></tr><tr><td colspan="2">{WORDS * 60}</td>'
    "</tr></table>",
    "nested lists": "<ul><li>eins<ul><li>eins a<ol><li>tief</li></ol></li></ul></li><li><p>zwei</p><p>mehr</p></li>"
    '</ul><ol start="7"><li>sieben</li><li value="12">zwölf</li><li><ul><li>gleich eine Liste</li></ul></li></ol>',
    "long list": f"<ol>{ITEMS}</ol>",
    "list without markers": '<ul style="list-style:none"><li>a</li></ul>',
    "list with loose text": "<ul>lose<li>a</li></ul>",
    "terms": "<dl><dt>A</dt><dt>B</dt><dd>Beschreibung</dd><dd>und noch eine</dd><dt>C</dt><dd><p>x</p></dd></dl>",
    "endnotes": '<p>Text<sup id="r1"><a class="footnote-reference" href="#n1">1</a></sup></p><div class="footnotes">'
    '<ol><li id="n1"><p>Anmerkung mit <code>Code</code> <a class="footnote-back" href="#r1">zurück</a></p></li></ol>'
    "</div>",
    "footnotes": NOTES + notes(20),
    "columns": COLUMNS
    + f"<p>{WORDS * 60}</p><h2>Zwischentitel</h2><ol>{ITEMS}</ol>{table(40)}"
    + f'<blockquote><p>{WORDS * 3}</p><ul><li>a</li></ul></blockquote><p><a href="https://example.org/">{WORDS}</a></p>',
    "footnotes in columns": COLUMNS + NOTES + notes(12),
    "skipped levels": "<h4>Zu tief</h4><p>x</p><h6>Noch tiefer</h6><p>y</p><h5>Zurück</h5><h2>Oben</h2><p>z</p>",
    "empty headings": "<h2></h2><p>x</p><h2><strong> </strong></h2><h3>Darunter</h3><p></p><ul></ul><p>y</p>",
    "decoration": '<figure><img src="/p.png" alt=""></figure>'
    '<svg aria-hidden="true" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>',
    "film without a picture": '<figure class="kn-embed"><figcaption><a class="kn-embed-link" href="https://example.org/film">'
    'Video: Hochwasser</a><span class="kn-embed-address">example.org/film</span></figcaption></figure>',
    "picture": '<figure><img src="/p.png" alt="Rathaus"><figcaption>Das Rathaus</figcaption></figure>',
    "picture without caption": '<figure><img src="/p.png" alt="Haus"></figure><p><img src="/p.png" alt="Zweites"></p>',
    "drawing": '<svg viewBox="0 0 9 9" width="99" height="99"><title>Wappen</title><text y="8">x</text></svg>',
    "floating picture": f'<p>{WORDS}<img style="float: right; width: 3cm" src="/p.png" alt="Karte">{WORDS * 5}</p>',
    "placed text": '<div style="position: relative"><p>eins</p><p style="position: absolute; top: 0">zwei</p></div>',
    "see-through text": f'<p>davor</p><div style="opacity: .5"><p>{WORDS}</p></div><p style="opacity: .9">dahinter</p>',
    "picture that links": '<p><a href="https://example.org/"><img src="/p.png" alt="Karte"></a></p>',
    "picture in a link with words": '<p>Sehen Sie <a href="https://example.org/">die <img src="/p.png" alt="Karte">'
    " an</a>.</p>",
    "link around blocks": '<a href="https://example.org/"><div><p>Absatz</p></div></a>',
    "link with emphasis": '<p><a href="https://example.org/">ganz <strong><em>wichtig</em></strong></a></p>',
    "link over lines and pages": "".join(
        f'<p><a href="https://example.org/{number}">{WORDS * 5}</a></p>' for number in range(18)
    ),
    "link that is emphasised": f'<p>{WORDS}<a href="https://example.org/"><em>Out</em></a>, '
    '<a href="https://example.org/x"><i>in</i></a> und <b><a href="https://example.org/#">out</a></b>.</p>',
    "link with umlauts": '<p><a href="https://bürger.example/straße?ö=ü#ä">Bürger</a> '
    '<a href="//müller.example">Müller</a> <a href="mailto:rat@example.org">Post</a></p>',
    "link to nowhere": '<p><a href="#nirgends">wohin</a> <a>ohne Ziel</a></p>',
    "link inside": '<p><a href="#unten">nach unten</a></p><h2 id="unten">Unten</h2>',
    "quotation": "<blockquote><p>Nie <q>wieder</q></p>lose Worte</blockquote>",
    "quotation with lists": "<blockquote><p>a</p><ul><li>b</li></ul><blockquote><ol><li>c</li></ol></blockquote>"
    "</blockquote>",
    "code": f"<pre><code>{'x' * 300}\n  y</code></pre><p>Mit <code>code</code>.</p>",
    "emoji and signs": "<p>📅 🚀 ❤️ 👩‍🌾 H₂O ﬀ → □ ∑ √</p>",
    "formula": "<p><i>E</i> = <i>mc</i>² und ∑<sub>i=1</sub><sup>n</sup> x<sub>i</sub> ≤ √(a² + b²) · 10⁻³</p>",
    "from right to left": f'<p>{WORDS}</p><blockquote lang="he" dir="rtl"><p>שלום לכולם, ברוכים הבאים.</p></blockquote>'
    '<p dir="rtl" lang="ar">السلام عليكم ورحمة الله</p><p>Das heißt <span lang="he">שלום</span> und '
    '<span lang="ar">سلام</span>.</p>',
    "other scripts": "<p>人沒有坑 Ελληνικά Кириллица</p>",
    "control characters": "<p>a\u200bb\u00adc\ufeffd\u2028e\ue000f</p>",
    "soft hyphens": "<p>" + "Donau\xaddampf\xadschiff\xadfahrts\xadgesell\xadschafts\xadkapitän " * 40 + "</p>",
    "hard hyphens": "<p>" + "Rhein-Main-Neckar-Donau-Gebiet und/oder Nord-Ostsee-Kanal " * 40 + "</p>",
    "long words": f"<p>{'Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz' * 12}</p>",
    "abbreviation": '<p><abbr title="Onlinezugangsgesetz">OZG</abbr> und <abbr>EfA</abbr></p>',
    "other language": '<p>Das <i lang="en">Single Digital Gateway</i> kommt.</p><p lang="en">Whole paragraph</p>',
    "loose text": "lose Worte<br>und mehr<p>Absatz</p>und Ende",
    "blocks in blocks": "<div><div>eins</div><div>zwei</div></div><section><h2>Teil</h2><div>drei<p>vier</p></div>"
    "</section><aside><p>Kasten</p></aside>",
    "words side by side": "<p><b>fett</b> <i>kursiv</i> <b>fett</b>-<i>Strich</i></p><p>vor <!-- nichts --> nach</p>",
    "long address": f'<p><a href="https://example.org/{"lang" * 90}">https://example.org/{"lang" * 90}</a></p>',
    "contents": '<nav class="kn-toc"><ol><li><a href="#a">Erstens</a></li><li><a href="#b">Zweitens</a><ol><li>'
    '<a href="#c">Darunter</a></li></ol></li></ol></nav><h2 id="a">Erstens</h2><h2 id="b">Zweitens</h2><h3 id="c">'
    "Darunter</h3>",
}
