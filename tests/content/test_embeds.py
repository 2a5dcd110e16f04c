"""Videos and maps: what stands in the text is ours, typed by a schema, and names no other host to a browser unasked."""

import re

import pytest

from kommunalnews.content.embeds import player
from kommunalnews.content.markup import TextSettings, render_body
from kommunalnews.content.model import RenderedBody
from kommunalnews.diagnostics import Diagnostic

HOST = "www.youtube-nocookie.com"
BLOCK = """\
Before.

```video
url: https://www.youtube.com/watch?v=abc_DEF-123
title: How <b>it</b> "works"
picture: /images/hall.png
alt: The hall
caption: In two minutes
credit: Jo
transcript: words.md
```

After.
"""


def rendered(text: str, *hosts: str) -> tuple[RenderedBody, tuple[Diagnostic, ...]]:
    settings = TextSettings("en", (), hosts)
    return render_body(text, path="content/articles/a.md", first_line=5, title="T", settings=settings)


def test_without_leave_of_the_site_there_is_a_picture_and_a_link() -> None:
    body, found = rendered(BLOCK)
    assert found == ()
    assert "data-frame" not in body.html
    assert "nocookie" not in body.html
    assert re.search(r'<figure class="kn-embed kn-embed-video">.*<img src="kn-picture:0" alt="The hall"', body.html)
    assert '<a href="https://www.youtube.com/watch?v=abc_DEF-123" class="external"' in body.html
    assert '<a href="kn-link:0">The same in words: How &lt;b&gt;it&lt;/b&gt; "works"</a>' in body.html
    assert [reference.target for reference in body.references] == ["/images/hall.png", "words.md"]


def test_with_leave_the_player_is_named_but_not_loaded() -> None:
    body, _ = rendered(BLOCK, HOST)
    assert f'data-frame="https://{HOST}/embed/abc_DEF-123"' in body.html
    assert f"Data will then be sent to {HOST}." in body.html
    assert "<iframe" not in body.html


def test_words_in_the_block_are_text() -> None:
    body, _ = rendered(BLOCK, HOST)
    assert "<b>" not in body.html
    assert 'data-title="How &lt;b&gt;it&lt;/b&gt; &quot;works&quot;"' in body.html
    assert "In two minutes" in body.text


@pytest.mark.parametrize(
    ("credit", "shown"), [("Jo Knipser", "Photo: Jo Knipser"), ('"Drawing: Jo Pinsel"', "Drawing: Jo Pinsel")]
)
def test_the_picture_of_a_video_is_credited_as_every_picture_is(credit: str, shown: str) -> None:
    body, _ = rendered(f"```video\nurl: https://e.org/\ntitle: T\npicture: /images/a.png\ncredit: {credit}\n```")
    assert f'<span class="credit">{shown}</span>' in body.html
    assert body.references[0].credit == credit.strip('"')


def test_a_file_of_ones_own_is_played_here() -> None:
    body, found = rendered("```video\nurl: film.mp4\ntitle: Film\nsubtitles: film.vtt\n```")
    assert found == ()
    assert 'data-load="Play the video"' in body.html
    assert '<a href="kn-link:0">' in body.html
    assert '<span class="kn-embed-subtitles"><a href="kn-link:1">' in body.html


@pytest.mark.parametrize("kind", ["map", "karte"])
def test_a_map_is_opened_and_its_frame_is_written_out(kind: str) -> None:
    text = f"```{kind}\nurl: https://maps.example.org/x\ntitle: Town\nframe: https://maps.example.org/embed\n```"
    body, _ = rendered(text, "maps.example.org")
    assert "kn-embed-map" in body.html
    assert 'data-frame="https://maps.example.org/embed"' in body.html


def test_a_block_within_an_example_is_an_example() -> None:
    body, _ = rendered("````markdown\n```video\nurl: x\n```\n````")
    assert "kn-embed" not in body.html


@pytest.mark.parametrize(
    ("block", "code", "line"),
    [
        ("url: javascript:alert(1)\ntitle: T", "embed-address", 6),
        ("url: mailto:a@example.org\ntitle: T", "embed-address", 6),
        ("url: https://e.org/\ntitle: T\nframe: http://e.org/", "embed-address", 8),
        ("url: https://e.org/\ntitle: T\nframe: javascript:1", "embed-address", 8),
        ("url: https://e.org/", "field-missing", 5),
        ("url: https://e.org/\ntitle: T\nsrc: x", "unknown-field", 8),
        ("<iframe>", "yaml-form", 6),
    ],
)
def test_what_is_wrong_is_told_at_its_line(block: str, code: str, line: int) -> None:
    body, found = rendered(f"```video\n{block}\n```")
    assert [(one.code, one.location.line, one.is_error) for one in found] == [(code, line, True)]
    assert "kn-embed" not in body.html


@pytest.mark.parametrize(
    ("page", "frame"),
    [
        ("https://youtu.be/abc_DEF-123", f"https://{HOST}/embed/abc_DEF-123"),
        ("https://www.youtube.com/watch?v=abc_DEF-123&t=9", f"https://{HOST}/embed/abc_DEF-123"),
        ("https://www.youtube.com/watch", ""),
        ("https://vimeo.com/12345", "https://player.vimeo.com/video/12345?dnt=1"),
        ("https://tube.example.org/w/aBcDeF", "https://tube.example.org/videos/embed/aBcDeF"),
        ("https://www.example.org/film", ""),
        ("https://youtu.be/%22%3E%3Cscript%3E", ""),
    ],
)
def test_players_are_known_by_the_addresses_of_pages(page: str, frame: str) -> None:
    assert player(page) == frame
