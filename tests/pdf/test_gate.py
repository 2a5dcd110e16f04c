"""The gate: whatever articles hold, their PDFs pass it; and it notices every damage that we could think of."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from kommunalnews.rendering import pdf

from . import gate, paper
from .collection import ASSETS, COLLECTION, WORDS, table

pytestmark = pytest.mark.pdf

RUNNING = (
    '<div class="kn-running" aria-hidden="true"><p class="kn-running-title"><b>Stadtbote</b> Rat</p>'
    '<p class="kn-running-source">https://example.org/</p></div>'
)
GOOD = (
    f"{RUNNING}"
    f'<h2>Erstens</h2><p>{WORDS * 60}</p><h3>Darunter</h3><p>Ein <a href="https://example.org/">Verweis</a> und ein '
    f'<i lang="en">word</i>.</p><figure><img src="/p.png" alt="Haus"></figure><ul><li>a</li><li>b</li></ul>'
    f"{table(3)}<h2>Zweitens</h2><p>Ende</p>"
)


@pytest.mark.parametrize("design", ["kn-one-column", "kn-two-columns"])
@pytest.mark.parametrize("name", COLLECTION)
def test_whatever_an_article_holds_its_pdf_says_the_same(name: str, design: str, fontconfig: Path) -> None:
    job = paper.job(COLLECTION[name], ASSETS, body=design)
    assert gate.faults(pdf.typeset(job, fontconfig), job) == []


def element(document: pikepdf.Pdf, tag: str) -> Any:
    """The first structure element with this tag."""
    return next(thing for thing in document.objects if _is(thing, tag))


def _is(thing: Any, tag: str) -> bool:
    return (
        isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/StructElem" and thing.get("/S") == f"/{tag}"
    )


def link(document: pikepdf.Pdf) -> Any:
    """The first link annotation."""
    return next(annotation for page in document.pages for annotation in page.obj.get("/Annots", []))


def metadata(document: pikepdf.Pdf, old: bytes, new: bytes) -> None:
    """Replace something in the metadata."""
    text = document.Root.Metadata.read_bytes()
    assert old in text
    document.Root.Metadata.write(text.replace(old, new))


def content(document: pikepdf.Pdf, change: Callable[[list[Any]], list[Any]]) -> None:
    """Change the instructions of the first page."""
    page = document.pages[0]
    instructions = change(list(pikepdf.parse_content_stream(page)))
    page.Contents = document.make_stream(pikepdf.unparse_content_stream(instructions))


def untagged(instructions: list[Any]) -> list[Any]:
    """The first marked content, no longer marked."""
    start = next(i for i, one in enumerate(instructions) if str(one.operator) == "BDC" and "/MCID" in one.operands[1])
    end = next(i for i in range(start, len(instructions)) if str(instructions[i].operator) == "EMC")
    return [*instructions[:start], *instructions[start + 1 : end], *instructions[end + 1 :]]


def unmarked(instructions: list[Any]) -> list[Any]:
    """The first artifact, no longer marked."""
    start = next(i for i, one in enumerate(instructions) if str(one.operator) == "BMC")
    end = next(i for i in range(start, len(instructions)) if str(instructions[i].operator) == "EMC")
    return [*instructions[:start], *instructions[start + 1 : end], *instructions[end + 1 :]]


def running(was: str, entries: dict[str, Any] | None) -> Callable[[pikepdf.Pdf], None]:
    """Running heads or feet say something else, or nothing, about what they are."""

    def change(document: pikepdf.Pdf) -> None:
        page = document.pages[1]
        changed = []
        for one in pikepdf.parse_content_stream(page):
            if str(one.operator) == "BDC" and one.operands[1].get("/Subtype") == f"/{was}":
                tag = [Name.Artifact]
                told = [*tag, pikepdf.Dictionary(entries)] if entries is not None else tag
                one = pikepdf.ContentStreamInstruction(told, pikepdf.Operator("BDC" if entries is not None else "BMC"))
            changed.append(one)
        page.Contents = document.make_stream(pikepdf.unparse_content_stream(changed))

    return change


def without_text(instructions: list[Any]) -> list[Any]:
    """The last words that are read, no longer drawn."""
    begun = max(i for i, one in enumerate(instructions) if str(one.operator) == "BDC" and "/MCID" in one.operands[1])
    last = next(i for i in range(begun, len(instructions)) if str(instructions[i].operator) == "TJ")
    return [*instructions[:last], *instructions[last + 1 :]]


def font(document: pikepdf.Pdf) -> Any:
    """The first font."""
    resources: Any = document.pages[0].obj["/Resources"]
    return next(iter(resources["/Font"].values()))


def split(document: pikepdf.Pdf) -> None:
    """The longest paragraph becomes two, as other programs do at page breaks."""
    first = max((thing for thing in document.objects if _is(thing, "P")), key=lambda p: len(p["/K"]))
    kids = list(first["/K"])
    half = len(kids) // 2
    second = document.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.StructElem, S=pikepdf.Name.P, P=first["/P"]))
    if "/Pg" in first:
        second["/Pg"] = first["/Pg"]
    first["/K"], second["/K"] = pikepdf.Array(kids[:half]), pikepdf.Array(kids[half:])
    siblings = list(first["/P"]["/K"])
    at = next(i for i, one in enumerate(siblings) if one.objgen == first.objgen)
    first["/P"]["/K"] = pikepdf.Array([*siblings[: at + 1], second, *siblings[at + 1 :]])
    numbers = document.Root.StructTreeRoot.ParentTree.Nums
    for kid in kids[half:]:
        page: Any = kid.get("/Pg") if isinstance(kid, pikepdf.Dictionary) else first["/Pg"]
        mcid = int(kid["/MCID"]) if isinstance(kid, pikepdf.Dictionary) else int(kid)
        numbers[2 * int(page["/StructParents"]) + 1][mcid] = second


def swap(document: pikepdf.Pdf) -> None:
    """Two siblings change places in the reading order."""
    kids = element(document, "Art")["/K"]
    kids[1], kids[2] = kids[2], kids[1]


def lose_cell(document: pikepdf.Pdf) -> None:
    """A row loses its last cell: what was in it belongs to the cell before."""
    row = element(document, "TR")["/K"]
    gone, kept = row[len(row) - 1], row[len(row) - 2]
    for kid in gone["/K"]:
        kept["/K"].append(kid)
        document.Root.StructTreeRoot.ParentTree.Nums[2 * int(gone["/Pg"]["/StructParents"]) + 1][int(kid)] = kept
    del row[len(row) - 1]


def drop(document: pikepdf.Pdf, tag: str) -> None:
    """An element leaves the tree."""
    gone = element(document, tag)
    kids = gone["/P"]["/K"]
    del kids[next(i for i, one in enumerate(kids) if not isinstance(one, int) and one.objgen == gone.objgen)]


def delete(holder: Any, name: str) -> None:
    del holder[name]


def put(holder: Any, name: Any, value: Any) -> None:
    holder[name] = value


Name, Text = pikepdf.Name, pikepdf.String
DAMAGES: dict[str, Callable[[pikepdf.Pdf], None]] = {
    "no structure tree": lambda d: delete(d.Root, "/StructTreeRoot"),
    "not marked": lambda d: put(d.Root.MarkInfo, "/Marked", False),
    "no word of marks": lambda d: delete(d.Root, "/MarkInfo"),
    "suspects": lambda d: put(d.Root.MarkInfo, "/Suspects", True),
    "no language": lambda d: delete(d.Root, "/Lang"),
    "another language": lambda d: put(d.Root, "/Lang", Text("en")),
    "no title": lambda d: delete(d.docinfo, "/Title"),
    "no title in the metadata": lambda d: metadata(d, b"dc:title", b"dc:source"),
    "title not shown": lambda d: put(d.Root.ViewerPreferences, "/DisplayDocTitle", False),
    "no metadata": lambda d: delete(d.Root, "/Metadata"),
    "not called PDF/UA": lambda d: metadata(d, b"<pdfuaid:part>1</pdfuaid:part>", b""),
    "called PDF/UA-2": lambda d: metadata(d, b"<pdfuaid:part>1<", b"<pdfuaid:part>2<"),
    "not called PDF/A": lambda d: metadata(d, b'pdfaid:part="3"', b""),
    "PDF/UA not described": lambda d: metadata(d, b"pdfaSchema:prefix>pdfuaid", b"pdfaSchema:prefix>other"),
    "no colours": lambda d: delete(d.Root, "/OutputIntents"),
    "no text for a picture": lambda d: delete(element(d, "Figure"), "/Alt"),
    "other text for a picture": lambda d: put(element(d, "Figure"), "/Alt", Text("bild.jpg")),
    "no scope": lambda d: delete(element(d, "TH"), "/A"),
    "another scope": lambda d: put(element(d, "TH")["/A"], "/Scope", Name.Row),
    "head cell is a cell": lambda d: put(element(d, "TH"), "/S", Name.TD),
    "a level skipped": lambda d: put(element(d, "H3"), "/S", Name.H5),
    "a heading is a paragraph": lambda d: put(element(d, "H2"), "/S", Name.P),
    "words without a tag": lambda d: content(d, untagged),
    "decoration not marked": lambda d: content(d, unmarked),
    "running head is any decoration": running("Header", None),
    "running foot is any decoration": running("Footer", None),
    "running head without its kind": running("Header", {"/Type": Name.Pagination}),
    "running foot is a head": running(
        "Footer", {"/Type": Name.Pagination, "/Subtype": Name.Header, "/Attached": [Name.Bottom]}
    ),
    "words not drawn": lambda d: content(d, without_text),
    "tab order": lambda d: delete(d.pages[0].obj, "/Tabs"),
    "link not in the tree": lambda d: put(
        element(d, "Link"), "/K", pikepdf.Array([k for k in element(d, "Link")["/K"] if isinstance(k, int)])
    ),
    "link without words": lambda d: delete(link(d), "/Contents"),
    "link to a file": lambda d: put(link(d)["/A"], "/URI", Text("file:///etc/passwd")),
    "link to somewhere else": lambda d: put(link(d)["/A"], "/URI", Text("https://example.com/")),
    "link that runs": lambda d: put(link(d)["/A"], "/S", Name.Launch),
    "link without a way back": lambda d: delete(link(d), "/StructParent"),
    "font not embedded": lambda d: delete(font(d)["/DescendantFonts"][0]["/FontDescriptor"], "/FontFile2"),
    "font without letters": lambda d: delete(font(d), "/ToUnicode"),
    "roles in a circle": lambda d: put(
        d.Root.StructTreeRoot, "/RoleMap", pikepdf.Dictionary(Foo=Name.Bar, Bar=Name.Foo)
    ),
    "unknown role": lambda d: put(element(d, "P"), "/S", Name.Absatz),
    "no parent tree": lambda d: delete(d.Root.StructTreeRoot, "/ParentTree"),
    "parent tree astray": lambda d: put(d.Root.StructTreeRoot.ParentTree.Nums[1], 0, element(d, "Table")),
    "page without parents": lambda d: delete(d.pages[0].obj, "/StructParents"),
    "paragraph split": split,
    "reading order": swap,
    "list item lost": lambda d: drop(d, "LI"),
    "cell lost": lose_cell,
    "label lost": lambda d: put(element(d, "Lbl"), "/S", Name.Span),
    "other language lost": lambda d: delete(element(d, "Span"), "/Lang"),
    "bookmarks missing": lambda d: delete(d.Root, "/Outlines"),
    "bookmark says something else": lambda d: put(d.Root.Outlines.First, "/Title", Text("Anders")),
    "bookmark runs words together": lambda d: put(d.Root.Outlines.First.First, "/Title", Text("ErstensZweitens")),
    "bookmark lost": lambda d: delete(d.Root.Outlines.First, "/First"),
    "script": lambda d: put(d.Root, "/OpenAction", pikepdf.Dictionary(S=Name.JavaScript, JS=Text("app.alert(1)"))),
}


@pytest.fixture(scope="module")
def good(fontconfig: Path) -> tuple[pdf.PdfJob, bytes]:
    """A PDF of two pages with a little of everything, which passes."""
    job = paper.job(GOOD, ASSETS)
    return job, pdf.typeset(job, fontconfig)


def test_the_good_one_passes_also_when_it_is_written_anew(good: tuple[pdf.PdfJob, bytes]) -> None:
    job, data = good
    assert gate.faults(data, job) == []
    assert gate.faults(damaged(data, lambda document: None), job) == []


@pytest.mark.parametrize("name", DAMAGES)
def test_the_gate_notices_damage(name: str, good: tuple[pdf.PdfJob, bytes]) -> None:
    job, data = good
    assert gate.faults(damaged(data, DAMAGES[name]), job) != []


def damaged(data: bytes, damage: Callable[[pikepdf.Pdf], None]) -> bytes:
    """A PDF after an accident."""
    with pikepdf.open(BytesIO(data)) as document:
        damage(document)
        into = BytesIO()
        document.save(into, fix_metadata_version=False)
    return into.getvalue()
