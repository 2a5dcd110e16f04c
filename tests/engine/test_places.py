"""Places lie somewhere, near each other, and on a map; the editors' word stands above the gazetteer's."""

import re
from pathlib import Path

import pytest
from sites import CONFIG, SiteFolder, article, changed

from kommunalnews.build import BuildStopped
from kommunalnews.digest import of_value
from kommunalnews.geography import HEIGHT, WIDTH, Spot, distance, found, project, state_at
from kommunalnews.pages import ListPage, MapMark, TermIndexPage
from kommunalnews.recipes import Output, TemplateRecipe


def about(**places: str) -> dict[str, str]:
    """An article about each place."""
    return {f"content/articles/{key}.md": article(key, location=name) for key, name in places.items()}


def list_of(output: Output) -> ListPage:
    assert isinstance(output.recipe, TemplateRecipe)
    assert isinstance(output.recipe.page, ListPage)
    return output.recipe.page


def index_of(site: SiteFolder) -> TermIndexPage:
    recipe = site.plan()["orte/index.html"].recipe
    assert isinstance(recipe, TemplateRecipe)
    assert isinstance(recipe.page, TermIndexPage)
    return recipe.page


def spot(site: SiteFolder, slug: str) -> Spot | None:
    return {place.slug: place for place in site.planned().site.places}[slug].spot


def test_the_gazetteer_knows_the_largest_place_of_a_name_and_its_state() -> None:
    assert [found(slug) and found(slug).state for slug in ("frankfurt", "frankfurt-oder", "halle", "muenchen")] == [  # type: ignore[union-attr]
        "HE", "BB", "ST", "BY",
    ]  # fmt: skip
    assert found("bund") is None
    assert found("eu") is None


@pytest.mark.parametrize("slug", ["flensburg", "aachen", "goerlitz", "freiburg", "passau", "berlin", "bremerhaven"])
def test_the_map_and_the_gazetteer_agree_on_the_state(slug: str) -> None:
    place = found(slug)
    assert place is not None
    x, y = project(place.latitude, place.longitude)
    assert 0 < x < WIDTH
    assert 0 < y < HEIGHT
    assert state_at(place.latitude, place.longitude) == place.state


def test_beyond_the_borders_is_no_state() -> None:
    assert state_at(48.86, 2.35) == ""
    assert state_at(50.08, 14.44) == ""


def test_distances_are_those_of_the_globe_and_of_the_map() -> None:
    berlin, munich = Spot(52.5200, 13.4050), Spot(48.1372, 11.5755)
    assert distance(berlin, munich) == pytest.approx(504, abs=2)
    (ax, ay), (bx, by) = (project(one.latitude, one.longitude) for one in (berlin, munich))
    assert ((ax - bx) ** 2 + (ay - by) ** 2) ** 0.5 == pytest.approx(504, abs=3)


def test_site_yaml_stands_above_articles_and_those_above_the_gazetteer(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", about(a="Bonn"))
    assert spot(site, "bonn") == Spot(50.734, 7.095, "NW", is_from_gazetteer=True)
    site.write({"content/articles/a.md": article("A", location="Bonn", coordinates="51.5, 7.5")})
    assert spot(site, "bonn") == Spot(51.5, 7.5, "NW")
    site.write({"content/site.yaml": f"{CONFIG}places:\n  - {{name: Bonn, lat: 48.1, lon: 11.5, state: HE}}\n"})
    assert spot(site, "bonn") == Spot(48.1, 11.5, "HE")


def test_of_equal_names_site_yaml_picks_one_by_its_state(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", about(a="Neustadt"))
    assert site.codes() == ["place-ambiguous"]
    assert spot(site, "neustadt") == Spot(49.35, 8.139, "RP", is_from_gazetteer=True)
    site.write({"content/site.yaml": f"{CONFIG}places:\n  - {{name: Neustadt, state: SH}}\n"})
    assert site.codes() == []
    assert spot(site, "neustadt") == Spot(54.107, 10.815, "SH", is_from_gazetteer=True)


@pytest.mark.parametrize(("name", "warned"), [
    ("Frankfurt", True), ("Frankfurt am Main", False), ("Frankfurt (Oder)", False), ("Mühlhausen", True),
    ("Neustadt in Holstein", False), ("Freiburg", False), ("Berlin", False), ("Köln", False),
])  # fmt: skip
def test_a_name_is_called_ambiguous_where_another_place_of_it_rivals_the_largest(
    tmp_path: Path, name: str, *, warned: bool
) -> None:
    assert site_codes(tmp_path, name) == (["place-ambiguous"] if warned else [])


def site_codes(folder: Path, place: str, **fields: str) -> list[str]:
    return SiteFolder(folder / "site", {"content/articles/a.md": article("A", location=place, **fields)}).codes()


@pytest.mark.parametrize(("written", "code"), [
    ("nan, 7.769", "coordinates-form"), ("inf, 7.769", "coordinates-form"), ("49.444", "coordinates-form"),
    ("49,444, 7,769", "coordinates-form"), ("91, 7.769", "coordinates-form"), ("49.444, 181", "coordinates-form"),
    ("N 49.444 E 7.769", "coordinates-form"), ("7.769, 49.444", "coordinates-outside"),
    ("49.444, 77.69", "coordinates-outside"), ("-49.444, 7.769", "coordinates-outside"),
])  # fmt: skip
def test_coordinates_that_cannot_be_meant_are_told(tmp_path: Path, written: str, code: str) -> None:
    assert site_codes(tmp_path, "Kaiserslautern", coordinates=f'"{written}"') == [code]


@pytest.mark.parametrize("written", [".nan, lon: 7.7", "91, lon: 7.7", "49.4, lon: -.inf", "49.4, lon: 181"])
def test_site_yaml_takes_no_coordinates_that_are_none(tmp_path: Path, written: str) -> None:
    config = f"{CONFIG}places:\n  - {{name: Bonn, lat: {written}}}\n"
    site = SiteFolder(tmp_path / "site", about(a="Bonn"), config=config)
    with pytest.raises(BuildStopped) as stopped:
        site.build()
    assert [found.location.line for found in stopped.value.diagnostics] == [len(config.splitlines())]


def test_a_place_nobody_can_locate_is_listed_and_not_complained_about(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", about(a="Bonn", b="EU"))
    assert site.codes() == []
    page = index_of(site)
    assert [(state, [term.name for term in terms]) for state, terms in page.groups] == [
        ("Nordrhein-Westfalen", ["Bonn"]), ("", ["EU"]),
    ]  # fmt: skip
    assert page.map is not None
    assert [mark.name for mark in page.map.marks] == ["Bonn"]


def test_without_any_located_place_the_list_goes_by_the_alphabet(tmp_path: Path) -> None:
    page = index_of(SiteFolder(tmp_path / "site", about(a="Bund", b="EU")))
    assert page.map is None
    assert [initial for initial, _ in page.groups] == ["B", "E"]


def test_neighbours_are_those_within_thirty_kilometres_nearest_first(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", about(a="Bonn", b="Köln", c="Siegburg", d="Aachen"))
    near = list_of(site.plan()["orte/bonn/index.html"]).neighbours
    assert [(one.place.name, one.kilometres) for one in near] == [("Siegburg", 11), ("Köln", 24)]
    assert [one.place.name for one in list_of(site.plan()["orte/aachen/index.html"]).neighbours] == []


@pytest.mark.parametrize(("place", "near", "credited"), [
    ("{name: Neuort, lat: 50.74, lon: 7.1}", "Bonn", True),  # the distance is from what GeoNames says of Bonn
    ("{name: Neuort, lat: 50.85, lon: 5.7}", "Aachen", True),  # beyond the map
    ("{name: Neuort, lat: 50.74, lon: 7.1}", "Berlin", False),
    ("{name: Neuort}", "Bonn", False),
    ("{name: Bonn}", "Berlin", True),
])  # fmt: skip
def test_geonames_is_credited_once_where_it_told_a_place_or_one_near_it(
    tmp_path: Path, place: str, near: str, credited: bool
) -> None:
    name = "Bonn" if "Bonn" in place else "Neuort"
    config = f"{CONFIG}places:\n  - {place}\n"
    site = SiteFolder(tmp_path / "site", about(a=name, b=near), theme="packaged", config=config)
    site.build()
    assert site.read(f"orte/{name.lower()}/index.html").count("https://www.geonames.org/") == credited


def test_an_alias_is_the_place_itself_and_its_old_address_leads_there(tmp_path: Path) -> None:
    config = f"{CONFIG}places:\n  - {{name: Bonn, aliases: [Beuel]}}\n"
    site = SiteFolder(tmp_path / "site", about(a="Bonn", b="Beuel"), config=config)
    assert site.codes() == []
    site.build()
    assert "url=/orte/bonn/" in site.read("orte/beuel/index.html")
    assert "/orte/beuel/ /orte/bonn/" in site.read("_redirects")
    assert list_of(site.plan()["orte/bonn/index.html"]).total == 2


def test_marks_are_far_enough_apart_for_a_finger_and_lose_no_article(tmp_path: Path) -> None:
    names = "Bonn Köln Siegburg Aachen Essen Bochum Dortmund Hagen Duisburg Krefeld Neuss Berlin Potsdam".split()
    files = {f"content/articles/{n}.md": article(f"Story {n}", location=name) for n, name in enumerate(names)}
    page = index_of(SiteFolder(tmp_path / "site", files))
    assert page.map is not None
    marks = page.map.marks
    assert sum(mark.count for mark in marks) == sum(1 + mark.others for mark in marks) == len(names)
    assert all(_apart(one, other) >= 57 for one in marks for other in marks if one is not other)


def _apart(one: MapMark, other: MapMark) -> float:
    return float(((one.x - other.x) ** 2 + (one.y - other.y) ** 2) ** 0.5)


def test_a_new_place_moves_its_neighbours_and_no_other_place(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", about(a="Bonn", b="Aachen", c="Berlin"))
    before = {path: of_value(output.recipe) for path, output in site.plan().items()}
    site.write(about(d="Siegburg"))
    after = {path: of_value(output.recipe) for path, output in site.plan().items()}
    moved = {path for path in changed(before, after) if path.startswith("orte/") and path.endswith(".html")}
    assert moved == {"orte/index.html", "orte/bonn/index.html", "orte/siegburg/index.html"}


def test_another_article_about_a_place_moves_none_of_its_neighbours(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", about(a="Bonn", b="Siegburg"))
    before = {path: of_value(output.recipe) for path, output in site.plan().items()}
    site.write(about(d="Siegburg"))
    assert "orte/bonn/index.html" not in changed(before, {p: of_value(o.recipe) for p, o in site.plan().items()})


def test_the_map_is_drawn_without_style_script_or_request_and_each_mark_has_a_name(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", about(a="Bonn", b="Siegburg", c="Berlin"), theme="packaged")
    site.build()
    html = site.read("orte/index.html")
    drawing = html[html.index("<svg viewBox") : html.index("</figure>")]
    assert not re.search(r"style=|<style|<script|<image|<use|onload", drawing)
    assert 'aria-label="Bonn and another place nearby: 2 reports"' in drawing
    assert 'aria-label="Berlin: 1 report"' in drawing
    assert "GeoNames" in drawing
    assert len(drawing) < 15_000


def test_nothing_is_drawn_of_places_that_lie_elsewhere(tmp_path: Path) -> None:
    config = f"{CONFIG}places:\n  - {{name: Brüssel, lat: 50.85, lon: 4.35}}\n"
    site = SiteFolder(tmp_path / "site", about(a="Brüssel"), config=config)
    assert index_of(site).map is None
    assert list_of(site.plan()["orte/bruessel/index.html"]).map is None
