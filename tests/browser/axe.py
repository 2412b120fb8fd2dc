"""axe-core examines the page as it is."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

# Findings that stop a person.
GRAVE = {"serious", "critical"}
# Nothing but the violations leaves the page, and nobody asks for a selector of what is well.
RUN = """async () => {
  const found = await axe.run({ resultTypes: ["violations"], selectors: false });
  return found.violations.map(({ id, impact, nodes }) =>
    ({ id, impact, nodes: nodes.map((node) => node.html) }));
}"""


def _violations(page: Page) -> list[dict[str, Any]]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: list[dict[str, Any]] = page.evaluate(RUN)
    return found


def grave_findings(page: Page) -> list[str]:
    """Return the serious and critical findings of axe-core, one line each."""
    return [
        f"{found['id']}: {html[:160]}"
        for found in _violations(page)
        if found["impact"] in GRAVE
        for html in found["nodes"]
    ]


def findings(page: Page) -> list[str]:
    """Everything that axe-core finds, however small."""
    return [
        f"{found['impact']}, {found['id']}: {html[:160]}"
        for found in _violations(page)
        for html in found["nodes"]
    ]
