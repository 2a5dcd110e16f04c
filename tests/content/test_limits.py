"""A hostile text costs itself a diagnostic, and nothing else."""

import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import kommunalnews
from kommunalnews.content import markup
from kommunalnews.content.limits import TimeLimitExceeded, time_limit
from kommunalnews.content.markup import BodyRefused, TextSettings, render_body, render_inline

SETTINGS = TextSettings("de")


def refused(text: str) -> str:
    """The code of the diagnostic that ``text`` is refused with."""
    with pytest.raises(BodyRefused) as caught:
        render_body(text, path="content/a.md", first_line=5, title="T", settings=SETTINGS)
    assert caught.value.diagnostic.is_error
    return caught.value.diagnostic.code


def spin() -> None:
    while True:
        pass


def test_a_loop_is_stopped() -> None:
    with pytest.raises(TimeLimitExceeded), time_limit(0.05):
        spin()


def test_the_regular_expression_engine_is_stopped_in_the_middle_of_a_match() -> None:
    with pytest.raises(TimeLimitExceeded), time_limit(0.05):
        re.match(r"(a+)+$", "a" * 40 + "b")


def test_an_exception_handler_that_swallows_everything_is_stopped_the_second_time() -> None:
    with pytest.raises(TimeLimitExceeded), time_limit(0.05):  # noqa: PT012
        try:
            spin()
        except Exception:
            spin()


def test_quick_work_passes_and_the_timer_and_the_handler_are_put_back() -> None:
    before = signal.getsignal(signal.SIGPROF)
    with time_limit(10):
        assert signal.getitimer(signal.ITIMER_PROF)[0] > 0
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGPROF) == before


def test_an_inner_limit_leaves_the_outer_one_alone() -> None:
    with pytest.raises(TimeLimitExceeded), time_limit(0.05):  # noqa: PT012
        with time_limit(100):
            pass
        spin()


def test_another_thread_works_without_a_limit() -> None:
    done: list[bool] = []

    def work() -> None:
        with time_limit(0.001):
            done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [True]


def test_a_process_with_a_memory_limit_gets_a_memory_error() -> None:
    program = (
        "from kommunalnews.content.limits import limit_memory\n"
        "limit_memory(300_000_000)\n"
        "try:\n    bytearray(1_000_000_000)\n"
        "except MemoryError:\n    print('stopped')\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(kommunalnews.__file__).parents[1])}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, env=environment)
    assert done.stdout == "stopped\n", done.stderr


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[" * 8000, "body-brackets"),
        ("[](" * 2700, "body-brackets"),
        ("![" * 4000, "body-brackets"),
        ("[" * 100_000, "body-brackets"),
        ("Anfang\n\n" + "[a](" * 2000, "body-brackets"),
        (">" * 100_000, "body-too-deep"),
        ("> " * 60 + "a", "body-too-deep"),
        ("- " * 200 + "a", "body-too-deep"),
        ("\n".join("    " * level + "- a" for level in range(60)), "body-too-deep"),
        ("<div>" * 5000, "body-too-deep"),
        ("a " * 500_001, "body-too-long"),
    ],
    ids=lambda value: value if value.startswith("body") else repr(value[:12]),
)
def test_well_known_attacks_are_known_by_their_form(text: str, code: str) -> None:
    assert refused(text) == code


def test_the_refusal_says_where() -> None:
    with pytest.raises(BodyRefused) as caught:
        render_body("Gut.\n\n" + "[" * 9000, path="content/a.md", first_line=5, title="T", settings=SETTINGS)
    assert (caught.value.diagnostic.location.path, caught.value.diagnostic.location.line) == ("content/a.md", 7)


@pytest.mark.parametrize(
    "text",
    ["*" * 8000, "`" * 8000, "<" * 8000, "&" * 8000, "*a " * 2700, '"' * 8000, "[a](b.md) " * 500, "- - - " * 40],
)
def test_a_wall_of_other_characters_is_only_ugly(text: str) -> None:
    render_body(text, path="a.md", first_line=1, title="T", settings=SETTINGS)


def test_brackets_and_angles_in_code_are_no_attack() -> None:
    body, _ = render_body(
        "```\n" + "[" * 900 + "\n" + ">" * 90 + "\n```", path="a.md", first_line=1, title="T", settings=SETTINGS
    )
    assert "[[[" in body.html


def test_what_is_slow_is_refused_and_the_next_text_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markup, "SECONDS", 0.02)
    assert refused("| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 50_000) == "body-too-slow"
    monkeypatch.undo()
    body, _ = render_body("Gut[^1].\n\n[^1]: ja", path="a.md", first_line=1, title="T", settings=SETTINGS)
    assert 'id="kn-fn-1"' in body.html


def test_recursion_is_refused() -> None:
    assert refused("a\n: b\n" * 3000) == "body-too-deep"


@pytest.mark.parametrize("text", ["[" * 8000, ">" * 9000, "x" * 20_000])
def test_a_hostile_lead_is_shown_as_typed(text: str) -> None:
    html, plain, _ = render_inline(text, settings=SETTINGS)
    assert plain == text
    assert html == text.replace(">", "&gt;")
