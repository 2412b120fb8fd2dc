"""Taps of a person on a phone, as the pages get them, and how long they take by hand."""

import math

from playwright.sync_api import Page

# A thumb going down a list of large targets, reading each; a swipe and finding the place again.
TAP_S, SWIPE_S = 0.6, 1.2
# Of choosing a file, which no page sees: its button, and the file in the phone's own list.
OF_A_FILE = 2
# A tab is used by one test after the other, and keeps the scripts of those before.
COUNT = """if (!window.countsTaps) {
  window.countsTaps = true;
  addEventListener("pointerdown", (event) => {
    if (event.isTrusted) {
      sessionStorage.setItem("taps", Number(sessionStorage.getItem("taps") ?? 0) + 1);
    }
  }, { capture: true });
}"""


def count_taps(page: Page) -> None:
    """Count taps on the pages that this tab opens from now on."""
    page.add_init_script(COUNT)


def taps(page: Page) -> int:
    return int(page.evaluate("Number(sessionStorage.getItem('taps') ?? 0)"))


def by_hand_s(page: Page, tapped: int) -> float:
    """Seconds that a person needs for so many taps from the top of this page to its end."""
    screens = page.evaluate("document.documentElement.scrollHeight / innerHeight")
    return tapped * TAP_S + math.ceil(screens) * SWIPE_S
