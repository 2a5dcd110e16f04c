"""A failed build → a panel on the page that says where and why; and every page → the page with panel and reload."""

import re
from gettext import NullTranslations
from html import escape

from kommunalnews.i18n import translations
from kommunalnews.serve.hub import Outcome, Shown, State

OWN = "/__kommunalnews__/"
"""Addresses of the server itself."""
_LONGEST = 50
"""Diagnostics on the panel."""
_HEAD_END = re.compile(rb"</head\s*>", re.IGNORECASE)
_BODY_END = re.compile(rb"</body\s*>", re.IGNORECASE)


def panel(outcome: Outcome | None, language: str) -> str:
    """The inside of the panel, or nothing where all is well."""
    if outcome is None or outcome.ok:
        return ""
    language = outcome.language or language
    words = translations(language)
    errors = outcome.errors
    number = len(errors)
    title = words.ngettext("The build failed: {count} error", "The build failed: {count} errors", number)
    shown = title.format(count=number) if number else words.gettext("The build broke down")
    items = "".join(f"<li>{_item(diagnostic, words)}</li>" for diagnostic in errors[:_LONGEST])
    if number > _LONGEST:
        more = words.gettext("… and {count} more").format(count=number - _LONGEST)
        items += f"<li>{escape(more)}</li>"
    stale = words.gettext("What could not be made is shown as it was before.")
    crash = f"<pre>{escape(outcome.crash)}</pre>" if outcome.crash else ""
    return (
        f'<details open lang="{escape(language)}"><summary>{escape(shown)}</summary>'
        f"<p>{escape(stale)}</p>{f'<ol>{items}</ol>' if items else ''}{crash}</details>"
    )


def _item(diagnostic: Shown, words: NullTranslations) -> str:
    place = diagnostic.path
    if diagnostic.line:
        place += f":{diagnostic.line}:{diagnostic.column}"
    parts = [f"<p><code>{escape(place)}</code> <strong>{escape(diagnostic.message)}</strong></p>"]
    if diagnostic.line and diagnostic.excerpt:
        parts.append(f"<pre>{_marked(diagnostic)}</pre>")
    if diagnostic.hint:
        parts.append(f"<p>{escape(diagnostic.hint)}</p>")
    return "".join(parts)


def _marked(diagnostic: Shown) -> str:
    start = max(diagnostic.column - 1, 0)
    end = start + max(diagnostic.length, 1)
    line = diagnostic.excerpt
    return f"{escape(line[:start])}<mark>{escape(line[start:end])}</mark>{escape(line[end:])}"


def with_reload(html: bytes, state: State, shown: str) -> bytes:
    """The page with the script that reloads it, and with the panel at its end."""
    head = (
        f'<link rel="stylesheet" href="{OWN}panel.css"><script src="{OWN}reload.js" data-page="{state.page}" '
        f'data-style="{state.style}" data-panel="{state.panel}" defer></script>'
    )
    body = f'<div id="kommunalnews-panel" role="status">{shown}</div>'
    return _before(_BODY_END, _before(_HEAD_END, html, head.encode()), body.encode())


def _before(end: re.Pattern[bytes], html: bytes, addition: bytes) -> bytes:
    position = max((match.start() for match in end.finditer(html)), default=len(html))
    return html[:position] + addition + html[position:]


def message_page(title: str, language: str) -> bytes:
    """A page where the site has none to show."""
    return (
        f'<!doctype html><html lang="{escape(language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>kommunalnews</title></head>'
        f"<body><main><h1>{escape(title)}</h1></main></body></html>"
    ).encode()
