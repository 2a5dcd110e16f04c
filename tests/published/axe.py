"""axe-core on an open page: what is wrong, and what it could not decide and why that is fine."""

import json
from collections.abc import Mapping, Sequence

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
ALL = (*WCAG, "best-practice")
EXPLAINED: Mapping[tuple[str, str, str], str] = {
    (
        "color-contrast",
        "shortTextContent",
        ".kn-text td.right",
    ): "a digit alone in a table, in the same colours as longer texts beside it, which are judged",
    ("color-contrast", "bgOverlap", ".kn-map-mark text"): "a name on the map, which has a rim in the colour "
    "of the areas under it: test_access compares the two",
    ("color-contrast", "bgOverlap", ".kn-search-field:has(.kn-suggestions:not([hidden])) ~ .kn-search-hint"): "what is "
    "covered by open suggestions, and is judged where they are closed",
}
"""What axe leaves open, by rule, reason and selector, with why that is no barrier. What is not named here fails.

Contrast that it could not see, since an element was half out of sight or behind another, is no such case: it is looked
at once more in the middle of the screen, at the usual size of type, which changes no colour.
"""


_USUAL_SIZE = """() => {
    const style = document.documentElement.style, size = style.fontSize;
    style.fontSize = '';
    return size;
}"""


def judge(page: Page, tags: Sequence[str] = ALL, *, within: str = "html") -> list[str]:
    """What axe finds: rule, element and reason; and what it leaves open unexplained.

    ``within`` selects what is judged, where that covers the rest of the page.
    """
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE_SCRIPT)
    options = {"runOnly": {"type": "tag", "values": list(tags)}, "resultTypes": ["violations", "incomplete"]}
    violations, left_open = _run(page, json.dumps(within), options)
    for rule, reason, target in left_open:
        if rule == "color-contrast" and reason in ("elmPartiallyObscured", "elmPartiallyObscuring", "color-contrast"):
            size = page.evaluate(_USUAL_SIZE)
            page.locator(target).evaluate("element => element.scrollIntoView({block: 'center', inline: 'center'})")
            again, still = _run(page, json.dumps(target), {"runOnly": {"type": "rule", "values": [rule]}})
            page.evaluate("size => { document.documentElement.style.fontSize = size; }", size)
            violations += [*again, *(f"open: {', '.join(found)}" for found in still)]
        elif not _is_explained(page, rule, reason, target):
            violations.append(f"open: {rule}, {reason}: {target}")
    return violations


def _is_explained(page: Page, rule: str, reason: str, target: str) -> bool:
    selectors = [selector for at, why, selector in EXPLAINED if (at, why) == (rule, reason)]
    return any(page.locator(target).evaluate("(one, selector) => one.matches(selector)", one) for one in selectors)


def _run(page: Page, where: str, options: Mapping[str, object]) -> tuple[list[str], list[tuple[str, str, str]]]:
    """Violations, and what is left open: rule, reason, element."""
    found = page.evaluate(
        f"""axe.run({where}, {json.dumps(options)}).then(found => [
            found.violations.flatMap(rule => rule.nodes.map(node =>
                `${{rule.id}}: ${{node.target.flat().join(" ")}}: ${{node.failureSummary}}`)),
            found.incomplete.flatMap(rule => rule.nodes.flatMap(node =>
                node.any.concat(node.all, node.none).map(check =>
                    [rule.id, check.data?.messageKey || check.id, node.target.flat().join(" ")]))),
        ])"""
    )
    return found[0], [tuple(one) for one in found[1]]
