"""How long rows are kept: each app registers its rules, one command and one task apply them."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import models


@dataclass(frozen=True)
class RetentionRule:
    """Rows older than `days` are removed; `expired()` gives them, `sentence` says why.

    With `act` they are not deleted but handed to it (blanked, for example); it returns how many.
    `prepare` runs before, where a clock has to be started first.
    """

    label: str
    days: int
    sentence: str
    expired: Callable[[], models.QuerySet]
    act: Callable[[models.QuerySet], int] | None = None
    prepare: Callable[[], object] | None = None

    def apply(self) -> int:
        """Remove what has expired; returns how many rows."""
        if self.prepare is not None:
            self.prepare()
        rows = self.expired()
        return self.act(rows) if self.act is not None else rows.delete()[0]


_rules: dict[str, RetentionRule] = {}


def register(rule: RetentionRule) -> RetentionRule:
    """Add a rule (once a label); called from an app's `ready`."""
    _rules[rule.label] = rule
    return rule


def rules() -> list[RetentionRule]:
    """All rules, in order of their labels."""
    return [_rules[label] for label in sorted(_rules)]


def purge_expired(*, dry_run: bool = False) -> dict[str, int]:
    """Remove what has expired; returns label → number of rows (that would be) removed."""
    return {rule.label: rule.expired().count() if dry_run else rule.apply() for rule in rules()}
