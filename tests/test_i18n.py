"""The catalogues say in German everything that the source and the templates say in English."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from kommunalnews.diagnostics import filled
from kommunalnews.i18n import translations

ROOT = Path(__file__).parents[1]
LOCALE = ROOT / "src" / "kommunalnews" / "locale"
FOLDERS = ("src", "templates")
GERMAN = LOCALE / "de" / "LC_MESSAGES" / "kommunalnews.po"
_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[A-Za-z]|(?<!\{)\{[^{}]*\}(?!\})|\{\{|\}\}")
"""``%(name)s``, ``%Y``, ``{name}``, ``{name!r}`` and escaped braces."""

Key = tuple[str, str | None]
"""The singular and the context."""


def key_of(message: Message) -> Key:
    return message.id[0] if isinstance(message.id, tuple | list) else message.id, message.context


def forms(text: object) -> tuple[str, ...]:
    return tuple(map(str, text)) if isinstance(text, tuple | list) else (str(text),)


@cache
def extracted() -> dict[Key, tuple[str, ...]]:
    """Every text that is marked, with its plural."""
    with open(ROOT / "pyproject.toml", "rb") as stream:
        mappings = tomllib.load(stream)["tool"]["babel"]["mappings"]
    methods = [(mapping["pattern"], mapping["method"]) for mapping in mappings]
    keywords = {**DEFAULT_KEYWORDS, "N_": None}
    texts = extract_from_dir(ROOT, methods, keywords=keywords, directory_filter=_is_ours)
    return {(forms(text)[0], context): forms(text) for _file, _line, text, _comments, context in texts}


def _is_ours(folder: str) -> bool:
    return any((ROOT / name).is_relative_to(folder) or Path(folder).is_relative_to(ROOT / name) for name in FOLDERS)


@cache
def german() -> Catalog:
    with open(GERMAN, "rb") as stream:
        return read_po(stream, locale="de")


def translated() -> dict[Key, Message]:
    return {key_of(message): message for message in german() if message.id}


def pairs() -> Iterator[tuple[str, str]]:
    """English and German of each form."""
    for message in translated().values():
        yield from zip(forms(message.id), forms(message.string), strict=True)


def test_extraction_reaches_source_and_templates() -> None:
    assert {("Keywords", None), ("“{name}” is missing", None), (".", "decimal mark")} <= extracted().keys()


def test_everything_that_is_marked_has_german_words() -> None:
    missing = [key for key in extracted() if key not in translated() or not all(forms(translated()[key].string))]
    assert missing == [], "see CONTRIBUTING.md, Add a diagnostic"


def test_plurals_are_the_same_in_source_and_catalogue() -> None:
    for key, texts in extracted().items():
        assert forms(translated()[key].id) == texts


def test_no_german_words_are_left_over() -> None:
    assert translated().keys() - extracted().keys() == set()
    assert not german().obsolete


def test_no_german_words_are_guessed() -> None:
    assert [key_of(message) for message in german() if message.fuzzy] == []


def test_german_has_two_forms() -> None:
    assert german().plural_forms == "nplurals=2; plural=(n != 1);"


def test_translations_keep_every_placeholder() -> None:
    for english, translation in pairs():
        if english.startswith("%Y"):  # a date's form, which each language orders in its own way
            continue
        assert sorted(_PLACEHOLDER.findall(translation)) == sorted(_PLACEHOLDER.findall(english)), english


def test_german_is_set_as_german_is() -> None:
    for english, translation in pairs():
        assert translation == translation.strip()
        assert not re.search(r"[\"”’]|\.\.\.| - | ,", translation.replace('alt: ""', "")), translation
        assert translation.count("„") == translation.count("“"), translation
        assert english[-1:] not in ".?…" or translation[-1:] in ".,?…", (english, translation)


def test_terminals_can_show_german_words() -> None:
    for english, translation in pairs():
        assert all(character.isprintable() or character in "\n\t" for character in translation), english


def test_compiled_catalogue_is_that_of_the_words() -> None:
    compiled = BytesIO()
    write_mo(compiled, german())
    assert GERMAN.with_suffix(".mo").read_bytes() == compiled.getvalue(), "run pybabel compile, see CONTRIBUTING.md"


@pytest.mark.parametrize("language", ["de", "de-AT", "de-CH-1996"])
def test_german_of_any_country_is_german(language: str) -> None:
    assert translations(language).gettext("Vendors") == "Anbieter"


@pytest.mark.parametrize("language", ["en", "en-GB", "fr", "xx"])
def test_what_no_catalogue_knows_is_said_in_english(language: str) -> None:
    words = translations(language)
    assert words.gettext("Vendors") == "Vendors"
    assert words.ngettext("{count} error", "{count} errors", 2) == "{count} errors"


@pytest.mark.parametrize(("language", "words"), [("de", "am 1. März 2030 abgelaufen"), ("en", "on March 1, 2030")])
def test_a_day_stands_in_a_problem_as_it_stands_in_a_sentence(language: str, words: str) -> None:
    told = filled("security.txt has expired on {day}", {"day": "2030-03-01"}, translations(language).gettext)
    assert told.replace("\u00a0", " ").endswith(words)


@pytest.mark.parametrize(("number", "words"), [(0, "Meldungen"), (1, "Meldung"), (2, "Meldungen"), (101, "Meldungen")])
def test_german_counts(number: int, words: str) -> None:
    found = translations("de").ngettext("%(count)s report", "%(count)s reports", number)
    assert found % {"count": number} == f"{number} {words}"
