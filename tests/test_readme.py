"""What README.md lists is what there is."""

import re
import tomllib
from pathlib import Path

import msgspec
import pytest

from kommunalnews.config import Config
from kommunalnews.content.front_matter import LIMIT as MATTER_LIMIT
from kommunalnews.content.pictures import WEIGHT_LIMIT
from kommunalnews.content.refusals import LONGEST
from kommunalnews.content.sources import ASSET_LIMIT, TEXT_LIMIT
from kommunalnews.rendering.filters import for_language

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
TEMPLATES = ROOT / "templates"


def table(heading: str) -> list[list[str]]:
    """The cells of the rows of the table that begins with this line."""
    rows = README.partition(f"\n{heading}\n")[2].partition("\n\n")[0].splitlines()[1:]
    assert rows, heading
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows]


def quoted(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def listed(heading: str) -> dict[str, set[str]]:
    """Names in the first cell of each row, and what the second says of each, one after the other."""
    found = {}
    for names, values in table(heading):
        files = quoted(names)
        for name, value in zip(files, values.split(";") if len(files) > 1 else [values], strict=True):
            found[name] = set(quoted(value))
    return found


def written(kind: str, path: Path) -> set[str]:
    """The blocks or macros of a template."""
    return set(re.findall(rf"{{%-? {kind} (\w+)", path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("file", "thousands"), [("README.md", ","), ("docs/editors.md", ".")], ids=["README", "handbook"]
)
def test_what_is_too_large_is_told(file: str, thousands: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    for megabytes in (TEXT_LIMIT >> 20, ASSET_LIMIT >> 20, WEIGHT_LIMIT // 10**6):
        assert f" {megabytes} MB" in text
    for characters in (LONGEST, MATTER_LIMIT):
        assert f"{characters:,}".replace(",", thousands) in text


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *extras["store"], *extras["cluster"]]
    names = {re.split(r"[\[<>=~! ]", one)[0] for one in wanted}
    assert {re.sub(r" \(.*", "", name) for row in table("| package | job |") for name in row[0].split(", ")} == names


def test_every_setting_is_in_the_table() -> None:
    assert {name for row in table("| field | default | meaning |") for name in quoted(row[0])} == set(
        msgspec.structs.asdict(msgspec.convert({"title": "", "base_url": "", "sections": []}, Config))
    )


def test_every_block_of_a_template_is_in_the_table() -> None:
    base = written("block", TEMPLATES / "base.html")
    wanted = {}
    for path in TEMPLATES.glob("*.html"):
        extends = "{% extends" in path.read_text(encoding="utf-8")
        wanted[path.name] = written("block", path) - (base if extends else set())
    assert listed("| template | blocks |") == {name: blocks for name, blocks in wanted.items() if name != "alias.html"}


def test_every_macro_is_in_the_table() -> None:
    wanted = {path.stem: written("macro", path) for path in (TEMPLATES / "macros").glob("*.html")}
    assert listed("| macros in `macros/` | |") == wanted


@pytest.mark.parametrize("name", sorted(path.name for path in TEMPLATES.glob("*.html")))
def test_a_comment_names_no_block_that_is_not_there(name: str) -> None:
    text = (TEMPLATES / name).read_text(encoding="utf-8")
    for names in re.findall(r"{#[^#]* Blocks: ([\w, ]+)\.", text):
        assert names.split(", ") == list(dict.fromkeys(re.findall(r"{%-? block (\w+)", text)))


def test_every_filter_of_ours_is_named() -> None:
    (row,) = (row for row in table("| name | what it is |") if row[0] == "filters")
    assert set(quoted(row[1])) == set(for_language("en"))
