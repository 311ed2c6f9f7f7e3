"""axe-core on the page as it stands, and a report one can read."""

from functools import cache
from importlib import resources
from typing import Any

from playwright.sync_api import Page

# WCAG 2.2 AA, axe's best practices and the rules it maps to RGAA 4.
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice", "RGAAv4")

RUN = """([tags, rules]) => axe.run(document, {
  runOnly: {type: "tag", values: tags}, rules, resultTypes: ["violations"], preload: false,
}).then(results => results.violations)"""


@cache
def _source() -> str:
    package = resources.files("pytest_playwright_axe")
    return package.joinpath("resources/axe.min.js").read_text(encoding="utf-8")


def violations(page: Page, *, without: str = "") -> list[str]:
    """One text for each faulty element: rule, what it says, where. Scripts sent this way pass our CSP.

    `without` names a rule that the same page answers elsewhere, at another width.
    """
    page.wait_for_load_state()  # what has not come yet is no fault
    if not page.evaluate("'axe' in window"):
        # Chromium keeps it for the pages to come: handing half a megabyte to each takes as long as axe itself.
        page.context.add_init_script(_source())
        page.evaluate(_source())
    rules = {without: {"enabled": False}} if without else {}
    return [line for rule in page.evaluate(RUN, [list(TAGS), rules]) for line in _lines(rule)]


def _lines(rule: dict[str, Any]) -> list[str]:
    return [
        f"{rule['id']} ({rule['impact']}): {node['failureSummary'].replace(chr(10), ' ')}\n"
        f"    {' '.join(map(str, node['target']))}\n    {node['html'][:240]}"
        for node in rule["nodes"]
    ]
