"""Counts of the last hour, made again from the log as the vault starts.

So whoever ends the vault, or has it ended, opens no more in an hour for it. A page that was cut
short counts as all that a page may open: its line does not name what it opened.
"""

from collections.abc import Hashable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts.vault import guard, log
from accounts.vault.operations import MOST_ROWS, names

BEGUN = "begun"


def begin() -> None:
    """Count what the log that was just verified names of this hour."""
    if not settings.VAULT_LOG:
        return
    now, known = timezone.now(), names()
    pages: dict[int, tuple[Any, float]] = {}  # begun and not ended
    for line in log.lines():
        age_s = max(0.0, (now - datetime.fromisoformat(line["at"])).total_seconds())
        if age_s > guard.HOUR_S:
            continue
        one, account = known.get(line["operation"]), line.get("account")
        if line["outcome"] != BEGUN:
            pages.pop(line.get("of", 0), None)
            _tips(account, line.get("tips", ()), age_s)
            if line["outcome"] == "refused" and account is not None:
                guard.refusals.restore(account, 1, age_s)
        elif one is not None and one.is_page:
            pages[line["n"]] = account, age_s
        elif one is not None:
            _act(one, account, age_s)
    for number, (account, age_s) in pages.items():
        _tips(account, [("?", number, row) for row in range(MOST_ROWS)], age_s)


def _act(one: Any, account: int | None, age_s: float) -> None:
    if one.opens and account is not None:
        guard.openings.restore(account, one.opens, age_s)
        guard.together.restore(guard.OPENINGS, one.opens, age_s)
    if one.letters:
        guard.together.restore(guard.LETTERS, one.letters, age_s)


def _tips(account: int | None, subjects: Any, age_s: float) -> None:
    if account is None:
        return
    for subject in subjects:
        thing: Hashable = tuple(subject) if isinstance(subject, list) else subject
        guard.tips.restore(account, thing, age_s)
        guard.tips.restore(guard.TIPS, thing, age_s)
