"""What a checker finds that would keep somebody out of a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from playwright.sync_api import Page

#: WCAG 2.2 AA, and what it builds on; https://www.deque.com/axe/core-documentation/api-documentation/
RULES: Final = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}


def violations(page: Page) -> list[str]:
    """What axe finds wrong on the page as it is shown once its styles have arrived."""
    from axe_playwright_python.sync_playwright import Axe

    page.wait_for_load_state()
    found: Any = Axe().run(page, options=RULES).response["violations"]
    return [f"{page.url} {one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]
