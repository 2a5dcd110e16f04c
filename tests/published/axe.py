"""axe-core on an open page: what is wrong, and what it could not decide and why that is fine."""

import json
from collections.abc import Mapping

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EXPLAINED: Mapping[str, str] = {}
"""Rules that axe leaves open somewhere, with why that is no barrier. What is not named here fails."""


def judge(page: Page, *rules: str) -> list[str]:
    """What axe finds by these rules, or by all: rule, element and reason; and what it leaves open unexplained."""
    chosen = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": RULES}
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE_SCRIPT)
    options = json.dumps({"runOnly": chosen, "resultTypes": ["violations", "incomplete"]})
    found = page.evaluate(
        f"""axe.run({options}).then(found => Object.fromEntries(["violations", "incomplete"].map(kind =>
            [kind, found[kind].flatMap(rule => rule.nodes.map(node =>
                [rule.id, node.target.flat().join(" "), node.failureSummary || node.any.concat(node.all, node.none)
                    .map(check => check.message).join("; ")]))])))"""
    )
    open_ones = [one for one in found["incomplete"] if one[0] not in EXPLAINED]
    return [": ".join(one) for one in found["violations"]] + ["open: " + ": ".join(one) for one in open_ones]
