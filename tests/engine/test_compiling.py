"""Templates are compiled to quicker code, which must say what Jinja's own says."""

from typing import Any

import jinja2
import pytest
from markupsafe import Markup, escape

from kommunalnews.i18n import translations
from kommunalnews.rendering.compiling import Environment, escaped

MACROS = """
{% macro plain(a, b="B", c=none) %}<i>{{ a }}|{{ b }}|{{ c }}</i>{% endmacro %}
{% macro nothing() %}&amp;{% endmacro %}
{% macro outer(x) %}[{{ plain(x, c=plain(x)) }}]{% endmacro %}
{% macro box(title) %}<div>{{ title }}: {{ caller() }}</div>{% endmacro %}
{% macro each(items) %}{% for item in items %}{{ caller(item) }}{% endfor %}{% endmacro %}
{% macro any() %}{{ varargs|join(",") }}/{{ kwargs|dictsort }}{% endmacro %}
{% macro caller_last(x, caller=none) %}{{ x }}{{ caller() }}{% endmacro %}
"""
USES = [
    "{{ m.plain('<a>') }}",
    "{{ m.plain('<a>', '&') }}",
    "{{ m.plain('a', 'b', 'c') }}",
    "{{ m.plain('a', c='<c>') }}",
    "{{ m.plain(c=1, a=2, b=3) }}",
    "{{ m.nothing() }}{{ m.outer('<x>') }}",
    "{% call m.box('<t>') %}<b>{{ text }}</b>{% endcall %}",
    "{% call(item) m.each([1, '<2>']) %}({{ item }}){% endcall %}",
    "{% call m.caller_last('<x>') %}!{% endcall %}",
    "{{ m.any(1, '<2>', three='<3>') }}",
    "{% set own = '<own>' %}{% macro here(x) %}{{ own }}{{ x }}{% endmacro %}{{ here(text) }}",
    "{% for n in [1, 2] %}{% set k = n * 2 %}{{ m.plain(k) }}{{ loop.cycle('<', '>') }}{% endfor %}",
    "{% for n in [[1, [2]], [3]] recursive %}{{ n if n is number else '(' ~ loop(n) ~ ')' }}{% endfor %}",
    "{% block one %}{% set inner = '<i>' %}{{ m.plain(inner) }}{{ shout(inner) }}{% endblock %}{{ self.one() }}",
    "{{ shout(text, end='<') }}{{ shout(*['a', '?']) }}{{ shout(**{'word': 'b'}) }}",
    "{% import 'macros.html' as with_context with context %}{{ with_context.plain(text) }}",
    "{% from 'macros.html' import plain as p %}{{ p(1) }}{{ p(marked) }}",
    "{{ _('Places') }}{{ _('%(name)s, page %(number)d', name='<n>', number=2) }}",
    "{% trans count=n %}Correction{% pluralize %}Corrections{% endtrans %}",
    "{% trans title=marked %}about “{{ title }}”{% endtrans %}",
    "{{ text|upper }}{{ marked|upper }}{{ text ~ marked }}{{ none }}{{ 1.5 }}{{ [text, marked] }}",
    "{% autoescape false %}{{ text }}{{ m.plain(text) }}{% endautoescape %}{{ m.plain(text) }}",
    "{% filter upper %}{{ m.plain('x') }}{% endfilter %}{% set kept %}{{ text }}{% endset %}{{ kept }}",
]
WRONG = [
    "{{ m.plain(b=2) }}",
    "{{ m.plain(1, 2, 3, 4) }}",
    "{{ m.plain(1, d=4) }}",
    "{{ m.plain(1, a=2) }}",
    "{{ m.box(1) }}",
    "{{ m.no() }}",
    "{{ text() }}",
]


def shout(word: str, end: str = "!") -> str:
    return word + end


def environments() -> tuple[jinja2.Environment, jinja2.Environment]:
    """Ours, and Jinja's own."""
    catalogue = translations("de")
    options: dict[str, Any] = {
        "autoescape": True,
        "extensions": ["jinja2.ext.i18n"],
        "undefined": jinja2.StrictUndefined,
        "loader": jinja2.DictLoader({"macros.html": MACROS}),
    }
    made: tuple[Any, Any] = Environment(catalogue.gettext, **options), jinja2.Environment(**options)
    for environment in made:
        environment.install_gettext_translations(catalogue, newstyle=True)
    return made


def said(environment: jinja2.Environment, source: str) -> str:
    template = environment.from_string("{% import 'macros.html' as m %}" + source)
    return template.render(text="<&>\"'", marked=Markup("<b>"), n=2, shout=shout)


@pytest.mark.parametrize("source", USES)
def test_quick_templates_say_what_jinja_says(source: str) -> None:
    ours, plain = environments()
    assert said(ours, source) == said(plain, source)


@pytest.mark.parametrize("source", WRONG)
def test_what_is_wrong_is_told_in_the_same_words(source: str) -> None:
    told = []
    for environment in environments():
        with pytest.raises(Exception) as fault:  # noqa: PT011 - whatever Jinja raises
            said(environment, source)
        told.append((type(fault.value), str(fault.value)))
    assert told[0] == told[1]


@pytest.mark.parametrize("value", ["", "plain", "<", "&amp;", Markup("<b>"), 1, None, ["<"], "ä'"])
def test_texts_are_escaped_as_markupsafe_does(value: object) -> None:
    assert str(escaped(value)) == str(escape(value))
