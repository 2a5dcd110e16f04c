"""Claims about what is set beside an article."""

import random
from datetime import date

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kommunalnews.site.related import LONGEST, PAIRED, WINDOW, Related, Sketch, related, update

DAY = 86400


def sketch(path: str, day: str, place: str, tags: str, section: str = "panorama") -> Sketch:
    return Sketch(path, (date.fromisoformat(day) - date(1970, 1, 1)).days * DAY, section, place, tuple(tags.split()))


NEWSROOM = (
    sketch("handyparken", "2018-07-16", "bonn", "parken mobilitaet"),
    sketch("parkleitsystem", "2018-05-02", "bonn", "parken smart-city", "infrastruktur"),
    sketch("smart-parken", "2018-07-23", "oberhausen", "parken smart-city"),
    sketch("parkscheine", "2012-03-01", "trier", "parken"),
    sketch("lastenrad", "2018-06-26", "neustadt", "mobilitaet"),
    sketch("rufbus", "2017-08-17", "heidmoorau", "mobilitaet"),
    sketch("stadtarchiv", "2018-07-10", "bonn", "wissen", "organisation"),
    sketch("wissensbilanz", "2018-02-20", "dresden", "wissen", "organisation"),
    sketch("glasfaser", "2017-03-21", "grossenklamm", "breitband", "infrastruktur"),
    sketch("schulkabel", "2018-04-10", "grossenklamm", "schule breitband", "infrastruktur"),
    sketch("schulcloud", "2017-12-19", "musterhausen", "schule datenschutz", "infrastruktur"),
    sketch("dorffest", "2018-07-15", "", ""),
)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("handyparken", "parkleitsystem smart-parken lastenrad rufbus stadtarchiv"),
        ("smart-parken", "parkleitsystem handyparken parkscheine"),
        ("schulkabel", "glasfaser schulcloud"),
        ("schulcloud", "schulkabel"),
        ("stadtarchiv", "wissensbilanz handyparken parkleitsystem"),
        ("dorffest", ""),
    ],
)
def test_an_editor_would_pick_these(path: str, expected: str) -> None:
    assert related(NEWSROOM).by_path[path] == tuple(expected.split())


def test_the_same_place_and_subject_go_before_yesterday() -> None:
    newest = sketch("neu", "2018-07-24", "bonn", "parken")
    assert related([*NEWSROOM, newest]).by_path["neu"][:2] == ("handyparken", "parkleitsystem")


def test_a_rare_tag_says_more_than_a_common_one() -> None:
    common = [sketch(f"amt-{number:02}", "2018-01-01", "", "verwaltung") for number in range(40)]
    pair = [sketch("wolf", "2017-12-01", "", "wolf"), sketch("wolf-im-amt", "2018-01-02", "", "verwaltung wolf")]
    assert related([*common, *pair]).by_path["wolf-im-amt"][0] == "wolf"


def test_the_section_alone_is_nothing_in_common() -> None:
    sketches = [sketch(f"a{number}", "2018-01-01", f"ort-{number}", f"tag-{number}") for number in range(9)]
    assert set(related(sketches).lists) == {()}


def test_a_tag_that_half_of_the_site_has_does_not_last_ten_years() -> None:
    old = [sketch(f"alt-{number:03}", "2008-01-01", "", "aktuelles") for number in range(200)]
    others = [sketch(f"sonst-{number:03}", "2008-01-01", "", f"tag-{number}") for number in range(200)]
    found = related([*old, *others, sketch("neu", "2018-01-01", "", "aktuelles")]).by_path
    assert found["neu"] == ()
    assert len(found["alt-100"]) == LONGEST


def test_what_is_about_equally_near_is_listed_from_the_newest() -> None:
    expected = ["2018-01-16", "2018-01-18", "2018-01-17", "2017-12-16", "2017-12-15"]  # the first within 15 days
    found = related(sketch(day, day, "", "rathaus") for day in [*expected, "2018-01-01"])
    assert found.by_path["2018-01-01"] == tuple(expected)


# ── properties ───────────────────────────────────────────────────────────────────────────────────────────────────────

TAGS = ("verwaltung", "parken", "wissen", "schule", "wolf")
PLACES = ("", "bonn", "trier", "bonn")


def drawn(chance: random.Random, path: str) -> Sketch:
    tags = chance.sample(TAGS, chance.choice([0, 1, 1, 2, 3, 5]))
    seconds = chance.randrange(-900, 900) * 4 * DAY  # before 1970, too; some on one day
    return Sketch(path, seconds, chance.choice("ab"), chance.choice(PLACES), tuple(tags))


def corpus(chance: random.Random, count: int) -> dict[str, Sketch]:
    return {f"a{number:03}": drawn(chance, f"a{number:03}") for number in range(count)}


def edit(chance: random.Random, sketches: dict[str, Sketch]) -> None:
    """Put in, take out, rename or change an article."""
    path = chance.choice(sorted(sketches) or [""])
    kind = chance.choice(["in", "in", "newest", "out", "rename", "redraw", "move", "section", "retag"])
    new = f"n{chance.randrange(10**6)}"
    if kind in ("in", "newest") or not sketches:
        sketches[new] = drawn(chance, new)
        if kind == "newest":
            latest = max(found.seconds for found in sketches.values())
            sketches[new] = msgspec.structs.replace(sketches[new], seconds=latest + DAY)
        return
    old = sketches.pop(path)
    other = drawn(chance, path)
    match kind:
        case "rename":
            sketches[new] = msgspec.structs.replace(old, path=new)
        case "redraw":
            sketches[path] = other
        case "move":
            sketches[path] = msgspec.structs.replace(old, seconds=other.seconds)
        case "section":
            sketches[path] = msgspec.structs.replace(old, section=other.section)
        case "retag":
            sketches[path] = msgspec.structs.replace(old, tags=other.tags, place=other.place)


seeds = st.integers(0, 2**32).map(random.Random)


@settings(deadline=None)
@given(seeds, st.integers(0, 160), st.lists(st.integers(1, 6), max_size=4))
def test_an_update_is_a_first_result(chance: random.Random, count: int, rounds: list[int]) -> None:
    sketches = corpus(chance, count)
    known = related(sketches.values())
    for edits in rounds:
        for _ in range(edits):
            edit(chance, sketches)
        known = update(known, sketches.values())
        assert known == related(sketches.values())


@pytest.mark.parametrize("seed", range(3))
def test_an_update_is_a_first_result_wherever_the_edit_is(seed: int) -> None:
    sketches = list(corpus(random.Random(seed), 70 + 20 * seed).values())  # beyond 64: the site's own power of two
    known = related(sketches)
    for place in range(len(sketches)):
        fewer = sketches[:place] + sketches[place + 1 :]
        without = related(fewer)
        assert update(known, fewer) == without
        assert update(without, sketches) == known


@settings(deadline=None)
@given(seeds, st.integers(0, 80))
def test_order_does_not_matter(chance: random.Random, count: int) -> None:
    sketches = list(corpus(chance, count).values())
    assert related(chance.sample(sketches, count)) == related(sketches)


@settings(deadline=None)
@given(seeds, st.integers(0, 80))
def test_a_list_is_short_without_doubles_and_without_the_article_itself(chance: random.Random, count: int) -> None:
    sketches = corpus(chance, count)
    for path, found in related(sketches.values()).by_path.items():
        assert len(found) == len(set(found)) <= LONGEST
        assert path not in found
        assert set(found) <= set(sketches)


def touched(before: Related, after: Related) -> int:
    lists = after.by_path
    return sum(1 for path, found in before.by_path.items() if path in lists and lists[path] != found)


def terms_and_pairs(found: Sketch) -> int:
    terms = len(found.tags) + bool(found.place)
    paired = min(terms, PAIRED)
    return terms + paired * (paired - 1) // 2


@settings(deadline=None)
@given(seeds, st.integers(0, 300))
def test_a_new_newest_article_moves_few_lists(chance: random.Random, count: int) -> None:
    sketches = corpus(chance, count)
    before = related(sketches.values())
    newest = msgspec.structs.replace(drawn(chance, "neu"), seconds=10_000 * DAY)
    assert touched(before, update(before, [*sketches.values(), newest])) <= WINDOW * terms_and_pairs(newest)


@settings(deadline=None)
@given(seeds, st.integers(0, 300))
def test_an_article_put_in_anywhere_moves_few_lists(chance: random.Random, count: int) -> None:
    sketches = corpus(chance, count)
    before = related(sketches.values())
    new = drawn(chance, "neu")
    ranks = (len(new.tags) + bool(new.place) + 1) * (WINDOW + count.bit_length() + 1)
    bound = 2 * WINDOW * terms_and_pairs(new) + ranks
    assert touched(before, update(before, [*sketches.values(), new])) <= bound


def test_an_update_of_the_same_is_the_same() -> None:
    known = related(NEWSROOM)
    assert update(known, reversed(NEWSROOM)) == known


def test_a_result_can_be_kept() -> None:
    known = related(NEWSROOM)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(known), type=Related) == known


def test_no_articles_are_no_lists() -> None:
    assert related([]) == Related()
    assert update(related(NEWSROOM), []) == Related()
