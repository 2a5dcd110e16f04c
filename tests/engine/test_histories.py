"""The engine's one promise: after any history of edits, an incremental build is a clean build, byte for byte."""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sites import SiteFolder, Theme, changed

from engine import edits
from kommunalnews.executors import Executor, ProcessExecutor, SerialExecutor
from kommunalnews.planning import NO_LORE
from kommunalnews.state import Lore

MODES = ["inline", "ssi", "client"]


class Edits(RuleBasedStateMachine):
    """A site that is edited in every way."""

    mode = "inline"
    theme: Theme = "golden"

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="kommunalnews-history-"))
        self.model = edits.Model(self.mode)
        self.site = SiteFolder(self.folder / "site", theme=self.theme, config=self.model.config_text())
        self.files: set[str] = set()
        self.edited = True
        for path in self.model.texts:
            self._write(path, self.model.text(path))

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    def _write(self, path: str, text: str | bytes) -> None:
        self.site.write({path: text})
        self.files.add(path)
        self.edited = True

    def _delete(self, path: str) -> None:
        if path in self.files:
            self.site.delete(path)
            self.files.discard(path)
            self.edited = True

    @rule(path=st.sampled_from(edits.ARTICLES), data=st.data())
    def write_article(self, path: str, data: st.DataObject) -> None:
        fields = {name: data.draw(values, name) for name, values in edits.FIELDS.items() if data.draw(_rarely)}
        self.model.add(path, {**fields, "body": data.draw(edits.links, "body")})
        self._write(path, self.model.text(path))

    @precondition(lambda self: self.model.texts)
    @rule(data=st.data())
    def edit_one_field(self, data: st.DataObject) -> None:
        path = data.draw(st.sampled_from(sorted(self.model.texts)))
        name = data.draw(st.sampled_from(sorted(edits.FIELDS_OF[path])))
        self.model.texts[path][name] = data.draw(edits.FIELDS_OF[path][name])
        self._write(path, self.model.text(path))

    @rule(path=st.sampled_from(edits.ARTICLES))
    def delete_article(self, path: str) -> None:
        self.model.texts.pop(path, None)
        self._delete(path)

    @rule(path=st.sampled_from(edits.ARTICLES), other=st.sampled_from(edits.ARTICLES))
    def rename_article(self, path: str, other: str) -> None:
        if path in self.model.texts and path != other:
            self.model.texts[other] = self.model.texts.pop(path)
            self._delete(path)
            self._write(other, self.model.text(other))

    @rule(
        path=st.sampled_from(edits.ARTICLES), fault=st.sampled_from(["---\ntitle: x\n", "no matter", "---\na: &b\n---"])
    )
    def break_article(self, path: str, fault: str) -> None:
        self._write(path, fault)

    @rule(path=st.sampled_from([*edits.VENDORS, *edits.ISSUES, *edits.PAGES]), data=st.data())
    def write_another_text(self, path: str, data: st.DataObject) -> None:
        self.model.texts[path] = {name: data.draw(values, name) for name, values in edits.FIELDS_OF[path].items()}
        self._write(path, self.model.text(path))

    @rule(path=st.sampled_from([*edits.VENDORS, *edits.PAGES, *edits.ISSUES, *edits.PICTURES, edits.AUTHORS]))
    def delete_other(self, path: str) -> None:
        self.model.texts.pop(path, None)
        self._delete(path)

    @rule(text=edits.authors_files)
    def write_authors(self, text: str) -> None:
        self._write(edits.AUTHORS, text)

    @rule(path=st.sampled_from(edits.PICTURES), grey=st.integers(0, 2))
    def write_picture(self, path: str, grey: int) -> None:
        self._write(path, edits.picture(grey))

    @rule(data=st.data())
    def change_settings(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(edits.CONFIG_FIELDS)))
        self.model.config[name] = data.draw(edits.CONFIG_FIELDS[name], name)
        self._write(edits.CONFIG, self.model.config_text())

    @rule(name=st.sampled_from(sorted(edits.TEMPLATES)), data=st.data())
    def change_template(self, name: str, data: st.DataObject) -> None:
        self._write(f"templates/{name}", data.draw(st.sampled_from(edits.TEMPLATES[name])))

    @rule(name=st.sampled_from(sorted(edits.STATICS)), data=st.data())
    def change_static(self, name: str, data: st.DataObject) -> None:
        self._write(f"static/{name}", data.draw(st.sampled_from(edits.STATICS[name])))

    @rule(name=st.sampled_from(sorted({"css/site.css", "alt.html"})))
    def delete_static(self, name: str) -> None:
        self._delete(f"static/{name}")

    @rule(hours=st.sampled_from([1, 2, 12, 24, 72]))
    def time_passes(self, hours: int) -> None:
        self.model.now += hours * edits.HOUR
        self.edited = True

    @rule(name=st.sampled_from(["drafts", "future", "expired"]), value=st.booleans())
    def look_at_preview(self, name: str, value: bool) -> None:
        self.model.showing[name] = value
        self.edited = True


class History(Edits):
    """The same, built now and then, which other people may tamper with."""

    asked: Mapping[str, Any] = {}
    """What is asked of every build."""
    executor: Executor = SerialExecutor()
    """Who makes the incremental builds; clean ones are made by one process."""

    def teardown(self) -> None:
        try:
            self.build()
        finally:
            super().teardown()

    @rule(data=st.data())
    def damage_what_is_published(self, data: st.DataObject) -> None:
        """Somebody deletes or overwrites a file of ours in the destination."""
        if self.site.destination.is_dir():
            mine = sorted(path for path in self.site.published() if not path.startswith(".kommunalnews/"))
            path = self.site.destination / data.draw(st.sampled_from(mine))
            if data.draw(st.booleans()):
                path.unlink()
            else:
                path.write_text("somebody was here")
            self.edited = True

    @rule()
    def lose_the_store(self) -> None:
        shutil.rmtree(self.site.cache, ignore_errors=True)

    @rule()
    def lose_the_texts(self) -> None:
        shutil.rmtree(self.site.cache / "texts", ignore_errors=True)

    @rule()
    def lose_what_is_published(self) -> None:
        """A fresh checkout, to which somebody has brought the cache."""
        shutil.rmtree(self.site.destination, ignore_errors=True)
        self.edited = True

    @rule(place=st.floats(0, 1, exclude_max=True))
    def damage_the_shelf(self, place: float) -> None:
        for pack in sorted((self.site.cache / "pages").glob("*.pages")):
            data = bytearray(pack.read_bytes())
            if data:
                data[int(place * len(data))] ^= 1
                pack.write_bytes(data)

    @precondition(lambda self: self.edited)
    @rule()
    def build(self) -> None:
        asked: dict[str, Any] = {"now": self.model.now, **self.model.showing, **self.asked}
        report = self.site.build(executor=self.executor, **asked)
        published = self.site.published()
        clean = self.site.clean(**asked)
        assert changed(clean, published) == set()
        again = self.site.build(executor=self.executor, **asked)
        assert (again.written, again.removed) == ((), ())
        assert again.diagnostics == report.diagnostics
        assert self.site.published() == clean
        self.edited = False

    @invariant()
    def nothing_is_left_lying_about(self) -> None:
        assert not (self.site.destination / ".kommunalnews" / "new").exists()


class Searchable(History):
    """The same with a search index, made by two processes."""

    asked: Mapping[str, Any] = {"search": True}
    executor: Executor = ProcessExecutor(2)


class Whole(Searchable):
    """The same with PDFs, in the packaged looks."""

    theme: Theme = "packaged"
    asked: Mapping[str, Any] = {"search": True, "pdf": True}


def replanned(site: SiteFolder, lore: Lore, **asked: Any) -> Lore:
    """Plan for one who remembers ``lore``: as for one who remembers nothing. What is remembered then."""
    fresh, remembering = site.planned(**asked), site.planned(lore, **asked)
    assert [slot.known for slot in remembering.plan.slots] == [slot.known for slot in fresh.plan.slots]
    assert remembering.plan.memory == fresh.plan.memory
    assert remembering.diagnostics == fresh.diagnostics
    return Lore(fresh.site.related, dict(fresh.plan.memory))


class Planning(Edits):
    """The same, planned after every single edit: what is remembered must be what is so.

    A group of outputs is planned anew when its digest changes. One that leaves something out is found here.
    """

    lore = NO_LORE

    @invariant()
    def nothing_is_forgotten(self) -> None:
        if not self.edited:
            return
        self.lore = replanned(self.site, self.lore, now=self.model.now, **self.model.showing)
        self.edited = False


_rarely = st.integers(0, 3).map(lambda number: number == 0)


def _run(mode: str, examples: int, steps: int, history: type[Edits] = History) -> None:
    machine = type(f"{mode.title()}{history.__name__}", (history,), {"mode": mode})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )


@pytest.mark.parametrize("mode", MODES)
def test_any_history_of_edits_ends_like_a_clean_build(mode: str) -> None:
    _run(mode, examples=17, steps=12)


@pytest.mark.nightly
@pytest.mark.parametrize("mode", MODES)
def test_a_thousand_histories_end_like_clean_builds(mode: str) -> None:
    _run(mode, examples=334, steps=30)


def test_two_processes_that_make_a_search_index_end_there_too() -> None:
    _run("inline", examples=6, steps=8, history=Searchable)


@pytest.mark.nightly
@pytest.mark.pdf
@pytest.mark.parametrize("mode", MODES)
def test_histories_with_pdfs_and_search_end_like_clean_builds(mode: str) -> None:
    _run(mode, examples=25, steps=12, history=Whole)


@pytest.mark.parametrize("path", [edits.ARTICLES[1], edits.VENDORS[0], edits.ISSUES[0], edits.PAGES[0]])
def test_no_field_of_a_text_is_forgotten(path: str, tmp_path: Path) -> None:
    model = edits.Model("inline")
    site = SiteFolder(tmp_path / "site", {path: model.text(path) for path in model.texts}, config=model.config_text())
    site.write({edits.AUTHORS: "bs: {name: Bettina Schulz}\n"})
    first = model.texts[path]
    before = replanned(site, NO_LORE)
    for name, values in edits.FIELDS_OF[path].items():
        for value in some(values):
            model.texts[path] = {**first, name: value}
            site.write({path: model.text(path)})
            replanned(site, before)


def some(values: st.SearchStrategy[Any]) -> list[Any]:
    """A few of the values, always the same."""
    found: list[Any] = []

    @settings(max_examples=6, database=None, derandomize=True)
    @given(value=values)
    def collect(value: Any) -> None:
        found.append(value)

    collect()
    return found


def test_what_a_plan_remembers_is_so_after_any_history() -> None:
    _run("inline", examples=25, steps=20, history=Planning)


@pytest.mark.nightly
@pytest.mark.parametrize("mode", MODES)
def test_what_a_plan_remembers_is_so_after_thousands_of_histories(mode: str) -> None:
    _run(mode, examples=2000, steps=30, history=Planning)
