"""How long rows are kept: each app registers its rules, one command and one task apply them."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from billiard.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError, models

logger = logging.getLogger(__name__)


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


class RulesFailed(Exception):
    """Some rules could not be applied; `counts` says what the others removed."""

    def __init__(self, labels: list[str], counts: dict[str, int]) -> None:
        super().__init__(labels, counts)
        self.labels, self.counts = labels, counts

    def __str__(self) -> str:
        return f"retention rules failed: {', '.join(self.labels)}"


def purge_expired(*, dry_run: bool = False) -> dict[str, int]:
    """Remove what has expired; returns label → number of rows (that would be) removed.

    A rule that breaks holds up none of the others. Raises RulesFailed once all have had their turn.
    """
    counts: dict[str, int] = {}
    failed = []
    for rule in rules():
        try:
            counts[rule.label] = rule.expired().count() if dry_run else rule.apply()
        except (OperationalError, InterfaceError, SoftTimeLimitExceeded):
            raise
        except Exception:
            logger.exception("retention rule %s failed", rule.label)
            failed.append(rule.label)
    if failed:
        raise RulesFailed(failed, counts)
    return counts
